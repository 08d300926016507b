//! What a client sends and sees: one file per resource. The doc comments of published types are the text of the OpenAPI
//! document, so they are in Spanish.

pub(crate) mod admin;
pub(crate) mod agenda;
pub(crate) mod answer;
pub(crate) mod attempt;
pub(crate) mod audit;
pub(crate) mod auth;
pub(crate) mod badge;
pub(crate) mod board;
pub(crate) mod brief;
pub(crate) mod call;
pub(crate) mod case_input;
pub(crate) mod case_output;
pub(crate) mod case_query;
pub(crate) mod case_schema;
pub(crate) mod channel;
pub(crate) mod clock;
pub(crate) mod closing;
pub(crate) mod contact;
pub(crate) mod deadline;
pub(crate) mod documented;
pub(crate) mod error;
pub(crate) mod file;
pub(crate) mod followup;
pub(crate) mod health;
pub(crate) mod inbox;
pub(crate) mod letter_text;
pub(crate) mod list;
pub(crate) mod message;
pub(crate) mod message_change;
pub(crate) mod notice;
pub(crate) mod plan;
pub(crate) mod proposal;
pub(crate) mod queue;
pub(crate) mod scalar;
pub(crate) mod send;
pub(crate) mod template;
pub(crate) mod warning;
pub(crate) mod webhook;
pub(crate) mod whatsapp;
pub(crate) mod worklist;

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;

/// An instant as the API writes it: RFC 3339, UTC, whole seconds (`2024-01-20T11:15:00Z`).
pub(crate) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// An instant as people of the organisation read it: `31/03/2024 09:00`.
pub(crate) fn local(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%d/%m/%Y %H:%M").to_string()
}

/// Yes or no, where people read it.
pub(crate) fn yes_or_no(yes: bool) -> &'static str {
    if yes { "Sí" } else { "No" }
}
