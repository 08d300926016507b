//! Mail of the trays as it came. The API gives it, piece by piece and made harmless; whoever is not signed in any more comes back here.

use actix_web::{HttpRequest, HttpResponse};
use followup_answers::Refusal;
use followup_words::answers as texts;

use super::mail::mail_id;
use crate::problem::Problem;
use crate::render::elsewhere;
use crate::show::ids;

/// The mail as a file.
pub(crate) async fn original(request: HttpRequest) -> Result<HttpResponse, Problem> {
    Ok(elsewhere(&format!("/api/v1/inbox/unassigned/{}/raw", mail_id(&request)?)))
}

/// Its HTML, made harmless.
pub(crate) async fn html(request: HttpRequest) -> Result<HttpResponse, Problem> {
    Ok(elsewhere(&format!("/api/v1/inbox/unassigned/{}/html", mail_id(&request)?)))
}

/// An attachment of it.
pub(crate) async fn attachment(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let n = ids::named(&request, "n").ok_or(Refusal::NotFound(texts::ATTACHMENT_NOT_FOUND))?;
    Ok(elsewhere(&format!("/api/v1/inbox/unassigned/{}/attachments/{n}", mail_id(&request)?)))
}

/// A mail that could not be read, as a file.
pub(crate) async fn quarantined(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let id = ids::id(&request).ok_or(Refusal::NotFound(texts::MAIL_NOT_FOUND))?;
    Ok(elsewhere(&format!("/api/v1/inbox/quarantine/{id}/raw")))
}
