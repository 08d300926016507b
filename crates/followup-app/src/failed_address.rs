//! Addresses at which letters failed: nothing goes to them by itself, what was to go waits, and goes on when they work again.

use chrono::{DateTime, Utc};
use followup_domain::asking::plan::{Attempt, AttemptStatus, PlanStatus};
use followup_domain::audit::{Actor, AuditFacts, facts};
use followup_domain::case::{Case, FollowupStatus};
use followup_domain::contact::EmailAddress;
use followup_domain::contact::Failure;
use followup_domain::contact::Permanence;
use followup_domain::ids::{AttemptId, CaseId};
use followup_domain::mail::bounce::{FailedAddress, after_failure};
use followup_domain::message::{Channel, Message, MessageKind};
use followup_domain::ports::{HeldLetter, Page, PageRequest, StoreError, StoreExt, Tx, Updated};

use crate::audit_facts::system_entry;
use crate::change_message::given;
use crate::errors::{InvalidReason, reason_of};
use crate::move_attempt::AttemptChange;
use crate::send_message::SendMessageError;
use crate::service::Followup;
use crate::stop_reason::StopReason;

/// Why what was held goes on.
const RESTORED: &str = "se puede escribir de nuevo al reportante";
/// So many cases are looked at in one transaction.
const PAGE: i64 = 200;

/// Why an address was not cleared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClearAddressError {
    /// No reason that can be kept.
    #[error(transparent)]
    Reason(#[from] InvalidReason),
    /// No letter failed at it.
    #[error("not a failed address")]
    NotFound,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is learned of an address by a letter to it.
pub(crate) struct Learned<'a> {
    /// Why the letter failed.
    pub(crate) failure: &'a Failure,
    /// The address that the report names, where it is another one.
    pub(crate) reported: Option<&'a str>,
    /// When the report arrived, or the server refused (UTC).
    pub(crate) at: DateTime<Utc>,
    /// Who says which letter the report is about.
    pub(crate) by: &'a Actor,
}

impl Followup {
    /// Addresses at which letters failed, by address.
    ///
    /// # Errors
    /// The store's.
    pub fn failed_addresses(&self, page: PageRequest) -> Result<Page<FailedAddress>, StoreError> {
        self.store.read(|tx| tx.addresses().list(page))
    }

    /// A person says that the address works again; what waited for it goes on.
    ///
    /// # Errors
    /// [`ClearAddressError`].
    pub fn clear_failed_address(&self, actor: &Actor, address: &EmailAddress, reason: &str) -> Result<(), ClearAddressError> {
        let reason = reason_of(reason)?;
        let now = self.now();
        let key = address.mailbox_key();
        if !self.store.write::<_, StoreError>(|tx| self.clear(tx, actor, &key, reason, now, &|_| true))? {
            return Err(ClearAddressError::NotFound);
        }
        // It is cleared, whatever becomes of this: the dispatcher looks for what waits too.
        if let Err(error) = self.restore_held_for(&key) {
            tracing::error!(%error, "what waited for an address could not be restored yet");
        }
        Ok(())
    }

    /// The reporter wrote from the address after it failed, so it works. `arrived_at`: when the mail did; an earlier one, which is
    /// understood or confirmed late, says nothing of what came after it.
    pub(crate) fn clear_by_reply(
        &self,
        tx: &mut dyn Tx,
        from: Option<&str>,
        arrived_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Some(from) = from else { return Ok(()) };
        let is_later = |known: &FailedAddress| known.at <= arrived_at;
        self.clear(tx, &self.itself(), from, "respondió desde esa dirección", now, &is_later).map(drop)
    }

    /// Something reached the address, or its server answers for it: what failed there for the moment is over.
    pub(crate) fn clear_by_arrival(
        &self,
        tx: &mut dyn Tx,
        address: Option<&str>,
        reason: &str,
        arrived_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Some(address) = address else { return Ok(()) };
        let is_over = |known: &FailedAddress| known.failure.permanence == Permanence::Soft && known.at <= arrived_at;
        self.clear(tx, &self.itself(), address, reason, now, &is_over).map(drop)
    }

