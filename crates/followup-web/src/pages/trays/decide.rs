//! What somebody decides about a mail of no case: to which it belongs, that it is a new one, or that it is none.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use followup_answers::Refusal;
use followup_app::{AssignRequest, AssignedMail, CaseFromMailError, TrayError};
use followup_domain::case::{CasePatch, Scalar};
use followup_domain::ids::{CaseId, MessageId};
use followup_words::answers as texts;
use followup_words::people;

use super::NotDone;
use super::mail::{DISCARD, Forms, NEW_CASE, mail_id, with_forms};
use super::unassigned::{Part, find, shown};
use crate::asked::Asked;
use crate::door::Visitor;
use crate::problem::Problem;
use crate::query::Query;
use crate::render::elsewhere;
use crate::show::brief::{followup_href, message_href};
use crate::show::fields::{Fields, LONGEST_TEXT};
use crate::state::WebState;

/// A case has it from now on.
pub(crate) async fn assign(Asked { state, visitor, request, form, query }: Asked) -> Result<HttpResponse, Problem> {
    let (id, actor) = (mail_id(&request)?, visitor.actor());
    let assignment = AssignRequest { case_id: CaseId(form.number("caso")?), parent_id: None, confirm: form.has("reportante") };
    match state.ask(move |app| Ok::<_, Refusal>(taken(app.assign_mail(&actor, id, &assignment))?)).await? {
        Some(message) => {
            let case = message.case_id.map_or_else(String::new, |case| format!("&caso={case}"));
            Ok(elsewhere(&format!("/bandejas/sin-asignar?hecho=asignado{case}")))
        }
        None => assigned_meanwhile(&state, &visitor, id, &query).await,
    }
}

/// It becomes a case.
pub(crate) async fn new_case(Asked { state, visitor, request, form, query }: Asked) -> Result<HttpResponse, Problem> {
    let (id, actor) = (mail_id(&request)?, visitor.actor());
    let mut patch = CasePatch::default();
    for (name, field, _) in NEW_CASE {
        if let Some(value) = form.given(name) {
            patch.fields.push(((*field).to_owned(), Scalar::Text(value.to_owned())));
        }
    }
    let made = state
        .ask(move |app| match app.case_from_mail(&actor, id, patch) {
            Ok(case) => Ok(Some(case.id)),
            Err(CaseFromMailError::Tray(TrayError::Assigned(_))) => Ok(None),
            Err(error) => Err(Refusal::from(error)),
        })
        .await;
    match made {
        Ok(Some(case_id)) => Ok(elsewhere(&format!("{}?hecho=caso_del_correo", followup_href(case_id.0)))),
        Ok(None) => assigned_meanwhile(&state, &visitor, id, &query).await,
        Err(refusal) => {
            let new_case = Fields::typed("caso", NEW_CASE, &form).refused(refusal)?;
            with_forms(&state, &visitor, id, Forms { new_case, ..Forms::default() }, &query).await
        }
    }
}

/// It is set aside.
pub(crate) async fn discard(Asked { state, visitor, request, form, query }: Asked) -> Result<HttpResponse, Problem> {
    let (id, actor) = (mail_id(&request)?, visitor.actor());
    let set_aside = match form.within("motivo", LONGEST_TEXT).map(str::to_owned) {
        Ok(reason) => state.ask(move |app| Ok::<_, Refusal>(taken(app.discard_mail(&actor, id, &reason))?)).await,
        Err(refusal) => Err(refusal),
    };
    match set_aside {
        Ok(Some(_)) => Ok(elsewhere("/bandejas/sin-asignar?hecho=descartado")),
        Ok(None) => assigned_meanwhile(&state, &visitor, id, &query).await,
        Err(refusal) => {
            let discard = Fields::typed("descartar", DISCARD, &form).refused(refusal)?;
            with_forms(&state, &visitor, id, Forms { discard, ..Forms::default() }, &query).await
        }
    }
}

/// None where a case has it.
fn taken<T>(done: Result<T, TrayError>) -> Result<Option<T>, TrayError> {
    match done {
        Err(TrayError::Assigned(_)) => Ok(None),
        done => done.map(Some),
    }
}

/// The tray, and above it who was quicker, with the way to where the mail is now.
///
/// # Errors
/// The store's.
pub(super) async fn assigned_meanwhile(state: &WebState, visitor: &Visitor, id: MessageId, query: &Query) -> Result<HttpResponse, Problem> {
    let (reader, part) = (visitor.username.clone(), Part::default());
    let (taken, found) = state.ask(move |app| Ok::<_, Refusal>((app.assigned_mail(id)?, find(app, &reader, part)?))).await?;
    let taken = taken.ok_or(Refusal::NotFound(texts::MESSAGE_NOT_FOUND))?;
    let not_done = told(&taken, id, &visitor.username);
    Ok(shown(state, visitor, (part, found), (StatusCode::CONFLICT, Some(not_done)), query))
}

fn told(taken: &AssignedMail, id: MessageId, visitor: &str) -> NotDone {
    let case = taken.numero.clone().unwrap_or_else(|| taken.case_id.to_string());
    let text = match &taken.by {
        Some((actor, _)) if people::actor(actor) == visitor => format!("Usted ya lo asignó al caso {case}."),
        Some((actor, _)) => format!("{} ya lo asignó al caso {case}.", people::actor(actor)),
        None => format!("El correo ya es del caso {case}."),
    };
    let href = message_href(taken.case_id, id, None);
    NotDone::because(text).with_link(href, "Verlo en la conversación del caso")
}
