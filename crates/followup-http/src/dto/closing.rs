//! Closing and reopening.

use followup_app::CloseRequest;
use followup_domain::case::ClosureReason;
use utoipa::ToSchema;

use super::fields::{Fields, NOTES_LENGTH, TEXT_LENGTH};
use crate::errors::ApiError;
use crate::json::Json;

/// Con qué se cierra un seguimiento.
#[derive(ToSchema)]
#[schema(as = CloseRequest)]
#[allow(dead_code)] // Only described here.
pub(crate) struct CloseInput {
    /// `complete`, `max_attempts`, `declined`, `unreachable` o `case_closed`.
    reason: String,
    /// El resultado y lo que queda abierto.
    notes: String,
    /// Por qué se cierra aunque un control no se cumpla.
    override_reason: Option<String>,
}

/// Why a follow-up may be closed.
pub(crate) fn reasons() -> Vec<(&'static str, ClosureReason)> {
    ClosureReason::ALL.iter().map(|reason| (reason.as_str(), *reason)).collect()
}

/// # Errors
/// Fields that are unknown or not valid, no reason. Absent notes are a check of the use case.
pub(crate) fn close_request(fields: Vec<(String, Json)>) -> Result<CloseRequest, ApiError> {
    let mut fields = Fields::new(fields);
    let reason = fields.choice("reason", &reasons());
    let reason = fields.required("reason", reason);
    let notes = fields.clean("notes", NOTES_LENGTH).unwrap_or_default();
    let override_reason = fields.optional("override_reason", TEXT_LENGTH);
    fields.finish_with(reason).map(|reason| CloseRequest { reason, notes, override_reason })
}

/// Por qué se hace algo.
#[derive(ToSchema)]
#[schema(as = ReasonRequest)]
#[allow(dead_code)] // Only described here.
pub(crate) struct ReasonInput {
    /// El motivo.
    reason: String,
}

/// Por qué se envía, y por qué aunque los mensajes a esa dirección volvieron.
#[derive(ToSchema)]
#[schema(as = SendReasonRequest)]
#[allow(dead_code)] // Only described here.
pub(crate) struct SendReasonInput {
    /// El motivo, para la bitácora.
    reason: Option<String>,
    /// Por qué se le escribe aunque los mensajes a esa dirección volvieron.
    override_reason: Option<String>,
}

/// The reason, and the one to write to an address that failed.
///
/// # Errors
/// Fields that are unknown or of the wrong type.
pub(crate) fn send_reasons(fields: Vec<(String, Json)>) -> Result<(Option<String>, Option<String>), ApiError> {
    let mut fields = Fields::new(fields);
    let reasons = (fields.optional("reason", TEXT_LENGTH), fields.optional("override_reason", TEXT_LENGTH));
    fields.finish()?;
    Ok(reasons)
}

/// # Errors
/// Fields that are unknown, absent or of the wrong type.
pub(crate) fn reason(fields: Vec<(String, Json)>) -> Result<String, ApiError> {
    let mut fields = Fields::new(fields);
    let reason = fields.filled("reason", TEXT_LENGTH);
    fields.finish_with(reason)
}
