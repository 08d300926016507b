//! Nobody writes to an address any more.

use followup_domain::audit::Actor;
use followup_domain::contact::EmailAddress;
use followup_domain::ports::{BlockedContact, StoreError};

use crate::app::Followup;
use crate::errors::{InvalidReason, reason_of};
use crate::moves::address as addresses;
use crate::step;

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
        step::write(self, actor, |step| {
            let address = address.mailbox_key();
            let contact = BlockedContact { address, reason: reason.to_owned(), actor: actor.to_string(), at: step.now };
            addresses::block(step, &contact)?;
            Ok(contact)
        })
    }
}
