//! The audit trail as it is shown and checked.

use followup_domain::audit::{AuditChain, AuditRow};
use followup_domain::ids::CaseId;
use followup_domain::ports::{AuditHead, Page, PageRequest, StoreError};

use crate::app::App;
use crate::errors::NotFoundOr;
use crate::step;

impl App {
    /// A page of a case's chain, in order.
    ///
    /// # Errors
    /// The case does not exist, or the store failed.
    pub fn case_audit(&self, case_id: CaseId, page: PageRequest) -> Result<Page<AuditRow>, NotFoundOr> {
        step::read(self, |step| {
            step.tx.cases().find(case_id)?.ok_or(NotFoundOr::NotFound)?;
            Ok(step.tx.audit().list(AuditChain::Case(case_id), page)?)
        })
    }

    /// The chains and their heads, by name, after `after`; at most `limit`.
    ///
    /// # Errors
    /// The store's.
    pub fn audit_heads(&self, after: Option<&str>, limit: i64) -> Result<Vec<AuditHead>, StoreError> {
        step::read(self, |step| step.tx.audit().list_heads(after, limit))
    }

    /// The head of one chain, if it has one.
    ///
    /// # Errors
    /// The store's.
    pub fn audit_head(&self, chain: AuditChain) -> Result<Option<AuditHead>, StoreError> {
        step::read(self, |step| step.tx.audit().find_head(chain))
    }

    /// Up to `limit` rows of a chain after a place in it.
    ///
    /// # Errors
    /// The store's.
    pub fn audit_rows(&self, chain: &str, after_seq: i64, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
        step::read(self, |step| step.tx.audit().list_chain(chain, after_seq, limit))
    }
}
