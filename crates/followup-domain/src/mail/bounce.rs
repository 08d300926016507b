//! What a report means for the letter that it is about, and for the address that the letter went to.

use chrono::{DateTime, Duration, NaiveDate, Utc};

use crate::contact::{Failure, FailureReason, Permanence};
use crate::ids::MessageId;
use crate::mail::inbound::CHALLENGE;
use crate::mail::report::{ReportAction, ReportedRecipient};

/// So many letters in a row that could not be delivered for the moment, and an address is not written to by itself any more.
pub const SOFT_FAILURES: i32 = 3;

/// Failures further apart than this are not in a row: a plan writes every thirty days, and a mailbox that is full once a season works.
const LONGEST_GAP: Duration = Duration::days(60);

/// What a report says of a letter that had one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterReport {
    /// What became of it.
    pub action: ReportAction,
    /// The address that the report names; it may be one to which the recipient forwards.
    pub address: Option<String>,
    /// Why, where it failed.
    pub failure: Option<Failure>,
}

impl LetterReport {
    /// Its failure, if that says something of the address that the letter went to: a report that names no recipient tells no reason.
    pub fn failure_of_the_address(&self) -> Option<&Failure> {
        let is_told = |failure: &&Failure| self.address.is_some() || failure.reason != FailureReason::Other;
        self.failure.as_ref().filter(is_told).filter(|failure| failure.is_of_the_address())
    }

    /// Whether it names another address than ours.
    pub fn is_of_another(&self, ours: &str) -> bool {
        self.address.as_ref().is_some_and(|address| address.to_lowercase() != ours.to_lowercase())
    }
}

/// What an automatic mail says, kept with its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailNotice {
    /// The automatic mail.
    pub message_id: MessageId,
    /// Why it was taken for what it is.
    pub why: String,
    /// The message of ours that it is about.
    pub about: Option<MessageId>,
    /// Of a report: what it says of that message.
    pub report: Option<LetterReport>,
    /// Of an automatic answer: from when on its author reads mail again.
    pub returns_on: Option<NaiveDate>,
}

impl MailNotice {
    /// Whether a server asks the sender to prove that he is a person before it shows the mail to anybody.
    pub fn is_challenge(&self) -> bool {
        self.why == CHALLENGE
    }
}

/// An address at which letters failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedAddress {
    /// The address, lower case.
    pub address: String,
    /// Why the last letter failed; what is permanent stays so.
    pub failure: Failure,
    /// The last letter that failed.
    pub message_id: Option<MessageId>,
    /// How many letters failed since an answer came, or a person cleared the address.
    pub in_a_row: i32,
    /// Nothing goes to it by itself.
    pub held: bool,
    /// When the last report of it arrived, or a server last refused it (UTC).
    pub at: DateTime<Utc>,
}

/// What a report says of our letter, which had `ours` as its only recipient; `None` when it says nothing of it.
///
/// Recipients that name our address count, as the one that was tried or the one that it was sent to. When none does, those count of which
/// the report does not tell another origin: our recipient forwards. Such a failure is never one for good: ours may keep a copy. Whoever of
/// them got it, the letter arrived. A report of failure without any recipient is one of failure, and tells nothing of the address.
pub fn report_on(recipients: &[ReportedRecipient], tells_failure: bool, ours: &str) -> Option<LetterReport> {
    if recipients.is_empty() {
        let unknown = Failure { permanence: Permanence::Soft, reason: FailureReason::Other, status: None };
        return tells_failure.then_some(LetterReport { action: ReportAction::Failed, address: None, failure: Some(unknown) });
    }
    let is_ours = |address: &str| address.to_lowercase() == ours.to_lowercase();
    let names_us = |told: &&ReportedRecipient| is_ours(&told.address) || told.original_address.as_deref().is_some_and(is_ours);
    let mut about: Vec<&ReportedRecipient> = recipients.iter().filter(names_us).collect();
    let is_forwarded = about.is_empty();
    if is_forwarded {
        about = recipients.iter().filter(|told| told.original_address.is_none()).collect();
    }
    let weight = |told: &&&ReportedRecipient| match (told.action, told.permanence) {
        (ReportAction::Read, _) => 0,
        (ReportAction::Delivered, _) => 1,
        (ReportAction::Expanded, _) => 2,
        (ReportAction::Relayed, _) => 3,
        (ReportAction::Failed, Permanence::Hard) => 4,
        (ReportAction::Failed, Permanence::Soft) => 5,
        (ReportAction::Delayed, _) => 6,
    };
    let told = about.iter().min_by_key(weight)?;
    let mut report = as_told(told);
    if let Some(failure) = report.failure.as_mut().filter(|failure| is_forwarded && failure.permanence == Permanence::Hard) {
        (failure.permanence, failure.reason) = (Permanence::Soft, FailureReason::Other);
    }
    Some(report)
}

