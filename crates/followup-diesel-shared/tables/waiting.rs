//! Cases that wait for an answer.

use chrono::{DateTime, Utc};
use followup_domain::ids::CaseId;
use followup_domain::ports::{StoreError, Updated, WaitingRepository};

use super::life;
use super::work::Work;

impl WaitingRepository for Work<'_> {
    fn set(&mut self, id: CaseId, since: Option<DateTime<Utc>>) -> Result<(), StoreError> {
        self.write(|conn| life::set_awaiting(conn, id, since))
    }

    fn settle(&mut self, id: CaseId, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|conn| life::settle_waiting(conn, id, at))
    }

    fn list_to_escalate(&mut self, since: DateTime<Utc>, after: Option<CaseId>, limit: i64) -> Result<Vec<CaseId>, StoreError> {
        self.read(|conn| life::list_to_escalate(conn, since, after, limit))
    }

    fn record_escalated(&mut self, id: CaseId, now: DateTime<Utc>) -> Result<Updated, StoreError> {
        self.write(|conn| life::record_escalated(conn, id, now))
    }
}
