//! An answer as the rules read it, and what their reading means beside the case.

use followup_domain::case::{CaseRecord, Scalar};
use followup_domain::ids::{CaseId, MessageId, ProposalId};
use followup_domain::ports::{AskedItem, StoreError};
use followup_domain::proposal::{AnswerReading, AnswerToRead, Conflict, FieldTarget, NewProposal, Proposal, ProposalStatus, SaidState};

use crate::errors::ProposalError;
use crate::facts::asked::asked_by;
use crate::facts::open_items::open_items;
use crate::step::Step;

/// Of one answer so much is proposed: nobody decides about more, and whoever writes must not set what it costs. The rest is told as not understood.
const MOST_PROPOSALS: usize = 200;
/// So many pieces of an answer are kept as not understood; the last of them holds all that follows.
const MOST_UNREAD: usize = 400;
/// The longest words that are kept of a proposal, in characters.
const LONGEST_WORDS: usize = 2_000;

/// An answer with what the rules must know beside it; none where the case or the message is not there.
pub(crate) fn answer_to_read(step: &mut Step<'_>, (message_id, case_id): (MessageId, CaseId)) -> Result<Option<AnswerToRead>, StoreError> {
    let Some(case) = step.tx.cases().find(case_id)? else { return Ok(None) };
    let Some(message) = step.tx.messages().find(message_id)? else { return Ok(None) };
    let letter = match message.parent_id {
        Some(parent) => step.tx.messages().find(parent)?,
        None => None,
    };
    let open: Vec<FieldTarget> =
        open_items(step, &case)?.into_iter().map(|item| target_of(&AskedItem::of(&case.record, item.path))).collect();
    let mut asked: Vec<FieldTarget> = match &letter {
        Some(letter) => asked_by(step, &case, letter.id)?.iter().map(target_of).filter(|target| open.contains(target)).collect(),
        None => Vec::new(),
    };
    let others: Vec<FieldTarget> = open.into_iter().filter(|target| !asked.contains(target)).collect();
    asked.extend(others);
    Ok(Some(AnswerToRead {
        text: message.content.body,
        sent_at: message.created_at,
        zone: step.policy().zone,
        country: step.policy().country,
        record: case.record,
        asked,
        letter: letter.map(|letter| letter.content.body),
    }))
}

fn target_of(item: &AskedItem) -> FieldTarget {
    FieldTarget::of_item(&item.path, item.product_id)
}

/// A proposal of the case that nobody has decided.
pub(crate) fn open_one(step: &mut Step<'_>, case_id: CaseId, id: ProposalId) -> Result<Proposal, ProposalError> {
    let found = step.tx.proposals().find(case_id, &[id])?.pop().ok_or(ProposalError::NotFound(id))?;
    if found.status == ProposalStatus::Open { Ok(found) } else { Err(ProposalError::Decided(id)) }
}

/// What of a reading is to be decided: not what the case says already; and what the case says otherwise, or cannot hold, is told.
pub(crate) fn beside_the_case(record: &CaseRecord, reading: AnswerReading) -> AnswerReading {
    let AnswerReading { mut proposals, mut unread } = reading;
    let more = proposals.split_off(proposals.len().min(MOST_PROPOSALS));
    unread.extend(more.into_iter().map(|said| said.span));
    unread.sort_by_key(|span| span.start);
    if let Some(end) = unread.last().map(|last| last.end).filter(|_| unread.len() > MOST_UNREAD) {
        unread.truncate(MOST_UNREAD);
        if let Some(last) = unread.last_mut() {
            last.end = end;
        }
    }
    proposals.retain(|said| !says_already(record, said));
    AnswerReading { proposals: proposals.into_iter().map(|said| with_conflicts(record, said)).collect(), unread }
}

/// Whether the case says the same.
pub(crate) fn says_already(record: &CaseRecord, said: &NewProposal) -> bool {
    let mut changed = record.clone();
    said.case_value().is_some_and(|value| said.target.set(&mut changed, Scalar::Text(value)).is_ok() && changed == *record)
}

fn with_conflicts(record: &CaseRecord, mut said: NewProposal) -> NewProposal {
    if let Some((end, _)) = said.words.char_indices().nth(LONGEST_WORDS) {
        said.words.truncate(end);
    }
    let is_empty = said.target.get(record).is_none_or(|value| value == Scalar::Null);
    if said.state == SaidState::Answered && !is_empty {
        said.conflicts.push(Conflict::DiffersFromCase);
    }
    if let Some(value) = said.case_value()
        && said.target.is_decided()
        && said.target.set(&mut record.clone(), Scalar::Text(value)).is_err()
        && !said.conflicts.contains(&Conflict::OutOfRange)
    {
        said.conflicts.push(Conflict::OutOfRange);
    }
    said
}
