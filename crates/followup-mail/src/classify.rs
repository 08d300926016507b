//! Tells people from machines, before anything else happens to a mail (product.md §6).
//!
//! Rules stand in one table and the first hit wins; the words that they look for are data too. A person's mail must never be
//! taken for a machine's, so each rule needs a sign that people do not produce, and what is left is a person.

mod automatic_words;
mod by_label;
mod failure_words;
mod gesture;
mod report;
mod sender_words;
mod signs;
mod words;

use followup_domain::mail::inbound::CHALLENGE;
use followup_domain::message::Classification;

pub(crate) use by_label::is_automatic_by_label_alone;
use gesture::Gesture;
use report::Outcome;
pub(crate) use signs::Signs;
use words::Spoken;

/// What a mail is and why. Pure.
pub(crate) fn classify(signs: &Signs) -> (Classification, &'static str) {
    RULES.iter().find(|rule| (rule.holds)(signs)).map_or((Classification::Human, "no sign of a machine"), |rule| (rule.class, rule.reason))
}

/// Whether a report's words, folded, say that delivery takes longer.
pub(crate) fn tells_delay(folded: &str) -> bool {
    signs::speaks_of(folded, Spoken::Delay)
}

/// A robot that wants to be answered before it lets mail through. Two signs are needed, for people ask to confirm things, too; and an
/// answer ("Re: …") is a person's unless it says itself that it is automatic.
fn is_challenge(signs: &Signs) -> bool {
    let is_automatic = signs.is_auto_submitted() || signs.has_any(words::AUTOMATIC);
    let is_robot = signs.has_any(words::CHALLENGE_FIELDS) || signs.has_any(words::BULK);
    let is_machine = is_automatic || is_robot || signs.has_null_return_path() || signs.is_from_nobody();
    let says_so = signs.body_speaks_of(Spoken::ChallengeBody);
    let asks = signs.subject_speaks_of(Spoken::ChallengeSubject) && (says_so || is_machine)
        || signs.subject_speaks_of(Spoken::ChallengeQuestion) && (says_so || is_automatic);
    asks && (is_automatic || !signs.is_passed_on())
}

/// Whether the text says that a mail was not delivered; what is also said of other things than mail counts beside an address.
fn body_tells_failure(signs: &Signs) -> bool {
    signs.body_speaks_of(Spoken::Failure) || signs.body_says_beside_address(Spoken::WeakFailure)
}

fn subject_tells_failure(signs: &Signs) -> bool {
    signs.subject_speaks_of(Spoken::Failure) || signs.subject_speaks_of(Spoken::WeakFailure)
}

/// A subject that says it of a mail; or of a delivery, when the text or a returned mail tells what kind of delivery.
fn subject_is_of_bounce(signs: &Signs) -> bool {
    let of_address = || signs.body_says_beside_address(Spoken::Failure) || signs.body_says_beside_address(Spoken::WeakFailure);
    let is_confirmed = || signs.returns_a_mail() || of_address() || signs.body_has_code();
    !signs.is_passed_on() && (signs.subject_speaks_of(Spoken::Failure) || signs.subject_speaks_of(Spoken::WeakFailure) && is_confirmed())
}

/// A report of an address that nobody reads, without the fields and the name of one. Forms on web sites come from such addresses too, and a
/// person's words stand in them behind "Mensaje:"; so it is said of a mail or of an address that it failed, or the mail or a code is there.
fn is_report_of_nobody(signs: &Signs) -> bool {
    let is_mails = || signs.says_of_a_mail(Spoken::Failure) || signs.names_recipient() || signs.returns_a_mail() || signs.body_has_code();
    signs.is_from_nobody() && !signs.is_passed_on() && signs.speaks_of(Spoken::Failure) && signs.speaks_of(Spoken::Mail) && is_mails()
}

