//! The queries that messages are read by. Each joins so many tables that the compiler is busy with it for long: they are boxed, so that it meets
//! each once, and whoever reads messages narrows them down.

use diesel::dsl::{AsSelect, IntoBoxed, LeftJoin, Nullable, Select};
use diesel::prelude::*;
use followup_domain::message::{Message, MessageHeader};
use followup_domain::ports::MessageView;

use super::super::{Conn, Db};
use super::message_row::{HeaderRow, MessageRow, ViewRow, header_of, message_of};
use super::names::RFC5322;
use super::schema::{call, external_name, inbound, mail_header, mail_notice, message, outbound, reply_reading};
use super::{beside, notices};
use crate::error::Done;

/// Messages with what a header needs.
#[diesel::dsl::auto_type]
fn with_header() -> _ {
    let scope: &'static str = RFC5322;
    let own_name = external_name::message_id.eq(message::id).and(external_name::scope.eq(scope));
    message::table
        .left_join(outbound::table)
        .left_join(inbound::table)
        .left_join(mail_header::table)
        .left_join(call::table)
        .left_join(external_name::table.on(own_name))
}

/// Messages with all that they are read from.
#[diesel::dsl::auto_type]
fn with_text() -> _ {
    let beside_its_letter = reply_reading::message_id.eq(message::id).and(reply_reading::parent_id.nullable().eq(message::parent_id));
    with_header().left_join(reply_reading::table.on(beside_its_letter))
}

/// Headers.
pub(super) type Headers<'q> = IntoBoxed<'q, Select<with_header, AsSelect<HeaderRow, Db>>, Db>;
/// Whole messages.
pub(super) type Messages<'q> = IntoBoxed<'q, Select<with_text, AsSelect<MessageRow, Db>>, Db>;
/// Messages as they are shown, each with the row of its notice.
pub(super) type Views<'q> = IntoBoxed<
    'q,
    Select<LeftJoin<with_text, mail_notice::table>, (AsSelect<ViewRow, Db>, Nullable<<mail_notice::table as Table>::AllColumns>)>,
    Db,
>;

/// All headers.
pub(super) fn headers<'q>() -> Headers<'q> {
    with_header().select(HeaderRow::as_select()).into_boxed()
}

/// All messages.
pub(super) fn messages<'q>() -> Messages<'q> {
    with_text().select(MessageRow::as_select()).into_boxed()
}

/// All messages as they are shown.
pub(super) fn views<'q>() -> Views<'q> {
    with_text().left_join(mail_notice::table).select((ViewRow::as_select(), mail_notice::all_columns.nullable())).into_boxed()
}

/// Reads headers.
pub(super) fn load_headers(conn: &mut Conn, query: Headers<'_>) -> Done<Vec<MessageHeader>> {
    let rows: Vec<HeaderRow> = query.load(conn)?;
    rows.into_iter().map(header_of).collect()
}

/// Reads messages, their attachments still to come.
pub(super) fn load_messages(conn: &mut Conn, query: Messages<'_>) -> Done<Vec<Message>> {
    let rows: Vec<MessageRow> = query.load(conn)?;
    rows.into_iter().map(message_of).collect()
}

/// Reads messages as they are shown: one query more.
pub(super) fn load_views(conn: &mut Conn, query: Views<'_>) -> Done<Vec<MessageView>> {
    let rows: Vec<(ViewRow, Option<notices::Row>)> = query.load(conn)?;
    beside::views(conn, rows)
}
