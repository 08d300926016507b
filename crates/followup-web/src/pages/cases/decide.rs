//! What a person decides of a field or a warning of a case, with the reason: not to be had, settled, open again.

use actix_web::{HttpResponse, web};
use followup_answers::Refusal;
use followup_app::App;
use followup_domain::asking::field_state::FieldState;
use followup_domain::asking::missing::FieldPath;
use followup_domain::audit::Actor;
use followup_domain::ids::CaseId;
use followup_words::answers as texts;

use super::form::layout::anchor;
use super::view::{Refused, find, show};
use super::{case_href, case_id};
use crate::door::Visitor;
use crate::form::Form;
use crate::problem::Problem;
use crate::render::elsewhere;
use crate::state::WebState;

/// No reason is longer, in characters.
const LONGEST_REASON: usize = 2_000;

/// Documents a field as not to be had, or takes that back.
pub(crate) async fn field(
    state: web::Data<WebState>,
    visitor: Visitor,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let field = FieldPath::parse(form.text("campo")).ok_or(Refusal::NotFound(texts::FIELD_NOT_FOUND))?;
    let documented = FieldState::parse(form.text("estado")).filter(|state| state.is_documented());
    let is_reopened = form.text("accion") == "reabrir";
    let code = if is_reopened { "dato_pendiente" } else { "documentado" };
    let target = field.to_string();
    let place = anchor(&target);
    let act = move |app: &App, actor: &Actor, id: CaseId, reason: &str| -> Result<(), Refusal> {
        if is_reopened {
            return Ok(app.reopen_field(actor, id, &field, reason)?);
        }
        let documented = documented.ok_or_else(|| Refusal::field("estado", "diga qué pasó con el dato"))?;
        Ok(app.document_field(actor, id, &field, documented, reason).map(|_| ())?)
    };
    let kept = Kept { target, state: form.text("estado").to_owned(), reason: form.text("motivo").to_owned() };
    decide(&state, &visitor, case_id(&path)?, kept, act, &format!("?hecho={code}#{place}")).await
}

/// Sets a warning aside, or takes that back.
pub(crate) async fn warning(
    state: web::Data<WebState>,
    visitor: Visitor,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let warning = form.text("advertencia").to_owned();
    let is_reopened = form.text("accion") == "reabrir";
    let code = if is_reopened { "advertencia_abierta" } else { "apartada" };
    let kept = Kept { target: warning.clone(), state: String::new(), reason: form.text("motivo").to_owned() };
    let act = move |app: &App, actor: &Actor, id: CaseId, reason: &str| -> Result<(), Refusal> {
        let settled =
            if is_reopened { app.reopen_warning(actor, id, &warning, reason) } else { app.set_warning_aside(actor, id, &warning, reason) };
        Ok(settled.map(|_| ())?)
    };
    decide(&state, &visitor, case_id(&path)?, kept, act, &format!("?hecho={code}#advertencias")).await
}

/// What was typed.
struct Kept {
    target: String,
    state: String,
    reason: String,
}

async fn decide(
    state: &WebState,
    visitor: &Visitor,
    id: CaseId,
    kept: Kept,
    act: impl FnOnce(&App, &Actor, CaseId, &str) -> Result<(), Refusal> + Send + 'static,
    done: &str,
) -> Result<HttpResponse, Problem> {
    let (actor, reader, reason) = (visitor.actor(), visitor.username.clone(), kept.reason.clone());
    let refused = state
        .ask(move |app| {
            let outcome = match reason.chars().count() > LONGEST_REASON {
                true => Err(Refusal::field("motivo", &texts::too_long(LONGEST_REASON))),
                false => act(app, &actor, id, &reason),
            };
            match outcome {
                Ok(()) => Ok(None),
                Err(Refusal::Invalid(errors)) => Ok(Some((find(app, id, &reader)?, errors))),
                Err(other) => Err(other),
            }
        })
        .await?;
    let Some((found, errors)) = refused else { return Ok(elsewhere(&format!("{}{done}", case_href(id)))) };
    let message = errors.into_iter().map(|error| if error.message == texts::REQUIRED { "falta el motivo".into() } else { error.message });
    let message = message.collect::<Vec<String>>().join("; ");
    let Kept { target, state: said, reason } = kept;
    Ok(show(state, visitor, found, Some(Refused { target, state: said, reason, message }), None))
}
