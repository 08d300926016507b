//! How the reading of the mailboxes goes, for those who watch over it.

use followup_domain::audit::Actor;
use followup_domain::mail::mailbox_health::MailboxHealth;
use followup_domain::ports::StoreError;

use crate::app::App;
use crate::moves::inbox;
use crate::step;
use crate::transaction;

impl App {
    /// What is known of every mailbox that was ever looked into, by name.
    ///
    /// # Errors
    /// The store's.
    pub fn mailbox_health(&self) -> Result<Vec<MailboxHealth>, StoreError> {
        step::read(self, |step| step.tx.mailboxes().health())
    }

    /// A person has seen that a mailbox was set back to an older state; false when it was not.
    ///
    /// # Errors
    /// The store's.
    pub fn acknowledge_set_back(&self, actor: &Actor, mailbox: &str) -> Result<bool, StoreError> {
        transaction::write(self, actor, |step| inbox::acknowledge_set_back(step, mailbox))
    }
}
