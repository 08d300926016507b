//! The messages of a case. Each answer is one consistent view.

use followup_domain::ids::{CaseId, MessageId};
use followup_domain::mail::bounce::MailNotice;
use followup_domain::message::{Direction, MailFlag, Message};
use followup_domain::ports::StoreError;

use crate::app::App;
use crate::errors::NotFoundOr;
use crate::facts::lookup::{message_in, thread_of};
use crate::step;

/// A case's messages in order.
pub type Thread = Vec<Message>;
/// What people should know of messages.
pub type MailFlags = Vec<(MessageId, MailFlag)>;

impl App {
    /// All messages of a case in order.
    ///
    /// # Errors
    /// The case does not exist, or the store failed.
    pub fn thread(&self, id: CaseId) -> Result<Thread, NotFoundOr> {
        step::read(self, |step| thread_of(step, id))
    }

    /// All messages of a case in order, what the automatic ones among them say, and what people should know of them.
    ///
    /// # Errors
    /// The case does not exist, or the store failed.
    pub fn thread_with_notices(&self, id: CaseId) -> Result<(Thread, Vec<MailNotice>, MailFlags), NotFoundOr> {
        step::read(self, |step| {
            let thread = thread_of(step, id)?;
            let received: Vec<MessageId> =
                thread.iter().filter(|message| message.direction == Direction::In).map(|message| message.id).collect();
            let flags = step.tx.readings().flags(&received)?;
            Ok((thread, step.tx.notices().of_case(id)?, flags))
        })
    }

    /// What an automatic mail says, whether it stands in a thread or in the tray.
    ///
    /// # Errors
    /// The store's.
    pub fn notice(&self, id: MessageId) -> Result<Option<MailNotice>, StoreError> {
        step::read(self, |step| Ok(step.tx.notices().of_messages(&[id])?.pop()))
    }

    /// A message of a case's thread: what the unit itself is told of the case is none.
    ///
    /// # Errors
    /// It does not stand in this thread, or the store failed.
    pub fn message(&self, case_id: CaseId, id: MessageId) -> Result<Message, NotFoundOr> {
        step::read(self, |step| message_in(step, case_id, id))
    }
}
