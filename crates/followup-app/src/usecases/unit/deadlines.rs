//! The table of reporting deadlines.

use followup_domain::audit::Actor;
use followup_domain::case::deadlines::{Deadline, DeadlineId, NewDeadline};
use followup_domain::ports::StoreError;

use crate::app::App;
use crate::moves::deadline as deadlines;
use crate::step;
use crate::transaction;

/// Why a row was not stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeadlineError {
    /// There is no such row.
    #[error("deadline not found")]
    NotFound,
    /// Authority, role and norm must say something, and days lie between 0 and 3650.
    #[error("authority, role and norm are needed, and days between 0 and 3650")]
    Invalid,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// All rows.
    ///
    /// # Errors
    /// The store's.
    pub fn deadlines(&self) -> Result<Vec<Deadline>, StoreError> {
        step::read(self, |step| step.tx.deadlines().list())
    }

    /// Stores a row: a new one, or in place of `id`.
    ///
    /// # Errors
    /// [`DeadlineError`].
    pub fn set_deadline(&self, actor: &Actor, id: Option<DeadlineId>, deadline: &NewDeadline) -> Result<Deadline, DeadlineError> {
        let says_nothing =
            [&deadline.authority, &deadline.role, &deadline.norm].iter().any(|text| text.trim().is_empty() || text.contains('\0'));
        if says_nothing || deadline.days > 3650 {
            return Err(DeadlineError::Invalid);
        }
        transaction::write(self, actor, |step| deadlines::set(step, id, deadline)?.ok_or(DeadlineError::NotFound))
    }

    /// Removes a row.
    ///
    /// # Errors
    /// [`DeadlineError`].
    pub fn remove_deadline(&self, actor: &Actor, id: DeadlineId) -> Result<(), DeadlineError> {
        transaction::write(self, actor, |step| if deadlines::remove(step, id)? { Ok(()) } else { Err(DeadlineError::NotFound) })
    }
}
