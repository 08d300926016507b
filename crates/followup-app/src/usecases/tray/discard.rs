//! A person sets a mail of the unassigned tray aside.

use followup_domain::audit::Actor;
use followup_domain::ids::MessageId;
use followup_domain::message::Message;
use followup_domain::ports::{Discard, InTray};

use crate::app::App;
use crate::errors::{TrayError, reason_of};
use crate::facts::lookup::in_tray;
use crate::moves::tray;
use crate::transaction;

impl App {
    /// A mail of the tray is set aside: it is kept, and may still be assigned. Once is enough.
    ///
    /// # Errors
    /// [`TrayError`]; nothing is changed then.
    pub fn discard_mail(&self, actor: &Actor, id: MessageId, reason: &str) -> Result<InTray<Message>, TrayError> {
        let reason = reason_of(reason).map_err(|_| TrayError::NoReason)?;
        transaction::write(self, actor, |step| {
            let found = in_tray(step, id)?;
            let discard = Discard { reason: reason.to_owned(), actor: actor.to_string(), at: step.now };
            if tray::discard(step, &found.mail, &discard)? { in_tray(step, id) } else { Ok(found) }
        })
    }
}
