//! Files that go with a message: uploaded first, named when it is sent.

use actix_web::{HttpRequest, HttpResponse, web};
use followup_app::App;

use super::path;
use crate::answer::holding;
use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::NoBody;
use crate::dto::error::ErrorBody;
use crate::dto::file::{FileContent, UploadInput, UploadOutput, UploadsOutput};
use crate::errors::ApiError;
use crate::query::Parameters;
use crate::state::HttpState;

#[utoipa::path(
    post, path = "/api/v1/icsr/{icsr_id}/followup/attachments", tag = "seguimiento", summary = "Subir un archivo para adjuntarlo a un mensaje",
    description = "El cuerpo son los bytes del archivo. Se admiten PDF, DOCX, XLSX, ODT, ODS, PNG, JPEG, GIF y WEBP, sin macros, de hasta 10 MB; lo que es lo dicen su contenido y su nombre, no el `Content-Type`. El `id` se da en `attachments` al enviar. El mismo archivo otra vez es el mismo. Lo que no se envía en siete días se descarta; de un caso esperan a lo sumo 20 archivos y 40 MB.",
    params(("icsr_id" = i64, Path, description = "Número del caso"), UploadInput),
    request_body(content = inline(FileContent), content_type = "application/octet-stream", description = "Los bytes del archivo"),
    responses(
        (status = 201, description = "Guardado; espera a ser enviado", body = UploadOutput),
        (status = 200, description = "El mismo archivo, subido antes", body = UploadOutput),
        (status = 400, description = "Archivo vacío", body = ErrorBody),
        (status = 404, description = "ICSR no encontrado", body = ErrorBody),
        (status = 409, description = "Esperan demasiados archivos de este caso", body = ErrorBody),
        (status = 413, description = "Más de 10 MB", body = ErrorBody),
        (status = 415, description = "Un tipo de archivo que no se envía, o con macros", body = ErrorBody),
    )
)]
pub(crate) async fn upload(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let name = Parameters::of(&request)?.read::<UploadInput>()?;
    let id = path::case_id(&request)?;
    let body = state.uploads.read(&request, payload.into_inner(), state.pace).await?;
    let actor = caller.actor();
    let kept = move |app: &App| app.upload_file(&actor, id, &name, &body.bytes);
    let (_room, kept) = holding(body.room, &state, kept).await?;
    let mut response = if kept.created { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(response.json(UploadOutput::from(kept.upload)))
}

#[utoipa::path(
    get, path = "/api/v1/icsr/{icsr_id}/followup/attachments", tag = "seguimiento", summary = "Los archivos que esperan a ser enviados con un mensaje",
    params(("icsr_id" = i64, Path, description = "Número del caso")),
    responses(
        (status = 200, description = "Los archivos, el más antiguo primero", body = UploadsOutput),
        (status = 404, description = "ICSR no encontrado", body = ErrorBody),
    )
)]
pub(crate) async fn uploads(state: web::Data<HttpState>, request: HttpRequest, _: NoBody) -> Result<HttpResponse, ApiError> {
    let id = path::case_id(&request)?;
    let waiting = blocking(&state, move |app| app.waiting_files(id)).await?;
    Ok(HttpResponse::Ok().json(UploadsOutput::from(waiting)))
}

#[utoipa::path(
    delete, path = "/api/v1/icsr/{icsr_id}/followup/attachments/{upload_id}", tag = "seguimiento", summary = "Descartar un archivo que espera",
    description = "Lo que ya se envió con un mensaje se guarda siempre.",
    params(
        ("icsr_id" = i64, Path, description = "Número del caso"),
        ("upload_id" = i64, Path, description = "Número del archivo"),
    ),
    responses(
        (status = 204, description = "Descartado"),
        (status = 404, description = "ICSR no encontrado, o ningún archivo suyo con este número espera", body = ErrorBody),
    )
)]
pub(crate) async fn discard_upload(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    _: NoBody,
) -> Result<HttpResponse, ApiError> {
    let (id, upload_id) = (path::case_id(&request)?, path::upload_id(&request));
    let actor = caller.actor();
    blocking(&state, move |app| app.discard_file(&actor, id, upload_id)).await?;
    Ok(HttpResponse::NoContent().finish())
}
