//! Mail that providers post. No token: each post proves itself.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use followup_answers::Refusal;
use followup_words::answers as texts;

use crate::dto::error::ErrorBody;
use crate::dto::file::FileContent;
use crate::dto::webhook::{AcceptedOutput, MailgunForm, SendgridForm};
use crate::errors::ApiError;
use crate::state::HttpState;
use crate::webhook::{Arrived, Bounds, EmailWebhook, Fields, SIGNED_BY, postmark_mail};

/// What stands around a mail in a form, in bytes.
const FORM_MARGIN: usize = 1024 * 1024;

#[utoipa::path(
    post, path = "/api/v1/webhooks/email", tag = "correo entrante", security(()),
    summary = "Un correo tal como llegó (RFC 5322), con firma o con autenticación básica",
    description = "Firma: `X-Followup-Timestamp` (segundos desde 1970) y `X-Followup-Signature: v1=` más HMAC-SHA256 en hexadecimal de la marca de tiempo, un punto y el cuerpo, con `WEBHOOK_EMAIL_SECRET`; vale cinco minutos. Sin firma, autenticación básica con `WEBHOOK_EMAIL_BASIC`. Los mismos bytes son el mismo correo. Con 413 la cabecera quedó en la cuarentena.",
    params(
        ("X-Followup-Timestamp" = Option<String>, Header, description = "Segundos desde 1970"),
        ("X-Followup-Signature" = Option<String>, Header, description = "`v1=` y la firma en hexadecimal"),
    ),
    request_body(
        content((String = "message/rfc822"), (inline(FileContent) = "application/octet-stream")),
        description = "Los bytes del correo; el tipo de contenido no se mira"
    ),
    responses(
        (status = 200, description = "Guardado", body = AcceptedOutput),
        (status = 401, description = "Sin firma o contraseña válida", body = ErrorBody),
        (status = 503, description = "Aquí no se recibe correo así, o no se puede guardar ahora; quien envía debe intentarlo de nuevo", body = ErrorBody),
    )
)]
pub(crate) async fn email(state: web::Data<HttpState>, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let webhook = webhook(&state)?;
    let now = state.followup.clock.now();
    let mut proof = webhook.check_raw(&request, now)?;
    let bounds = Bounds { most: webhook.largest_mail(), copies: 1, is_proven: proof.is_proven() };
    let body = webhook.read(&request, payload.into_inner(), bounds, |chunk| proof.take(chunk)).await?;
    webhook.check_body(proof, now)?;
    Arrived { way: "webhook/raw", bytes: body.bytes, is_cut: body.is_cut, room: body.room }.keep(&state, webhook.largest_mail()).await
}

#[utoipa::path(
    post, path = "/api/v1/webhooks/email/mailgun", tag = "correo entrante", security(()),
    summary = "Un correo de una ruta de Mailgun, en MIME",
    description = "La dirección de la ruta debe terminar en `mime`: use `…/mailgun/mime`. La firma (`timestamp`, `token`, `signature`) se comprueba con `WEBHOOK_MAILGUN_SIGNING_KEY`; cada `token` vale para un solo correo.",
    request_body(content = MailgunForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "Guardado", body = AcceptedOutput),
        (status = 401, description = "Sin firma válida", body = ErrorBody),
        (status = 503, description = "Aquí no se recibe correo así, o no se puede guardar ahora; quien envía debe intentarlo de nuevo", body = ErrorBody),
    )
)]
pub(crate) async fn mailgun(state: web::Data<HttpState>, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    take_mailgun(state, request, payload).await
}

#[utoipa::path(
    post, path = "/api/v1/webhooks/email/mailgun/mime", tag = "correo entrante", security(()),
    summary = "Lo mismo, con el final que Mailgun pide para enviar el correo en MIME",
    request_body(content = MailgunForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "Guardado", body = AcceptedOutput),
        (status = 401, description = "Sin firma válida", body = ErrorBody),
        (status = 503, description = "Aquí no se recibe correo así, o no se puede guardar ahora; quien envía debe intentarlo de nuevo", body = ErrorBody),
    )
)]
pub(crate) async fn mailgun_mime(
    state: web::Data<HttpState>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    take_mailgun(state, request, payload).await
}

