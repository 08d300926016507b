//! The audit trail.

use super::{Page, PageRequest, StoreError};
use crate::audit::{AuditChain, AuditEntry, AuditRow};

/// The audit trail: only grows. The database refuses to change or delete a row.
pub trait AuditRepository {
    /// Appends to the entry's chain: next `seq`, `prev_hash` of the head, and the row's own hash. The head is locked, so two
    /// transactions of one chain follow each other.
    fn append(&mut self, entry: &AuditEntry) -> Result<(), StoreError>;

    /// A page of a chain, in order.
    fn list(&mut self, chain: AuditChain, page: PageRequest) -> Result<Page<AuditRow>, StoreError>;
}
