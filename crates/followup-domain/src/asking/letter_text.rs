//! The unit's own letters: texts that stand in place of those that the service brings along.

use chrono::{DateTime, Utc};

use super::request::LetterKind;
use crate::message::Channel;

/// A text has no more characters.
pub const LONGEST_LETTER_TEXT: usize = 20_000;

/// A text that the service, or its deployment, brings along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShippedText {
    /// Its name, such as `solicitud.email.txt`.
    pub name: &'static str,
    /// Of which letter; none of a part that several letters include.
    pub letter: Option<(LetterKind, Channel)>,
    /// What it says.
    pub text: String,
    /// The deployment replaced the one that the service brings along (`TEMPLATES_DIR`).
    pub is_of_deployment: bool,
}

/// A text of the unit's own, in place of the one of this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnText {
    /// The name.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// What is kept of a name: a text of the unit's own, or that the unit gave its own up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptText {
    /// The name.
    pub name: String,
    /// What it says; none since the unit went back to the text that is brought along.
    pub text: Option<String>,
    /// Counts the changes, from 1.
    pub version: i64,
    /// Who changed it last.
    pub changed_by: String,
    /// When (UTC).
    pub changed_at: DateTime<Utc>,
}

/// Something wrong with a text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFault {
    /// In which text: the one that was looked at, a part that it includes, or a letter that includes it.
    pub name: String,
    /// In which line, from 1; none where all of it is meant.
    pub line: Option<usize>,
    /// What.
    pub problem: TextProblem,
}

/// What can be wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextProblem {
    /// Nothing stands in it.
    Blank,
    /// It has more than [`LONGEST_LETTER_TEXT`] characters.
    TooLong,
    /// An instruction is not written as the language has it; what its reader says.
    Syntax(String),
    /// An instruction or a sign that a text of the unit's own may not use.
    NotAllowed(String),
    /// A variable that does not exist.
    UnknownVariable(String),
    /// A filter that does not exist.
    UnknownFilter(String),
    /// A part that does not exist.
    UnknownPart,
    /// A value is used that is not there.
    NoSuchValue,
    /// A value is printed that a letter may lack.
    MayBeAbsent,
    /// It takes too many steps.
    TooMuchWork,
    /// A letter becomes too long.
    TooLongLetter,
    /// An e-mail does not begin with `Asunto:` and a blank line.
    NoSubject,
    /// Nothing stands after `Asunto:`.
    EmptySubject,
    /// A short message begins with `Asunto:`.
    SubjectInShort,
    /// A letter says nothing.
    EmptyLetter,
    /// A section's heading does not stand on a line of its own, before its questions.
    NoHeading,
    /// A question does not stand on a line of its own.
    NoQuestion,
    /// The number of the case stands nowhere.
    NoCase,
    /// A text message asks for nothing although something is missing.
    AsksNothing,
    /// A usual text message has more parts than are sent.
    TooManyParts {
        /// So many.
        parts: usize,
        /// At most so many are sent.
        most: usize,
    },
    /// Something else; what the language says.
    Other(String),
}
