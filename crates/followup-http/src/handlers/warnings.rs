//! What contradicts itself in a case, and what a person decides of it.

use actix_web::{HttpRequest, HttpResponse, web};
use followup_app::App;

use super::path;
use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::JsonObject;
use crate::dto::error::ErrorBody;
use crate::dto::warning::{WarningInput, WarningOutput};
use crate::errors::ApiError;
use crate::input::object;
use crate::state::HttpState;

#[utoipa::path(
    put, path = "/api/v1/icsr/{icsr_id}/warnings/{warning}", tag = "casos", summary = "Apartar una advertencia de un caso con su motivo, o retirarlo",
    description = "Vuelve por sí sola cuando cambia uno de los valores de los que trata. Repetirlo con el mismo motivo no cambia nada.",
    params(
        ("icsr_id" = i64, Path, description = "Número del caso"),
        ("warning" = String, Path, description = "El `id` de la advertencia, como está en `warnings` del caso"),
    ),
    request_body = WarningInput,
    responses(
        (status = 200, description = "La advertencia como quedó", body = WarningOutput),
        (status = 404, description = "ICSR no encontrado, o el caso ya no tiene esa advertencia", body = ErrorBody),
    )
)]
pub(crate) async fn decide(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let (aside, reason) = object::<WarningInput>(fields)?;
    let (id, warning) = (path::case_id(&request)?, path::text(&request, "warning"));
    let actor = caller.actor();
    let decided = move |app: &App| {
        if aside { app.set_warning_aside(&actor, id, &warning, &reason) } else { app.reopen_warning(&actor, id, &warning, &reason) }
    };
    Ok(HttpResponse::Ok().json(WarningOutput::from(blocking(&state, decided).await?)))
}
