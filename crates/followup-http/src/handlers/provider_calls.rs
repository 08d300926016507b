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
