//! Plan templates.

use followup_domain::asking::plan::{PlanTemplate, TemplateAttempt};
use followup_domain::ids::TemplateId;
use followup_domain::ports::NewTemplate;
use serde::Serialize;
use utoipa::ToSchema;

use super::fields::{Fields, NAME_LENGTH, TEXT_LENGTH};
use crate::errors::ApiError;
use crate::json::Json;

/// A plan has no more attempts.
const MOST_ATTEMPTS: usize = 50;

/// Una plantilla de plan como se escribe.
#[derive(ToSchema)]
#[schema(as = PlanTemplateRequest)]
#[allow(dead_code)] // Only described here.
pub(crate) struct TemplateInput {
    /// Nombre.
    name: String,
    /// Referencia de la unidad, por ejemplo el capítulo de su procedimiento.
    r#ref: Option<String>,
    /// Los intentos, con horas ascendentes; al menos uno.
    attempts: Vec<TemplateAttemptInput>,
    /// Notas.
    notes: Option<String>,
}

/// Un intento de una plantilla como se escribe.
#[derive(ToSchema)]
#[schema(as = PlanTemplateAttemptRequest, rename_all = "camelCase")]
#[allow(dead_code)] // Only described here.
pub(crate) struct TemplateAttemptInput {
    /// Nombre.
    label: String,
    /// Horas después de la fecha base, más que las del intento anterior.
    #[schema(minimum = 0, maximum = 87600)]
    after_hours: i64,
}

/// Un intento de una plantilla.
#[derive(Serialize, ToSchema)]
#[schema(as = PlanTemplateAttempt)]
pub(crate) struct TemplateAttemptOutput {
    /// Nombre.
    label: String,
    /// Horas después de la fecha base.
    #[serde(rename = "afterHours")]
    after_hours: i64,
}

/// Una plantilla de plan.
#[derive(Serialize, ToSchema)]
#[schema(as = PlanTemplate)]
pub(crate) struct TemplateOutput {
    /// Número: el `plan_id` con que se aplica.
    id: i64,
    /// Nombre.
    name: String,
    /// Referencia de la unidad.
    r#ref: Option<String>,
    /// Los intentos, en orden.
    attempts: Vec<TemplateAttemptOutput>,
    /// Notas.
    notes: Option<String>,
    /// Ya no se ofrece.
    archived: bool,
}

/// # Errors
/// Fields that are unknown, absent or of the wrong type. Hours and labels are the use case's to check.
pub(crate) fn new_template(fields: Vec<(String, Json)>) -> Result<NewTemplate, ApiError> {
    let mut fields = Fields::new(fields);
    let name = fields.filled("name", NAME_LENGTH);
    let reference = fields.optional("ref", NAME_LENGTH);
    let attempts = fields.objects("attempts", MOST_ATTEMPTS, |attempt| {
        let label = attempt.filled("label", NAME_LENGTH);
        let after_hours = attempt.integer("afterHours");
        let after_hours = attempt.required("afterHours", after_hours);
        Some(TemplateAttempt { label: label?, after_hours: after_hours? })
    });
    let attempts = fields.required("attempts", attempts);
    let notes = fields.optional("notes", TEXT_LENGTH);
    fields.finish_with(name.zip(attempts)).map(|(name, attempts)| NewTemplate { name, reference, attempts, notes })
}

impl From<PlanTemplate> for TemplateOutput {
    fn from(template: PlanTemplate) -> Self {
        let PlanTemplate { id: TemplateId(id), name, reference, attempts, notes, archived } = template;
        let attempts = attempts.into_iter().map(|TemplateAttempt { label, after_hours }| TemplateAttemptOutput { label, after_hours });
        Self { id, name, r#ref: reference, attempts: attempts.collect(), notes, archived }
    }
}
