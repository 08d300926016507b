//! Answers of senders whom the case does not know: they count once somebody says so.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use followup_access::Permission;
use followup_answers::Refusal;
use followup_domain::asking::lanes::Lane;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::ports::LanePlace;
use followup_words::answers as texts;
use serde::Serialize;

use super::sends::{MessageRow, Typed, rows};
use super::{NotDone, reading, said_above, shell};
use crate::asked::Asked;
use crate::door::Visitor;
use crate::problem::Problem;
use crate::query::Query;
use crate::render::elsewhere;
use crate::show::brief::message_href;
use crate::show::ids;
use crate::show::place::{cursor, place};
use crate::state::WebState;

const PAGE: i64 = 20;
const HERE: &str = "/bandejas/sin-confirmar";

#[derive(Serialize)]
struct UnconfirmedPage {
    rows: Vec<MessageRow>,
    next: Option<String>,
    from: String,
    not_done: Option<NotDone>,
    may_sort: bool,
}

/// The tray.
pub(crate) async fn page(state: web::Data<WebState>, visitor: Visitor, query: Query) -> Result<HttpResponse, Problem> {
    shown(&state, &visitor, query.get("desde").and_then(place), (StatusCode::OK, None), &query).await
}

/// The sender is the reporter, or speaks for them.
pub(crate) async fn confirm(Asked { state, visitor, request, form, query }: Asked) -> Result<HttpResponse, Problem> {
    let id = ids::id(&request).map(MessageId).ok_or(Refusal::NotFound(texts::MESSAGE_NOT_FOUND))?;
    let (actor, case_id) = (visitor.actor(), CaseId(form.number("caso")?));
    match state.ask(move |app| app.confirm_sender(&actor, case_id, id)).await {
        Ok(_) => Ok(elsewhere(&format!("{HERE}?hecho=confirmado"))),
        Err(refusal) => {
            let (status, text) = said_above(refusal)?;
            let href = message_href(case_id, id, None);
            let not_done = NotDone::because(text).with_link(href, "Verlo en la conversación del caso");
            shown(&state, &visitor, place(form.text("desde")), (status, Some(not_done)), &query).await
        }
    }
}

async fn shown(
    state: &WebState,
    visitor: &Visitor,
    after: Option<LanePlace>,
    (status, not_done): (StatusCode, Option<NotDone>),
    query: &Query,
) -> Result<HttpResponse, Problem> {
    let reader = visitor.username.clone();
    let (list, messages) = state.ask(move |app| app.worklist_messages(&reader, Lane::Unconfirmed, after, PAGE)).await?;
    let shell = shell(state, visitor, "Remitentes por confirmar", &list.counts, query);
    let body = UnconfirmedPage {
        next: list.next.map(|place| format!("{HERE}?desde={}", cursor(place))),
        from: after.map(cursor).unwrap_or_default(),
        rows: rows(list, messages, &Typed::default(), reading(state)),
        not_done,
        may_sort: visitor.may(Permission::SortMail),
    };
    Ok(state.templates.answer(status, "tray_unconfirmed.html", &shell, &body))
}