async fn take_mailgun(state: web::Data<HttpState>, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let webhook = webhook(&state)?;
    let now = state.followup.clock.now();
    webhook.requires_mailgun_key()?;
    // A form in which every byte is written as %FF is three times as long.
    let most = webhook.largest_mail().saturating_mul(3).saturating_add(FORM_MARGIN);
    let bounds = Bounds { most, copies: 2, is_proven: false };
    let body = webhook.read(&request, payload.into_inner(), bounds, |_| {}).await?;
    let mut fields = Fields::of(&request, body.bytes, body.is_cut, &["timestamp", "token", "signature", "body-mime"]).await?;
    if body.is_cut {
        // The signature may stand behind a mail that is too large.
        fields.add_from_tail(&request, body.tail, SIGNED_BY).await?;
    }
    webhook.check_mailgun(&fields, body.is_cut, now)?;
    let missing = if body.is_cut { Refusal::TooLarge.into() } else { ApiError::Misconfigured(texts::NO_BODY_MIME) };
    let (bytes, is_cut) = fields.take("body-mime").ok_or(missing)?;
    Arrived { way: "webhook/mailgun", bytes, is_cut, room: body.room }.keep(&state, webhook.largest_mail()).await
}

#[utoipa::path(
    post, path = "/api/v1/webhooks/email/sendgrid", tag = "correo entrante", security(()),
    summary = "Un correo de SendGrid Inbound Parse, con «POST the raw, full MIME message»",
    description = "Autenticación básica con `WEBHOOK_EMAIL_BASIC`, en la dirección que se da a SendGrid.",
    request_body(content = SendgridForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "Guardado", body = AcceptedOutput),
        (status = 401, description = "Sin contraseña válida", body = ErrorBody),
        (status = 503, description = "Aquí no se recibe correo así, o no se puede guardar ahora; quien envía debe intentarlo de nuevo", body = ErrorBody),
    )
)]
pub(crate) async fn sendgrid(state: web::Data<HttpState>, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let webhook = webhook(&state)?;
    webhook.check_basic(&request, state.followup.clock.now())?;
    let most = webhook.largest_mail().saturating_add(FORM_MARGIN);
    let body = webhook.read(&request, payload.into_inner(), Bounds { most, copies: 2, is_proven: true }, |_| {}).await?;
    let mut fields = Fields::of(&request, body.bytes, body.is_cut, &["email"]).await?;
    let (bytes, is_cut) = fields.take("email").ok_or(ApiError::Misconfigured(texts::NO_EMAIL_FIELD))?;
    Arrived { way: "webhook/sendgrid", bytes, is_cut, room: body.room }.keep(&state, webhook.largest_mail()).await
}

#[utoipa::path(
    post, path = "/api/v1/webhooks/email/postmark", tag = "correo entrante", security(()),
    summary = "Un correo de Postmark, con «Include raw email content in JSON payload»",
    description = "Autenticación básica con `WEBHOOK_EMAIL_BASIC`, en la dirección que se da a Postmark. De todo el JSON se lee `RawEmail`.",
    request_body(content = Object, content_type = "application/json", description = "Con `RawEmail`: el correo entero"),
    responses(
        (status = 200, description = "Guardado", body = AcceptedOutput),
        (status = 401, description = "Sin contraseña válida", body = ErrorBody),
        (status = 503, description = "Aquí no se recibe correo así, o no se puede guardar ahora; quien envía debe intentarlo de nuevo", body = ErrorBody),
    )
)]
pub(crate) async fn postmark(state: web::Data<HttpState>, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let webhook = webhook(&state)?;
    webhook.check_basic(&request, state.followup.clock.now())?;
    // Beside the raw mail stand its texts and its attachments again.
    let most = webhook.largest_mail().saturating_mul(3).saturating_add(FORM_MARGIN);
    let body = webhook.read(&request, payload.into_inner(), Bounds { most, copies: 2, is_proven: true }, |_| {}).await?;
    if body.is_cut {
        tracing::error!("a post of Postmark is above the size limit: nothing of it is kept");
        return Err(Refusal::TooLarge.into());
    }
    let bytes = postmark_mail(&body)?;
    Arrived { way: "webhook/postmark", bytes, is_cut: false, room: body.room }.keep(&state, webhook.largest_mail()).await
}

fn webhook(state: &HttpState) -> Result<Arc<EmailWebhook>, ApiError> {
    state.webhook.clone().ok_or(Refusal::NotConfigured.into())
}
