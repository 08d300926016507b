//! A claimed letter is looked at again, and written from the case as it is now.

use chrono::{DateTime, Duration, Utc};
use followup_domain::asking::missing::MissingItem;
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::case::Case;
use followup_domain::contact::EmailAddress;
use followup_domain::message::{Message, MessageContent, MessageKind};
use followup_domain::ports::{Reserved, StoreError};

use crate::errors::StopReason;
use crate::facts::asked::missing_and_not_asked;
use crate::facts::open_items::open_items;
use crate::facts::reach::email_of;
use crate::facts::stops::{Withdrawal, had_enough, why_stopped};
use crate::facts::wording::write_letter;
use crate::step::Step;

/// What to do with a claimed letter.
pub(crate) enum Decision {
    /// Send it: what it says, and what it asks for.
    Send {
        /// The letter.
        content: MessageContent,
        /// The items it asks for.
        asks: Vec<MissingItem>,
    },
    /// Not yet.
    PutOff {
        /// Until when (UTC).
        until: DateTime<Utc>,
        /// Why, in Spanish.
        reason: &'static str,
    },
    /// Not at all.
    Withdraw(Withdrawal),
}

/// Why a letter waits that another one preceded.
pub(crate) const WITHIN_THE_DELAY: &str = "plazo entre solicitudes";

/// Why a letter waits whose address had enough.
pub(crate) const ENOUGH_FOR_THE_DAY: &str = "tope diario de la dirección";

/// How long a letter waits when its address had enough for the day.
pub(crate) const CAP_RETRY: Duration = Duration::hours(1);

/// Rechecks a claimed automatic letter and writes it, and takes its place among the case's automatic letters. The case is locked.
pub(crate) fn decide(step: &mut Step<'_>, case: &Case, message: &Message) -> Result<Decision, StoreError> {
    if let Some(withdrawal) = why_stopped(step, case, message)? {
        return Ok(Decision::Withdraw(withdrawal));
    }
    let withdraw = |why, attempt| Ok(Decision::Withdraw(Withdrawal::because(why, attempt)));
    let asks = match message.kind {
        MessageKind::AutomaticRequest => missing_and_not_asked(step, case)?,
        _ => open_items(step, case)?,
    };
    if asks.is_empty() {
        return withdraw(StopReason::AlreadyAsked, AttemptStatus::Skipped);
    }
    let Some(to) = email_of(step, case) else {
        return withdraw(StopReason::NoEmail, AttemptStatus::Failed);
    };
    if let Some(decision) = held_by_limits(step, case, message, &to)? {
        return Ok(decision);
    }
    match write_letter(step, case, &asks, &to)? {
        Ok(content) => Ok(Decision::Send { content, asks }),
        Err(why) => withdraw(why, AttemptStatus::Failed),
    }
}

/// The send window, the daily cap of an address, and the delay between automatic letters of a case. A letter that a person sends
/// now is held by none of them.
fn held_by_limits(step: &mut Step<'_>, case: &Case, message: &Message, to: &EmailAddress) -> Result<Option<Decision>, StoreError> {
    let now = step.now;
    if message.kind == MessageKind::SentNow {
        return Ok(None);
    }
    if let Some(window) = step.policy().window.as_ref().filter(|window| !window.is_open(now)) {
        return Ok(Some(Decision::PutOff { until: window.next_open(now), reason: "fuera del horario de envío" }));
    }
    if let Some(cap) = step.policy().daily_cap_per_address
        && had_enough(step, to.as_str(), cap)?
    {
        return Ok(Some(Decision::PutOff { until: now + CAP_RETRY, reason: ENOUGH_FOR_THE_DAY }));
    }
    match super::queue::reserve(step, case, message.id)? {
        Reserved::Yes => Ok(None),
        Reserved::TakenAt(at) => {
            let until = (at + step.policy().automatic_delay).max(now);
            Ok(Some(Decision::PutOff { until, reason: WITHIN_THE_DELAY }))
        }
    }
}
