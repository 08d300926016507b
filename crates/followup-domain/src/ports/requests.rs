//! What was asked, the delay between automatic letters, and idempotency keys.

use chrono::{DateTime, Utc};

use super::StoreError;
use crate::asking::missing::{FieldPath, is_same_product};
use crate::case::CaseRecord;
use crate::ids::{CaseId, MessageId, ProductId};
use crate::message::Delivery;

/// A field that was asked for or documented, and of which product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedItem {
    /// The field.
    pub path: FieldPath,
    /// The product's name at that time.
    pub product: Option<String>,
    /// Which product it was: another one in the same place was not meant. None where it had no id; then its name tells.
    pub product_id: Option<ProductId>,
}

impl AskedItem {
    /// The field of a case as it is now.
    pub fn of(record: &CaseRecord, path: FieldPath) -> Self {
        let product = path.product.and_then(|index| record.productos.get(index));
        let (id, name) = (product.and_then(|product| product.id), product.and_then(|product| product.nombre_producto.clone()));
        Self { path, product: name, product_id: id }
    }

    /// The field where it stands in the case now; `None` when the product that was meant is not there any more.
    pub fn path_in(&self, record: &CaseRecord) -> Option<FieldPath> {
        match self.product_id {
            Some(id) => Some(FieldPath { product: Some(record.place_of(id)?), field: self.path.field }),
            None => is_same_product(self.product.as_deref(), &self.path, record).then(|| self.path.clone()),
        }
    }

    /// The field as it stands in the case now: see [`path_in`](Self::path_in).
    pub fn in_record(self, record: &CaseRecord) -> Option<Self> {
        Some(Self { path: self.path_in(record)?, ..self })
    }
}

impl From<FieldPath> for AskedItem {
    fn from(path: FieldPath) -> Self {
        Self { path, product: None, product_id: None }
    }
}

/// A field that a message asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedField {
    /// The field, and of which product.
    pub item: AskedItem,
    /// The message.
    pub message_id: MessageId,
    /// What the transport knows of the message.
    pub delivery: Option<Delivery>,
    /// When it was accepted (UTC).
    pub sent_at: Option<DateTime<Utc>>,
}

/// What was asked, and when the next automatic letter may go.
pub trait RequestRepository {
    /// Sets what a queued message asks for, in place of what it was to ask for before.
    fn set_asked(&mut self, message_id: MessageId, case_id: CaseId, items: &[AskedItem]) -> Result<(), StoreError>;

    /// Everything that was asked of a case, by any message, oldest first. A path that the catalogue no longer has is left out.
    fn asked(&mut self, case_id: CaseId) -> Result<Vec<AskedField>, StoreError>;
}
