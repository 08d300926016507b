//! Administration: only for the role `admin`.

use actix_web::{HttpResponse, web};

use crate::auth::Caller;
use crate::blocking::{blocking, blocking_without_limit};
use crate::body::{JsonObject, NoBody};
use crate::dto::admin::{DispatchOutput, MailTestInput, MailTestOutput};
use crate::dto::error::ErrorBody;
use crate::errors::ApiError;
use crate::input::object;
use crate::state::HttpState;

#[utoipa::path(
    post, path = "/api/v1/admin/mail/test", tag = "administración", summary = "Enviar un correo de prueba",
    request_body = MailTestInput,
    responses(
        (status = 200, description = "Aceptado por el servidor de correo", body = MailTestOutput),
        (status = 502, description = "El servidor de correo no lo aceptó", body = ErrorBody),
    )
)]
pub(crate) async fn test_mail(
    caller: Caller,
    state: web::Data<HttpState>,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let to = object::<MailTestInput>(fields)?;
    let actor = caller.actor();
    let receipt = blocking(&state, move |followup| followup.send_test_mail(&actor, &to)).await?;
    Ok(HttpResponse::Ok().json(MailTestOutput { response: receipt.words }))
}

#[utoipa::path(
    post, path = "/api/v1/admin/followup/dispatch", tag = "administración", summary = "Ejecutar el despachador una vez",
    responses((status = 200, description = "Lo que hizo", body = DispatchOutput))
)]
pub(crate) async fn dispatch(state: web::Data<HttpState>, _: NoBody) -> Result<HttpResponse, ApiError> {
    let stop = state.stop.clone();
    let report = blocking_without_limit(&state, move |followup| followup.dispatch_due(&*stop)).await?;
    Ok(HttpResponse::Ok().json(DispatchOutput::from(report)))
}
