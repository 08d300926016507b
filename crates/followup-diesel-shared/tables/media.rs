//! Files that providers give apart from their messages.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::ids::{CaseId, MessageId, RawId};
use followup_domain::message::Absence;
use followup_domain::ports::{DueMedia, MediaRepository, StoreError, Updated};
use followup_domain::sending::IncomingMedia;

use super::super::{Conn, Db};
use super::schema::{attachment, media, message};
use super::work::Work;
use super::{At, LONGEST_PAGE, content, updated};
use crate::error::{Done, Failure};

#[derive(Queryable, Selectable)]
#[diesel(table_name = media, check_for_backend(Db))]
struct MediaRow {
    message_id: i64,
    n: i32,
    provider: String,
    source: String,
    sha256: Option<String>,
    tries: i32,
}

impl MediaRepository for Work<'_> {
    fn insert(&mut self, id: MessageId, provider: &str, files: &[IncomingMedia], from: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|conn| {
            for (n, file) in (0..).zip(files) {
                let row = (
                    media::message_id.eq(id.0),
                    media::n.eq(n),
                    media::provider.eq(provider),
                    media::source.eq(&file.source),
                    media::sha256.eq(file.sha256.as_deref()),
                    media::absent.eq(Absence::Waiting.as_str()),
                    media::tries.eq(0),
                    media::next_at.eq(At::from(from)),
                );
                diesel::insert_into(media::table).values(row).execute(conn)?;
            }
            Ok(())
        })
    }

    fn list_due(&mut self, provider: &str, now: DateTime<Utc>, limit: i64) -> Result<Vec<DueMedia>, StoreError> {
        self.read(|conn| {
            let due = media::table.inner_join(message::table.on(message::id.eq(media::message_id)));
            // As the index says it: a bound value would be any.
            let waits = diesel::dsl::sql::<diesel::sql_types::Bool>("media.absent = 'waiting'");
            let due = due.filter(media::provider.eq(provider)).filter(waits).filter(media::next_at.le(At::from(now)));
            let due = due.order((media::next_at, media::message_id, media::n)).limit(limit.clamp(0, LONGEST_PAGE));
            let rows: Vec<(MediaRow, Option<i64>)> = due.select((MediaRow::as_select(), message::case_id)).load(conn)?;
            Ok(rows.into_iter().map(due_media).collect())
        })
    }

    fn claim(&mut self, file: &DueMedia, again_at: DateTime<Utc>) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let unclaimed = media::table.find((file.message_id.0, file.n)).filter(media::tries.eq(file.tries));
            let unclaimed = unclaimed.filter(media::absent.eq(Absence::Waiting.as_str()));
            let claim = (media::tries.eq(file.tries.saturating_add(1)), media::next_at.eq(At::from(again_at)));
            Ok(updated(diesel::update(unclaimed).set(claim).execute(conn)?))
        })
    }

    fn record_fetched(&mut self, file: &DueMedia, bytes: &[u8], now: DateTime<Utc>) -> Result<Updated, StoreError> {
        self.carried(bytes.len());
        self.write(|conn| {
            if settle(conn, file, None)? == Updated::Stale {
                return Ok(Updated::Stale);
            }
            let sha256 = content::sha256(bytes);
            let stored = content::store(conn, &sha256, bytes, now)?;
            let size = i64::try_from(bytes.len()).map_err(|_| Failure::Refused("the file is too large".to_owned()))?;
            let known = (attachment::size.eq(size), attachment::sha256.eq(sha256), attachment::content_id.eq(stored));
            diesel::update(attachment::table.find((file.message_id.0, file.n))).set(known).execute(conn)?;
            Ok(Updated::Yes)
        })
    }

    fn record_absent(&mut self, file: &DueMedia, why: Absence) -> Result<Updated, StoreError> {
        self.write(|conn| settle(conn, file, Some(why)))
    }

    fn find_bytes(&mut self, id: MessageId, n: i32) -> Result<Option<RawId>, StoreError> {
        let found = self.read(|conn| {
            let stored = attachment::table.find((id.0, n)).select(attachment::content_id);
            Ok(stored.first::<Option<i64>>(conn).optional()?)
        })?;
        Ok(found.flatten().map(RawId))
    }
}

fn settle(conn: &mut Conn, file: &DueMedia, absent: Option<Absence>) -> Done<Updated> {
    let waits = media::table.find((file.message_id.0, file.n)).filter(media::absent.eq(Absence::Waiting.as_str()));
    Ok(updated(diesel::update(waits).set(media::absent.eq(absent.map(Absence::as_str))).execute(conn)?))
}

fn due_media((row, case_id): (MediaRow, Option<i64>)) -> DueMedia {
    let MediaRow { message_id, n, provider, source, sha256, tries } = row;
    DueMedia { message_id: MessageId(message_id), case_id: case_id.map(CaseId), n, provider, source, sha256, tries }
}
