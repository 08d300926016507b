//! The letters in the unit's own words: all may read them.

use actix_web::{HttpRequest, HttpResponse, web};
use followup_app::App;

use super::path;
use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::{JsonObject, NoBody};
use crate::dto::error::ErrorBody;
use crate::dto::letter_text::{LetterPreviewInput, LetterPreviewOutput, LetterResetInput, LetterTextInput, LetterTextOutput};
use crate::dto::list::LetterTextList;
use crate::errors::ApiError;
use crate::input::object;
use crate::state::HttpState;

#[utoipa::path(
    get, path = "/api/v1/admin/followup/letters", tag = "administración", summary = "Los textos de las cartas: los del servicio y los propios de la unidad",
    responses(
        (status = 200, description = "Las cartas, y las partes que varias incluyen", body = LetterTextList),
    )
)]
pub(crate) async fn list_letter_texts(state: web::Data<HttpState>, _: NoBody) -> Result<HttpResponse, ApiError> {
    let texts = blocking(&state, App::letter_texts).await?;
    Ok(HttpResponse::Ok().json(LetterTextList::of(texts, LetterTextOutput::from)))
}

#[utoipa::path(
    get, path = "/api/v1/admin/followup/letters/{letter}", tag = "administración", summary = "El texto de una carta",
    params(("letter" = String, Path, description = "Su archivo, como `solicitud.email.txt`")),
    responses(
        (status = 200, description = "El texto", body = LetterTextOutput),
        (status = 404, description = "No hay una carta con ese nombre", body = ErrorBody),
    )
)]
pub(crate) async fn find_letter_text(state: web::Data<HttpState>, request: HttpRequest, _: NoBody) -> Result<HttpResponse, ApiError> {
    let name = path::text(&request, "letter");
    let text = blocking(&state, move |app| app.letter_text(&name)).await?;
    Ok(HttpResponse::Ok().json(LetterTextOutput::from(text)))
}

#[utoipa::path(
    put, path = "/api/v1/admin/followup/letters/{letter}", tag = "administración", summary = "Poner un texto propio en lugar del que trae el servicio; las cartas lo dicen desde ahora",
    params(("letter" = String, Path, description = "Su archivo, como `solicitud.email.txt`")),
    request_body = LetterTextInput,
    responses(
        (status = 200, description = "Como quedó", body = LetterTextOutput),
        (status = 404, description = "No hay una carta con ese nombre", body = ErrorBody),
        (status = 409, description = "Otra persona lo cambió mientras tanto", body = ErrorBody),
    )
)]
pub(crate) async fn replace_letter_text(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let (text, version) = object::<LetterTextInput>(fields)?;
    let (name, actor) = (path::text(&request, "letter"), caller.actor());
    let stored = blocking(&state, move |app| app.set_letter_text(&actor, &name, &text, version)).await?;
    Ok(HttpResponse::Ok().json(LetterTextOutput::from(stored)))
}

#[utoipa::path(
    post, path = "/api/v1/admin/followup/letters/{letter}/reset", tag = "administración", summary = "Volver al texto que trae el servicio",
    params(("letter" = String, Path, description = "Su archivo, como `solicitud.email.txt`")),
    request_body = LetterResetInput,
    responses(
        (status = 200, description = "Como quedó", body = LetterTextOutput),
        (status = 404, description = "No hay una carta con ese nombre", body = ErrorBody),
        (status = 409, description = "Otra persona lo cambió mientras tanto", body = ErrorBody),
    )
)]
pub(crate) async fn reset_letter_text(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let version = object::<LetterResetInput>(fields)?;
    let (name, actor) = (path::text(&request, "letter"), caller.actor());
    let stored = blocking(&state, move |app| app.reset_letter_text(&actor, &name, version)).await?;
    Ok(HttpResponse::Ok().json(LetterTextOutput::from(stored)))
}

#[utoipa::path(
    post, path = "/api/v1/admin/followup/letters/{letter}/preview", tag = "administración", summary = "Ver cómo se leería una carta con un texto, y qué está mal en él; nada se guarda",
    params(("letter" = String, Path, description = "Su archivo, como `solicitud.email.txt`")),
    request_body = LetterPreviewInput,
    responses(
        (status = 200, description = "La carta de un caso habitual", body = LetterPreviewOutput),
        (status = 404, description = "No hay una carta con ese nombre", body = ErrorBody),
    )
)]
pub(crate) async fn preview_letter_text(
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let text = object::<LetterPreviewInput>(fields)?;
    let name = path::text(&request, "letter");
    let of = name.clone();
    let preview = blocking(&state, move |app| app.preview_letter_text(&name, &text)).await?;
    Ok(HttpResponse::Ok().json(LetterPreviewOutput::of(preview, &of)))
}
