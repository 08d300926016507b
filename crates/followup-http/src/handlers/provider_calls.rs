//! What providers of text and WhatsApp messages call. No token: each call proves itself.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::dto::error::ErrorBody;
use crate::dto::webhook::TwilioForm;
use crate::errors::ApiError;
use crate::state::HttpState;

/// Twilio, as its adapter names itself.
const TWILIO: &str = "twilio";
/// Meta, as its adapter names itself.
const META: &str = "meta";
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
    get, path = "/api/v1/webhooks/whatsapp", tag = "correo entrante", security(()),
    summary = "Meta pregunta si esta dirección es nuestra",
    description = "Al guardar el webhook en la aplicación de Meta. Con el `META_VERIFY_TOKEN` de los ajustes se responde el `hub.challenge`, sin nada más.",
    params(
        ("hub.mode" = Option<String>, Query, description = "`subscribe`"),
        ("hub.verify_token" = Option<String>, Query, description = "Lo que se escribió en Meta junto a la dirección"),
        ("hub.challenge" = Option<String>, Query, description = "Lo que Meta quiere leer"),
    ),
    responses(
        (status = 200, description = "El `hub.challenge`", body = String, content_type = "text/plain"),
        (status = 403, description = "Sin el token convenido", body = ErrorBody),
        (status = 503, description = "Aquí no se reciben llamadas de Meta", body = ErrorBody),
    )
)]
pub(crate) async fn whatsapp_greeting(state: web::Data<HttpState>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    state.providers.greet(&state, META, &request)
}

#[utoipa::path(
    post, path = "/api/v1/webhooks/whatsapp", tag = "correo entrante", security(()),
    summary = "Lo que Meta comunica: mensajes de WhatsApp que llegaron, qué fue de los nuestros, y de las plantillas",
    description = "`X-Hub-Signature-256` se comprueba con `META_APP_SECRET` sobre los bytes, antes de guardar nada. Una llamada trae cuantos avisos quiera, en cualquier orden y cuantas veces lleguen; lo que no se entiende queda en la cuarentena.",
    params(("X-Hub-Signature-256" = Option<String>, Header, description = "`sha256=` y la firma de Meta en hexadecimal")),
    request_body(content = Object, content_type = "application/json", description = "Un aviso de Meta, como lo documenta"),
    responses(
        (status = 200, description = "Guardado", body = String, content_type = "text/plain"),
        (status = 403, description = "Sin firma válida", body = ErrorBody),
        (status = 413, description = "Más de 3 MB", body = ErrorBody),
        (status = 503, description = "Aquí no se reciben llamadas de Meta, o no se puede guardar ahora", body = ErrorBody),
    )
)]
pub(crate) async fn whatsapp(state: web::Data<HttpState>, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    state.providers.take(&state, META, (&request, payload.into_inner())).await
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
