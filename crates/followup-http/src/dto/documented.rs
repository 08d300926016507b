//! Fields that a person documents as not to be had.

use followup_domain::asking::field_state::FieldState;
use followup_domain::ports::{AnsweredField, DocumentedField};
use serde::Serialize;
use utoipa::ToSchema;

use super::instant;
use crate::input::{Choice, Fields, Input, TEXT_LENGTH, Text, json_body};

/// Why a field will not be had.
pub(crate) struct FieldStateInput;

impl Input for FieldStateInput {
    /// The state to document, none to take it back, and the reason.
    type Value = (Option<FieldState>, String);
    const NAME: &'static str = "FieldStateRequest";
    const ABOUT: &'static str = "Por qué un dato no se tendrá.";

    fn read(fields: &mut Fields) -> Option<Self::Value> {
        let about = "`unknown` (el reportante no lo sabe), `withheld` (no lo da), `unobtainable` (no se puede obtener), o `open`: se retira lo documentado y el dato puede pedirse de nuevo.";
        let state = fields.required("state", Choice(&STATES), about);
        let reason = fields.required("reason", Text::of(TEXT_LENGTH), "El motivo.");
        state.zip(reason)
    }
}

json_body!(FieldStateInput);

/// Un dato documentado.
#[derive(Serialize, ToSchema)]
#[schema(as = DocumentedField)]
pub(crate) struct DocumentedOutput {
    /// El campo, por ejemplo `productos[0].dosis`.
    field: String,
    /// `unknown`, `withheld` o `unobtainable`.
    state: &'static str,
    /// El motivo.
    reason: String,
    /// Quién lo documentó.
    actor: String,
    /// Cuándo.
    #[schema(format = DateTime)]
    at: String,
}

/// What a field may be documented as; none takes it back.
pub(crate) const STATES: [(&str, Option<FieldState>); 4] = [
    ("unknown", Some(FieldState::Unknown)),
    ("withheld", Some(FieldState::Withheld)),
    ("unobtainable", Some(FieldState::Unobtainable)),
    ("open", None),
];

/// Un dato que se pidió y el caso ya tiene.
#[derive(Serialize, ToSchema)]
#[schema(as = AnsweredField)]
pub(crate) struct AnsweredOutput {
    /// El campo, por ejemplo `productos[0].dosis`.
    field: String,
    /// El último mensaje que lo pidió; null si el reportante lo dijo sin que se le pidiera.
    asked_by: Option<i64>,
    /// La respuesta o la llamada tras la que se anotó; null si se supo por otra vía.
    answered_by: Option<i64>,
    /// El valor que se aceptó de una propuesta; null si se anotó a mano.
    value: Option<String>,
    /// Dónde empiezan las palabras que lo dicen, en bytes del texto de la respuesta.
    start: Option<usize>,
    /// Dónde terminan.
    end: Option<usize>,
    /// Quién lo aceptó.
    accepted_by: Option<String>,
    /// Cuándo se anotó.
    #[schema(format = DateTime)]
    at: String,
}

impl From<AnsweredField> for AnsweredOutput {
    fn from(field: AnsweredField) -> Self {
        let proof = field.proof;
        Self {
            field: field.item.path.to_string(),
            asked_by: field.asked_by.map(|id| id.0),
            answered_by: field.answered_by.map(|id| id.0),
            value: proof.as_ref().map(|proof| proof.value.clone()),
            start: proof.as_ref().map(|proof| proof.span.start),
            end: proof.as_ref().map(|proof| proof.span.end),
            accepted_by: proof.map(|proof| proof.actor),
            at: instant(field.at),
        }
    }
}

impl From<DocumentedField> for DocumentedOutput {
    fn from(field: DocumentedField) -> Self {
        Self {
            field: field.item.path.to_string(),
            state: field.state.as_str(),
            reason: field.reason,
            actor: field.actor,
            at: instant(field.at),
        }
    }
}
