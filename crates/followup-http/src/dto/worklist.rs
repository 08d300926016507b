//! What needs a person, lane by lane.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use followup_app::Worklist;
use followup_domain::asking::lanes::{Item, Lane};
use followup_domain::ports::{LaneItem, LanePlace};
use followup_words::worklist::{ask, lane as lane_in_words};
use serde::Serialize;
use utoipa::ToSchema;

use super::brief::BriefOutput;
use super::instant;
use super::yes_or_no;
use crate::csv::{Cell, Format, Row};
use crate::input::{Choice, Cursor, Fields, Input, cursor, query};
use crate::query::page_size;

/// Which lane, and which page of it.
pub(crate) struct WorklistInput {
    pub(crate) lane: Lane,
    pub(crate) after: Option<LanePlace>,
    pub(crate) size: i64,
    pub(crate) format: Format,
}

impl Input for WorklistInput {
    type Value = Self;
    const NAME: &'static str = "Worklist";
    const ABOUT: &'static str = "Qué bandeja.";

    fn read(fields: &mut Fields) -> Option<Self> {
        let lanes: Vec<_> = Lane::ALL.iter().map(|lane| (lane.as_str(), *lane)).collect();
        let lane = fields.required("lane", Choice(&lanes), "La bandeja");
        let after = fields.optional("after", Cursor, "`next` de la página anterior; la primera página si no se da");
        let size = page_size(fields);
        let format = Format::of(fields);
        Some(Self { lane: lane?, after: after.map(|(since, id)| LanePlace { since, id }), size, format })
    }
}

query!(WorklistInput);

/// The columns of a lane as a file.
pub(crate) const COLUMNS: &[&str] =
    &["Bandeja", "Caso", "Número", "Producto", "Grave", "Qué se pide", "Desde", "Hasta", "Próxima fecha", "Mensaje", "Intento", "Correo"];

/// A row of a lane as a line of a file.
pub(crate) fn line(lane: Lane, item: LaneItem, zone: Tz) -> Row {
    let id = |wanted: Item| (lane.row().item == wanted).then_some(item.place.id);
    let case = item.case.as_ref();
    let standing = case.map(|case| &case.standing);
    vec![
        lane_in_words(lane).into(),
        case.map(|case| case.case_id.0).into(),
        case.and_then(|case| case.numero.clone()).into(),
        case.and_then(|case| case.product.clone()).into(),
        standing.and_then(|standing| standing.serious).map(yes_or_no).into(),
        ask(item.ask).into(),
        Cell::at(item.place.since, zone),
        item.due_at.map(|at| Cell::at(at, zone)).into(),
        standing.and_then(|standing| standing.next).map(|next| Cell::at(next.at, zone)).into(),
        id(Item::Message).into(),
        id(Item::Attempt).into(),
        id(Item::Mail).into(),
    ]
}

/// Una página de una bandeja, y cuántas filas tiene cada una.
#[derive(Serialize, ToSchema)]
#[schema(as = Worklist)]
pub(crate) struct WorklistOutput {
    /// La bandeja: `new_replies`, `read_replies`, `unconfirmed`, `failed`, `uncertain`, `unreachable`, `stalled`, `calls_due`, `deadline_at_risk`, `to_close`, `warnings`, `unassigned` o `quarantined`.
    lane: &'static str,
    /// Su nombre.
    name: &'static str,
    /// Sus filas, la más antigua primero.
    items: Vec<LaneRowOutput>,
    /// Cuántas hay en todas las páginas.
    total: i64,
    /// Con qué `after` se pide la página siguiente; null si esta es la última.
    next: Option<String>,
    /// Cuántas filas tiene cada bandeja: los mismos números que `GET /followup/badge`.
    counts: BTreeMap<&'static str, i64>,
}

/// Una fila: qué espera a una persona.
#[derive(Serialize, ToSchema)]
#[schema(as = LaneRow)]
struct LaneRowOutput {
    /// El caso; null si el correo no es de ninguno.
    #[serde(flatten)]
    case: BriefOutput,
    /// El mensaje, si la fila trata de uno.
    message_id: Option<i64>,
    /// El intento, si la fila trata de uno.
    attempt_id: Option<i64>,
    /// El correo en cuarentena, si la fila trata de uno.
    mail_id: Option<i64>,
    /// Qué se le pide a la persona, en código: `read_reply`, `attend_reply`, `confirm_sender`, `send_again`, `settle_outcome`, `find_another_way`, `resume_plan`, `decide_next_step`, `make_call`, `report_in_time`, `close_unanswered`, `close_complete`, `review_warnings`, `assign_mail` o `retry_mail`.
    ask: &'static str,
    /// Lo mismo en palabras.
    ask_text: &'static str,
    /// Desde cuándo.
    #[schema(format = DateTime)]
    since: String,
    /// Hasta cuándo hay plazo para ello, si se sabe.
    #[schema(format = DateTime)]
    due_at: Option<String>,
}

impl LaneRowOutput {
    fn new(item: LaneItem, about: Item) -> Self {
        let id = |wanted: Item| (about == wanted).then_some(item.place.id);
        Self {
            message_id: id(Item::Message),
            attempt_id: id(Item::Attempt),
            mail_id: id(Item::Mail),
            ask: item.ask.as_str(),
            ask_text: ask(item.ask),
            since: instant(item.place.since),
            due_at: item.due_at.map(instant),
            case: BriefOutput::of(item.case),
        }
    }
}

impl From<Worklist> for WorklistOutput {
    fn from(list: Worklist) -> Self {
        let about = list.lane.row().item;
        Self {
            lane: list.lane.as_str(),
            name: lane_in_words(list.lane),
            items: list.items.into_iter().map(|item| LaneRowOutput::new(item, about)).collect(),
            total: list.counts.of(list.lane),
            next: list.next.map(|place| cursor((place.since, place.id))),
            counts: Lane::ALL.iter().map(|lane| (lane.as_str(), list.counts.of(*lane))).collect(),
        }
    }
}
