//! What was read, and what was attended.

use actix_web::HttpResponse;
use followup_domain::ids::MessageId;

use crate::asked::Asked;
use crate::problem::Problem;
use crate::render::elsewhere;
use crate::show::brief::followup_href;
use crate::show::path;

/// Read up to here.
pub(crate) async fn read(Asked { state, visitor, request, form, .. }: Asked) -> Result<HttpResponse, Problem> {
    let (id, up_to) = (path::case_id(&request)?, MessageId(form.number("hasta")?));
    let actor = visitor.actor();
    state.ask(move |app| app.mark_read(&actor, id, up_to)).await?;
    Ok(elsewhere(&format!("{}?hecho=leido", followup_href(id.0))))
}

/// Attended up to here: letters go on.
pub(crate) async fn attend(Asked { state, visitor, request, form, .. }: Asked) -> Result<HttpResponse, Problem> {
    let (id, up_to) = (path::case_id(&request)?, MessageId(form.number("hasta")?));
    let actor = visitor.actor();
    state.ask(move |app| app.attend_answers(&actor, id, up_to)).await?;
    Ok(elsewhere(&format!("{}?hecho=atendido", followup_href(id.0))))
}
