//! A field of a case: answered by what came in, documented as not to be had, open again.

use followup_domain::asking::missing::FieldPath;
use followup_domain::audit::facts;
use followup_domain::ids::CaseId;
use followup_domain::ports::{AnsweredField, DocumentedField, StoreError, Updated};

use crate::step::Step;
use crate::trail::{Subject, Told, tell};

/// Keeps by which message a field that was asked for is answered.
pub(crate) fn answer(step: &mut Step<'_>, case_id: CaseId, field: &AnsweredField) -> Result<(), StoreError> {
    let new = facts([
        ("field", field.item.path.to_string().into()),
        ("asked_by", field.asked_by.map(|id| id.0).into()),
        ("answered_by", field.answered_by.map(|id| id.0).into()),
    ]);
    step.tx.fields().record_answered(case_id, field)?;
    tell(step, Subject::Case(case_id), Told::new("field.answered", new))
}

/// The case no longer answers a field.
pub(crate) fn unanswer(step: &mut Step<'_>, case_id: CaseId, field: &AnsweredField) -> Result<(), StoreError> {
    if step.tx.fields().remove_answered(case_id, &field.item.path)? == Updated::Stale {
        return Ok(());
    }
    let old = facts([("field", field.item.path.to_string().into()), ("answered_by", field.answered_by.map(|id| id.0).into())]);
    tell(step, Subject::Case(case_id), Told::new("field.unanswered", Default::default()).from(old))
}

/// Documents a field; `before`: what was documented of it.
pub(crate) fn document(
    step: &mut Step<'_>,
    case_id: CaseId,
    field: &DocumentedField,
    before: Option<&DocumentedField>,
) -> Result<(), StoreError> {
    step.tx.fields().document(case_id, field)?;
    let new = facts([("field", field.item.path.to_string().into()), ("state", field.state.as_str().into())]);
    let old = facts([("state", before.map(|field| field.state.as_str()).into())]);
    tell(step, Subject::Case(case_id), Told::new("field.documented", new).from(old).because(Some(&field.reason)))
}

/// Takes a documentation back; says whether there was one.
pub(crate) fn reopen(step: &mut Step<'_>, case_id: CaseId, before: &DocumentedField, reason: &str) -> Result<bool, StoreError> {
    let path: &FieldPath = &before.item.path;
    if step.tx.fields().remove_documented(case_id, path)? == Updated::Stale {
        return Ok(false);
    }
    let old = facts([("field", path.to_string().into()), ("state", before.state.as_str().into())]);
    let told = Told::new("field.reopened", facts([("field", path.to_string().into())])).from(old).because(Some(reason));
    tell(step, Subject::Case(case_id), told)?;
    Ok(true)
}
