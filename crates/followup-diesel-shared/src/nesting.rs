//! Finds a transaction inside a transaction, which would wait for its own locks.

use std::cell::Cell;

use followup_domain::ports::StoreError;

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// While it lives, this thread is inside a transaction.
pub struct NestingGuard(());

impl NestingGuard {
    /// Enters a transaction.
    ///
    /// # Errors
    /// This thread is inside one already.
    ///
    /// # Panics
    /// The same, in tests and debug builds: it is a programming error that must not go unnoticed.
    pub fn enter() -> Result<Self, StoreError> {
        if INSIDE.replace(true) {
            let message = "a transaction was begun inside a transaction";
            if cfg!(debug_assertions) {
                panic!("{message}");
            }
            return Err(StoreError::Refused(message.to_owned()));
        }
        Ok(Self(()))
    }
}

impl Drop for NestingGuard {
    fn drop(&mut self) {
        INSIDE.set(false);
    }
}
