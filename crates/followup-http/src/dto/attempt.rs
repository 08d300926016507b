//! Attempts of a plan.

use chrono_tz::Tz;
use followup_app::{AttemptAction, OneMoreAttempt};
use followup_domain::asking::plan::Attempt;
use followup_domain::message::Channel;
use followup_words::reasons::shown;
use serde::Serialize;
use utoipa::ToSchema;

use super::fields::{Fields, NAME_LENGTH, TEXT_LENGTH};
use super::{instant, local};
use crate::errors::ApiError;
use crate::json::Json;
use crate::texts;

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
    /// Cuándo vence en la hora de la organización, DD/MM/AAAA HH:MM.
    due_local: String,
    /// El canal.
    channel: &'static str,
    /// `pending`, `sending`, `sent`, `responded`, `completed`, `skipped`, `cancelled`, `failed` o `uncertain`.
    status: &'static str,
    /// Por qué no se envió.
    reason: Option<String>,
    /// El mensaje que produjo.
    message_id: Option<i64>,
}

impl AttemptOutput {
    pub(crate) fn new(attempt: Attempt, zone: Tz) -> Self {
        Self {
            id: attempt.id.0,
            icsr_id: attempt.case_id.0,
            applied_plan_id: attempt.plan_id.map(|id| id.0),
            position: attempt.position,
            label: attempt.label,
            due_at: instant(attempt.due_at),
            due_local: local(attempt.due_at, zone),
            channel: attempt.channel.as_str(),
            status: attempt.status.as_str(),
            reason: attempt.reason.as_deref().map(shown),
            message_id: attempt.message_id.map(|id| id.0),
        }
    }
}

/// Un contacto que se programa aparte de un plan.
#[derive(ToSchema)]
#[schema(as = AttemptRequest)]
#[allow(dead_code)] // Only described here.
pub(crate) struct NewContactInput {
    /// Cuándo, RFC 3339.
    #[schema(format = DateTime)]
    due_at: String,
    /// Su nombre.
    label: String,
    /// `email` (si no se da), `sms`, `whatsapp` o `call`.
    channel: Option<String>,
    /// Por qué, para la bitácora.
    reason: Option<String>,
}

/// Lo que se decide de un intento.
#[derive(ToSchema)]
#[schema(as = AttemptChange)]
#[allow(dead_code)] // Only described here.
pub(crate) struct AttemptChangeInput {
    /// `skip`, `reschedule`, `complete` o `reactivate`.
    action: String,
    /// La nueva fecha, RFC 3339; obligatoria con `reschedule`.
    #[schema(format = DateTime)]
    due_at: Option<String>,
    /// Por qué.
    reason: Option<String>,
}

/// # Errors
/// Fields that are unknown, absent or not valid.
pub(crate) fn new_contact(fields: Vec<(String, Json)>) -> Result<OneMoreAttempt, ApiError> {
    let mut fields = Fields::new(fields);
    let due_at = fields.instant("due_at");
    let due_at = fields.required("due_at", due_at);
    let label = fields.filled("label", NAME_LENGTH);
    let channel = fields.choice("channel", &channels()).unwrap_or(Channel::Email);
    let reason = fields.optional("reason", TEXT_LENGTH);
    fields.finish_with(due_at.zip(label)).map(|(due_at, label)| OneMoreAttempt { due_at, label, channel, reason })
}

/// How a contact may be scheduled.
pub(crate) fn channels() -> Vec<(&'static str, Channel)> {
    Channel::ALL.iter().map(|channel| (channel.as_str(), *channel)).collect()
}

/// What is done with an attempt.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Skip,
    Reschedule,
    Complete,
    Reactivate,
}

/// The published names.
pub(crate) const ACTIONS: [(&str, Action); 4] =
    [("skip", Action::Skip), ("reschedule", Action::Reschedule), ("complete", Action::Complete), ("reactivate", Action::Reactivate)];

/// # Errors
/// Fields that are unknown, absent or not valid; a date with an action that has none.
pub(crate) fn attempt_action(fields: Vec<(String, Json)>) -> Result<AttemptAction, ApiError> {
    let mut fields = Fields::new(fields);
    let action = fields.choice("action", &ACTIONS);
    let action = fields.required("action", action);
    let due_at = fields.instant("due_at");
    if action == Some(Action::Reschedule) {
        fields.required("due_at", due_at);
    }
    if due_at.is_some() && matches!(action, Some(Action::Skip | Action::Complete)) {
        fields.refuse::<()>("due_at", texts::NO_DATE_WITH_ACTION);
    }
    let reason = fields.optional("reason", TEXT_LENGTH);
    let read = match (action, due_at) {
        (Some(Action::Skip), _) => Some(AttemptAction::Skip { reason }),
        (Some(Action::Complete), _) => Some(AttemptAction::Complete { reason }),
        (Some(Action::Reschedule), Some(due_at)) => Some(AttemptAction::Reschedule { due_at, reason }),
        (Some(Action::Reactivate), due_at) => Some(AttemptAction::Reactivate { due_at, reason }),
        (Some(Action::Reschedule), None) | (None, _) => None,
    };
    fields.finish_with(read)
}
