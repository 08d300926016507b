//! What a report says of each recipient: by the fields of RFC 3464 where it has them, else by its prose.

mod address;
mod diagnosis;
mod fields;
mod json;
mod prose;
mod read_notice;
mod reason_words;
mod reasons;
mod status;
mod texts;
mod unknown;
mod words;

use followup_domain::contact::{FailureReason, Permanence};
use followup_domain::mail::report::{ReportAction, ReportedRecipient};
use followup_domain::message::Classification;
use followup_domain::message::threading::InternetMessageId;
use mail_parser::Message;

use crate::returned;

use address::Known;
use diagnosis::Diagnosis;
pub(crate) use prose::Naming;
use read_notice::ReadNotice;
use texts::Texts;
pub(crate) use texts::readable;

/// A report on more recipients is cut there.
const MOST_RECIPIENTS: usize = 500;
/// Characters of [`ReportedRecipient::diagnostic`].
const LONGEST_DIAGNOSTIC: usize = 1000;

/// A recipient as one of the readers found it, before what is said of it is understood.
#[derive(Debug, Clone, Default)]
struct Sighting {
    address: String,
    original_address: Option<String>,
    action: Option<ReportAction>,
    status: Option<String>,
    /// The remote server's own words.
    diagnostic: Option<String>,
    /// What else is said of this recipient, best first.
    said: Vec<String>,
}

/// The Message-ID of the mail that a report of this class is about, where its text has the header or its fields name it; none for
/// people's mail.
pub(crate) fn returned_in_text(message: &Message<'_>, body_text: &str, class: Classification) -> Option<InternetMessageId> {
    let in_text = || returned::message_id_in_text(texts::cut(body_text));
    is_report(class).then(|| in_text().or_else(|| returned::named(&texts::status(message)))).flatten()
}

/// How a text names addresses that are not `sender`'s (lower case) as recipients that failed.
pub(crate) fn named_recipient(text: &str, sender: &str) -> Option<Naming> {
    prose::named(text, sender)
}

/// Whether a mail of this class is a server's report on another mail.
pub(crate) fn is_report(class: Classification) -> bool {
    matches!(class, Classification::Bounce | Classification::DeliveryNotice | Classification::Complaint)
}

/// What a mail of this class says of each recipient; nothing for people's mail and automatic answers. `own`: the service's
/// addresses in lower case, which are never among them.
pub(crate) fn recipients(message: &Message<'_>, body_text: &str, class: Classification, own: &[String]) -> Vec<ReportedRecipient> {
    if !is_report(class) {
        return Vec::new();
    }
    let texts = Texts::of(message, body_text);
    let read_notice = ReadNotice::of(&texts.status);
    if class == Classification::DeliveryNotice && read_notice == Some(ReadNotice::NotDisplayed) {
        return Vec::new();
    }
    let known = Known::of(message, &texts, own);
    let mut sightings = sighted(&texts, &known, class);
    sightings.truncate(MOST_RECIPIENTS);
    let only_one = sightings.len() == 1;
    let mut recipients: Vec<ReportedRecipient> = Vec::new();
    for sighting in sightings {
        let mut recipient = understood(sighting, &texts, class, only_one);
        if class == Classification::DeliveryNotice && read_notice == Some(ReadNotice::Displayed) {
            recipient.action = ReportAction::Read;
        }
        match recipients.iter_mut().find(|other| other.address.eq_ignore_ascii_case(&recipient.address)) {
            Some(other) if weight(&recipient) > weight(other) => *other = recipient,
            Some(_) => {}
            None => recipients.push(recipient),
        }
    }
    recipients
}

/// The fields know best; where they name nobody, the prose, and where that does not, who the returned mail was addressed to.
fn sighted(texts: &Texts, known: &Known, class: Classification) -> Vec<Sighting> {
    if let Some(sightings) = fields::sightings(texts, known) {
        return sightings;
    }
    let mut sightings = json::sightings(&texts.report, known);
    if sightings.is_empty() && class != Classification::Complaint {
        sightings = prose::sightings(texts, known);
    }
    if sightings.is_empty() {
        sightings = texts.addressed_to(known).into_iter().map(|address| Sighting { address, ..Sighting::default() }).collect();
    }
    sightings
}

/// Of two accounts of one recipient the worse and the fuller counts.
fn weight(recipient: &ReportedRecipient) -> (bool, bool, bool) {
    (recipient.action == ReportAction::Failed, recipient.reason != FailureReason::Other, recipient.status.is_some())
}

fn understood(sighting: Sighting, texts: &Texts, class: Classification, only_one: bool) -> ReportedRecipient {
    let diagnosis = Diagnosis::of(&sighting, if only_one { &texts.summary } else { "" });
    let action = match (class, sighting.action) {
        (Classification::Complaint, _) => ReportAction::Delivered,
        (_, Some(action)) => action,
        (Classification::Bounce, None) => ReportAction::Failed,
        (_, None) if texts.is_delay => ReportAction::Delayed,
        (_, None) => ReportAction::Delivered,
    };
    let (permanence, reason) = match action {
        ReportAction::Failed => (diagnosis.permanence, diagnosis.reason),
        ReportAction::Delayed => (Permanence::Soft, diagnosis.reason),
        _ => (Permanence::Soft, FailureReason::Other),
    };
    ReportedRecipient {
        address: sighting.address,
        original_address: sighting.original_address,
        action,
        permanence,
        reason,
        status: diagnosis.status,
        reply_code: diagnosis.reply_code,
        diagnostic: diagnosis.words,
    }
}
