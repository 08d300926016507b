//! How the reading of the mailboxes goes, for those who watch over it.

use followup_domain::audit::{Actor, facts};
use followup_domain::mail::mailbox_health::{ALARM_AFTER, MailboxHealth, MailboxTrouble};
use followup_domain::ports::{StoreError, StoreExt, Updated};

use crate::audit_facts::system_entry;
use crate::service::Followup;

impl Followup {
    /// What is known of every mailbox that was ever looked into, by name.
    ///
    /// # Errors
    /// The store's.
    pub fn mailbox_health(&self) -> Result<Vec<MailboxHealth>, StoreError> {
        self.store.read(|tx| tx.inbox().health())
    }

    /// A mailbox was read to its end.
    ///
    /// # Errors
    /// The store's.
    pub fn record_mailbox_read(&self, mailbox: &str) -> Result<(), StoreError> {
        self.store.write(|tx| tx.inbox().record_mailbox_read(mailbox, self.now()))
    }

    /// A person has seen that a mailbox was set back to an older state; false when it was not.
    ///
    /// # Errors
    /// The store's.
    pub fn acknowledge_set_back(&self, actor: &Actor, mailbox: &str) -> Result<bool, StoreError> {
        let now = self.now();
        self.store.write(|tx| {
            if tx.inbox().acknowledge_set_back(mailbox)? == Updated::Stale {
                return Ok(false);
            }
            let new = facts([("mailbox", mailbox.into())]);
            tx.audit().append(&system_entry(actor, now, "mailbox.set_back_acknowledged", "mailbox", 0, new))?;
            Ok(true)
        })
    }

    /// A mailbox could not be read. The alarm is raised at once for what a person must mend, and for anything that lasts.
    ///
    /// # Errors
    /// The store's.
    pub fn record_mailbox_trouble(&self, mailbox: &str, trouble: MailboxTrouble) -> Result<(), StoreError> {
        let now = self.now();
        self.store.write(|tx| {
            let known = tx.inbox().health()?.into_iter().find(|health| health.mailbox == mailbox);
            let lasts = known.and_then(|health| health.failing_since).is_some_and(|since| now - since >= ALARM_AFTER);
            tx.inbox().record_mailbox_trouble(mailbox, now, trouble, trouble.needs_a_person() || lasts)
        })
    }
}
