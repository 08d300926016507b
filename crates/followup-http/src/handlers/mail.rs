//! Messages as they were sent or received, to be saved.

use actix_web::{HttpRequest, HttpResponse, web};

use super::path;
use crate::blocking::blocking;
use crate::body::NoBody;
use crate::download::{download, harmless_type};
use crate::dto::error::ErrorBody;
use crate::dto::file::FileContent;
use crate::errors::ApiError;
use crate::mail_page::mail_page;
use crate::state::HttpState;

#[utoipa::path(
    get, path = "/api/v1/icsr/{icsr_id}/followup/{message_id}/raw", tag = "seguimiento", summary = "El correo original (.eml)",
    params(
        ("icsr_id" = i64, Path, description = "Número del caso"),
        ("message_id" = i64, Path, description = "Número del mensaje"),
    ),
    responses(
        (status = 200, description = "El correo, como archivo", body = inline(FileContent), content_type = "message/rfc822"),
        (status = 404, description = "ICSR o mensaje no encontrado", body = ErrorBody),
    )
)]
pub(crate) async fn raw(state: web::Data<HttpState>, request: HttpRequest, _: NoBody) -> Result<HttpResponse, ApiError> {
    let id = path::case_id(&request)?;
    let message_id = path::message_id(&request);
    let bytes = blocking(&state, move |followup| followup.raw_mail(id, message_id)).await?;
    Ok(download(&format!("icsr-{id}-mensaje-{message_id}.eml"), "message/rfc822", bytes))
}

#[utoipa::path(
    get, path = "/api/v1/icsr/{icsr_id}/followup/{message_id}/attachments/{n}", tag = "seguimiento", summary = "Un adjunto",
    params(
        ("icsr_id" = i64, Path, description = "Número del caso"),
        ("message_id" = i64, Path, description = "Número del mensaje"),
        ("n" = i64, Path, description = "Lugar del adjunto, desde 0"),
    ),
    responses(
        (status = 200, description = "El adjunto, como archivo", body = inline(FileContent), content_type = "application/octet-stream"),
        (status = 404, description = "ICSR, mensaje o adjunto no encontrado", body = ErrorBody),
    )
)]
pub(crate) async fn attachment(state: web::Data<HttpState>, request: HttpRequest, _: NoBody) -> Result<HttpResponse, ApiError> {
    let id = path::case_id(&request)?;
    let (message_id, index) = (path::message_id(&request), path::attachment_index(&request));
    let (described, bytes) = blocking(&state, move |followup| followup.attachment(id, message_id, index)).await?;
    let name = described.name.unwrap_or_else(|| format!("adjunto-{index}"));
    Ok(download(&name, harmless_type(&described.content_type), bytes))
}

#[utoipa::path(
    get, path = "/api/v1/icsr/{icsr_id}/followup/{message_id}/html", tag = "seguimiento", summary = "El HTML de un correo recibido, inofensivo",
    description = "Una página que no ejecuta, no carga ni envía nada: sin scripts, formularios ni imágenes de otros servidores (dice cuántas no se muestran); las imágenes que el correo trae están en ella. Va con una Content-Security-Policy estricta y `sandbox`.",
    params(
        ("icsr_id" = i64, Path, description = "Número del caso"),
        ("message_id" = i64, Path, description = "Número del mensaje"),
    ),
    responses(
        (status = 200, description = "La página", body = String, content_type = "text/html"),
        (status = 404, description = "ICSR o mensaje no encontrado, o el mensaje no tiene versión HTML", body = ErrorBody),
    )
)]
pub(crate) async fn html(state: web::Data<HttpState>, request: HttpRequest, _: NoBody) -> Result<HttpResponse, ApiError> {
    let (id, message_id) = (path::case_id(&request)?, path::message_id(&request));
    let shown = blocking(&state, move |followup| followup.message_html(id, message_id)).await?;
    Ok(mail_page(&shown))
}
