//! A person corrects or completes a case; what is then missing and was never asked for is asked for.

use followup_domain::audit::Actor;
use followup_domain::case::{Case, CasePatch, CaseRecord, FieldError};
use followup_domain::ids::CaseId;
use followup_domain::ports::StoreError;

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::moves::case;
use crate::transaction;

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

impl App {
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
        transaction::write(self, actor, |step| {
            let Some(mut case) = step.tx.cases().find_for_update(id)? else { return Err(of_no_case(patch)) };
            if expected_version.is_some_and(|expected| expected != case.version) {
                return Err(UpdateCaseError::Stale { current: case.version });
            }
            let (before, version) = (case.record.estado, case.version);
            let mut record = case.record.clone();
            patch.clone().apply(&mut record).map_err(UpdateCaseError::Invalid)?;
            if record != case.record && !case::update(step, &mut case, record)? {
                return Err(UpdateCaseError::Stale { current: case.version });
            }
            if case.record.estado != before && !case.record.estado.is_worked_on() {
                follow(step, Event::CaseDone(&case))?;
            }
            if case.version > version {
                follow(step, Event::Decided(&case))?;
            }
            follow(step, Event::CaseChanged(&case))?;
            Ok(case)
        })
    }
}

/// What is refused in any case is told before that there is none.
fn of_no_case(patch: &CasePatch) -> UpdateCaseError {
    match patch.clone().apply(&mut CaseRecord::default()) {
        Err(refused) => UpdateCaseError::Invalid(refused),
        Ok(()) => UpdateCaseError::NotFound,
    }
}