/// What a report says of the only recipient that it tells of, while nobody knows about which letter it is.
pub fn report_on_unknown(recipients: &[ReportedRecipient]) -> Option<LetterReport> {
    match recipients {
        [told] => Some(as_told(told)),
        _ => None,
    }
}

fn as_told(told: &ReportedRecipient) -> LetterReport {
    let failure = Failure { permanence: told.permanence, reason: told.reason, status: told.status.clone() };
    let failure = (told.action == ReportAction::Failed).then_some(failure);
    LetterReport { action: told.action, address: Some(told.address.clone()), failure }
}

/// What is known of an address after one more letter to it failed: held at once when it does not work, else after
/// [`SOFT_FAILURES`] in a row. `at`: when the report of it arrived; one that comes late makes nothing older.
pub fn after_failure(
    before: Option<&FailedAddress>,
    address: &str,
    failure: &Failure,
    message_id: MessageId,
    at: DateTime<Utc>,
) -> FailedAddress {
    let before = before.filter(|before| before.held || at - before.at <= LONGEST_GAP);
    let was_hard = before.filter(|before| before.failure.permanence == Permanence::Hard);
    let failure = match was_hard {
        Some(before) if failure.permanence == Permanence::Soft => before.failure.clone(),
        _ => failure.clone(),
    };
    let in_a_row = before.map_or(0, |before| before.in_a_row).saturating_add(1);
    let held = failure.permanence == Permanence::Hard || in_a_row >= SOFT_FAILURES || before.is_some_and(|before| before.held);
    let at = before.map_or(at, |before| before.at.max(at));
    FailedAddress { address: address.to_lowercase(), failure, message_id: Some(message_id), in_a_row, held, at }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(permanence: Permanence) -> Failure {
        let reason = if permanence == Permanence::Hard { FailureReason::UnknownUser } else { FailureReason::MailboxFull };
        Failure { permanence, reason, status: None }
    }

    fn told(address: &str, original: Option<&str>, action: ReportAction, permanence: Permanence) -> ReportedRecipient {
        ReportedRecipient {
            address: address.into(),
            original_address: original.map(str::to_owned),
            action,
            permanence,
            reason: FailureReason::UnknownUser,
            status: Some("5.1.1".into()),
            reply_code: None,
            diagnostic: None,
        }
    }

    fn verdict(recipients: &[ReportedRecipient]) -> Option<(ReportAction, Option<Permanence>)> {
        let report = report_on(recipients, true, "Rojas@clinic.test")?;
        Some((report.action, report.failure.map(|failure| failure.permanence)))
    }

    #[test]
    fn a_report_is_about_our_letter_when_it_names_our_address_or_no_other_origin() {
        use Permanence::{Hard, Soft};
        use ReportAction::{Delayed, Delivered, Expanded, Failed};
        let ours = |action| told("rojas@CLINIC.test", None, action, Hard);
        let failed = Some((Failed, Some(Hard)));
        assert_eq!(verdict(&[ours(Failed)]), failed);
        assert_eq!(verdict(&[told("r@home.test", Some("rojas@clinic.test"), Failed, Hard)]), failed, "forwarded, and told so");
        let soft = Some((Failed, Some(Soft)));
        assert_eq!(verdict(&[told("r@home.test", None, Failed, Hard)]), soft, "forwarded, and not told: ours may keep a copy");
        assert_eq!(verdict(&[told("x@home.test", Some("y@clinic.test"), Failed, Hard)]), None, "another recipient's");
        assert_eq!(verdict(&[ours(Delivered), told("x@home.test", None, Failed, Hard)]), Some((Delivered, None)), "ours succeeded");
        assert_eq!(verdict(&[ours(Expanded), ours(Failed)]), Some((Expanded, None)), "somebody got it");
        assert_eq!(verdict(&[ours(Delayed)]), Some((Delayed, None)));
        assert_eq!(verdict(&[told("r@home.test", None, Failed, Soft), told("s@home.test", None, Failed, Hard)]), soft);
    }

    #[test]
    fn a_report_without_recipients_fails_the_letter_and_says_nothing_of_the_address() {
        assert_eq!(verdict(&[]), Some((ReportAction::Failed, Some(Permanence::Soft))));
        assert_eq!(report_on(&[], false, "a@b.test"), None);
    }

    #[test]
    fn an_address_is_held_at_once_or_after_three_letters_in_a_row() {
        use Permanence::{Hard, Soft};
        for (failures, held) in [
            (&[Hard][..], true),
            (&[Soft], false),
            (&[Soft, Soft], false),
            (&[Soft, Soft, Soft], true),
            (&[Soft, Hard], true),
            (&[Hard, Soft], true),
        ] {
            let known = failures.iter().fold(None, |before: Option<FailedAddress>, permanence| {
                Some(after_failure(before.as_ref(), "A@b.test", &failure(*permanence), MessageId(1), DateTime::UNIX_EPOCH))
            });
            let known = known.unwrap();
            assert_eq!((known.held, known.address.as_str()), (held, "a@b.test"), "{failures:?}");
            assert_eq!(known.failure.permanence == Hard, failures.contains(&Hard), "what is permanent stays so: {failures:?}");
        }
    }

    #[test]
    fn failures_far_apart_are_not_in_a_row() {
        let day = |day| DateTime::UNIX_EPOCH + Duration::days(day);
        let soft = failure(Permanence::Soft);
        let after = |days: &[i64]| {
            days.iter()
                .fold(None, |before: Option<FailedAddress>, at| {
                    Some(after_failure(before.as_ref(), "a@b.test", &soft, MessageId(1), day(*at)))
                })
                .map(|known| (known.in_a_row, known.held, known.at))
        };
        assert_eq!(after(&[0, 30, 60]), Some((3, true, day(60))), "a plan's letters");
        assert_eq!(after(&[0, 120, 270]), Some((1, false, day(270))), "full in January, May and October");
        assert_eq!(after(&[0, 1, 2, 300]), Some((4, true, day(300))), "what is held stays held");
        assert_eq!(after(&[9, 2]), Some((2, false, day(9))), "a late report makes nothing older");
    }

    #[test]
    fn what_concerns_the_letter_its_sender_or_the_way_says_nothing_of_the_address() {
        use FailureReason::{Loop, MailboxFull, Other, Refused, TooLarge, Unreachable};
        let of_address = |reason, address: Option<&str>| {
            let failure = Some(Failure { reason, ..failure(Permanence::Soft) });
            let report = LetterReport { action: ReportAction::Failed, address: address.map(str::to_owned), failure };
            report.failure_of_the_address().is_some()
        };
        for reason in [Refused, TooLarge, Loop] {
            assert!(!of_address(reason, Some("a@b.test")), "{reason:?}");
        }
        assert!(!of_address(Other, None) && of_address(Other, Some("a@b.test")) && of_address(MailboxFull, None));
        assert!(of_address(Unreachable, Some("a@b.test")));
    }
}
