//! Mails that a server names but does not give, and which mails of a mailbox are known.

use chrono::{DateTime, Utc};
use diesel::alias;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use followup_domain::ids::InboundMailId;
use followup_domain::mail::inbound::{InboundState, MailboxCursor, MailboxPosition, NewInboundMail, UnfetchedMail};
use followup_domain::message::Channel;
use followup_domain::ports::{Inserted, StoreError, UnfetchedRepository};

use super::super::Conn;
use super::inbox::{advance, find_at, to_u32, with_bytes};
use super::schema::{arrival, arrival_copy, mailbox_cursor, mailbox_refusal, mailbox_retry};
use super::work::Work;
use super::{At, LONGEST_PAGE};
use crate::error::{Done, unreadable};

impl UnfetchedRepository for Work<'_> {
    fn insert(&mut self, mail: &UnfetchedMail) -> Result<Inserted<InboundMailId>, StoreError> {
        self.write(|conn| {
            let inserted = insert(conn, mail)?;
            advance(conn, &mail.mailbox, MailboxCursor { uid_validity: mail.uid.0, last_uid: mail.uid.1 })?;
            Ok(inserted)
        })
    }

    fn count_refusal(&mut self, mailbox: &str, place: MailboxCursor) -> Result<u32, StoreError> {
        self.write(|conn| count_refusal(conn, mailbox, place))
    }

    fn list_known(&mut self, mailbox: &str, after: MailboxCursor, limit: i64) -> Result<Vec<u32>, StoreError> {
        self.read(|conn| list_known(conn, mailbox, after, limit.clamp(0, LONGEST_PAGE)))
    }

    fn list(&mut self, mailbox: &str, after: MailboxCursor, limit: i64) -> Result<Vec<u32>, StoreError> {
        self.read(|conn| list(conn, mailbox, after, limit.clamp(0, LONGEST_PAGE)))
    }

    fn settle_elsewhere(&mut self, stored: InboundMailId, uid_validity: u32) -> Result<Option<InboundMailId>, StoreError> {
        self.write(|conn| settle_elsewhere(conn, stored, i64::from(uid_validity)))
    }

    fn request_retry(&mut self, mailbox: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|conn| {
            let row = (mailbox_retry::mailbox.eq(mailbox), mailbox_retry::requested_at.eq(At::from(at)));
            diesel::insert_into(mailbox_retry::table).values(row).on_conflict_do_nothing().execute(conn)?;
            Ok(())
        })
    }

    fn take_retry_request(&mut self, mailbox: &str) -> Result<bool, StoreError> {
        self.write(|conn| Ok(diesel::delete(mailbox_retry::table.find(mailbox)).execute(conn)? > 0))
    }
}

/// Puts a mail into the quarantine without bytes.
pub(super) fn insert(conn: &mut Conn, mail: &UnfetchedMail) -> Done<Inserted<InboundMailId>> {
    let position = MailboxPosition { mailbox: mail.mailbox.clone(), uid: Some(mail.uid) };
    if let Some((known, is_complete)) = find_at(conn, &position)? {
        // Whoever stored a mail there moved the cursor past it; unless the cursor was taken back since, it is that mail.
        let is_another = is_complete && lies_behind(conn, mail)?;
        return if is_another { insert_again(conn, mail) } else { Ok(Inserted::Duplicate(known)) };
    }
    match insert_row(conn, mail, Some(mail.uid.0))? {
        Some(id) => Ok(Inserted::New(id)),
        None => find_at(conn, &position)?.map(|(id, _)| Inserted::Duplicate(id)).ok_or_else(|| diesel::result::Error::NotFound.into()),
    }
}

/// Whether the mailbox has not been read so far yet.
fn lies_behind(conn: &mut Conn, mail: &UnfetchedMail) -> Done<bool> {
    let columns = (mailbox_cursor::uid_validity, mailbox_cursor::last_uid);
    let cursor: Option<(i64, i64)> = mailbox_cursor::table.find(&mail.mailbox).select(columns).first(conn).optional()?;
    Ok(cursor.is_some_and(|(validity, last_uid)| validity == i64::from(mail.uid.0) && last_uid < i64::from(mail.uid.1)))
}

/// Another mail at a known place. The place stays the first one's: this one has no UIDVALIDITY, and stands there as a copy does.
fn insert_again(conn: &mut Conn, mail: &UnfetchedMail) -> Done<Inserted<InboundMailId>> {
    let id = insert_row(conn, mail, None)?.ok_or(diesel::result::Error::NotFound)?;
    let place = (
        arrival_copy::mailbox.eq(&mail.mailbox),
        arrival_copy::uid_validity.eq(i64::from(mail.uid.0)),
        arrival_copy::uid.eq(i64::from(mail.uid.1)),
    );
    diesel::insert_into(arrival_copy::table)
        .values((place, arrival_copy::arrival_id.eq(id.0)))
        .on_conflict((arrival_copy::mailbox, arrival_copy::uid_validity, arrival_copy::uid))
        .do_update()
        .set(arrival_copy::arrival_id.eq(id.0))
        .execute(conn)?;
    Ok(Inserted::New(id))
}

