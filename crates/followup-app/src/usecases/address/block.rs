//! Nobody writes to an address any more.

use followup_domain::audit::Actor;
use followup_domain::contact::EmailAddress;
use followup_domain::ports::DoNotContact;

use crate::app::App;
use crate::errors::{BlockError, reason_of};
use crate::moves::address as addresses;
use crate::transaction;

impl App {
    /// Nobody writes to this address any more, by hand or by itself, for any case.
    ///
    /// # Errors
    /// [`BlockError`].
    pub fn block_contact(&self, actor: &Actor, address: &EmailAddress, reason: &str) -> Result<DoNotContact, BlockError> {
        let reason = reason_of(reason)?;
        transaction::write(self, actor, |step| {
            let address = address.mailbox_key();
            let contact = DoNotContact { address, reason: reason.to_owned(), actor: actor.to_string(), at: step.now };
            addresses::block(step, &contact)?;
            Ok(contact)
        })
    }
}
