//! A person documents that a field is not to be had: unknown, withheld, unobtainable. It is not asked for again.

use followup_domain::audit::{Actor, facts};
use followup_domain::field_state::FieldState;
use followup_domain::ids::CaseId;
use followup_domain::missing::FieldPath;
use followup_domain::ports::{DocumentedField, StoreError, StoreExt};

use crate::audit_facts::case_entry;
use crate::service::Followup;

/// Why a field was not documented.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentFieldError {
    /// There is no such case.
    #[error("case not found")]
    NotFound,
    /// The state is none that a person documents.
    #[error("not a documented state")]
    InvalidState,
    /// A reason is needed.
    #[error("a reason is needed")]
    NoReason,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Followup {
    /// Documents a field. What asked for it and for nothing else that is open completes itself.
    ///
    /// # Errors
    /// [`DocumentFieldError`]; nothing is changed then.
    pub fn document_field(
        &self,
        actor: &Actor,
        case_id: CaseId,
        path: &FieldPath,
        state: FieldState,
        reason: &str,
    ) -> Result<(), DocumentFieldError> {
        if !state.is_documented() {
            return Err(DocumentFieldError::InvalidState);
        }
        if reason.trim().is_empty() || reason.contains('\0') {
            return Err(DocumentFieldError::NoReason);
        }
        let now = self.now();
        self.store.write(|tx| {
            let case = tx.cases().find_for_update(case_id)?.ok_or(DocumentFieldError::NotFound)?;
            let before = tx.requests().documented(case_id)?.into_iter().find(|field| field.path == *path);
            let field = DocumentedField { path: path.clone(), state, reason: reason.trim().to_owned(), actor: actor.to_string(), at: now };
            tx.requests().document_field(case_id, &field)?;
            let new = facts([("field", path.to_string().into()), ("state", state.as_str().into())]);
            let old = facts([("state", before.map(|field| field.state.as_str()).into())]);
            let mut entry = case_entry(case_id, actor, now, "field.documented", old, new);
            entry.reason = Some(field.reason);
            tx.audit().append(&entry)?;
            self.complete_requests(tx, &case, now)?;
            Ok(())
        })
    }
}