    #[allow(clippy::too_many_arguments)] // Who clears what, why and when.
    fn clear(
        &self,
        tx: &mut dyn Tx,
        actor: &Actor,
        address: &str,
        reason: &str,
        now: DateTime<Utc>,
        may: &dyn Fn(&FailedAddress) -> bool,
    ) -> Result<bool, StoreError> {
        if tx.addresses().find(address)?.is_none() {
            return Ok(false);
        }
        tx.requests().lock_address(address)?;
        let Some(known) = tx.addresses().find(address)?.filter(may) else { return Ok(false) };
        if tx.addresses().clear(address)? == Updated::Stale {
            return Ok(false);
        }
        let mut entry = system_entry(actor, now, "contact.cleared", "contact", 0, facts([("address", known.address.clone().into())]));
        entry.old = told(&known);
        entry.reason = Some(reason.to_owned());
        tx.audit().append(&entry)?;
        Ok(true)
    }

    /// A letter to an address failed: the address is known to, and where nothing goes to it any more, what the case still had for it
    /// waits. Says whether it is held since. The case is locked.
    pub(crate) fn address_failed(
        &self,
        tx: &mut dyn Tx,
        case: &Case,
        letter: &Message,
        learned: &Learned<'_>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let Some(to) = letter.content.to.as_deref().filter(|_| letter.channel == Channel::Email) else { return Ok(false) };
        tx.requests().lock_address(to)?;
        if wrote_after(tx, case.id, to, learned.at)? {
            return Ok(false);
        }
        let before = tx.addresses().find(to)?;
        let known = after_failure(before.as_ref(), to, learned.failure, letter.id, learned.at);
        tx.addresses().mark(&known)?;
        let mut entry = system_entry(learned.by, now, "contact.failed", "contact", 0, told(&known));
        entry.old = before.as_ref().map(told).unwrap_or_default();
        if let Some(reported) = learned.reported {
            entry.new.insert("reported_address".into(), reported.into());
        }
        entry.reason = Some(learned.failure.to_string());
        tx.audit().append(&entry)?;
        if letter.kind != MessageKind::Notification
            && case.followup_status == FollowupStatus::Open
            && let Some(held) = self.held_address(tx, case)?
        {
            self.hold_for_address(tx, case.id, &held, now)?;
        }
        Ok(known.held && before.is_none_or(|before| !before.held))
    }

    /// What is known of the address that letters of this case go to, if nothing goes to it by itself.
    pub(crate) fn held_address(&self, tx: &mut dyn Tx, case: &Case) -> Result<Option<FailedAddress>, StoreError> {
        let Some(to) = self.channels(&case.record).email else { return Ok(None) };
        let to = self.policy.redirect_to.as_ref().unwrap_or(&to);
        Ok(tx.addresses().find(to.as_str())?.filter(|known| known.held))
    }

    /// What a case has scheduled or queued for an address waits until it works again.
    fn hold_for_address(&self, tx: &mut dyn Tx, case_id: CaseId, held: &FailedAddress, now: DateTime<Utc>) -> Result<(), StoreError> {
        let reason = StopReason::bounced(held).to_string();
        let is_letter = |attempt: &Attempt| attempt.channel == Channel::Email;
        for attempt in tx.attempts().list(case_id)?.into_iter().filter(is_letter) {
            let waits = match attempt.status {
                AttemptStatus::Pending => {
                    self.move_attempt(tx, &attempt, AttemptStatus::Cancelled, Some(&reason), None, now)?;
                    true
                }
                AttemptStatus::Sending => self.stop_letter_of(tx, &attempt, AttemptStatus::Cancelled, &reason, now)?,
                _ => false,
            };
            if waits {
                self.wait_for_address(tx, case_id, Some(attempt.id), &held.address)?;
            }
        }
        self.withdraw_automatic(tx, case_id, &reason, now)?;
        // What the letter asked is to be asked again, by which letter shows when the address works.
        self.wait_for_address(tx, case_id, None, &held.address)
    }

