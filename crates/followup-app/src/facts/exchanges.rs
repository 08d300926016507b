//! What was last said between unit and reporter, for the clock of a case.

use chrono::{DateTime, Utc};
use followup_domain::asking::waiting::Exchange;
use followup_domain::case::Case;
use followup_domain::case::deadlines::{CaseClock, ClockFacts, case_clock};
use followup_domain::message::{CallOutcome, Classification, Delivery, MessageKind};
use followup_domain::ports::StoreError;

use crate::step::Step;

/// Days since what matters, and when reports fall due.
pub(crate) fn clock_of(step: &mut Step<'_>, case: &Case, exchanges: &[Exchange]) -> Result<CaseClock, StoreError> {
    let zone = step.policy().zone;
    let facts = ClockFacts {
        received_on: case.record.received_on(case.created_at, zone),
        last_request: last_request(exchanges),
        last_unanswered_reply: last_unanswered_reply(exchanges),
        serious: case.record.seriousness(),
    };
    Ok(case_clock(&facts, &step.tx.deadlines().list()?, step.now, zone))
}

/// Whether somebody wrote to the reporter, and the transport took it.
fn asks(exchange: &Exchange) -> bool {
    !matches!(exchange.kind, MessageKind::Inbound | MessageKind::Call | MessageKind::Notification)
        && exchange.delivery.is_some_and(Delivery::reached_the_transport)
}

/// When the last message left for the reporter, whoever wrote it.
fn last_request(exchanges: &[Exchange]) -> Option<DateTime<Utc>> {
    exchanges.iter().filter(|exchange| asks(exchange)).map(|exchange| exchange.at).max()
}

/// When the last reply that counts came, unless somebody has written or spoken to the reporter since. Reading it is no answer.
fn last_unanswered_reply(exchanges: &[Exchange]) -> Option<DateTime<Utc>> {
    let is_reply = |exchange: &&Exchange| exchange.classification == Some(Classification::Human) && exchange.confirmed;
    let is_answer = |exchange: &&Exchange| asks(exchange) || exchange.call_outcome == Some(CallOutcome::Reached);
    let reply = exchanges.iter().filter(is_reply).map(|exchange| exchange.at).max()?;
    let answer = exchanges.iter().filter(is_answer).map(|exchange| exchange.at).max();
    answer.is_none_or(|answer| answer <= reply).then_some(reply)
}
