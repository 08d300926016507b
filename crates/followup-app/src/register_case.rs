//! A report arrives: it is stored, and what is missing is asked for.

use followup_domain::audit::{Actor, AuditFacts};
use followup_domain::case::{Case, CasePatch, CaseRecord, FieldError};
use followup_domain::ids::CaseId;
use followup_domain::ports::{NewCase, Remembered, StoreError, StoreExt};

use crate::audit_facts::{case_entry, record_facts};
use crate::service::Followup;

/// A client's `Idempotency-Key`, with what makes the same request the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// User, route and key.
    pub scope: String,
    /// A hash of the request.
    pub fingerprint: String,
}

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

impl Followup {
    /// Stores a case with the fields given and queues the automatic request, in one transaction. No mail server is waited for.
    ///
    /// # Errors
    /// [`RegisterCaseError`]; nothing is stored then.
    pub fn register_case(&self, actor: &Actor, patch: CasePatch, key: Option<&IdempotencyKey>) -> Result<Registered, RegisterCaseError> {
        let mut record = CaseRecord::default();
        patch.apply(&mut record).map_err(RegisterCaseError::Invalid)?;
        let now = self.now();
        self.store.write(|tx| {
            if let Some(key) = key {
                match tx.idempotency().begin(&key.scope, &key.fingerprint, now)? {
                    Remembered::New => {}
                    Remembered::Same(id) => return Ok(Registered { case: stored(tx.cases().find(CaseId(id))?)?, created: false }),
                    Remembered::Different => return Err(RegisterCaseError::KeyReused),
                }
            }
            let received_on = record.received_on(now, self.policy.zone);
            let id = tx.cases().insert(&NewCase { record: record.clone(), received_on, created_at: now })?;
            if let Some(key) = key {
                tx.idempotency().complete(&key.scope, id.0)?;
            }
            tx.audit().append(&case_entry(id, actor, now, "case.created", AuditFacts::new(), record_facts(&record)))?;
            let case = stored(tx.cases().find_for_update(id)?)?;
            self.queue_automatic_request(tx, &case, now)?;
            Ok(Registered { case, created: true })
        })
    }
}

fn stored(case: Option<Case>) -> Result<Case, StoreError> {
    case.ok_or_else(|| StoreError::Refused("a stored case cannot be found".into()))
}
