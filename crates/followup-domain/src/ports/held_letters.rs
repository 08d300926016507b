//! What waits until an address works again.

use super::StoreError;
use crate::ids::{AttemptId, CaseId};

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

/// Letters that wait for their address.
pub trait HeldLetterRepository {
    /// Keeps that a letter waits for its address; once more replaces the address.
    fn hold(&mut self, letter: &HeldLetter) -> Result<(), StoreError>;

    /// What of a case waits for an address, by attempt.
    fn list(&mut self, case_id: CaseId) -> Result<Vec<HeldLetter>, StoreError>;

    /// A letter waits no longer; `None` for the automatic request. Nothing happens when it does not wait.
    fn release(&mut self, case_id: CaseId, attempt_id: Option<AttemptId>) -> Result<(), StoreError>;

    /// Cases of which something waits for an address that is not held any more, each once, by id, after `after`; at most `limit`.
    fn list_restorable_cases(&mut self, after: Option<CaseId>, limit: i64) -> Result<Vec<CaseId>, StoreError>;

    /// Cases of which something waits for an address by its key, or for another one while they have this as a contact, each once, by id, after
    /// `after`; at most `limit`.
    fn list_cases_held_for(&mut self, address: (&str, &str), after: Option<CaseId>, limit: i64) -> Result<Vec<CaseId>, StoreError>;
}
