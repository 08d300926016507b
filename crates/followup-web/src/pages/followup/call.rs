//! A telephone call, written down by whoever made it.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use followup_answers::Refusal;
use followup_app::{App, FollowupSummary};
use followup_domain::ids::CaseId;
use followup_domain::message::CallOutcome;
use followup_domain::ports::Badge;
use followup_words::answers as texts;
use serde::Serialize;

use super::head::CaseHead;
use super::thread::call_outcomes;
use crate::asked::Asked;
use crate::door::Visitor;
use crate::problem::Problem;
use crate::render::{Section, Shell, elsewhere};
use crate::show::brief::followup_href;
use crate::show::mistakes::{Mistake, mistakes};
use crate::show::path;
use crate::state::WebState;

#[derive(Serialize)]
struct CallPage {
    case: CaseHead,
    phone: Option<String>,
    /// What to ask for, in the words of a letter.
    questions: Vec<&'static str>,
    outcomes: Vec<(&'static str, &'static str)>,
    outcome: String,
    notes: String,
    at: String,
    mistakes: Vec<Mistake>,
}

/// The form.
pub(crate) async fn form(state: web::Data<WebState>, visitor: Visitor, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let id = path::case_id(&request)?;
    let now = state.reading().input(state.app.clock.now());
    let typed = Typed { outcome: String::new(), notes: String::new(), at: now };
    shown(&state, &visitor, id, typed, Vec::new()).await
}

/// Keeps the call; its answers are written down in the case itself, to which the page leads.
pub(crate) async fn log(Asked { state, visitor, request, form, .. }: Asked) -> Result<HttpResponse, Problem> {
    let id = path::case_id(&request)?;
    let reading = state.reading();
    let typed =
        Typed { outcome: form.text("resultado").to_owned(), notes: form.verbatim("notas").to_owned(), at: form.text("fecha").to_owned() };
    let outcome = CallOutcome::parse(&typed.outcome);
    let at = if typed.at.is_empty() { Ok(None) } else { reading.of_input(&typed.at).map(Some).ok_or("Se espera una fecha y una hora") };
    let mut wrong = Vec::new();
    if outcome.is_none() {
        wrong.push(Mistake::new("resultado", "Cómo terminó", "Elija cómo terminó la llamada"));
    }
    if typed.notes.trim().is_empty() {
        wrong.push(Mistake::new("notas", "Lo que se habló", texts::REQUIRED));
    }
    if let Err(why) = at {
        wrong.push(Mistake::new("fecha", "Cuándo", why));
    }
    let (Some(outcome), Ok(at), true) = (outcome, at, wrong.is_empty()) else {
        return shown(&state, &visitor, id, typed, wrong).await;
    };
    // The field tells minutes: a call of this very minute is not one of the future.
    let at = at.map(|at| at.min(reading.now));
    let (actor, notes) = (visitor.actor(), typed.notes.clone());
    match state.ask(move |app| app.log_call(&actor, id, outcome, &notes, at).map(drop)).await {
        Ok(()) if outcome == CallOutcome::Reached => Ok(elsewhere(&format!("/casos/{}/editar?hecho=llamada", id.0))),
        Ok(()) => Ok(elsewhere(&format!("{}?hecho=llamada", followup_href(id.0)))),
        Err(Refusal::Invalid(errors)) => {
            shown(&state, &visitor, id, typed, mistakes(&errors, &[("notes", "notas", "Lo que se habló"), ("at", "fecha", "Cuándo")])).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// What somebody typed.
struct Typed {
    outcome: String,
    notes: String,
    at: String,
}

async fn shown(state: &WebState, visitor: &Visitor, id: CaseId, typed: Typed, mistakes: Vec<Mistake>) -> Result<HttpResponse, Problem> {
    let reader = visitor.username.clone();
    let find = move |app: &App| Ok::<(FollowupSummary, Badge), Refusal>((app.followup_summary(id, &reader)?, app.badge(&reader)?));
    let (summary, badge) = state.ask(find).await?;
    let head = CaseHead::of(&summary.case);
    let shell = Shell::new(state, visitor, &format!("{} · Llamada", head.number), Section::Cases, &badge);
    let channels = &summary.channels;
    let page = CallPage {
        phone: channels.phone.as_ref().or(channels.whatsapp.as_ref()).map(|phone| phone.as_e164().to_owned()),
        questions: summary.missing.iter().map(|missing| missing.item.question).collect(),
        outcomes: call_outcomes(),
        outcome: typed.outcome,
        notes: typed.notes,
        at: typed.at,
        case: head,
        mistakes,
    };
    let status = if page.mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(state.templates.answer(status, "followup_call.html", &shell, &page))
}
