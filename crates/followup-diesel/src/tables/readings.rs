//! Replies as they read beside the letters that they were found to answer later.

use std::collections::HashMap;

use diesel::prelude::*;
use followup_domain::ids::MessageId;
use followup_domain::message::{Direction, Message};
use followup_domain::ports::ReplyReading;

use super::super::Conn;
use super::schema::reply_reading;
use crate::error::Done;

/// So many messages go into one query.
const IDS_PER_QUERY: usize = 500;

pub(super) fn insert(conn: &mut Conn, id: MessageId, reading: &ReplyReading) -> Done<()> {
    let row = (
        reply_reading::message_id.eq(id.0),
        reply_reading::parent_id.eq(reading.parent_id.0),
        reply_reading::body.eq(&reading.reply),
        reply_reading::body_quoted.eq(reading.quoted.as_deref()),
    );
    diesel::insert_into(reply_reading::table).values(row).on_conflict_do_nothing().execute(conn)?;
    Ok(())
}

/// Puts the readings in place of what was stored.
pub(super) fn apply(conn: &mut Conn, messages: &mut [Message]) -> Done<()> {
    type Row = (i64, i64, String, Option<String>);
    let may_have_one = |message: &&Message| message.direction == Direction::In && message.parent_id.is_some();
    let ids: Vec<i64> = messages.iter().filter(may_have_one).map(|message| message.id.0).collect();
    let mut readings: HashMap<(i64, i64), (String, Option<String>)> = HashMap::new();
    for some in ids.chunks(IDS_PER_QUERY) {
        let rows: Vec<Row> = reply_reading::table.filter(reply_reading::message_id.eq_any(some)).load(conn)?;
        readings.extend(rows.into_iter().map(|(id, parent_id, body, quoted)| ((id, parent_id), (body, quoted))));
    }
    for message in messages {
        let key = message.parent_id.map(|parent_id| (message.id.0, parent_id.0));
        if let Some((body, quoted)) = key.and_then(|key| readings.remove(&key)) {
            (message.content.body, message.content.body_quoted) = (body, quoted);
        }
    }
    Ok(())
}
