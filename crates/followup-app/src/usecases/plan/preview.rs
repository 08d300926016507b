//! What a run of the dispatcher would do, by the run's own code, in transactions that are always rolled back.

use chrono::{DateTime, Utc};
use followup_domain::asking::gate::{Stage, Verdict};
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::asking::reason::{Reason, StopReason, WaitReason};
use followup_domain::case::{Case, FollowupStatus};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Channel, Message, MessageKind};
use followup_domain::ports::{Claimed, StoreError};

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::facts::attempts::{DispatchedAttempt, after_the_run};
use crate::facts::gate::{self, AtGate, Decision, decide};
use crate::runs::closing::list_to_close;
use crate::runs::due::queue_due_attempts;
use crate::runs::escalation::{each_waiting, escalate};
use crate::runs::handing_over::new_lease;
use crate::step::{self, Step};
use crate::transaction;

/// So many cases, or letters, are listed at a time.
const PAGE: i64 = 200;

/// What a run would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DispatchPreview {
    /// With every attempt that is due; `sending` is a letter that would go, or would be put off for the reason told.
    pub attempts: Vec<DispatchedAttempt>,
    /// With the letters that wait in the queue and are due, up to 200 of each channel.
    pub letters: Vec<PreviewedLetter>,
    /// Cases whose held letters would go on, since their address works again.
    pub restored: Vec<CaseId>,
    /// Cases of which the unit would be told that they wait too long.
    pub escalated: Vec<CaseId>,
    /// Cases that would be closed for lack of an answer.
    pub closed: Vec<CaseId>,
}

/// One letter of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewedLetter {
    /// The letter.
    pub message_id: MessageId,
    /// Its case.
    pub case_id: CaseId,
    /// By which channel it goes.
    pub channel: Channel,
    /// What would be done with it.
    pub fate: PreviewedFate,
}

/// What would be done with a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PreviewedFate {
    /// It would be handed to the transport.
    Send,
    /// It would wait, for this reason.
    PutOff(WaitReason),
    /// It would be taken out of the queue, for this reason.
    Withdraw(StopReason),
}

/// Carries what was seen out of its transaction, so that nothing is kept.
enum Seen<T> {
    This(T),
    Store(StoreError),
}

