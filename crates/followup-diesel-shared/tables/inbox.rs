//! Inbound mail as it arrived.

use diesel::dsl::AsSelect;
use diesel::prelude::*;
use followup_domain::ids::{InboundMailId, MessageId, RawId};
use followup_domain::mail::inbound::{InboundMail, InboundState, MailboxCursor, MailboxPosition, NewInboundMail};
use followup_domain::message::Channel;
use followup_domain::ports::{InboxRepository, Inserted, StoreError, Updated};

use super::super::{Conn, Db};
use super::schema::{arrival, arrival_copy, content, mailbox_cursor};
use super::work::Work;
use super::{At, LONGEST_PAGE, unfetched, updated};
use crate::error::{Done, Failure, unreadable};

#[derive(Queryable, Selectable)]
#[diesel(table_name = arrival, check_for_backend(Db))]
pub(super) struct InboundRow {
    id: i64,
    mailbox: String,
    uid_validity: Option<i64>,
    uid: Option<i64>,
    arrived_at: At,
    recorded_at: At,
    content_id: Option<i64>,
    state: String,
    reason: Option<String>,
    message_id: Option<i64>,
}

/// A mail's row with the hash and the size of its bytes.
pub(super) type FullRow = (InboundRow, Option<String>, Option<i64>);

pub(super) fn inbound_mail_of((row, sha256, size): FullRow) -> Done<InboundMail> {
    let uid = row.uid_validity.zip(row.uid).map(|(validity, uid)| Ok::<_, Failure>((to_u32(validity)?, to_u32(uid)?)));
    Ok(InboundMail {
        id: InboundMailId(row.id),
        position: MailboxPosition { mailbox: row.mailbox, uid: uid.transpose()? },
        arrived_at: row.arrived_at.0,
        recorded_at: row.recorded_at.0,
        raw_id: row.content_id.map(RawId),
        sha256,
        size: size.map(u64::try_from).transpose().map_err(|_| unreadable("mail size"))?,
        state: InboundState::parse(&row.state).ok_or_else(|| unreadable("inbound state"))?,
        reason: row.reason,
        message_id: row.message_id.map(MessageId),
    })
}

pub(super) fn to_u32(number: i64) -> Done<u32> {
    u32::try_from(number).map_err(|_| unreadable("mailbox position"))
}

impl InboxRepository for Work<'_> {
    fn insert(&mut self, mail: &NewInboundMail) -> Result<Inserted<InboundMailId>, StoreError> {
        self.carried(mail.raw.len());
        self.write(|conn| {
            let inserted = insert(conn, mail)?;
            if let Some((uid_validity, uid)) = mail.position.uid {
                advance(conn, &mail.position.mailbox, MailboxCursor { uid_validity, last_uid: uid })?;
            }
            Ok(inserted)
        })
    }

    fn list_stored(&mut self, limit: i64) -> Result<Vec<InboundMailId>, StoreError> {
        self.read(|conn| {
            let stored = arrival::table.filter(arrival::state.eq(InboundState::Stored.as_str()));
            let oldest_first = stored.order((arrival::arrived_at, arrival::id)).limit(limit.clamp(0, LONGEST_PAGE));
            let ids: Vec<i64> = oldest_first.select(arrival::id).load(conn)?;
            Ok(ids.into_iter().map(InboundMailId).collect())
        })
    }

    fn is_stored(&mut self, id: InboundMailId) -> Result<bool, StoreError> {
        self.read(|conn| Ok(diesel::select(diesel::dsl::exists(stored(id))).get_result(conn)?))
    }

    fn find_for_update(&mut self, id: InboundMailId) -> Result<Option<InboundMail>, StoreError> {
        self.write(|conn| {
            let locked: Option<Option<i64>> = lock_rows!(arrival::table.find(id.0).select(arrival::content_id)).first(conn).optional()?;
            if locked.is_none() {
                return Ok(None);
            }
            let mails = with_raw().filter(arrival::id.eq(id.0));
            let row: FullRow = mails.first(conn)?;
            inbound_mail_of(row).map(Some)
        })
    }

    fn record_processed(&mut self, id: InboundMailId, message_id: Option<MessageId>) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let state = (arrival::state.eq(InboundState::Processed.as_str()), arrival::message_id.eq(message_id.map(|id| id.0)));
            Ok(updated(diesel::update(stored(id)).set(state).execute(conn)?))
        })
    }

    fn record_quarantined(&mut self, id: InboundMailId, reason: &str) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let state = (arrival::state.eq(InboundState::Quarantined.as_str()), arrival::reason.eq(reason));
            Ok(updated(diesel::update(stored(id)).set(state).execute(conn)?))
        })
    }

    fn record_partial(&mut self, id: InboundMailId) -> Result<(), StoreError> {
        self.write(|conn| {
            diesel::update(arrival::table.find(id.0)).set(arrival::is_partial.eq(true)).execute(conn)?;
            Ok(())
        })
    }

    fn is_partial(&mut self, id: InboundMailId) -> Result<bool, StoreError> {
        self.read(|conn| Ok(arrival::table.find(id.0).select(arrival::is_partial).first(conn).optional()?.unwrap_or_default()))
    }
}

