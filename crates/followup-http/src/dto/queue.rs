//! What waits to be sent.

use chrono_tz::Tz;
use followup_app::{InQueue, Queue};
use followup_domain::ports::LanePlace;
use serde::Serialize;
use utoipa::ToSchema;

use super::brief::BriefOutput;
use super::{instant, yes_or_no};
use crate::csv::{Cell, Format, Row};
use crate::input::{Cursor, Fields, Input, cursor, query};
use crate::query::page_size;

/// Which page of the queue.
pub(crate) struct QueueInput {
    pub(crate) after: Option<LanePlace>,
    pub(crate) size: i64,
    pub(crate) format: Format,
}

impl Input for QueueInput {
    type Value = Self;
    const NAME: &'static str = "Queue";
    const ABOUT: &'static str = "Qué página de la cola.";

    fn read(fields: &mut Fields) -> Option<Self> {
        let after = fields.optional("after", Cursor, "`next` de la página anterior; la primera página si no se da");
        let size = page_size(fields);
        Some(Self { after: after.map(|(since, id)| LanePlace { since, id }), size, format: Format::of(fields) })
    }
}

query!(QueueInput);

/// The columns of the queue as a file.
pub(crate) const COLUMNS: &[&str] = &["Sale desde", "Caso", "Número", "Producto", "Grave", "Mensaje", "Canal", "Intentos de envío"];

/// A message as a line of a file.
pub(crate) fn line(InQueue { message, case }: InQueue, zone: Tz) -> Row {
    vec![
        Cell::at(message.not_before, zone),
        case.case_id.0.into(),
        case.numero.into(),
        case.product.into(),
        case.standing.serious.map(yes_or_no).into(),
        message.id.0.into(),
        message.channel.as_str().into(),
        i64::from(message.tries).into(),
    ]
}

/// Una página de los mensajes en cola, que salen solos.
#[derive(Serialize, ToSchema)]
#[schema(as = Queue)]
pub(crate) struct QueueOutput {
    /// Los mensajes, por la fecha desde la que salen.
    items: Vec<QueuedOutput>,
    /// Cuántos hay en todas las páginas: el `queued` de `GET /followup/badge`.
    total: i64,
    /// Con qué `after` se pide la página siguiente; null si esta es la última.
    next: Option<String>,
}

/// Un mensaje en cola y su caso.
#[derive(Serialize, ToSchema)]
#[schema(as = QueuedMessage)]
struct QueuedOutput {
    #[serde(flatten)]
    case: BriefOutput,
    /// Número del mensaje.
    message_id: i64,
    /// Por dónde sale.
    channel: &'static str,
    /// Antes no sale.
    #[schema(format = DateTime)]
    not_before: String,
    /// Cuántas veces se intentó.
    tries: i32,
}

impl From<Queue> for QueueOutput {
    fn from(queue: Queue) -> Self {
        let queued = |InQueue { message, case }: InQueue| QueuedOutput {
            message_id: message.id.0,
            channel: message.channel.as_str(),
            not_before: instant(message.not_before),
            tries: message.tries,
            case: BriefOutput::of(Some(case)),
        };
        Self {
            items: queue.items.into_iter().map(queued).collect(),
            total: queue.total,
            next: queue.next.map(|place| cursor((place.since, place.id))),
        }
    }
}
