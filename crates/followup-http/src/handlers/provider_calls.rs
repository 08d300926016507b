//! What providers of text messages call. No token: each call proves itself.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::dto::error::ErrorBody;
use crate::dto::webhook::TwilioForm;
use crate::errors::ApiError;
use crate::state::HttpState;

/// Twilio, as its adapter names itself.
const TWILIO: &str = "twilio";
/// The same about WhatsApp.
const TWILIO_WHATSAPP: &str = "twilio_whatsapp";
/// A gateway of one's own, as its adapter names itself.
const GATEWAY: &str = "gateway";

#[utoipa::path(
    post, path = "/api/v1/webhooks/twilio/sms", tag = "correo entrante", security(()),
    summary = "Un SMS que llegó a un número de Twilio",
    description = "«A message comes in» del número o del servicio de mensajería. `X-Twilio-Signature` se comprueba con `TWILIO_AUTH_TOKEN` sobre la dirección pública (`PUBLIC_URL`) y los bytes, antes de guardar nada. La misma llamada otra vez es la misma.",
    params(("X-Twilio-Signature" = Option<String>, Header, description = "La firma de Twilio")),
    request_body(content = TwilioForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "Guardado: un TwiML vacío", body = String, content_type = "text/xml"),
        (status = 403, description = "Sin firma válida", body = ErrorBody),
        (status = 503, description = "Aquí no se reciben llamadas de Twilio, o no se puede guardar ahora", body = ErrorBody),
    )
)]
pub(crate) async fn twilio_sms(state: web::Data<HttpState>, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    state.providers.take(&state, TWILIO, (&request, payload.into_inner())).await
}

#[utoipa::path(
    post, path = "/api/v1/webhooks/twilio/status", tag = "correo entrante", security(()),
    summary = "Qué fue de un SMS que se entregó a Twilio",
    description = "La dirección va con cada SMS, con nuestro nombre del mensaje en `ref`. Los avisos valen en cualquier orden y cuantas veces lleguen. La firma, como en `…/twilio/sms`.",
    params(
        ("ref" = Option<String>, Query, description = "Nuestro nombre del mensaje"),
        ("X-Twilio-Signature" = Option<String>, Header, description = "La firma de Twilio"),
    ),
    request_body(content = TwilioForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "Guardado: un TwiML vacío", body = String, content_type = "text/xml"),
        (status = 403, description = "Sin firma válida", body = ErrorBody),
        (status = 503, description = "Aquí no se reciben llamadas de Twilio, o no se puede guardar ahora", body = ErrorBody),
    )
)]
pub(crate) async fn twilio_status(
    state: web::Data<HttpState>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    state.providers.take(&state, TWILIO, (&request, payload.into_inner())).await
}

#[utoipa::path(
    get, path = "/api/v1/webhooks/sms/{secret}/in", tag = "correo entrante", security(()),
    summary = "Un SMS que llegó a la pasarela propia, en la dirección",
    description = "`SMS_GATEWAY_SECRET` en el camino, y una dirección de `SMS_GATEWAY_ALLOW`: las pasarelas no firman. Los nombres de los parámetros y las líneas de configuración están en el manual. La misma llamada otra vez es la misma; con `id`, también el mismo mensaje.",
    params(("secret" = String, Path, description = "`SMS_GATEWAY_SECRET`")),
    responses(
        (status = 200, description = "Guardado: un cuerpo vacío", body = String, content_type = "text/plain"),
        (status = 403, description = "Otro secreto, u otra dirección", body = ErrorBody),
        (status = 503, description = "Aquí no se reciben llamadas de una pasarela, o no se puede guardar ahora", body = ErrorBody),
    )
)]
pub(crate) async fn gateway_in(state: web::Data<HttpState>, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    state.providers.take(&state, GATEWAY, (&request, payload.into_inner())).await
}

#[utoipa::path(
    post, path = "/api/v1/webhooks/sms/{secret}/in", tag = "correo entrante", security(()),
    summary = "Un SMS que llegó a la pasarela propia, en el cuerpo",
    description = "Como `GET`, con el texto en el cuerpo: el texto mismo (`post-url` de Kannel, en UTF-8 o UTF-16BE), un formulario o JSON.",
    params(("secret" = String, Path, description = "`SMS_GATEWAY_SECRET`")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 200, description = "Guardado: un cuerpo vacío", body = String, content_type = "text/plain"),
        (status = 403, description = "Otro secreto, u otra dirección", body = ErrorBody),
        (status = 503, description = "Aquí no se reciben llamadas de una pasarela, o no se puede guardar ahora", body = ErrorBody),
    )
)]
pub(crate) async fn gateway_in_posted(
    state: web::Data<HttpState>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    state.providers.take(&state, GATEWAY, (&request, payload.into_inner())).await
}

