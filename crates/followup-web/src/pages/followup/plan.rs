//! The plan: each contact with its date, its state, why it was not sent, and what can be done with it.

use followup_app::FollowupSummary;
use followup_domain::asking::plan::{Attempt, AttemptStatus, PlanTemplate, PlannedChannel};
use followup_words::{reasons, states};
use serde::Serialize;

use super::links::{Here, MessageLink};
use crate::show::when::{Reading, When};

#[derive(Serialize)]
pub(super) struct PlanView {
    name: Option<String>,
    status: Option<&'static str>,
    attempts: Vec<AttemptView>,
    /// Some of its contacts are held, and can be let go on.
    is_held: bool,
    /// Templates that can be applied; none while a plan is active.
    templates: Vec<(i64, String)>,
    channels: Vec<(&'static str, &'static str)>,
}

#[derive(Serialize)]
struct AttemptView {
    id: i64,
    label: String,
    channel: &'static str,
    carried_by: Option<&'static str>,
    status: &'static str,
    tone: &'static str,
    due: When,
    /// For the form of another date.
    due_input: String,
    reason: Option<String>,
    message: Option<MessageLink>,
    may_be_sent: bool,
    may_be_moved: bool,
    may_be_skipped: bool,
    may_be_completed: bool,
    may_be_reactivated: bool,
}

pub(super) fn view(summary: &FollowupSummary, templates: Vec<PlanTemplate>, here: &Here, reading: Reading) -> PlanView {
    let plan = summary.plan.as_ref();
    let is_active = plan.is_some_and(|plan| plan.status == followup_domain::asking::plan::PlanStatus::Active);
    PlanView {
        name: plan.map(|plan| plan.name.clone()),
        status: plan.map(|plan| states::plan(plan.status)),
        is_held: summary.attempts.iter().any(Attempt::waits_for_a_decision),
        attempts: summary.attempts.iter().map(|attempt| attempt_view(attempt, here, reading)).collect(),
        templates: templates.into_iter().filter(|_| !is_active).map(|template| (template.id.0, template.name)).collect(),
        channels: PlannedChannel::ALL.iter().map(|channel| (channel.as_str(), states::planned(*channel))).collect(),
    }
}

fn attempt_view(attempt: &Attempt, here: &Here, reading: Reading) -> AttemptView {
    let status = attempt.status;
    let is_open = matches!(status, AttemptStatus::Pending | AttemptStatus::Sending);
    let is_off = matches!(status, AttemptStatus::Skipped | AttemptStatus::Cancelled | AttemptStatus::Failed);
    let is_call = attempt.waits_for_a_person();
    AttemptView {
        id: attempt.id.0,
        label: attempt.label.clone(),
        channel: states::planned(attempt.channel),
        carried_by: attempt.carried_by.map(states::channel),
        status: states::attempt(status),
        tone: match status {
            AttemptStatus::Responded | AttemptStatus::Completed => "good",
            AttemptStatus::Failed => "bad",
            AttemptStatus::Uncertain | AttemptStatus::Cancelled => "warn",
            _ => "",
        },
        due: reading.when(attempt.due_at),
        due_input: reading.input(attempt.due_at),
        reason: attempt.reason.as_deref().map(reasons::shown),
        message: attempt.message_id.map(|id| here.link(id)),
        may_be_sent: !is_call && (status == AttemptStatus::Pending || is_off),
        may_be_moved: status == AttemptStatus::Pending,
        may_be_skipped: is_open,
        may_be_completed: status.may_become(AttemptStatus::Completed),
        may_be_reactivated: is_off,
    }
}
