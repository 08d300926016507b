//! Plan templates: whoever applies a plan has to see them; changing them is for those who decide.

use actix_web::{HttpRequest, HttpResponse, web};

use super::path;
use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::{JsonObject, NoBody};
use crate::dto::error::ErrorBody;
use crate::dto::list::TemplateList;
use crate::dto::template::{TemplateInput, TemplateListInput, TemplateOutput};
use crate::errors::ApiError;
use crate::input::object;
use crate::query::Parameters;
use crate::state::HttpState;

#[utoipa::path(
    get, path = "/api/v1/admin/followup/plans", tag = "administración", summary = "Las plantillas de plan",
    params(TemplateListInput),
    responses(
        (status = 200, description = "Las plantillas", body = TemplateList),
    )
)]
pub(crate) async fn list_templates(state: web::Data<HttpState>, parameters: Parameters) -> Result<HttpResponse, ApiError> {
    let archived = parameters.read::<TemplateListInput>()?;
    let templates = blocking(&state, move |followup| followup.templates(archived)).await?;
    Ok(HttpResponse::Ok().json(TemplateList::of(templates, TemplateOutput::from)))
}

#[utoipa::path(
    post, path = "/api/v1/admin/followup/plans", tag = "administración", summary = "Crear una plantilla de plan",
    request_body = TemplateInput,
    responses(
        (status = 201, description = "Creada", body = TemplateOutput),
    )
)]
pub(crate) async fn create_template(
    caller: Caller,
    state: web::Data<HttpState>,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let template = object::<TemplateInput>(fields)?;
    let actor = caller.actor();
    let template = blocking(&state, move |followup| followup.create_template(&actor, &template)).await?;
    Ok(HttpResponse::Created().json(TemplateOutput::from(template)))
}

#[utoipa::path(
    get, path = "/api/v1/admin/followup/plans/{plan_id}", tag = "administración", summary = "Una plantilla de plan",
    params(("plan_id" = i64, Path, description = "Número de la plantilla")),
    responses(
        (status = 200, description = "La plantilla", body = TemplateOutput),
        (status = 404, description = "Plan de seguimiento no encontrado", body = ErrorBody),
    )
)]
pub(crate) async fn find_template(state: web::Data<HttpState>, request: HttpRequest, _: NoBody) -> Result<HttpResponse, ApiError> {
    let id = path::template_id(&request);
    let template = blocking(&state, move |followup| followup.template(id)).await?;
    Ok(HttpResponse::Ok().json(TemplateOutput::from(template)))
}

#[utoipa::path(
    put, path = "/api/v1/admin/followup/plans/{plan_id}", tag = "administración", summary = "Cambiar una plantilla de plan; los planes ya aplicados no cambian",
    params(("plan_id" = i64, Path, description = "Número de la plantilla")),
    request_body = TemplateInput,
    responses(
        (status = 200, description = "Como quedó", body = TemplateOutput),
        (status = 404, description = "Plan de seguimiento no encontrado, o archivado", body = ErrorBody),
    )
)]
pub(crate) async fn replace_template(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let template = object::<TemplateInput>(fields)?;
    let id = path::template_id(&request);
    let actor = caller.actor();
    let template = blocking(&state, move |followup| followup.update_template(&actor, id, &template)).await?;
    Ok(HttpResponse::Ok().json(TemplateOutput::from(template)))
}

#[utoipa::path(
    delete, path = "/api/v1/admin/followup/plans/{plan_id}", tag = "administración", summary = "Archivar una plantilla de plan: ya no se ofrece",
    params(("plan_id" = i64, Path, description = "Número de la plantilla")),
    responses(
        (status = 204, description = "Archivada"),
        (status = 404, description = "Plan de seguimiento no encontrado", body = ErrorBody),
    )
)]
pub(crate) async fn archive_template(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    _: NoBody,
) -> Result<HttpResponse, ApiError> {
    let id = path::template_id(&request);
    let actor = caller.actor();
    blocking(&state, move |followup| followup.archive_template(&actor, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}
