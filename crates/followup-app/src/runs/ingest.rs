//! Inbound mail is understood from the store: parsed without a transaction, then placed in one.

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, Utc};
use followup_domain::ids::{InboundMailId, RawId};
use followup_domain::mail::inbound::{InboundMail, InboundState, ParsedMail};
use followup_domain::message::{Channel, MessageContent};
use followup_domain::ports::{NewInboundMessage, StoreError};

use super::callbacks;
use super::placed::Placed;
use super::understanding::understood_in;
use crate::app::App;
use crate::consequences::{CameIn, Event, follow};
use crate::facts::matching::{Matched, match_mail};
use crate::facts::reading::read_beside_letter;
use crate::facts::reports::lock_case_of_notification;
use crate::moves::{inbox, received};
use crate::step::{self, Step};
use crate::transaction;

/// Understands a stored mail, or what a provider handed over; gives where its messages were put, none when it is not to be understood any more.
///
/// # Errors
/// The store cannot be reached.
pub(crate) fn process_one(app: &App, id: InboundMailId) -> Result<Vec<Placed>, StoreError> {
    match process_or_panic(app, id) {
        Err(error @ StoreError::Refused(_)) => {
            tracing::error!(inbound_mail_id = id.0, %error, "mail quarantined: it could not be processed");
            transaction::write_itself(app, |step| inbox::quarantine(step, id, "el mensaje no se pudo procesar"))?;
            Ok(vec![Placed::Quarantine])
        }
        placed => placed,
    }
}

/// A mail over which the service stumbles must not be stumbled over again by every later run.
fn process_or_panic(app: &App, id: InboundMailId) -> Result<Vec<Placed>, StoreError> {
    // What a panic leaves half done is this mail's transaction, which the store rolls back.
    let processed = catch_unwind(AssertUnwindSafe(|| process(app, id)));
    processed.unwrap_or_else(|_| Err(StoreError::Refused("processing it panicked".into())))
}

fn process(app: &App, id: InboundMailId) -> Result<Vec<Placed>, StoreError> {
    let without_bytes = || StoreError::Refused("a stored mail has no bytes".into());
    let (raw_id, call) = step::read::<_, StoreError>(app, |step| {
        let raw_id = step.tx.originals().find_arrived(id)?.ok_or_else(without_bytes)?;
        let Some(call) = step.tx.provider_events().list_calls(&[id])?.pop() else { return Ok((raw_id, None)) };
        // A call's bytes are few; a mail's wait for their turn.
        let raw = step.tx.originals().find_whole(raw_id)?.ok_or_else(without_bytes)?;
        Ok((raw_id, Some((call.provider, raw))))
    })?;
    match call {
        Some((scope, raw)) => callbacks::process(app, id, (&scope, &raw)),
        None => process_mail(app, id, raw_id).map(|placed| placed.into_iter().collect()),
    }
}

fn process_mail(app: &App, id: InboundMailId, raw_id: RawId) -> Result<Option<Placed>, StoreError> {
    let turn = app.turns.take();
    // Whoever had the turn before may have understood it.
    if !step::read::<_, StoreError>(app, |step| step.tx.inbox().is_stored(id))? {
        return Ok(None);
    }
    let understood = understood_in(&turn, app, raw_id, |reader, raw| reader.read(raw))?;
    drop(turn);
    let understood = understood.ok_or_else(|| StoreError::Refused("a stored mail has no bytes".into()))?;
    transaction::write_itself(app, |step| {
        let Some(stored) = step.tx.inbox().find_for_update(id)?.filter(|mail| mail.state == InboundState::Stored) else {
            return Ok(None);
        };
        match &understood {
            Ok(mail) => place(step, &stored, mail).map(Some),
            Err(unreadable) => {
                inbox::quarantine(step, id, &followup_words::to_the_unit::unreadable(*unreadable))?;
                Ok(Some(Placed::Quarantine))
            }
        }
    })
}

/// Puts a mail into its case's thread or the unassigned tray, with its effects.
fn place(step: &mut Step<'_>, stored: &InboundMail, mail: &ParsedMail) -> Result<Placed, StoreError> {
    let raw_id = stored.raw_id.ok_or_else(|| StoreError::Refused("a stored mail has no bytes".into()))?;
    let matched = match_mail(step, mail, stored.arrived_at)?;
    lock_case_of_notification(step, &matched)?;
    let mail = &*read_beside_letter(step, mail, &matched)?;
    let message = inbound_message(stored, raw_id, (mail, &matched), step.now);
    let message_id = received::receive(step, stored, &message, &matched)?;
    let came = CameIn { message_id, mail, matched: &matched, arrived_at: stored.arrived_at };
    follow(step, Event::MailReceived(came, &message))?;
    Ok(if message.case_id.is_some() { Placed::Case } else { Placed::Unassigned })
}

fn inbound_message(stored: &InboundMail, raw_id: RawId, (mail, matched): (&ParsedMail, &Matched), now: DateTime<Utc>) -> NewInboundMessage {
    NewInboundMessage {
        case_id: matched.case.as_ref().map(|case| case.id),
        channel: Channel::Email,
        content: MessageContent {
            subject: mail.subject.clone(),
            body: mail.reply.clone(),
            body_quoted: mail.quoted.clone(),
            from: mail.from.as_ref().map(|from| from.address.clone()),
            to: mail.to.first().map(|to| to.address.clone()),
            in_reply_to: mail.in_reply_to.clone(),
            references: mail.references.clone(),
            template: None,
        },
        external_id: mail.message_id.clone(),
        parent_id: matched.parent_id,
        duplicate_of: matched.duplicate_of,
        is_repeated: matched.is_repeated,
        classification: matched.classification,
        case_match: matched.case_match,
        attachments: mail.attachments.clone(),
        has_html: mail.has_html,
        raw_id,
        // The case's clock starts when the mail arrived, not when it was read.
        created_at: stored.arrived_at,
        recorded_at: now,
    }
}
