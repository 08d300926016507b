//! A person says that an address or number works again.

use followup_domain::audit::Actor;
use followup_domain::contact::{E164, EmailAddress};
use followup_domain::message::Channel;
use followup_domain::ports::StoreError;

use crate::app::App;
use crate::errors::{InvalidReason, reason_of};
use crate::moves::address as addresses;
use crate::runs::restoring::restore_for;
use crate::transaction;

/// Why an address was not cleared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClearAddressError {
    /// No reason that can be kept.
    #[error(transparent)]
    Reason(#[from] InvalidReason),
    /// No letter failed at it.
    #[error("not a failed address")]
    NotFound,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// A person says that the address works again; what waited for it goes on.
    ///
    /// # Errors
    /// [`ClearAddressError`].
    pub fn clear_failed_address(&self, actor: &Actor, address: &EmailAddress, reason: &str) -> Result<(), ClearAddressError> {
        clear(self, actor, &[(Channel::Email, address.mailbox_key())], reason)
    }

    /// The same of a number, for text messages and WhatsApp, in every spelling.
    ///
    /// # Errors
    /// [`ClearAddressError`].
    pub fn clear_failed_number(&self, actor: &Actor, number: &E164, reason: &str) -> Result<(), ClearAddressError> {
        let spellings = number.spellings();
        let ways =
            spellings.iter().flat_map(|number| [Channel::Sms, Channel::Whatsapp].map(|channel| (channel, number.as_str().to_owned())));
        clear(self, actor, &ways.collect::<Vec<_>>(), reason)
    }
}

fn clear(app: &App, actor: &Actor, ways: &[(Channel, String)], reason: &str) -> Result<(), ClearAddressError> {
    let reason = reason_of(reason)?;
    let failed = transaction::write::<_, StoreError>(app, actor, |step| {
        let mut failed = false;
        for (channel, address) in ways {
            failed |= addresses::clear(step, (*channel, address), reason, &|_| true)?;
        }
        Ok(failed)
    })?;
    if !failed {
        return Err(ClearAddressError::NotFound);
    }
    for (channel, address) in ways {
        // It is cleared, whatever becomes of this: the dispatcher looks for what waits too.
        if let Err(error) = restore_for(app, *channel, address) {
            tracing::error!(%error, "what waited for an address could not be restored yet");
        }
    }
    Ok(())
}
