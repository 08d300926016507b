//! Addresses at which letters failed, and what waits until they work again.

use super::{Page, PageRequest, StoreError, Updated};
use crate::ids::{AttemptId, CaseId};
use crate::mail::bounce::FailedAddress;

/// A letter that is not sent because its address failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldLetter {
    /// Its case.
    pub case_id: CaseId,
    /// The attempt that it was for; none for the case's automatic request.
    pub attempt_id: Option<AttemptId>,
    /// The address, lower case.
    pub address: String,
}

/// Addresses at which letters failed. Whoever changes one locks it first ([`super::RequestRepository::lock_address`]).
pub trait AddressRepository {
    /// Stores what is known of an address (lower case), in place of what was known before.
    fn mark(&mut self, failed: &FailedAddress) -> Result<(), StoreError>;

    /// What is known of an address, ignoring case.
    fn find(&mut self, address: &str) -> Result<Option<FailedAddress>, StoreError>;

    /// Forgets what is known of an address; [`Updated::Stale`] when nothing is.
    fn clear(&mut self, address: &str) -> Result<Updated, StoreError>;

    /// Failed addresses by address, held or not.
    fn list(&mut self, page: PageRequest) -> Result<Page<FailedAddress>, StoreError>;

    /// Keeps that a letter waits for its address; once more replaces the address.
    fn hold(&mut self, letter: &HeldLetter) -> Result<(), StoreError>;

    /// What of a case waits for an address, by attempt.
    fn held(&mut self, case_id: CaseId) -> Result<Vec<HeldLetter>, StoreError>;

    /// A letter waits no longer; `None` for the automatic request. Nothing happens when it does not wait.
    fn release(&mut self, case_id: CaseId, attempt_id: Option<AttemptId>) -> Result<(), StoreError>;

    /// Cases of which something waits for an address that is not held any more, each once, by id, after `after`; at most `limit`.
    fn list_restorable_cases(&mut self, after: Option<CaseId>, limit: i64) -> Result<Vec<CaseId>, StoreError>;

    /// Cases of which something waits for this address (ignoring case), each once, by id, after `after`; at most `limit`.
    fn list_cases_held_for(&mut self, address: &str, after: Option<CaseId>, limit: i64) -> Result<Vec<CaseId>, StoreError>;
}
