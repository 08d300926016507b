//! A person writes to the reporter: tried once, now, and answered with what became of it; or put into the queue for as long as it can be
//! taken back.

use followup_domain::asking::draft::{DraftKey, DraftText, LetterDraft, TAKEN_BACK_WITHIN};
use followup_domain::asking::request::asked_in;
use followup_domain::audit::Actor;
use followup_domain::case::Case;
use followup_domain::ids::{CaseId, MessageId, UploadId};
use followup_domain::message::enclosure::{Enclosure, MOST_ENCLOSED};
use followup_domain::message::{Message, MessageKind};
use followup_domain::ports::{Inserted, NewOutboundMessage, NewOutboundTiming, Remembered, StoreError, Updated};

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::errors::{QueueMessageError, SendMessageError};
use crate::facts::asked::asked_items;
use crate::facts::by_hand::{Checked, SendRequest, check, check_alone, invalid};
use crate::facts::lookup::queued_message;
use crate::facts::open_items::open_items;
use crate::moves::keys::{self, IdempotencyKey};
use crate::moves::{draft as drafts, file, queue};
use crate::runs::handing_over::{new_lease, try_once};
use crate::step::Step;
use crate::transaction;

/// The message, and whether this request made it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// The message.
    pub message: Message,
    /// False when an earlier request with the same key made it.
    pub created: bool,
}

/// A draft as it was when its letter was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenDraft {
    /// What stood in it.
    pub text: DraftText,
    /// The version that it had; 0 where it was never kept.
    pub version: i64,
}

impl App {
    /// Queues the message under a lease of its own, hands it over, and answers with what the transport said. Never requeues.
    ///
    /// # Errors
    /// [`SendMessageError`]. From [`SendMessageError::Stopped`] on, the message stands in the thread.
    pub fn send_message(
        &self,
        actor: &Actor,
        case_id: CaseId,
        request: &SendRequest,
        key: Option<&IdempotencyKey>,
    ) -> Result<Sent, SendMessageError> {
        check_alone(&self.policy, &self.senders, request)?;
        let lease = new_lease(self);
        let sent = transaction::write::<_, SendMessageError>(self, actor, |step| {
            let timing = NewOutboundTiming::Leased(lease.clone());
            put_in(step, (case_id, key), request, timing, |_, _| Ok(()))
        })?;
        if !sent.created {
            return Ok(sent);
        }
        Ok(Sent { message: try_once(self, &sent.message, &lease)?, created: true })
    }

    /// Puts the message into the queue, to leave when it can no longer be taken back ([`TAKEN_BACK_WITHIN`]). The same stands against it as
    /// against one that leaves at once, and again when it is claimed. Its draft is used up by it: in the same transaction, and only as it was read.
    ///
    /// # Errors
    /// [`QueueMessageError`]; nothing is stored then.
    pub fn queue_message(
        &self,
        actor: &Actor,
        case_id: CaseId,
        (request, draft): (&SendRequest, &WrittenDraft),
        key: Option<&IdempotencyKey>,
    ) -> Result<Sent, QueueMessageError> {
        check_alone(&self.policy, &self.senders, request)?;
        transaction::write(self, actor, |step| {
            let timing = NewOutboundTiming::NotBefore(step.now + TAKEN_BACK_WITHIN);
            put_in(step, (case_id, key), request, timing, |step, message| use_up(step, message, draft))
        })
    }
}

/// Puts a person's message into the queue, with all that follows; one that an earlier request made under the key is the same message.
fn put_in<E: From<SendMessageError> + From<StoreError>>(
    step: &mut Step<'_>,
    (case_id, key): (CaseId, Option<&IdempotencyKey>),
    request: &SendRequest,
    timing: NewOutboundTiming,
    besides: impl Fn(&mut Step<'_>, &Message) -> Result<(), E>,
) -> Result<Sent, E> {
    let Some(case) = step.tx.cases().find_for_update(case_id)? else { return Err(SendMessageError::NotFound.into()) };
    match keys::begin(step, key)? {
        Remembered::New => {}
        Remembered::Different => return Err(SendMessageError::KeyReused.into()),
        Remembered::Same(id) => {
            let message = step.tx.messages().find(MessageId(id))?;
            return message.map(|message| Sent { message, created: false }).ok_or(SendMessageError::NotFound.into());
        }
    }
    let checked = check(step, &case, request)?;
    let message = insert(step, &case, checked, timing)?;
    besides(step, &message)?;
    keys::complete(step, key, message.id.0)?;
    follow(step, Event::Decided(&case))?;
    Ok(Sent { message, created: true })
}

/// The draft became this message. Another window may have kept what this one says before this one knew: that is no other draft.
fn use_up(step: &mut Step<'_>, message: &Message, written: &WrittenDraft) -> Result<(), QueueMessageError> {
    let case_id = message.case_id.ok_or_else(|| StoreError::Refused("a person's message has no case".into()))?;
    let key = DraftKey { case_id, username: step.actor.name().to_owned(), channel: message.channel };
    let stored = step.tx.drafts().find(&key)?;
    let was = match &stored {
        Some(stored) if stored.is_open() && stored.text == written.text => stored.version,
        _ => written.version,
    };
    let text = written.text.clone();
    let sent = LetterDraft { key, text, version: was + 1, updated_at: step.now, sent_as: Some(message.id) };
    match drafts::keep(step, &sent, was)? {
        Updated::Yes => Ok(()),
        Updated::Stale => Err(QueueMessageError::Stale(stored.map(Box::new))),
    }
}

/// The files that go with the message; what is refused leaves them waiting.
fn take_along(step: &mut Step<'_>, case_id: CaseId, ids: &[UploadId]) -> Result<Vec<Enclosure>, SendMessageError> {
    let mut enclosures: Vec<Enclosure> = Vec::with_capacity(ids.len());
    for (place, id) in ids.iter().enumerate().filter(|(place, id)| !ids[..*place].contains(id)) {
        match file::enclose(step, case_id, *id)? {
            Some(enclosure) => enclosures.push(enclosure),
            None => return Err(invalid(&format!("attachments[{place}]"), "Este ICSR no tiene un archivo con este número".to_owned())),
        }
    }
    if enclosures.iter().map(|enclosure| enclosure.file.size).sum::<u64>() > MOST_ENCLOSED {
        return Err(invalid("attachments", format!("Los archivos suman más de {} MB", MOST_ENCLOSED / 1024 / 1024)));
    }
    Ok(enclosures)
}

fn insert(step: &mut Step<'_>, case: &Case, checked: Checked<'_>, timing: NewOutboundTiming) -> Result<Message, SendMessageError> {
    let content = checked.content;
    let asked = asked_in(&content.body, &case.record, &open_items(step, case)?);
    let enclosures = take_along(step, case.id, checked.attachments)?;
    let external_id = step.deployment.ids.message_id();
    let message = NewOutboundMessage {
        case_id: case.id,
        channel: checked.channel,
        kind: MessageKind::Manual,
        content,
        unique_key: format!("manual:{external_id}"),
        external_id,
        attempt_id: None,
        resend_of: None,
        reminder_of: None,
        enclosures,
        created_at: step.now,
        timing,
    };
    let Inserted::New(id) = queue::enter(step, &message, checked.overriding)? else {
        return Err(StoreError::Refused("a new Message-ID was used before".into()).into());
    };
    queue::set_asked(step, (id, case.id), &asked_items(&case.record, asked))?;
    Ok(queued_message(step, id)?)
}
