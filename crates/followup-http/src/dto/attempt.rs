//! Attempts of a plan.

use chrono_tz::Tz;
use followup_app::{AttemptAction, OneMoreAttempt};
use followup_domain::asking::plan::{Attempt, PlannedChannel};
use followup_domain::message::Channel;
use followup_words::answers as texts;
use followup_words::reasons::shown;
use serde::Serialize;
use utoipa::ToSchema;

use super::{instant, local};
use crate::input::{Choice, Fields, Input, Instant, NAME_LENGTH, TEXT_LENGTH, Text, json_body};

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
    /// El canal: `auto` es el primero de `CHANNEL_ORDER` que llegue al reportante cuando venza; o `email`, `sms`, `whatsapp`, `call`.
    channel: &'static str,
    /// El canal de su mensaje, cuando lo tiene.
    carried_by: Option<&'static str>,
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
            carried_by: attempt.carried_by.map(Channel::as_str),
            status: attempt.status.as_str(),
            reason: attempt.reason.as_deref().map(shown),
            message_id: attempt.message_id.map(|id| id.0),
        }
    }
}

/// A contact that is scheduled beside a plan.
pub(crate) struct NewContactInput;

impl Input for NewContactInput {
    type Value = OneMoreAttempt;
    const NAME: &'static str = "AttemptRequest";
    const ABOUT: &'static str = "Un contacto que se programa aparte de un plan.";

    fn read(fields: &mut Fields) -> Option<OneMoreAttempt> {
        let channels: Vec<_> = PlannedChannel::ALL.iter().map(|channel| (channel.as_str(), *channel)).collect();
        let due_at = fields.required("due_at", Instant, "Cuándo, RFC 3339.");
        let label = fields.required("label", Text::of(NAME_LENGTH), "Su nombre.");
        let channel = fields.optional(
            "channel",
            Choice(&channels),
            "`auto` (si no se da): el primero de `CHANNEL_ORDER` que llegue al reportante; o `email`, `sms`, `whatsapp`, `call`.",
        );
        let reason = fields.optional("reason", Text::of(TEXT_LENGTH), "Por qué, para la bitácora.");
        let channel = channel.unwrap_or(PlannedChannel::Auto);
        due_at.zip(label).map(|(due_at, label)| OneMoreAttempt { due_at, label, channel, reason })
    }
}

/// What is done with an attempt.
#[derive(Clone, Copy)]
enum Action {
    Skip,
    Complete,
    Reschedule,
    Reactivate,
}

/// An action and the date that belongs to it.
#[derive(Clone, Copy)]
enum Form {
    WithoutDate,
    WithDate,
    WithOrWithout,
    /// None that is known.
    Unknown,
}

const WITHOUT_DATE: &[(&str, Action)] = &[("skip", Action::Skip), ("complete", Action::Complete)];
const WITH_DATE: &[(&str, Action)] = &[("reschedule", Action::Reschedule)];
const WITH_OR_WITHOUT: &[(&str, Action)] = &[("reactivate", Action::Reactivate)];

impl Form {
    const ALL: [Self; 3] = [Self::WithoutDate, Self::WithDate, Self::WithOrWithout];

    fn actions(self) -> Vec<(&'static str, Action)> {
        match self {
            Self::WithoutDate => WITHOUT_DATE.to_vec(),
            Self::WithDate => WITH_DATE.to_vec(),
            Self::WithOrWithout => WITH_OR_WITHOUT.to_vec(),
            Self::Unknown => [WITHOUT_DATE, WITH_DATE, WITH_OR_WITHOUT].concat(),
        }
    }

    fn of(fields: &Fields) -> Self {
        let action = fields.peek("action");
        let is_its = |form: &Self| form.actions().iter().any(|(name, _)| Some(*name) == action);
        Self::ALL.into_iter().find(is_its).unwrap_or(Self::Unknown)
    }
}

/// What is decided about an attempt.
pub(crate) struct AttemptChangeInput;

impl Input for AttemptChangeInput {
    type Value = AttemptAction;
    const NAME: &'static str = "AttemptChange";
    const ABOUT: &'static str = "Lo que se decide de un intento: sin fecha, con ella, o como se prefiera.";

    fn read(fields: &mut Fields) -> Option<AttemptAction> {
        let chosen = fields.form(&Form::ALL, Form::of, |fields, form| {
            let action = fields.required("action", Choice(&form.actions()), "`skip`, `complete`, `reschedule` o `reactivate`.");
            let about = "La nueva fecha, RFC 3339; obligatoria con `reschedule`.";
            let due_at = match form {
                Form::WithoutDate => {
                    fields.not_here("due_at", texts::NO_DATE_WITH_ACTION, "Solo con `reschedule` o `reactivate`.");
                    None
                }
                Form::WithDate => Some(fields.required("due_at", Instant, about)?),
                Form::WithOrWithout | Form::Unknown => fields.optional("due_at", Instant, about),
            };
            Some((action?, due_at))
        });
        let reason = fields.optional("reason", Text::of(TEXT_LENGTH), "Por qué.");
        Some(match chosen? {
            (Action::Skip, _) => AttemptAction::Skip { reason },
            (Action::Complete, _) => AttemptAction::Complete { reason },
            (Action::Reschedule, due_at) => AttemptAction::Reschedule { due_at: due_at?, reason },
            (Action::Reactivate, due_at) => AttemptAction::Reactivate { due_at, reason },
        })
    }
}

json_body!(NewContactInput, AttemptChangeInput);
