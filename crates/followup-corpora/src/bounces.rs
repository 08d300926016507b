//! Judges how reports of machines are understood.
//!
//! sisimai: `classes` (none of a person), `recipients` (their number), `results[].hard_bounce`, `derived.original_message_id`,
//! `derived.final_recipients`. flufl_bounce: `permanent` and `temporary` addresses, `kind`.

use std::collections::BTreeSet;

use followup_domain::contact::Permanence;
use followup_domain::mail::inbound::ParsedMail;
use followup_domain::mail::report::{ReportAction, ReportedRecipient};
use followup_domain::message::Classification;
use serde_json::Value;

use crate::score::Judged;
use crate::sets::{Case, Kind};

/// Classes, recipients, hard or soft, and the original Message-ID.
pub(crate) fn judge_sisimai(case: &Case) -> Judged {
    let Ok(mail) = case.read(Kind::Mail) else { return unreadable(case) };
    let classes = case.texts("classes");
    let class = mail.classification.as_str();
    let is_class = match classes.as_slice() {
        [] => !matches!(mail.classification, Classification::Bounce | Classification::AutoReply),
        classes => classes.iter().any(|expected| CLASSES.contains(&(*expected, class))),
    };
    let is_bounce = classes.iter().any(|class| class.ends_with("_bounce"));
    let failed: Vec<&ReportedRecipient> = mail.recipients.iter().filter(|recipient| is_unreached(recipient)).collect();
    let mut measures = vec![("class", is_class)];
    if is_bounce {
        let number = case.expected.get("recipients").and_then(Value::as_u64).unwrap_or_default();
        let named = derived(case, "final_recipients");
        let is_named = named.is_none_or(|named| named.iter().all(|address| failed.iter().any(|one| is_address(one, address))));
        measures.push(("recipients", failed.len() as u64 == number && is_named));
        let hard = |recipient: &&ReportedRecipient| recipient.permanence == Permanence::Hard;
        let expected: Vec<bool> = results(case).iter().filter_map(|result| result.get("hard_bounce")?.as_bool()).collect();
        let found: Vec<bool> = failed.iter().map(hard).collect();
        measures.push(("hard or soft", sorted(expected) == sorted(found)));
    }
    if let Some(id) = case.expected.pointer("/derived/original_message_id").and_then(Value::as_str) {
        measures.push(("original Message-ID", mail.returned.as_ref().is_some_and(|found| found.as_str() == id.trim())));
    }
    Judged { measures, shown: shown(case, &mail) }
}

/// Class and failing addresses.
pub(crate) fn judge_flufl(case: &Case) -> Judged {
    let Ok(mail) = case.read(Kind::Mail) else { return unreadable(case) };
    let is_machine = matches!(mail.classification, Classification::Bounce | Classification::DeliveryNotice);
    let mut measures = vec![("class", is_machine == (case.text("kind") == Some("bounce")))];
    let expected: BTreeSet<String> =
        [case.texts("permanent"), case.texts("temporary")].concat().into_iter().map(str::to_lowercase).collect();
    let found: BTreeSet<String> = mail.recipients.iter().filter(|one| is_unreached(one)).flat_map(|one| names_of(one, &expected)).collect();
    measures.push(("failing addresses", expected == found));
    Judged { measures, shown: shown(case, &mail) }
}

/// The names of a recipient that are expected: where one failed that another was made of ("expanded from", Original-Recipient), the set names one of
/// them or both. If none is, the address itself.
fn names_of(recipient: &ReportedRecipient, expected: &BTreeSet<String>) -> Vec<String> {
    let names = std::iter::once(&recipient.address).chain(&recipient.original_address).map(|address| address.to_lowercase());
    let known: Vec<String> = names.filter(|name| expected.contains(name)).collect();
    if known.is_empty() { vec![recipient.address.to_lowercase()] } else { known }
}

/// The class of the set, and ours.
const CLASSES: &[(&str, &str)] = &[
    ("hard_bounce", "bounce"),
    ("soft_bounce", "bounce"),
    ("soft_bounce", "delivery_notice"),
    ("complaint", "complaint"),
    ("auto_reply", "auto_reply"),
    ("delivered", "delivery_notice"),
];

fn is_unreached(recipient: &ReportedRecipient) -> bool {
    matches!(recipient.action, ReportAction::Failed | ReportAction::Delayed)
}

fn is_address(recipient: &ReportedRecipient, address: &str) -> bool {
    let named = std::iter::once(&recipient.address).chain(&recipient.original_address);
    named.into_iter().any(|named| named.eq_ignore_ascii_case(address))
}

fn results(case: &Case) -> Vec<&Value> {
    case.expected.get("results").and_then(Value::as_array).into_iter().flatten().collect()
}

fn derived<'a>(case: &'a Case, name: &str) -> Option<Vec<&'a str>> {
    let list = case.expected.pointer(&format!("/derived/{name}"))?.as_array()?;
    Some(list.iter().filter_map(Value::as_str).collect())
}

fn sorted(mut list: Vec<bool>) -> Vec<bool> {
    list.sort_unstable();
    list
}

fn unreadable(case: &Case) -> Judged {
    Judged { measures: vec![("class", false)], shown: format!("{}\nunreadable\n", case.id) }
}

fn shown(case: &Case, mail: &ParsedMail) -> String {
    let ParsedMail { classification, classification_reason, recipients, returned, .. } = mail;
    let mut text = format!("{}\nexpected {}\n{classification}: {classification_reason}\nreturned {returned:?}\n", case.id, case.expected);
    recipients.iter().for_each(|recipient| text.push_str(&format!("{recipient:?}\n")));
    text
}
