//! What automatic mails say.

use chrono::NaiveDate;
use diesel::prelude::*;
use followup_domain::contact::{Failure, FailureReason, Permanence};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::mail::bounce::{LetterReport, MailNotice};
use followup_domain::mail::report::ReportAction;
use followup_domain::ports::{NoticeRepository, StoreError, Updated};

use super::super::Conn;
use super::message_row::{parse, parse_optional};
use super::schema::{mail_notice, message};
use super::updated;
use super::work::Work;
use crate::error::Done;

impl NoticeRepository for Work<'_> {
    fn insert(&mut self, notice: &MailNotice) -> Result<(), StoreError> {
        self.write(|conn| insert(conn, notice))
    }

    fn name(&mut self, id: MessageId, about: MessageId, report: &LetterReport) -> Result<Updated, StoreError> {
        self.write(|conn| Ok(updated(name(conn, id, about, report)?)))
    }

    fn of_case(&mut self, case_id: CaseId) -> Result<Vec<MailNotice>, StoreError> {
        self.read(|conn| of_case(conn, case_id))
    }

    fn of_messages(&mut self, ids: &[MessageId]) -> Result<Vec<MailNotice>, StoreError> {
        self.read(|conn| of_messages(conn, ids))
    }

    fn about(&mut self, id: MessageId) -> Result<Vec<MailNotice>, StoreError> {
        self.read(|conn| about(conn, id))
    }
}

/// Message, why, about, action, address, permanence, reason, status, return.
pub(super) type Row =
    (i64, String, Option<i64>, Option<String>, Option<String>, Option<String>, Option<String>, Option<String>, Option<NaiveDate>);

pub(super) fn insert(conn: &mut Conn, notice: &MailNotice) -> Done<()> {
    let report = notice.report.as_ref();
    let failure = report.and_then(|report| report.failure.as_ref());
    let row = (
        mail_notice::message_id.eq(notice.message_id.0),
        mail_notice::why.eq(&notice.why),
        mail_notice::about.eq(notice.about.map(|id| id.0)),
        mail_notice::action.eq(report.map(|report| report.action.as_str())),
        mail_notice::address.eq(report.and_then(|report| report.address.as_deref())),
        mail_notice::permanence.eq(failure.map(|failure| failure.permanence.as_str())),
        mail_notice::reason.eq(failure.map(|failure| failure.reason.as_str())),
        mail_notice::status.eq(failure.and_then(|failure| failure.status.as_deref())),
        mail_notice::returns_on.eq(notice.returns_on),
    );
    diesel::insert_into(mail_notice::table).values(row).execute(conn)?;
    Ok(())
}

pub(super) fn name(conn: &mut Conn, id: MessageId, letter: MessageId, report: &LetterReport) -> Done<usize> {
    let failure = report.failure.as_ref();
    let named = (
        mail_notice::about.eq(letter.0),
        mail_notice::action.eq(report.action.as_str()),
        mail_notice::address.eq(report.address.as_deref()),
        mail_notice::permanence.eq(failure.map(|failure| failure.permanence.as_str())),
        mail_notice::reason.eq(failure.map(|failure| failure.reason.as_str())),
        mail_notice::status.eq(failure.and_then(|failure| failure.status.as_deref())),
    );
    let unnamed = mail_notice::table.find(id.0).filter(mail_notice::about.is_null());
    Ok(diesel::update(unnamed).set(named).execute(conn)?)
}

pub(super) fn of_case(conn: &mut Conn, case_id: CaseId) -> Done<Vec<MailNotice>> {
    let of_case = mail_notice::table.inner_join(message::table.on(message::id.eq(mail_notice::message_id)));
    let notices = of_case.filter(message::case_id.eq(case_id.0)).order(mail_notice::message_id).select(mail_notice::all_columns);
    let rows: Vec<Row> = notices.load(conn)?;
    rows.into_iter().map(notice_of).collect()
}

pub(super) fn of_messages(conn: &mut Conn, ids: &[MessageId]) -> Done<Vec<MailNotice>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<Row> = mail_notice::table.filter(mail_notice::message_id.eq_any(ids)).order(mail_notice::message_id).load(conn)?;
    rows.into_iter().map(notice_of).collect()
}

pub(super) fn about(conn: &mut Conn, id: MessageId) -> Done<Vec<MailNotice>> {
    let rows: Vec<Row> = mail_notice::table.filter(mail_notice::about.eq(id.0)).order(mail_notice::message_id).load(conn)?;
    rows.into_iter().map(notice_of).collect()
}

pub(super) fn notice_of((message_id, why, about, action, address, permanence, reason, status, returns_on): Row) -> Done<MailNotice> {
    let permanence = parse_optional("permanence", permanence.as_deref(), Permanence::parse)?;
    let reason = parse_optional("failure reason", reason.as_deref(), FailureReason::parse)?;
    let failure = permanence.zip(reason).map(|(permanence, reason)| Failure { permanence, reason, status });
    let report = match action {
        Some(action) => Some(LetterReport { action: parse("report action", &action, ReportAction::parse)?, address, failure }),
        None => None,
    };
    Ok(MailNotice { message_id: MessageId(message_id), why, about: about.map(MessageId), report, returns_on })
}
