//! What contradicts itself in a case.

use followup_app::CaseWarning;
use followup_domain::case::SetAside;
use followup_words::warnings::text;
use serde::Serialize;
use utoipa::ToSchema;

use super::instant;
use crate::input::{Choice, Fields, Input, TEXT_LENGTH, Text, json_body};

/// Algo que se contradice en el caso, o que no puede ser.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseWarning)]
pub(crate) struct WarningOutput {
    /// Con qué se aparta: cambia cuando cambia un valor del que trata.
    id: String,
    /// Qué es, siempre con la misma palabra, por ejemplo `birth_in_future`.
    code: &'static str,
    /// Los campos de los que trata, por ejemplo `productos[1].fecha_inicio`.
    fields: Vec<String>,
    /// Lo mismo, para una persona.
    text: &'static str,
    /// Quién la apartó y por qué; null mientras espera a una persona.
    set_aside: Option<SetAsideOutput>,
}

/// Una advertencia apartada.
#[derive(Serialize, ToSchema)]
#[schema(as = SetAside)]
struct SetAsideOutput {
    /// El motivo.
    reason: String,
    /// Quién.
    actor: String,
    /// Cuándo.
    #[schema(format = DateTime)]
    at: String,
}

impl From<SetAside> for SetAsideOutput {
    fn from(aside: SetAside) -> Self {
        Self { reason: aside.reason, actor: aside.actor, at: instant(aside.at) }
    }
}

impl From<CaseWarning> for WarningOutput {
    fn from(found: CaseWarning) -> Self {
        let CaseWarning { warning, set_aside } = found;
        Self {
            code: warning.code.as_str(),
            text: text(warning.code),
            id: warning.id,
            fields: warning.fields,
            set_aside: set_aside.map(Into::into),
        }
    }
}

/// What a person decides of a warning.
pub(crate) struct WarningInput;

impl Input for WarningInput {
    /// Whether it is set aside, and why.
    type Value = (bool, String);
    const NAME: &'static str = "WarningRequest";
    const ABOUT: &'static str = "Qué se decide de una advertencia.";

    fn read(fields: &mut Fields) -> Option<Self::Value> {
        let about = "`set_aside`: una persona la vio y el dato se queda como está; `open`: vuelve a esperar.";
        let state = fields.required("state", Choice(&[("set_aside", true), ("open", false)]), about);
        state.zip(fields.required("reason", Text::of(TEXT_LENGTH), "El motivo."))
    }
}

json_body!(WarningInput);
