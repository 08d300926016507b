//! What contradicts itself in cases.

use chrono::{DateTime, Utc};

use super::StoreError;
use crate::case::SetAside;
use crate::ids::CaseId;

/// What contradicts itself in cases, and what people set aside of it.
pub trait WarningRepository {
    /// Stores until when somebody has to look at a case ([`crate::case::Case::warned_until`]), and the warnings that are set aside; both
    /// replace what was there. The version stays.
    fn set(&mut self, id: CaseId, warned_until: Option<DateTime<Utc>>, set_aside: &[SetAside]) -> Result<(), StoreError>;
}
