//! Sessions of the page.

use followup_domain::audit::facts;
use followup_domain::ports::{StoreError, Updated};
use followup_domain::session::Session;

use crate::step::Step;
use crate::trail::{Subject, Told, tell};

/// The trail's kind of a session.
const KIND: &str = "session";

/// Begins a session.
pub(crate) fn begin(step: &mut Step<'_>, session: &Session) -> Result<(), StoreError> {
    step.tx.sessions().insert(session)?;
    let mut new = facts([("username", session.username.clone().into()), ("until", session.ends_at.into())]);
    if let Some(address) = &session.address {
        new.insert("address".into(), address.clone().into());
    }
    tell(step, subject(session), Told::new("session.began", new))
}

/// Ends a session before its time; says whether it was there.
pub(crate) fn end(step: &mut Step<'_>, session: &Session) -> Result<bool, StoreError> {
    if step.tx.sessions().end(&session.key)? == Updated::Stale {
        return Ok(false);
    }
    let old = facts([("username", session.username.clone().into()), ("began_at", session.began_at.into())]);
    tell(step, subject(session), Told::new("session.ended", facts([])).from(old))?;
    Ok(true)
}

fn subject(session: &Session) -> Subject {
    Subject::System(KIND, session.user_id.map_or(0, |id| id.0))
}

/// A session is used now.
pub(crate) fn note_use(step: &mut Step<'_>, session: &Session) -> Result<(), StoreError> {
    step.tx.sessions().note_use(&session.key, step.now)
}

/// Forgets sessions that hold no more, so many at a time; says how many.
pub(crate) fn forget_ended(step: &mut Step<'_>, limit: i64) -> Result<usize, StoreError> {
    step.tx.sessions().forget_ended(step.now, limit)
}