/// A report of a mail server in words that nobody foresaw: a code, or nothing to answer and the address that failed.
fn is_report_of_daemon(signs: &Signs) -> bool {
    let is_daemons = || signs.body_has_code() || signs.has_transient_code_alone() || signs.lists_recipient();
    let is_servers = || signs.body_has_code() && signs.lists_recipient() && !signs.begins_with_greeting();
    signs.is_from_daemon() && is_daemons() || signs.is_from_mail_server() && is_servers()
}

/// A report that a mail arrived, in prose.
fn is_receipt_of_server(signs: &Signs) -> bool {
    signs.is_from_mail_server() && signs.speaks_of(Spoken::Arrival) && !subject_tells_failure(signs) && !signs.body_has_code()
}

/// A report of a gateway, a filter or a service that is no known mail server: it says that a mail failed, and for whom. Where the address may
/// be a person's, subject and text say so, the text lists for whom or has a server's answer, and it does not begin as people begin.
fn is_report_of_gateway(signs: &Signs) -> bool {
    let is_told = || signs.speaks_of(Spoken::Failure) || signs.speaks_of(Spoken::WeakFailure);
    let is_machines = || is_machine(signs) && is_told() && signs.names_recipient();
    let is_plain = || signs.is_without_name() && subject_tells_failure(signs) && body_tells_failure(signs) && !signs.begins_with_greeting();
    let is_opened = || subject_tells_failure(signs) && signs.body_begins_with_talk_of(Spoken::Opening);
    let is_listed = || signs.lists_recipient() || signs.names_recipient() && signs.body_speaks_of(Spoken::Smtp);
    !signs.is_passed_on() && !tells_absence(signs) && (is_machines() || (is_plain() || is_opened()) && is_listed())
}

/// Some machine goes on trying.
fn is_delay(signs: &Signs) -> bool {
    let is_told = || signs.subject_speaks_of(Spoken::Delay) && (signs.body_speaks_of(Spoken::Delay) || body_tells_failure(signs));
    let is_plain = || signs.is_without_name() && is_told() && signs.lists_recipient() && !signs.begins_with_greeting();
    let is_gateways = || is_machine(signs) && signs.names_recipient() || is_plain() || is_report_of_gateway(signs);
    signs.speaks_of(Spoken::Delay) && (signs.is_from_mail_server() || is_gateways() && !tells_absence(signs) && !signs.is_passed_on())
}

fn is_machine(signs: &Signs) -> bool {
    signs.is_from_gateway() || signs.is_from_null()
}

fn tells_absence(signs: &Signs) -> bool {
    signs.subject_has_label(words::ANSWER_LABELS) || signs.subject_begins_with(words::ABSENCE) || signs.subject_is(words::ABSENCE_ALONE)
}

/// A returned mail in a report. People pass returned mails on as well, so the sender must be a machine.
fn is_returned_mail(signs: &Signs) -> bool {
    let begins_as_servers = || signs.is_without_name() && signs.body_begins_with_talk_of(Spoken::ServerVoice);
    let is_machine =
        signs.has_null_return_path() || signs.is_from_nobody() || signs.subject_speaks_of(Spoken::Failure) && begins_as_servers();
    is_machine && !signs.is_passed_on() && signs.returns_a_mail() && body_tells_failure(signs)
}

/// The field that RFC 3834 made for it.
const AUTO_SUBMITTED: &str = "Auto-Submitted (RFC 3834)";
/// Those that programs had before.
const AUTOMATIC_FIELD: &str = "header field of an automatic answer";

struct Rule {
    class: Classification,
    reason: &'static str,
    holds: fn(&Signs) -> bool,
}

