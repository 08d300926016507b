//! What is proposed about a case, and the addresses at which letters failed.

use chrono_tz::Tz;
use followup_app::RescheduleOffer;
use followup_domain::asking::next_contact::ProposedContact;
use followup_domain::mail::bounce::FailedAddress;
use followup_words::reasons::shown;
use serde::Serialize;
use utoipa::ToSchema;

use super::{instant, yes_or_no};
use crate::csv::{Cell, Format, Row};
use crate::input::{Fields, Flag, Input, query};
use crate::query::PageNumber;

/// Otra manera de llegar al reportante, para que una persona decida.
#[derive(Serialize, ToSchema)]
#[schema(as = ProposedContact)]
pub(crate) struct ProposedContactOutput {
    /// `email` (otra dirección del caso), `whatsapp`, `sms` o `call` (una llamada que hace una persona).
    channel: &'static str,
    /// La dirección o el número, si se conoce.
    to: Option<String>,
    /// Por qué hace falta.
    reason: String,
}

/// Otra fecha para la próxima carta, porque el reportante está ausente. Se acepta con `reschedule` del intento.
#[derive(Serialize, ToSchema)]
#[schema(as = RescheduleOffer)]
pub(crate) struct RescheduleOfferOutput {
    /// El intento.
    attempt_id: i64,
    /// La fecha que se ofrece: el primer día laborable después de su regreso.
    #[schema(format = DateTime)]
    due_at: String,
    /// Desde cuándo vuelve a leer su correo, según dice.
    #[schema(format = Date)]
    returns_on: String,
    /// La respuesta automática que lo dice.
    message_id: i64,
}

/// Una dirección en la que fallaron mensajes.
#[derive(Serialize, ToSchema)]
#[schema(as = BouncedAddress)]
pub(crate) struct FailedAddressOutput {
    /// La dirección, en minúsculas.
    address: String,
    /// Si nada se le escribe por sí solo: de inmediato cuando la dirección no sirve, y si no, tras tres fallos seguidos.
    held: bool,
    /// `hard` (no sirve) o `soft` (puede servir más tarde).
    permanence: &'static str,
    /// `unknown_user`, `unknown_host`, `mailbox_full`, `too_large`, `refused`, `unreachable`, `loop` u `other`.
    reason: &'static str,
    /// Código de estado (RFC 3463), como 5.1.1.
    status: Option<String>,
    /// El motivo en palabras.
    text: String,
    /// Cuántos mensajes fallaron seguidos.
    failures: i32,
    /// El último mensaje que falló.
    message_id: Option<i64>,
    /// Cuándo se supo.
    #[schema(format = DateTime)]
    at: String,
}

/// Which addresses, and which page of them.
pub(crate) struct FailedAddressesInput {
    pub(crate) only_held: bool,
    pub(crate) page: PageNumber,
    pub(crate) format: Format,
}

impl Input for FailedAddressesInput {
    type Value = Self;
    const NAME: &'static str = "BouncedAddresses";
    const ABOUT: &'static str = "Qué direcciones.";

    fn read(fields: &mut Fields) -> Option<Self> {
        let about = "Con `true`, solo aquellas a las que nada se escribe por sí solo: las que cuenta `bounced`";
        let only_held = fields.optional("held", Flag, about).unwrap_or(false);
        Some(Self { only_held, page: PageNumber::of(fields), format: Format::of(fields) })
    }
}

query!(FailedAddressesInput);

/// The columns of the list as a file.
pub(crate) const COLUMNS: &[&str] =
    &["Dirección", "No se le escribe", "Alcance", "Motivo", "Código", "En palabras", "Fallos seguidos", "Mensaje", "Cuándo"];

/// An address as a line of a file.
pub(crate) fn line(failed: FailedAddress, zone: Tz) -> Row {
    let at = Cell::at(failed.at, zone);
    let failed = FailedAddressOutput::from(failed);
    vec![
        failed.address.into(),
        yes_or_no(failed.held).into(),
        failed.permanence.into(),
        failed.reason.into(),
        failed.status.into(),
        failed.text.into(),
        i64::from(failed.failures).into(),
        failed.message_id.into(),
        at,
    ]
}

impl From<ProposedContact> for ProposedContactOutput {
    fn from(proposed: ProposedContact) -> Self {
        Self { channel: proposed.channel.as_str(), to: proposed.to, reason: shown(&proposed.reason) }
    }
}

impl From<RescheduleOffer> for RescheduleOfferOutput {
    fn from(offer: RescheduleOffer) -> Self {
        Self {
            attempt_id: offer.attempt_id.0,
            due_at: instant(offer.due_at),
            returns_on: offer.returns_on.to_string(),
            message_id: offer.message_id.0,
        }
    }
}

impl From<FailedAddress> for FailedAddressOutput {
    fn from(failed: FailedAddress) -> Self {
        Self {
            text: followup_words::failures::told(&failed.failure),
            address: failed.address,
            held: failed.held,
            permanence: failed.failure.permanence.as_str(),
            reason: failed.failure.reason.as_str(),
            status: failed.failure.status,
            failures: failed.in_a_row,
            message_id: failed.message_id.map(|id| id.0),
            at: instant(failed.at),
        }
    }
}
