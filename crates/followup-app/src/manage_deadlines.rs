//! The table of reporting deadlines.

use followup_domain::audit::{Actor, AuditChain, AuditFacts, facts};
use followup_domain::case::deadlines::{Deadline, DeadlineId, NewDeadline};
use followup_domain::ports::{StoreError, StoreExt, Updated};

use crate::audit_facts::system_entry;
use crate::service::Followup;

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

impl Followup {
    /// All rows.
    ///
    /// # Errors
    /// The store's.
    pub fn deadlines(&self) -> Result<Vec<Deadline>, StoreError> {
        self.store.read(|tx| tx.deadlines().list())
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
        let now = self.now();
        self.store.write(|tx| {
            tx.audit().hold(AuditChain::System)?;
            let before = tx.deadlines().list()?.into_iter().find(|row| Some(row.id) == id);
            let id = match id {
                None => tx.deadlines().insert(deadline)?,
                Some(id) if tx.deadlines().update(id, deadline)? == Updated::Yes => id,
                Some(_) => return Err(DeadlineError::NotFound),
            };
            let mut entry = system_entry(actor, now, "deadline.set", "deadline", id.0, deadline_facts(deadline));
            entry.old = before.map(|row| deadline_facts(&row.rule)).unwrap_or_default();
            tx.audit().append(&entry)?;
            Ok(Deadline { id, rule: deadline.clone() })
        })
    }

    /// Removes a row.
    ///
    /// # Errors
    /// [`DeadlineError`].
    pub fn remove_deadline(&self, actor: &Actor, id: DeadlineId) -> Result<(), DeadlineError> {
        let now = self.now();
        self.store.write(|tx| {
            tx.audit().hold(AuditChain::System)?;
            let before = tx.deadlines().list()?.into_iter().find(|row| row.id == id).ok_or(DeadlineError::NotFound)?;
            if tx.deadlines().remove(id)? == Updated::Stale {
                return Err(DeadlineError::NotFound);
            }
            let mut entry = system_entry(actor, now, "deadline.removed", "deadline", id.0, AuditFacts::new());
            entry.old = deadline_facts(&before.rule);
            tx.audit().append(&entry)?;
            Ok(())
        })
    }
}

fn deadline_facts(deadline: &NewDeadline) -> AuditFacts {
    facts([
        ("authority", deadline.authority.clone().into()),
        ("role", deadline.role.clone().into()),
        ("scope", deadline.scope.as_str().into()),
        ("days", i64::from(deadline.days).into()),
        ("norm", deadline.norm.clone().into()),
        ("verified", deadline.verified.into()),
    ])
}
