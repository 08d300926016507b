//! That the mail server was tried.

use followup_domain::audit::facts;
use followup_domain::ports::StoreError;

use crate::step::Step;
use crate::trail::{Subject, Told, tell};

/// A test mail was handed over, or was not taken.
pub(crate) fn record(step: &mut Step<'_>, accepted: bool) -> Result<(), StoreError> {
    let outcome = if accepted { "accepted" } else { "failed" };
    tell(step, Subject::System("mail", 0), Told::new("mail.tested", facts([("outcome", outcome.into())])))
}
