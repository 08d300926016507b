//! WhatsApp, for the role `admin`: the templates of its provider, and a test message.

use actix_web::{HttpResponse, web};
use followup_app::App;

use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::{JsonObject, NoBody};
use crate::dto::admin::MailTestOutput;
use crate::dto::error::ErrorBody;
use crate::dto::list::WhatsappTemplateList;
use crate::dto::whatsapp::{WhatsappTemplateOutput, WhatsappTestInput};
use crate::errors::ApiError;
use crate::input::object;
use crate::state::HttpState;

#[utoipa::path(
    get, path = "/api/v1/admin/whatsapp/templates", tag = "administración", summary = "Las plantillas de WhatsApp que el proveedor nombra",
    description = "Como el proveedor las dijo la última vez: el servicio las lee cada hora, y cuando se le pide con `POST …/refresh`.",
    responses((status = 200, description = "Las plantillas", body = WhatsappTemplateList))
)]
pub(crate) async fn list_whatsapp_templates(state: web::Data<HttpState>, _: NoBody) -> Result<HttpResponse, ApiError> {
    let known = blocking(&state, App::whatsapp_templates).await?;
    Ok(HttpResponse::Ok().json(WhatsappTemplateList::of(known, WhatsappTemplateOutput::from)))
}

#[utoipa::path(
    post, path = "/api/v1/admin/whatsapp/templates/refresh", tag = "administración", summary = "Pedir al proveedor las plantillas de WhatsApp",
    responses(
        (status = 200, description = "Las plantillas, como el proveedor las dice ahora", body = WhatsappTemplateList),
        (status = 502, description = "El proveedor no las dio; vale la lista anterior", body = ErrorBody),
    )
)]
pub(crate) async fn refresh_whatsapp_templates(caller: Caller, state: web::Data<HttpState>, _: NoBody) -> Result<HttpResponse, ApiError> {
    let actor = caller.actor();
    let known = blocking(&state, move |followup| followup.refresh_whatsapp_templates(&actor)).await?;
    Ok(HttpResponse::Ok().json(WhatsappTemplateList::of(known, WhatsappTemplateOutput::from)))
}

#[utoipa::path(
    post, path = "/api/v1/admin/whatsapp/test", tag = "administración", summary = "Enviar un mensaje de prueba por WhatsApp",
    description = "Con `template` en cualquier momento; sin ella, un texto libre, que WhatsApp admite durante 24 horas desde que ese número escribió. No es de ningún caso y no se guarda.",
    request_body = WhatsappTestInput,
    responses(
        (status = 200, description = "Aceptado por el proveedor", body = MailTestOutput),
        (status = 409, description = "Fuera de la ventana de 24 horas, una plantilla que no está aprobada, o un número que pidió que no se le escriba", body = ErrorBody),
        (status = 502, description = "El proveedor no lo aceptó", body = ErrorBody),
    )
)]
pub(crate) async fn test_whatsapp(
    caller: Caller,
    state: web::Data<HttpState>,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let test = object::<WhatsappTestInput>(fields)?;
    let actor = caller.actor();
    let receipt = blocking(&state, move |followup| followup.send_test_whatsapp(&actor, &test)).await?;
    Ok(HttpResponse::Ok().json(MailTestOutput { response: receipt.words }))
}
