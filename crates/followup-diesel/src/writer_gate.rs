//! Lets one writer of this process at a time to SQLite, in turn and without polling; other processes are waited for by
//! SQLite's own busy handler.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use followup_domain::ports::StoreError;

#[derive(Debug, Default)]
pub(crate) struct WriterGate {
    busy: Mutex<bool>,
    freed: Condvar,
}

/// The right to write; given back when dropped.
pub(crate) struct Writing<'g>(&'g WriterGate);

impl WriterGate {
    /// Waits for the right to write.
    ///
    /// # Errors
    /// Unavailable after `patience`.
    pub(crate) fn enter(&self, patience: Duration) -> Result<Writing<'_>, StoreError> {
        let busy = self.lock();
        let (mut busy, timeout) = self.freed.wait_timeout_while(busy, patience, |busy| *busy).unwrap_or_else(PoisonError::into_inner);
        if timeout.timed_out() && *busy {
            return Err(StoreError::Unavailable("other writers hold the database".to_owned()));
        }
        *busy = true;
        Ok(Writing(self))
    }

    /// A flag cannot be left half changed, so a poisoned lock is as good as another.
    fn lock(&self) -> MutexGuard<'_, bool> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        *self.0.lock() = false;
        self.0.freed.notify_one();
    }
}
