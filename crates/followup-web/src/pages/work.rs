//! Mi trabajo: what waits for whoever looks, lane by lane.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use chrono::Duration;
use followup_access::Permission;
use followup_answers::Refusal;
use followup_app::{AgendaItem, App, Worklist};
use followup_domain::asking::lanes::{Ask, Item, Lane};
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::ids::MessageId;
use followup_domain::ports::{AgendaQuery, CaseQuery, LaneItem, LanePlace, PageRequest};
use followup_words::worklist as words;
use serde::Serialize;

use crate::door::Visitor;
use crate::problem::Problem;
use crate::query::Query;
use crate::render::{Section, Shell};
use crate::show::brief::{BriefView, followup_href, message_href};
use crate::show::place::{cursor, place};
use crate::show::when::{Reading, When};
use crate::state::WebState;

/// So far ahead the next contact is looked for.
const AHEAD: Duration = Duration::days(3650);
/// A page of a lane.
const PAGE: i64 = 25;

/// The lanes of one's own work, in the order in which they are shown. What belongs to no case stands in the trays.
const MINE: &[Lane] = &[
    Lane::NewReplies,
    Lane::DeadlineAtRisk,
    Lane::Failed,
    Lane::Uncertain,
    Lane::CallsDue,
    Lane::Unconfirmed,
    Lane::ReadReplies,
    Lane::Stalled,
    Lane::Unreachable,
    Lane::Warnings,
    Lane::ToClose,
];

#[derive(Serialize)]
struct WorkPage {
    lanes: Vec<LaneTab>,
    /// The lane that is shown; none when nothing waits.
    lane: Option<LaneView>,
    /// When the next letter goes by itself.
    next: Option<NextContact>,
    /// No case was ever registered.
    is_new: bool,
    may_edit: bool,
}

#[derive(Serialize)]
struct LaneTab {
    code: &'static str,
    name: &'static str,
    count: i64,
    is_current: bool,
}

#[derive(Serialize)]
struct LaneView {
    name: &'static str,
    rows: Vec<RowView>,
    total: i64,
    next: Option<String>,
}

#[derive(Serialize)]
struct RowView {
    case: Option<BriefView>,
    ask: &'static str,
    since: When,
    due: Option<When>,
    /// Where what is asked is done, and the word on the button.
    href: String,
    action: &'static str,
}

#[derive(Serialize)]
struct NextContact {
    case: BriefView,
    at: When,
    /// A person makes it.
    is_call: bool,
}

/// What a page asks the store.
struct Found {
    list: Worklist,
    next: Option<AgendaItem>,
    is_new: bool,
}

/// The page.
pub(crate) async fn page(state: web::Data<WebState>, visitor: Visitor, query: Query) -> Result<HttpResponse, Problem> {
    // Support keeps the service running and sees no case.
    if !visitor.may(Permission::ReadCases) {
        return Ok(crate::render::elsewhere("/bandejas"));
    }
    let wanted = query.get("bandeja").and_then(Lane::parse).filter(|lane| MINE.contains(lane));
    let after = query.get("desde").and_then(place);
    let reader = visitor.username.clone();
    let found = state.ask(move |app| find(app, &reader, wanted, after)).await?;
    let reading = state.reading();
    let shell = Shell::new(&state, &visitor, "Mi trabajo", Section::Work, &found.list.counts).with_notice(query.notice());
    let lanes = MINE.iter().map(|lane| LaneTab {
        code: lane.as_str(),
        name: words::lane(*lane),
        count: found.list.counts.of(*lane),
        is_current: *lane == found.list.lane,
    });
    let body = WorkPage {
        lanes: lanes.filter(|tab| tab.count > 0 || tab.is_current).collect(),
        next: found.next.map(|item| NextContact {
            at: reading.when(item.attempt.due_at),
            is_call: item.attempt.waits_for_a_person(),
            case: item.case.into(),
        }),
        is_new: found.is_new,
        may_edit: visitor.may(Permission::EditCases),
        lane: lane_view(found.list, visitor.may(Permission::Decide), reading),
    };
    Ok(state.templates.answer(StatusCode::OK, "work.html", &shell, &body))
}

