//! What was read, and what was attended.

use actix_web::{HttpRequest, HttpResponse, web};
use followup_domain::ids::MessageId;

use crate::door::Visitor;
use crate::form::Form;
use crate::problem::Problem;
use crate::render::elsewhere;
use crate::show::brief::followup_href;
use crate::show::path;
use crate::state::WebState;

/// Read up to here.
pub(crate) async fn read(state: web::Data<WebState>, visitor: Visitor, request: HttpRequest, form: Form) -> Result<HttpResponse, Problem> {
    let (id, up_to) = (path::case_id(&request)?, MessageId(form.number("hasta")?));
    let actor = visitor.actor();
    state.ask(move |app| app.mark_read(&actor, id, up_to)).await?;
    Ok(elsewhere(&format!("{}?hecho=leido", followup_href(id.0))))
}

/// Attended up to here: letters go on.
pub(crate) async fn attend(
    state: web::Data<WebState>,
    visitor: Visitor,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let (id, up_to) = (path::case_id(&request)?, MessageId(form.number("hasta")?));
    let actor = visitor.actor();
    state.ask(move |app| app.attend_answers(&actor, id, up_to)).await?;
    Ok(elsewhere(&format!("{}?hecho=atendido", followup_href(id.0))))
}
