//! The tab of the guide: what is missing, what was said, what comes next.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use followup_access::Permission;
use followup_answers::Refusal;
use followup_app::{App, FollowupSummary, ThreadPage};
use followup_domain::asking::plan::{PlanStatus, PlanTemplate};
use followup_domain::asking::standing::AT_RISK;
use followup_domain::case::deadlines::CaseClock;
use followup_domain::contact::Channels;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::ports::Badge;
use followup_words::{reasons, states};
use serde::Serialize;

use super::head::CaseHead;
use super::links::Here;
use super::missing::{MissingGroup, groups};
use super::plan::{self, PlanView};
use super::thread::{MessageRow, row};
use crate::asked::Asked;
use crate::door::Visitor;
use crate::problem::Problem;
use crate::render::{Section, Shell};
use crate::show::path;
use crate::show::when::{Reading, When};

/// Messages of a page; older ones are a link away.
const PAGE: usize = 30;
/// Lines of an index.
const INDEX: usize = 500;

#[derive(Serialize)]
struct FollowupPage {
    case: CaseHead,
    missing: Vec<MissingGroup>,
    missing_count: usize,
    thread: Vec<MessageRow>,
    /// Only the first line of each message.
    is_index: bool,
    /// Before which message the older ones begin.
    earlier: Option<i64>,
    /// It shows older messages than the newest.
    is_older: bool,
    plan: PlanView,
    clock: ClockView,
    channels: ChannelsView,
    /// How many values that answers say wait for a decision.
    to_review: i64,
    proposals: Vec<String>,
    reschedule: Option<RescheduleView>,
    closing_proposed: bool,
    closure: Option<ClosureView>,
    unread: i64,
    unattended: i64,
    /// The last message that one has seen on this page.
    last: Option<i64>,
    may: May,
}

/// What whoever looks may do.
#[derive(Serialize)]
pub(crate) struct May {
    pub(crate) edit: bool,
    pub(crate) send: bool,
    pub(crate) decide: bool,
    pub(crate) sort: bool,
    pub(crate) originals: bool,
    pub(crate) audit: bool,
}

impl May {
    pub(crate) fn of(visitor: &Visitor) -> Self {
        Self {
            edit: visitor.may(Permission::EditCases),
            send: visitor.may(Permission::SendLetters),
            decide: visitor.may(Permission::Decide),
            sort: visitor.may(Permission::SortMail),
            originals: visitor.may(Permission::OpenOriginals),
            audit: visitor.may(Permission::ReadAudit),
        }
    }
}

#[derive(Serialize)]
struct ClockView {
    days_since_receipt: i64,
    days_since_last_request: Option<i64>,
    days_since_last_unanswered_reply: Option<i64>,
    reports: Vec<ReportView>,
}

#[derive(Serialize)]
struct ReportView {
    authority: String,
    role: String,
    due_on: String,
    days_left: i64,
    tone: &'static str,
    to_be_verified: bool,
}

#[derive(Serialize)]
struct ChannelsView {
    email: Option<String>,
    phone: Option<String>,
    whatsapp: Option<String>,
    is_unreadable: bool,
}

#[derive(Serialize)]
struct RescheduleView {
    attempt: i64,
    due: When,
    due_input: String,
    returns_on: String,
}

#[derive(Serialize)]
struct ClosureView {
    reason: &'static str,
    notes: String,
    at: When,
}

/// What the page asks the store.
struct Found {
    summary: FollowupSummary,
    thread: ThreadPage,
    /// It is not the newest part.
    is_older: bool,
    templates: Vec<PlanTemplate>,
    to_review: i64,
    badge: Badge,
}

/// The page.
pub(crate) async fn page(Asked { state, visitor, request, query, .. }: Asked) -> Result<HttpResponse, Problem> {
    let id = path::case_id(&request)?;
    let number = |name| query.get(name).and_then(|text| text.parse().ok()).map(MessageId);
    let part =
        Part { before: number("antes"), wanted: number("mensaje"), limit: if query.get("vista") == Some("indice") { INDEX } else { PAGE } };
    let is_index = query.get("vista") == Some("indice");
    let reader = visitor.username.clone();
    let found = state.ask(move |app| find(app, id, &reader, part)).await?;
    let reading = state.reading();
    let head = CaseHead::of(&found.summary.case);
    let shell = Shell::new(&state, &visitor, &format!("{} · Seguimiento", head.number), Section::Cases, &found.badge);
    let shell = shell.with_notice(query.notice());
    let body = view(found, head, is_index, May::of(&visitor), reading);
    Ok(state.templates.answer(StatusCode::OK, "followup.html", &shell, &body))
}

