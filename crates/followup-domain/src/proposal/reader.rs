//! What understands answers, as the application sees it.

use std::ops::Range;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{FieldTarget, NewProposal};
use crate::case::CaseRecord;
use crate::contact::Country;

/// An answer, with what the rules must know beside its text.
#[derive(Debug, Clone)]
pub struct AnswerToRead {
    /// The reporter's words, as the message keeps them.
    pub text: String,
    /// When they were sent (UTC).
    pub sent_at: DateTime<Utc>,
    /// The organisation's zone: in it "ayer" is counted.
    pub zone: Tz,
    /// The organisation's country: whether day or month comes first.
    pub country: Country,
    /// The case as it is.
    pub record: CaseRecord,
    /// What was asked and is open, in the order of the letter.
    pub asked: Vec<FieldTarget>,
    /// The text of the letter that it answers: its lines are ours.
    pub letter: Option<String>,
}

/// What an answer says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnswerReading {
    /// In the order of the text.
    pub proposals: Vec<NewProposal>,
    /// The reporter's words that no rule understood: bytes of the text, in order, apart from each other.
    pub unread: Vec<Range<usize>>,
}

/// Reads values in answers. Pure: the same answer gives the same reading, byte for byte, in time that grows with the text.
pub trait AnswerReader: Send + Sync {
    /// The version of all its rules together: another one may read otherwise.
    fn version(&self) -> String;

    /// What an answer says of its case.
    fn read(&self, answer: &AnswerToRead) -> AnswerReading;
}