fn insert_row(conn: &mut Conn, mail: &UnfetchedMail, validity: Option<u32>) -> Done<Option<InboundMailId>> {
    let row = (
        arrival::mailbox.eq(&mail.mailbox),
        arrival::uid_validity.eq(validity.map(i64::from)),
        arrival::uid.eq(i64::from(mail.uid.1)),
        arrival::arrived_at.eq(At::from(mail.arrived_at)),
        arrival::recorded_at.eq(At::from(mail.recorded_at)),
        arrival::state.eq(InboundState::Quarantined.as_str()),
        arrival::reason.eq(&mail.reason),
        arrival::channel.eq(Channel::Email.as_str()),
        arrival::is_partial.eq(false),
    );
    let new: Option<i64> =
        diesel::insert_into(arrival::table).values(row).on_conflict_do_nothing().returning(arrival::id).get_result(conn).optional()?;
    Ok(new.map(InboundMailId))
}

/// The mail that stands at this place again, and of which the bytes are missing.
pub(super) fn find_again(conn: &mut Conn, mailbox: &str, uid_validity: i64, uid: i64) -> Done<Option<InboundMailId>> {
    let here = withheld_again(mailbox, uid_validity).filter(arrival_copy::uid.eq(uid));
    Ok(here.select(arrival::id).first(conn).optional()?.map(InboundMailId))
}

/// Mails without bytes that stand at a place of another mail.
#[diesel::dsl::auto_type(no_type_alias)]
fn withheld_again<'a>(mailbox: &'a str, uid_validity: i64) -> _ {
    let quarantined: &'static str = InboundState::Quarantined.as_str();
    arrival_copy::table
        .inner_join(arrival::table.on(arrival::id.eq(arrival_copy::arrival_id)))
        .filter(arrival_copy::mailbox.eq(mailbox))
        .filter(arrival_copy::uid_validity.eq(uid_validity))
        .filter(arrival::content_id.is_null())
        .filter(arrival::state.eq(quarantined))
}

/// Gives bytes to a mail that stands without them. If another mail has the same bytes, it is that mail's copy and is settled.
pub(super) fn supply(conn: &mut Conn, id: InboundMailId, mail: &NewInboundMail) -> Done<Inserted<InboundMailId>> {
    let content_id = super::content::store(conn, &super::content::sha256(&mail.raw), &mail.raw, mail.recorded_at)?;
    let target = arrival::table.find(id.0).filter(arrival::content_id.is_null());
    let no_reason = arrival::reason.eq(None::<String>);
    if let Some(known) = with_bytes(conn, content_id)? {
        let message_id: Option<i64> = arrival::table.find(known.0).select(arrival::message_id).first(conn)?;
        let settled = (arrival::state.eq(InboundState::Processed.as_str()), arrival::message_id.eq(message_id), no_reason);
        diesel::update(target).set(settled).execute(conn)?;
        return Ok(Inserted::Duplicate(id));
    }
    let stored = (
        arrival::content_id.eq(content_id),
        arrival::arrived_at.eq(At::from(mail.arrived_at)),
        arrival::recorded_at.eq(At::from(mail.recorded_at)),
        arrival::state.eq(InboundState::Stored.as_str()),
        no_reason,
    );
    let changed = diesel::update(target).set(stored).execute(conn)?;
    Ok(if changed == 1 { Inserted::New(id) } else { Inserted::Duplicate(id) })
}

/// Settles a mail that stands without bytes under another UIDVALIDITY, when this one arrived at its instant.
fn settle_elsewhere(conn: &mut Conn, stored: InboundMailId, validity: i64) -> Done<Option<InboundMailId>> {
    let (mailbox, arrived_at): (String, At) = arrival::table.find(stored.0).select((arrival::mailbox, arrival::arrived_at)).first(conn)?;
    // A mail at a place of another one has its UIDVALIDITY there.
    let places_here = arrival_copy::table
        .filter(arrival_copy::arrival_id.eq(arrival::id))
        .filter(arrival_copy::mailbox.eq(arrival::mailbox))
        .filter(arrival_copy::uid_validity.eq(validity));
    let elsewhere = arrival::table
        .filter(arrival::mailbox.eq(mailbox))
        .filter(arrival::content_id.is_null())
        .filter(arrival::state.eq(InboundState::Quarantined.as_str()))
        .filter(arrival::arrived_at.eq(arrived_at))
        .filter(arrival::uid_validity.is_null().or(arrival::uid_validity.ne(validity)))
        .filter(not(exists(places_here)));
    let Some(id) = elsewhere.order(arrival::id).select(arrival::id).first::<i64>(conn).optional()? else { return Ok(None) };
    let settled = (arrival::state.eq(InboundState::Processed.as_str()), arrival::reason.eq(None::<String>));
    diesel::update(arrival::table.find(id)).set(settled).execute(conn)?;
    Ok(Some(InboundMailId(id)))
}

