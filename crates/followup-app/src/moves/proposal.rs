//! What answers say of the case's fields: to be read, read, accepted, refused, or said by the case already.

use followup_domain::audit::{AuditFacts, facts};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::ports::{StoreError, Updated};
use followup_domain::proposal::{AnswerReading, Proposal, ProposalDecision, ProposalStatus};

use crate::step::Step;
use crate::trail::{Subject, Told, tell};

/// An answer that came into a case is to be read.
pub(crate) fn await_reading(step: &mut Step<'_>, message_id: MessageId, case_id: CaseId) -> Result<(), StoreError> {
    step.tx.read_answers().await_reading(message_id, case_id)
}

/// Keeps what an answer says; says whether it was still to be read.
pub(crate) fn keep_reading(
    step: &mut Step<'_>,
    (message_id, case_id): (MessageId, CaseId),
    reading: &AnswerReading,
    version: &str,
) -> Result<bool, StoreError> {
    if step.tx.read_answers().keep_reading(message_id, reading, version, step.now)? == Updated::Stale {
        return Ok(false);
    }
    let new = facts([
        ("rules", version.to_owned().into()),
        ("proposals", i64::try_from(reading.proposals.len()).unwrap_or(i64::MAX).into()),
        ("not_understood", i64::try_from(reading.unread.len()).unwrap_or(i64::MAX).into()),
    ]);
    tell(step, Subject::OnItsWay(Some(case_id), message_id), Told::new("answer.read", new))?;
    Ok(true)
}

/// The rules could not read an answer.
pub(crate) fn keep_failure(step: &mut Step<'_>, message_id: MessageId, version: &str, why: &str) -> Result<(), StoreError> {
    step.tx.read_answers().keep_failure(message_id, version, why, step.now).map(drop)
}

/// What is decided of a proposal, by whoever does the step; says whether it was open. `value`: what went into the case, where a person edited
/// it.
pub(crate) fn decide(
    step: &mut Step<'_>,
    proposal: &Proposal,
    status: ProposalStatus,
    value: Option<&str>,
    reason: Option<&str>,
) -> Result<bool, StoreError> {
    let decision = ProposalDecision {
        status,
        actor: step.actor.to_string(),
        at: step.now,
        value: value.map(str::to_owned),
        reason: reason.map(str::to_owned),
    };
    if step.tx.proposals().decide(proposal.id, &decision)? == Updated::Stale {
        return Ok(false);
    }
    let action = match status {
        ProposalStatus::Accepted => "proposal.accepted",
        ProposalStatus::Rejected => "proposal.rejected",
        ProposalStatus::Open | ProposalStatus::Standing => "proposal.standing",
    };
    let told = Told::new(action, decision_facts(proposal, value)).because(reason);
    tell(step, Subject::Case(proposal.case_id), told)?;
    Ok(true)
}

fn decision_facts(proposal: &Proposal, edited: Option<&str>) -> AuditFacts {
    let said = &proposal.said;
    facts([
        ("proposal", proposal.id.0.into()),
        ("message", proposal.message_id.0.into()),
        ("field", said.target.field.clone().into()),
        ("product", said.target.product.map(|id| id.0).into()),
        ("state", said.state.as_str().into()),
        ("read", said.case_value().into()),
        ("edited", edited.map(str::to_owned).into()),
        ("words", said.words.clone().into()),
        ("bytes", format!("{}-{}", said.span.start, said.span.end).into()),
        ("class", said.class.as_str().into()),
        ("rule", said.rule.clone().into()),
    ])
}
