//! What becomes of a letter other than by the one who sends it.

use chrono::{DateTime, Utc};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::ports::{DeliveryRepository, Outcome, StoreError, Updated};

use super::queue;
use super::work::Work;

impl DeliveryRepository for Work<'_> {
    fn skip(&mut self, id: MessageId, reason: &str, now: DateTime<Utc>) -> Result<Updated, StoreError> {
        self.write(|conn| queue::skip(conn, id, reason, now))
    }

    fn settle_uncertain(&mut self, id: MessageId, outcome: &Outcome) -> Result<Updated, StoreError> {
        self.write(|conn| queue::settle_uncertain(conn, id, outcome))
    }

    fn record_report(&mut self, id: MessageId, outcome: &Outcome) -> Result<Updated, StoreError> {
        self.write(|conn| queue::record_report(conn, id, outcome))
    }

    fn withdraw_queued(&mut self, case_id: CaseId, reason: &str, now: DateTime<Utc>) -> Result<Vec<MessageId>, StoreError> {
        self.write(|conn| queue::withdraw_queued(conn, case_id, reason, now))
    }
}
