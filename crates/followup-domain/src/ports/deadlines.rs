//! The table of reporting deadlines, which the unit edits.

use super::{StoreError, Updated};
use crate::case::deadlines::{Deadline, DeadlineId, NewDeadline};

/// Reporting deadlines.
pub trait DeadlineRepository {
    /// All rows, by authority, role, seriousness and id.
    fn list(&mut self) -> Result<Vec<Deadline>, StoreError>;

    /// Stores a row.
    fn insert(&mut self, deadline: &NewDeadline) -> Result<DeadlineId, StoreError>;

    /// Replaces a row; [`Updated::Stale`] for an unknown one.
    fn update(&mut self, id: DeadlineId, deadline: &NewDeadline) -> Result<Updated, StoreError>;

    /// Removes a row; [`Updated::Stale`] for an unknown one. What it said stays in the audit trail.
    fn remove(&mut self, id: DeadlineId) -> Result<Updated, StoreError>;
}
