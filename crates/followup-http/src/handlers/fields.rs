//! The fields of a case that are not to be had.

use actix_web::{HttpRequest, HttpResponse, web};
use followup_app::Followup;
use followup_domain::case::Case;
use followup_domain::missing::FieldPath;

use super::path;
use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::JsonObject;
use crate::dto::documented::{DocumentedOutput, FieldStateInput, field_state};
use crate::dto::error::ErrorBody;
use crate::errors::ApiError;
use crate::state::HttpState;
use crate::texts;

#[utoipa::path(
    put, path = "/api/v1/icsr/{icsr_id}/followup/fields/{field}", tag = "seguimiento", summary = "Documentar que un dato no se tendrá; no se pide más",
    params(
        ("icsr_id" = i64, Path, description = "Número del caso"),
        ("field" = String, Path, description = "El campo como en `missing_items`, por ejemplo paciente_peso o productos[0].dosis"),
    ),
    request_body = FieldStateInput,
    responses(
        (status = 200, description = "Documentado", body = DocumentedOutput),
        (status = 404, description = "ICSR o campo no encontrado", body = ErrorBody),
    )
)]
pub(crate) async fn document_field(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let (field_state, reason) = field_state(fields)?;
    let (id, field) = (path::case_id(&request)?, path::text(&request, "field"));
    let actor = caller.actor();
    let documented = move |followup: &Followup| {
        let field = field_of(&followup.case(id)?, &field)?;
        followup.document_field(&actor, id, &field, field_state, &reason)?;
        let documented = followup.followup_summary(id)?.documented;
        documented.into_iter().find(|documented| documented.path == field).ok_or(ApiError::NotFound(texts::FIELD_NOT_FOUND))
    };
    let documented = blocking(&state, documented).await?;
    Ok(HttpResponse::Ok().json(DocumentedOutput::from(documented)))
}

/// A field of the catalogue, and of a product that the case has; the first may still be unnamed.
fn field_of(case: &Case, name: &str) -> Result<FieldPath, ApiError> {
    let products = case.record.productos.len().max(1);
    let field = FieldPath::parse(name).filter(|field| field.product.is_none_or(|index| index < products));
    field.ok_or(ApiError::NotFound(texts::FIELD_NOT_FOUND))
}
