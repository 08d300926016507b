//! What is shown of a case and its follow-up. Each answer is one consistent view.

use chrono::{DateTime, Utc};
use followup_domain::asking::missing::{MissingItem, compute_missing};
use followup_domain::asking::next_contact::ProposedContact;
use followup_domain::asking::plan::{Attempt, AttemptStatus, Plan};
use followup_domain::asking::waiting::Contact;
use followup_domain::case::Case;
use followup_domain::case::deadlines::{CaseClock, ClockFacts, case_clock};
use followup_domain::contact::{Channels, EmailAddress};
use followup_domain::ids::{CaseId, MessageId, RawId};
use followup_domain::mail::bounce::MailNotice;
use followup_domain::message::{CallOutcome, Classification, Delivery, Direction, MailFlag, Message, MessageKind};
use followup_domain::ports::{AnsweredField, AskedField, Badge, CaseQuery, DocumentedField, Page, PageRequest, StoreError, StoreExt, Tx};

use crate::answered_fields::answered_fields;
use crate::errors::NotFoundOr;
use crate::open_items::documented_fields;
use crate::propose::RescheduleOffer;
use crate::service::Followup;

/// Whether a missing item was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskState {
    /// By no accepted message.
    NotAsked,
    /// By this message, accepted at this instant (UTC): the dated proof.
    Asked {
        /// The last message that asked.
        message_id: MessageId,
        /// When it was accepted.
        at: DateTime<Utc>,
    },
}

/// A missing item and whether it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingWithState {
    /// The item.
    pub item: MissingItem,
    /// Whether it was asked for.
    pub state: AskState,
}

/// The follow-up of a case at a glance.
#[derive(Debug, Clone, PartialEq)]
pub struct FollowupSummary {
    /// The case.
    pub case: Case,
    /// What is missing.
    pub missing: Vec<MissingWithState>,
    /// How the reporter can be reached.
    pub channels: Channels,
    /// The plan that was applied last.
    pub plan: Option<Plan>,
    /// All attempts.
    pub attempts: Vec<Attempt>,
    /// Human replies that nobody has read.
    pub unread: i64,
    /// The fields that a person documented as not to be had.
    pub documented: Vec<DocumentedField>,
    /// The fields that were asked for and are answered, with the messages that asked and answered.
    pub answered: Vec<AnsweredField>,
    /// Days since what matters, and when reports fall due.
    pub clock: CaseClock,
    /// Nobody answered for so long that closing as `max_attempts` is proposed.
    pub closing_proposed: bool,
    /// Another way to the reporter, where letters to his address came back.
    pub proposed_contact: Option<ProposedContact>,
    /// Another date for the next letter, where the reporter is away.
    pub reschedule_offer: Option<RescheduleOffer>,
    /// An address at which somebody complained of our mail: to be written to no more, if a person says so.
    pub block_proposed: Option<EmailAddress>,
}

/// A case's messages in order.
pub type Thread = Vec<Message>;
/// What people should know of messages.
pub type MailFlags = Vec<(MessageId, MailFlag)>;
/// A case's attempts in order.
pub type AttemptList = Vec<Attempt>;

impl Followup {
    /// A case.
    ///
    /// # Errors
    /// It does not exist, or the store failed.
    pub fn case(&self, id: CaseId) -> Result<Case, NotFoundOr> {
        self.store.read(|tx| tx.cases().find(id)?.ok_or(NotFoundOr::NotFound))
    }

    /// A page of cases.
    ///
    /// # Errors
    /// The store's.
    pub fn cases(&self, query: &CaseQuery, page: PageRequest) -> Result<Page<Case>, StoreError> {
        self.store.read(|tx| tx.cases().list(query, page))
    }

