//! Other ids of our messages.

use diesel::prelude::*;
use followup_domain::ids::MessageId;
use followup_domain::message::threading::InternetMessageId;
use followup_domain::ports::{KnownMessage, Updated};

use super::super::Conn;
use super::messages::{KnownRow, known_message};
use super::schema::{message, message_alias};
use super::updated;
use crate::error::Done;

pub(super) fn insert(conn: &mut Conn, alias: &InternetMessageId, id: MessageId) -> Done<Updated> {
    let row = (message_alias::alias.eq(alias.as_str()), message_alias::message_id.eq(id.0));
    Ok(updated(diesel::insert_into(message_alias::table).values(row).on_conflict_do_nothing().execute(conn)?))
}

pub(super) fn find(conn: &mut Conn, aliases: &[InternetMessageId]) -> Done<Vec<KnownMessage>> {
    let named = message_alias::table.inner_join(message::table.on(message::id.eq(message_alias::message_id)));
    let named = named.filter(message_alias::alias.eq_any(aliases.iter().map(InternetMessageId::as_str)));
    let columns = (message_alias::alias, message::id, message::case_id, message::kind);
    let rows: Vec<KnownRow> = named.order(message::id).select(columns).load(conn)?;
    rows.into_iter().map(known_message).collect()
}
