//! Messages as they were sent or received, to be saved.

use actix_web::{HttpRequest, HttpResponse, web};
use followup_app::App;

use super::path;
use crate::answer::{Cost, bytes, bytes_with};
use crate::body::NoBody;
use crate::download::{attachment_head, download};
use crate::dto::error::ErrorBody;
use crate::dto::file::FileContent;
use crate::errors::ApiError;
use crate::mail_page::{mail_page, mail_page_head};
use crate::original::original;
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
    let head = download(&format!("icsr-{id}-mensaje-{message_id}.eml"), "message/rfc822");
    original(&state, head, move |app| app.raw_mail(id, message_id)).await
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
        (status = 404, description = "ICSR, mensaje o adjunto no encontrado, o el proveedor no entregó el archivo", body = ErrorBody),
        (status = 409, description = "El archivo aún se está recuperando del proveedor", body = ErrorBody),
    )
)]
pub(crate) async fn attachment(state: web::Data<HttpState>, request: HttpRequest, _: NoBody) -> Result<HttpResponse, ApiError> {
    let id = path::case_id(&request)?;
    let (message_id, index) = (path::message_id(&request), path::attachment_index(&request));
    let found = move |app: &App| app.attachment(id, message_id, index);
    bytes_with(&state, Cost::Understanding, found, |described| attachment_head(&described, index)).await
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
    let page = move |app: &App| app.message_html(id, message_id).map(|shown| mail_page(&shown));
    bytes(&state, Cost::Understanding, mail_page_head(), page).await
}
