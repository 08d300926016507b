//! Addresses that must not be written to.

use followup_domain::ports::DoNotContact;
use serde::Serialize;
use utoipa::ToSchema;

use super::instant;

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

impl From<DoNotContact> for BlockedOutput {
    fn from(contact: DoNotContact) -> Self {
        Self { address: contact.address, reason: contact.reason, actor: contact.actor, at: instant(contact.at) }
    }
}
