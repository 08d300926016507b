//! The audit trail as it is shown.

use followup_domain::audit::{AuditChain, AuditRow};
use followup_domain::ids::CaseId;
use followup_domain::ports::{Page, PageRequest, StoreExt};

use crate::errors::NotFoundOr;
use crate::service::Followup;

impl Followup {
    /// A page of a case's chain, in order.
    ///
    /// # Errors
    /// The case does not exist, or the store failed.
    pub fn case_audit(&self, case_id: CaseId, page: PageRequest) -> Result<Page<AuditRow>, NotFoundOr> {
        self.store.read(|tx| {
            tx.cases().find(case_id)?.ok_or(NotFoundOr::NotFound)?;
            Ok(tx.audit().list(AuditChain::Case(case_id), page)?)
        })
    }
}
