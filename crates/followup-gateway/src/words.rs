//! What every profile says of an answer, or of none.

use followup_domain::sending::{SendError, SendStage};
use followup_https::{Answer, Cause, Failure};

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
pub(crate) fn unanswered(failure: Failure, judge: impl Fn(&Answer) -> SendError) -> SendError {
    match failure {
        Failure::NotSent(cause @ (Cause::Untrusted | Cause::NoTls)) => unreached(SendStage::Tls, cause),
        Failure::NotSent(cause) => unreached(SendStage::Connection, cause),
        Failure::MaybeSent(cause) => SendError::Uncertain(format!("la pasarela de SMS {}", cause.in_spanish())),
        Failure::AnswerLost { status, cause } => {
            SendError::Uncertain(format!("la pasarela de SMS respondió {status}, y {}", cause.in_spanish()))
        }
        Failure::Answered(answer) => judge(&answer),
    }
}

fn unreached(stage: SendStage, cause: Cause) -> SendError {
    SendError::Unavailable { stage, text: format!("la pasarela de SMS {}", cause.in_spanish()) }
}
