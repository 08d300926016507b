//! A person has a quarantined mail tried again.

use followup_domain::audit::Actor;
use followup_domain::ids::{CaseId, InboundMailId, MessageId};
use followup_domain::mail::inbound::InboundState;

use crate::app::App;
use crate::errors::QuarantineError;
use crate::moves::inbox::{self, Retrying};
use crate::runs::ingest::process_one;
use crate::transaction;

/// What came of trying a quarantined mail again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Retried {
    /// It is a message now.
    Understood {
        /// The message.
        message_id: MessageId,
        /// Its case; none for the unassigned tray.
        case_id: Option<CaseId>,
    },
    /// What a provider handed over was understood: each of its messages and events is where it belongs.
    Handled,
    /// It still cannot be understood.
    StillQuarantined {
        /// Why.
        reason: String,
    },
    /// It has no bytes: the mail server is asked for it again at the next look.
    Requested,
}

impl App {
    /// A quarantined mail, or one that was set aside, is understood anew, as after an upgrade; one without bytes is asked for again
    /// at the mailbox's next look.
    ///
    /// # Errors
    /// [`QuarantineError`].
    pub fn retry_mail(&self, actor: &Actor, id: InboundMailId) -> Result<Retried, QuarantineError> {
        let retrying = transaction::write(self, actor, |step| {
            let mail = step.tx.inbox().find_for_update(id)?.ok_or(QuarantineError::NotFound)?;
            if step.tx.inbox().is_partial(id)? {
                return Err(QuarantineError::Partial);
            }
            Ok(inbox::retry(step, &mail)?)
        })?;
        match retrying {
            Retrying::NotQuarantined => return Err(QuarantineError::NotQuarantined),
            Retrying::Requested => return Ok(Retried::Requested),
            Retrying::Stored => {}
        }
        process_one(self, id)?;
        transaction::write(self, actor, |step| {
            let mail = step.tx.inbox().find_for_update(id)?.ok_or(QuarantineError::NotFound)?;
            Ok(match (mail.state, mail.message_id) {
                (InboundState::Processed, Some(message_id)) => {
                    Retried::Understood { message_id, case_id: step.tx.messages().find(message_id)?.and_then(|message| message.case_id) }
                }
                (InboundState::Processed, None) => Retried::Handled,
                _ => Retried::StillQuarantined { reason: mail.reason.unwrap_or_default() },
            })
        })
    }
}
