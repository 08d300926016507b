//! Fields that are settled without a value, or by an answer.

use std::ops::Range;

use chrono::{DateTime, Utc};

use super::{AskedItem, StoreError, Updated};
use crate::asking::field_state::FieldState;
use crate::asking::missing::FieldPath;
use crate::ids::{CaseId, MessageId};

/// A field that a person documented as not to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentedField {
    /// The field, and of which product.
    pub item: AskedItem,
    /// Unknown, withheld or unobtainable.
    pub state: FieldState,
    /// Why.
    pub reason: String,
    /// Who documented it.
    pub actor: String,
    /// When (UTC).
    pub at: DateTime<Utc>,
}

/// A field that is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredField {
    /// The field, and of which product.
    pub item: AskedItem,
    /// The last message that asked for it; none where the reporter told it unasked.
    pub asked_by: Option<MessageId>,
    /// The reply, or the call, after which the unit wrote the answer down; none when it learned it by another way.
    pub answered_by: Option<MessageId>,
    /// The value that was accepted, with the words that say it, where a person accepted a proposal.
    pub proof: Option<AnswerProof>,
    /// When it was written down (UTC).
    pub at: DateTime<Utc>,
}

/// A value as it was accepted, and where the answer says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerProof {
    /// The value that went into the case.
    pub value: String,
    /// The words that say it: bytes of the answer's stored text.
    pub span: Range<usize>,
    /// Who accepted it.
    pub actor: String,
}

/// What is known of the fields that were asked for.
pub trait FieldRepository {
    /// Documents a field as unknown, withheld or unobtainable; again, or for another product in the same place, replaces.
    fn document(&mut self, case_id: CaseId, field: &DocumentedField) -> Result<(), StoreError>;

    /// Takes a documentation back; [`Updated::Stale`] when there is none.
    fn remove_documented(&mut self, case_id: CaseId, path: &FieldPath) -> Result<Updated, StoreError>;

    /// The documented fields of a case, by path.
    fn documented(&mut self, case_id: CaseId) -> Result<Vec<DocumentedField>, StoreError>;

    /// Keeps by which message a field that was asked for is answered; again replaces.
    fn record_answered(&mut self, case_id: CaseId, field: &AnsweredField) -> Result<(), StoreError>;

    /// The answered fields of a case, by path.
    fn answered(&mut self, case_id: CaseId) -> Result<Vec<AnsweredField>, StoreError>;

    /// The case no longer answers the field; [`Updated::Stale`] when nothing was kept of it.
    fn remove_answered(&mut self, case_id: CaseId, path: &FieldPath) -> Result<Updated, StoreError>;
}
