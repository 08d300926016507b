//! What stands beside messages: attachments, what people should know of them, and other readings of their text.

use std::collections::HashMap;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use followup_domain::ids::MessageId;
use followup_domain::message::Absence;
use followup_domain::message::enclosure::Enclosure;
use followup_domain::message::{Attachment, Direction, MOST_ATTACHMENTS_SHOWN, MailFlag, Message, MessageKind};
use followup_domain::ports::{MessageView, ReadingRepository, ReplyReading, StoreError};

use super::super::Conn;
use super::message_row::{ViewRow, parse, parse_optional, view_of};
use super::schema::{attachment, mail_flag, media, reply_reading};
use super::work::Work;
use super::{IDS_PER_QUERY, notices};
use crate::error::{Done, Failure, unreadable};

impl ReadingRepository for Work<'_> {
    fn insert(&mut self, id: MessageId, reading: &ReplyReading) -> Result<(), StoreError> {
        self.write(|conn| insert_reading(conn, id, reading))
    }

    fn insert_flag(&mut self, id: MessageId, flag: MailFlag) -> Result<(), StoreError> {
        self.write(|conn| insert_flag(conn, id, flag))
    }

    fn flags(&mut self, ids: &[MessageId]) -> Result<Vec<(MessageId, MailFlag)>, StoreError> {
        self.read(|conn| flags(conn, ids))
    }
}

#[derive(Insertable)]
#[diesel(table_name = attachment)]
struct NewAttachment<'a> {
    message_id: i64,
    n: i32,
    name: Option<&'a str>,
    media_type: &'a str,
    size: i64,
    sha256: &'a str,
    mime_content_id: Option<&'a str>,
    content_id: Option<i64>,
}

/// The attachments of a mail, whose bytes stand in the mail's own.
pub(super) fn insert_attachments(conn: &mut Conn, message_id: i64, attachments: &[Attachment]) -> Done<()> {
    insert_files(conn, message_id, &attachments.iter().map(|attachment| (attachment, None)).collect::<Vec<_>>())
}

/// The files that go with a message, each with its bytes.
pub(super) fn insert_enclosures(conn: &mut Conn, message_id: i64, enclosures: &[Enclosure]) -> Done<()> {
    insert_files(conn, message_id, &enclosures.iter().map(|enclosure| (&enclosure.file, Some(enclosure.content.0))).collect::<Vec<_>>())
}

fn insert_files(conn: &mut Conn, message_id: i64, files: &[(&Attachment, Option<i64>)]) -> Done<()> {
    fn row(message_id: i64, n: i32, (attachment, content_id): (&Attachment, Option<i64>)) -> Done<NewAttachment<'_>> {
        let size = i64::try_from(attachment.size).map_err(|_| Failure::Refused("the attachment is too large".to_owned()))?;
        Ok(NewAttachment {
            message_id,
            n,
            name: attachment.name.as_deref(),
            media_type: &attachment.content_type,
            size,
            sha256: &attachment.sha256,
            mime_content_id: attachment.content_id.as_deref(),
            content_id,
        })
    }
    for some in (0..).zip(files).collect::<Vec<_>>().chunks(IDS_PER_QUERY) {
        let rows: Vec<NewAttachment<'_>> = some.iter().map(|(n, file)| row(message_id, *n, **file)).collect::<Done<_>>()?;
        diesel::insert_into(attachment::table).values(&rows).execute(conn)?;
    }
    Ok(())
}

/// Name, media type, size, hash, Content-ID, why its bytes are not there.
type AttachmentColumns = (Option<String>, Option<String>, Option<i64>, Option<String>, Option<String>, Option<String>);

fn attachment_of((name, media_type, size, sha256, content_id, absent): AttachmentColumns) -> Done<Attachment> {
    let (content_type, (size, sha256)) = media_type.zip(size.zip(sha256)).ok_or_else(|| unreadable("attachment"))?;
    let size = u64::try_from(size).map_err(|_| unreadable("attachment"))?;
    let absent = parse_optional("absence", absent.as_deref(), Absence::parse)?;
    Ok(Attachment { name, content_type, size, sha256, content_id, absent })
}

/// Message, number, and an attachment or a flag: what one query gives of both.
type BesideRow = (i64, i32, AttachmentColumns, Option<String>);

/// Those that may have something beside: what came in, and what a person wrote, with files.
fn ids_with_more(messages: &[&mut Message]) -> Vec<i64> {
    let may_have = |message: &&&mut Message| message.direction == Direction::In || message.kind == MessageKind::Manual;
    messages.iter().filter(may_have).map(|message| message.id.0).collect()
}