const RULES: &[Rule] = &[
    Rule { class: Classification::Complaint, reason: "feedback report (RFC 5965)", holds: |signs| signs.is_report("feedback-report") },
    Rule {
        class: Classification::Complaint,
        reason: "a returned mail and the subject of a complaint",
        holds: |signs| signs.subject_begins_with(words::COMPLAINT) && signs.returns_a_mail(),
    },
    Rule {
        class: Classification::Complaint,
        reason: "a service's notification of a complaint (JSON)",
        holds: |signs| signs.is_json() && signs.body_speaks_of(Spoken::JsonComplaint),
    },
    Rule {
        class: Classification::Complaint,
        reason: "a mail program asks to be taken off the list",
        holds: |signs| signs.is_auto_submitted() && signs.has_any(words::UNSUBSCRIBE),
    },
    Rule {
        class: Classification::Bounce,
        reason: "a service's notification of a bounce (JSON)",
        holds: |signs| signs.is_json() && signs.body_speaks_of(Spoken::JsonBounce),
    },
    Rule {
        class: Classification::DeliveryNotice,
        reason: "a service's notification of a delivery (JSON)",
        holds: |signs| signs.is_json() && signs.body_speaks_of(Spoken::JsonDelivery),
    },
    Rule {
        class: Classification::Bounce,
        reason: "delivery report with Action: failed (RFC 3464)",
        holds: |signs| signs.delivery_report() == Some(Outcome::Failed),
    },
    Rule {
        class: Classification::DeliveryNotice,
        reason: "delivery report without a failure (RFC 3464)",
        holds: |signs| signs.delivery_report() == Some(Outcome::NotFailed),
    },
    Rule { class: Classification::Echo, reason: "sent by this service", holds: |signs| signs.is_ours },
    Rule { class: Classification::DeliveryNotice, reason: "a mail server says that delivery takes longer", holds: is_delay },
    Rule {
        class: Classification::Bounce,
        reason: "a mail server says that delivery failed",
        holds: |signs| signs.is_from_mail_server() && (subject_tells_failure(signs) || body_tells_failure(signs)),
    },
    Rule { class: Classification::DeliveryNotice, reason: "a mail server says that a mail arrived", holds: is_receipt_of_server },
    Rule {
        class: Classification::DeliveryNotice,
        reason: "a mail server with codes of a failure for the moment",
        holds: |signs| is_report_of_daemon(signs) && signs.has_transient_code_alone(),
    },
    Rule { class: Classification::Bounce, reason: "a mail server with a code, or the address that failed", holds: is_report_of_daemon },
    Rule { class: Classification::Bounce, reason: "a gateway says that delivery failed, and for whom", holds: is_report_of_gateway },
    Rule {
        class: Classification::Bounce,
        reason: "empty return path and a subject that says that delivery failed",
        holds: |signs| signs.has_null_return_path() && subject_is_of_bounce(signs),
    },
    Rule {
        class: Classification::Bounce,
        reason: "a returned mail, and a machine that says that delivery failed",
        holds: is_returned_mail,
    },
    Rule {
        class: Classification::Bounce,
        reason: "an address that nobody reads says that a mail was not delivered",
        holds: is_report_of_nobody,
    },
    Rule {
        class: Classification::DeliveryNotice,
        reason: "read notice (RFC 8098)",
        holds: |signs| signs.is_report("disposition-notification"),
    },
    Rule {
        class: Classification::AutoReply,
        reason: "a reaction to a mail, and nothing else (RFC 9078)",
        holds: |signs| signs.gesture == Some(Gesture::Reaction),
    },
    Rule {
        class: Classification::AutoReply,
        reason: "an answer to an invitation, and nothing else (RFC 5546)",
        holds: |signs| signs.gesture == Some(Gesture::CalendarAnswer),
    },
    Rule { class: Classification::AutoReply, reason: CHALLENGE, holds: is_challenge },
    Rule { class: Classification::AutoReply, reason: AUTO_SUBMITTED, holds: Signs::is_auto_submitted },
    Rule { class: Classification::AutoReply, reason: AUTOMATIC_FIELD, holds: |signs| signs.has_any(words::AUTOMATIC) },
    Rule {
        class: Classification::AutoReply,
        reason: "subject that mail programs give to automatic answers",
        holds: |signs| signs.subject_has_label(words::ANSWER_LABELS),
    },
    Rule {
        class: Classification::AutoReply,
        reason: "subject of an automatic answer, and a header field of a machine",
        holds: |signs| {
            tells_absence(signs) && (signs.has_null_return_path() || signs.has_any(words::BULK) || signs.has_any(words::MACHINE))
        },
    },
];
