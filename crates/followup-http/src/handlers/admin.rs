//! Administration: only for the role `admin`.

use actix_web::{HttpResponse, web};

use crate::auth::Caller;
use crate::blocking::{blocking, blocking_without_limit};
use crate::body::{JsonObject, NoBody};
use crate::dto::admin::{DispatchOutput, MailTestInput, MailTestOutput, TextTestForm, TextTestInput, TextTestOutput};
use crate::dto::channel::ChannelOutput;
use crate::dto::error::ErrorBody;
use crate::dto::list::ChannelList;
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
    post, path = "/api/v1/admin/sms/test", tag = "administración", summary = "Enviar un SMS de prueba",
    description = "No queda en ningún caso; que se probó, y con qué número, queda en la auditoría. Un sistema de pruebas (`MAIL_REDIRECT_TO`) no escribe a ningún número.",
    request_body = TextTestForm,
    responses(
        (status = 200, description = "Aceptado por el proveedor", body = TextTestOutput),
        (status = 409, description = "Quien tiene el número pidió que no se le escriba", body = ErrorBody),
        (status = 502, description = "El proveedor no lo aceptó", body = ErrorBody),
        (status = 503, description = "Nadie transporta los SMS", body = ErrorBody),
    )
)]
pub(crate) async fn test_sms(
    caller: Caller,
    state: web::Data<HttpState>,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let TextTestInput { to, body } = object::<TextTestForm>(fields)?;
    let actor = caller.actor();
    let receipt = blocking(&state, move |followup| followup.send_test_sms(&actor, &to, body.as_deref())).await?;
    Ok(HttpResponse::Ok().json(TextTestOutput { response: receipt.words, parts: receipt.parts }))
}

#[utoipa::path(
    get, path = "/api/v1/admin/channels", tag = "administración",
    summary = "Los canales: quién transporta cada uno, con qué ajustes, qué puede y cómo anda",
    responses((status = 200, description = "Los canales", body = ChannelList))
)]
pub(crate) async fn channels(state: web::Data<HttpState>, _: NoBody) -> Result<HttpResponse, ApiError> {
    let channels = blocking(&state, |followup| followup.channel_states()).await?;
    let settings = &state.channel_settings;
    Ok(HttpResponse::Ok().json(ChannelList::of(channels, |channel| ChannelOutput::of(channel, settings))))
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
