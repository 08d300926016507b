//! The plan of a case and its attempts.

use actix_web::{HttpRequest, HttpResponse, web};

use super::path;
use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::{JsonObject, NoBody};
use crate::dto::attempt::AttemptOutput;
use crate::dto::error::ErrorBody;
use crate::dto::list::AttemptList;
use crate::dto::plan::{PlanInput, ResumeInput};
use crate::errors::ApiError;
use crate::input::object;
use crate::state::HttpState;

#[utoipa::path(
    post, path = "/api/v1/icsr/{icsr_id}/followup/plan", tag = "seguimiento", summary = "Aplicar un plan de contactos",
    params(("icsr_id" = i64, Path, description = "Número del caso")),
    request_body = PlanInput,
    responses(
        (status = 200, description = "Los intentos, con su fecha", body = AttemptList),
        (status = 404, description = "ICSR o plan no encontrado", body = ErrorBody),
        (status = 409, description = "Seguimiento cerrado, o ya hay un plan activo", body = ErrorBody),
    )
)]
pub(crate) async fn apply(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let PlanInput { template_id, base_at } = object::<PlanInput>(fields)?;
    let id = path::case_id(&request)?;
    let actor = caller.actor();
    let attempts = blocking(&state, move |followup| followup.apply_plan(&actor, id, template_id, base_at)).await?;
    let zone = state.followup.policy.zone;
    Ok(HttpResponse::Ok().json(AttemptList::of(attempts, |attempt| AttemptOutput::new(attempt, zone))))
}

#[utoipa::path(
    post, path = "/api/v1/icsr/{icsr_id}/followup/plan/resume", tag = "seguimiento", summary = "Continuar los intentos detenidos",
    params(("icsr_id" = i64, Path, description = "Número del caso")),
    request_body = ResumeInput,
    responses(
        (status = 200, description = "Los intentos del caso, con su fecha", body = AttemptList),
        (status = 404, description = "ICSR no encontrado", body = ErrorBody),
        (status = 409, description = "Seguimiento cerrado, o no hay intentos detenidos", body = ErrorBody),
    )
)]
pub(crate) async fn resume(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let ResumeInput { due_at } = object::<ResumeInput>(fields)?;
    let id = path::case_id(&request)?;
    let actor = caller.actor();
    let attempts = blocking(&state, move |followup| followup.resume_plan(&actor, id, due_at)).await?;
    let zone = state.followup.policy.zone;
    Ok(HttpResponse::Ok().json(AttemptList::of(attempts, |attempt| AttemptOutput::new(attempt, zone))))
}

#[utoipa::path(
    get, path = "/api/v1/icsr/{icsr_id}/followup/attempts", tag = "seguimiento", summary = "Los contactos programados de un caso",
    params(("icsr_id" = i64, Path, description = "Número del caso")),
    responses(
        (status = 200, description = "Los intentos, por fecha", body = AttemptList),
        (status = 404, description = "ICSR no encontrado", body = ErrorBody),
    )
)]
pub(crate) async fn attempts(state: web::Data<HttpState>, request: HttpRequest, _: NoBody) -> Result<HttpResponse, ApiError> {
    let id = path::case_id(&request)?;
    let attempts = blocking(&state, move |followup| followup.attempts(id)).await?;
    let zone = state.followup.policy.zone;
    Ok(HttpResponse::Ok().json(AttemptList::of(attempts, |attempt| AttemptOutput::new(attempt, zone))))
}