/// Counts a refusal of the mail at this place; another mail's count begins at one.
pub(super) fn count_refusal(conn: &mut Conn, mailbox: &str, place: MailboxCursor) -> Done<u32> {
    let (validity, uid) = (i64::from(place.uid_validity), i64::from(place.last_uid));
    let at = (mailbox_refusal::uid_validity.eq(validity), mailbox_refusal::uid.eq(uid));
    let known = mailbox_refusal::table.find(mailbox);
    let same = known.filter(mailbox_refusal::uid_validity.eq(validity)).filter(mailbox_refusal::uid.eq(uid));
    if diesel::update(same).set(mailbox_refusal::times.eq(mailbox_refusal::times + 1)).execute(conn)? == 0 {
        diesel::insert_into(mailbox_refusal::table)
            .values((mailbox_refusal::mailbox.eq(mailbox), at, mailbox_refusal::times.eq(1)))
            .on_conflict(mailbox_refusal::mailbox)
            .do_update()
            .set((at, mailbox_refusal::times.eq(1)))
            .execute(conn)?;
    }
    let times: i64 = known.select(mailbox_refusal::times).first(conn)?;
    u32::try_from(times).map_err(|_| unreadable("number of refusals"))
}

/// UIDs behind a place of which the mail is stored: at their first place, or as a copy.
pub(super) fn list_known(conn: &mut Conn, mailbox: &str, after: MailboxCursor, limit: i64) -> Done<Vec<u32>> {
    let (validity, uid) = (i64::from(after.uid_validity), i64::from(after.last_uid));
    // Where another mail stands by now that was not given, the first one's says nothing.
    let (copy, mail) = alias!(arrival_copy as withheld_copy, arrival as withheld_mail);
    let withheld = || {
        copy.inner_join(mail.on(mail.field(arrival::id).eq(copy.field(arrival_copy::arrival_id))))
            .filter(copy.field(arrival_copy::mailbox).eq(mailbox))
            .filter(copy.field(arrival_copy::uid_validity).eq(validity))
            .filter(mail.field(arrival::content_id).is_null())
            .filter(mail.field(arrival::state).eq(InboundState::Quarantined.as_str()))
    };
    let first = arrival::table
        .filter(arrival::mailbox.eq(mailbox))
        .filter(arrival::uid_validity.eq(validity))
        .filter(arrival::uid.gt(uid))
        .filter(not(arrival::content_id.is_null().and(arrival::state.eq(InboundState::Quarantined.as_str()))))
        .filter(not(exists(withheld().filter(copy.field(arrival_copy::uid).nullable().eq(arrival::uid)))));
    let first: Vec<Option<i64>> = first.order(arrival::uid).limit(limit).select(arrival::uid).load(conn)?;
    let copies = arrival_copy::table
        .filter(arrival_copy::mailbox.eq(mailbox))
        .filter(arrival_copy::uid_validity.eq(validity))
        .filter(arrival_copy::uid.gt(uid))
        .filter(not(exists(withheld().filter(copy.field(arrival_copy::uid).eq(arrival_copy::uid)))));
    let copies: Vec<i64> = copies.order(arrival_copy::uid).limit(limit).select(arrival_copy::uid).load(conn)?;
    let mut uids = first.into_iter().flatten().chain(copies).map(to_u32).collect::<Done<Vec<u32>>>()?;
    uids.sort_unstable();
    uids.dedup();
    uids.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(uids)
}

/// UIDs behind a place of which the mail stands in the quarantine without bytes.
pub(super) fn list(conn: &mut Conn, mailbox: &str, after: MailboxCursor, limit: i64) -> Done<Vec<u32>> {
    let here = arrival::table
        .filter(arrival::content_id.is_null())
        .filter(arrival::mailbox.eq(mailbox))
        .filter(arrival::uid_validity.eq(i64::from(after.uid_validity)))
        .filter(arrival::uid.gt(i64::from(after.last_uid)))
        .filter(arrival::state.eq(InboundState::Quarantined.as_str()));
    let uids: Vec<Option<i64>> = here.order(arrival::uid).limit(limit).select(arrival::uid).load(conn)?;
    let again = withheld_again(mailbox, i64::from(after.uid_validity)).filter(arrival_copy::uid.gt(i64::from(after.last_uid)));
    let again: Vec<i64> = again.order(arrival_copy::uid).limit(limit).select(arrival_copy::uid).load(conn)?;
    let mut uids = uids.into_iter().flatten().chain(again).map(to_u32).collect::<Done<Vec<u32>>>()?;
    uids.sort_unstable();
    uids.dedup();
    uids.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(uids)
}