    /// The follow-up of a case at a glance.
    ///
    /// # Errors
    /// The case does not exist, or the store failed.
    pub fn followup_summary(&self, id: CaseId) -> Result<FollowupSummary, NotFoundOr> {
        let now = self.now();
        self.store.read(|tx| {
            let case = tx.cases().find(id)?.ok_or(NotFoundOr::NotFound)?;
            let asked = tx.requests().asked(id)?;
            let missing = compute_missing(&case.record, &self.policy.required);
            let missing = missing.into_iter().map(|item| MissingWithState { state: ask_state(&item, &asked, &case), item }).collect();
            let attempts = attempts_of(tx, id)?;
            let contacts = tx.messages().contacts(id)?;
            Ok(FollowupSummary {
                proposed_contact: self.proposed_contact(tx, &case)?,
                reschedule_offer: self.reschedule_offer(tx, &case, &attempts, now)?,
                block_proposed: self.proposed_block(tx, &case, &contacts)?,
                channels: self.channels(&case.record),
                missing,
                plan: tx.plans().find_latest(id)?,
                attempts,
                unread: tx.messages().count_unread(id)?,
                documented: documented_fields(tx, &case)?,
                answered: answered_fields(tx, &case)?,
                clock: self.clock_of(tx, &case, &contacts, now)?,
                closing_proposed: self.closing_is_due(tx, &case, now)?,
                case,
            })
        })
    }

    /// What waits for a person, over all cases.
    ///
    /// # Errors
    /// The store's.
    pub fn badge(&self) -> Result<Badge, StoreError> {
        self.store.read(|tx| tx.messages().badge())
    }

    fn clock_of(&self, tx: &mut dyn Tx, case: &Case, contacts: &[Contact], now: DateTime<Utc>) -> Result<CaseClock, StoreError> {
        let zone = self.policy.zone;
        let facts = ClockFacts {
            received_on: case.record.received_on(case.created_at, zone),
            last_request: last_request(contacts),
            last_unanswered_reply: last_unanswered_reply(contacts),
            serious: case.record.seriousness(),
        };
        Ok(case_clock(&facts, &tx.deadlines().list()?, now, zone))
    }

    /// All messages of a case in order.
    ///
    /// # Errors
    /// The case does not exist, or the store failed.
    pub fn thread(&self, id: CaseId) -> Result<Thread, NotFoundOr> {
        self.store.read(|tx| thread_of(tx, id))
    }

    /// All messages of a case in order, what the automatic ones among them say, and what people should know of them.
    ///
    /// # Errors
    /// The case does not exist, or the store failed.
    pub fn thread_with_notices(&self, id: CaseId) -> Result<(Thread, Vec<MailNotice>, MailFlags), NotFoundOr> {
        self.store.read(|tx| {
            let thread = thread_of(tx, id)?;
            let received: Vec<MessageId> =
                thread.iter().filter(|message| message.direction == Direction::In).map(|message| message.id).collect();
            let flags = tx.messages().flags(&received)?;
            Ok((thread, tx.messages().notices(id)?, flags))
        })
    }

    /// All attempts of a case in order.
    ///
    /// # Errors
    /// The case does not exist, or the store failed.
    pub fn attempts(&self, id: CaseId) -> Result<AttemptList, NotFoundOr> {
        self.store.read(|tx| {
            tx.cases().find(id)?.ok_or(NotFoundOr::NotFound)?;
            Ok(attempts_of(tx, id)?)
        })
    }

    /// A message of a case's thread: what the unit itself is told of the case is none.
    ///
    /// # Errors
    /// It does not stand in this thread, or the store failed.
    pub fn message(&self, case_id: CaseId, id: MessageId) -> Result<Message, NotFoundOr> {
        self.store.read(|tx| {
            if let Some(message) = tx.messages().find(id)?.filter(|message| is_in_thread(message, case_id)) {
                return Ok(message);
            }
            tx.cases().find(case_id)?.ok_or(NotFoundOr::NotFound)?;
            Err(NotFoundOr::MessageNotFound)
        })
    }

    /// The bytes of a message of a case as they were sent or received.
    ///
    /// # Errors
    /// The message does not exist in this case, was not sent, or the store failed.
    pub fn raw_mail(&self, case_id: CaseId, id: MessageId) -> Result<Vec<u8>, NotFoundOr> {
        let message = self.message(case_id, id)?;
        self.raw_bytes(message.raw_id.ok_or(NotFoundOr::MessageNotFound)?)
    }

    /// The decoded bytes of one attachment of a message of a case, from 0, with its description.
    ///
    /// # Errors
    /// It does not exist, or the store failed.
    pub fn attachment(
        &self,
        case_id: CaseId,
        id: MessageId,
        index: usize,
    ) -> Result<(followup_domain::message::Attachment, Vec<u8>), NotFoundOr> {
        self.attachment_of(&self.message(case_id, id)?, index)
    }

