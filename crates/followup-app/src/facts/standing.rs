//! What a case stands at: gathered for the rule in the domain, as little of it as may have changed.

use std::fmt::{self, Write};
use std::hash::{DefaultHasher, Hasher};

use chrono::{DateTime, Days, NaiveTime, TimeZone, Utc};
use followup_domain::asking::lanes::Lane;
use followup_domain::asking::plan::{Attempt, PlanStatus};
use followup_domain::asking::request::LetterKind;
use followup_domain::asking::standing::{StandingFacts, standing};
use followup_domain::asking::waiting::{answer_until, closing_from};
use followup_domain::case::deadlines::{ClockFacts, Deadline, case_clock};
use followup_domain::case::{Case, FollowupStatus};
use followup_domain::ids::CaseId;
use followup_domain::message::Channel;
use followup_domain::ports::{KeptStanding, StoreError};

use super::open_items::open_items;
use super::way::is_reachable;
use super::whatsapp::of_kind;
use crate::step::{Depth, Step};

/// A case, what it stood at, and what it stands at now.
pub(crate) struct Look {
    pub(crate) case: Case,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) before: KeptStanding,
    pub(crate) now: KeptStanding,
}

impl Look {
    /// Whether it has come to stand in a lane.
    pub(crate) fn enters(&self, lane: Lane) -> bool {
        let stands = |kept: &KeptStanding| kept.standing.lanes.iter().any(|found| found.lane == lane);
        stands(&self.now) && !stands(&self.before)
    }
}

/// Looks at a case; `moved`: when something last happened in it. None when it is not there.
pub(crate) fn look_at(
    step: &mut Step<'_>,
    case_id: CaseId,
    depth: Depth,
    moved: Option<DateTime<Utc>>,
) -> Result<Option<Look>, StoreError> {
    let (Some(case), Some(before)) = (step.tx.cases().find(case_id)?, step.tx.standings().find(case_id)?) else { return Ok(None) };
    let attempts = step.tx.attempts().list(case_id)?;
    let known = match depth {
        Depth::Dates if !before.computed_by.is_empty() => Known::kept(&before),
        _ => Known::anew(step, &case, &before)?,
    };
    let thread = step.tx.standings().thread_facts(case_id)?;
    let is_ahead = |attempt: &Attempt| !attempt.status.is_settled() && !attempt.waits_for_a_person();
    let nothing_ahead = thread.queued_at.is_none() && !attempts.iter().any(is_ahead);
    let silence = if nothing_ahead { silence(step, &case)? } else { Silence::default() };
    let facts = StandingFacts {
        open: case.followup_status == FollowupStatus::Open,
        serious: known.serious,
        missing: known.missing,
        reachable: known.reachable,
        unattended: thread.unattended,
        unconfirmed: thread.unconfirmed,
        moved_at: moved.unwrap_or(before.standing.moved_at),
        attempts: &attempts,
        resumable: !resumable(step, &case, &attempts)?.is_empty(),
        queued_at: thread.queued_at,
        awaited_until: silence.answer_until,
        closing_from: silence.closing_from,
        was_asked: thread.was_asked,
        report_due: known.report_due,
        before: &before.standing.lanes,
    };
    let now = KeptStanding { standing: standing(&facts), product: known.product, computed_by: known.computed_by };
    Ok(Some(Look { case, attempts, before, now }))
}

/// The attempts that wait for a person to let them go on, and that may: of the plan that was applied last, unless that was called off, or of none.
pub(crate) fn resumable(step: &mut Step<'_>, case: &Case, attempts: &[Attempt]) -> Result<Vec<Attempt>, StoreError> {
    let held: Vec<&Attempt> = attempts.iter().filter(|attempt| attempt.waits_for_a_decision()).collect();
    if held.is_empty() || case.followup_status == FollowupStatus::Closed {
        return Ok(Vec::new());
    }
    let latest = step.tx.plans().find_latest(case.id)?.filter(|latest| latest.status != PlanStatus::Cancelled).map(|latest| latest.id);
    Ok(held.into_iter().filter(|attempt| attempt.plan_id.is_none() || attempt.plan_id == latest).cloned().collect())
}

/// What follows from the record, the fields that were documented and the addresses.
struct Known {
    serious: Option<bool>,
    product: Option<String>,
    missing: i64,
    reachable: bool,
    report_due: Option<DateTime<Utc>>,
    computed_by: String,
}

