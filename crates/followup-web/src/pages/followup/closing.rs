//! Closing and reopening a follow-up.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use followup_answers::Refusal;
use followup_app::{App, CloseError, CloseRequest, FollowupSummary};
use followup_domain::case::ClosureReason;
use followup_domain::ids::CaseId;
use followup_domain::ports::Badge;
use followup_words::{answers as texts, states};
use serde::Serialize;

use super::head::CaseHead;
use crate::asked::Asked;
use crate::door::Visitor;
use crate::problem::Problem;
use crate::render::{Section, Shell, elsewhere};
use crate::show::brief::followup_href;
use crate::show::mistakes::{Mistake, mistakes};
use crate::show::path;
use crate::state::WebState;

#[derive(Serialize)]
struct ClosePage {
    case: CaseHead,
    reasons: Vec<(&'static str, &'static str)>,
    reason: String,
    notes: String,
    override_reason: String,
    /// What is missing and not documented.
    missing: Vec<&'static str>,
    unattended: i64,
    /// The checks that did not hold when it was tried.
    unmet: Vec<String>,
    mistakes: Vec<Mistake>,
}

/// What somebody typed.
#[derive(Default)]
struct Typed {
    reason: String,
    notes: String,
    override_reason: String,
}

/// The form.
pub(crate) async fn form(state: web::Data<WebState>, visitor: Visitor, request: HttpRequest) -> Result<HttpResponse, Problem> {
    shown(&state, &visitor, path::case_id(&request)?, Typed::default(), (Vec::new(), Vec::new())).await
}

/// Closes it.
pub(crate) async fn close(Asked { state, visitor, request, form, .. }: Asked) -> Result<HttpResponse, Problem> {
    let id = path::case_id(&request)?;
    let typed = Typed {
        reason: form.text("motivo").to_owned(),
        notes: form.verbatim("notas").to_owned(),
        override_reason: form.text("a_pesar").to_owned(),
    };
    let Some(reason) = ClosureReason::parse(&typed.reason) else {
        let mistake = Mistake::new("motivo", "Motivo del cierre", "Elija por qué se cierra");
        return shown(&state, &visitor, id, typed, (Vec::new(), vec![mistake])).await;
    };
    let closing = CloseRequest { reason, notes: typed.notes.clone(), override_reason: form.given("a_pesar").map(str::to_owned) };
    let actor = visitor.actor();
    match state.ask(move |app| app.close_followup(&actor, id, &closing).map(drop)).await {
        Ok(()) => Ok(elsewhere(&format!("{}?hecho=cerrado", followup_href(id.0)))),
        Err(Refusal::Invalid(errors)) => {
            let fields = [("override_reason", "a_pesar", "Por qué se cierra a pesar de ello"), ("notes", "notas", "Resultado")];
            shown(&state, &visitor, id, typed, (Vec::new(), mistakes(&errors, &fields))).await
        }
        Err(Refusal::Unmet(checks)) => shown(&state, &visitor, id, typed, (checks, Vec::new())).await,
        Err(refusal) => Err(refusal.into()),
    }
}

/// Opens it again.
pub(crate) async fn reopen(Asked { state, visitor, request, form, .. }: Asked) -> Result<HttpResponse, Problem> {
    let id = path::case_id(&request)?;
    let reason = form.given("motivo").ok_or_else(|| Refusal::field("motivo", texts::REQUIRED))?.to_owned();
    let actor = visitor.actor();
    let reopened = move |app: &App| match app.reopen_followup(&actor, id, &reason) {
        Err(CloseError::Already) => Err(Refusal::Conflict(texts::FOLLOWUP_OPEN.into())),
        other => other.map(drop).map_err(Refusal::from),
    };
    state.ask(reopened).await?;
    Ok(elsewhere(&format!("{}?hecho=reabierto", followup_href(id.0))))
}

async fn shown(
    state: &WebState,
    visitor: &Visitor,
    id: CaseId,
    typed: Typed,
    (unmet, mistakes): (Vec<String>, Vec<Mistake>),
) -> Result<HttpResponse, Problem> {
    let reader = visitor.username.clone();
    let find = move |app: &App| Ok::<(FollowupSummary, Badge), Refusal>((app.followup_summary(id, &reader)?, app.badge(&reader)?));
    let (summary, badge) = state.ask(find).await?;
    let head = CaseHead::of(&summary.case);
    let shell = Shell::new(state, visitor, &format!("{} · Cerrar", head.number), Section::Cases, &badge);
    let is_documented =
        |missing: &&followup_app::MissingWithState| summary.documented.iter().any(|field| field.item.path == missing.item.path);
    let page = ClosePage {
        reasons: ClosureReason::ALL.iter().map(|reason| (reason.as_str(), states::closure(*reason))).collect(),
        missing: summary.missing.iter().filter(|missing| !is_documented(missing)).map(|missing| missing.item.spec.label).collect(),
        unattended: summary.unattended,
        case: head,
        reason: typed.reason,
        notes: typed.notes,
        override_reason: typed.override_reason,
        unmet,
        mistakes,
    };
    let status = match (page.unmet.is_empty(), page.mistakes.is_empty()) {
        (true, true) => StatusCode::OK,
        (false, _) => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(state.templates.answer(status, "followup_close.html", &shell, &page))
}