    pub(crate) fn attachment_of(
        &self,
        message: &Message,
        index: usize,
    ) -> Result<(followup_domain::message::Attachment, Vec<u8>), NotFoundOr> {
        let described = message.attachments.get(index).cloned().ok_or(NotFoundOr::AttachmentNotFound)?;
        let raw = self.raw_bytes(message.raw_id.ok_or(NotFoundOr::AttachmentNotFound)?)?;
        let bytes = self.reader.attachment(&raw, index).ok_or(NotFoundOr::AttachmentNotFound)?;
        Ok((described, bytes))
    }

    /// The HTML version of a message of a case, made harmless.
    ///
    /// # Errors
    /// The message does not exist in this case or has none, or the store failed.
    pub fn message_html(&self, case_id: CaseId, id: MessageId) -> Result<followup_domain::mail::inbound::ShownHtml, NotFoundOr> {
        let message = self.message(case_id, id)?;
        let raw_id = message.raw_id.filter(|_| message.direction == Direction::In).ok_or(NotFoundOr::HtmlNotFound)?;
        self.reader.html(&self.raw_bytes(raw_id)?).ok_or(NotFoundOr::HtmlNotFound)
    }

    pub(crate) fn raw_bytes(&self, id: RawId) -> Result<Vec<u8>, NotFoundOr> {
        self.store.read(|tx| tx.messages().raw(id)?.ok_or(NotFoundOr::MessageNotFound))
    }
}

fn thread_of(tx: &mut dyn Tx, id: CaseId) -> Result<Thread, NotFoundOr> {
    let thread = tx.messages().thread(id)?;
    if thread.is_empty() && tx.cases().find(id)?.is_none() {
        return Err(NotFoundOr::NotFound);
    }
    Ok(thread)
}

/// The attempts of a case; one whose letter waits says what for.
fn attempts_of(tx: &mut dyn Tx, id: CaseId) -> Result<Vec<Attempt>, StoreError> {
    let mut attempts = tx.attempts().list(id)?;
    for attempt in &mut attempts {
        say_what_it_waits_for(tx, attempt)?;
    }
    Ok(attempts)
}

/// Fills in the reason for which the letter of an attempt was put off.
pub(crate) fn say_what_it_waits_for(tx: &mut dyn Tx, attempt: &mut Attempt) -> Result<(), StoreError> {
    if let (AttemptStatus::Sending, Some(message_id)) = (attempt.status, attempt.message_id) {
        attempt.reason = tx.messages().find(message_id)?.and_then(|letter| letter.error).or(attempt.reason.take());
    }
    Ok(())
}

/// Whether a message stands in the thread of a case.
pub(crate) fn is_in_thread(message: &Message, case_id: CaseId) -> bool {
    message.case_id == Some(case_id) && message.kind != MessageKind::Notification
}

/// Whether somebody wrote to the reporter, and the transport took it.
fn asks(contact: &Contact) -> bool {
    !matches!(contact.kind, MessageKind::Inbound | MessageKind::Call | MessageKind::Notification)
        && contact.delivery.is_some_and(Delivery::reached_the_transport)
}

/// When the last message left for the reporter, whoever wrote it.
fn last_request(contacts: &[Contact]) -> Option<DateTime<Utc>> {
    contacts.iter().filter(|contact| asks(contact)).map(|contact| contact.at).max()
}

/// When the last reply that counts came, unless somebody has written or spoken to the reporter since. Reading it is no answer.
fn last_unanswered_reply(contacts: &[Contact]) -> Option<DateTime<Utc>> {
    let is_reply = |contact: &&Contact| contact.classification == Some(Classification::Human) && contact.confirmed;
    let is_answer = |contact: &&Contact| asks(contact) || contact.call_outcome == Some(CallOutcome::Reached);
    let reply = contacts.iter().filter(is_reply).map(|contact| contact.at).max()?;
    let answer = contacts.iter().filter(is_answer).map(|contact| contact.at).max();
    answer.is_none_or(|answer| answer <= reply).then_some(reply)
}

fn ask_state(item: &MissingItem, asked: &[AskedField], case: &Case) -> AskState {
    let asks_for_it = |asked: &&AskedField| {
        asked.item.path_in(&case.record).as_ref() == Some(&item.path)
            && asked.delivery.is_some_and(|delivery| delivery.reached_the_transport())
    };
    let last = asked.iter().filter(asks_for_it).filter_map(|asked| asked.sent_at.map(|at| (at, asked.message_id))).max();
    last.map_or(AskState::NotAsked, |(at, message_id)| AskState::Asked { message_id, at })
}
