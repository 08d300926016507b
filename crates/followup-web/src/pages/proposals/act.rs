//! Accepting, correcting and refusing.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use followup_answers::Refusal;
use followup_app::{Acceptance, App};
use followup_domain::ids::{ProductId, ProposalId};
use followup_words::answers as texts;

use super::view::{Tried, shown};
use crate::asked::Asked;
use crate::problem::Problem;
use crate::render::elsewhere;
use crate::show::path;

/// No value and no reason is longer, in characters.
const LONGEST: usize = 2_000;

/// What a person decides.
pub(crate) async fn decide(Asked { state, visitor, request, form, .. }: Asked) -> Result<HttpResponse, Problem> {
    let id = path::case_id(&request)?;
    let own = form.text("propuesta").parse().ok().map(ProposalId);
    let value = form.within("valor", LONGEST)?.to_owned();
    let reason = form.within("motivo", LONGEST)?.to_owned();
    let version = form.text("version").parse().ok();
    let actor = visitor.actor();
    let (code, outcome) = match (form.text("accion"), own) {
        ("rechazar", Some(own)) => {
            let reason = reason.clone();
            ("propuesta_rechazada", state.ask(move |app: &App| app.reject_proposal(&actor, id, own, Some(&reason))).await)
        }
        ("aceptar", Some(own)) => {
            let product = form.text("producto").parse().ok().map(ProductId);
            let accepted = [Acceptance { id: own, value: Some(value.clone()), product }];
            ("propuesta_aceptada", state.ask(move |app: &App| app.accept_proposals(&actor, id, &accepted, version).map(drop)).await)
        }
        _ => {
            let accepted: Vec<Acceptance> =
                form.all("varias").filter_map(|id| id.parse().ok().map(ProposalId)).map(Acceptance::of).collect();
            if accepted.is_empty() {
                let message = "Marque al menos una propuesta".to_owned();
                let tried = Tried { message, status: StatusCode::UNPROCESSABLE_ENTITY, ..Tried::default() };
                return shown(&state, &visitor, id, None, Some(tried)).await;
            }
            ("propuestas_aceptadas", state.ask(move |app: &App| app.accept_proposals(&actor, id, &accepted, version).map(drop)).await)
        }
    };
    let (message, status) = match outcome {
        Ok(()) => return Ok(elsewhere(&format!("/casos/{id}/propuestas?hecho={code}"))),
        Err(Refusal::Invalid(errors)) => {
            let told = errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join("; ");
            (told, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(Refusal::Conflict(why)) => (why, StatusCode::CONFLICT),
        Err(Refusal::NotFound(why)) if why == texts::PROPOSAL_NOT_FOUND => (why.to_owned(), StatusCode::NOT_FOUND),
        Err(other) => return Err(other.into()),
    };
    shown(&state, &visitor, id, None, Some(Tried { id: own.map(|id| id.0), value, reason, message, status })).await
}
