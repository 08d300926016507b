//! Addresses that must not be written to.

use chrono_tz::Tz;
use followup_domain::ports::DoNotContact;
use serde::Serialize;
use utoipa::ToSchema;

use super::instant;
use crate::csv::{Cell, Row};

/// Una dirección a la que no se escribe.
#[derive(Serialize, ToSchema)]
#[schema(as = BlockedContact)]
pub(crate) struct BlockedOutput {
    /// La dirección, en minúsculas.
    address: String,
    /// El motivo.
    reason: String,
    /// Quién lo dispuso.
    actor: String,
    /// Cuándo.
    #[schema(format = DateTime)]
    at: String,
}

/// The columns of the list as a file.
pub(crate) const COLUMNS: &[&str] = &["Dirección", "Motivo", "Quién", "Cuándo"];

/// An address as a line of a file.
pub(crate) fn line(contact: DoNotContact, zone: Tz) -> Row {
    vec![contact.address.into(), contact.reason.into(), contact.actor.into(), Cell::at(contact.at, zone)]
}

impl From<DoNotContact> for BlockedOutput {
    fn from(contact: DoNotContact) -> Self {
        Self { address: contact.address, reason: contact.reason, actor: contact.actor, at: instant(contact.at) }
    }
}
