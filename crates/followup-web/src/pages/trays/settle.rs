//! What somebody decides about a message that did not arrive, or of which nobody knows.

use actix_web::{HttpRequest, HttpResponse};
use followup_answers::Refusal;
use followup_app::App;
use followup_domain::asking::lanes::Lane;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::MessageStatus;
use followup_words::answers as texts;

use super::sends::{At, Typed, href_of, shown};
use super::{NotDone, said_above};
use crate::asked::Asked;
use crate::door::Visitor;
use crate::form::Form;
use crate::problem::Problem;
use crate::query::Query;
use crate::render::elsewhere;
use crate::show::brief::message_href;
use crate::show::fields::LONGEST_TEXT;
use crate::show::ids;
use crate::show::place::place;
use crate::state::WebState;

/// A message that failed is sent again.
pub(crate) async fn resend_failed(asked: Asked) -> Result<HttpResponse, Problem> {
    resend(asked, Lane::Failed).await
}

/// One of which nobody knows is sent again.
pub(crate) async fn resend_uncertain(asked: Asked) -> Result<HttpResponse, Problem> {
    resend(asked, Lane::Uncertain).await
}

/// Nothing more is to be done about a message that failed.
pub(crate) async fn settle_failed(Asked { state, visitor, request, form, query }: Asked) -> Result<HttpResponse, Problem> {
    let of = message(&request, &form, false)?;
    let (actor, reason) = (visitor.actor(), of.reason());
    let (case_id, id) = (of.case_id, of.id);
    let settle =
        move |app: &App| app.set_message_status(&actor, case_id, id, MessageStatus::Skipped, reason.as_deref()).map_err(Refusal::from);
    match state.ask(settle).await {
        Ok(_) => Ok(elsewhere("/bandejas/fallidos?hecho=resuelto")),
        Err(refusal) => refused((&state, &visitor, &query), Lane::Failed, of, refusal).await,
    }
}

/// Somebody found out whether a message was sent.
pub(crate) async fn settle_uncertain(Asked { state, visitor, request, form, query }: Asked) -> Result<HttpResponse, Problem> {
    let of = message(&request, &form, false)?;
    let was_sent = match form.text("salio") {
        "si" => true,
        "no" => false,
        _ => {
            let refusal = Refusal::BadRequest("Diga si el mensaje salió o no".into());
            return refused((&state, &visitor, &query), Lane::Uncertain, of, refusal).await;
        }
    };
    let (actor, reason) = (visitor.actor(), of.reason());
    let (case_id, id) = (of.case_id, of.id);
    match state.ask(move |app| app.resolve_message(&actor, case_id, id, was_sent, reason.as_deref())).await {
        Ok(_) => Ok(elsewhere("/bandejas/inciertos?hecho=resuelto")),
        Err(refusal) => refused((&state, &visitor, &query), Lane::Uncertain, of, refusal).await,
    }
}

async fn resend(Asked { state, visitor, request, form, query }: Asked, lane: Lane) -> Result<HttpResponse, Problem> {
    let of = message(&request, &form, true)?;
    let (actor, reason, overriding) = (visitor.actor(), of.reason(), given(&of.at.typed.overriding));
    let (case_id, id) = (of.case_id, of.id);
    match state.ask(move |app| app.resend_overriding(&actor, case_id, id, reason.as_deref(), overriding.as_deref())).await {
        Ok(_) => Ok(elsewhere(&format!("{}?hecho=reenviado", href_of(lane)))),
        Err(refusal) => refused((&state, &visitor, &query), lane, of, refusal).await,
    }
}

/// The message of a form, and what was typed of it.
struct Of {
    case_id: CaseId,
    id: MessageId,
    at: At,
}

impl Of {
    fn reason(&self) -> Option<String> {
        given(&self.at.typed.reason)
    }
}

fn message(request: &HttpRequest, form: &Form, is_resend: bool) -> Result<Of, Refusal> {
    let id = ids::id(request).map(MessageId).ok_or(Refusal::NotFound(texts::MESSAGE_NOT_FOUND))?;
    let (reason, overriding) = (form.within("motivo", LONGEST_TEXT)?.to_owned(), form.within("a_pesar", LONGEST_TEXT)?.to_owned());
    let typed = Typed { id: id.0, reason, overriding, is_resend };
    Ok(Of { case_id: CaseId(form.number("caso")?), id, at: At { after: place(form.text("desde")), typed } })
}

fn given(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// The tray again, with what was typed, and why nothing was done above it.
async fn refused(
    (state, visitor, query): (&WebState, &Visitor, &Query),
    lane: Lane,
    of: Of,
    refusal: Refusal,
) -> Result<HttpResponse, Problem> {
    let (status, text) = said_above(refusal)?;
    let href = message_href(of.case_id, of.id, None);
    let not_done = NotDone::because(text).with_link(href, "Ver el mensaje en la conversación del caso");
    shown(state, visitor, lane, of.at, (status, Some(not_done)), query).await
}
