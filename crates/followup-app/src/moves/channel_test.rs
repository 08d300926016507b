//! That a channel was tried.

use followup_domain::audit::facts;
use followup_domain::message::Channel;
use followup_domain::ports::StoreError;

use crate::step::Step;
use crate::trail::{Subject, Told, tell};

/// A test message to somebody was handed over, or was not taken.
pub(crate) fn record(step: &mut Step<'_>, (channel, to): (Channel, &str), accepted: bool) -> Result<(), StoreError> {
    let (kind, action) = match channel {
        Channel::Email => ("mail", "mail.tested"),
        Channel::Sms => ("sms", "sms.tested"),
        Channel::Whatsapp => ("whatsapp", "whatsapp.tested"),
        Channel::Call => ("call", "call.tested"),
    };
    let outcome = if accepted { "accepted" } else { "failed" };
    tell(step, Subject::System(kind, 0), Told::new(action, facts([("outcome", outcome.into()), ("to", to.into())])))
}
