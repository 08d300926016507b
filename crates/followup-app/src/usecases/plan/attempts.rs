//! The attempts of a case.

use followup_domain::asking::plan::Attempt;
use followup_domain::ids::CaseId;

use crate::app::App;
use crate::errors::NotFoundOr;
use crate::facts::attempts::attempts_of;
use crate::step;

/// A case's attempts in order.
pub type AttemptList = Vec<Attempt>;

impl App {
    /// All attempts of a case in order.
    ///
    /// # Errors
    /// The case does not exist, or the store failed.
    pub fn attempts(&self, id: CaseId) -> Result<AttemptList, NotFoundOr> {
        step::read(self, |step| {
            step.tx.cases().find(id)?.ok_or(NotFoundOr::NotFound)?;
            Ok(attempts_of(step, id)?)
        })
    }
}