/// Which part of the thread.
struct Part {
    /// Before this message.
    before: Option<MessageId>,
    /// With this one, on whatever part it stands.
    wanted: Option<MessageId>,
    limit: usize,
}

fn find(app: &App, id: CaseId, reader: &str, part: Part) -> Result<Found, Refusal> {
    let mut thread = app.thread_page(id, part.before, part.limit)?;
    let mut is_older = part.before.is_some();
    if let Some(wanted) = part.wanted.filter(|wanted| !is_older && !thread.messages.iter().any(|shown| shown.message.id == *wanted)) {
        let older = app.thread_page(id, Some(MessageId(wanted.0.saturating_add(1))), part.limit)?;
        if !older.messages.is_empty() {
            (thread, is_older) = (older, true);
        }
    }
    let summary = app.followup_summary(id, reader)?;
    let is_planned = summary.plan.as_ref().is_some_and(|plan| plan.status == PlanStatus::Active);
    let templates = if is_planned { Vec::new() } else { app.templates(false)? };
    let to_review = app.count_proposals(&[id])?.get(&id).copied().unwrap_or_default();
    Ok(Found { summary, thread, is_older, templates, to_review, badge: app.badge(reader)? })
}

fn view(found: Found, case: CaseHead, is_index: bool, may: May, reading: Reading) -> FollowupPage {
    let Found { summary, thread, is_older, templates, to_review, .. } = found;
    let earlier = thread.messages.first().map(|first| first.message.id.0).filter(|_| thread.has_earlier);
    let last = thread.messages.last().map(|last| last.message.id.0);
    let here =
        Here { case_id: summary.case.id, shown: thread.messages.iter().map(|shown| shown.message.id).filter(|_| !is_index).collect() };
    let mut rows: Vec<MessageRow> = thread.messages.into_iter().map(|message| row(message, &here, reading)).collect();
    rows.reverse();
    FollowupPage {
        missing: groups(&summary, &here, reading),
        missing_count: summary.missing.len(),
        plan: plan::view(&summary, templates, &here, reading),
        clock: clock(&summary.clock),
        channels: channels(&summary.channels),
        to_review,
        proposals: proposals(&summary),
        reschedule: summary.reschedule_offer.as_ref().map(|offer| RescheduleView {
            attempt: offer.attempt_id.0,
            due: reading.when(offer.due_at),
            due_input: reading.input(offer.due_at),
            returns_on: Reading::day(offer.returns_on),
        }),
        closing_proposed: summary.closing_proposed,
        closure: summary.case.closure.as_ref().map(|closure| ClosureView {
            reason: states::closure(closure.reason),
            notes: closure.notes.clone(),
            at: reading.when(closure.at),
        }),
        unread: summary.unread,
        unattended: summary.unattended,
        case,
        thread: rows,
        is_index,
        earlier,
        is_older,
        last,
        may,
    }
}

fn clock(clock: &CaseClock) -> ClockView {
    let report = |report: &followup_domain::case::deadlines::DueReport| ReportView {
        authority: report.deadline.rule.authority.clone(),
        role: report.deadline.rule.role.clone(),
        due_on: Reading::day(report.due_on),
        days_left: report.days_left,
        tone: match report.days_left {
            ..0 => "bad",
            left if left <= AT_RISK.num_days() => "warn",
            _ => "",
        },
        to_be_verified: !report.deadline.rule.verified,
    };
    ClockView {
        days_since_receipt: clock.days_since_receipt,
        days_since_last_request: clock.days_since_last_request,
        days_since_last_unanswered_reply: clock.days_since_last_unanswered_reply,
        reports: clock.reports.iter().map(report).collect(),
    }
}

fn channels(channels: &Channels) -> ChannelsView {
    ChannelsView {
        email: channels.email.as_ref().map(ToString::to_string),
        phone: channels.phone.as_ref().map(|phone| phone.as_e164().to_owned()),
        whatsapp: channels.whatsapp.as_ref().map(|phone| phone.as_e164().to_owned()),
        is_unreadable: !channels.unreadable.is_empty(),
    }
}

/// What is offered for a person to decide, each a sentence.
fn proposals(summary: &FollowupSummary) -> Vec<String> {
    let contact = summary.proposed_contact.as_ref().map(|proposed| {
        let to = proposed.to.as_deref().map(|to| format!(" ({to})")).unwrap_or_default();
        format!("{}. Pruebe por otro medio: {}{to}.", reasons::shown(&proposed.reason), states::channel(proposed.channel))
    });
    let block = summary.block_proposed.as_ref().map(|address| {
        format!("Desde {address} se quejaron de nuestros correos. Si así lo pide el reportante, añada la dirección a «No contactar».")
    });
    contact.into_iter().chain(block).collect()
}
