//! What answers say of fields, and what a person decides of it.

use actix_web::{HttpRequest, HttpResponse, web};
use followup_app::{Acceptance, App};

use super::path;
use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::{JsonObject, NoBody};
use crate::dto::answer::{AcceptInput, AcceptSeveralInput, ProposalList, RejectInput};
use crate::dto::case_output::CaseOutput;
use crate::dto::error::ErrorBody;
use crate::errors::ApiError;
use crate::input::object;
use crate::state::HttpState;

#[utoipa::path(
    get, path = "/api/v1/icsr/{icsr_id}/followup/proposals", tag = "seguimiento", summary = "Lo que las respuestas dicen de los datos del caso, con las palabras que lo dicen",
    description = "Cada respuesta se lee una vez, después de llegar. Nada cambia en el caso hasta que una persona lo acepta.",
    params(("icsr_id" = i64, Path, description = "Número del caso")),
    responses(
        (status = 200, description = "Las propuestas", body = ProposalList),
        (status = 404, description = "ICSR no encontrado", body = ErrorBody),
    )
)]
pub(crate) async fn proposals(state: web::Data<HttpState>, request: HttpRequest, _: NoBody) -> Result<HttpResponse, ApiError> {
    let id = path::case_id(&request)?;
    let known = blocking(&state, move |app: &App| app.proposals(id)).await?;
    Ok(HttpResponse::Ok().json(ProposalList::from(known)))
}

#[utoipa::path(
    post, path = "/api/v1/icsr/{icsr_id}/followup/proposals/{proposal_id}/accept", tag = "seguimiento", summary = "Aceptar lo que dice una respuesta: se escribe en el caso, o se documenta que no se tendrá",
    params(
        ("icsr_id" = i64, Path, description = "Número del caso"),
        ("proposal_id" = i64, Path, description = "Número de la propuesta"),
    ),
    request_body = AcceptInput,
    responses(
        (status = 200, description = "El caso como quedó", body = CaseOutput),
        (status = 404, description = "ICSR o propuesta no encontrados", body = ErrorBody),
        (status = 409, description = "Ya está decidida, o el caso cambió", body = ErrorBody),
    )
)]
pub(crate) async fn accept_proposal(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let (value, product, version) = object::<AcceptInput>(fields)?;
    let (id, proposal) = (path::case_id(&request)?, path::proposal_id(&request));
    let accepted = [Acceptance { id: proposal, value, product }];
    let actor = caller.actor();
    let case = blocking(&state, move |app: &App| app.accept_proposals(&actor, id, &accepted, version)).await?;
    Ok(HttpResponse::Ok().json(CaseOutput::from(state.followup.view(case))))
}

#[utoipa::path(
    post, path = "/api/v1/icsr/{icsr_id}/followup/proposals/accept", tag = "seguimiento", summary = "Aceptar varias propuestas que no se contradicen: todas o ninguna",
    params(("icsr_id" = i64, Path, description = "Número del caso")),
    request_body = AcceptSeveralInput,
    responses(
        (status = 200, description = "El caso como quedó", body = CaseOutput),
        (status = 404, description = "ICSR o propuesta no encontrados", body = ErrorBody),
        (status = 409, description = "Una ya está decidida, dos se contradicen, o el caso cambió", body = ErrorBody),
    )
)]
pub(crate) async fn accept_proposals(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let (accepted, version) = object::<AcceptSeveralInput>(fields)?;
    let id = path::case_id(&request)?;
    let actor = caller.actor();
    let case = blocking(&state, move |app: &App| app.accept_proposals(&actor, id, &accepted, version)).await?;
    Ok(HttpResponse::Ok().json(CaseOutput::from(state.followup.view(case))))
}

#[utoipa::path(
    post, path = "/api/v1/icsr/{icsr_id}/followup/proposals/{proposal_id}/reject", tag = "seguimiento", summary = "Rechazar lo que se leyó en una respuesta",
    params(
        ("icsr_id" = i64, Path, description = "Número del caso"),
        ("proposal_id" = i64, Path, description = "Número de la propuesta"),
    ),
    request_body = RejectInput,
    responses(
        (status = 204, description = "Rechazada"),
        (status = 404, description = "ICSR o propuesta no encontrados", body = ErrorBody),
        (status = 409, description = "Ya está decidida", body = ErrorBody),
    )
)]
pub(crate) async fn reject_proposal(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let reason = object::<RejectInput>(fields)?;
    let (id, proposal, actor) = (path::case_id(&request)?, path::proposal_id(&request), caller.actor());
    blocking(&state, move |app: &App| app.reject_proposal(&actor, id, proposal, reason.as_deref())).await?;
    Ok(HttpResponse::NoContent().finish())
}
