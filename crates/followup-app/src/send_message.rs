//! A person writes to the reporter: tried once, now, and answered with what became of it.

use std::time::Duration as Budget;

use chrono::{DateTime, Utc};
use followup_domain::asking::request::asked_in;
use followup_domain::audit::{Actor, facts};
use followup_domain::case::{Case, FieldError, FollowupStatus};
use followup_domain::contact::EmailAddress;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::mail::bounce::Failure;
use followup_domain::message::{Channel, Delivery, Message, MessageKind};
use followup_domain::ports::{Inserted, Lease, NewOutboundMessage, NewOutboundTiming, Remembered, StoreError, StoreExt, Tx};

use crate::audit_facts::message_entry;
use crate::automatic_request::asked_items;
use crate::change_message::given;
use crate::deliver::{Fate, Retry};
use crate::record_outcome::existing;
use crate::register_case::IdempotencyKey;
use crate::service::Followup;
use crate::stop_reason::StopReason;

/// A person waits no longer than this for the transport.
const BUDGET: Budget = Budget::from_secs(20);
/// Why a message was not sent that somebody else holds now.
const TAKEN_OVER: &str = "otro proceso se hizo cargo del mensaje";
/// Longer subjects are refused rather than cut; in characters.
pub const LONGEST_SUBJECT: usize = 250;

/// What a person wants sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SendRequest {
    /// `email`, `sms` or `whatsapp`.
    pub channel: Option<String>,
    /// The text; not needed with a template.
    pub body: Option<String>,
    /// Subject of an e-mail; without one, the request's usual subject.
    pub subject: Option<String>,
    /// A provider's message template (WhatsApp).
    pub template: Option<String>,
    /// Why it is sent although letters to the address came back.
    pub override_reason: Option<String>,
}

/// The message, and whether this request made it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// The message.
    pub message: Message,
    /// False when an earlier request with the same key made it.
    pub created: bool,
}

