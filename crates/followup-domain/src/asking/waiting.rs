//! Since when a case waits for an answer: a function of its thread, whatever order things became known in.

use chrono::{DateTime, Duration, Utc};

use crate::message::{CallOutcome, Classification, Delivery, MessageKind, MessageStatus};

/// So many days a reporter has to answer the last letter before closing is proposed.
const DAYS_TO_ANSWER: i64 = 30;

/// What counts of one message of a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exchange {
    /// Why it exists.
    pub kind: MessageKind,
    /// What the unit sees of it; none for inbound.
    pub status: Option<MessageStatus>,
    /// What the transport knows; none for inbound and calls.
    pub delivery: Option<Delivery>,
    /// Inbound: what it is.
    pub classification: Option<Classification>,
    /// Inbound: whether it counts as the case's.
    pub confirmed: bool,
    /// Of a call: how it ended.
    pub call_outcome: Option<CallOutcome>,
    /// When it left, arrived, or was made (UTC).
    pub at: DateTime<Utc>,
}

impl Exchange {
    /// The transport took it, nobody answered it, and nobody settled it.
    fn waits(&self) -> bool {
        !matches!(self.kind, MessageKind::Inbound | MessageKind::Call | MessageKind::Notification)
            && self.status == Some(MessageStatus::Sent)
            && self.delivery.is_some_and(Delivery::reached_the_transport)
    }

    /// The reporter was heard.
    fn answers(&self) -> bool {
        let wrote = self.kind == MessageKind::Inbound && self.classification == Some(Classification::Human) && self.confirmed;
        wrote || self.call_outcome == Some(CallOutcome::Reached)
    }
}

/// Since when the earliest message waits that no later answer of the reporter's covers. What left up to `settled_at` is not waited for:
/// the follow-up was opened anew since then, or nothing was missing.
pub fn waits_since(thread: &[Exchange], settled_at: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    let last_answer = thread.iter().filter(|exchange| exchange.answers()).map(|exchange| exchange.at).max();
    let covered = last_answer.max(settled_at);
    thread.iter().filter(|exchange| exchange.waits()).map(|exchange| exchange.at).filter(|at| Some(*at) > covered).min()
}

/// Whether a person wrote since then who waits to be confirmed: it may be the answer.
pub fn may_be_answered(thread: &[Exchange], since: DateTime<Utc>) -> bool {
    let flagged = |exchange: &&Exchange| exchange.classification == Some(Classification::Human) && !exchange.confirmed;
    thread.iter().filter(flagged).any(|exchange| exchange.at >= since)
}

/// From when on a follow-up that nobody answers is proposed for closing: so many days since its plan's base and since it waits, and
/// some days after the last letter that waits, whose reader must have had time. `None` when nothing waits.
pub fn closing_from(
    thread: &[Exchange],
    waits_since: Option<DateTime<Utc>>,
    plan_base: Option<DateTime<Utc>>,
    days: i64,
) -> Option<DateTime<Utc>> {
    let since = waits_since?.max(plan_base.unwrap_or(DateTime::<Utc>::MIN_UTC));
    let last_letter = thread.iter().filter(|exchange| exchange.waits()).map(|exchange| exchange.at).max()?;
    let in_days = |instant: DateTime<Utc>, days| instant.checked_add_signed(Duration::try_days(days)?);
    Some(in_days(since, days)?.max(in_days(last_letter, days.min(DAYS_TO_ANSWER))?))
}

