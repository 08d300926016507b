//! What Twilio answered to a message, and what that means for it.

use followup_carrier::unanswered;
use followup_domain::sending::{ExternalName, Receipt, SendError};
use followup_https::{Answer, Failure as NoAnswer};
use serde::Deserialize;

use crate::codes::says;

/// Characters of Twilio's words that are kept.
const LONGEST_WORDS: usize = 500;

#[derive(Deserialize)]
struct Taken {
    sid: String,
    status: Option<String>,
    num_segments: Option<String>,
}

/// Twilio's own body of an error.
#[derive(Deserialize)]
struct Refused {
    code: u32,
    message: String,
}

/// Twilio's own words about an error, if it was Twilio who answered.
pub(crate) fn words_of(answer: &Answer) -> Option<String> {
    let Refused { code, message } = serde_json::from_slice(&answer.body).ok()?;
    Some(shortened(&format!("{code} {message}")))
}

/// The message's fate by what was answered.
///
/// # Errors
/// It was not taken, or nobody knows.
pub(crate) fn judge(answered: Result<Answer, NoAnswer>, scope: &str) -> Result<Receipt, SendError> {
    let answer = answered.map_err(|failure| unanswered("Twilio", &failure, refused))?;
    if (200..300).contains(&answer.status) { taken(&answer, scope) } else { Err(refused(&answer)) }
}

fn taken(answer: &Answer, scope: &str) -> Result<Receipt, SendError> {
    let Ok(told) = serde_json::from_slice::<Taken>(&answer.body) else {
        return Err(SendError::Uncertain(format!("Twilio respondió {}, pero su respuesta no se entiende", answer.status)));
    };
    let words = format!("{} {} {}", answer.status, told.status.as_deref().unwrap_or("taken"), told.sid);
    // None yet where a messaging service chooses the number.
    let parts = told.num_segments.and_then(|parts| parts.parse().ok()).filter(|parts| *parts > 0);
    Ok(Receipt { words: shortened(&words), provider_id: Some(ExternalName::new(scope, told.sid.replace('\0', ""))), parts })
}

/// An error without Twilio's own body may be of something between us, which may have passed the message on.
fn refused(answer: &Answer) -> SendError {
    let Ok(Refused { code, message }) = serde_json::from_slice::<Refused>(&answer.body) else {
        return SendError::Uncertain(format!("respuesta {} sin palabras de Twilio", answer.status));
    };
    says(code, answer.status).of_the_offer(shortened(&format!("{code} {message}")), Some(code.to_string()))
}

/// One line that the store takes.
fn shortened(words: &str) -> String {
    words.chars().filter(|character| !character.is_control()).take(LONGEST_WORDS).collect()
}
