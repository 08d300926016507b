//! Plan templates.

use followup_domain::asking::plan::{LONGEST_PLAN_HOURS, PlanTemplate, PlannedChannel, TemplateAttempt};
use followup_domain::ids::TemplateId;
use followup_domain::ports::NewTemplate;
use followup_words::answers as texts;
use serde::Serialize;
use utoipa::ToSchema;

use crate::input::{Choice, Fields, Flag, Input, Items, NAME_LENGTH, TEXT_LENGTH, Text, Whole, json_body, query};

/// A plan has so many attempts.
const ATTEMPTS: Items = Items { none: texts::NO_ATTEMPTS, most: 50 };

/// A plan template as it is written. That the hours ascend is the use case's to check.
pub(crate) struct TemplateInput;

impl Input for TemplateInput {
    type Value = NewTemplate;
    const NAME: &'static str = "PlanTemplateRequest";
    const ABOUT: &'static str = "Una plantilla de plan como se escribe.";

    fn read(fields: &mut Fields) -> Option<NewTemplate> {
        let name = fields.required("name", Text::of(NAME_LENGTH), "Nombre.");
        let about = "Referencia de la unidad, por ejemplo el capítulo de su procedimiento.";
        let reference = fields.optional("ref", Text::of(NAME_LENGTH), about);
        let attempts = fields.objects::<TemplateAttemptInput>("attempts", ATTEMPTS, "Los intentos, con horas ascendentes; al menos uno.");
        let notes = fields.optional("notes", Text::of(TEXT_LENGTH), "Notas.");
        name.zip(attempts).map(|(name, attempts)| NewTemplate { name, reference, attempts, notes })
    }
}

/// An attempt of a template as it is written.
struct TemplateAttemptInput;

impl Input for TemplateAttemptInput {
    type Value = TemplateAttempt;
    const NAME: &'static str = "PlanTemplateAttemptRequest";
    const ABOUT: &'static str = "Un intento de una plantilla como se escribe.";

    fn read(fields: &mut Fields) -> Option<TemplateAttempt> {
        let label = fields.required("label", Text::of(NAME_LENGTH), "Nombre.");
        let hours = Whole::within(0..=LONGEST_PLAN_HOURS, texts::HOURS_MUST_ASCEND);
        let after_hours = fields.required("afterHours", hours, "Horas después de la fecha base, más que las del intento anterior.");
        let channels: Vec<_> = PlannedChannel::ALL.iter().map(|channel| (channel.as_str(), *channel)).collect();
        let about = "`auto` (si no se da): el primero de `CHANNEL_ORDER` que llegue al reportante; o `email`, `sms`, `whatsapp`, `call`.";
        let channel = fields.optional("channel", Choice(&channels), about).unwrap_or(PlannedChannel::Auto);
        label.zip(after_hours).map(|(label, after_hours)| TemplateAttempt { label, after_hours, channel })
    }
}

/// Whether archived templates are listed too.
pub(crate) struct TemplateListInput;

impl Input for TemplateListInput {
    type Value = bool;
    const NAME: &'static str = "PlanTemplates";
    const ABOUT: &'static str = "Qué plantillas.";

    fn read(fields: &mut Fields) -> Option<bool> {
        Some(fields.optional("archived", Flag, "true: también las archivadas").unwrap_or(false))
    }
}

json_body!(TemplateInput);
query!(TemplateListInput);

/// Un intento de una plantilla.
#[derive(Serialize, ToSchema)]
#[schema(as = PlanTemplateAttempt)]
pub(crate) struct TemplateAttemptOutput {
    /// Nombre.
    label: String,
    /// Horas después de la fecha base.
    #[serde(rename = "afterHours")]
    after_hours: i64,
    /// Por qué canal: `auto`, `email`, `sms`, `whatsapp` o `call`.
    channel: &'static str,
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

impl From<PlanTemplate> for TemplateOutput {
    fn from(template: PlanTemplate) -> Self {
        let PlanTemplate { id: TemplateId(id), name, reference, attempts, notes, archived } = template;
        let shown =
            |TemplateAttempt { label, after_hours, channel }| TemplateAttemptOutput { label, after_hours, channel: channel.as_str() };
        let attempts = attempts.into_iter().map(shown);
        Self { id, name, r#ref: reference, attempts: attempts.collect(), notes, archived }
    }
}
