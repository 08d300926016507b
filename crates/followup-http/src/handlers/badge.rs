//! What waits for a person, and how mail goes.

use actix_web::{HttpResponse, web};
use followup_app::App;

use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::NoBody;
use crate::dto::badge::BadgeOutput;
use crate::errors::ApiError;
use crate::state::HttpState;

#[utoipa::path(
    get, path = "/api/v1/followup/badge", tag = "seguimiento", summary = "Lo que espera a una persona, en todos los casos, y cómo anda el correo; de las respuestas, según lo que leyó quien pregunta",
    responses(
        (status = 200, description = "Los contadores", body = BadgeOutput),
    )
)]
pub(crate) async fn badge(caller: Caller, state: web::Data<HttpState>, _: NoBody) -> Result<HttpResponse, ApiError> {
    let reader = caller.username.clone();
    let health = blocking(&state, move |app: &App| app.health(&reader)).await?;
    Ok(HttpResponse::Ok().json(BadgeOutput::from(health)))
}
