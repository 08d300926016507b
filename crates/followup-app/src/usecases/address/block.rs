//! Nobody writes to an address or number any more.

use followup_domain::audit::Actor;
use followup_domain::contact::{E164, EmailAddress};
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
        block(self, actor, &address.mailbox_key(), reason)
    }

    /// Nobody writes to this number any more, by whatever channel.
    ///
    /// # Errors
    /// [`BlockError`].
    pub fn block_number(&self, actor: &Actor, number: &E164, reason: &str) -> Result<DoNotContact, BlockError> {
        block(self, actor, number.as_str(), reason)
    }
}

fn block(app: &App, actor: &Actor, address: &str, reason: &str) -> Result<DoNotContact, BlockError> {
    let reason = reason_of(reason)?;
    transaction::write(app, actor, |step| {
        let contact = DoNotContact { address: address.to_owned(), reason: reason.to_owned(), actor: actor.to_string(), at: step.now };
        addresses::block(step, &contact)?;
        Ok(contact)
    })
}
