//! What cases stand at, kept so that lists need not compute it.

use chrono::{DateTime, Utc};

use super::StoreError;
use crate::asking::standing::Standing;
use crate::ids::CaseId;

/// What of a case's thread and queue its standing is computed from. Instants UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ThreadFacts {
    /// Answers that nobody has read.
    pub unattended: i64,
    /// Answers of senders who wait to be confirmed.
    pub unconfirmed: i64,
    /// From when the earliest letter for the reporter in the queue may go; of one that is being handed over, when it could.
    pub queued_at: Option<DateTime<Utc>>,
    /// Somebody wrote to the reporter, or called, at any time.
    pub was_asked: bool,
}

/// What a case stood at when it was last looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptStanding {
    /// What it stood at.
    pub standing: Standing,
    /// The name of its first product, as lists show it.
    pub product: Option<String>,
    /// By which rules that was computed; empty where it was not yet.
    pub computed_by: String,
}

/// A case as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseBrief {
    /// The case.
    pub case_id: CaseId,
    /// Its own number.
    pub numero: Option<String>,
    /// Its first product.
    pub product: Option<String>,
    /// What it stands at, without the lanes.
    pub standing: Standing,
}

/// What cases stand at. A case has a standing from its first moment: nothing missing, nothing next, computed by no rules.
pub trait StandingRepository {
    /// What of its thread and queue a case's standing is computed from, in one query.
    fn thread_facts(&mut self, case_id: CaseId) -> Result<ThreadFacts, StoreError>;

    /// What a case stands at.
    fn find(&mut self, case_id: CaseId) -> Result<Option<KeptStanding>, StoreError>;

    /// These cases as lists show them, those that exist, in no order.
    fn list(&mut self, case_ids: &[CaseId]) -> Result<Vec<CaseBrief>, StoreError>;

    /// Keeps what a case stands at, in place of what it stood at: `before`, as [`StandingRepository::find`] gave it.
    fn update(&mut self, case_id: CaseId, standing: &KeptStanding, before: &KeptStanding) -> Result<(), StoreError>;

    /// Something happened in cases now, and they stand where they stood.
    fn record_moved(&mut self, case_ids: &[CaseId], now: DateTime<Utc>) -> Result<(), StoreError>;

    /// Whether an address can be written to has changed: the cases that have it in their record are to be looked at again.
    fn record_address_changed(&mut self, address: &str) -> Result<(), StoreError>;

    /// Cases that are to be looked at again, for an address or because other rules than these computed their standing; at most `limit`, in no
    /// order.
    fn list_outdated(&mut self, rules: &str, limit: i64) -> Result<Vec<CaseId>, StoreError>;

    /// A case is looked at again for its addresses: whatever changes from here on is new.
    fn take_outdated(&mut self, case_id: CaseId) -> Result<(), StoreError>;
}