/// The lane that was asked for, else the first in which something waits.
fn find(app: &App, reader: &str, wanted: Option<Lane>, after: Option<LanePlace>) -> Result<Found, Refusal> {
    let mut list = app.worklist(reader, wanted.unwrap_or(Lane::NewReplies), after, PAGE)?;
    if wanted.is_none()
        && list.items.is_empty()
        && let Some(lane) = MINE.iter().find(|lane| list.counts.of(**lane) > 0)
    {
        list = app.worklist(reader, *lane, None, PAGE)?;
    }
    if !list.items.is_empty() {
        return Ok(Found { list, next: None, is_new: false });
    }
    let now = app.clock.now();
    let coming = AgendaQuery { from: now, to: now + AHEAD, status: Some(AttemptStatus::Pending), after: None, limit: 1 };
    let next = app.agenda(&coming)?.items.into_iter().next();
    let is_new = next.is_none() && app.cases(&CaseQuery::default(), PageRequest { offset: 0, limit: 1 })?.total == 0;
    Ok(Found { list, next, is_new })
}

fn lane_view(list: Worklist, may_decide: bool, reading: Reading) -> Option<LaneView> {
    let (lane, total) = (list.lane, list.counts.of(list.lane));
    if list.items.is_empty() && total == 0 {
        return None;
    }
    let next = list.next.map(|place| format!("/?bandeja={}&desde={}", lane.as_str(), cursor(place)));
    let rows = list.items.into_iter().map(|item| row(lane, item, may_decide, reading)).collect();
    Some(LaneView { name: words::lane(lane), rows, total, next })
}

fn row(lane: Lane, item: LaneItem, may_decide: bool, reading: Reading) -> RowView {
    let (href, action) = place_of_work(lane, &item, may_decide);
    RowView {
        ask: words::ask(item.ask),
        since: reading.when(item.place.since),
        due: item.due_at.map(|at| reading.when(at)),
        case: item.case.map(BriefView::from),
        href,
        action,
    }
}

/// Where what is asked is done, or looked at by those who may not do it.
fn place_of_work(lane: Lane, item: &LaneItem, may_decide: bool) -> (String, &'static str) {
    let Some(case) = &item.case else { return ("/bandejas".into(), "Ver") };
    let id = case.case_id.0;
    let followup = followup_href(id);
    let message = |text| match lane.row().item {
        Item::Message => (message_href(case.case_id, MessageId(item.place.id), None), text),
        _ => (followup.clone(), text),
    };
    let is_decision = matches!(
        item.ask,
        Ask::SendAgain | Ask::SettleOutcome | Ask::ResumePlan | Ask::DecideNextStep | Ask::CloseUnanswered | Ask::CloseComplete
    );
    match item.ask {
        _ if is_decision && !may_decide => message("Ver"),
        Ask::ReadReply => message("Leer"),
        Ask::AttendReply => message("Atender"),
        Ask::ConfirmSender => message("Confirmar"),
        Ask::SendAgain | Ask::SettleOutcome => message("Resolver"),
        Ask::MakeCall => (format!("/casos/{id}/llamada"), "Llamar"),
        Ask::ReportInTime | Ask::FindAnotherWay => (format!("/casos/{id}/pedir"), "Pedir datos"),
        Ask::ResumePlan | Ask::DecideNextStep => (format!("{followup}#plan"), "Decidir"),
        Ask::CloseUnanswered | Ask::CloseComplete => (format!("/casos/{id}/cerrar"), "Cerrar"),
        Ask::ReviewWarnings => (format!("/casos/{id}#advertencias"), "Revisar"),
        Ask::AssignMail | Ask::RetryMail => ("/bandejas".into(), "Ver"),
    }
}
