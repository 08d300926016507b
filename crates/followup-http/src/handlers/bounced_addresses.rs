//! Addresses at which letters failed.

use actix_web::{HttpRequest, HttpResponse, web};
use followup_domain::ports::PageRequest;

use super::contacts::{AddressPath, address_of};
use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::JsonObject;
use crate::dto::closing::ReasonInput;
use crate::dto::error::ErrorBody;
use crate::dto::list::FailedAddressPage;
use crate::dto::proposal::FailedAddressOutput;
use crate::errors::ApiError;
use crate::input::object;
use crate::query::{PageNumber, Parameters};
use crate::state::HttpState;

#[utoipa::path(
    get, path = "/api/v1/admin/followup/bounced-addresses", tag = "administración", summary = "Las direcciones en las que fallaron mensajes",
    params(
        PageNumber,
    ),
    responses(
        (status = 200, description = "Una página, por dirección", body = FailedAddressPage),
        (status = 422, description = "Parámetros no válidos", body = ErrorBody),
    )
)]
pub(crate) async fn list_bounced(state: web::Data<HttpState>, parameters: Parameters) -> Result<HttpResponse, ApiError> {
    let page = parameters.read::<PageNumber>()?;
    let found = blocking(&state, move |followup| followup.failed_addresses(PageRequest::from(page))).await?;
    Ok(HttpResponse::Ok().json(FailedAddressPage::of(found, page, FailedAddressOutput::from)))
}

#[utoipa::path(
    post, path = "/api/v1/admin/followup/bounced-addresses/{address}/clear", tag = "administración", summary = "Decir que una dirección vuelve a servir; lo que esperaba por ella sigue su curso",
    params(AddressPath),
    request_body = ReasonInput,
    responses(
        (status = 204, description = "Se le escribe de nuevo"),
        (status = 404, description = "En esa dirección no falló ningún mensaje", body = ErrorBody),
    )
)]
pub(crate) async fn clear(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let reason = object::<ReasonInput>(fields)?;
    let address = address_of(&request)?;
    let actor = caller.actor();
    blocking(&state, move |followup| followup.clear_failed_address(&actor, &address, &reason)).await?;
    Ok(HttpResponse::NoContent().finish())
}
