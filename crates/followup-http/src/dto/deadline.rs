//! The table of reporting deadlines.

use followup_domain::case::deadlines::{Deadline, DeadlineScope, NewDeadline};
use followup_words::answers as texts;
use serde::Serialize;
use utoipa::ToSchema;

use crate::input::{Choice, Fields, Flag, Input, NAME_LENGTH, TEXT_LENGTH, Text, Whole, json_body};

/// No clock counts more days.
const MOST_DAYS: i64 = 3650;

/// A deadline as it is written.
pub(crate) struct DeadlineInput;

impl Input for DeadlineInput {
    type Value = NewDeadline;
    const NAME: &'static str = "DeadlineRequest";
    const ABOUT: &'static str = "Un plazo como se escribe.";

    fn read(fields: &mut Fields) -> Option<NewDeadline> {
        let scopes: Vec<_> = DeadlineScope::ALL.iter().map(|scope| (scope.as_str(), *scope)).collect();
        let authority = fields.required("authority", Text::of(NAME_LENGTH), "La autoridad.");
        let role = fields.required("role", Text::of(NAME_LENGTH), "Quién reporta.");
        let scope = fields.required("scope", Choice(&scopes), "A qué casos se aplica: `serious`, `not_serious` o `any`.");
        let days = Whole::within(0..=MOST_DAYS, texts::DAYS_RANGE);
        let days = fields.required("days", days, "Días calendario desde el día cero.").and_then(|days| u32::try_from(days).ok());
        let norm = fields.required("norm", Text::of(TEXT_LENGTH), "La norma.");
        let verified = fields.optional("verificado", Flag, "Si alguien lo confirmó en la norma; false si no se da.");
        let verified = verified.unwrap_or_default();
        Some(NewDeadline { authority: authority?, role: role?, scope: scope?, days: days?, norm: norm?, verified })
    }
}

json_body!(DeadlineInput);

/// Un plazo.
#[derive(Serialize, ToSchema)]
#[schema(as = Deadline)]
pub(crate) struct DeadlineOutput {
    /// Número.
    id: i64,
    /// La autoridad.
    authority: String,
    /// Quién reporta.
    role: String,
    /// `serious`, `not_serious` o `any`.
    scope: &'static str,
    /// Días calendario desde el día cero.
    days: u32,
    /// La norma.
    norm: String,
    /// Si alguien lo confirmó en la norma.
    verificado: bool,
    /// `por verificar` mientras nadie lo haya confirmado.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    nota: Option<&'static str>,
}

impl From<Deadline> for DeadlineOutput {
    fn from(deadline: Deadline) -> Self {
        let rule = deadline.rule;
        Self {
            id: deadline.id.0,
            authority: rule.authority,
            role: rule.role,
            scope: rule.scope.as_str(),
            days: rule.days,
            norm: rule.norm,
            verificado: rule.verified,
            nota: (!rule.verified).then_some(texts::TO_BE_VERIFIED),
        }
    }
}
