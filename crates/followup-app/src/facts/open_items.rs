//! What is still to be asked for: missing, and not documented as unknown, withheld or unobtainable.

use std::collections::BTreeSet;

use followup_domain::asking::missing::{FieldPath, MissingItem, compute_missing};
use followup_domain::case::Case;
use followup_domain::ports::{DocumentedField, StoreError};
use followup_domain::proposal::{Proposal, SaidState};

use crate::step::Step;

/// The items that a letter may ask for.
pub(crate) fn open_items(step: &mut Step<'_>, case: &Case) -> Result<Vec<MissingItem>, StoreError> {
    let documented: BTreeSet<FieldPath> = documented_fields(step, case)?.into_iter().map(|field| field.item.path).collect();
    let missing = compute_missing(&case.record, &step.policy().required);
    Ok(missing.into_iter().filter(|item| !documented.contains(&item.path)).collect())
}

/// The open fields of which an answer tells something that nobody has decided yet, and that nothing contradicts: they are not asked again
/// before somebody has.
pub(crate) fn told_already(step: &mut Step<'_>, case: &Case) -> Result<BTreeSet<FieldPath>, StoreError> {
    let tells = |proposal: &Proposal| proposal.said.conflicts.is_empty() && proposal.said.state != SaidState::Later;
    let open = step.tx.proposals().open(case.id)?.into_iter().filter(tells);
    Ok(open.filter_map(|proposal| proposal.said.target.item(&case.record)).collect())
}

/// The documented fields of the case as it is now: what was documented of another product in the same place is not among them.
pub(crate) fn documented_fields(step: &mut Step<'_>, case: &Case) -> Result<Vec<DocumentedField>, StoreError> {
    let documented = step.tx.fields().documented(case.id)?.into_iter();
    Ok(documented.filter_map(|field| Some(DocumentedField { item: field.item.in_record(&case.record)?, ..field })).collect())
}
