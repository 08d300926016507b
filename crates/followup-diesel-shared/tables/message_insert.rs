//! New messages: one row in `message`, and one in each table that has more to tell of their kind.

use diesel::prelude::*;
use followup_domain::ids::MessageId;
use followup_domain::message::{CallOutcome, Channel, Delivery, Direction, MessageContent, MessageKind, MessageStatus};
use followup_domain::ports::{Inserted, NewCall, NewInboundMessage, NewOutboundMessage, TrayState};

use super::super::Conn;
use super::message_row::{MailColumns, TO_THE_UNIT, TextColumns, template_to_json};
use super::names::RFC5322;
use super::schema::{call, inbound, mail_header, message, outbound};
use super::trays::tray_column;
use super::{At, beside, names, queue};
use crate::error::{Done, Failure};

pub(super) fn outbound(conn: &mut Conn, new: &NewOutboundMessage) -> Done<Inserted<MessageId>> {
    let direction = if new.kind == MessageKind::Notification { TO_THE_UNIT } else { Direction::Out.as_str() };
    let row = (
        TextColumns::of(&new.content, Direction::Out),
        (
            message::case_id.eq(new.case_id.0),
            message::channel.eq(new.channel.as_str()),
            message::direction.eq(direction),
            message::unique_key.eq(&new.unique_key),
            message::created_at.eq(At::from(new.created_at)),
            message::thread_at.eq(At::second_of(new.created_at)),
        ),
    );
    let inserted: Option<i64> =
        diesel::insert_into(message::table).values(row).on_conflict_do_nothing().returning(message::id).get_result(conn).optional()?;
    let Some(id) = inserted else {
        let known = message::table.filter(message::unique_key.eq(&new.unique_key)).select(message::id);
        return Ok(Inserted::Duplicate(MessageId(known.first(conn)?)));
    };
    let state = (
        outbound::message_id.eq(id),
        outbound::kind.eq(new.kind.as_str()),
        outbound::status.eq(MessageStatus::Pending.as_str()),
        outbound::delivery.eq(Delivery::Queued.as_str()),
        outbound::attempt_id.eq(new.attempt_id.map(|id| id.0)),
        outbound::resend_of.eq(new.resend_of.map(|id| id.0)),
        outbound::reminder_of.eq(new.reminder_of.map(|id| id.0)),
        outbound::template.eq(new.content.template.as_ref().map(template_to_json)),
        outbound::recorded_at.eq(At::from(new.created_at)),
    );
    diesel::insert_into(outbound::table).values(state).execute(conn)?;
    insert_mail_header(conn, id, new.channel, &new.content, false)?;
    names::insert(conn, RFC5322, &new.external_id, id)?;
    beside::insert_enclosures(conn, id, &new.enclosures)?;
    queue::enqueue(conn, id, new)?;
    Ok(Inserted::New(MessageId(id)))
}

pub(super) fn inbound(conn: &mut Conn, new: &NewInboundMessage) -> Done<MessageId> {
    let row = (
        TextColumns::of(&new.content, Direction::In),
        (
            message::case_id.eq(new.case_id.map(|id| id.0)),
            message::channel.eq(new.channel.as_str()),
            message::direction.eq(Direction::In.as_str()),
            message::parent_id.eq(new.parent_id.map(|id| id.0)),
            message::created_at.eq(At::from(new.created_at)),
            message::thread_at.eq(At::second_of(new.created_at)),
        ),
    );
    let id: i64 = diesel::insert_into(message::table).values(row).returning(message::id).get_result(conn)?;
    let tray = new.waits_for_a_case().then_some(TrayState::Open);
    let state = (
        inbound::message_id.eq(id),
        inbound::classification.eq(new.classification.as_str()),
        inbound::match_kind.eq(new.case_match.map(|matched| matched.kind.as_str())),
        inbound::match_confirmed.eq(new.case_match.map(|matched| matched.confirmed)),
        inbound::duplicate_of.eq(new.duplicate_of.map(|id| id.0)),
        inbound::content_id.eq(new.raw_id.0),
        inbound::recorded_at.eq(At::from(new.recorded_at)),
        inbound::unattended_in.eq(new.unattended_in().map(|id| id.0)),
        inbound::tray.eq(tray.map(tray_column)),
        inbound::tray_at.eq(tray.map(|_| At::from(new.created_at))),
        inbound::quoted.eq(new.content.body_quoted.as_deref()),
    );
    diesel::insert_into(inbound::table).values(state).execute(conn)?;
    insert_mail_header(conn, id, new.channel, &new.content, new.has_html)?;
    if let Some(name) = &new.external_id {
        names::insert(conn, RFC5322, name, id)?;
    }
    beside::insert_attachments(conn, id, &new.attachments)?;
    Ok(MessageId(id))
}

pub(super) fn call(conn: &mut Conn, new: &NewCall) -> Done<MessageId> {
    let content = MessageContent { body: new.notes.clone(), to: new.to.clone(), ..MessageContent::default() };
    let row = (
        TextColumns::of(&content, Direction::Out),
        (
            message::case_id.eq(new.case_id.0),
            message::channel.eq(Channel::Call.as_str()),
            message::direction.eq(Direction::Out.as_str()),
            message::created_at.eq(At::from(new.at)),
            message::thread_at.eq(At::second_of(new.at)),
        ),
    );
    let id: i64 = diesel::insert_into(message::table).values(row).returning(message::id).get_result(conn)?;
    let status = if new.outcome == CallOutcome::Reached { MessageStatus::Sent } else { MessageStatus::Failed };
    let state = (
        outbound::message_id.eq(id),
        outbound::kind.eq(MessageKind::Call.as_str()),
        outbound::status.eq(status.as_str()),
        outbound::recorded_at.eq(At::from(new.recorded_at)),
    );
    diesel::insert_into(outbound::table).values(state).execute(conn)?;
    let outcome = (call::message_id.eq(id), call::outcome.eq(new.outcome.as_str()));
    diesel::insert_into(call::table).values(outcome).execute(conn)?;
    Ok(MessageId(id))
}

/// Only an e-mail has a subject and ids that it answers; what another channel has of them would be lost.
fn insert_mail_header(conn: &mut Conn, id: i64, channel: Channel, content: &MessageContent, has_html: bool) -> Done<()> {
    if channel != Channel::Email {
        let has_header = content.subject.is_some() || !content.in_reply_to.is_empty() || !content.references.is_empty() || has_html;
        return if has_header { Err(Failure::Refused("only an e-mail has a subject and a header".to_owned())) } else { Ok(()) };
    }
    let row = (MailColumns::of(content), (mail_header::message_id.eq(id), mail_header::has_html.eq(has_html)));
    diesel::insert_into(mail_header::table).values(row).execute(conn)?;
    Ok(())
}
