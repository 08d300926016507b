//! An address or number may be written to again.

use followup_domain::audit::Actor;
use followup_domain::contact::{E164, EmailAddress};

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
        unblock(self, actor, &address.mailbox_key())
    }

    /// The number may be written to again.
    ///
    /// # Errors
    /// [`BlockError`].
    pub fn unblock_number(&self, actor: &Actor, number: &E164) -> Result<(), BlockError> {
        unblock(self, actor, number.as_str())
    }
}

fn unblock(app: &App, actor: &Actor, address: &str) -> Result<(), BlockError> {
    transaction::write(app, actor, |step| if addresses::unblock(step, address)? { Ok(()) } else { Err(BlockError::NotFound) })
}
