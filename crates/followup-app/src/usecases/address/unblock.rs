//! An address or number may be written to again.

use followup_domain::audit::Actor;
use followup_domain::contact::{E164, EmailAddress};

use crate::app::App;
use crate::errors::{BlockError, reason_of};
use crate::moves::address as addresses;
use crate::transaction;

impl App {
    /// The address may be written to again; where a reason is given, the trail keeps it.
    ///
    /// # Errors
    /// [`BlockError`].
    pub fn unblock_contact(&self, actor: &Actor, address: &EmailAddress, reason: Option<&str>) -> Result<(), BlockError> {
        unblock(self, actor, &address.mailbox_key(), reason)
    }

    /// The number may be written to again.
    ///
    /// # Errors
    /// [`BlockError`].
    pub fn unblock_number(&self, actor: &Actor, number: &E164, reason: Option<&str>) -> Result<(), BlockError> {
        unblock(self, actor, number.as_str(), reason)
    }
}

fn unblock(app: &App, actor: &Actor, address: &str, reason: Option<&str>) -> Result<(), BlockError> {
    let reason = reason.map(reason_of).transpose()?;
    transaction::write(app, actor, |step| if addresses::unblock(step, address, reason)? { Ok(()) } else { Err(BlockError::NotFound) })
}
