//! The table of reporting deadlines.

use followup_domain::case::deadlines::{Deadline, DeadlineScope, NewDeadline};
use serde::Serialize;
use utoipa::ToSchema;

use super::fields::{Fields, NAME_LENGTH, TEXT_LENGTH};
use crate::errors::ApiError;
use crate::json::Json;
use crate::texts;

/// No clock counts more days.
const MOST_DAYS: u32 = 3650;

/// Un plazo como se escribe.
#[derive(ToSchema)]
#[schema(as = DeadlineRequest)]
#[allow(dead_code)] // Only described here.
pub(crate) struct DeadlineInput {
    /// La autoridad.
    authority: String,
    /// Quién reporta.
    role: String,
    /// A qué casos se aplica: `serious`, `not_serious` o `any`.
    scope: String,
    /// Días calendario desde el día cero.
    #[schema(minimum = 0, maximum = 3650)]
    days: i64,
    /// La norma.
    norm: String,
    /// Si alguien lo confirmó en la norma; false si no se da.
    verificado: Option<bool>,
}

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

/// Which cases a deadline may be for.
pub(crate) fn scopes() -> Vec<(&'static str, DeadlineScope)> {
    DeadlineScope::ALL.iter().map(|scope| (scope.as_str(), *scope)).collect()
}

/// # Errors
/// Fields that are unknown, absent or not valid.
pub(crate) fn new_deadline(fields: Vec<(String, Json)>) -> Result<NewDeadline, ApiError> {
    let mut fields = Fields::new(fields);
    let authority = fields.filled("authority", NAME_LENGTH);
    let role = fields.filled("role", NAME_LENGTH);
    let scope = fields.choice("scope", &scopes());
    let scope = fields.required("scope", scope);
    let days = fields.integer("days");
    let days = fields.required("days", days);
    let in_range = |days: i64| u32::try_from(days).ok().filter(|days| *days <= MOST_DAYS);
    let days = days.and_then(|days| in_range(days).or_else(|| fields.refuse("days", texts::DAYS_RANGE)));
    let norm = fields.filled("norm", TEXT_LENGTH);
    let verified = fields.boolean("verificado").unwrap_or_default();
    let read = match (authority, role, scope, days, norm) {
        (Some(authority), Some(role), Some(scope), Some(days), Some(norm)) => {
            Some(NewDeadline { authority, role, scope, days, norm, verified })
        }
        _ => None,
    };
    fields.finish_with(read)
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
