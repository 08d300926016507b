//! A mail that belongs to no case, whole, and everything that can be done with it.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use followup_access::Permission;
use followup_answers::Refusal;
use followup_app::{App, TrayError, UnassignedMail};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::ports::{Badge, CaseBrief, CaseQuery, PageRequest};
use followup_words::answers as texts;
use followup_words::files;
use serde::Serialize;

use super::decide::assigned_meanwhile;
use super::unassigned::{MailHead, SuggestionView, briefs, head, suggestions};
use super::{reading, shell};
use crate::asked::Asked;
use crate::door::Visitor;
use crate::problem::Problem;
use crate::query::Query;
use crate::show::brief::BriefView;
use crate::show::excerpt::size;
use crate::show::fields::{Fields, Spec};
use crate::show::ids;
use crate::state::WebState;

/// So many cases a search gives.
const MOST_FOUND: i64 = 10;

/// The fields of a new case; the rest is taken from the mail.
pub(super) const NEW_CASE: &[Spec] = &[
    ("numero", "numero", "Número del caso en la unidad"),
    ("paciente", "paciente_iniciales", "Iniciales del paciente"),
    ("producto", "producto_sospechoso", "Producto sospechoso"),
    ("gravedad", "gravedad", "Gravedad"),
    ("reportante", "reportante_nombre", "Nombre del reportante"),
    ("correo", "reportante_email", "Correo del reportante"),
];
/// Why a mail is set aside.
pub(super) const DISCARD: &[Spec] = &[("motivo", "reason", "Motivo")];

#[derive(Serialize)]
struct MailPage {
    mail: MailHead,
    to: Option<String>,
    text: String,
    quoted: Option<String>,
    attachments: Vec<AttachmentView>,
    has_html: bool,
    has_original: bool,
    suggestions: Vec<SuggestionView>,
    /// What was looked for, and the cases that were found.
    wanted: String,
    cases: Option<Vec<BriefView>>,
    new_case: Fields,
    discard: Fields,
    may_decide: bool,
    may_open: bool,
}

#[derive(Serialize)]
struct AttachmentView {
    n: usize,
    name: Option<String>,
    size: String,
    /// What to do where it cannot be opened.
    note: Option<&'static str>,
    is_here: bool,
}

/// The forms of the page, as they were filled in.
pub(super) struct Forms {
    pub(super) new_case: Fields,
    pub(super) discard: Fields,
}

impl Default for Forms {
    fn default() -> Self {
        Self { new_case: Fields::empty("caso", NEW_CASE), discard: Fields::empty("descartar", DISCARD) }
    }
}

/// What the page asks the store.
struct Found {
    badge: Badge,
    mail: UnassignedMail,
    suggested: HashMap<CaseId, CaseBrief>,
    cases: Option<Vec<CaseBrief>>,
}

/// The mail.
pub(crate) async fn page(Asked { state, visitor, request, query, .. }: Asked) -> Result<HttpResponse, Problem> {
    let id = mail_id(&request)?;
    with_forms(&state, &visitor, id, Forms::default(), &query).await
}

/// The mail of an address.
///
/// # Errors
/// It is no number.
pub(super) fn mail_id(request: &HttpRequest) -> Result<MessageId, Refusal> {
    ids::id(request).map(MessageId).ok_or(Refusal::NotFound(texts::MESSAGE_NOT_FOUND))
}

/// The page with forms as they were filled in; refused where something is wrong with them.
///
/// # Errors
/// There is no such mail, or the store failed.
pub(super) async fn with_forms(
    state: &WebState,
    visitor: &Visitor,
    id: MessageId,
    forms: Forms,
    query: &Query,
) -> Result<HttpResponse, Problem> {
    let reader = visitor.username.clone();
    let wanted = query.get("buscar").unwrap_or_default().to_owned();
    let looked_for = wanted.clone();
    let Some(found) = state.ask(move |app| find(app, &reader, id, &looked_for)).await? else {
        return assigned_meanwhile(state, visitor, id, query).await;
    };
    let is_wrong = forms.new_case.are_wrong() || forms.discard.are_wrong();
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let Found { badge, mail, suggested, cases } = found;
    let reading = reading(state);
    let content = &mail.view.message.content;
    let body = MailPage {
        mail: head(&mail, reading),
        to: content.to.clone(),
        text: content.body.clone(),
        quoted: content.body_quoted.clone().filter(|quoted| !quoted.trim().is_empty()),
        attachments: attachments(&mail),
        has_html: mail.view.message.has_html,
        has_original: mail.view.message.raw_id.is_some(),
        suggestions: suggestions(&mail.suggestions, &suggested),
        wanted,
        cases: cases.map(|cases| cases.into_iter().map(BriefView::from).collect()),
        new_case: forms.new_case,
        discard: forms.discard,
        may_decide: visitor.may(Permission::Decide),
        may_open: visitor.may(Permission::OpenOriginals),
    };
    let shell = shell(state, visitor, "Correo sin asignar", &badge, query);
    Ok(state.templates.answer(status, "tray_mail.html", &shell, &body))
}

/// None where a case has the mail.
fn find(app: &App, reader: &str, id: MessageId, wanted: &str) -> Result<Option<Found>, Refusal> {
    let mail = match app.unassigned_mail(id) {
        Err(TrayError::Assigned(_)) => return Ok(None),
        mail => mail?,
    };
    let suggested = briefs(app, mail.suggestions.iter())?;
    let cases = if wanted.is_empty() { None } else { Some(search(app, wanted)?) };
    Ok(Some(Found { badge: app.badge(reader)?, mail, suggested, cases }))
}

/// The case of this number of ours, and those in which every word stands.
fn search(app: &App, wanted: &str) -> Result<Vec<CaseBrief>, Refusal> {
    let mut ids: Vec<CaseId> = wanted.trim_start_matches('#').parse().ok().map(CaseId).into_iter().collect();
    let query = CaseQuery { text: Some(wanted.to_owned()), ..CaseQuery::default() };
    let found = app.cases(&query, PageRequest { offset: 0, limit: MOST_FOUND })?;
    for listed in found.items {
        if !ids.contains(&listed.case.id) {
            ids.push(listed.case.id);
        }
    }
    let mut briefs = app.case_briefs(&ids)?;
    briefs.sort_by_key(|brief| ids.iter().position(|id| *id == brief.case_id));
    Ok(briefs)
}

fn attachments(mail: &UnassignedMail) -> Vec<AttachmentView> {
    let described = mail.view.message.attachments.iter().enumerate();
    described
        .map(|(n, attachment)| AttachmentView {
            n,
            name: attachment.name.clone(),
            size: size(attachment.size),
            note: attachment.absent.map(files::absent).or(attachment.is_unreadable().then_some(texts::UNREADABLE_ATTACHMENT)),
            is_here: attachment.absent.is_none(),
        })
        .collect()
}
