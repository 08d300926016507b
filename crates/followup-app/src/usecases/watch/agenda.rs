//! The agenda: what is scheduled, and was, over all cases.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use followup_domain::asking::plan::Attempt;
use followup_domain::ids::{AttemptId, CaseId};
use followup_domain::ports::{AgendaQuery, CaseBrief, StoreError};

use crate::app::App;
use crate::facts::attempts::say_what_it_waits_for;
use crate::facts::pages::cut;
use crate::step;

/// An attempt, and its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgendaItem {
    /// The attempt.
    pub attempt: Attempt,
    /// Its case.
    pub case: CaseBrief,
}

/// A page of the agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agenda {
    /// Its attempts, by due date.
    pub items: Vec<AgendaItem>,
    /// After which attempt the next page begins; none when this is the last.
    pub next: Option<(DateTime<Utc>, AttemptId)>,
}

impl App {
    /// A page of the attempts of all cases.
    ///
    /// # Errors
    /// The store's.
    pub fn agenda(&self, query: &AgendaQuery) -> Result<Agenda, StoreError> {
        step::read(self, |step| {
            // One more tells whether there is another page.
            let query_of_one_more = AgendaQuery { limit: query.limit.saturating_add(1), ..*query };
            let mut attempts = step.tx.attempts().list_agenda(&query_of_one_more)?;
            let next = cut(&mut attempts, query.limit, |last| (last.due_at, last.id));
            let ids: Vec<CaseId> = attempts.iter().map(|attempt| attempt.case_id).collect();
            let cases: HashMap<CaseId, CaseBrief> =
                step.tx.standings().list(&ids)?.into_iter().map(|brief| (brief.case_id, brief)).collect();
            for attempt in &mut attempts {
                say_what_it_waits_for(step, attempt)?;
            }
            let item = |attempt: Attempt| Some(AgendaItem { case: cases.get(&attempt.case_id)?.clone(), attempt });
            Ok(Agenda { items: attempts.into_iter().filter_map(item).collect(), next })
        })
    }
}
