//! What every profile says of an answer, or of none.

use followup_domain::sending::SendError;
use followup_https::{Answer, Failure};

/// Characters of the gateway's words that are kept.
const LONGEST: usize = 300;

/// One line that the store takes.
pub(crate) fn shortened(words: &str) -> String {
    words.trim().chars().filter(|character| !character.is_control()).take(LONGEST).collect()
}

/// The answer's status and words.
pub(crate) fn of(answer: &Answer) -> String {
    shortened(&format!("{} {}", answer.status, String::from_utf8_lossy(&answer.body)))
}

/// An answer of something between us and the gateway, which may have passed the message on.
pub(crate) fn foreign(answer: &Answer) -> SendError {
    SendError::Uncertain(format!("respuesta {} que no es de la pasarela de SMS", answer.status))
}

/// There is no answer.
pub(crate) fn unanswered(failure: &Failure, judge: impl FnOnce(&Answer) -> SendError) -> SendError {
    followup_carrier::unanswered("la pasarela de SMS", failure, judge)
}
