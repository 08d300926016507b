//! The fields of a case that are not to be had.

use actix_web::{HttpRequest, HttpResponse, web};
use followup_answers::Refusal;
use followup_app::App;
use followup_domain::asking::missing::FieldPath;
use followup_words::answers as texts;

use super::path;
use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::JsonObject;
use crate::dto::documented::{DocumentedOutput, FieldStateInput};
use crate::dto::error::ErrorBody;
use crate::errors::ApiError;
use crate::input::object;
use crate::state::HttpState;

#[utoipa::path(
    put, path = "/api/v1/icsr/{icsr_id}/followup/fields/{field}", tag = "seguimiento", summary = "Documentar que un dato no se tendrá y no pedirlo más, o retirar lo documentado",
    params(
        ("icsr_id" = i64, Path, description = "Número del caso"),
        ("field" = String, Path, description = "El campo como en `missing_items`, por ejemplo paciente_peso o productos[0].dosis"),
    ),
    request_body = FieldStateInput,
    responses(
        (status = 200, description = "Documentado", body = DocumentedOutput),
        (status = 204, description = "Retirado: el dato puede pedirse de nuevo"),
        (status = 404, description = "ICSR o campo no encontrado", body = ErrorBody),
        (status = 409, description = "El caso ya tiene el dato, o no había nada documentado", body = ErrorBody),
    )
)]
pub(crate) async fn document_field(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let (field_state, reason) = object::<FieldStateInput>(fields)?;
    let (id, field) = (path::case_id(&request)?, path::text(&request, "field"));
    let actor = caller.actor();
    let change = move |followup: &App| {
        let Some(field) = FieldPath::parse(&field) else {
            followup.case(id)?;
            return Err(Refusal::NotFound(texts::FIELD_NOT_FOUND));
        };
        match field_state {
            Some(documented) => Ok(Some(followup.document_field(&actor, id, &field, documented, &reason)?)),
            None => Ok(followup.reopen_field(&actor, id, &field, &reason).map(|()| None)?),
        }
    };
    Ok(match blocking(&state, change).await? {
        Some(documented) => HttpResponse::Ok().json(DocumentedOutput::from(documented)),
        None => HttpResponse::NoContent().finish(),
    })
}
