//! Telephone calls.

use chrono::{DateTime, Utc};
use followup_domain::message::CallOutcome;

use crate::input::{Choice, Fields, Input, Instant, NOTES_LENGTH, Text, json_body};

/// A call that was made.
pub(crate) struct CallInput {
    pub(crate) outcome: CallOutcome,
    pub(crate) notes: String,
    pub(crate) at: Option<DateTime<Utc>>,
}

impl Input for CallInput {
    type Value = Self;
    const NAME: &'static str = "CallRequest";
    const ABOUT: &'static str = "Una llamada hecha.";

    fn read(fields: &mut Fields) -> Option<Self> {
        let all: Vec<_> = CallOutcome::ALL.iter().map(|outcome| (outcome.as_str(), *outcome)).collect();
        let outcome = fields.required("outcome", Choice(&all), "`reached`, `no_answer`, `wrong_number` o `refused`.");
        let notes = fields.required("notes", Text::verbatim(NOTES_LENGTH), "Lo que se habló.");
        let at = fields.optional("at", Instant, "Cuándo, RFC 3339; ahora si no se da. No puede estar en el futuro.");
        Some(Self { outcome: outcome?, notes: notes?, at })
    }
}

json_body!(CallInput);
