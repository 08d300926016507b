//! A telephone call stands in the thread.

use followup_domain::audit::facts;
use followup_domain::ids::MessageId;
use followup_domain::ports::{NewCall, StoreError};

use crate::step::Step;
use crate::trail::{Subject, Told, tell};

/// Logs a call.
pub(crate) fn log(step: &mut Step<'_>, call: &NewCall) -> Result<MessageId, StoreError> {
    let id = step.tx.messages().insert_call(call)?;
    let new = facts([("channel", "call".into()), ("outcome", call.outcome.as_str().into()), ("at", call.at.into())]);
    tell(step, Subject::Message(Some(call.case_id), id), Told::new("call.logged", new))?;
    Ok(id)
}
