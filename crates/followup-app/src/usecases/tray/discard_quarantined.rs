//! A person sets a quarantined mail aside.

use followup_domain::audit::Actor;
use followup_domain::ids::InboundMailId;
use followup_domain::mail::inbound::InboundMail;
use followup_domain::ports::{Discard, InTray};

use crate::app::App;
use crate::errors::{QuarantineError, reason_of};
use crate::moves::inbox;
use crate::transaction;

impl App {
    /// A quarantined mail is set aside: it is kept. Once is enough.
    ///
    /// # Errors
    /// [`QuarantineError`]; nothing is changed then.
    pub fn discard_quarantined(&self, actor: &Actor, id: InboundMailId, reason: &str) -> Result<InTray<InboundMail>, QuarantineError> {
        let reason = reason_of(reason).map_err(|_| QuarantineError::NoReason)?;
        transaction::write(self, actor, |step| {
            let mail = step.tx.inbox().find_for_update(id)?.ok_or(QuarantineError::NotFound)?;
            if let Some(earlier) = step.tx.quarantine().find_discard(id)? {
                return Ok(InTray { mail, discard: Some(earlier) });
            }
            let discard = Discard { reason: reason.to_owned(), actor: actor.to_string(), at: step.now };
            if !inbox::discard(step, id, &discard)? {
                return Err(QuarantineError::NotQuarantined);
            }
            Ok(InTray { mail, discard: Some(discard) })
        })
    }
}