    /// An attempt waits until its address works again.
    pub(crate) fn hold_attempt(
        &self,
        tx: &mut dyn Tx,
        attempt: &Attempt,
        held: &FailedAddress,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.move_attempt(tx, attempt, AttemptStatus::Cancelled, Some(&StopReason::bounced(held).to_string()), None, now)?;
        self.wait_for_address(tx, attempt.case_id, Some(attempt.id), &held.address)
    }

    /// Keeps that a letter waits for an address; the automatic request where there is no attempt.
    pub(crate) fn wait_for_address(
        &self,
        tx: &mut dyn Tx,
        case_id: CaseId,
        attempt_id: Option<AttemptId>,
        address: &str,
    ) -> Result<(), StoreError> {
        tx.addresses().hold(&HeldLetter { case_id, attempt_id, address: address.to_owned() })
    }

    /// Something else holds the case from now on, such as a reply: it does not go on by itself when the address works again.
    pub(crate) fn forget_held(&self, tx: &mut dyn Tx, case_id: CaseId) -> Result<(), StoreError> {
        for letter in tx.addresses().held(case_id)? {
            tx.addresses().release(case_id, letter.attempt_id)?;
        }
        Ok(())
    }

    /// Another plan is applied: what an earlier one still had waits no more.
    pub(crate) fn forget_held_of_plans(&self, tx: &mut dyn Tx, case_id: CaseId) -> Result<(), StoreError> {
        for attempt_id in tx.addresses().held(case_id)?.into_iter().filter_map(|letter| letter.attempt_id) {
            if tx.attempts().find(attempt_id)?.is_some_and(|attempt| attempt.plan_id.is_some()) {
                tx.addresses().release(case_id, Some(attempt_id))?;
            }
        }
        Ok(())
    }

    /// What waits for an address goes on where that works again.
    pub(crate) fn restore_held(&self, stop: &dyn Fn() -> bool, errors: &mut u32) -> Result<(), StoreError> {
        self.restore_listed(stop, errors, &|tx, after| tx.addresses().list_restorable_cases(after, PAGE))
    }

    /// What waits for one address that was cleared goes on.
    fn restore_held_for(&self, address: &str) -> Result<(), StoreError> {
        self.restore_listed(&|| false, &mut 0, &|tx, after| tx.addresses().list_cases_held_for(address, after, PAGE))
    }

    fn restore_listed(&self, stop: &dyn Fn() -> bool, errors: &mut u32, list: &ListCases<'_>) -> Result<(), StoreError> {
        let mut after = None;
        while !stop() {
            let cases = self.store.read::<_, StoreError>(|tx| list(tx, after))?;
            let Some(last) = cases.last() else { break };
            after = Some(*last);
            for case_id in cases {
                let now = self.now();
                let restored = self.store.write::<_, StoreError>(|tx| match tx.cases().find_for_update(case_id)? {
                    Some(case) => self.restore_case(tx, &case, now),
                    None => Ok(()),
                });
                match restored {
                    Err(StoreError::Refused(reason)) => {
                        tracing::error!(icsr_id = case_id.0, reason, "what waited for an address could not be restored");
                        *errors += 1;
                    }
                    other => other?,
                }
            }
        }
        Ok(())
    }

    /// A closed follow-up has nothing to wait for.
    fn may_go_on(&self, tx: &mut dyn Tx, case: &Case) -> Result<bool, StoreError> {
        if case.followup_status == FollowupStatus::Closed {
            return Ok(true);
        }
        Ok(self.channels(&case.record).email.is_some() && self.held_address(tx, case)?.is_none())
    }

