//! A report arrives: it is stored, and what is missing is asked for.

use followup_domain::audit::Actor;
use followup_domain::case::{Case, CasePatch, CaseRecord, FieldError};
use followup_domain::ids::CaseId;
use followup_domain::ports::{Remembered, StoreError};

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::moves::case;
use crate::moves::keys::{self, IdempotencyKey};
use crate::transaction;

/// A registered case.
#[derive(Debug, Clone, PartialEq)]
pub struct Registered {
    /// The case.
    pub case: Case,
    /// False when an earlier request with the same key made it.
    pub created: bool,
}

/// Why a case was not registered.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RegisterCaseError {
    /// Fields that were refused.
    #[error("invalid fields")]
    Invalid(Vec<FieldError>),
    /// Another request was made with the same key.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// Stores a case with the fields given and queues the automatic request, in one transaction. No mail server is waited for.
    ///
    /// # Errors
    /// [`RegisterCaseError`]; nothing is stored then.
    pub fn register_case(&self, actor: &Actor, patch: CasePatch, key: Option<&IdempotencyKey>) -> Result<Registered, RegisterCaseError> {
        let mut record = CaseRecord::default();
        patch.apply(&mut record).map_err(RegisterCaseError::Invalid)?;
        transaction::write(self, actor, |step| {
            match keys::begin(step, key)? {
                Remembered::New => {}
                Remembered::Same(id) => return Ok(Registered { case: stored(step.tx.cases().find(CaseId(id))?)?, created: false }),
                Remembered::Different => return Err(RegisterCaseError::KeyReused),
            }
            let id = case::register(step, &record)?;
            keys::complete(step, key, id.0)?;
            let case = stored(step.tx.cases().find_for_update(id)?)?;
            follow(step, Event::CaseRegistered(&case))?;
            Ok(Registered { case, created: true })
        })
    }
}

fn stored(case: Option<Case>) -> Result<Case, StoreError> {
    case.ok_or_else(|| StoreError::Refused("a stored case cannot be found".into()))
}