impl<T> From<StoreError> for Seen<T> {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl App {
    /// What a run would do now. A letter that would go is not shown to the transport, which may still refuse it.
    ///
    /// # Errors
    /// The store cannot be reached.
    pub fn preview_dispatch(&self) -> Result<DispatchPreview, StoreError> {
        let now = self.clock.now();
        let (restored, mut attempts) = restored(self, now)?;
        attempts.extend(due(self, &restored, now)?);
        Ok(DispatchPreview { letters: queued(self, now)?, attempts, restored, escalated: escalated(self)?, closed: closed(self, now)? })
    }
}

/// Cases in which something would go on that waited for an address, and what of theirs is due then.
fn restored(app: &App, now: DateTime<Utc>) -> Result<(Vec<CaseId>, Vec<DispatchedAttempt>), StoreError> {
    let (mut restored, mut attempts) = (Vec::new(), Vec::new());
    let mut after = None;
    loop {
        let cases = step::read::<_, StoreError>(app, |step| step.tx.held_letters().list_restorable_cases(after, PAGE))?;
        let Some(last) = cases.last() else { return Ok((restored, attempts)) };
        after = Some(*last);
        for case_id in cases {
            let due = without_a_trace(app, now, |step| {
                let Some(case) = step.tx.cases().find_for_update(case_id)? else { return Ok(None) };
                follow(step, Event::AddressFree(&case))?;
                // What goes on with nothing left that waits.
                let goes_on = case.followup_status == FollowupStatus::Open && step.tx.held_letters().list(case_id)?.is_empty();
                if goes_on { due_attempts(step, case_id).map(Some) } else { Ok(None) }
            })?;
            restored.extend(due.is_some().then_some(case_id));
            attempts.extend(due.into_iter().flatten());
        }
    }
}

/// The due attempts of the other cases.
fn due(app: &App, seen: &[CaseId], now: DateTime<Utc>) -> Result<Vec<DispatchedAttempt>, StoreError> {
    let mut attempts = Vec::new();
    let mut after = None;
    loop {
        let cases = step::read::<_, StoreError>(app, |step| step.tx.attempts().list_due_cases(now, after, PAGE))?;
        let Some(last) = cases.last() else { return Ok(attempts) };
        after = Some(*last);
        for case_id in cases.into_iter().filter(|case_id| seen.binary_search(case_id).is_err()) {
            attempts.extend(without_a_trace(app, now, |step| due_attempts(step, case_id))?);
        }
    }
}

/// What would become of a case's due attempts; to be rolled back.
fn due_attempts(step: &mut Step<'_>, case_id: CaseId) -> Result<Vec<DispatchedAttempt>, StoreError> {
    let touched = queue_due_attempts(step, case_id)?;
    let mut seen = after_the_run(step, &touched)?;
    for attempt in seen.iter_mut().filter(|attempt| attempt.status == AttemptStatus::Sending) {
        foresee(step, attempt)?;
    }
    Ok(seen)
}

/// What the claim would say of the letter that was queued just now.
fn foresee(step: &mut Step<'_>, attempt: &mut DispatchedAttempt) -> Result<(), StoreError> {
    let message_id = step.tx.attempts().find(attempt.attempt_id)?.and_then(|attempt| attempt.message_id);
    let Some(message_id) = message_id else { return Ok(()) };
    let (Some(case), Some(message)) = (step.tx.cases().find(attempt.case_id)?, step.tx.messages().find(message_id)?) else {
        return Ok(());
    };
    match decide(step, &case, &message)? {
        Decision::Send { .. } => {}
        Decision::PutOff { reason, .. } => attempt.reason = Some(Reason::from(reason).stored()),
        Decision::Withdraw(withdrawal) => {
            (attempt.status, attempt.reason) = (withdrawal.attempt, Some(Reason::from(withdrawal.why).stored()));
        }
    }
    Ok(())
}

fn queued(app: &App, now: DateTime<Utc>) -> Result<Vec<PreviewedLetter>, StoreError> {
    let lease = new_lease(app);
    let mut waiting = Vec::new();
    for (channel, _) in app.senders.lanes() {
        let claimed = without_a_trace(app, now, |step| step.tx.dispatch().claim_due(channel, now, &lease, PAGE))?;
        waiting.extend(claimed.into_iter().map(|claimed| (channel, claimed)));
    }
    let mut letters = Vec::with_capacity(waiting.len());
    // Each in a transaction of its own, as in a run: no two cases are locked at once.
    for (channel, Claimed { message_id, case_id, deferred, .. }) in waiting {
        let fate = without_a_trace(app, now, |step| {
            let (Some(case), Some(message)) = (step.tx.cases().find_for_update(case_id)?, step.tx.messages().find(message_id)?) else {
                return Ok(None);
            };
            Ok(match message.kind {
                MessageKind::Manual | MessageKind::SentNow if deferred => Some(foreseen_by_hand(step, &case, &message)?),
                MessageKind::Manual | MessageKind::SentNow => None,
                MessageKind::Notification => Some(PreviewedFate::Send),
                _ => Some(foreseen(step, &case, &message)?),
            })
        })?;
        letters.extend(fate.map(|fate| PreviewedLetter { message_id, case_id, channel, fate }));
    }
    Ok(letters)
}

fn foreseen_by_hand(step: &mut Step<'_>, case: &Case, message: &Message) -> Result<PreviewedFate, StoreError> {
    Ok(match gate::of(step, AtGate::stored(case, message, Stage::Claim))?.verdict() {
        Verdict::Go => PreviewedFate::Send,
        Verdict::Wait { reason, .. } => PreviewedFate::PutOff(reason),
        Verdict::Stop { reason, .. } => PreviewedFate::Withdraw(reason),
    })
}

fn foreseen(step: &mut Step<'_>, case: &Case, message: &Message) -> Result<PreviewedFate, StoreError> {
    Ok(match decide(step, case, message)? {
        Decision::Send { .. } => PreviewedFate::Send,
        Decision::PutOff { reason, .. } => PreviewedFate::PutOff(reason),
        Decision::Withdraw(withdrawal) => PreviewedFate::Withdraw(withdrawal.why),
    })
}

fn escalated(app: &App) -> Result<Vec<CaseId>, StoreError> {
    let mut escalated = Vec::new();
    each_waiting(app, &|| false, &mut |case_id, since, now| {
        if without_a_trace(app, now, |step| escalate(step, case_id, since))? {
            escalated.push(case_id);
        }
        Ok(())
    })?;
    Ok(escalated)
}

fn closed(app: &App, now: DateTime<Utc>) -> Result<Vec<CaseId>, StoreError> {
    let mut closed = Vec::new();
    if !app.policy.close_by_itself {
        return Ok(closed);
    }
    let mut offset = 0;
    loop {
        let (seen, due) = list_to_close(app, offset, now)?;
        if seen == 0 {
            return Ok(closed);
        }
        closed.extend(due);
        offset += seen;
    }
}

/// Does something in a transaction, tells what came of it, and rolls it back.
fn without_a_trace<T>(
    app: &App,
    now: DateTime<Utc>,
    mut what: impl FnMut(&mut Step<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let outcome = transaction::write_at::<(), Seen<T>>(app, &step::itself(app), now, |step| Err(Seen::This(what(step)?)));
    match outcome {
        Err(Seen::This(seen)) => Ok(seen),
        Err(Seen::Store(error)) => Err(error),
        // The transaction never succeeds.
        Ok(()) => Err(StoreError::Refused("a preview was kept".into())),
    }
}
