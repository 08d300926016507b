//! The audit trail of a case.

use actix_web::{HttpRequest, HttpResponse, web};
use followup_domain::ports::PageRequest;

use super::path;
use crate::blocking::blocking;
use crate::dto::audit::AuditRowOutput;
use crate::dto::error::ErrorBody;
use crate::dto::list::AuditPage;
use crate::errors::ApiError;
use crate::query::{PageNumber, Parameters};
use crate::state::HttpState;

#[utoipa::path(
    get, path = "/api/v1/icsr/{icsr_id}/audit", tag = "casos", summary = "La bitácora de un caso: quién cambió qué, cuándo y por qué",
    params(
        ("icsr_id" = i64, Path, description = "Número del caso"),
        PageNumber,
    ),
    responses(
        (status = 200, description = "Una página, en orden", body = AuditPage),
        (status = 404, description = "ICSR no encontrado", body = ErrorBody),
        (status = 422, description = "Parámetros no válidos", body = ErrorBody),
    )
)]
pub(crate) async fn audit(state: web::Data<HttpState>, request: HttpRequest, parameters: Parameters) -> Result<HttpResponse, ApiError> {
    let page = parameters.read::<PageNumber>()?;
    let id = path::case_id(&request)?;
    let found = blocking(&state, move |followup| followup.case_audit(id, PageRequest::from(page))).await?;
    Ok(HttpResponse::Ok().json(AuditPage::of(found, page, AuditRowOutput::from)))
}
