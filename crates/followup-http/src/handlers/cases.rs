//! Cases.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::Duration;
use followup_app::App;
use followup_domain::ids::CaseId;
use followup_domain::ports::PageRequest;

use super::path;
use crate::answer::{Cost, answer};
use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::{JsonObject, NoBody};
use crate::csv::{Format, PIECE, Table, stream};
use crate::dto::case_input::{CaseUpdateInput, NewCaseInput};
use crate::dto::case_output::{COLUMNS, CaseOutput, ListedCaseOutput, line};
use crate::dto::case_query::CaseListInput;
use crate::dto::error::ErrorBody;
use crate::dto::list::CasePage;
use crate::errors::ApiError;
use crate::idempotency::{KeyHeader, key_of};
use crate::query::Parameters;
use crate::state::HttpState;

#[utoipa::path(
    get, path = "/api/v1/icsr", tag = "casos", summary = "Listar y buscar casos",
    params(
        CaseListInput,
    ),
    responses(
        (status = 200, description = "Una página", content((CasePage = "application/json"), (String = "text/csv"))),
        (status = 422, description = "Parámetros no válidos", body = ErrorBody),
    )
)]
pub(crate) async fn list(caller: Caller, state: web::Data<HttpState>, parameters: Parameters) -> Result<HttpResponse, ApiError> {
    let CaseListInput { mut query, page, overdue, warned, days, format } = parameters.read::<CaseListInput>()?;
    query.reader.clone_from(&caller.username);
    days.narrow(&mut query.standing, state.followup.policy.zone);
    if overdue {
        query.awaiting_since = Some(state.followup.clock.now() - Duration::days(state.followup.policy.overdue_days()));
    }
    if warned {
        query.warned_at = Some(state.followup.clock.now());
    }
    if format == Format::Csv {
        let zone = state.followup.policy.zone;
        let piece = move |app: &App, after: Option<CaseId>| {
            let (cases, next) = app.export_cases(&query, after, PIECE)?;
            Ok((cases.into_iter().map(|listed| line(listed, zone)).collect(), next))
        };
        return stream(&state, Table { file: "casos.csv", heads: COLUMNS, piece: Arc::new(piece) }).await;
    }
    let found = move |app: &App| app.cases(&query, PageRequest::from(page));
    answer(&state, StatusCode::OK, Cost::page(page), found, move |found| CasePage::of(found, page, ListedCaseOutput::from)).await
}

#[utoipa::path(
    post, path = "/api/v1/icsr", tag = "casos", summary = "Crear un caso; puede enviar la solicitud automática",
    params(KeyHeader),
    request_body = NewCaseInput,
    responses(
        (status = 201, description = "Creado", body = CaseOutput),
        (status = 200, description = "Ya creado por la misma petición", body = CaseOutput),
        (status = 409, description = "La clave ya se usó con otra petición", body = ErrorBody),
    )
)]
pub(crate) async fn create(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let key = key_of(&request, &caller, "POST:icsr", &fields)?;
    let NewCaseInput { patch } = fields.try_into()?;
    let actor = caller.actor();
    let registered = blocking(&state, move |followup| followup.register_case(&actor, patch, key.as_ref())).await?;
    let mut response = if registered.created { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(response.json(CaseOutput::from(state.followup.view(registered.case))))
}

#[utoipa::path(
    get, path = "/api/v1/icsr/{icsr_id}", tag = "casos", summary = "Un caso",
    params(("icsr_id" = i64, Path, description = "Número del caso")),
    responses(
        (status = 200, description = "El caso", body = CaseOutput),
        (status = 404, description = "ICSR no encontrado", body = ErrorBody),
    )
)]
pub(crate) async fn find(state: web::Data<HttpState>, request: HttpRequest, _: NoBody) -> Result<HttpResponse, ApiError> {
    let id = path::case_id(&request)?;
    let case = blocking(&state, move |followup| followup.case(id)).await?;
    Ok(HttpResponse::Ok().json(CaseOutput::from(state.followup.view(case))))
}

#[utoipa::path(
    put, path = "/api/v1/icsr/{icsr_id}", tag = "casos", summary = "Cambiar campos de un caso; puede enviar la solicitud automática",
    params(("icsr_id" = i64, Path, description = "Número del caso")),
    request_body = CaseUpdateInput,
    responses(
        (status = 200, description = "El caso como quedó", body = CaseOutput),
        (status = 404, description = "ICSR no encontrado", body = ErrorBody),
        (status = 409, description = "`version` ya no es la actual", body = ErrorBody),
    )
)]
pub(crate) async fn update(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let CaseUpdateInput { patch, version } = fields.try_into()?;
    // What is no number is 0, which no case has, so that the request's own faults are told first.
    let id = path::case_id(&request).unwrap_or(CaseId(0));
    let actor = caller.actor();
    let case = blocking(&state, move |followup| followup.update_case(&actor, id, &patch, version)).await?;
    Ok(HttpResponse::Ok().json(CaseOutput::from(state.followup.view(case))))
}
