//! Telephone calls.

use chrono::{DateTime, Utc};
use followup_domain::message::CallOutcome;
use utoipa::ToSchema;

use super::fields::{Fields, NOTES_LENGTH};
use crate::errors::ApiError;
use crate::json::Json;

/// Una llamada hecha.
#[derive(ToSchema)]
#[schema(as = CallRequest)]
#[allow(dead_code)] // Only described here.
pub(crate) struct CallDescription {
    /// `reached`, `no_answer`, `wrong_number` o `refused`.
    outcome: String,
    /// Lo que se habló.
    notes: String,
    /// Cuándo, RFC 3339; ahora si no se da.
    #[schema(format = DateTime)]
    at: Option<String>,
}

/// How a call may end.
pub(crate) fn outcomes() -> Vec<(&'static str, CallOutcome)> {
    CallOutcome::ALL.iter().map(|outcome| (outcome.as_str(), *outcome)).collect()
}

/// The body of `POST …/followup/calls`.
pub(crate) struct CallInput {
    pub(crate) outcome: CallOutcome,
    pub(crate) notes: String,
    pub(crate) at: Option<DateTime<Utc>>,
}

impl TryFrom<Vec<(String, Json)>> for CallInput {
    type Error = ApiError;

    fn try_from(fields: Vec<(String, Json)>) -> Result<Self, ApiError> {
        let mut fields = Fields::new(fields);
        let outcome = fields.choice("outcome", &outcomes());
        let outcome = fields.required("outcome", outcome);
        let notes = fields.clean("notes", NOTES_LENGTH);
        let notes = fields.required("notes", notes);
        let at = fields.instant("at");
        fields.finish_with(outcome.zip(notes)).map(|(outcome, notes)| Self { outcome, notes, at })
    }
}
