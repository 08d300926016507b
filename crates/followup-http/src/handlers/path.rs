//! Numbers in a path. They are read by the handler and not by the framework, because what a body lacks comes before 404.

use actix_web::HttpRequest;
use followup_domain::ids::{CaseId, MessageId};

use crate::errors::ApiError;
use crate::texts;

/// `{icsr_id}`: what is no number is no case.
pub(crate) fn case_id(request: &HttpRequest) -> Result<CaseId, ApiError> {
    number(request, "icsr_id").map(CaseId).ok_or(ApiError::NotFound(texts::ICSR_NOT_FOUND))
}

/// `{message_id}`: what is no number becomes 0, which no message has, so that the case is looked for first.
pub(crate) fn message_id(request: &HttpRequest) -> MessageId {
    MessageId(number(request, "message_id").unwrap_or_default())
}

/// `{n}` of an attachment; what is no number is none of them.
pub(crate) fn attachment_index(request: &HttpRequest) -> usize {
    number(request, "n").and_then(|index| usize::try_from(index).ok()).unwrap_or(usize::MAX)
}

fn number(request: &HttpRequest, name: &str) -> Option<i64> {
    let text = request.match_info().get(name)?;
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
