//! A person documents that a field is not to be had: unknown, withheld, unobtainable. It is not asked for again, until that is taken back.

use followup_domain::asking::field_state::FieldState;
use followup_domain::asking::missing::FieldPath;
use followup_domain::audit::Actor;
use followup_domain::ids::CaseId;
use followup_domain::ports::{AskedItem, DocumentedField};

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::errors::{DocumentFieldError, reason_of};
use crate::facts::open_items::documented_fields;
use crate::moves::field;
use crate::transaction;

impl App {
    /// Documents a field. What asked for it and for nothing else that is open completes itself.
    ///
    /// # Errors
    /// [`DocumentFieldError`]; nothing is changed then.
    pub fn document_field(
        &self,
        actor: &Actor,
        case_id: CaseId,
        path: &FieldPath,
        state: FieldState,
        reason: &str,
    ) -> Result<DocumentedField, DocumentFieldError> {
        if !state.is_documented() {
            return Err(DocumentFieldError::InvalidState);
        }
        let reason = reason_of(reason)?;
        transaction::write(self, actor, |step| {
            let case = step.tx.cases().find_for_update(case_id)?.ok_or(DocumentFieldError::NotFound)?;
            if !path.exists_in(&case.record) {
                return Err(DocumentFieldError::UnknownField);
            }
            if path.is_answered(&case.record) {
                return Err(DocumentFieldError::Answered);
            }
            let before = documented_fields(step, &case)?.into_iter().find(|field| field.item.path == *path);
            let item = AskedItem::of(&case.record, path.clone());
            let documented = DocumentedField { item, state, reason: reason.to_owned(), actor: actor.to_string(), at: step.now };
            field::document(step, case_id, &documented, before.as_ref())?;
            follow(step, Event::FieldDocumented(&case))?;
            follow(step, Event::Decided(&case))?;
            Ok(documented)
        })
    }
}
