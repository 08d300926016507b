//! Addresses at which letters failed.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use followup_app::App;
use followup_domain::ports::PageRequest;

use super::contacts::{AddressPath, address_of};
use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::JsonObject;
use crate::csv::{Format, PIECE, Table, stream};
use crate::dto::closing::ReasonInput;
use crate::dto::contact::ClearInput;
use crate::dto::error::ErrorBody;
use crate::dto::list::FailedAddressPage;
use crate::dto::proposal::{COLUMNS, FailedAddressOutput, FailedAddressesInput, line};
use crate::errors::ApiError;
use crate::input::{AddressOrNumber, object};
use crate::query::Parameters;
use crate::state::HttpState;

#[utoipa::path(
    get, path = "/api/v1/admin/followup/bounced-addresses", tag = "administración", summary = "Las direcciones en las que fallaron mensajes",
    params(
        FailedAddressesInput,
    ),
    responses(
        (status = 200, description = "Una página, por dirección", content((FailedAddressPage = "application/json"), (String = "text/csv"))),
        (status = 422, description = "Parámetros no válidos", body = ErrorBody),
    )
)]
pub(crate) async fn list_bounced(state: web::Data<HttpState>, parameters: Parameters) -> Result<HttpResponse, ApiError> {
    let FailedAddressesInput { only_held, page, format } = parameters.read::<FailedAddressesInput>()?;
    if format == Format::Csv {
        let zone = state.followup.policy.zone;
        let piece = move |app: &App, after: Option<String>| {
            let (found, next) = app.export_failed_addresses(only_held, after.as_deref(), PIECE)?;
            Ok((found.into_iter().map(|failed| line(failed, zone)).collect(), next))
        };
        return stream(&state, Table { file: "direcciones-con-rebotes.csv", heads: COLUMNS, piece: Arc::new(piece) }).await;
    }
    let found = blocking(&state, move |followup| followup.failed_addresses(only_held, PageRequest::from(page))).await?;
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

#[utoipa::path(
    post, path = "/api/v1/admin/followup/bounced-addresses/clear", tag = "administración", summary = "Decir que una dirección o un número vuelve a servir; lo que esperaba sigue su curso",
    description = "Como `…/{address}/clear`, con la dirección o el número en el cuerpo: un número no va en una dirección web, que queda en registros.",
    request_body = ClearInput,
    responses(
        (status = 204, description = "Se le escribe de nuevo"),
        (status = 404, description = "Allí no falló ningún mensaje", body = ErrorBody),
    )
)]
pub(crate) async fn clear_any(
    caller: Caller,
    state: web::Data<HttpState>,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let (contact, reason) = object::<ClearInput>(fields)?;
    let actor = caller.actor();
    let clear = move |app: &App| match contact {
        AddressOrNumber::Address(address) => app.clear_failed_address(&actor, &address, &reason),
        AddressOrNumber::Number(number) => app.clear_failed_number(&actor, &number, &reason),
    };
    blocking(&state, clear).await?;
    Ok(HttpResponse::NoContent().finish())
}
