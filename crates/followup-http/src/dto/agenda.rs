//! The agenda of all cases.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use followup_app::{Agenda, AgendaItem};
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::ids::AttemptId;
use followup_domain::ports::AgendaQuery;
use serde::Serialize;
use utoipa::ToSchema;

use super::attempt::AttemptOutput;
use crate::input::{Choice, Cursor, Fields, Input, Instant, cursor, query};
use crate::query::page_size;

/// Which attempts, and which page of them.
pub(crate) struct AgendaInput(pub(crate) AgendaQuery);

impl Input for AgendaInput {
    type Value = Self;
    const NAME: &'static str = "Agenda";
    const ABOUT: &'static str = "Qué intentos.";

    fn read(fields: &mut Fields) -> Option<Self> {
        let statuses: Vec<_> = AttemptStatus::ALL.iter().map(|status| (status.as_str(), *status)).collect();
        let from = fields.optional("from", Instant, "Que vencen en este instante o después, RFC 3339; sin límite si no se da");
        let to = fields.optional("to", Instant, "Que vencen antes de este instante, RFC 3339; sin límite si no se da");
        let status = fields.optional("status", Choice(&statuses), "Solo los de este estado");
        let after = fields.optional("after", Cursor, "`next` de la página anterior; la primera página si no se da");
        let limit = page_size(fields);
        let (from, to) = (from.unwrap_or(EARLIEST), to.unwrap_or(LATEST));
        Some(Self(AgendaQuery { from, to, status, after: after.map(|(at, id)| (at, AttemptId(id))), limit }))
    }
}

/// Before and after everything that a plan may hold (1900 to 9999).
const EARLIEST: DateTime<Utc> = match DateTime::from_timestamp(-2_208_988_800, 0) {
    Some(at) => at,
    None => DateTime::<Utc>::MIN_UTC,
};
const LATEST: DateTime<Utc> = match DateTime::from_timestamp(253_402_300_799, 0) {
    Some(at) => at,
    None => DateTime::<Utc>::MAX_UTC,
};

query!(AgendaInput);

/// Una página de los intentos de todos los casos.
#[derive(Serialize, ToSchema)]
#[schema(as = Agenda)]
pub(crate) struct AgendaOutput {
    /// Los intentos, por fecha de vencimiento.
    items: Vec<AgendaItemOutput>,
    /// Con qué `after` se pide la página siguiente; null si esta es la última.
    next: Option<String>,
}

/// Un intento y su caso.
#[derive(Serialize, ToSchema)]
#[schema(as = AgendaItem)]
struct AgendaItemOutput {
    #[serde(flatten)]
    attempt: AttemptOutput,
    /// El número que la unidad le da al caso.
    numero: Option<String>,
    /// El primer producto del caso.
    producto: Option<String>,
    /// Si el caso es grave; null si nadie lo clasificó.
    grave: Option<bool>,
}

impl AgendaOutput {
    pub(crate) fn new(agenda: Agenda, zone: Tz) -> Self {
        let item = |AgendaItem { attempt, case }: AgendaItem| AgendaItemOutput {
            attempt: AttemptOutput::new(attempt, zone),
            numero: case.numero,
            producto: case.product,
            grave: case.standing.serious,
        };
        Self { items: agenda.items.into_iter().map(item).collect(), next: agenda.next.map(|(at, id)| cursor((at, id.0))) }
    }
}