    /// What of a case waits for an address goes on, if it may; the case is locked.
    pub(crate) fn restore_case(&self, tx: &mut dyn Tx, case: &Case, now: DateTime<Utc>) -> Result<(), StoreError> {
        let held = tx.addresses().held(case.id)?;
        if held.is_empty() {
            return Ok(());
        }
        if !self.may_go_on(tx, case)? {
            return self.wait_for_another(tx, case, &held);
        }
        self.forget_held(tx, case.id)?;
        if case.followup_status == FollowupStatus::Closed {
            return Ok(());
        }
        for attempt_id in held.into_iter().filter_map(|letter| letter.attempt_id) {
            if let Some(attempt) = tx.attempts().find(attempt_id)?.filter(|attempt| attempt.status == AttemptStatus::Cancelled) {
                self.restore_attempt(tx, &attempt, now)?;
            }
        }
        self.queue_automatic_request(tx, case, now)
    }

    /// The case has another address by now that does not work either: that is the one to wait for.
    fn wait_for_another(&self, tx: &mut dyn Tx, case: &Case, held: &[HeldLetter]) -> Result<(), StoreError> {
        let Some(known) = self.held_address(tx, case)? else { return Ok(()) };
        for letter in held.iter().filter(|letter| letter.address != known.address) {
            self.wait_for_address(tx, case.id, letter.attempt_id, &known.address)?;
        }
        Ok(())
    }

    /// Unless another plan was applied after its own, or its own was called off.
    fn restore_attempt(&self, tx: &mut dyn Tx, attempt: &Attempt, now: DateTime<Utc>) -> Result<(), StoreError> {
        let latest = tx.plans().find_latest(attempt.case_id)?.filter(|latest| latest.status != PlanStatus::Cancelled);
        if attempt.plan_id.is_some() && latest.map(|latest| latest.id) != attempt.plan_id {
            return Ok(());
        }
        let change = AttemptChange { reason: Some(RESTORED), reactivated: true, ..AttemptChange::default() };
        if self.change_attempt(tx, &self.itself(), attempt, AttemptStatus::Pending, &change, now)? {
            self.reopen_plan(tx, &self.itself(), attempt, now)?;
        }
        Ok(())
    }

    /// A person writes to an address that is held only on purpose.
    pub(crate) fn refuse_bounced(&self, tx: &mut dyn Tx, to: &EmailAddress, overriding: Option<&str>) -> Result<(), SendMessageError> {
        let to = self.policy.redirect_to.as_ref().unwrap_or(to);
        match tx.addresses().find(to.as_str())?.filter(|known| known.held && given(overriding).is_none()) {
            Some(known) => Err(SendMessageError::Bounced(known.failure)),
            None => Ok(()),
        }
    }
}

/// Lists cases of which something waits, page by page.
type ListCases<'a> = dyn Fn(&mut dyn Tx, Option<CaseId>) -> Result<Vec<CaseId>, StoreError> + 'a;

/// Whether an answer that counts came from the address after an instant; one of this case.
fn wrote_after(tx: &mut dyn Tx, case_id: CaseId, address: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let is_from = |message: &Message| message.content.from.as_ref().is_some_and(|from| from.to_lowercase() == address.to_lowercase());
    Ok(tx.messages().thread(case_id)?.iter().any(|message| message.is_human_reply() && message.created_at > at && is_from(message)))
}

fn told(known: &FailedAddress) -> AuditFacts {
    facts([
        ("address", known.address.clone().into()),
        ("permanence", known.failure.permanence.as_str().into()),
        ("reason", known.failure.reason.as_str().into()),
        ("status", known.failure.status.clone().into()),
        ("in_a_row", i64::from(known.in_a_row).into()),
        ("held", known.held.into()),
        ("message_id", known.message_id.map(|id| id.0).into()),
    ])
}
