//! What waits for a person, counted along indexes that hold little else.

use diesel::dsl::{count, exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use followup_domain::mail::inbound::InboundState;
use followup_domain::ports::{Badge, TrayState};

use super::super::Conn;
use super::schema::{arrival, failed_contact, inbound, outbound};
use super::trays::in_tray;
use crate::error::Done;

/// The conditions of the partial indexes, word for word: a bound parameter would keep the databases from using them.
const FAILED: &str = "outbound.status = 'failed' AND outbound.kind NOT IN ('notification', 'call')";
const UNCERTAIN: &str = "outbound.status = 'uncertain' AND outbound.kind NOT IN ('notification', 'call')";
const UNCONFIRMED: &str = "NOT inbound.match_confirmed AND inbound.classification = 'human'";
const HELD: &str = "failed_contact.held";

pub(super) fn waiting(conn: &mut Conn) -> Done<Badge> {
    let quarantined = arrival::table.filter(arrival::state.eq(InboundState::Quarantined.as_str()));
    let unread = inbound::table.filter(inbound::unread_in.is_not_null());
    Ok(Badge {
        new_replies: unread.select(count(inbound::unread_in).aggregate_distinct()).first(conn)?,
        failed: without_successor(conn, FAILED)?,
        uncertain: without_successor(conn, UNCERTAIN)?,
        unassigned: in_tray(TrayState::Open).count().get_result(conn)?,
        quarantined: quarantined.count().get_result(conn)?,
        unconfirmed: inbound::table.filter(sql::<Bool>(UNCONFIRMED)).count().get_result(conn)?,
        bounced: failed_contact::table.filter(sql::<Bool>(HELD)).count().get_result(conn)?,
    })
}

/// Messages under a condition that no other message was sent in place of.
fn without_successor(conn: &mut Conn, condition: &str) -> Done<i64> {
    let successor = diesel::alias!(outbound as successor);
    let replaced = exists(successor.filter(successor.field(outbound::resend_of).eq(outbound::message_id.nullable())));
    Ok(outbound::table.filter(sql::<Bool>(condition)).filter(not(replaced)).count().get_result(conn)?)
}
