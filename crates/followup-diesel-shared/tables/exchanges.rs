//! What a case has exchanged with its reporter.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::asking::waiting::Exchange;
use followup_domain::case::FollowupStatus;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{CallOutcome, Channel, Classification, Delivery, Direction, MailFlag, Message, MessageKind, MessageStatus};
use followup_domain::ports::{ExchangeRepository, StoreError};

use super::super::Conn;
use super::schema::{call, icsr, inbound, mail_flag, message, outbound};
use super::thread::in_thread;
use super::work::Work;
use super::{At, address_key, field_entries, thread};
use crate::error::Done;

impl ExchangeRepository for Work<'_> {
    fn knows_address(&mut self, case_id: CaseId, address: &str) -> Result<bool, StoreError> {
        self.read(|conn| knows_address(conn, case_id, address))
    }

    fn has_human_reply_after(&mut self, case_id: CaseId, after: MessageId) -> Result<bool, StoreError> {
        self.read(|conn| {
            let replies = message::table
                .inner_join(inbound::table)
                .filter(message::case_id.eq(case_id.0))
                .filter(inbound::classification.eq(Classification::Human.as_str()))
                .filter(message::id.gt(after.0))
                .filter(may_answer());
            Ok(diesel::select(diesel::dsl::exists(replies)).get_result(conn)?)
        })
    }

    fn list_open_requests(&mut self, case_id: CaseId) -> Result<Vec<Message>, StoreError> {
        self.read(|conn| field_entries::waiting_requests(conn, case_id))
    }

    fn last_answer(&mut self, case_id: CaseId) -> Result<Option<MessageId>, StoreError> {
        self.read(|conn| last_answer(conn, case_id))
    }

    fn list(&mut self, case_id: CaseId) -> Result<Vec<Exchange>, StoreError> {
        self.read(|conn| thread::exchanges(conn, case_id))
    }

    fn list_written_to(&mut self, channel: Channel, address: &str) -> Result<Vec<(CaseId, MessageId)>, StoreError> {
        self.read(|conn| list_written_to(conn, channel, address))
    }

    fn last_heard(&mut self, channel: Channel, address: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.read(|conn| last_heard(conn, channel, address))
    }

    fn count(&mut self, case_id: CaseId) -> Result<i64, StoreError> {
        self.read(|conn| count_exchanges(conn, case_id))
    }
}

/// So many cases at most are looked at for one number.
const MOST_CASES: i64 = 100;

fn list_written_to(conn: &mut Conn, channel: Channel, address: &str) -> Done<Vec<(CaseId, MessageId)>> {
    let left =
        [MessageStatus::Sent, MessageStatus::Responded, MessageStatus::Completed, MessageStatus::Uncertain].map(MessageStatus::as_str);
    let last = diesel::dsl::max(message::id);
    let written = message::table
        .inner_join(outbound::table)
        .inner_join(icsr::table.on(message::case_id.eq(icsr::id.nullable())))
        .filter(message::correspondent.eq(address_key(address)))
        .filter(message::channel.eq(channel.as_str()))
        .filter(message::direction.eq(Direction::Out.as_str()))
        .filter(outbound::kind.ne(MessageKind::Notification.as_str()))
        .filter(outbound::status.eq_any(left))
        .filter(icsr::followup_status.eq(FollowupStatus::Open.as_str()));
    let each = written.group_by(message::case_id).order(last.desc()).limit(MOST_CASES);
    let found: Vec<(i64, i64)> = each.select((message::case_id.assume_not_null(), last.assume_not_null())).load(conn)?;
    Ok(found.into_iter().map(|(case_id, id)| (CaseId(case_id), MessageId(id))).collect())
}

fn last_heard(conn: &mut Conn, channel: Channel, address: &str) -> Done<Option<DateTime<Utc>>> {
    let heard = message::table
        .filter(message::correspondent.eq(address_key(address)))
        .filter(message::channel.eq(channel.as_str()))
        .filter(message::direction.eq(Direction::In.as_str()));
    let last: Option<At> = heard.order(message::created_at.desc()).select(message::created_at).first(conn).optional()?;
    Ok(last.map(|at| at.0))
}

fn last_answer(conn: &mut Conn, case_id: CaseId) -> Done<Option<MessageId>> {
    let wrote = inbound::classification.eq(Classification::Human.as_str()).and(inbound::match_confirmed.assume_not_null());
    let spoke = call::outcome.eq(CallOutcome::Reached.as_str());
    let answers = message::table
        .left_join(inbound::table)
        .left_join(call::table)
        .filter(in_thread(case_id))
        .filter(wrote.nullable().or(spoke.nullable()).assume_not_null());
    let last: Option<i64> = answers.order((message::created_at.desc(), message::id.desc())).select(message::id).first(conn).optional()?;
    Ok(last.map(MessageId))
}

fn knows_address(conn: &mut Conn, case_id: CaseId, address: &str) -> Done<bool> {
    // Not by a mail that itself waits for somebody to say who sent it: it would vouch for the next one.
    let exchanged = message::table
        .left_join(inbound::table)
        .filter(message::correspondent.eq(address_key(address)))
        .filter(in_thread(case_id))
        .filter(vouched());
    Ok(diesel::select(diesel::dsl::exists(exchanged)).get_result(conn)?)
}

/// Of messages joined with what came in: whether the other side's address is the case's.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn vouched() -> _ {
    let out: &'static str = Direction::Out.as_str();
    message::direction.eq(out).nullable().or(inbound::match_confirmed.nullable()).assume_not_null()
}

/// Of what came in: whether it may be the case's answer. What failed DMARC is none until a person confirms it.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn may_answer() -> _ {
    let failed: &'static str = MailFlag::FailedDmarc.as_str();
    let flagged = mail_flag::table.filter(mail_flag::message_id.eq(inbound::message_id)).filter(mail_flag::flag.eq(failed));
    inbound::match_confirmed.assume_not_null().or(diesel::dsl::not(diesel::dsl::exists(flagged)))
}

fn count_exchanges(conn: &mut Conn, case_id: CaseId) -> Done<i64> {
    let came_back = outbound::delivery.eq(Delivery::Bounced.as_str()).assume_not_null();
    let taken = outbound::sent_at.is_not_null().and(diesel::dsl::not(came_back));
    let contacts = message::table
        .inner_join(outbound::table)
        .filter(in_thread(case_id))
        .filter(outbound::kind.eq(MessageKind::Call.as_str()).or(taken));
    Ok(contacts.count().get_result(conn)?)
}
