//! Cases.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Page, PageRequest, StoreError, Updated};
use crate::case::{Case, CaseRecord, Closure, Estado, FollowupStatus, Gravedad};
use crate::ids::CaseId;

/// A case to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct NewCase {
    /// What is known.
    pub record: CaseRecord,
    /// The day of receipt, where people of the unit live: [`CaseRecord::received_on`].
    pub received_on: NaiveDate,
    /// Now (UTC).
    pub created_at: DateTime<Utc>,
}

/// Which cases to list; every given condition must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CaseQuery {
    /// Every word must stand in [`CaseRecord::search_text`], ignoring case and accents. Any character is literal.
    pub text: Option<String>,
    /// State of the work.
    pub estado: Option<Estado>,
    /// Seriousness, as [`CaseRecord::seriousness`] says where it says anything.
    pub gravedad: Option<Gravedad>,
    /// Open or closed.
    pub followup_status: Option<FollowupStatus>,
    /// Received on this day or later ([`NewCase::received_on`]).
    pub received_from: Option<NaiveDate>,
    /// Received on this day or earlier.
    pub received_to: Option<NaiveDate>,
    /// A message waits for an answer since this instant (UTC) or longer.
    pub awaiting_since: Option<DateTime<Utc>>,
    /// With a warning that nobody set aside and that holds at this instant (UTC; [`crate::case::Case::warned_until`]).
    pub warned_at: Option<DateTime<Utc>>,
    /// What the case stands at.
    pub standing: StandingFilter,
    /// Whose reading counts ([`super::Onlooker::reader`]).
    pub reader: String,
    /// The order.
    pub sort: CaseSort,
}

/// Which cases to list by what they stand at ([`crate::asking::standing`]); every given condition must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StandingFilter {
    /// Whether answers wait that [`CaseQuery::reader`] has not read.
    pub unread: Option<bool>,
    /// Whether answers wait for a decision.
    pub unattended: Option<bool>,
    /// At least so much is missing.
    pub missing_from: Option<i64>,
    /// At most so much is missing.
    pub missing_to: Option<i64>,
    /// Something happened last at this instant (UTC) or later.
    pub moved_from: Option<DateTime<Utc>>,
    /// Something happened last before this instant.
    pub moved_before: Option<DateTime<Utc>>,
    /// Something comes next at this instant or later.
    pub next_from: Option<DateTime<Utc>>,
    /// Something comes next before this instant.
    pub next_before: Option<DateTime<Utc>>,
}

/// The order of a case list; ties go by id, in the same direction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CaseSort {
    /// Newest first.
    #[default]
    NewestFirst,
    /// Oldest first.
    OldestFirst,
    /// Last changed first.
    LastChangedFirst,
    /// By day of receipt, latest first.
    LastReceivedFirst,
    /// By when something last happened, latest first.
    LastMovedFirst,
    /// Cases in which answers wait for a decision, then the others; of each the last moved first.
    AnswersFirst,
    /// By when something comes next, earliest first; only cases in which something does.
    NextFirst,
}

/// Cases.
pub trait CaseRepository {
    /// Stores a case: open, version 1. Its search text is kept with it.
    fn insert(&mut self, case: &NewCase) -> Result<CaseId, StoreError>;

    /// A case.
    fn find(&mut self, id: CaseId) -> Result<Option<Case>, StoreError>;

    /// A case, locked until the transaction ends. Whoever changes anything of a case locks it first.
    fn find_for_update(&mut self, id: CaseId) -> Result<Option<Case>, StoreError>;

    /// Stores `record` and the day of receipt that follows from it, if the version is still `expected_version`, and counts the version up.
    fn update(
        &mut self,
        id: CaseId,
        record: &CaseRecord,
        received_on: NaiveDate,
        expected_version: i64,
        now: DateTime<Utc>,
    ) -> Result<Updated, StoreError>;

    /// The service's own change of `estado`: the version stays, so that an editor's update does not go stale.
    /// [`Updated::Stale`] when the case's `estado` is no longer `from`.
    fn update_estado(&mut self, id: CaseId, from: Estado, to: Estado, now: DateTime<Utc>) -> Result<Updated, StoreError>;

    /// Closes an open follow-up; [`Updated::Stale`] when it is not open. The version stays.
    fn close(&mut self, id: CaseId, closure: &Closure) -> Result<Updated, StoreError>;

    /// Opens a closed follow-up again; [`Updated::Stale`] when it is not closed. The version stays.
    fn reopen(&mut self, id: CaseId, now: DateTime<Utc>) -> Result<Updated, StoreError>;

    /// A page of cases.
    fn list(&mut self, query: &CaseQuery, page: PageRequest) -> Result<Page<Case>, StoreError>;
}
