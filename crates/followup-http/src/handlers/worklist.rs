//! What needs a person, and what is scheduled, over all cases.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use followup_app::App;

use crate::answer::{Cost, answer};
use crate::dto::agenda::{AgendaInput, AgendaOutput};
use crate::dto::error::ErrorBody;
use crate::dto::worklist::{WorklistInput, WorklistOutput};
use crate::errors::ApiError;
use crate::query::Parameters;
use crate::state::HttpState;

#[utoipa::path(
    get, path = "/api/v1/followup/worklist", tag = "seguimiento", summary = "Lo que espera a una persona, por bandejas",
    params(WorklistInput),
    responses(
        (status = 200, description = "Una página de la bandeja, lo más antiguo primero", body = WorklistOutput),
        (status = 422, description = "Parámetros no válidos", body = ErrorBody),
    )
)]
pub(crate) async fn worklist(state: web::Data<HttpState>, parameters: Parameters) -> Result<HttpResponse, ApiError> {
    let WorklistInput { lane, after, size } = parameters.read::<WorklistInput>()?;
    let found = move |app: &App| app.worklist(lane, after, size);
    answer(&state, StatusCode::OK, Cost::rows(size), found, WorklistOutput::from).await
}

#[utoipa::path(
    get, path = "/api/v1/followup/agenda", tag = "seguimiento", summary = "Los contactos programados de todos los casos, por fecha",
    params(AgendaInput),
    responses(
        (status = 200, description = "Una página", body = AgendaOutput),
        (status = 422, description = "Parámetros no válidos", body = ErrorBody),
    )
)]
pub(crate) async fn agenda(state: web::Data<HttpState>, parameters: Parameters) -> Result<HttpResponse, ApiError> {
    let AgendaInput(query) = parameters.read::<AgendaInput>()?;
    let zone = state.followup.policy.zone;
    let found = move |app: &App| app.agenda(&query);
    answer(&state, StatusCode::OK, Cost::rows(query.limit), found, move |agenda| AgendaOutput::new(agenda, zone)).await
}
