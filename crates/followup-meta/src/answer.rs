//! What Meta answered, and what that means for a message.

use followup_carrier::unanswered;
use followup_domain::sending::{ExternalName, Receipt, SendError};
use followup_https::{Answer, Failure as NoAnswer};
use serde::Deserialize;

use crate::SCOPE;
use crate::codes::{Code, says};
use crate::words::harmless;

#[derive(Deserialize)]
struct Taken {
    messages: Vec<TakenMessage>,
}

#[derive(Deserialize)]
struct TakenMessage {
    id: String,
    /// `accepted`, or that it waits for Meta's look at it.
    message_status: Option<String>,
}

/// Meta's own body of an error.
#[derive(Deserialize)]
struct Refused {
    error: ErrorBody,
}

/// <https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes>
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ErrorBody {
    code: u32,
    error_subcode: Option<u32>,
    message: Option<String>,
    error_data: Option<ErrorData>,
}

#[derive(Debug, Clone, Deserialize)]
struct ErrorData {
    details: Option<String>,
}

impl ErrorBody {
    /// Meta's own error, if the answer is one.
    pub(crate) fn of(answer: &Answer) -> Option<Self> {
        serde_json::from_slice::<Refused>(&answer.body).ok().map(|refused| refused.error)
    }

    pub(crate) fn code(&self) -> Code {
        Code { code: self.code, subcode: self.error_subcode }
    }

    /// The code and Meta's words.
    pub(crate) fn words(&self) -> String {
        let details = self.error_data.as_ref().and_then(|data| data.details.as_deref());
        let said = [self.message.as_deref(), details].into_iter().flatten().filter(|words| !words.is_empty());
        harmless(&format!("{} {}", self.code, said.collect::<Vec<_>>().join(": ")))
    }
}

/// The message's fate by what was answered.
///
/// # Errors
/// It was not taken, or nobody knows.
pub(crate) fn judge(answered: Result<Answer, NoAnswer>) -> Result<Receipt, SendError> {
    let answer = answered.map_err(|failure| unanswered("Meta", &failure, refused))?;
    if (200..300).contains(&answer.status) { taken(&answer) } else { Err(refused(&answer)) }
}

/// 200 says that it was taken, and nothing of its arrival.
fn taken(answer: &Answer) -> Result<Receipt, SendError> {
    let told = serde_json::from_slice::<Taken>(&answer.body).ok().and_then(|told| told.messages.into_iter().next());
    let Some(TakenMessage { id, message_status }) = told.filter(|message| !message.id.is_empty()) else {
        return Err(SendError::Uncertain(format!("Meta respondió {}, pero su respuesta no se entiende", answer.status)));
    };
    let id = id.replace('\0', "");
    let words = format!("{} {} {id}", answer.status, harmless(message_status.as_deref().unwrap_or("accepted")));
    Ok(Receipt { words, provider_id: Some(ExternalName::new(SCOPE, id)), parts: None })
}

/// An error without Meta's own body may be of something between us, which may have passed the message on.
fn refused(answer: &Answer) -> SendError {
    let Some(error) = ErrorBody::of(answer) else {
        return SendError::Uncertain(format!("respuesta {} sin palabras de Meta", answer.status));
    };
    says(error.code(), answer.status).of_the_offer(error.words(), Some(error.code.to_string()))
}
