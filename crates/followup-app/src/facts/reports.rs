//! What mail servers and other automata say of our letters: about which one, and what.

use chrono::{DateTime, Utc};
use followup_domain::asking::reason::Reason;
use followup_domain::ids::CaseId;
use followup_domain::mail::bounce::{LetterReport, report_on};
use followup_domain::mail::inbound::{CHALLENGE, ParsedMail};
use followup_domain::message::{Classification, Message, MessageHeader, MessageKind};
use followup_domain::ports::StoreError;

use super::matching::Matched;
use super::reach::spellings;
use crate::step::Step;

/// A report on a letter, as it came in.
#[derive(Clone, Copy)]
pub(crate) struct Reported<'a> {
    /// What it says.
    pub(crate) report: &'a LetterReport,
    /// When it arrived (UTC).
    pub(crate) arrived_at: DateTime<Utc>,
}

/// The message of ours that an automatic mail names: as what it brings along or answers; of a bounce also the last of its References,
/// where some servers put what they return. An earlier one only says to which thread it belongs. Of word to the unit itself only a
/// report is heard.
pub(crate) fn reported_letter(step: &mut Step<'_>, mail: &ParsedMail, matched: &Matched) -> Result<Option<Message>, StoreError> {
    let named = match matched.proves {
        Some(id) => step.tx.messages().find(id)?,
        None => None,
    };
    if let Some(letter) = named {
        return Ok(Some(letter).filter(|letter| letter.kind != MessageKind::Notification || is_report(matched.classification)));
    }
    let (Classification::Bounce, Some(answered)) = (matched.classification, matched.answers) else { return Ok(None) };
    let last = mail.references.last();
    Ok(step.tx.messages().find(answered.message_id)?.filter(|letter| last.is_some() && letter.external_id.as_ref() == last))
}

/// The address of a mailbox that takes mail again, since it answers by itself; a server that wants proof of the sender answers for any
/// mailbox.
pub(crate) fn automatic_answer_from<'m>(mail: &'m ParsedMail, matched: &Matched) -> Option<&'m str> {
    let is_known = matched.case.is_some() && matched.case_match.is_some_and(|found| found.confirmed);
    if matched.classification != Classification::AutoReply || !is_known || mail.classification_reason == CHALLENGE {
        return None;
    }
    mail.from.as_ref().map(|from| from.address.as_str())
}

/// A mail about a notification, or a copy of one, stands in no case, and changes that notification's: its case and its address are locked
/// before anything is written, since its own row goes into the system's trail.
pub(crate) fn lock_case_of_notification(step: &mut Step<'_>, matched: &Matched) -> Result<(), StoreError> {
    let writes_there = is_report(matched.classification) || matched.classification == Classification::Echo;
    let (None, Some(id), true) = (&matched.case, matched.proves, writes_there) else { return Ok(()) };
    let notification = step.tx.messages().find(id)?.filter(|message| message.kind == MessageKind::Notification);
    let Some(notification) = notification else { return Ok(()) };
    super::lookup::lock_case(step, notification.case_id)?;
    match notification.content.to.as_deref() {
        Some(to) => step.tx.automatics().lock_address(to),
        None => Ok(()),
    }
}

/// Whether an answer that counts came from the address after an instant; one of this case.
pub(crate) fn wrote_after(step: &mut Step<'_>, case_id: CaseId, address: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let spellings = spellings(&address.to_lowercase());
    let is_from = |message: &MessageHeader| message.from.as_ref().is_some_and(|from| spellings.contains(&from.to_lowercase()));
    let thread = step.tx.threads().headers(case_id)?;
    Ok(thread.iter().any(|message| message.is_human_reply() && message.created_at > at && is_from(message)))
}

/// What a mail reports of a letter.
pub(crate) fn report_on_letter(mail: &ParsedMail, classification: Classification, letter: &Message) -> Option<LetterReport> {
    let ours = letter.content.to.as_deref().unwrap_or_default();
    report_on(&mail.recipients, classification == Classification::Bounce, ours)
}

/// The address that a report names in place of the letter's own.
pub(crate) fn another_address<'a>(letter: &Message, report: &'a LetterReport) -> Option<&'a str> {
    let ours = letter.content.to.as_deref().unwrap_or_default();
    report.address.as_deref().filter(|_| report.is_of_another(ours))
}

/// Why a letter failed.
pub(crate) fn why_failed(letter: &Message, report: &LetterReport) -> Option<Reason> {
    let failure = report.failure.clone()?;
    Some(match another_address(letter, report) {
        Some(_) => Reason::FailedElsewhere(failure),
        None => Reason::Failed(failure),
    })
}

/// Whether such a mail reports of a letter.
pub(crate) fn is_report(classification: Classification) -> bool {
    matches!(classification, Classification::Bounce | Classification::DeliveryNotice)
}
