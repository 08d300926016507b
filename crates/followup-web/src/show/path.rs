//! The numbers in a page's address.

use actix_web::HttpRequest;
use followup_answers::Refusal;
use followup_domain::ids::{AttemptId, CaseId, MessageId};
use followup_words::answers as texts;

use super::ids::named;

/// The case of an address; what is no number is no case.
///
/// # Errors
/// There is no such case.
pub(crate) fn case_id(request: &HttpRequest) -> Result<CaseId, Refusal> {
    named(request, "id").map(CaseId).ok_or(Refusal::NotFound(texts::ICSR_NOT_FOUND))
}

/// The message of an address.
///
/// # Errors
/// There is no such message.
pub(crate) fn message_id(request: &HttpRequest) -> Result<MessageId, Refusal> {
    named(request, "mensaje").map(MessageId).ok_or(Refusal::NotFound(texts::MESSAGE_NOT_FOUND))
}

/// The attempt of an address.
///
/// # Errors
/// There is no such attempt.
pub(crate) fn attempt_id(request: &HttpRequest) -> Result<AttemptId, Refusal> {
    named(request, "intento").map(AttemptId).ok_or(Refusal::NotFound(texts::ATTEMPT_NOT_FOUND))
}
