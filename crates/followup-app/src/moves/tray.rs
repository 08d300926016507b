//! A mail of the unassigned tray is given to a case, or set aside.

use followup_domain::audit::facts;
use followup_domain::message::{Classification, MatchKind, Message};
use followup_domain::ports::{Assignment, Discard, StoreError, Updated};

use crate::step::Step;
use crate::trail::{Subject, Told, tell};

/// Gives a mail of the tray to a case, and writes it into the case's trail; says whether the tray had it.
pub(crate) fn assign(step: &mut Step<'_>, mail: &Message, assignment: Assignment) -> Result<bool, StoreError> {
    if step.tx.trays().assign(mail.id, &assignment)? == Updated::Stale {
        return Ok(false);
    }
    let new = facts([
        ("icsr_id", assignment.case_id.0.into()),
        ("match", MatchKind::Manual.as_str().into()),
        ("confirmed", assignment.confirmed.into()),
        ("parent_id", assignment.parent_id.map(|id| id.0).into()),
        ("classification", mail.classification.map(Classification::as_str).into()),
        ("arrived_at", mail.created_at.into()),
    ]);
    let told = Told::new("message.assigned", new).from(facts([("icsr_id", None::<i64>.into())]));
    tell(step, Subject::Message(Some(assignment.case_id), mail.id), told)?;
    Ok(true)
}

/// Sets a mail of the tray aside; says whether it was not yet.
pub(crate) fn discard(step: &mut Step<'_>, mail: &Message, discard: &Discard) -> Result<bool, StoreError> {
    if step.tx.trays().discard(mail.id, discard)? == Updated::Stale {
        return Ok(false);
    }
    let told = Told::new("message.discarded", facts([("state", "discarded".into())])).because(Some(&discard.reason));
    tell(step, Subject::Message(None, mail.id), told)?;
    Ok(true)
}
