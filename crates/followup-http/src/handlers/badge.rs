//! What waits for a person.

use actix_web::{HttpResponse, web};
use followup_app::Followup;

use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::NoBody;
use crate::dto::badge::BadgeOutput;
use crate::errors::ApiError;
use crate::state::HttpState;

#[utoipa::path(
    get, path = "/api/v1/followup/badge", tag = "seguimiento", summary = "Lo que espera a una persona, en todos los casos",
    responses(
        (status = 200, description = "Los contadores", body = BadgeOutput),
    )
)]
pub(crate) async fn badge(_: Caller, state: web::Data<HttpState>, _: NoBody) -> Result<HttpResponse, ApiError> {
    let badge = blocking(&state, Followup::badge).await?;
    Ok(HttpResponse::Ok().json(BadgeOutput::from(badge)))
}
