//! The audit trail as it is shown.

use followup_domain::audit::{AuditChain, AuditRow};
use followup_domain::ids::CaseId;
use followup_domain::ports::{Page, PageRequest};

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
}
