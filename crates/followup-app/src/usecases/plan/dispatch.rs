//! The dispatcher: every attempt that is due gets its letter queued, or a reason why not; then what is queued is sent.

use followup_domain::ids::AttemptId;
use followup_domain::ports::StoreError;

use crate::app::App;
use crate::facts::attempts::{DispatchedAttempt, after_the_run};
use crate::runs::closing::close_unanswered;
use crate::runs::delivery::{DeliveryReport, deliver};
use crate::runs::drafts;
use crate::runs::due::queue_due_attempts;
use crate::runs::escalation::escalate_waiting;
use crate::runs::files;
use crate::runs::keys;
use crate::runs::restoring::restore_all;
use crate::runs::sessions;
use crate::runs::standings::refresh_outdated;
use crate::step;
use crate::transaction;

/// So many cases are listed at a time.
const PAGE: i64 = 200;

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DispatchReport {
    /// Every attempt that was due and looked at, or whose letter was taken up.
    pub attempts: Vec<DispatchedAttempt>,
    /// What became of the queue: these attempts' letters, and automatic requests.
    pub delivery: DeliveryReport,
    /// Cases of which the unit was told that they wait too long.
    pub escalated: u32,
    /// Cases that were closed for lack of an answer, where the deployment wants it.
    pub closed: u32,
    /// Cases that could not be handled, which stay due; and what could not be done after the letters were sent.
    pub errors: u32,
}

impl App {
    /// One run. Several may run at once: a case is handled under its lock, a letter is queued under a unique key.
    ///
    /// # Errors
    /// The store cannot be reached. Messages that fail are data, not errors.
    pub fn dispatch_due(&self, stop: &dyn Fn() -> bool) -> Result<DispatchReport, StoreError> {
        let mut report = DispatchReport::default();
        restore_all(self, stop, &mut report.errors)?;
        let touched = queue_all_due(self, stop, &mut report.errors)?;
        report.escalated = escalate_waiting(self, stop, &mut report.errors)?;
        report.closed = close_unanswered(self, stop, &mut report.errors)?;
        report.delivery = deliver(self, stop)?;
        refresh_outdated(self, stop, &mut report.errors)?;
        // What was done is told, whatever becomes of the rest.
        if let Err(error) = keys::forget_old(self, stop) {
            tracing::error!(%error, "old idempotency keys could not be forgotten");
            report.errors += 1;
        }
        if let Err(error) = files::forget_old(self, stop) {
            tracing::error!(%error, "files that no message took along could not be forgotten");
            report.errors += 1;
        }
        if let Err(error) = sessions::forget_ended(self, stop) {
            tracing::error!(%error, "ended sessions could not be forgotten");
            report.errors += 1;
        }
        if let Err(error) = drafts::forget_old(self, stop) {
            tracing::error!(%error, "drafts that nobody goes on with could not be forgotten");
            report.errors += 1;
        }
        match look_at(self, &touched, &report.delivery) {
            Ok(attempts) => report.attempts = attempts,
            Err(error) => {
                tracing::error!(%error, "what became of the attempts could not be read");
                report.errors += 1;
            }
        }
        Ok(report)
    }
}

/// Handles the due attempts of every case; gives those that it touched.
fn queue_all_due(app: &App, stop: &dyn Fn() -> bool, errors: &mut u32) -> Result<Vec<AttemptId>, StoreError> {
    let mut touched = Vec::new();
    let mut after = None;
    while !stop() {
        let now = app.clock.now();
        let cases = step::read::<_, StoreError>(app, |step| step.tx.attempts().list_due_cases(now, after, PAGE))?;
        let Some(last) = cases.last() else { break };
        after = Some(*last);
        for case_id in cases {
            match transaction::write_at(app, &step::itself(app), now, |step| queue_due_attempts(step, case_id)) {
                Ok(attempts) => touched.extend(attempts),
                Err(error) if error.may_pass() => return Err(error),
                Err(error) => {
                    tracing::error!(icsr_id = case_id.0, %error, "due attempts could not be handled");
                    *errors += 1;
                }
            }
        }
    }
    Ok(touched)
}

/// The attempts that a run touched, and those whose letters it took up.
fn look_at(app: &App, touched: &[AttemptId], delivery: &DeliveryReport) -> Result<Vec<DispatchedAttempt>, StoreError> {
    step::read(app, |step| {
        let mut all = touched.to_vec();
        for message_id in &delivery.taken_up {
            let attempt = step.tx.messages().find(*message_id)?.and_then(|message| message.attempt_id);
            all.extend(attempt.filter(|attempt| !all.contains(attempt)));
        }
        after_the_run(step, &all)
    })
}
