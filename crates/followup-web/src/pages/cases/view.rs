//! One case: what is known of it, what contradicts itself, and what is missing.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use followup_access::Permission;
use followup_answers::Refusal;
use followup_app::{App, CaseWarning, FollowupSummary};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::MessageKind;
use followup_domain::ports::Badge;
use followup_words::{people, warnings};
use serde::Serialize;

use super::form::layout::{anchor, label};
use super::rows::{PartView, Source, UnknownView, anchors};
use super::{case_href, case_id};
use crate::door::Visitor;
use crate::pages::followup::head::CaseHead;
use crate::pages::followup::page::May;
use crate::problem::Problem;
use crate::query::Query;
use crate::render::{Section, Shell};
use crate::show::mistakes::Mistake;
use crate::show::when::{Reading, When};
use crate::state::WebState;

#[derive(Serialize)]
struct CasePage {
    case: CaseHead,
    may: May,
    href: String,
    ask: Option<String>,
    edit: Option<String>,
    version: i64,
    registered: When,
    changed: When,
    missing: usize,
    reports: Vec<ReportView>,
    warnings: Vec<WarningView>,
    parts: Vec<PartView>,
    unknown: Vec<UnknownView>,
    may_decide: bool,
    refused: Option<Refused>,
    mistakes: Vec<Mistake>,
}

#[derive(Serialize)]
struct ReportView {
    authority: String,
    role: String,
    due_on: String,
    days_left: i64,
    verified: bool,
}

#[derive(Serialize)]
struct WarningView {
    id: String,
    anchor: String,
    text: &'static str,
    fields: Vec<FieldLink>,
    aside: Option<AsideView>,
}

#[derive(Serialize)]
struct FieldLink {
    label: String,
    anchor: Option<String>,
}

#[derive(Serialize)]
struct AsideView {
    reason: String,
    by: String,
    at: When,
}

/// A decision that was refused, as it was typed.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Refused {
    /// The path of the field, or the id of the warning.
    pub(super) target: String,
    pub(super) state: String,
    pub(super) reason: String,
    pub(super) message: String,
}

/// What the page asks the store.
pub(super) struct Found {
    badge: Badge,
    summary: FollowupSummary,
    warnings: Vec<CaseWarning>,
    kinds: BTreeMap<MessageId, MessageKind>,
}

/// The page.
pub(crate) async fn page(
    state: web::Data<WebState>,
    visitor: Visitor,
    path: web::Path<String>,
    query: Query,
) -> Result<HttpResponse, Problem> {
    let id = case_id(&path)?;
    let reader = visitor.username.clone();
    let found = state.ask(move |app| find(app, id, &reader)).await?;
    Ok(show(&state, &visitor, found, None, query.notice()))
}

/// What is known of a case.
pub(super) fn find(app: &App, id: CaseId, reader: &str) -> Result<Found, Refusal> {
    let summary = app.followup_summary(id, reader)?;
    let is_answered = summary.answered.iter().any(|field| field.answered_by.is_some());
    let kinds = if is_answered { app.message_kinds(id)? } else { BTreeMap::new() };
    let warnings = app.view(summary.case.clone()).warnings;
    Ok(Found { badge: app.badge(reader)?, summary, warnings, kinds })
}

/// Shows a case; `refused`: with what somebody decided and could not.
pub(super) fn show(state: &WebState, visitor: &Visitor, found: Found, refused: Option<Refused>, notice: Option<&str>) -> HttpResponse {
    let Found { badge, summary, warnings, kinds } = found;
    let reading = state.reading();
    let case = &summary.case;
    let source = Source::new(&summary, &kinds, reading);
    let parts = source.parts();
    let warnings = warning_views(warnings, &parts, reading);
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let body = CasePage {
        case: CaseHead::of(case),
        may: May::of(visitor),
        href: case_href(case.id),
        ask: visitor.may(Permission::SendLetters).then(|| format!("{}/pedir", case_href(case.id))),
        edit: visitor.may(Permission::EditCases).then(|| format!("{}/editar", case_href(case.id))),
        version: case.version,
        registered: reading.when(case.created_at),
        changed: reading.when(case.updated_at),
        missing: source.open(),
        reports: summary
            .clock
            .reports
            .iter()
            .map(|report| ReportView {
                authority: report.deadline.rule.authority.clone(),
                role: report.deadline.rule.role.clone(),
                due_on: report.due_on.to_string(),
                days_left: report.days_left,
                verified: report.deadline.rule.verified,
            })
            .collect(),
        mistakes: refused.iter().map(|refused| mistake(refused, &warnings, &parts)).collect(),
        unknown: source.unknown(),
        warnings,
        parts,
        may_decide: visitor.may(Permission::Decide),
        refused,
    };
    let shell = Shell::new(state, visitor, &body.case.number, Section::Cases, &badge).with_notice(notice);
    state.templates.answer(status, "case.html", &shell, &body)
}

/// What was refused, at its place on the page.
fn mistake(refused: &Refused, warnings: &[WarningView], parts: &[PartView]) -> Mistake {
    let place = anchor(&refused.target);
    let warning = warnings.iter().find(|warning| warning.id == refused.target);
    let is_shown = warning.is_some() || anchors(parts).contains(place.as_str());
    Mistake {
        anchor: is_shown.then(|| format!("{place}-motivo")),
        label: warning.map_or_else(|| label(&refused.target), |warning| warning.text.to_owned()),
        message: refused.message.clone(),
    }
}

/// The open ones first.
fn warning_views(found: Vec<CaseWarning>, parts: &[PartView], reading: Reading) -> Vec<WarningView> {
    let shown = anchors(parts);
    let link =
        |path: &String| FieldLink { label: label(path), anchor: Some(anchor(path)).filter(|anchor| shown.contains(anchor.as_str())) };
    let view = |CaseWarning { warning, set_aside }: CaseWarning| WarningView {
        anchor: anchor(&warning.id),
        text: warnings::text(warning.code),
        fields: warning.fields.iter().map(link).collect(),
        aside: set_aside.map(|aside| AsideView { reason: aside.reason, by: people::actor(&aside.actor), at: reading.when(aside.at) }),
        id: warning.id,
    };
    let (open, aside): (Vec<_>, Vec<_>) = found.into_iter().partition(|warning| warning.set_aside.is_none());
    open.into_iter().chain(aside).map(view).collect()
}
