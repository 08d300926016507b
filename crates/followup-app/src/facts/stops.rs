//! What stands against a letter that goes by itself.

use followup_domain::asking::plan::{Attempt, AttemptStatus};
use followup_domain::case::{Case, FollowupStatus};
use followup_domain::contact::EmailAddress;
use followup_domain::ids::MessageId;
use followup_domain::message::{Channel, Message, MessageKind};
use followup_domain::ports::StoreError;

use super::asked::request_in_place_of;
use super::open_items::open_items;
use super::reach::{email_of, held_address, is_blocked};
use crate::errors::StopReason;
use crate::step::Step;

/// Why a letter is not sent at all.
pub(crate) struct Withdrawal {
    /// Why, in Spanish, as it is kept.
    pub(crate) reason: String,
    /// Why.
    pub(crate) why: StopReason,
    /// What its attempt becomes.
    pub(crate) attempt: AttemptStatus,
    /// The message that counts in its place.
    pub(crate) counted: Option<MessageId>,
}

impl Withdrawal {
    /// For a reason told in Spanish only.
    pub(crate) fn new(reason: &str, attempt: AttemptStatus) -> Self {
        Self::because(StopReason::Other(reason.to_owned()), attempt)
    }

    /// For a reason that code can read.
    pub(crate) fn because(why: StopReason, attempt: AttemptStatus) -> Self {
        Self { reason: why.to_string(), why, attempt, counted: None }
    }
}

/// What stops an automatic letter whatever it says: looked at when it is claimed, and once more, under the case's lock, when
/// it is about to leave, since connecting takes its time.
pub(crate) fn why_stopped(step: &mut Step<'_>, case: &Case, message: &Message) -> Result<Option<Withdrawal>, StoreError> {
    if case.followup_status == FollowupStatus::Closed {
        return Ok(Some(Withdrawal::because(StopReason::Closed, AttemptStatus::Cancelled)));
    }
    if open_items(step, case)?.is_empty() {
        return Ok(Some(Withdrawal::because(StopReason::NothingMissing, AttemptStatus::Completed)));
    }
    if let Some(to) = email_of(step, case)
        && is_blocked(step, &to)?
    {
        return Ok(Some(Withdrawal::because(StopReason::Blocked, AttemptStatus::Skipped)));
    }
    // Of what a person sends it was looked at when he sent it.
    if matches!(message.kind, MessageKind::AutomaticRequest | MessageKind::PlanLetter)
        && let Some(held) = held_address(step, case)?
    {
        return Ok(Some(Withdrawal::because(StopReason::bounced(&held), AttemptStatus::Cancelled)));
    }
    match message.kind {
        MessageKind::AutomaticRequest => {
            return Ok(why_not_by_itself(step, case)?.map(|reason| Withdrawal::new(reason, AttemptStatus::Skipped)));
        }
        MessageKind::PlanLetter => {}
        _ => return Ok(None),
    }
    // A reply holds what was scheduled before it; this letter may have been on its way then.
    if step.tx.messages().has_human_reply_after(case.id, message.id)? {
        return Ok(Some(Withdrawal::new("respuesta recibida", AttemptStatus::Cancelled)));
    }
    // Somebody asked while the plan's first letter waited: that was the first attempt.
    if let Some(request) = request_in_place_of(step, case, message)? {
        let counted = Withdrawal::new("solicitud ya enviada", AttemptStatus::Sent);
        return Ok(Some(Withdrawal { counted: Some(request), ..counted }));
    }
    Ok(None)
}

/// Why no automatic request may go for this case now, in Spanish (product rules; the delay and the caps come at claim).
pub(crate) fn why_not_by_itself(step: &mut Step<'_>, case: &Case) -> Result<Option<&'static str>, StoreError> {
    if !step.policy().automatic_requests {
        return Ok(Some("solicitudes automáticas desactivadas"));
    }
    if !case.accepts_automatic_requests() {
        return Ok(Some("el caso no admite solicitudes automáticas"));
    }
    if step.tx.plans().find_active(case.id)?.is_some() {
        return Ok(Some("el plan activo hace las solicitudes"));
    }
    if step.tx.messages().count_unread(case.id)? > 0 {
        return Ok(Some("hay una respuesta sin leer"));
    }
    Ok(None)
}

/// Why a due attempt gets no letter. A reply needs no look here: it held, in its own transaction, everything that was scheduled then.
pub(crate) fn why_not_send(
    step: &mut Step<'_>,
    case: &Case,
    attempt: &Attempt,
) -> Result<Option<(AttemptStatus, &'static str)>, StoreError> {
    if let Some(ended) = why_nothing_is_asked(step, case)? {
        return Ok(Some(ended));
    }
    if step.deployment.senders.of(attempt.channel).is_none() {
        return Ok(Some((AttemptStatus::Failed, "canal no configurado")));
    }
    let has_address = attempt.channel != Channel::Email || email_of(step, case).is_some();
    Ok((!has_address).then_some((AttemptStatus::Failed, "Este ICSR no tiene email del reportante")))
}

/// Why nobody is asked anything in this case any more.
pub(crate) fn why_nothing_is_asked(step: &mut Step<'_>, case: &Case) -> Result<Option<(AttemptStatus, &'static str)>, StoreError> {
    if case.followup_status == FollowupStatus::Closed {
        return Ok(Some((AttemptStatus::Cancelled, "seguimiento cerrado")));
    }
    let nothing_missing = open_items(step, case)?.is_empty();
    Ok(nothing_missing.then_some((AttemptStatus::Completed, "sin datos faltantes")))
}

/// Whether as many automatic letters as the cap allows went to an address in a day. Looked at when a letter is claimed, and again
/// under the address's lock when it is about to leave: another process may have sent one meanwhile.
pub(crate) fn had_enough(step: &mut Step<'_>, address: &str, cap: u32) -> Result<bool, StoreError> {
    let since = step.now - chrono::Duration::days(1);
    Ok(step.tx.requests().count_automatic_to(address, since)? >= i64::from(cap))
}

/// The address that letters of a case go to, unless it must not be written to; for what may be queued by itself.
pub(crate) fn free_address(step: &mut Step<'_>, case: &Case) -> Result<Option<EmailAddress>, StoreError> {
    let Some(to) = email_of(step, case) else { return Ok(None) };
    Ok((!is_blocked(step, &to)?).then_some(to))
}
