//! What was last said between unit and reporter, for the clock of a case.

use chrono::{DateTime, Utc};
use followup_domain::asking::waiting::Contact;
use followup_domain::case::Case;
use followup_domain::case::deadlines::{CaseClock, ClockFacts, case_clock};
use followup_domain::message::{CallOutcome, Classification, Delivery, MessageKind};
use followup_domain::ports::StoreError;

use crate::step::Step;

/// Days since what matters, and when reports fall due.
pub(crate) fn clock_of(step: &mut Step<'_>, case: &Case, contacts: &[Contact]) -> Result<CaseClock, StoreError> {
    let zone = step.policy().zone;
    let facts = ClockFacts {
        received_on: case.record.received_on(case.created_at, zone),
        last_request: last_request(contacts),
        last_unanswered_reply: last_unanswered_reply(contacts),
        serious: case.record.seriousness(),
    };
    Ok(case_clock(&facts, &step.tx.deadlines().list()?, step.now, zone))
}

/// Whether somebody wrote to the reporter, and the transport took it.
fn asks(contact: &Contact) -> bool {
    !matches!(contact.kind, MessageKind::Inbound | MessageKind::Call | MessageKind::Notification)
        && contact.delivery.is_some_and(Delivery::reached_the_transport)
}

/// When the last message left for the reporter, whoever wrote it.
fn last_request(contacts: &[Contact]) -> Option<DateTime<Utc>> {
    contacts.iter().filter(|contact| asks(contact)).map(|contact| contact.at).max()
}

/// When the last reply that counts came, unless somebody has written or spoken to the reporter since. Reading it is no answer.
fn last_unanswered_reply(contacts: &[Contact]) -> Option<DateTime<Utc>> {
    let is_reply = |contact: &&Contact| contact.classification == Some(Classification::Human) && contact.confirmed;
    let is_answer = |contact: &&Contact| asks(contact) || contact.call_outcome == Some(CallOutcome::Reached);
    let reply = contacts.iter().filter(is_reply).map(|contact| contact.at).max()?;
    let answer = contacts.iter().filter(is_answer).map(|contact| contact.at).max();
    answer.is_none_or(|answer| answer <= reply).then_some(reply)
}
