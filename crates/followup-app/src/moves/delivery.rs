//! What became of a message: the transport's answer, a report, or what ended a doubt.

use followup_domain::asking::reason::Why;
use followup_domain::audit::facts;
use followup_domain::ids::{CaseId, LeaseToken, MessageId};
use followup_domain::message::{Delivery, Message};
use followup_domain::ports::{Held, Outcome, StoreError, Updated, of_one};

use crate::step::Step;
use crate::trail::{Subject, Told, tell};

/// Records the transport's answer while the lease is held; says whether it was.
pub(crate) fn record(step: &mut Step<'_>, message: &Message, token: &LeaseToken, outcome: &Outcome) -> Result<bool, StoreError> {
    if of_one(step.tx.dispatch().record_outcome(&[(Held { id: message.id, token }, outcome)])?)? == Updated::Stale {
        return Ok(false);
    }
    let told = told(message.delivery.unwrap_or(Delivery::Queued), outcome);
    tell(step, Subject::Message(message.case_id, message.id), told)?;
    Ok(true)
}

/// Settles a message whose fate nobody knew; says whether it was such a one. `why` stands in place of the outcome's own.
pub(crate) fn settle(step: &mut Step<'_>, message: &Message, outcome: &Outcome, why: Option<&Why<'_>>) -> Result<bool, StoreError> {
    if message.delivery == Some(Delivery::Uncertain) { settle_in_queue(step, message, outcome, why) } else { Ok(false) }
}

/// The same by a proof that it left: also of one that waits to be sent, again or, as a store knows it that was set back, for the first
/// time.
pub(crate) fn settle_by_proof(step: &mut Step<'_>, message: &Message, outcome: &Outcome, why: &Why<'_>) -> Result<bool, StoreError> {
    let waits = matches!(message.delivery, Some(Delivery::Uncertain | Delivery::Queued));
    if waits { settle_in_queue(step, message, outcome, Some(why)) } else { Ok(false) }
}

fn settle_in_queue(step: &mut Step<'_>, message: &Message, outcome: &Outcome, why: Option<&Why<'_>>) -> Result<bool, StoreError> {
    if step.tx.deliveries().settle_uncertain(message.id, outcome)? == Updated::Stale {
        return Ok(false);
    }
    let told = told(message.delivery.unwrap_or(Delivery::Uncertain), outcome);
    let told = if why.is_some() { told.why(why) } else { told };
    tell(step, Subject::Message(message.case_id, message.id), told)?;
    Ok(true)
}

/// What a report says of a letter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reporting<'a> {
    /// The letter, as it is.
    pub(crate) letter: &'a Message,
    /// What became of it.
    pub(crate) outcome: &'a Outcome,
    /// Why.
    pub(crate) why: &'a Why<'a>,
    /// The address that it names in place of the letter's own.
    pub(crate) another: Option<&'a str>,
}

/// Records what reports say of letters, one of each; says of each whether it is news.
pub(crate) fn report(step: &mut Step<'_>, reports: &[Reporting<'_>]) -> Result<Vec<bool>, StoreError> {
    let batch: Vec<(MessageId, &Outcome)> = reports.iter().map(|said| (said.letter.id, said.outcome)).collect();
    let news: Vec<bool> = step.tx.deliveries().record_reports(&batch)?.into_iter().map(|updated| updated == Updated::Yes).collect();
    for (said, _) in reports.iter().zip(&news).filter(|(_, is_news)| **is_news) {
        let Reporting { letter, outcome, why, another } = said;
        let mut told = told(letter.delivery.unwrap_or(Delivery::Accepted), outcome).why(Some(why));
        if let Some(another) = another {
            told = told.with("reported_address", (*another).into());
        }
        let left_before = letter.delivery.is_some_and(Delivery::reached_the_transport);
        let subject = if left_before && outcome.delivery.reached_the_transport() { Subject::OnItsWay } else { Subject::Message };
        tell(step, subject(letter.case_id, letter.id), told)?;
    }
    Ok(news)
}

/// Gives back the place that a message took among the case's automatic letters: it did not arrive.
pub(crate) fn release_automatic(step: &mut Step<'_>, case_id: CaseId, message_id: MessageId) -> Result<(), StoreError> {
    step.tx.automatics().release(case_id, message_id)
}

fn told(from: Delivery, outcome: &Outcome) -> Told {
    let new = facts([("delivery", outcome.delivery.as_str().into()), ("transport_response", outcome.transport_response.clone().into())]);
    Told::new("message.delivery", new).from(facts([("delivery", from.as_str().into())])).why_stored(outcome.error.as_deref())
}
