//! Cases, one or page by page.

use std::collections::HashMap;

use followup_domain::asking::standing::Standing;
use followup_domain::case::Case;
use followup_domain::ids::CaseId;
use followup_domain::ports::{CaseQuery, Page, PageRequest, StoreError};

use crate::app::App;
use crate::errors::NotFoundOr;
use crate::facts::warnings::{CaseView, CaseWarning};
use crate::step;

/// A case in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedCase {
    /// The case.
    pub case: Case,
    /// What contradicts itself, or cannot be, as was known when the case was last written.
    pub warnings: Vec<CaseWarning>,
    /// What it stands at, without the lanes.
    pub standing: Standing,
}

impl App {
    /// A case.
    ///
    /// # Errors
    /// It does not exist, or the store failed.
    pub fn case(&self, id: CaseId) -> Result<Case, NotFoundOr> {
        step::read(self, |step| step.tx.cases().find(id)?.ok_or(NotFoundOr::NotFound))
    }

    /// A page of cases, with what each stands at.
    ///
    /// # Errors
    /// The store's.
    pub fn cases(&self, query: &CaseQuery, page: PageRequest) -> Result<Page<ListedCase>, StoreError> {
        step::read(self, |step| {
            let Page { items, total } = step.tx.cases().list(query, page)?;
            let ids: Vec<CaseId> = items.iter().map(|case| case.id).collect();
            let mut standings: HashMap<CaseId, Standing> =
                step.tx.standings().list(&ids)?.into_iter().map(|brief| (brief.case_id, brief.standing)).collect();
            let listed = |case: Case| {
                let standing = standings.remove(&case.id)?;
                let CaseView { case, warnings } = CaseView::listed(step.policy(), case, step.now);
                Some(ListedCase { case, warnings, standing })
            };
            Ok(Page { items: items.into_iter().filter_map(listed).collect(), total })
        })
    }
}
