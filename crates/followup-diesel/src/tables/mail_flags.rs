//! What people should know of inbound mail.

use diesel::prelude::*;
use followup_domain::ids::MessageId;
use followup_domain::message::MailFlag;

use super::super::Conn;
use super::message_row::parse;
use super::schema::mail_flag;
use crate::error::Done;

/// So many messages go into one query.
const IDS_PER_QUERY: usize = 500;

pub(super) fn insert(conn: &mut Conn, id: MessageId, flag: MailFlag) -> Done<()> {
    let row = (mail_flag::message_id.eq(id.0), mail_flag::flag.eq(flag.as_str()));
    diesel::insert_into(mail_flag::table).values(row).on_conflict_do_nothing().execute(conn)?;
    Ok(())
}

pub(super) fn of(conn: &mut Conn, ids: &[MessageId]) -> Done<Vec<(MessageId, MailFlag)>> {
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
