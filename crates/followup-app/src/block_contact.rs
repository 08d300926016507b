//! Addresses that must not be written to.

use followup_domain::audit::{Actor, AuditChain, facts};
use followup_domain::contact::EmailAddress;
use followup_domain::ports::{BlockedContact, Page, PageRequest, StoreError, StoreExt, Tx, Updated};

use crate::audit_facts::system_entry;
use crate::errors::{InvalidReason, reason_of};
use crate::send_message::SendMessageError;
use crate::service::Followup;

/// Why an address was not blocked or let be written to again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// No reason that can be kept.
    #[error(transparent)]
    Reason(#[from] InvalidReason),
    /// It was not blocked.
    #[error("not blocked")]
    NotFound,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Followup {
    /// Nobody writes to this address any more, by hand or by itself, for any case.
    ///
    /// # Errors
    /// [`BlockError`].
    pub fn block_contact(&self, actor: &Actor, address: &EmailAddress, reason: &str) -> Result<BlockedContact, BlockError> {
        let reason = reason_of(reason)?;
        let now = self.now();
        let contact = BlockedContact { address: address.mailbox_key(), reason: reason.to_owned(), actor: actor.to_string(), at: now };
        self.store.write(|tx| {
            tx.audit().hold(AuditChain::System)?;
            let before = tx.contacts().find_blocked(&contact.address)?;
            tx.contacts().block(&contact)?;
            let new = facts([("address", contact.address.clone().into()), ("reason", contact.reason.clone().into())]);
            let mut entry = system_entry(actor, now, "contact.blocked", "contact", 0, new);
            if let Some(before) = before {
                entry.old = facts([("address", before.address.into()), ("reason", before.reason.into())]);
            }
            entry.reason = Some(contact.reason.clone());
            tx.audit().append(&entry)?;
            Ok(contact.clone())
        })
    }

    /// The address may be written to again.
    ///
    /// # Errors
    /// [`BlockError`].
    pub fn unblock_contact(&self, actor: &Actor, address: &EmailAddress) -> Result<(), BlockError> {
        let now = self.now();
        self.store.write(|tx| {
            tx.audit().hold(AuditChain::System)?;
            let before = tx.contacts().find_blocked(&address.mailbox_key())?.ok_or(BlockError::NotFound)?;
            if tx.contacts().unblock(&before.address)? == Updated::Stale {
                return Err(BlockError::NotFound);
            }
            let new = facts([("address", before.address.clone().into())]);
            let mut entry = system_entry(actor, now, "contact.unblocked", "contact", 0, new);
            entry.old = facts([("address", before.address.into()), ("reason", before.reason.into())]);
            tx.audit().append(&entry)?;
            Ok(())
        })
    }

    /// Blocked addresses by address.
    ///
    /// # Errors
    /// The store's.
    pub fn blocked_contacts(&self, page: PageRequest) -> Result<Page<BlockedContact>, StoreError> {
        self.store.read(|tx| tx.contacts().list_blocked(page))
    }

    pub(crate) fn refuse_blocked(&self, tx: &mut dyn Tx, address: &str) -> Result<(), SendMessageError> {
        match tx.contacts().find_blocked(address)? {
            Some(_) => Err(SendMessageError::Blocked),
            None => Ok(()),
        }
    }
}
