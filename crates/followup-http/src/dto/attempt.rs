//! Attempts of a plan.

use followup_domain::plan::Attempt;
use serde::Serialize;
use utoipa::ToSchema;

use super::instant;

/// Un contacto programado.
#[derive(Serialize, ToSchema)]
#[schema(as = Attempt)]
pub(crate) struct AttemptOutput {
    /// Número del intento.
    id: i64,
    /// Número del caso.
    icsr_id: i64,
    /// El plan aplicado al que pertenece (el `id` de `plan` en el resumen).
    applied_plan_id: Option<i64>,
    /// Su lugar en el plan, desde 1.
    position: i32,
    /// Su nombre.
    label: String,
    /// Cuándo vence.
    #[schema(format = DateTime)]
    due_at: String,
    /// El canal.
    channel: &'static str,
    /// `pending`, `sending`, `sent`, `responded`, `completed`, `skipped`, `cancelled`, `failed` o `uncertain`.
    status: &'static str,
    /// Por qué no se envió.
    reason: Option<String>,
    /// El mensaje que produjo.
    message_id: Option<i64>,
}

/// Los intentos, por fecha.
#[derive(Serialize, ToSchema)]
#[schema(as = AttemptList)]
pub(crate) struct AttemptListOutput {
    /// Los intentos.
    items: Vec<AttemptOutput>,
    /// Cuántos son.
    total: usize,
}

impl From<Vec<Attempt>> for AttemptListOutput {
    fn from(attempts: Vec<Attempt>) -> Self {
        let items: Vec<AttemptOutput> = attempts.into_iter().map(AttemptOutput::from).collect();
        Self { total: items.len(), items }
    }
}

impl From<Attempt> for AttemptOutput {
    fn from(attempt: Attempt) -> Self {
        Self {
            id: attempt.id.0,
            icsr_id: attempt.case_id.0,
            applied_plan_id: attempt.plan_id.map(|id| id.0),
            position: attempt.position,
            label: attempt.label,
            due_at: instant(attempt.due_at),
            channel: attempt.channel.as_str(),
            status: attempt.status.as_str(),
            reason: attempt.reason,
            message_id: attempt.message_id.map(|id| id.0),
        }
    }
}
