//! Plans.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use followup_domain::asking::plan::Plan;
use followup_domain::ids::TemplateId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{instant, local};
use crate::input::{Fields, Input, Instant, Whole, json_body};

/// Which plan is applied.
pub(crate) struct PlanInput {
    pub(crate) template_id: TemplateId,
    pub(crate) base_at: DateTime<Utc>,
}

impl Input for PlanInput {
    type Value = Self;
    const NAME: &'static str = "PlanRequest";
    const ABOUT: &'static str = "El plan que se aplica.";

    fn read(fields: &mut Fields) -> Option<Self> {
        let plan_id = fields.required("plan_id", Whole::ANY, "La plantilla; la incorporada es 1.");
        let base_at = fields.required("base_at", Instant, "Desde cuándo cuentan las horas, RFC 3339.");
        plan_id.zip(base_at).map(|(plan_id, base_at)| Self { template_id: TemplateId(plan_id), base_at })
    }
}

json_body!(PlanInput, ResumeInput);

/// From when what an answer held goes on.
pub(crate) struct ResumeInput {
    pub(crate) due_at: Option<DateTime<Utc>>,
}

impl Input for ResumeInput {
    type Value = Self;
    const NAME: &'static str = "ResumeRequest";
    const ABOUT: &'static str = "Desde cuándo continúa el plan que detuvo una respuesta, o que el caso quedara Completado o Enviado.";

    fn read(fields: &mut Fields) -> Option<Self> {
        let about = "Cuándo vence el primer intento, RFC 3339; nunca antes de cuando iba a vencer. Si no se da, a los días de RESUME_PLAN_AFTER_DAYS (7 si la unidad no lo configuró).";
        Some(Self { due_at: fields.optional("due_at", Instant, about) })
    }
}

/// El plan aplicado a un caso.
#[derive(Serialize, ToSchema)]
#[schema(as = Plan)]
pub(crate) struct PlanOutput {
    /// Número del plan aplicado.
    id: i64,
    /// La plantilla de la que salió.
    plan_id: i64,
    /// Su nombre.
    name: String,
    /// Desde cuándo cuentan las horas.
    #[schema(format = DateTime)]
    base_at: String,
    /// Lo mismo en la hora de la organización, DD/MM/AAAA HH:MM.
    base_local: String,
    /// `active`, `finished` o `cancelled`.
    status: &'static str,
    /// Cuándo se aplicó.
    #[schema(format = DateTime)]
    applied_at: String,
    /// Lo mismo en la hora de la organización.
    applied_local: String,
}

impl PlanOutput {
    pub(crate) fn new(plan: Plan, zone: Tz) -> Self {
        Self {
            id: plan.id.0,
            plan_id: plan.template_id.0,
            name: plan.name,
            base_at: instant(plan.base_at),
            base_local: local(plan.base_at, zone),
            status: plan.status.as_str(),
            applied_at: instant(plan.applied_at),
            applied_local: local(plan.applied_at, zone),
        }
    }
}
