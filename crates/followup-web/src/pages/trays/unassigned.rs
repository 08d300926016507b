//! Mail that belongs to no case: the oldest first, with what it may belong to and why.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use followup_access::Permission;
use followup_answers::Refusal;
use followup_app::{App, UnassignedMail};
use followup_domain::ids::CaseId;
use followup_domain::mail::mailbox_health::MailboxHealth;
use followup_domain::mail::suggestion::Suggestion;
use followup_domain::message::Confidence;
use followup_domain::ports::{Badge, CaseBrief, Discard, LanePlace, TrayState};
use followup_words::{matching, notices, people};
use serde::Serialize;

use super::{NotDone, boxes, reading, shell};
use crate::door::Visitor;
use crate::problem::Problem;
use crate::query::Query;
use crate::show::brief::BriefView;
use crate::show::excerpt::excerpt;
use crate::show::mailboxes::MailboxView;
use crate::show::place::{cursor, place};
use crate::show::when::{Reading, When};
use crate::state::WebState;

/// A page of the tray.
const PAGE: i64 = 15;
/// So much of a text is shown, in characters.
const SHOWN: usize = 500;

#[derive(Serialize)]
struct UnassignedPage {
    mails: Vec<MailRow>,
    count: i64,
    /// What was set aside is shown.
    is_discarded: bool,
    next: Option<String>,
    not_done: Option<NotDone>,
    /// The case that has what was just assigned.
    done_case: Option<i64>,
    mailboxes: Vec<MailboxView>,
    may_decide: bool,
}

/// A mail in the tray.
#[derive(Serialize)]
struct MailRow {
    head: MailHead,
    text: String,
    has_more: bool,
    attachments: usize,
    suggestions: Vec<SuggestionView>,
}

/// What is known of a mail, wherever it is shown.
#[derive(Serialize)]
pub(super) struct MailHead {
    pub(super) id: i64,
    pub(super) subject: Option<String>,
    pub(super) from: Option<String>,
    pub(super) channel: &'static str,
    pub(super) arrived: When,
    /// The day on which the clock starts, should it tell of an adverse event.
    pub(super) day_zero: String,
    pub(super) days: i64,
    pub(super) may_be_new_case: bool,
    /// What an automatic mail is called.
    pub(super) label: Option<String>,
    /// What to know of it before it is trusted.
    pub(super) flags: Vec<&'static str>,
    pub(super) discard: Option<DiscardView>,
}

/// Who set a mail aside.
#[derive(Serialize)]
pub(super) struct DiscardView {
    actor: String,
    reason: String,
    at: When,
}

/// A case to which a mail may belong.
#[derive(Serialize)]
pub(super) struct SuggestionView {
    case: BriefView,
    reason: String,
    confidence: &'static str,
}

/// What the page asks the store.
pub(super) struct Found {
    badge: Badge,
    mails: Vec<UnassignedMail>,
    next: Option<LanePlace>,
    briefs: HashMap<CaseId, CaseBrief>,
    mailboxes: Vec<MailboxHealth>,
}

/// Which part of the tray.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Part {
    state: TrayState,
    after: Option<LanePlace>,
}

impl Part {
    fn of(query: &Query) -> Self {
        let state = if query.get("parte") == Some("descartados") { TrayState::Discarded } else { TrayState::Open };
        Self { state, after: query.get("desde").and_then(place) }
    }
}

/// The tray.
pub(crate) async fn page(state: web::Data<WebState>, visitor: Visitor, query: Query) -> Result<HttpResponse, Problem> {
    let part = Part::of(&query);
    let reader = visitor.username.clone();
    let found = state.ask(move |app| find(app, &reader, part)).await?;
    Ok(shown(&state, &visitor, (part, found), (StatusCode::OK, None), &query))
}

/// What a part of the tray holds.
pub(super) fn find(app: &App, reader: &str, part: Part) -> Result<Found, Refusal> {
    let (mails, next) = app.unassigned_in_order(part.state, part.after, PAGE)?;
    let briefs = briefs(app, mails.iter().flat_map(|mail| &mail.suggestions))?;
    Ok(Found { badge: app.badge(reader)?, mails, next, briefs, mailboxes: app.mailbox_health()? })
}

