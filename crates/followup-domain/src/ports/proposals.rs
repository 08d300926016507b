//! What answers say of the case's fields, and which answers are still to be read for it.

use std::ops::Range;

use chrono::{DateTime, Utc};

use super::{StoreError, Updated};
use crate::ids::{CaseId, MessageId, ProposalId};
use crate::proposal::{AnswerReading, Proposal, ProposalDecision};

/// The words of an answer that no rule understood: bytes of its stored text.
pub type UnreadWords = (MessageId, Vec<Range<usize>>);

/// Answers in which rules look for values. Each is read once; one that could not be read waits for other rules.
pub trait ReadAnswerRepository {
    /// An answer that came into a case is to be read. One that is to be read or was read already stays as it is.
    fn await_reading(&mut self, message_id: MessageId, case_id: CaseId) -> Result<(), StoreError>;

    /// Answers that are to be read, oldest first, so many at most. Those that rules of another version could not read are among them.
    fn awaiting(&mut self, version: &str, limit: i64) -> Result<Vec<(MessageId, CaseId)>, StoreError>;

    /// Keeps what an answer says; [`Updated::Stale`] when it was read meanwhile.
    fn keep_reading(
        &mut self,
        message_id: MessageId,
        reading: &AnswerReading,
        version: &str,
        now: DateTime<Utc>,
    ) -> Result<Updated, StoreError>;

    /// The rules of this version could not read it.
    fn keep_failure(&mut self, message_id: MessageId, version: &str, why: &str, now: DateTime<Utc>) -> Result<Updated, StoreError>;

    /// How many answers could not be read by the rules that tried last.
    fn count_failed(&mut self) -> Result<i64, StoreError>;

    /// The words of a case's answers that no rule understood, by message, of the last 100 answers.
    fn unread(&mut self, case_id: CaseId) -> Result<Vec<UnreadWords>, StoreError>;
}

/// What answers say, and what was decided of it.
pub trait ProposalRepository {
    /// The proposals of these numbers that a case has, by number.
    fn find(&mut self, case_id: CaseId, ids: &[ProposalId]) -> Result<Vec<Proposal>, StoreError>;

    /// The open ones of a case, by number: at most 500.
    fn open(&mut self, case_id: CaseId) -> Result<Vec<Proposal>, StoreError>;

    /// Those that are decided, the latest decision first, so many at most.
    fn decided(&mut self, case_id: CaseId, limit: i64) -> Result<Vec<Proposal>, StoreError>;

    /// Decides one that is open; [`Updated::Stale`] when it is not any more.
    fn decide(&mut self, id: ProposalId, decision: &ProposalDecision) -> Result<Updated, StoreError>;

    /// How many are open, by case; cases without any are left out.
    fn count_open(&mut self, case_ids: &[CaseId]) -> Result<Vec<(CaseId, i64)>, StoreError>;
}
