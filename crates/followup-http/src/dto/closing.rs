//! Closing and reopening.

use followup_app::CloseRequest;
use followup_domain::case::ClosureReason;

use crate::input::{Choice, Fields, Input, NOTES_LENGTH, TEXT_LENGTH, Text, json_body};

/// With what a follow-up is closed.
pub(crate) struct CloseInput;

impl Input for CloseInput {
    type Value = CloseRequest;
    const NAME: &'static str = "CloseRequest";
    const ABOUT: &'static str = "Con qué se cierra un seguimiento.";

    /// Absent notes are a check of the use case.
    fn read(fields: &mut Fields) -> Option<CloseRequest> {
        let all: Vec<_> = ClosureReason::ALL.iter().map(|reason| (reason.as_str(), *reason)).collect();
        let about = "`complete`, `max_attempts`, `declined`, `unreachable` o `case_closed`.";
        let reason = fields.required("reason", Choice(&all), about);
        let about = "El resultado y lo que queda abierto; sin notas no se cierra (409).";
        let notes = fields.optional("notes", Text::verbatim(NOTES_LENGTH), about).unwrap_or_default();
        let about = "Por qué se cierra aunque un control no se cumpla.";
        let override_reason = fields.optional("override_reason", Text::of(TEXT_LENGTH), about);
        reason.map(|reason| CloseRequest { reason, notes, override_reason })
    }
}

/// Why something is done.
pub(crate) struct ReasonInput;

impl Input for ReasonInput {
    type Value = String;
    const NAME: &'static str = "ReasonRequest";
    const ABOUT: &'static str = "Por qué se hace algo.";

    fn read(fields: &mut Fields) -> Option<String> {
        fields.required("reason", Text::of(TEXT_LENGTH), "El motivo.")
    }
}

/// Why something is sent, and why to an address at which letters failed.
pub(crate) struct SendReasonInput;

impl Input for SendReasonInput {
    type Value = (Option<String>, Option<String>);
    const NAME: &'static str = "SendReasonRequest";
    const ABOUT: &'static str = "Por qué se envía, y por qué aunque los mensajes a esa dirección volvieron.";

    fn read(fields: &mut Fields) -> Option<Self::Value> {
        let reason = fields.optional("reason", Text::of(TEXT_LENGTH), "El motivo, para la bitácora.");
        let about = "Por qué se le escribe aunque los mensajes a esa dirección volvieron.";
        Some((reason, fields.optional("override_reason", Text::of(TEXT_LENGTH), about)))
    }
}

json_body!(CloseInput, ReasonInput, SendReasonInput);
