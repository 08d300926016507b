//! Who has read answers, and whether somebody has decided about them.

use chrono::{DateTime, Utc};
use diesel::dsl::{count_star, exists, not};
use diesel::prelude::*;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::ports::{AnswerRepository, StoreError};

use super::exchanges::may_answer;
use super::schema::{inbound, message_read};
use super::work::Work;
use super::{At, IDS_PER_QUERY};

/// Whether a reader has read what came in. A macro, for the type of a query that looks at an outer one has no name.
macro_rules! is_read {
    ($reader:expr) => {
        is_read!($reader, inbound::message_id)
    };
    ($reader:expr, $id:expr) => {
        exists(message_read::table.filter(message_read::message_id.eq($id)).filter(message_read::username.eq($reader)))
    };
}
pub(super) use is_read;

impl AnswerRepository for Work<'_> {
    fn count_unattended(&mut self, case_id: CaseId) -> Result<i64, StoreError> {
        self.read(|conn| Ok(inbound::table.filter(inbound::unattended_in.eq(case_id.0)).count().get_result(conn)?))
    }

    fn has_unattended(&mut self, case_id: CaseId) -> Result<bool, StoreError> {
        self.read(|conn| {
            let waiting = inbound::table.filter(inbound::unattended_in.eq(case_id.0)).filter(may_answer());
            Ok(diesel::select(exists(waiting)).get_result(conn)?)
        })
    }

    fn count_unread(&mut self, case_ids: &[CaseId], reader: &str) -> Result<Vec<(CaseId, i64)>, StoreError> {
        self.read(|conn| {
            let ids: Vec<i64> = case_ids.iter().map(|id| id.0).collect();
            let mut counts = Vec::new();
            for ids in ids.chunks(IDS_PER_QUERY) {
                let case = inbound::unattended_in.assume_not_null();
                let unread = inbound::table.filter(case.eq_any(ids)).filter(not(is_read!(reader)));
                let found: Vec<(i64, i64)> = unread.group_by(inbound::unattended_in).select((case, count_star())).load(conn)?;
                counts.extend(found.into_iter().map(|(id, count)| (CaseId(id), count)));
            }
            Ok(counts)
        })
    }

    fn mark_read(&mut self, case_id: CaseId, reader: &str, up_to: MessageId, now: DateTime<Utc>) -> Result<i64, StoreError> {
        self.write(|conn| {
            let waiting = inbound::table.filter(inbound::unattended_in.eq(case_id.0)).filter(inbound::message_id.le(up_to.0));
            let unread: Vec<i64> = waiting.filter(not(is_read!(reader))).select(inbound::message_id).load(conn)?;
            let mut read = 0;
            for ids in unread.chunks(IDS_PER_QUERY) {
                let row = |id: &i64| {
                    (message_read::message_id.eq(*id), message_read::username.eq(reader), message_read::read_at.eq(At::from(now)))
                };
                let rows: Vec<_> = ids.iter().map(row).collect();
                read += diesel::insert_into(message_read::table).values(rows).on_conflict_do_nothing().execute(conn)?;
            }
            Ok(i64::try_from(read).unwrap_or(i64::MAX))
        })
    }

    fn attend(&mut self, case_id: CaseId, reader: &str) -> Result<i64, StoreError> {
        self.write(|conn| {
            let read = inbound::table.filter(inbound::unattended_in.eq(case_id.0)).filter(is_read!(reader));
            let read: Vec<i64> = read.select(inbound::message_id).load(conn)?;
            let mut attended = 0;
            for ids in read.chunks(IDS_PER_QUERY) {
                let waiting = inbound::table.filter(inbound::message_id.eq_any(ids));
                attended += diesel::update(waiting).set(inbound::unattended_in.eq(None::<i64>)).execute(conn)?;
                // Who had read it is looked at while it waits, and no longer: the trail tells it.
                diesel::delete(message_read::table.filter(message_read::message_id.eq_any(ids))).execute(conn)?;
            }
            Ok(i64::try_from(attended).unwrap_or(i64::MAX))
        })
    }
}
