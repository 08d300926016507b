//! Telephone calls.

use actix_web::{HttpRequest, HttpResponse, web};
use followup_domain::ports::MessageView;

use super::path;
use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::JsonObject;
use crate::dto::call::CallInput;
use crate::dto::error::ErrorBody;
use crate::dto::message::MessageOutput;
use crate::errors::ApiError;
use crate::input::object;
use crate::state::HttpState;

#[utoipa::path(
    post, path = "/api/v1/icsr/{icsr_id}/followup/calls", tag = "seguimiento", summary = "Registrar una llamada al reportante",
    params(("icsr_id" = i64, Path, description = "Número del caso")),
    request_body = CallInput,
    responses(
        (status = 201, description = "Registrada en la conversación", body = MessageOutput),
        (status = 404, description = "ICSR no encontrado", body = ErrorBody),
    )
)]
pub(crate) async fn log_call(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let CallInput { outcome, notes, at } = object::<CallInput>(fields)?;
    let id = path::case_id(&request)?;
    let actor = caller.actor();
    let call = blocking(&state, move |followup| followup.log_call(&actor, id, outcome, &notes, at)).await?;
    Ok(HttpResponse::Created().json(MessageOutput::from(MessageView::of(call))))
}
