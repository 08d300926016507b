//! The audit trail of a case.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use followup_app::App;
use followup_domain::ports::PageRequest;

use super::path;
use crate::answer::{Cost, answer};
use crate::csv::{Format, PIECE, Table, stream};
use crate::dto::audit::{AuditRowOutput, COLUMNS, line};
use crate::dto::error::ErrorBody;
use crate::dto::list::AuditPage;
use crate::errors::ApiError;
use crate::query::{ListInput, Parameters};
use crate::state::HttpState;

#[utoipa::path(
    get, path = "/api/v1/icsr/{icsr_id}/audit", tag = "casos", summary = "La bitácora de un caso: quién cambió qué, cuándo y por qué",
    params(
        ("icsr_id" = i64, Path, description = "Número del caso"),
        ListInput,
    ),
    responses(
        (status = 200, description = "Una página, en orden", content((AuditPage = "application/json"), (String = "text/csv"))),
        (status = 404, description = "ICSR no encontrado", body = ErrorBody),
        (status = 422, description = "Parámetros no válidos", body = ErrorBody),
    )
)]
pub(crate) async fn audit(state: web::Data<HttpState>, request: HttpRequest, parameters: Parameters) -> Result<HttpResponse, ApiError> {
    let ListInput { page, format } = parameters.read::<ListInput>()?;
    let id = path::case_id(&request)?;
    if format == Format::Csv {
        // A chain only grows, and has no gaps: the rows that were read are the place of the next.
        let piece = move |app: &App, after: Option<i64>| {
            let offset = after.unwrap_or(0);
            let found = app.case_audit(id, PageRequest { offset, limit: PIECE })?;
            let next = offset + PIECE;
            Ok((found.items.into_iter().map(line).collect(), (next < found.total).then_some(next)))
        };
        return stream(&state, Table { file: "auditoria.csv", heads: COLUMNS, piece: Arc::new(piece) }).await;
    }
    let found = move |app: &App| app.case_audit(id, PageRequest::from(page));
    answer(&state, StatusCode::OK, Cost::page(page), found, move |found| AuditPage::of(found, page, AuditRowOutput::from)).await
}
