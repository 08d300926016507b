//! Messages that did not arrive, and those of which nobody knows: the oldest first, with what the provider said.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use followup_access::Permission;
use followup_app::Worklist;
use followup_domain::asking::lanes::Lane;
use followup_domain::ids::MessageId;
use followup_domain::ports::{LaneItem, LanePlace, MessageView};
use followup_words::{matching, reasons, states, worklist as words};
use serde::Serialize;

use super::{NotDone, reading, shell};
use crate::door::Visitor;
use crate::problem::Problem;
use crate::query::Query;
use crate::show::brief::{BriefView, message_href};
use crate::show::excerpt::excerpt;
use crate::show::place::{cursor, place};
use crate::show::when::{Reading, When};
use crate::state::WebState;

const PAGE: i64 = 20;
/// So much of a text is shown, in characters.
const SHOWN: usize = 300;

#[derive(Serialize)]
struct SendsPage {
    name: &'static str,
    href: &'static str,
    ask: &'static str,
    is_uncertain: bool,
    rows: Vec<MessageRow>,
    count: i64,
    next: Option<String>,
    /// Where this page of the tray begins, for the forms in it.
    from: String,
    not_done: Option<NotDone>,
    may_decide: bool,
}

/// A message in a tray.
#[derive(Serialize)]
pub(super) struct MessageRow {
    id: i64,
    case: Option<BriefView>,
    /// The message in its thread.
    href: Option<String>,
    since: When,
    channel: &'static str,
    from: Option<String>,
    to: Option<String>,
    subject: Option<String>,
    text: String,
    has_more: bool,
    /// Why it was not sent, and the provider's own words.
    error: Option<String>,
    told: Option<String>,
    /// Of a mail that came in: why it stands in its case, and what to know of it.
    matched: Option<&'static str>,
    flags: Vec<&'static str>,
    /// What was typed of it, when something was refused.
    typed: Typed,
}

/// What was typed of a message.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Typed {
    pub(super) id: i64,
    pub(super) reason: String,
    pub(super) overriding: String,
    /// To which form of the row it belongs.
    pub(super) is_resend: bool,
}

/// Which page of a tray, and what was refused in it.
#[derive(Debug, Clone, Default)]
pub(super) struct At {
    pub(super) after: Option<LanePlace>,
    pub(super) typed: Typed,
}

/// Messages that failed.
pub(crate) async fn failed(state: web::Data<WebState>, visitor: Visitor, query: Query) -> Result<HttpResponse, Problem> {
    shown(&state, &visitor, Lane::Failed, At::of(&query), (StatusCode::OK, None), &query).await
}

/// Messages whose fate nobody knows.
pub(crate) async fn uncertain(state: web::Data<WebState>, visitor: Visitor, query: Query) -> Result<HttpResponse, Problem> {
    shown(&state, &visitor, Lane::Uncertain, At::of(&query), (StatusCode::OK, None), &query).await
}

impl At {
    /// The page that an address asks for.
    pub(super) fn of(query: &Query) -> Self {
        Self { after: query.get("desde").and_then(place), typed: Typed::default() }
    }
}

/// Where a tray of messages stands.
pub(super) fn href_of(lane: Lane) -> &'static str {
    if lane == Lane::Uncertain { "/bandejas/inciertos" } else { "/bandejas/fallidos" }
}

/// A tray of messages as a page.
///
/// # Errors
/// The store's.
pub(super) async fn shown(
    state: &WebState,
    visitor: &Visitor,
    lane: Lane,
    at: At,
    (status, not_done): (StatusCode, Option<NotDone>),
    query: &Query,
) -> Result<HttpResponse, Problem> {
    let (reader, after) = (visitor.username.clone(), at.after);
    let (list, messages) = state.ask(move |app| app.worklist_messages(&reader, lane, after, PAGE)).await?;
    let body = SendsPage {
        name: words::lane(lane),
        href: href_of(lane),
        ask: words::ask(lane.row().asks[0]),
        is_uncertain: lane == Lane::Uncertain,
        count: list.counts.of(lane),
        next: list.next.map(|place| format!("{}?desde={}", href_of(lane), cursor(place))),
        from: after.map(cursor).unwrap_or_default(),
        not_done,
        may_decide: visitor.may(Permission::Decide),
        rows: Vec::new(),
    };
    let shell = shell(state, visitor, body.name, &list.counts, query);
    let body = SendsPage { rows: rows(list, messages, &at.typed, reading(state)), ..body };
    Ok(state.templates.answer(status, "tray_sends.html", &shell, &body))
}

/// The rows of a tray of messages.
pub(super) fn rows(list: Worklist, mut messages: HashMap<MessageId, MessageView>, typed: &Typed, reading: Reading) -> Vec<MessageRow> {
    let row = |item: LaneItem| Some(row(messages.remove(&MessageId(item.place.id))?, item, typed, reading));
    list.items.into_iter().filter_map(row).collect()
}

fn row(view: MessageView, item: LaneItem, typed: &Typed, reading: Reading) -> MessageRow {
    let message = view.message;
    let (text, is_longer) = excerpt(&message.content.body, SHOWN);
    let id = message.id.0;
    let case = item.case.map(BriefView::from);
    MessageRow {
        id,
        href: message.case_id.map(|case| message_href(case, message.id, None)),
        case,
        since: reading.when(item.place.since),
        channel: states::channel(message.channel),
        from: message.content.from,
        to: message.content.to,
        subject: message.content.subject.filter(|subject| !subject.trim().is_empty()),
        text,
        has_more: is_longer || view.is_cut,
        error: message.error.as_deref().map(reasons::shown),
        told: message.transport_response.filter(|told| !told.trim().is_empty()),
        matched: message.case_match.map(|found| matching::reason(found.kind)),
        flags: view.flags.iter().map(|flag| matching::flag(*flag)).collect(),
        typed: if typed.id == id { typed.clone() } else { Typed::default() },
    }
}
