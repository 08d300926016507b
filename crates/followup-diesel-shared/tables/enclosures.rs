//! Files that wait to be sent with a message, and those of messages.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::ids::{CaseId, MessageId, RawId, UploadId};
use followup_domain::message::Attachment;
use followup_domain::message::enclosure::{Enclosure, Upload};
use followup_domain::ports::{EnclosureRepository, Inserted, NewUpload, StoreError, Updated};

use super::super::Conn;
use super::schema::{attachment, content, upload};
use super::work::Work;
use super::{At, IDS_PER_QUERY, LONGEST_PAGE};
use crate::error::{Done, Failure, unreadable};

impl EnclosureRepository for Work<'_> {
    fn insert(&mut self, upload: &NewUpload<'_>) -> Result<Inserted<UploadId>, StoreError> {
        self.carried(upload.bytes.len());
        self.write(|conn| insert(conn, upload))
    }

    fn waiting(&mut self, case_id: CaseId, taken: &[UploadId]) -> Result<Vec<Upload>, StoreError> {
        self.read(|conn| waiting(conn, case_id, taken))
    }

    fn enclose(&mut self, case_id: CaseId, id: UploadId, now: DateTime<Utc>) -> Result<Option<Enclosure>, StoreError> {
        self.write(|conn| enclose(conn, case_id, id, now))
    }

    fn discard(&mut self, case_id: CaseId, id: UploadId) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let waits = upload::table.filter(upload::id.eq(id.0)).filter(upload::case_id.eq(case_id.0)).filter(upload::taken.eq(false));
            Ok(if diesel::delete(waits).execute(conn)? == 1 { Updated::Yes } else { Updated::Stale })
        })
    }

    fn forget_before(&mut self, before: DateTime<Utc>, limit: i64) -> Result<usize, StoreError> {
        self.write(|conn| {
            let old = upload::table.filter(upload::at.lt(At::from(before))).order(upload::at).limit(limit);
            let ids: Vec<i64> = old.select(upload::id).load(conn)?;
            Ok(diesel::delete(upload::table.filter(upload::id.eq_any(ids))).execute(conn)?)
        })
    }

    fn of_message(&mut self, id: MessageId) -> Result<Vec<Enclosure>, StoreError> {
        self.read(|conn| of_message(conn, id))
    }
}

fn insert(conn: &mut Conn, new: &NewUpload<'_>) -> Done<Inserted<UploadId>> {
    let Attachment { name, content_type, size, sha256, .. } = new.file;
    let name = name.as_deref().ok_or_else(|| Failure::Refused("a file to be sent has a name".to_owned()))?;
    let known = upload::table.filter(upload::case_id.eq(new.case_id.0)).filter(upload::sha256.eq(sha256)).filter(upload::name.eq(name));
    let known: Option<i64> = known.select(upload::id).first(conn).optional()?;
    if let Some(id) = known {
        diesel::update(upload::table.find(id)).set(upload::at.eq(At::from(new.at))).execute(conn)?;
        return Ok(Inserted::Duplicate(UploadId(id)));
    }
    let size = i64::try_from(*size).map_err(|_| Failure::Refused("the file is too large".to_owned()))?;
    let row = (
        upload::case_id.eq(new.case_id.0),
        upload::name.eq(name),
        upload::media_type.eq(content_type),
        upload::size.eq(size),
        upload::sha256.eq(sha256),
        upload::at.eq(At::from(new.at)),
        upload::taken.eq(false),
        upload::bytes.eq(Some(new.bytes)),
    );
    let id: i64 = diesel::insert_into(upload::table).values(row).returning(upload::id).get_result(conn)?;
    Ok(Inserted::New(UploadId(id)))
}

/// Name, media type, size, hash.
type FileColumns = (Option<String>, String, i64, String);

fn file_of((name, content_type, size, sha256): FileColumns) -> Done<Attachment> {
    let size = u64::try_from(size).map_err(|_| unreadable("file"))?;
    Ok(Attachment { name, content_type, size, sha256, content_id: None, absent: None })
}

fn waiting(conn: &mut Conn, case_id: CaseId, taken: &[UploadId]) -> Done<Vec<Upload>> {
    let named: Vec<i64> = taken.iter().take(IDS_PER_QUERY).map(|id| id.0).collect();
    let waits = upload::table.filter(upload::case_id.eq(case_id.0)).filter(upload::taken.eq(false).or(upload::id.eq_any(named)));
    let waits = waits.order((upload::at, upload::id));
    let file = (upload::name.nullable(), upload::media_type, upload::size, upload::sha256);
    let rows: Vec<(i64, At, FileColumns)> = waits.limit(LONGEST_PAGE).select((upload::id, upload::at, file)).load(conn)?;
    rows.into_iter().map(|(id, at, file)| Ok(Upload { id: UploadId(id), case_id, file: file_of(file)?, at: at.0 })).collect()
}

/// The bytes go from table to table: they are not read here.
fn enclose(conn: &mut Conn, case_id: CaseId, id: UploadId, now: DateTime<Utc>) -> Done<Option<Enclosure>> {
    let one = || upload::table.filter(upload::id.eq(id.0)).filter(upload::case_id.eq(case_id.0));
    let file = (upload::name.nullable(), upload::media_type, upload::size, upload::sha256);
    let found: Option<(bool, FileColumns)> = one().select((upload::taken, file)).first(conn).optional()?;
    let Some((taken, file)) = found else { return Ok(None) };
    let file = file_of(file)?;
    if !taken {
        let now = At::from(now).into_sql::<super::super::sql::Instant>();
        let row = one().select((upload::sha256, upload::size, now, upload::bytes.assume_not_null()));
        let columns = (content::sha256, content::size, content::stored_at, content::bytes);
        diesel::insert_into(content::table).values(row).into_columns(columns).on_conflict_do_nothing().execute(conn)?;
        diesel::update(upload::table.find(id.0)).set((upload::taken.eq(true), upload::bytes.eq(None::<Vec<u8>>))).execute(conn)?;
    }
    let stored: i64 = content::table.filter(content::sha256.eq(&file.sha256)).select(content::id).first(conn)?;
    Ok(Some(Enclosure { file, content: RawId(stored) }))
}

fn of_message(conn: &mut Conn, id: MessageId) -> Done<Vec<Enclosure>> {
    let its = attachment::table.filter(attachment::message_id.eq(id.0)).order(attachment::n);
    let file = (attachment::name, attachment::media_type, attachment::size, attachment::sha256);
    let rows: Vec<(Option<i64>, FileColumns)> = its.select((attachment::content_id, file)).load(conn)?;
    let with_bytes = rows.into_iter().filter_map(|(stored, file)| Some((stored?, file)));
    with_bytes.map(|(stored, file)| Ok(Enclosure { file: file_of(file)?, content: RawId(stored) })).collect()
}
