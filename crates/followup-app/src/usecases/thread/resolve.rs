//! A person found out whether a message was sent whose fate nobody knew.

use followup_domain::asking::reason::{Because, Reason, Why};
use followup_domain::audit::Actor;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Delivery, Message};
use followup_domain::ports::Outcome;

use crate::app::App;
use crate::consequences::{Event, follow, settle};
use crate::errors::{MessageError, given};
use crate::facts::lookup::{locked_message, stored_message};
use crate::transaction;

impl App {
    /// Settles a message whose fate nobody knew: a person found out whether it was sent.
    ///
    /// # Errors
    /// [`MessageError`]; nothing is changed then.
    pub fn resolve_message(
        &self,
        actor: &Actor,
        case_id: CaseId,
        id: MessageId,
        was_sent: bool,
        reason: Option<&str>,
    ) -> Result<Message, MessageError> {
        let delivery = if was_sent { Delivery::Accepted } else { Delivery::Rejected };
        transaction::write(self, actor, |step| {
            let (_, message) = locked_message(step, case_id, id)?;
            let error = (!was_sent).then(|| Reason::from(Because::FoundUnsent).stored());
            let outcome = Outcome { transport_response: message.transport_response.clone(), error, ..Outcome::of(delivery, step.now) };
            let status = message.status.ok_or(MessageError::Inbound)?;
            if !settle(step, &message, &outcome, given(reason).map(Why::Words).as_ref())? {
                return Err(MessageError::Illegal(status));
            }
            follow(step, Event::ThreadChanged(case_id))?;
            stored_message(step, id)
        })
    }
}
