//! The audit trail.

use super::{Page, PageRequest, StoreError};
use crate::audit::{AuditChain, AuditEntry, AuditRow, SealedRow};

/// The end of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// The chain's name.
    pub chain: String,
    /// How many rows it has.
    pub seq: i64,
    /// The hash of its last row.
    pub hash: String,
}

/// The audit trail: only grows. The database refuses to change or delete a row.
pub trait AuditRepository {
    /// Appends to the entries' chains, in their order. The rows are numbered, chained and written together with all others of the
    /// transaction: when it ends well, or when the trail is read in it. Each chain's head is read and written once for all of them and
    /// locked from then on, so two transactions of one chain follow each other.
    fn append_all(&mut self, entries: &[AuditEntry]) -> Result<(), StoreError>;

    /// Appends one.
    fn append(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.append_all(std::slice::from_ref(entry))
    }

    /// Locks a chain until the transaction ends: what is read afterwards is what the next row of the chain follows.
    fn hold(&mut self, chain: AuditChain) -> Result<(), StoreError>;

    /// The end of one chain; none while it has no row.
    fn find_head(&mut self, chain: AuditChain) -> Result<Option<AuditHead>, StoreError>;

    /// The chains and their heads, by name, after `after`; at most `limit`.
    fn list_heads(&mut self, after: Option<&str>, limit: i64) -> Result<Vec<AuditHead>, StoreError>;

    /// Up to `limit` rows of a chain (by its name) with `seq` greater than `after_seq`, in order, as they are hashed.
    fn list_chain(&mut self, chain: &str, after_seq: i64, limit: i64) -> Result<Vec<SealedRow>, StoreError>;

    /// A page of a chain, in order, as it is read.
    fn list(&mut self, chain: AuditChain, page: PageRequest) -> Result<Page<AuditRow>, StoreError>;
}
