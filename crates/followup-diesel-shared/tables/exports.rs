//! Lists as a whole, each from where its last piece ended.

use chrono::DateTime;
use diesel::prelude::*;
use followup_domain::case::Case;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::mail::bounce::FailedAddress;
use followup_domain::mail::inbound::InboundMail;
use followup_domain::message::Channel;
use followup_domain::ports::{
    CaseQuery, DoNotContact, ExportRepository, InTray, LanePlace, MessageView, QueuedMessage, StoreError, TrayState,
};

use super::super::Conn;
use super::message_row::parse;
use super::queue::QUEUED;
use super::schema::message_queue;
use super::work::Work;
use super::{At, LONGEST_PAGE, addresses, cases, contacts, quarantine, trays};
use crate::error::Done;

impl ExportRepository for Work<'_> {
    fn cases(&mut self, query: &CaseQuery, after: Option<CaseId>, limit: i64) -> Result<(Vec<Case>, Option<CaseId>), StoreError> {
        self.read(|conn| cases::cases_after(conn, query, after, bounded(limit)))
    }

    fn unassigned(&mut self, state: TrayState, after: Option<LanePlace>, limit: i64) -> Result<Vec<InTray<MessageView>>, StoreError> {
        self.read(|conn| trays::unassigned_after(conn, state, after, bounded(limit)))
    }

    fn quarantined(&mut self, state: TrayState, after: Option<LanePlace>, limit: i64) -> Result<Vec<InTray<InboundMail>>, StoreError> {
        self.read(|conn| quarantine::quarantined_after(conn, state, after, bounded(limit)))
    }

    fn list_blocked(&mut self, after: Option<&str>, limit: i64) -> Result<Vec<DoNotContact>, StoreError> {
        self.read(|conn| contacts::blocked_after(conn, after, bounded(limit)))
    }

    fn failed(&mut self, only_held: bool, after: Option<&str>, limit: i64) -> Result<Vec<FailedAddress>, StoreError> {
        self.read(|conn| addresses::failed_after(conn, only_held, after, bounded(limit)))
    }

    fn queued(&mut self, after: Option<LanePlace>, limit: i64) -> Result<Vec<QueuedMessage>, StoreError> {
        self.read(|conn| queued_after(conn, after, bounded(limit)))
    }
}

fn bounded(limit: i64) -> i64 {
    limit.clamp(0, LONGEST_PAGE)
}

/// Number, case, channel, not before, tries.
type QueueRow = (i64, i64, String, At, i32);

fn queued_after(conn: &mut Conn, after: Option<LanePlace>, limit: i64) -> Done<Vec<QueuedMessage>> {
    let (since, id) = after.map_or((At(DateTime::UNIX_EPOCH), i64::MIN), |after| (At::from(after.since), after.id));
    let later = message_queue::not_before.ge(since).and(message_queue::not_before.gt(since).or(message_queue::message_id.gt(id)));
    let rows: Vec<QueueRow> = message_queue::table
        .filter(message_queue::state.eq(QUEUED))
        .filter(later)
        .order((message_queue::not_before, message_queue::message_id))
        .limit(limit)
        .select((
            message_queue::message_id,
            message_queue::case_id,
            message_queue::channel,
            message_queue::not_before,
            message_queue::tries,
        ))
        .load(conn)?;
    let queued = |(id, case_id, channel, not_before, tries): QueueRow| {
        let channel = parse("channel", &channel, Channel::parse)?;
        Ok(QueuedMessage { id: MessageId(id), case_id: CaseId(case_id), channel, not_before: not_before.0, tries })
    };
    rows.into_iter().map(queued).collect()
}