/// Messages as they are shown, with the rows of their notices: one query more.
pub(super) fn views(conn: &mut Conn, rows: Vec<(ViewRow, Option<notices::Row>)>) -> Done<Vec<MessageView>> {
    let view = |(row, notice): (ViewRow, Option<notices::Row>)| view_of(row, notice.map(notices::notice_of).transpose()?);
    let mut views: Vec<MessageView> = rows.into_iter().map(view).collect::<Done<_>>()?;
    let mut messages: Vec<&mut Message> = views.iter_mut().map(|view| &mut view.message).collect();
    let most = MOST_ATTACHMENTS_SHOWN.saturating_add(1);
    let mut flags: HashMap<MessageId, Vec<MailFlag>> = HashMap::new();
    for (id, flag) in attach_first(conn, &mut messages, most)? {
        flags.entry(id).or_default().push(flag);
    }
    for view in &mut views {
        view.has_more_attachments = view.message.attachments.len() > MOST_ATTACHMENTS_SHOWN;
        view.message.attachments.truncate(MOST_ATTACHMENTS_SHOWN);
        view.flags = flags.remove(&view.message.id).unwrap_or_default();
    }
    Ok(views)
}

/// Fills in the attachments of messages: one query.
pub(super) fn attach(conn: &mut Conn, messages: &mut [Message]) -> Done<()> {
    attach_first(conn, &mut messages.iter_mut().collect::<Vec<_>>(), usize::MAX).map(|_| ())
}

/// Fills in so many attachments of each message, and tells their flags by message: one query.
fn attach_first(conn: &mut Conn, messages: &mut [&mut Message], most: usize) -> Done<Vec<(MessageId, MailFlag)>> {
    let places: HashMap<i64, usize> = messages.iter().enumerate().map(|(place, message)| (message.id.0, place)).collect();
    let most = i32::try_from(most).unwrap_or(i32::MAX);
    let mut flags = Vec::new();
    for some in ids_with_more(messages).chunks(IDS_PER_QUERY) {
        let first = attachment::message_id.eq_any(some).and(attachment::n.lt(most));
        let its_media = media::message_id.eq(attachment::message_id).and(media::n.eq(attachment::n));
        let attachments = attachment::table.left_join(media::table.on(its_media)).filter(first).select((
            attachment::message_id,
            attachment::n,
            (
                attachment::name,
                attachment::media_type.nullable(),
                attachment::size.nullable(),
                attachment::sha256.nullable(),
                attachment::mime_content_id,
                media::absent.nullable(),
            ),
            sql::<Nullable<Text>>("NULL"),
        ));
        let of_these = mail_flag::table.filter(mail_flag::message_id.eq_any(some)).select((
            mail_flag::message_id,
            sql::<Integer>("0"),
            (
                sql::<Nullable<Text>>("NULL"),
                sql::<Nullable<Text>>("NULL"),
                sql::<Nullable<BigInt>>("NULL"),
                sql::<Nullable<Text>>("NULL"),
                sql::<Nullable<Text>>("NULL"),
                sql::<Nullable<Text>>("NULL"),
            ),
            mail_flag::flag.nullable(),
        ));
        let mut rows: Vec<BesideRow> = attachments.union_all(of_these).load(conn)?;
        rows.sort_unstable_by(|one, other| (one.0, one.1, &one.3).cmp(&(other.0, other.1, &other.3)));
        for (owner, _, columns, flag) in rows {
            if let Some(flag) = flag {
                flags.push((MessageId(owner), parse("mail flag", &flag, MailFlag::parse)?));
                continue;
            }
            let attachment = attachment_of(columns)?;
            let message = places.get(&owner).and_then(|place| messages.get_mut(*place)).ok_or_else(|| unreadable("attachment"))?;
            message.attachments.push(attachment);
        }
    }
    Ok(flags)
}

pub(super) fn insert_flag(conn: &mut Conn, id: MessageId, flag: MailFlag) -> Done<()> {
    let row = (mail_flag::message_id.eq(id.0), mail_flag::flag.eq(flag.as_str()));
    diesel::insert_into(mail_flag::table).values(row).on_conflict_do_nothing().execute(conn)?;
    Ok(())
}

pub(super) fn flags(conn: &mut Conn, ids: &[MessageId]) -> Done<Vec<(MessageId, MailFlag)>> {
    let mut flags = Vec::new();
    for some in ids.chunks(IDS_PER_QUERY) {
        let named = mail_flag::table.filter(mail_flag::message_id.eq_any(some.iter().map(|id| id.0)));
        let rows: Vec<(i64, String)> = named.order((mail_flag::message_id, mail_flag::flag)).load(conn)?;
        for (id, flag) in rows {
            flags.push((MessageId(id), parse("mail flag", &flag, MailFlag::parse)?));
        }
    }
    Ok(flags)
}

pub(super) fn insert_reading(conn: &mut Conn, id: MessageId, reading: &ReplyReading) -> Done<()> {
    let row = (
        reply_reading::message_id.eq(id.0),
        reply_reading::parent_id.eq(reading.parent_id.0),
        reply_reading::body.eq(&reading.reply),
        reply_reading::quoted.eq(reading.quoted.as_deref()),
    );
    diesel::insert_into(reply_reading::table).values(row).on_conflict_do_nothing().execute(conn)?;
    Ok(())
}
