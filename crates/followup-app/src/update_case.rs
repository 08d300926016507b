//! A person corrects or completes a case; what is then missing and was never asked for is asked for.

use followup_domain::audit::Actor;
use followup_domain::case::{Case, CasePatch, FieldError};
use followup_domain::ids::CaseId;
use followup_domain::ports::{StoreError, StoreExt, Updated};

use crate::audit_facts::{case_entry, record_changes};
use crate::service::Followup;

/// Why a case was not updated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum UpdateCaseError {
    /// There is no such case.
    #[error("case not found")]
    NotFound,
    /// Somebody else changed it in the meantime; this is its version now.
    #[error("the case is at version {current}")]
    Stale {
        /// The stored version.
        current: i64,
    },
    /// Fields that were refused.
    #[error("invalid fields")]
    Invalid(Vec<FieldError>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Followup {
    /// Changes the given fields. With `expected_version`, only if the case still has it. A patch that changes nothing leaves
    /// the version as it is.
    ///
    /// # Errors
    /// [`UpdateCaseError`]; nothing is changed then.
    pub fn update_case(
        &self,
        actor: &Actor,
        id: CaseId,
        patch: &CasePatch,
        expected_version: Option<i64>,
    ) -> Result<Case, UpdateCaseError> {
        let now = self.now();
        self.store.write(|tx| {
            let Some(mut case) = tx.cases().find_for_update(id)? else { return Err(UpdateCaseError::NotFound) };
            if expected_version.is_some_and(|expected| expected != case.version) {
                return Err(UpdateCaseError::Stale { current: case.version });
            }
            let before = case.record.clone();
            patch.clone().apply(&mut case.record).map_err(UpdateCaseError::Invalid)?;
            if case.record != before {
                let received_on = case.record.received_on(case.created_at, self.policy.zone);
                if tx.cases().update(id, &case.record, received_on, case.version, now)? == Updated::Stale {
                    return Err(UpdateCaseError::Stale { current: case.version });
                }
                case.version += 1;
                case.updated_at = now;
                let (old, new) = record_changes(&before, &case.record);
                tx.audit().append(&case_entry(id, actor, now, "case.updated", old, new))?;
            }
            self.note_answers(tx, &case, now)?;
            self.complete_requests(tx, &case, now)?;
            self.restore_case(tx, &case, now)?;
            self.queue_automatic_request(tx, &case, now)?;
            Ok(case)
        })
    }
}