#[utoipa::path(
    get, path = "/api/v1/webhooks/sms/{secret}/dlr", tag = "correo entrante", security(()),
    summary = "Qué fue de un SMS que se entregó a la pasarela propia, en la dirección",
    description = "La dirección va con cada SMS, con nuestro nombre del mensaje en `ref`. Los avisos valen en cualquier orden y cuantas veces lleguen. La prueba, como en `…/in`.",
    params(("secret" = String, Path, description = "`SMS_GATEWAY_SECRET`")),
    responses(
        (status = 200, description = "Guardado: un cuerpo vacío", body = String, content_type = "text/plain"),
        (status = 403, description = "Otro secreto, u otra dirección", body = ErrorBody),
        (status = 503, description = "Aquí no se reciben llamadas de una pasarela, o no se puede guardar ahora", body = ErrorBody),
    )
)]
pub(crate) async fn gateway_dlr(
    state: web::Data<HttpState>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    state.providers.take(&state, GATEWAY, (&request, payload.into_inner())).await
}

#[utoipa::path(
    post, path = "/api/v1/webhooks/sms/{secret}/dlr", tag = "correo entrante", security(()),
    summary = "Qué fue de un SMS que se entregó a la pasarela propia, en el cuerpo",
    description = "Como `GET`, con un formulario o JSON; el mensaje se reconoce también por el identificador que le dio la pasarela.",
    params(("secret" = String, Path, description = "`SMS_GATEWAY_SECRET`")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 200, description = "Guardado: un cuerpo vacío", body = String, content_type = "text/plain"),
        (status = 403, description = "Otro secreto, u otra dirección", body = ErrorBody),
        (status = 503, description = "Aquí no se reciben llamadas de una pasarela, o no se puede guardar ahora", body = ErrorBody),
    )
)]
pub(crate) async fn gateway_dlr_posted(
    state: web::Data<HttpState>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    state.providers.take(&state, GATEWAY, (&request, payload.into_inner())).await
}

#[utoipa::path(
    post, path = "/api/v1/webhooks/twilio/whatsapp", tag = "correo entrante", security(()),
    summary = "Un mensaje de WhatsApp que llegó a un número de Twilio",
    description = "«A message comes in» del remitente de WhatsApp. La firma, como en `…/twilio/sms`. La misma llamada otra vez es la misma.",
    params(("X-Twilio-Signature" = Option<String>, Header, description = "La firma de Twilio")),
    request_body(content = TwilioForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "Guardado: un TwiML vacío", body = String, content_type = "text/xml"),
        (status = 403, description = "Sin firma válida", body = ErrorBody),
        (status = 503, description = "Aquí no se reciben llamadas de Twilio, o no se puede guardar ahora", body = ErrorBody),
    )
)]
pub(crate) async fn twilio_whatsapp(
    state: web::Data<HttpState>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    state.providers.take(&state, TWILIO_WHATSAPP, (&request, payload.into_inner())).await
}

#[utoipa::path(
    post, path = "/api/v1/webhooks/twilio/whatsapp/status", tag = "correo entrante", security(()),
    summary = "Qué fue de un mensaje de WhatsApp que se entregó a Twilio",
    description = "Como `…/twilio/status`, de los mensajes de WhatsApp: `read` también.",
    params(
        ("ref" = Option<String>, Query, description = "Nuestro nombre del mensaje"),
        ("X-Twilio-Signature" = Option<String>, Header, description = "La firma de Twilio"),
    ),
    request_body(content = TwilioForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "Guardado: un TwiML vacío", body = String, content_type = "text/xml"),
        (status = 403, description = "Sin firma válida", body = ErrorBody),
        (status = 503, description = "Aquí no se reciben llamadas de Twilio, o no se puede guardar ahora", body = ErrorBody),
    )
)]
pub(crate) async fn twilio_whatsapp_status(
    state: web::Data<HttpState>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    state.providers.take(&state, TWILIO_WHATSAPP, (&request, payload.into_inner())).await
}
