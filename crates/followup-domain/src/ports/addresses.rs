//! Addresses at which letters failed, and what waits until they work again.

use super::{Page, PageRequest, StoreError, Updated};
use crate::mail::bounce::FailedAddress;

/// Addresses at which letters failed. Whoever changes one locks it first ([`super::AutomaticRepository::lock_address`]).
pub trait AddressRepository {
    /// Stores what is known of an address (lower case), in place of what was known before.
    fn mark(&mut self, failed: &FailedAddress) -> Result<(), StoreError>;

    /// What is known of an address, ignoring case.
    fn find(&mut self, address: &str) -> Result<Option<FailedAddress>, StoreError>;

    /// Which of these addresses letters are known to fail at, ignoring case; in lower case.
    fn list_known(&mut self, addresses: &[&str]) -> Result<Vec<String>, StoreError>;

    /// Forgets what is known of an address; [`Updated::Stale`] when nothing is.
    fn clear(&mut self, address: &str) -> Result<Updated, StoreError>;

    /// Failed addresses by address; all, or only those that are held.
    fn list(&mut self, only_held: bool, page: PageRequest) -> Result<Page<FailedAddress>, StoreError>;
}
