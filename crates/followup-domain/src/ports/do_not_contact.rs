//! Addresses that must not be written to.

use chrono::{DateTime, Utc};

use super::{Page, PageRequest, StoreError, Updated};

/// An address that must not be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoNotContact {
    /// The address, lower case.
    pub address: String,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub actor: String,
    /// When (UTC).
    pub at: DateTime<Utc>,
}

/// Addresses that must not be written to.
pub trait DoNotContactRepository {
    /// Blocks an address (lower case); blocking it again replaces the reason.
    fn block(&mut self, contact: &DoNotContact) -> Result<(), StoreError>;

    /// Lets an address be written to again; [`Updated::Stale`] when it was not blocked.
    fn unblock(&mut self, address: &str) -> Result<Updated, StoreError>;

    /// Whether, and why, an address is blocked; ignoring case.
    fn find_blocked(&mut self, address: &str) -> Result<Option<DoNotContact>, StoreError>;

    /// Blocked addresses by address.
    fn list_blocked(&mut self, page: PageRequest) -> Result<Page<DoNotContact>, StoreError>;
}
