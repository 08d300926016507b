//! A person takes a documentation back.

use followup_domain::asking::missing::FieldPath;
use followup_domain::audit::Actor;
use followup_domain::ids::CaseId;

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::errors::{DocumentFieldError, reason_of};
use crate::facts::open_items::documented_fields;
use crate::moves::field;
use crate::transaction;

impl App {
    /// Takes a documentation back: the field is open, and may be asked for again.
    ///
    /// # Errors
    /// [`DocumentFieldError`]; nothing is changed then.
    pub fn reopen_field(&self, actor: &Actor, case_id: CaseId, path: &FieldPath, reason: &str) -> Result<(), DocumentFieldError> {
        let reason = reason_of(reason)?;
        transaction::write(self, actor, |step| {
            let case = step.tx.cases().find_for_update(case_id)?.ok_or(DocumentFieldError::NotFound)?;
            let before = documented_fields(step, &case)?.into_iter().find(|field| field.item.path == *path);
            let before = before.ok_or(DocumentFieldError::NotDocumented)?;
            if !field::reopen(step, case_id, &before, reason)? {
                return Err(DocumentFieldError::NotDocumented);
            }
            follow(step, Event::Decided(&case))?;
            Ok(follow(step, Event::FieldReopened(&case))?)
        })
    }
}
