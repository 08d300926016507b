//! Sessions of the page: who is signed in.

use followup_domain::audit::Actor;
use followup_domain::ports::StoreError;
use followup_domain::session::{Session, SessionKey};

use crate::app::App;
use crate::moves::session as sessions;
use crate::step;
use crate::transaction;

/// So many are listed at most.
const MOST_LISTED: i64 = 200;

impl App {
    /// Begins the session of somebody who proved who they are.
    ///
    /// # Errors
    /// The store's; then they are not to be let in.
    pub fn begin_session(&self, actor: &Actor, session: &Session) -> Result<(), StoreError> {
        transaction::write(self, actor, |step| sessions::begin(step, session))
    }

    /// The session of this key, if it holds; that it is used now, where it is, is kept to the minute.
    ///
    /// # Errors
    /// The store's.
    pub fn session(&self, key: &SessionKey, is_used: bool) -> Result<Option<Session>, StoreError> {
        let now = self.clock.now();
        let found = step::read::<_, StoreError>(self, |step| step.tx.sessions().find(key))?;
        let Some(session) = found.filter(|session| session.holds_at(now)) else { return Ok(None) };
        if is_used && session.is_to_be_noted_at(now) {
            transaction::write_itself::<_, StoreError>(self, |step| sessions::note_use(step, &session))?;
        }
        Ok(Some(session))
    }

    /// Ends a session before its time; says whether there was one.
    ///
    /// # Errors
    /// The store's.
    pub fn end_session(&self, actor: &Actor, key: &SessionKey) -> Result<bool, StoreError> {
        transaction::write(self, actor, |step| match step.tx.sessions().find(key)? {
            Some(session) => sessions::end(step, &session),
            None => Ok(false),
        })
    }

    /// Who is signed in now, the one seen last first.
    ///
    /// # Errors
    /// The store's.
    pub fn sessions(&self) -> Result<Vec<Session>, StoreError> {
        step::read(self, |step| step.tx.sessions().list(step.now, MOST_LISTED))
    }
}