impl Known {
    fn kept(before: &KeptStanding) -> Self {
        let at_risk = before.standing.lanes.iter().find(|found| found.lane == Lane::DeadlineAtRisk);
        Self {
            serious: before.standing.serious,
            product: before.product.clone(),
            missing: before.standing.missing,
            reachable: before.standing.reachable,
            report_due: at_risk.and_then(|found| found.due_at),
            computed_by: before.computed_by.clone(),
        }
    }

    fn anew(step: &mut Step<'_>, case: &Case, before: &KeptStanding) -> Result<Self, StoreError> {
        // A process that sends nothing does not know who can be reached: what is known stays, until one that does looks.
        let knows = step.deployment.senders.lanes().next().is_some();
        let deadlines = step.tx.deadlines().list()?;
        let (reachable, computed_by) = match knows {
            true => (is_reachable(step, case)?, rules_with(step, &deadlines)?),
            false => (before.standing.reachable, before.computed_by.clone()),
        };
        Ok(Self {
            serious: case.record.seriousness(),
            product: case.record.productos.first().and_then(|product| product.nombre_producto.clone()),
            missing: i64::try_from(open_items(step, case)?.len()).unwrap_or(i64::MAX),
            reachable,
            report_due: report_due(step, case, &deadlines),
            computed_by,
        })
    }
}

/// When the time to report ends that ends first: of a case that is worked on, at the end of the day.
pub(crate) fn report_due(step: &Step<'_>, case: &Case, deadlines: &[Deadline]) -> Option<DateTime<Utc>> {
    if !case.record.estado.is_worked_on() {
        return None;
    }
    let zone = step.policy().zone;
    let facts = ClockFacts {
        received_on: case.record.received_on(case.created_at, zone),
        last_request: None,
        last_unanswered_reply: None,
        serious: case.record.seriousness(),
    };
    let due_on = case_clock(&facts, deadlines, step.now, zone).reports.first()?.due_on;
    let ends = due_on.checked_add_days(Days::new(1))?.and_time(NaiveTime::MIN);
    Some(zone.from_local_datetime(&ends).earliest().map_or_else(|| ends.and_utc(), |ends| ends.with_timezone(&Utc)))
}

/// How long the reporter may be silent.
#[derive(Default)]
struct Silence {
    answer_until: Option<DateTime<Utc>>,
    closing_from: Option<DateTime<Utc>>,
}

fn silence(step: &mut Step<'_>, case: &Case) -> Result<Silence, StoreError> {
    if case.awaiting_since.is_none() || case.followup_status == FollowupStatus::Closed {
        return Ok(Silence::default());
    }
    let thread = step.tx.exchanges().list(case.id)?;
    let plan_base = step.tx.plans().find_latest(case.id)?.map(|plan| plan.base_at);
    Ok(Silence {
        answer_until: answer_until(&thread, case.awaiting_since),
        closing_from: closing_from(&thread, case.awaiting_since, plan_base, step.policy().propose_closing_after_days),
    })
}

/// The rules by which standings are computed, in short: by others they come out otherwise.
pub(crate) fn rules(step: &mut Step<'_>) -> Result<String, StoreError> {
    let deadlines = step.tx.deadlines().list()?;
    rules_with(step, &deadlines)
}

fn rules_with(step: &mut Step<'_>, deadlines: &[Deadline]) -> Result<String, StoreError> {
    // Whom WhatsApp reaches depends on its templates.
    let templates = [of_kind(step, LetterKind::Request)?.status(), of_kind(step, LetterKind::Reminder)?.status()];
    let policy = step.policy();
    let lanes: Vec<Channel> = step.deployment.senders.lanes().map(|(channel, _)| channel).collect();
    let settings = (&policy.required, policy.zone, policy.propose_closing_after_days, &policy.redirect_to);
    let mut hash = Hashed(DefaultHasher::new());
    // Writing into a hash does not fail.
    let _ = write!(hash, "{settings:?} {:?} {lanes:?} {templates:?} {deadlines:?}", policy.country);
    Ok(format!("{} {:016x}", env!("CARGO_PKG_VERSION"), hash.0.finish()))
}

struct Hashed(DefaultHasher);

impl Write for Hashed {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}
