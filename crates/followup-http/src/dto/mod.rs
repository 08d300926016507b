//! What a client sends and sees: one file per resource. The doc comments of published types are the text of the OpenAPI
//! document, so they are in Spanish.

pub(crate) mod admin;
pub(crate) mod attempt;
pub(crate) mod auth;
pub(crate) mod case_input;
pub(crate) mod case_output;
pub(crate) mod case_query;
pub(crate) mod case_schema;
pub(crate) mod error;
pub(crate) mod fields;
pub(crate) mod file;
pub(crate) mod followup;
pub(crate) mod inbox;
pub(crate) mod message;
pub(crate) mod plan;
pub(crate) mod scalar;
pub(crate) mod send;

use chrono::{DateTime, SecondsFormat, Utc};

/// An instant as the API writes it: RFC 3339, UTC, whole seconds (seed: `2024-01-20T11:15:00Z`).
pub(crate) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
