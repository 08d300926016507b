//! The messages of a case. Each answer is one consistent view.

use std::collections::BTreeMap;

use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Message, MessageKind};
use followup_domain::ports::{MessageView, StoreError};

use crate::app::App;
use crate::errors::NotFoundOr;
use crate::facts::lookup::{message_in, thread_of};
use crate::step;

/// A case's messages in order.
pub type Thread = Vec<Message>;

/// A part of a thread.
#[derive(Debug, Clone, PartialEq)]
pub struct ThreadPage {
    /// Its messages, in order.
    pub messages: Vec<MessageView>,
    /// There are earlier ones.
    pub has_earlier: bool,
}

impl App {
    /// All messages of a case in order.
    ///
    /// # Errors
    /// The case does not exist, or the store failed.
    pub fn thread(&self, id: CaseId) -> Result<Thread, NotFoundOr> {
        step::read(self, |step| thread_of(step, id))
    }

    /// A page of a case's messages, in order: at most `limit` before the message `before`, or the last ones.
    ///
    /// # Errors
    /// The case does not exist, or the store failed.
    pub fn thread_page(&self, id: CaseId, before: Option<MessageId>, limit: usize) -> Result<ThreadPage, NotFoundOr> {
        step::read(self, |step| {
            let wanted = i64::try_from(limit.saturating_add(1)).unwrap_or(i64::MAX);
            let mut messages = step.tx.threads().page(id, before, wanted)?;
            if messages.is_empty() && step.tx.cases().find(id)?.is_none() {
                return Err(NotFoundOr::NotFound);
            }
            let earlier = messages.len().saturating_sub(limit);
            messages.drain(..earlier);
            Ok(ThreadPage { messages, has_earlier: earlier > 0 })
        })
    }

    /// What each message of a case is, by its number: no text is read.
    ///
    /// # Errors
    /// The store's.
    pub fn message_kinds(&self, id: CaseId) -> Result<BTreeMap<MessageId, MessageKind>, StoreError> {
        let headers = step::read::<_, StoreError>(self, |step| step.tx.threads().headers(id))?;
        Ok(headers.into_iter().map(|header| (header.id, header.kind)).collect())
    }

    /// How many messages a page of at most `limit` can have.
    ///
    /// # Errors
    /// The store's.
    pub fn thread_length(&self, id: CaseId, limit: usize) -> Result<usize, StoreError> {
        let count = step::read::<_, StoreError>(self, |step| step.tx.threads().count(id))?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX).min(limit))
    }

    /// A message as a thread or a tray shows it, with all that they tell beside it.
    ///
    /// # Errors
    /// The store's.
    pub fn shown(&self, message: Message) -> Result<MessageView, StoreError> {
        let (flags, notice) = step::read::<_, StoreError>(self, |step| {
            let flags = step.tx.readings().flags(&[message.id])?.into_iter().map(|(_, flag)| flag).collect();
            Ok((flags, step.tx.notices().of_messages(&[message.id])?.pop()))
        })?;
        Ok(MessageView { flags, notice, ..MessageView::of(message) })
    }

    /// A message of a case's thread: what the unit itself is told of the case is none.
    ///
    /// # Errors
    /// It does not stand in this thread, or the store failed.
    pub fn message(&self, case_id: CaseId, id: MessageId) -> Result<Message, NotFoundOr> {
        step::read(self, |step| message_in(step, case_id, id))
    }
}
