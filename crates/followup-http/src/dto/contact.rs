//! Addresses that must not be written to.

use followup_domain::ports::{BlockedContact, Page};
use serde::Serialize;
use utoipa::ToSchema;

use super::instant;
use crate::query::PageNumber;

/// Direcciones a las que no se escribe, por orden alfabético.
#[derive(Serialize, ToSchema)]
#[schema(as = BlockedContactPage)]
pub(crate) struct BlockedPage {
    /// Las direcciones de esta página.
    items: Vec<BlockedOutput>,
    /// Cuántas hay en todas las páginas.
    total: i64,
    /// Esta página, desde 1.
    page: i64,
    /// Direcciones por página.
    page_size: i64,
}

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

impl From<(Page<BlockedContact>, PageNumber)> for BlockedPage {
    fn from((page, number): (Page<BlockedContact>, PageNumber)) -> Self {
        let items = page.items.into_iter().map(BlockedOutput::from).collect();
        Self { items, total: page.total, page: number.page, page_size: number.size }
    }
}

impl From<BlockedContact> for BlockedOutput {
    fn from(contact: BlockedContact) -> Self {
        Self { address: contact.address, reason: contact.reason, actor: contact.actor, at: instant(contact.at) }
    }
}
