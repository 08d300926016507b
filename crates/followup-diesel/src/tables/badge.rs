//! What waits for a person, counted along indexes that hold little else.

use diesel::dsl::{count, exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use followup_domain::mail::inbound::InboundState;
use followup_domain::ports::{Badge, TrayState};

use super::super::Conn;
use super::schema::{failed_address, inbound_mail, message, unread_reply};
use super::trays::in_tray;
use crate::error::Done;

/// The conditions of the partial indexes, word for word: a bound parameter would keep the databases from using them.
const FAILED: &str = "message.status = 'failed' AND message.kind NOT IN ('notification', 'call')";
const UNCERTAIN: &str = "message.status = 'uncertain' AND message.kind NOT IN ('notification', 'call')";
const UNCONFIRMED: &str = "NOT message.match_confirmed AND message.classification = 'human' AND message.case_id IS NOT NULL";

const HELD: &str = "failed_address.held";

pub(super) fn waiting(conn: &mut Conn) -> Done<Badge> {
    let quarantined = inbound_mail::table.filter(inbound_mail::state.eq(InboundState::Quarantined.as_str()));
    Ok(Badge {
        new_replies: unread_reply::table.select(count(unread_reply::case_id).aggregate_distinct()).first(conn)?,
        failed: without_successor(conn, FAILED)?,
        uncertain: without_successor(conn, UNCERTAIN)?,
        unassigned: in_tray(TrayState::Open).count().get_result(conn)?,
        quarantined: quarantined.count().get_result(conn)?,
        unconfirmed: message::table.filter(sql::<Bool>(UNCONFIRMED)).count().get_result(conn)?,
        bounced: failed_address::table.filter(sql::<Bool>(HELD)).count().get_result(conn)?,
    })
}

/// Messages under a condition that no other message was sent in place of.
fn without_successor(conn: &mut Conn, condition: &str) -> Done<i64> {
    let successor = diesel::alias!(message as successor);
    let replaced = exists(successor.filter(successor.field(message::resend_of).eq(message::id.nullable())));
    Ok(message::table.filter(sql::<Bool>(condition)).filter(not(replaced)).count().get_result(conn)?)
}
