//! A person documents that a field is not to be had: unknown, withheld, unobtainable. It is not asked for again, until that is taken back.

use followup_domain::asking::field_state::FieldState;
use followup_domain::asking::missing::FieldPath;
use followup_domain::audit::{Actor, facts};
use followup_domain::ids::CaseId;
use followup_domain::ports::{AskedItem, DocumentedField, StoreError, StoreExt, Updated};

use crate::audit_facts::case_entry;
use crate::errors::{InvalidReason, reason_of};
use crate::open_items::documented_fields;
use crate::service::Followup;

/// Why a field was not documented.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentFieldError {
    /// There is no such case.
    #[error("case not found")]
    NotFound,
    /// The case has no such product.
    #[error("field not found")]
    UnknownField,
    /// The case answers it, so there is nothing to document.
    #[error("the field is answered")]
    Answered,
    /// The state is none that a person documents.
    #[error("not a documented state")]
    InvalidState,
    /// No reason that can be kept.
    #[error(transparent)]
    Reason(#[from] InvalidReason),
    /// It is not documented, so there is nothing to take back.
    #[error("the field is not documented")]
    NotDocumented,
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
    ) -> Result<DocumentedField, DocumentFieldError> {
        if !state.is_documented() {
            return Err(DocumentFieldError::InvalidState);
        }
        let reason = reason_of(reason)?;
        let now = self.now();
        self.store.write(|tx| {
            let case = tx.cases().find_for_update(case_id)?.ok_or(DocumentFieldError::NotFound)?;
            if !path.exists_in(&case.record) {
                return Err(DocumentFieldError::UnknownField);
            }
            if path.is_answered(&case.record) {
                return Err(DocumentFieldError::Answered);
            }
            let before = documented_fields(tx, &case)?.into_iter().find(|field| field.item.path == *path);
            let item = AskedItem::of(&case.record, path.clone());
            let field = DocumentedField { item, state, reason: reason.to_owned(), actor: actor.to_string(), at: now };
            tx.requests().document_field(case_id, &field)?;
            let new = facts([("field", path.to_string().into()), ("state", state.as_str().into())]);
            let old = facts([("state", before.map(|field| field.state.as_str()).into())]);
            let mut entry = case_entry(case_id, actor, now, "field.documented", old, new);
            entry.reason = Some(field.reason.clone());
            tx.audit().append(&entry)?;
            self.complete_requests(tx, &case, now)?;
            Ok(field)
        })
    }

    /// Takes a documentation back: the field is open, and may be asked for again.
    ///
    /// # Errors
    /// [`DocumentFieldError`]; nothing is changed then.
    pub fn reopen_field(&self, actor: &Actor, case_id: CaseId, path: &FieldPath, reason: &str) -> Result<(), DocumentFieldError> {
        let reason = reason_of(reason)?;
        let now = self.now();
        self.store.write(|tx| {
            let case = tx.cases().find_for_update(case_id)?.ok_or(DocumentFieldError::NotFound)?;
            let before = documented_fields(tx, &case)?.into_iter().find(|field| field.item.path == *path);
            let before = before.ok_or(DocumentFieldError::NotDocumented)?;
            if tx.requests().remove_documented(case_id, path)? == Updated::Stale {
                return Err(DocumentFieldError::NotDocumented);
            }
            let old = facts([("field", path.to_string().into()), ("state", before.state.as_str().into())]);
            let mut entry = case_entry(case_id, actor, now, "field.reopened", old, facts([("field", path.to_string().into())]));
            entry.reason = Some(reason.to_owned());
            tx.audit().append(&entry)?;
            self.queue_automatic_request(tx, &case, now)?;
            Ok(())
        })
    }
}
