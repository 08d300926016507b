//! A plan is applied to a case: its attempts get their dates.

use chrono::{DateTime, Utc};
use followup_domain::asking::plan::{Attempt, PlanTemplate, due_at};
use followup_domain::audit::Actor;
use followup_domain::case::{Case, FollowupStatus};
use followup_domain::ids::{CaseId, TemplateId};
use followup_domain::ports::{NewAttempt, NewPlan, StoreError};

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::moves::plan;
use crate::transaction;

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

impl App {
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
        transaction::write(self, actor, |step| {
            let case = step.tx.cases().find_for_update(case_id)?.ok_or(ApplyPlanError::NotFound)?;
            let template = step.tx.templates().find(template_id)?.filter(|template| !template.archived);
            let template = template.ok_or(ApplyPlanError::UnknownTemplate)?;
            if case.followup_status == FollowupStatus::Closed {
                return Err(ApplyPlanError::Closed);
            }
            let attempts = scheduled(&case, &template, base_at, step.now).ok_or(ApplyPlanError::BaseOutOfRange)?;
            let new = NewPlan { case_id, template_id, name: template.name.clone(), base_at, applied_at: step.now };
            let plan_id = plan::apply(step, &new, attempts)?.ok_or(ApplyPlanError::AlreadyActive)?;
            if let Some(plan) = step.tx.plans().find_active(case_id)? {
                follow(step, Event::PlanApplied(&plan))?;
            }
            follow(step, Event::Decided(&case))?;
            let attempts = step.tx.attempts().list(case_id)?;
            Ok(attempts.into_iter().filter(|attempt| attempt.plan_id == Some(plan_id)).collect())
        })
    }
}

fn scheduled(case: &Case, template: &PlanTemplate, base_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<Vec<NewAttempt>> {
    let dated = (1..).zip(&template.attempts).map(|(position, attempt)| {
        Some(NewAttempt {
            case_id: case.id,
            plan_id: None,
            position,
            label: attempt.label.clone(),
            due_at: due_at(base_at, attempt.after_hours)?,
            channel: attempt.channel,
            reason: None,
            created_at: now,
        })
    });
    dated.collect()
}
