//! Cases, one or page by page.

use followup_domain::case::Case;
use followup_domain::ids::CaseId;
use followup_domain::ports::{CaseQuery, Page, PageRequest, StoreError};

use crate::app::App;
use crate::errors::NotFoundOr;
use crate::step;

impl App {
    /// A case.
    ///
    /// # Errors
    /// It does not exist, or the store failed.
    pub fn case(&self, id: CaseId) -> Result<Case, NotFoundOr> {
        step::read(self, |step| step.tx.cases().find(id)?.ok_or(NotFoundOr::NotFound))
    }

    /// A page of cases.
    ///
    /// # Errors
    /// The store's.
    pub fn cases(&self, query: &CaseQuery, page: PageRequest) -> Result<Page<Case>, StoreError> {
        step::read(self, |step| step.tx.cases().list(query, page))
    }
}
