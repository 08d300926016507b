//! A plan is applied to a case: its attempts get their dates.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use followup_domain::asking::plan::{Attempt, AttemptStatus, PlanTemplate, due_at};
use followup_domain::audit::{Actor, AuditFacts, facts};
use followup_domain::case::{Case, FollowupStatus};
use followup_domain::ids::{CaseId, MessageId, PlanId, TemplateId};
use followup_domain::message::{Channel, Message};
use followup_domain::ports::{Inserted, NewAttempt, NewPlan, StoreError, StoreExt, Tx};

use crate::audit_facts::plan_entry;
use crate::service::Followup;

/// Why a plan was not applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyPlanError {
    /// There is no such case.
    #[error("case not found")]
    NotFound,
    /// There is no such template, or it is archived.
    #[error("plan template not found")]
    UnknownTemplate,
    /// The follow-up is closed.
    #[error("follow-up is closed")]
    Closed,
    /// The case has an active plan.
    #[error("the case has an active plan")]
    AlreadyActive,
    /// The base date is so far away that an attempt has no date.
    #[error("base date out of range")]
    BaseOutOfRange,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Followup {
    /// Applies a template from `base_at` on. A request that was accepted since then counts as the first attempt.
    ///
    /// # Errors
    /// [`ApplyPlanError`]; nothing is stored then.
    pub fn apply_plan(
        &self,
        actor: &Actor,
        case_id: CaseId,
        template_id: TemplateId,
        base_at: DateTime<Utc>,
    ) -> Result<Vec<Attempt>, ApplyPlanError> {
        let now = self.now();
        self.store.write(|tx| {
            let case = tx.cases().find_for_update(case_id)?.ok_or(ApplyPlanError::NotFound)?;
            let template =
                tx.plans().find_template(template_id)?.filter(|template| !template.archived).ok_or(ApplyPlanError::UnknownTemplate)?;
            if case.followup_status == FollowupStatus::Closed {
                return Err(ApplyPlanError::Closed);
            }
            let mut attempts = scheduled(&case, &template, base_at, now).ok_or(ApplyPlanError::BaseOutOfRange)?;
            let plan = NewPlan { case_id, template_id, name: template.name.clone(), base_at, applied_at: now };
            let Inserted::New(plan_id) = tx.plans().insert(&plan)? else { return Err(ApplyPlanError::AlreadyActive) };
            self.forget_held_of_plans(tx, case_id)?;
            attempts.iter_mut().for_each(|attempt| attempt.plan_id = Some(plan_id));
            tx.attempts().insert_all(&attempts)?;
            let new = facts([("template_id", template_id.0.into()), ("base_at", base_at.into())]);
            tx.audit().append(&plan_entry(case_id, plan_id, actor, now, "plan.applied", AuditFacts::new(), new))?;
            self.count_earlier_request(tx, case_id, plan_id, base_at, now)?;
            let attempts = tx.attempts().list(case_id)?;
            Ok(attempts.into_iter().filter(|attempt| attempt.plan_id == Some(plan_id)).collect())
        })
    }

    /// A request that was accepted since the base date is the plan's first attempt.
    pub(crate) fn count_earlier_request(
        &self,
        tx: &mut dyn Tx,
        case_id: CaseId,
        plan_id: PlanId,
        base_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let attempts = tx.attempts().list(case_id)?;
        let first = attempts.iter().find(|attempt| attempt.plan_id == Some(plan_id) && attempt.position == 1);
        let Some(first) = first.filter(|attempt| attempt.status == AttemptStatus::Pending && attempt.reactivated_at.is_none()) else {
            return Ok(());
        };
        match earlier_request(tx, case_id, plan_id, base_at)? {
            Some(request) => self.move_attempt(tx, first, AttemptStatus::Sent, Some("solicitud ya enviada"), Some(request), now),
            None => Ok(()),
        }
    }
}

impl Followup {
    /// For the letter of a plan's first attempt: the request that somebody sent since the plan's base date.
    pub(crate) fn request_in_place_of(&self, tx: &mut dyn Tx, case: &Case, letter: &Message) -> Result<Option<MessageId>, StoreError> {
        let Some(attempt_id) = letter.attempt_id else { return Ok(None) };
        let attempt = tx.attempts().find(attempt_id)?.filter(|attempt| attempt.position == 1 && attempt.reactivated_at.is_none());
        let plan = tx.plans().find_active(case.id)?.filter(|plan| attempt.is_some_and(|attempt| attempt.plan_id == Some(plan.id)));
        match plan {
            Some(plan) => earlier_request(tx, case.id, plan.id, plan.base_at),
            None => Ok(None),
        }
    }
}

/// The earliest request that was accepted since the plan's base and is no letter of the plan itself: those of later attempts are not
/// its first.
fn earlier_request(tx: &mut dyn Tx, case_id: CaseId, plan: PlanId, base_at: DateTime<Utc>) -> Result<Option<MessageId>, StoreError> {
    let asked = tx.requests().asked(case_id)?;
    let accepted = asked.into_iter().filter(|asked| asked.delivery.is_some_and(|delivery| delivery.reached_the_transport()));
    let since_then = accepted.filter_map(|asked| asked.sent_at.filter(|at| *at >= base_at).map(|at| (at, asked.message_id)));
    for (_, message_id) in since_then.collect::<BTreeSet<_>>() {
        let attempt_id = tx.messages().find(message_id)?.and_then(|message| message.attempt_id);
        let attempt = match attempt_id {
            Some(attempt_id) => tx.attempts().find(attempt_id)?,
            None => None,
        };
        if attempt.is_none_or(|attempt| attempt.plan_id != Some(plan)) {
            return Ok(Some(message_id));
        }
    }
    Ok(None)
}

fn scheduled(case: &Case, template: &PlanTemplate, base_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<Vec<NewAttempt>> {
    let dated = (1..).zip(&template.attempts).map(|(position, attempt)| {
        Some(NewAttempt {
            case_id: case.id,
            plan_id: None,
            position,
            label: attempt.label.clone(),
            due_at: due_at(base_at, attempt.after_hours)?,
            channel: Channel::Email,
            created_at: now,
        })
    });
    dated.collect()
}
