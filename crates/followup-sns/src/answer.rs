//! What SNS answered to a message, and what that means for it.

use followup_carrier::unanswered;
use followup_domain::sending::{ExternalName, Receipt, SendError};
use followup_https::{Answer, Failure as NoAnswer};

use crate::SCOPE;
use crate::codes::says;
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
    says(&code, &words, answer.status).of_the_offer(text, Some(code))
}
