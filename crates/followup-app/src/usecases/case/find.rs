//! Cases, one or page by page.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use followup_domain::asking::standing::Standing;
use followup_domain::case::Case;
use followup_domain::ids::CaseId;
use followup_domain::ports::{CaseBrief, CaseQuery, Page, PageRequest, StoreError};

use crate::app::App;
use crate::errors::NotFoundOr;
use crate::facts::standing::report_due;
use crate::facts::warnings::{CaseView, CaseWarning};
use crate::step::{self, Step};

/// A case in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedCase {
    /// The case.
    pub case: Case,
    /// What contradicts itself, or cannot be, as was known when the case was last written.
    pub warnings: Vec<CaseWarning>,
    /// What it stands at, without the lanes.
    pub standing: Standing,
    /// Answers that wait and that the query's reader has not read.
    pub unread: i64,
    /// When the time to report ends that ends first (UTC), of a case that is worked on.
    pub report_due: Option<DateTime<Utc>>,
}

impl App {
    /// A case.
    ///
    /// # Errors
    /// It does not exist, or the store failed.
    pub fn case(&self, id: CaseId) -> Result<Case, NotFoundOr> {
        step::read(self, |step| step.tx.cases().find(id)?.ok_or(NotFoundOr::NotFound))
    }

    /// These cases as lists show them, those that exist.
    ///
    /// # Errors
    /// The store's.
    pub fn case_briefs(&self, ids: &[CaseId]) -> Result<Vec<CaseBrief>, StoreError> {
        if ids.is_empty() { Ok(Vec::new()) } else { step::read(self, |step| step.tx.standings().list(ids)) }
    }

    /// A page of cases, with what each stands at.
    ///
    /// # Errors
    /// The store's.
    pub fn cases(&self, query: &CaseQuery, page: PageRequest) -> Result<Page<ListedCase>, StoreError> {
        step::read(self, |step| {
            let Page { items, total } = step.tx.cases().list(query, page)?;
            Ok(Page { items: listed(step, items, &query.reader)?, total })
        })
    }

    /// Cases under a query's conditions by number, a piece after `after`; and after which the next one begins.
    ///
    /// # Errors
    /// The store's.
    pub fn export_cases(
        &self,
        query: &CaseQuery,
        after: Option<CaseId>,
        limit: i64,
    ) -> Result<(Vec<ListedCase>, Option<CaseId>), StoreError> {
        step::read(self, |step| {
            let (cases, next) = step.tx.exports().cases(query, after, limit)?;
            Ok((listed(step, cases, &query.reader)?, next))
        })
    }
}

fn listed(step: &mut Step<'_>, cases: Vec<Case>, reader: &str) -> Result<Vec<ListedCase>, StoreError> {
    let ids: Vec<CaseId> = cases.iter().map(|case| case.id).collect();
    let briefs = step.tx.standings().list(&ids)?.into_iter();
    let mut standings: HashMap<CaseId, Standing> = briefs.map(|brief| (brief.case_id, brief.standing)).collect();
    let unread: HashMap<CaseId, i64> = step.tx.answers().count_unread(&ids, reader)?.into_iter().collect();
    let deadlines = step.tx.deadlines().list()?;
    let listed = |case: Case| {
        let standing = standings.remove(&case.id)?;
        let report_due = report_due(step, &case, &deadlines);
        let unread = unread.get(&case.id).copied().unwrap_or(0);
        let CaseView { case, warnings } = CaseView::listed(step.policy(), case, step.now);
        Some(ListedCase { case, warnings, standing, unread, report_due })
    };
    Ok(cases.into_iter().filter_map(listed).collect())
}
