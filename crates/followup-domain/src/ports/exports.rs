//! Lists as a whole, to be taken away piece by piece.

use super::{CaseQuery, StoreError};
use crate::case::Case;
use crate::ids::CaseId;

/// Lists from their beginning to their end, whatever is added meanwhile; a piece costs the same wherever it begins.
pub trait ExportRepository {
    /// Cases under a query's conditions, by number, after `after`; at most `limit` are looked at. Its order does not count. Besides, after which
    /// number the next piece begins; none at the end. One that cannot be read is left out.
    fn cases(&mut self, query: &CaseQuery, after: Option<CaseId>, limit: i64) -> Result<(Vec<Case>, Option<CaseId>), StoreError>;
}
