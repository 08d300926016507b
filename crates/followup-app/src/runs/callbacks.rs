//! What a provider handed over is understood from the store: read without a transaction, then each event in one of its own, so that one
//! that cannot be taken holds up no other process's cases. A run that ends in between is taken up again, and finds what it did.

use followup_domain::contact::{E164, asks_to_stop};
use followup_domain::ids::{InboundMailId, RawId};
use followup_domain::mail::inbound::{InboundMail, InboundState, arrival};
use followup_domain::message::Absence;
use followup_domain::message::{Attachment, Classification, MessageContent};
use followup_domain::ports::{NewInboundMessage, StoreError};
use followup_domain::sending::{EventReader, IncomingMedia, IncomingMessage, ProviderEvent};

use super::placed::Placed;
use super::statuses::{self, Came};
use crate::app::App;
use crate::consequences::{Event, Reply, follow};
use crate::facts::incoming::{Incoming, match_incoming, may_answer_too};
use crate::moves::{inbox, media, provider_event, whatsapp_template};
use crate::step::{self, Step};
use crate::transaction;

/// Understands the bytes of one call; gives where its messages were put.
///
/// # Errors
/// The store's.
pub(super) fn process(app: &App, id: InboundMailId, (scope, raw): (&str, &[u8])) -> Result<Vec<Placed>, StoreError> {
    let quarantine = |reason: &str| {
        transaction::write_itself(app, |step| inbox::quarantine(step, id, reason))?;
        Ok(vec![Placed::Quarantine])
    };
    let Some(reader) = app.events.of(scope) else {
        return quarantine("no está configurado el proveedor que lo envió");
    };
    let events = match reader.read(raw) {
        Ok(events) => events,
        Err(unreadable) => return quarantine(&unreadable.to_string()),
    };
    if let [event @ (ProviderEvent::Status(_) | ProviderEvent::Template(_))] = &events[..] {
        // Nothing follows it: one transaction for all, of which most calls are.
        transaction::write_itself(app, |step| take(step, id, reader, event).and_then(|_| provider_event::done(step, id)))?;
        return Ok(Vec::new());
    }
    let (mut placed, mut refused, mut unread) = (Vec::new(), None, None);
    for event in &events {
        if let ProviderEvent::Unread(why) = event {
            unread = unread.or(Some(why));
            continue;
        }
        // Before it is stored: a process that dies in between looks at it anew.
        match hold_others(app, reader, event).and_then(|()| transaction::write_itself(app, |step| take(step, id, reader, event))) {
            Ok(done) => placed.extend(done),
            // The others of the call are not its fault; what is done is not done again when the call is retried.
            Err(error @ StoreError::Refused(_)) => refused = refused.or(Some(error)),
            Err(error) => return Err(error),
        }
    }
    if let Some(error) = refused {
        return Err(error);
    }
    if let Some(why) = unread {
        // What was understood of it counts, and is found done when somebody has it looked at again.
        placed.extend(quarantine(why)?);
        return Ok(placed);
    }
    transaction::write_itself(app, |step| provider_event::done(step, id))?;
    Ok(placed)
}

/// A message that may answer several cases holds the letters of all; each case in a transaction of its own, so that no two are locked at once.
fn hold_others(app: &App, reader: &dyn EventReader, event: &ProviderEvent) -> Result<(), StoreError> {
    let ProviderEvent::Message(incoming) = event else { return Ok(()) };
    // A gesture answers nobody.
    if incoming.classification != Classification::Human {
        return Ok(());
    }
    let others = step::read::<_, StoreError>(app, |step| may_answer_too(step, (reader.scope(), reader.channel()), incoming))?;
    for case_id in others {
        transaction::write_itself::<_, StoreError>(app, |step| match step.tx.cases().find_for_update(case_id)? {
            Some(case) => follow(step, Event::MayBeAnswered(&case)),
            None => Ok(()),
        })?;
    }
    Ok(())
}

/// Takes one event, unless another process is done with them.
fn take(step: &mut Step<'_>, id: InboundMailId, reader: &dyn EventReader, event: &ProviderEvent) -> Result<Option<Placed>, StoreError> {
    let stored = step.tx.inbox().find_for_update(id)?.filter(|stored| stored.state == InboundState::Stored);
    let Some((stored, raw_id)) = stored.and_then(|stored| stored.raw_id.map(|raw_id| (stored, raw_id))) else { return Ok(None) };
    match event {
        ProviderEvent::Status(event) => {
            let came = Came { scope: reader.scope(), event, received_at: stored.recorded_at, raw_id };
            statuses::take(step, &[came]).map(|()| None)
        }
        ProviderEvent::Template(event) => whatsapp_template::told(step, event).map(|()| None),
        ProviderEvent::Message(incoming) => place(step, (&stored, raw_id), reader, incoming),
        ProviderEvent::Unread(_) => Ok(None),
    }
}

/// Puts a person's message into its case's thread or the unassigned tray; none when it is stored already.
fn place(
    step: &mut Step<'_>,
    (stored, raw_id): (&InboundMail, RawId),
    reader: &dyn EventReader,
    incoming: &IncomingMessage,
) -> Result<Option<Placed>, StoreError> {
    let Some(found) = match_incoming(step, (reader.scope(), reader.channel()), incoming)? else { return Ok(None) };
    let message = inbound_message(step, (stored, raw_id), (reader, incoming), &found);
    let id = provider_event::receive(step, &message, &found)?;
    media::expect(step, id, reader.scope(), &incoming.media)?;
    let placed = if found.case.is_some() { Placed::Case } else { Placed::Unassigned };
    if incoming.classification != Classification::Human {
        return Ok(Some(placed));
    }
    if let Some(number) = E164::parse(&incoming.from).filter(|_| asks_to_stop(&incoming.body)) {
        follow(step, Event::OptedOut(&number))?;
    }
    let Some((case, found_by)) = found.case.as_ref().zip(found.case_match) else { return Ok(Some(placed)) };
    let reply = Reply { id, answers: found.answered() };
    follow(step, if found_by.confirmed { Event::ReplyCounted(case, reply) } else { Event::ReplyFlagged(case, reply) })?;
    Ok(Some(placed))
}

fn inbound_message(
    step: &Step<'_>,
    (stored, raw_id): (&InboundMail, RawId),
    (reader, incoming): (&dyn EventReader, &IncomingMessage),
    found: &Incoming,
) -> NewInboundMessage {
    NewInboundMessage {
        case_id: found.case.as_ref().map(|case| case.id),
        channel: reader.channel(),
        content: MessageContent {
            body: incoming.body.replace('\0', ""),
            from: Some(incoming.from.replace('\0', "")),
            to: incoming.to.as_ref().map(|to| to.replace('\0', "")),
            ..MessageContent::default()
        },
        external_id: None,
        parent_id: found.answers.as_ref().map(|message| message.id),
        duplicate_of: None,
        is_repeated: false,
        classification: incoming.classification,
        case_match: found.case_match,
        attachments: incoming.media.iter().map(attachment).collect(),
        has_html: false,
        raw_id,
        // The case's clock starts when it was sent, and never later than when it came here.
        created_at: arrival(incoming.at, stored.recorded_at),
        recorded_at: step.now,
    }
}

/// A file as its message stands in the thread until it was fetched.
fn attachment(media: &IncomingMedia) -> Attachment {
    Attachment {
        name: media.name.clone(),
        content_type: media.media_type.clone(),
        size: 0,
        sha256: String::new(),
        content_id: None,
        absent: Some(Absence::Waiting),
    }
}
