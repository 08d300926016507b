//! Numbers in a path. They are read by the handler and not by the framework, because what a body lacks comes before 404.

use actix_web::HttpRequest;
use followup_answers::Refusal;
use followup_domain::ids::{AttemptId, CaseId, DeadlineId, InboundMailId, MessageId, ProposalId, TemplateId, UploadId};
use followup_words::answers as texts;

use crate::errors::ApiError;
use crate::query::percent_decoded;

/// `{icsr_id}`: what is no number is no case.
pub(crate) fn case_id(request: &HttpRequest) -> Result<CaseId, ApiError> {
    number(request, "icsr_id").map(CaseId).ok_or(Refusal::NotFound(texts::ICSR_NOT_FOUND).into())
}

/// `{message_id}`: what is no number becomes 0, which no message has, so that the case is looked for first.
pub(crate) fn message_id(request: &HttpRequest) -> MessageId {
    MessageId(number(request, "message_id").unwrap_or_default())
}

/// `{mail_id}`: what is no number becomes 0, which no mail has.
pub(crate) fn mail_id(request: &HttpRequest) -> InboundMailId {
    InboundMailId(number(request, "mail_id").unwrap_or_default())
}

/// `{attempt_id}`: what is no number becomes 0, which no attempt has, so that the case is looked for first.
pub(crate) fn attempt_id(request: &HttpRequest) -> AttemptId {
    AttemptId(number(request, "attempt_id").unwrap_or_default())
}

/// `{proposal_id}`: what is no number becomes 0, which no proposal has, so that the case is looked for first.
pub(crate) fn proposal_id(request: &HttpRequest) -> ProposalId {
    ProposalId(number(request, "proposal_id").unwrap_or_default())
}

/// `{upload_id}`: what is no number becomes 0, which no file has, so that the case is looked for first.
pub(crate) fn upload_id(request: &HttpRequest) -> UploadId {
    UploadId(number(request, "upload_id").unwrap_or_default())
}

/// `{plan_id}` of a template: what is no number becomes 0, which none has.
pub(crate) fn template_id(request: &HttpRequest) -> TemplateId {
    TemplateId(number(request, "plan_id").unwrap_or_default())
}

/// `{deadline_id}`: what is no number becomes 0, which none has.
pub(crate) fn deadline_id(request: &HttpRequest) -> DeadlineId {
    DeadlineId(number(request, "deadline_id").unwrap_or_default())
}

/// A text in the path, decoded in full: the framework leaves `%2B`, `%2F` and `%25` as they are. Empty when it is not UTF-8.
pub(crate) fn text(request: &HttpRequest, name: &str) -> String {
    String::from_utf8(percent_decoded(request.match_info().get(name).unwrap_or_default())).unwrap_or_default()
}

/// `{n}` of an attachment; what is no number is none of them.
pub(crate) fn attachment_index(request: &HttpRequest) -> usize {
    number(request, "n").and_then(|index| usize::try_from(index).ok()).unwrap_or(usize::MAX)
}

fn number(request: &HttpRequest, name: &str) -> Option<i64> {
    let text = request.match_info().get(name)?;
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
