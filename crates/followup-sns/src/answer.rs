//! What SNS answered to a message, and what that means for it.

use followup_carrier::unanswered;
use followup_domain::contact::{Failure, FailureReason, Permanence};
use followup_domain::sending::{ExternalName, Receipt, Refusal, SendError, SendStage};
use followup_https::{Answer, Failure as NoAnswer};

use crate::SCOPE;
use crate::codes::{Says, says};
use crate::xml;

/// Characters of SNS's words that are kept.
const LONGEST_WORDS: usize = 500;

/// The message's fate by what was answered.
///
/// # Errors
/// It was not taken, or nobody knows.
pub(crate) fn judge(answered: Result<Answer, NoAnswer>) -> Result<Receipt, SendError> {
    let answer = answered.map_err(|failure| unanswered("AWS SNS", &failure, refused))?;
    if !(200..300).contains(&answer.status) {
        return Err(refused(&answer));
    }
    let body = String::from_utf8_lossy(&answer.body);
    match xml::text(&body, "MessageId").filter(|id| !id.is_empty()) {
        Some(id) => {
            let id: String = id.chars().take(LONGEST_WORDS).collect();
            Ok(Receipt { words: format!("{} {id}", answer.status), provider_id: Some(ExternalName::new(SCOPE, id)), parts: None })
        }
        None => Err(SendError::Uncertain(format!("AWS SNS respondió {}, pero su respuesta no se entiende", answer.status))),
    }
}

/// An error without SNS's own body may be of something between us, which may have passed the message on.
fn refused(answer: &Answer) -> SendError {
    let body = String::from_utf8_lossy(&answer.body);
    let Some(code) = xml::text(&body, "Code") else {
        return SendError::Uncertain(format!("respuesta {} sin palabras de AWS SNS", answer.status));
    };
    let words = xml::text(&body, "Message").unwrap_or_default();
    let text: String = format!("{code} {words}").trim_end().chars().take(LONGEST_WORDS).collect();
    let of_number = |reason| Some(Failure { permanence: Permanence::Hard, reason, status: Some(code.clone()) });
    let refusal =
        |stage, failure| SendError::Refused(Refusal { text: text.clone(), stage: Some(stage), code: Some(code.clone()), failure });
    match says(&code, answer.status) {
        Says::Account => SendError::Unavailable { stage: SendStage::SignIn, text },
        Says::SlowDown => SendError::Unavailable { stage: SendStage::Connection, text },
        Says::Number if words.contains("PhoneNumber") => refusal(SendStage::Recipient, of_number(FailureReason::UnknownUser)),
        Says::OptedOut => refusal(SendStage::Recipient, of_number(FailureReason::Refused)),
        Says::Number | Says::Message => refusal(SendStage::Message, None),
        Says::Doubt => SendError::Uncertain(text),
    }
}
