//! An address may be written to again.

use followup_domain::audit::Actor;
use followup_domain::contact::EmailAddress;

use crate::app::App;
use crate::errors::BlockError;
use crate::moves::address as addresses;
use crate::transaction;

impl App {
    /// The address may be written to again.
    ///
    /// # Errors
    /// [`BlockError`].
    pub fn unblock_contact(&self, actor: &Actor, address: &EmailAddress) -> Result<(), BlockError> {
        let address = address.mailbox_key();
        transaction::write(self, actor, |step| if addresses::unblock(step, &address)? { Ok(()) } else { Err(BlockError::NotFound) })
    }
}
