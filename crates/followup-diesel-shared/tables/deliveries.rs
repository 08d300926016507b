//! What becomes of a letter other than by the one who sends it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::Message;
use followup_domain::ports::{DeliveryRepository, Outcome, StoreError, Updated};

use super::super::Conn;
use super::schema::{icsr, message};
use super::work::Work;
use super::{IDS_PER_QUERY, queue, thread};
use crate::error::Done;

impl DeliveryRepository for Work<'_> {
    fn skip(&mut self, id: MessageId, reason: &str, now: DateTime<Utc>) -> Result<Updated, StoreError> {
        self.write(|conn| queue::skip(conn, id, reason, now))
    }

    fn settle_uncertain(&mut self, id: MessageId, outcome: &Outcome) -> Result<Updated, StoreError> {
        self.write(|conn| queue::settle_uncertain(conn, id, outcome))
    }

    fn find_for_update(&mut self, ids: &[MessageId]) -> Result<Vec<Message>, StoreError> {
        self.write(|conn| {
            let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
            lock_cases_of(conn, &ids)?;
            thread::find_all(conn, &ids)
        })
    }

    fn record_reports(&mut self, batch: &[(MessageId, &Outcome)]) -> Result<Vec<Updated>, StoreError> {
        self.write(|conn| queue::record_reports(conn, batch))
    }

    fn withdraw_queued(&mut self, case_id: CaseId, reason: &str, now: DateTime<Utc>) -> Result<Vec<MessageId>, StoreError> {
        self.write(|conn| queue::withdraw_queued(conn, case_id, reason, now))
    }
}

fn lock_cases_of(conn: &mut Conn, messages: &[i64]) -> Done<()> {
    let mut cases: Vec<i64> = Vec::with_capacity(messages.len());
    for some in messages.chunks(IDS_PER_QUERY) {
        let theirs = message::table.filter(message::id.eq_any(some)).select(message::case_id);
        cases.extend(theirs.load::<Option<i64>>(conn)?.into_iter().flatten());
    }
    cases.sort_unstable();
    cases.dedup();
    for some in cases.chunks(IDS_PER_QUERY) {
        lock_rows!(icsr::table.filter(icsr::id.eq_any(some)).order(icsr::id).select(icsr::id)).load::<i64>(conn)?;
    }
    Ok(())
}