/// Until when the reporter has to answer the last letter that waits. `None` when nothing waits.
pub fn answer_until(thread: &[Exchange], waits_since: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    let since = waits_since?;
    let waiting = thread.iter().filter(|exchange| exchange.waits() && exchange.at >= since);
    waiting.map(|exchange| exchange.at).max()?.checked_add_signed(Duration::try_days(DAYS_TO_ANSWER)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + chrono::Duration::days(day)
    }

    fn letter(day: i64) -> Exchange {
        Exchange {
            kind: MessageKind::PlanLetter,
            status: Some(MessageStatus::Sent),
            delivery: Some(Delivery::Accepted),
            classification: None,
            confirmed: false,
            call_outcome: None,
            at: at(day),
        }
    }

    fn reply(day: i64) -> Exchange {
        let inbound = Exchange { kind: MessageKind::Inbound, status: None, delivery: None, ..letter(day) };
        Exchange { classification: Some(Classification::Human), confirmed: true, ..inbound }
    }

    fn call(day: i64, outcome: CallOutcome) -> Exchange {
        Exchange { kind: MessageKind::Call, delivery: None, call_outcome: Some(outcome), ..letter(day) }
    }

    #[test]
    fn an_answer_covers_what_left_before_it_and_nothing_later() {
        assert_eq!(waits_since(&[letter(1), letter(5)], None), Some(at(1)));
        assert_eq!(waits_since(&[letter(1), letter(5), reply(3)], None), Some(at(5)));
        assert_eq!(waits_since(&[letter(1), letter(5), reply(6)], None), None);
        assert_eq!(waits_since(&[letter(5), reply(3), reply(1)], None), Some(at(5)));
    }

    #[test]
    fn only_a_call_that_reached_the_reporter_is_an_answer() {
        for outcome in CallOutcome::ALL {
            let expected = (*outcome != CallOutcome::Reached).then(|| at(1));
            assert_eq!(waits_since(&[letter(1), call(2, *outcome)], None), expected, "{outcome}");
        }
    }

    #[test]
    fn what_no_person_of_the_case_wrote_is_no_answer() {
        let flagged = Exchange { confirmed: false, ..reply(2) };
        let absent = Exchange { classification: Some(Classification::AutoReply), ..reply(2) };
        assert_eq!(waits_since(&[letter(1), flagged, absent], None), Some(at(1)));
    }

    #[test]
    fn what_is_settled_or_never_left_does_not_wait() {
        let settled = [MessageStatus::Responded, MessageStatus::Completed].map(|status| Exchange { status: Some(status), ..letter(1) });
        assert_eq!(waits_since(&settled, None), None);
        let failed = Exchange { status: Some(MessageStatus::Failed), delivery: Some(Delivery::Rejected), ..letter(1) };
        let queued = Exchange { status: Some(MessageStatus::Pending), delivery: Some(Delivery::Queued), ..letter(1) };
        assert_eq!(waits_since(&[failed, queued, letter(4)], None), Some(at(4)));
    }

    #[test]
    fn closing_waits_for_the_plan_the_silence_and_the_last_letter() {
        let from = |thread: &[Exchange], base: Option<i64>| closing_from(thread, waits_since(thread, None), base.map(at), 120);
        assert_eq!(from(&[letter(0), letter(30), letter(90)], Some(0)), Some(at(120)));
        assert_eq!(from(&[letter(0)], None), Some(at(120)), "without a plan the silence counts");
        assert_eq!(from(&[letter(0), letter(118)], Some(0)), Some(at(148)), "the last letter has its time");
        assert_eq!(from(&[letter(0), reply(5), letter(200)], Some(0)), Some(at(320)), "an old plan is not this silence");
        assert_eq!(from(&[letter(130)], Some(0)), Some(at(250)), "a base in the past is no silence");
        assert_eq!(from(&[letter(0), reply(5)], Some(0)), None);
        assert_eq!(closing_from(&[letter(0)], Some(at(0)), None, i64::MAX), None);
    }

    #[test]
    fn the_reporter_has_thirty_days_to_answer_the_last_letter() {
        let until = |thread: &[Exchange]| answer_until(thread, waits_since(thread, None));
        assert_eq!(until(&[letter(1), letter(5)]), Some(at(35)));
        assert_eq!(until(&[letter(1), reply(3)]), None);
        assert_eq!(until(&[letter(1), reply(3), letter(9)]), Some(at(39)));
    }

    #[test]
    fn what_left_before_the_follow_up_was_settled_is_not_waited_for() {
        assert_eq!(waits_since(&[letter(1), letter(5)], Some(at(1))), Some(at(5)));
        assert_eq!(waits_since(&[letter(1)], Some(at(2))), None);
    }
}
