//! What contradicts itself in a case: shown, set aside by a person, open again.

use followup_domain::audit::Actor;
use followup_domain::case::Case;
use followup_domain::ids::CaseId;

use crate::app::App;
use crate::errors::{WarningError, reason_of};
use crate::facts::warnings::{CaseView, CaseWarning, case_warnings};
use crate::moves::warning;
use crate::transaction;

impl App {
    /// A case with its warnings, as they are today.
    pub fn view(&self, case: Case) -> CaseView {
        CaseView::at(&self.policy, case, self.clock.now())
    }

    /// Sets a warning of a case aside. Again, with the same reason, changes nothing.
    ///
    /// # Errors
    /// [`WarningError`]; nothing is changed then.
    pub fn set_warning_aside(&self, actor: &Actor, case_id: CaseId, id: &str, reason: &str) -> Result<CaseWarning, WarningError> {
        let reason = reason_of(reason)?;
        transaction::write(self, actor, |step| {
            let mut case = step.tx.cases().find_for_update(case_id)?.ok_or(WarningError::NotFound)?;
            let found = of_id(case_warnings(step.policy(), &case, step.now), id)?;
            if found.set_aside.as_ref().is_some_and(|aside| aside.reason == reason) {
                return Ok(found);
            }
            let aside = warning::set_aside(step, &mut case, &found.warning, reason)?;
            Ok(CaseWarning { set_aside: Some(aside), ..found })
        })
    }

    /// Takes that back: the warning is open. Of one that is open, nothing is changed.
    ///
    /// # Errors
    /// [`WarningError`]; nothing is changed then.
    pub fn reopen_warning(&self, actor: &Actor, case_id: CaseId, id: &str, reason: &str) -> Result<CaseWarning, WarningError> {
        let reason = reason_of(reason)?;
        transaction::write(self, actor, |step| {
            let mut case = step.tx.cases().find_for_update(case_id)?.ok_or(WarningError::NotFound)?;
            let found = of_id(case_warnings(step.policy(), &case, step.now), id)?;
            if found.set_aside.is_some() {
                warning::reopen(step, &mut case, &found.warning, reason)?;
            }
            Ok(CaseWarning { set_aside: None, ..found })
        })
    }
}

fn of_id(found: Vec<CaseWarning>, id: &str) -> Result<CaseWarning, WarningError> {
    found.into_iter().find(|found| found.warning.id == id).ok_or(WarningError::Gone)
}