/// Why a message was not sent, in the order in which it is checked.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SendMessageError {
    /// A field that cannot be sent.
    #[error(transparent)]
    Invalid(FieldError),
    /// There is no such case.
    #[error("case not found")]
    NotFound,
    /// The channel is none that messages are sent by.
    #[error("unsupported channel")]
    UnsupportedChannel,
    /// Nothing but white space.
    #[error("empty message")]
    EmptyBody,
    /// The reporter has no address for the channel.
    #[error("no contact for {0}")]
    NoContact(Channel),
    /// The follow-up is closed.
    #[error("follow-up is closed")]
    Closed,
    /// The address asked not to be written to.
    #[error("the address must not be written to")]
    Blocked,
    /// Letters to the address came back, and no reason was given to write to it all the same.
    #[error("the address failed")]
    Bounced(Failure),
    /// There is nothing to send; nothing stands in the thread.
    #[error("not sent: {0}")]
    NotSent(StopReason),
    /// The channel has no transport.
    #[error("channel not configured")]
    NotConfigured,
    /// Another request was made with the same key.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// It was stopped before it left; it stands in the thread as skipped, or as whoever took it over left it.
    #[error("stopped: {reason}")]
    Stopped {
        /// Why, in Spanish.
        reason: String,
        /// The message.
        message_id: MessageId,
    },
    /// It certainly was not sent; it stands in the thread as failed.
    #[error("not sent: {text}")]
    Failed {
        /// By which channel.
        channel: Channel,
        /// The transport's own words.
        text: String,
        /// The message.
        message_id: MessageId,
    },
    /// Nobody knows whether it was sent; it stands in the thread as uncertain.
    #[error("uncertain")]
    Uncertain {
        /// By which channel.
        channel: Channel,
        /// The message.
        message_id: MessageId,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Followup {
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
        check_text(request)?;
        let lease = self.new_lease();
        let now = self.now();
        let queued = self.store.write(|tx| self.queue_manual(tx, actor, case_id, request, key, &lease, now))?;
        let message = match queued {
            Queued::Earlier(message) => return Ok(Sent { message, created: false }),
            Queued::New(message) => message,
        };
        Ok(Sent { message: self.try_once(&message, &lease)?, created: true })
    }

    /// Hands over a message that a person has just queued, and answers with it as it is stored then. Once it may have left, a failure
    /// of the store leaves its fate unknown: nobody is told to try again.
    pub(crate) fn try_once(&self, message: &Message, lease: &Lease) -> Result<Message, SendMessageError> {
        let (channel, message_id) = (message.channel, message.id);
        let uncertain = SendMessageError::Uncertain { channel, message_id };
        let fate = self.hand_over(message, 0, lease, BUDGET, Retry::Never);
        let stored = self.store.read(|tx| existing(tx.messages().find(message_id)?));
        match (fate, stored) {
            (Ok(Fate::Accepted), Ok(stored)) => Ok(stored),
            (Ok(Fate::Rejected), Ok(stored)) => {
                Err(SendMessageError::Failed { channel, text: stored.error.unwrap_or_default(), message_id })
            }
            (Ok(Fate::Withdrawn | Fate::Lost | Fate::PutOff), Ok(stored)) => {
                Err(SendMessageError::Stopped { reason: stored.error.unwrap_or_else(|| TAKEN_OVER.to_owned()), message_id })
            }
            (Ok(Fate::Uncertain | Fate::Accepted), _) => Err(uncertain),
            // What is still queued did not leave.
            (Err(error), Ok(stored)) if stored.delivery == Some(Delivery::Queued) => Err(error.into()),
            (Err(error), _) => {
                tracing::error!(message_id = message_id.0, %error, "the store failed while a message was handed over");
                Err(uncertain)
            }
            (Ok(Fate::Rejected | Fate::Withdrawn | Fate::Lost | Fate::PutOff), Err(error)) => Err(error.into()),
        }
    }

    #[allow(clippy::too_many_arguments)] // One transaction's inputs; they have nothing else in common.
    fn queue_manual(
        &self,
        tx: &mut dyn Tx,
        actor: &Actor,
        case_id: CaseId,
        request: &SendRequest,
        key: Option<&IdempotencyKey>,
        lease: &Lease,
        now: DateTime<Utc>,
    ) -> Result<Queued, SendMessageError> {
        let Some(case) = tx.cases().find_for_update(case_id)? else { return Err(SendMessageError::NotFound) };
        if let Some(key) = key {
            match tx.idempotency().begin(&key.scope, &key.fingerprint, now)? {
                Remembered::New => {}
                Remembered::Different => return Err(SendMessageError::KeyReused),
                Remembered::Same(id) => {
                    let message = tx.messages().find(MessageId(id))?;
                    return message.map(Queued::Earlier).ok_or(SendMessageError::NotFound);
                }
            }
        }
        let checked = self.check(tx, &case, request)?;
        let message = self.insert_manual(tx, &case, checked, lease, now)?;
        if let Some(key) = key {
            tx.idempotency().complete(&key.scope, message.id.0)?;
        }
        let new = facts([("kind", message.kind.as_str().into()), ("channel", message.channel.as_str().into())]);
        let overriding = given(request.override_reason.as_deref());
        tx.audit().append(&message_entry(Some(case.id), message.id, actor, now, "message.queued", new, overriding))?;
        Ok(Queued::New(message))
    }

    fn check(&self, tx: &mut dyn Tx, case: &Case, request: &SendRequest) -> Result<Checked, SendMessageError> {
        let channel = request.channel.as_deref().and_then(Channel::parse).filter(|channel| *channel != Channel::Call);
        let channel = channel.ok_or(SendMessageError::UnsupportedChannel)?;
        let body = request.body.as_deref().map(str::trim).unwrap_or_default();
        if body.is_empty() && !(channel == Channel::Whatsapp && request.template.is_some()) {
            return Err(SendMessageError::EmptyBody);
        }
        let to = self.contact_of(case, channel)?;
        if case.followup_status == FollowupStatus::Closed {
            return Err(SendMessageError::Closed);
        }
        if let Some(to) = &to {
            self.refuse_blocked(tx, to.as_str())?;
            self.refuse_bounced(tx, to, request.override_reason.as_deref())?;
        }
        let to = to.filter(|_| self.senders.of(channel).is_some()).ok_or(SendMessageError::NotConfigured)?;
        Ok(Checked { channel, body: body.to_owned(), subject: self.subject(case, request.subject.as_deref()), to })
    }

    /// That the reporter can be reached by a channel that messages are sent by; the address, where the channel is e-mail.
    pub(crate) fn contact_of(&self, case: &Case, channel: Channel) -> Result<Option<EmailAddress>, SendMessageError> {
        let channels = self.channels(&case.record);
        let is_reachable = match channel {
            Channel::Email => channels.email.is_some(),
            Channel::Sms => channels.phone.is_some(),
            Channel::Whatsapp => channels.whatsapp.is_some(),
            Channel::Call => return Err(SendMessageError::UnsupportedChannel),
        };
        if is_reachable { Ok(channels.email.filter(|_| channel == Channel::Email)) } else { Err(SendMessageError::NoContact(channel)) }
    }

    fn subject(&self, case: &Case, given: Option<&str>) -> String {
        let given = one_line(given.unwrap_or_default());
        if !given.is_empty() {
            return given;
        }
        format!("{} Solicitud de información - ICSR #{}", self.policy.letterhead.subject_prefix, case.id).trim().to_owned()
    }

    fn insert_manual(
        &self,
        tx: &mut dyn Tx,
        case: &Case,
        checked: Checked,
        lease: &Lease,
        now: DateTime<Utc>,
    ) -> Result<Message, SendMessageError> {
        let asked = asked_in(&checked.body, &case.record, &self.open_items(tx, case)?);
        let content = self.addressed(tx, case, checked.subject, checked.body, &checked.to)?;
        let external_id = self.ids.message_id();
        let message = NewOutboundMessage {
            case_id: case.id,
            channel: checked.channel,
            kind: MessageKind::Manual,
            content,
            unique_key: format!("manual:{external_id}"),
            external_id,
            attempt_id: None,
            resend_of: None,
            created_at: now,
            timing: NewOutboundTiming::Leased(lease.clone()),
        };
        let Inserted::New(id) = tx.messages().insert_outbound(&message)? else {
            return Err(StoreError::Refused("a new Message-ID was used before".into()).into());
        };
        tx.requests().set_asked(id, case.id, &asked_items(&case.record, asked))?;
        tx.messages().find(id)?.ok_or_else(|| StoreError::Refused("a queued message cannot be found".into()).into())
    }
}

/// What no case is needed for to refuse it.
fn check_text(request: &SendRequest) -> Result<(), SendMessageError> {
    let refuse = |field: &str, message: String| Err(SendMessageError::Invalid(FieldError::new(field, message)));
    for (field, text) in [("body", &request.body), ("template", &request.template), ("override_reason", &request.override_reason)] {
        if text.as_ref().is_some_and(|text| text.contains('\0')) {
            return refuse(field, "El texto contiene un carácter nulo".to_owned());
        }
    }
    if one_line(request.subject.as_deref().unwrap_or_default()).chars().count() > LONGEST_SUBJECT {
        return refuse("subject", format!("El asunto supera los {LONGEST_SUBJECT} caracteres"));
    }
    if request.template.is_some() && request.body.is_some() {
        return refuse("template", "No se admite junto con body".to_owned());
    }
    Ok(())
}

/// A text in one line: line breaks would start another header.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

enum Queued {
    New(Message),
    Earlier(Message),
}

struct Checked {
    channel: Channel,
    body: String,
    subject: String,
    to: EmailAddress,
}
