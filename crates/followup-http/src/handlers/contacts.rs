//! Addresses that must not be written to.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use followup_answers::Refusal;
use followup_app::App;
use followup_domain::contact::EmailAddress;
use followup_domain::ports::PageRequest;
use followup_words::answers as texts;

use super::path;
use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::{JsonObject, NoBody};
use crate::csv::{Format, PIECE, Table, stream};
use crate::dto::closing::ReasonInput;
use crate::dto::contact::{BlockInput, BlockedOutput, COLUMNS, UnblockInput, line};
use crate::dto::error::ErrorBody;
use crate::dto::list::BlockedPage;
use crate::errors::ApiError;
use crate::input::{Address, AddressOrNumber, Kind, object, path_parameter};
use crate::json::Json;
use crate::query::{ListInput, Parameters};
use crate::state::HttpState;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

#[utoipa::path(
    get, path = "/api/v1/admin/followup/do-not-contact", tag = "administración", summary = "Las direcciones a las que no se escribe",
    params(
        ListInput,
    ),
    responses(
        (status = 200, description = "Una página, por dirección", content((BlockedPage = "application/json"), (String = "text/csv"))),
        (status = 422, description = "Parámetros no válidos", body = ErrorBody),
    )
)]
pub(crate) async fn list_blocked(state: web::Data<HttpState>, parameters: Parameters) -> Result<HttpResponse, ApiError> {
    let ListInput { page, format } = parameters.read::<ListInput>()?;
    if format == Format::Csv {
        let zone = state.followup.policy.zone;
        let piece = move |app: &App, after: Option<String>| {
            let (found, next) = app.export_blocked_contacts(after.as_deref(), PIECE)?;
            Ok((found.into_iter().map(|contact| line(contact, zone)).collect(), next))
        };
        return stream(&state, Table { file: "no-contactar.csv", heads: COLUMNS, piece: Arc::new(piece) }).await;
    }
    let found = blocking(&state, move |followup| followup.blocked_contacts(PageRequest::from(page))).await?;
    Ok(HttpResponse::Ok().json(BlockedPage::of(found, page, BlockedOutput::from)))
}

#[utoipa::path(
    post, path = "/api/v1/admin/followup/do-not-contact", tag = "administración", summary = "No escribir más a una dirección o a un número",
    description = "Un número queda excluido de SMS y WhatsApp. Quien escribe solo BAJA, STOP, ALTO, CANCELAR o ARRET por mensaje de texto queda en la lista por sí mismo.",
    request_body = BlockInput,
    responses(
        (status = 200, description = "Como quedó en la lista", body = BlockedOutput),
    )
)]
pub(crate) async fn block_any(
    caller: Caller,
    state: web::Data<HttpState>,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let (contact, reason) = object::<BlockInput>(fields)?;
    let actor = caller.actor();
    let block = move |app: &App| match contact {
        AddressOrNumber::Address(address) => app.block_contact(&actor, &address, &reason),
        AddressOrNumber::Number(number) => app.block_number(&actor, &number, &reason),
    };
    Ok(HttpResponse::Ok().json(BlockedOutput::from(blocking(&state, block).await?)))
}

#[utoipa::path(
    post, path = "/api/v1/admin/followup/do-not-contact/lift", tag = "administración", summary = "Permitir de nuevo que se escriba a una dirección o a un número",
    request_body = UnblockInput,
    responses(
        (status = 204, description = "Permitido"),
        (status = 404, description = "No está en la lista", body = ErrorBody),
    )
)]
pub(crate) async fn unblock_any(
    caller: Caller,
    state: web::Data<HttpState>,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let contact = object::<UnblockInput>(fields)?;
    let actor = caller.actor();
    let unblock = move |app: &App| match contact {
        AddressOrNumber::Address(address) => app.unblock_contact(&actor, &address, None),
        AddressOrNumber::Number(number) => app.unblock_number(&actor, &number, None),
    };
    blocking(&state, unblock).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[utoipa::path(
    put, path = "/api/v1/admin/followup/do-not-contact/{address}", tag = "administración", summary = "No escribir más a una dirección",
    params(AddressPath),
    request_body = ReasonInput,
    responses(
        (status = 200, description = "Desde ahora no se le escribe", body = BlockedOutput),
    )
)]
pub(crate) async fn block(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let reason = object::<ReasonInput>(fields)?;
    let address = address_of(&request)?;
    let actor = caller.actor();
    let blocked = blocking(&state, move |followup| followup.block_contact(&actor, &address, &reason)).await?;
    Ok(HttpResponse::Ok().json(BlockedOutput::from(blocked)))
}

#[utoipa::path(
    delete, path = "/api/v1/admin/followup/do-not-contact/{address}", tag = "administración", summary = "Permitir de nuevo que se escriba a una dirección",
    params(AddressPath),
    responses(
        (status = 204, description = "Permitido"),
        (status = 404, description = "La dirección no está en la lista", body = ErrorBody),
        (status = 422, description = "No es una dirección", body = ErrorBody),
    )
)]
pub(crate) async fn unblock(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    _: NoBody,
) -> Result<HttpResponse, ApiError> {
    let address = address_of(&request)?;
    let actor = caller.actor();
    blocking(&state, move |followup| followup.unblock_contact(&actor, &address, None)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `{address}`, for the document.
pub(crate) struct AddressPath;

impl IntoParams for AddressPath {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![path_parameter("address", "La dirección de correo", &Address)]
    }
}

/// The address in the path.
///
/// # Errors
/// It is none.
pub(super) fn address_of(request: &HttpRequest) -> Result<EmailAddress, ApiError> {
    let read = Address.read(Json::Text(path::text(request, "address")));
    read.ok().flatten().ok_or_else(|| Refusal::field("address", texts::ADDRESS_EXPECTED).into())
}
