//! What a report means for the letter that it is about, and for the address that the letter went to.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};

use crate::ids::MessageId;
use crate::inbound::CHALLENGE;
use crate::ports::said_code;
use crate::report::{FailureReason, Permanence, ReportAction, ReportedRecipient};

/// So many letters in a row that could not be delivered for the moment, and an address is not written to by itself any more.
pub const SOFT_FAILURES: i32 = 3;

/// Why a letter did not reach an address. Displayed, it is told in Spanish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Whether the address may work another time.
    pub permanence: Permanence,
    /// Why.
    pub reason: FailureReason,
    /// Enhanced status code (RFC 3463), when one was told.
    pub status: Option<String>,
}

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
    /// When it was last learned (UTC).
    pub at: DateTime<Utc>,
}

/// What a report says of our letter, which had `ours` as its only recipient; `None` when it says nothing of it.
///
/// Recipients that name our address count, as the one that was tried or the one that it was sent to. When none does, those count of which
/// the report does not tell another origin: our recipient forwards. Whoever of them got it, the letter arrived. A report of failure without
/// any recipient is one of failure, and tells nothing of the address.
pub fn report_on(recipients: &[ReportedRecipient], tells_failure: bool, ours: &str) -> Option<LetterReport> {
    if recipients.is_empty() {
        let unknown = Failure { permanence: Permanence::Soft, reason: FailureReason::Other, status: None };
        return tells_failure.then_some(LetterReport { action: ReportAction::Failed, address: None, failure: Some(unknown) });
    }
    let is_ours = |address: &str| address.to_lowercase() == ours.to_lowercase();
    let names_us = |told: &&ReportedRecipient| is_ours(&told.address) || told.original_address.as_deref().is_some_and(is_ours);
    let mut about: Vec<&ReportedRecipient> = recipients.iter().filter(names_us).collect();
    if about.is_empty() {
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
    let failure = (told.action == ReportAction::Failed).then(|| Failure {
        permanence: told.permanence,
        reason: told.reason,
        status: told.status.clone(),
    });
    Some(LetterReport { action: told.action, address: Some(told.address.clone()), failure })
}

/// What is known of an address after one more letter to it failed: held at once when it does not work, else after
/// [`SOFT_FAILURES`] in a row.
pub fn after_failure(
    before: Option<&FailedAddress>,
    address: &str,
    failure: &Failure,
    message_id: MessageId,
    at: DateTime<Utc>,
) -> FailedAddress {
    let was_hard = before.filter(|before| before.failure.permanence == Permanence::Hard);
    let failure = match was_hard {
        Some(before) if failure.permanence == Permanence::Soft => before.failure.clone(),
        _ => failure.clone(),
    };
    let in_a_row = before.map_or(0, |before| before.in_a_row).saturating_add(1);
    let held = failure.permanence == Permanence::Hard || in_a_row >= SOFT_FAILURES || before.is_some_and(|before| before.held);
    FailedAddress { address: address.to_lowercase(), failure, message_id: Some(message_id), in_a_row, held, at }
}

/// What a server's refusal during the sending says of the address: `None` when it says nothing of it, as for now (4xx), for the sender, or in
/// words of ours.
pub fn refusal(transport_response: &str) -> Option<Failure> {
    use FailureReason::{Loop, MailboxFull, Other, Refused, TooLarge, UnknownHost, UnknownUser};
    use Permanence::{Hard, Soft};
    let code = said_code(transport_response).filter(|code| code / 100 == 5)?;
    let status = transport_response.split_whitespace().find(|word| is_enhanced_status(word));
    let (permanence, reason) = match status.map(|status| status.split_once('.').map_or(status, |(_, rest)| rest)) {
        Some("1.7" | "1.8") => return None,
        Some("1.2" | "4.4" | "1.10") => (Hard, UnknownHost),
        Some("2.2") => (Soft, MailboxFull),
        Some("2.3" | "3.4") => (Soft, TooLarge),
        Some("4.6") => (Soft, Loop),
        Some("2.1") => (Soft, UnknownUser),
        Some(rest) if rest.starts_with("1.") => (Hard, UnknownUser),
        Some(rest) if rest.starts_with("7.") => (Soft, Refused),
        Some(rest) if rest.starts_with("5.") => (Soft, Other),
        _ => match code {
            550 | 551 | 553 => (Hard, UnknownUser),
            552 => (Soft, MailboxFull),
            _ => (Soft, Refused),
        },
    };
    Some(Failure { permanence, reason, status: status.map(str::to_owned) })
}

/// `class.subject.detail` (RFC 3463 §2) of a failure.
fn is_enhanced_status(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let is_number = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() == 3 && parts[0] == "5" && parts.iter().all(is_number)
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.reason {
            FailureReason::UnknownUser if self.permanence == Permanence::Soft => "el buzón está desactivado",
            FailureReason::UnknownUser => "la dirección no existe",
            FailureReason::UnknownHost => "el dominio de la dirección no recibe correo",
            FailureReason::MailboxFull => "el buzón está lleno",
            FailureReason::TooLarge => "el mensaje es demasiado grande para el destinatario",
            FailureReason::Refused => "el servidor del destinatario no acepta el mensaje",
            FailureReason::Unreachable => "no se pudo llegar al servidor del destinatario",
            FailureReason::Loop => "el correo dio vueltas sin llegar",
            FailureReason::Other => "no se pudo entregar",
        })?;
        match &self.status {
            Some(status) => write!(formatter, " ({status})"),
            None => Ok(()),
        }
    }
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
        assert_eq!(verdict(&[told("r@home.test", None, Failed, Hard)]), failed, "forwarded, and not told");
        assert_eq!(verdict(&[told("x@home.test", Some("y@clinic.test"), Failed, Hard)]), None, "another recipient's");
        assert_eq!(verdict(&[ours(Delivered), told("x@home.test", None, Failed, Hard)]), Some((Delivered, None)), "ours succeeded");
        assert_eq!(verdict(&[ours(Expanded), ours(Failed)]), Some((Expanded, None)), "somebody got it");
        assert_eq!(verdict(&[ours(Delayed)]), Some((Delayed, None)));
        assert_eq!(verdict(&[told("r@home.test", None, Failed, Soft), told("s@home.test", None, Failed, Hard)]), failed);
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
    fn a_refusal_in_the_session_tells_of_the_address_what_its_code_says() {
        use FailureReason::{MailboxFull, Refused, UnknownUser};
        for (text, expected) in [
            ("RCPT TO: 550 5.1.1 <x@y.test>: no such user", Some((Permanence::Hard, UnknownUser))),
            ("550 no such user", Some((Permanence::Hard, UnknownUser))),
            ("552 5.2.2 mailbox full", Some((Permanence::Soft, MailboxFull))),
            ("550 5.7.1 refused by policy", Some((Permanence::Soft, Refused))),
            ("554 refused", Some((Permanence::Soft, Refused))),
            ("550 5.1.8 bad sender", None),
            ("550 5.2.1 mailbox disabled", Some((Permanence::Soft, UnknownUser))),
            ("450 4.2.1 later", None),
            ("la dirección no es válida", None),
            ("", None),
        ] {
            assert_eq!(refusal(text).map(|failure| (failure.permanence, failure.reason)), expected, "{text}");
        }
    }

    #[test]
    fn a_failure_is_told_in_spanish_with_its_status() {
        let told = Failure { permanence: Permanence::Hard, reason: FailureReason::UnknownUser, status: Some("5.1.1".into()) };
        assert_eq!(told.to_string(), "la dirección no existe (5.1.1)");
        let told: Vec<String> =
            FailureReason::ALL.iter().map(|reason| Failure { reason: *reason, ..failure(Permanence::Soft) }.to_string()).collect();
        assert!(told.iter().all(|text| !text.is_empty() && !text.contains('(')));
    }
}