/// The tray as a page.
pub(super) fn shown(
    state: &WebState,
    visitor: &Visitor,
    (part, found): (Part, Found),
    (status, not_done): (StatusCode, Option<NotDone>),
    query: &Query,
) -> HttpResponse {
    let reading = reading(state);
    let is_discarded = part.state == TrayState::Discarded;
    let parameter = if is_discarded { "parte=descartados&" } else { "" };
    let body = UnassignedPage {
        count: found.badge.unassigned,
        next: found.next.map(|place| format!("/bandejas/sin-asignar?{parameter}desde={}", cursor(place))),
        mails: found.mails.into_iter().map(|mail| row(mail, &found.briefs, reading)).collect(),
        is_discarded,
        not_done,
        done_case: query.get("caso").and_then(|id| id.parse().ok()),
        mailboxes: boxes(found.mailboxes, reading),
        may_decide: visitor.may(Permission::Decide),
    };
    let shell = shell(state, visitor, "Correos sin asignar", &found.badge, query);
    state.templates.answer(status, "tray_unassigned.html", &shell, &body)
}

fn row(mail: UnassignedMail, briefs: &HashMap<CaseId, CaseBrief>, reading: Reading) -> MailRow {
    let (text, has_more) = excerpt(&mail.view.message.content.body, SHOWN);
    MailRow {
        text,
        has_more: has_more || mail.view.is_cut || mail.view.message.content.body_quoted.is_some(),
        attachments: mail.view.message.attachments.len(),
        suggestions: suggestions(&mail.suggestions, briefs),
        head: head(&mail, reading),
    }
}

/// The cases that are suggested, as lists show them.
pub(super) fn briefs<'a>(app: &App, suggestions: impl Iterator<Item = &'a Suggestion>) -> Result<HashMap<CaseId, CaseBrief>, Refusal> {
    let mut ids: Vec<CaseId> = suggestions.map(|suggestion| suggestion.case_id).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(app.case_briefs(&ids)?.into_iter().map(|brief| (brief.case_id, brief)).collect())
}

/// The suggestions, with their cases.
pub(super) fn suggestions(suggestions: &[Suggestion], briefs: &HashMap<CaseId, CaseBrief>) -> Vec<SuggestionView> {
    let view = |suggestion: &Suggestion| {
        Some(SuggestionView {
            case: briefs.get(&suggestion.case_id)?.clone().into(),
            reason: suggestion.reason.clone(),
            confidence: match suggestion.confidence {
                Confidence::High => "muy probable",
                Confidence::Medium => "probable",
                Confidence::Low => "una conjetura",
            },
        })
    };
    suggestions.iter().filter_map(view).collect()
}

/// What is known of a mail.
pub(super) fn head(mail: &UnassignedMail, reading: Reading) -> MailHead {
    let message = &mail.view.message;
    MailHead {
        id: message.id.0,
        subject: message.content.subject.clone().filter(|subject| !subject.trim().is_empty()),
        from: message.content.from.clone(),
        channel: followup_words::states::channel(message.channel),
        arrived: reading.when(message.created_at),
        day_zero: mail.day_zero.format("%d/%m/%Y").to_string(),
        days: mail.days,
        may_be_new_case: mail.may_be_new_case,
        label: notices::label(message, mail.view.notice.as_ref()),
        flags: mail.view.flags.iter().map(|flag| matching::flag(*flag)).collect(),
        discard: mail.discard.as_ref().map(|discard| DiscardView::of(discard, reading)),
    }
}

impl DiscardView {
    /// Who set a mail aside, as it is shown.
    pub(super) fn of(discard: &Discard, reading: Reading) -> Self {
        Self { actor: people::actor(&discard.actor), reason: discard.reason.clone(), at: reading.when(discard.at) }
    }
}