fn insert(conn: &mut Conn, mail: &NewInboundMail) -> Done<Inserted<InboundMailId>> {
    // All empty mails have one hash: the second would be taken for the first, and lost.
    if mail.raw.is_empty() && mail.position.uid.is_some() {
        return Err(Failure::Refused("a mail of a mailbox is not empty".to_owned()));
    }
    let here = find_at(conn, &mail.position)?;
    if let Some((known, false)) = here {
        return unfetched::supply(conn, known, mail);
    }
    let sha256 = super::content::sha256(&mail.raw);
    let content_id = super::content::store(conn, &sha256, &mail.raw, mail.recorded_at)?;
    if let Some(known) = with_bytes(conn, content_id)? {
        record_copy(conn, &mail.position, known)?;
        return Ok(Inserted::Duplicate(known));
    }
    // Other bytes at a known place are a new mail: the mailbox was set back to an older state and has given the UID again. The
    // place belongs to the first mail, and where that came from never changes.
    let place = mail.position.uid.filter(|_| here.is_none());
    let (validity, uid) = place.unzip();
    let row = (
        arrival::mailbox.eq(&mail.position.mailbox),
        arrival::uid_validity.eq(validity.map(i64::from)),
        arrival::uid.eq(uid.map(i64::from)),
        arrival::arrived_at.eq(At::from(mail.arrived_at)),
        arrival::recorded_at.eq(At::from(mail.recorded_at)),
        arrival::content_id.eq(content_id),
        arrival::state.eq(InboundState::Stored.as_str()),
        arrival::channel.eq(Channel::Email.as_str()),
        arrival::is_partial.eq(false),
    );
    let new: Option<i64> =
        diesel::insert_into(arrival::table).values(row).on_conflict_do_nothing().returning(arrival::id).get_result(conn).optional()?;
    if let Some(id) = new.map(InboundMailId) {
        if place.is_none() {
            record_copy(conn, &mail.position, id)?;
        }
        return Ok(Inserted::New(id));
    }
    // The same bytes, or the same position stored by another process meanwhile.
    match with_bytes(conn, content_id)? {
        Some(known) => {
            record_copy(conn, &mail.position, known)?;
            Ok(Inserted::Duplicate(known))
        }
        None => find_at(conn, &mail.position)?.map(|(id, _)| Inserted::Duplicate(id)).ok_or_else(|| diesel::result::Error::NotFound.into()),
    }
}

/// The mail that has these bytes.
pub(super) fn with_bytes(conn: &mut Conn, content_id: i64) -> Done<Option<InboundMailId>> {
    let same_bytes = arrival::table.filter(arrival::content_id.eq(content_id)).select(arrival::id);
    Ok(same_bytes.first(conn).optional()?.map(InboundMailId))
}

/// A known mail stands at this place too.
fn record_copy(conn: &mut Conn, position: &MailboxPosition, known: InboundMailId) -> Done<()> {
    let Some((validity, uid)) = position.uid else { return Ok(()) };
    let copy = (
        arrival_copy::mailbox.eq(&position.mailbox),
        arrival_copy::uid_validity.eq(i64::from(validity)),
        arrival_copy::uid.eq(i64::from(uid)),
        arrival_copy::arrival_id.eq(known.0),
    );
    diesel::insert_into(arrival_copy::table).values(copy).on_conflict_do_nothing().execute(conn)?;
    Ok(())
}

/// The mail at this position, and whether nothing is missing of it. Of several, the one of which the bytes are missing.
pub(super) fn find_at(conn: &mut Conn, position: &MailboxPosition) -> Done<Option<(InboundMailId, bool)>> {
    let Some((validity, uid)) = position.uid else { return Ok(None) };
    if let Some(again) = unfetched::find_again(conn, &position.mailbox, i64::from(validity), i64::from(uid))? {
        return Ok(Some((again, false)));
    }
    let at = arrival::table
        .filter(arrival::mailbox.eq(&position.mailbox))
        .filter(arrival::uid_validity.eq(i64::from(validity)))
        .filter(arrival::uid.eq(i64::from(uid)));
    let found: Option<(i64, Option<i64>, String)> = at.select((arrival::id, arrival::content_id, arrival::state)).first(conn).optional()?;
    Ok(found.map(|(id, raw_id, state)| (InboundMailId(id), raw_id.is_some() || state != InboundState::Quarantined.as_str())))
}

/// Moves the cursor forward; to another UIDVALIDITY at once.
pub(super) fn advance(conn: &mut Conn, mailbox: &str, to: MailboxCursor) -> Done<()> {
    let (validity, uid) = (i64::from(to.uid_validity), i64::from(to.last_uid));
    let place = (mailbox_cursor::uid_validity.eq(validity), mailbox_cursor::last_uid.eq(uid));
    let new = (mailbox_cursor::mailbox.eq(mailbox), place);
    if diesel::insert_into(mailbox_cursor::table).values(new).on_conflict_do_nothing().execute(conn)? == 0 {
        let behind = mailbox_cursor::uid_validity.ne(validity).or(mailbox_cursor::last_uid.lt(uid));
        let target = mailbox_cursor::table.filter(mailbox_cursor::mailbox.eq(mailbox)).filter(behind);
        diesel::update(target).set(place).execute(conn)?;
    }
    Ok(())
}

#[diesel::dsl::auto_type(no_type_alias)]
fn stored(id: InboundMailId) -> _ {
    let id: i64 = id.0;
    let state: &'static str = InboundState::Stored.as_str();
    arrival::table.filter(arrival::id.eq(id)).filter(arrival::state.eq(state))
}

#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn with_raw() -> _ {
    let mail: AsSelect<InboundRow, Db> = InboundRow::as_select();
    arrival::table.left_join(content::table.on(content::id.nullable().eq(arrival::content_id))).select((
        mail,
        content::sha256.nullable(),
        content::size.nullable(),
    ))
}
