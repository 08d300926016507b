//! Mail that belongs to no case yet, or cannot be understood.

use actix_web::{HttpResponse, web};
use followup_domain::ports::PageRequest;

use crate::auth::Caller;
use crate::blocking::blocking;
use crate::dto::error::ErrorBody;
use crate::dto::inbox::QuarantinedOutput;
use crate::dto::list::{MessagePage, QuarantinePage};
use crate::dto::message::MessageOutput;
use crate::errors::ApiError;
use crate::query::Parameters;
use crate::state::HttpState;

#[utoipa::path(
    get, path = "/api/v1/inbox/unassigned", tag = "bandeja", summary = "Correos recibidos que no son de ningún caso conocido",
    params(
        ("page" = Option<i64>, Query, description = "Página, desde 1", minimum = 1),
        ("page_size" = Option<i64>, Query, description = "Mensajes por página; 20 si no se da", minimum = 1, maximum = 200),
    ),
    responses(
        (status = 200, description = "Una página, los más nuevos primero", body = MessagePage),
        (status = 422, description = "Parámetros no válidos", body = ErrorBody),
    )
)]
pub(crate) async fn unassigned(_: Caller, state: web::Data<HttpState>, mut parameters: Parameters) -> Result<HttpResponse, ApiError> {
    let page = parameters.take_page();
    parameters.finish()?;
    let found = blocking(&state, move |followup| followup.unassigned(PageRequest::from(page))).await?;
    Ok(HttpResponse::Ok().json(MessagePage::of(found, page, MessageOutput::from)))
}

#[utoipa::path(
    get, path = "/api/v1/inbox/quarantine", tag = "bandeja", summary = "Correos recibidos que no se pudieron leer",
    params(
        ("page" = Option<i64>, Query, description = "Página, desde 1", minimum = 1),
        ("page_size" = Option<i64>, Query, description = "Correos por página; 20 si no se da", minimum = 1, maximum = 200),
    ),
    responses(
        (status = 200, description = "Una página, los más nuevos primero", body = QuarantinePage),
        (status = 422, description = "Parámetros no válidos", body = ErrorBody),
    )
)]
pub(crate) async fn quarantine(_: Caller, state: web::Data<HttpState>, mut parameters: Parameters) -> Result<HttpResponse, ApiError> {
    let page = parameters.take_page();
    parameters.finish()?;
    let found = blocking(&state, move |followup| followup.quarantined(PageRequest::from(page))).await?;
    Ok(HttpResponse::Ok().json(QuarantinePage::of(found, page, QuarantinedOutput::from)))
}
