//! A case and its follow-up: stored, corrected, closed, opened again, moved on, and since when it waits.

use followup_domain::asking::waiting::waits_since;
use followup_domain::audit::{AuditFacts, AuditValue, facts};
use followup_domain::case::SetAside;
use followup_domain::case::{Case, CaseRecord, Closure, Estado, Event, FollowupStatus, Product, Scalar};
use followup_domain::ids::CaseId;
use followup_domain::message::{Message, MessageKind};
use followup_domain::ports::{NewCase, StoreError, Updated};

use crate::facts::warnings::{until, warnings_at};
use crate::step::Step;
use crate::trail::{Subject, Told, tell};

/// Stores a case.
pub(crate) fn register(step: &mut Step<'_>, record: &CaseRecord) -> Result<CaseId, StoreError> {
    let received_on = record.received_on(step.now, step.policy().zone);
    let id = step.tx.cases().insert(&NewCase { record: record.clone(), received_on, created_at: step.now })?;
    tell(step, Subject::Case(id), Told::new("case.created", record_facts(record)))?;
    let warned_until = until(step.policy(), &warnings_at(step.policy(), record, step.now, step.now), &[]);
    if warned_until.is_some() {
        step.tx.warnings().set(id, warned_until, &[])?;
    }
    Ok(id)
}

/// Stores a corrected record, and makes `case` what is stored; says whether the case still had its version.
pub(crate) fn update(step: &mut Step<'_>, case: &mut Case, record: CaseRecord) -> Result<bool, StoreError> {
    let received_on = record.received_on(case.created_at, step.policy().zone);
    if step.tx.cases().update(case.id, &record, received_on, case.version, step.now)? == Updated::Stale {
        return Ok(false);
    }
    let before = std::mem::replace(&mut case.record, record);
    case.version += 1;
    case.updated_at = step.now;
    let (old, new) = record_changes(&before, &case.record);
    tell(step, Subject::Case(case.id), Told::new("case.updated", new).from(old))?;
    look_for_warnings(step, case)?;
    Ok(true)
}

/// Keeps until when somebody has to look at a changed case. What was set aside of values that are others now is set aside no more.
fn look_for_warnings(step: &mut Step<'_>, case: &mut Case) -> Result<(), StoreError> {
    let found = warnings_at(step.policy(), &case.record, case.created_at, step.now);
    let stands = |aside: &SetAside| found.iter().any(|warning| warning.id == aside.warning);
    let (kept, lapsed): (Vec<SetAside>, Vec<SetAside>) = case.set_aside.iter().cloned().partition(stands);
    for aside in &lapsed {
        let old = facts([("warning", aside.warning.clone().into()), ("reason", aside.reason.clone().into())]);
        tell(step, Subject::Case(case.id), Told::new("warning.lapsed", AuditFacts::new()).from(old))?;
    }
    let warned_until = until(step.policy(), &found, &kept);
    if warned_until != case.warned_until || !lapsed.is_empty() {
        step.tx.warnings().set(case.id, warned_until, &kept)?;
        (case.warned_until, case.set_aside) = (warned_until, kept);
    }
    Ok(())
}

/// Closes the follow-up; says whether it was open. `overriding`: why, although a check does not hold.
pub(crate) fn close(step: &mut Step<'_>, case: &Case, closure: &Closure, overriding: Option<&str>) -> Result<bool, StoreError> {
    if step.tx.cases().close(case.id, closure)? == Updated::Stale {
        return Ok(false);
    }
    let new = facts([
        ("followup_status", "closed".into()),
        ("reason", closure.reason.as_str().into()),
        ("notes", closure.notes.clone().into()),
        ("override_reason", overriding.into()),
    ]);
    let told = Told::new("followup.closed", new).from(facts([("followup_status", "open".into())])).because(Some(closure.reason.as_str()));
    tell(step, Subject::Case(case.id), told)?;
    Ok(true)
}

/// Opens the follow-up; says whether it was closed.
pub(crate) fn reopen(step: &mut Step<'_>, case: &Case, reason: &str) -> Result<bool, StoreError> {
    if step.tx.cases().reopen(case.id, step.now)? == Updated::Stale {
        return Ok(false);
    }
    let (old, new) = (facts([("followup_status", "closed".into())]), facts([("followup_status", "open".into())]));
    tell(step, Subject::Case(case.id), Told::new("followup.reopened", new).from(old).because(Some(reason)))?;
    Ok(true)
}

/// A case that waits too long was told of; says whether it was not yet.
pub(crate) fn escalate(step: &mut Step<'_>, case: &Case) -> Result<bool, StoreError> {
    if step.tx.waiting().record_escalated(case.id, step.now)? == Updated::Stale {
        return Ok(false);
    }
    tell(step, Subject::Case(case.id), Told::new("followup.escalated", facts([("awaiting_since", case.awaiting_since.into())])))?;
    Ok(true)
}

/// Moves `estado` on, if it is still `from`.
pub(crate) fn move_estado(step: &mut Step<'_>, case_id: CaseId, from: Estado, to: Estado) -> Result<(), StoreError> {
    if step.tx.cases().update_estado(case_id, from, to, step.now)? == Updated::Yes {
        let (old, new) = (facts([("estado", from.as_str().into())]), facts([("estado", to.as_str().into())]));
        tell(step, Subject::Case(case_id), Told::new("case.estado", new).from(old))?;
    }
    Ok(())
}

/// A letter that left moves a pending case on.
pub(crate) fn begin_progress(step: &mut Step<'_>, letter: &Message) -> Result<(), StoreError> {
    let Some(case_id) = letter.case_id.filter(|_| letter.kind != MessageKind::Notification) else { return Ok(()) };
    let is_pending = step.tx.cases().find(case_id)?.is_some_and(|case| case.record.estado == Estado::Pendiente);
    if is_pending { move_estado(step, case_id, Estado::Pendiente, Estado::EnProgreso) } else { Ok(()) }
}

/// Stores since when the case waits for an answer, computed anew from its thread; the case is locked. A closed follow-up waits for nothing.
pub(crate) fn refresh_awaiting(step: &mut Step<'_>, case_id: CaseId) -> Result<(), StoreError> {
    let Some(case) = step.tx.cases().find(case_id)? else { return Ok(()) };
    let since = match case.followup_status {
        FollowupStatus::Closed => None,
        FollowupStatus::Open => waits_since(&step.tx.exchanges().list(case_id)?, case.settled_at),
    };
    if since == case.awaiting_since { Ok(()) } else { step.tx.waiting().set(case_id, since) }
}

/// What was sent until now is not waited for any more.
pub(crate) fn settle_waiting(step: &mut Step<'_>, case_id: CaseId) -> Result<(), StoreError> {
    step.tx.waiting().settle(case_id, step.now)?;
    refresh_awaiting(step, case_id)
}

/// The fields in which two records differ: before and after. Lists are compared object by object.
fn record_changes(old: &CaseRecord, new: &CaseRecord) -> (AuditFacts, AuditFacts) {
    let (old, new) = (record_facts(old), record_facts(new));
    let differs = |name: &String| old.get(name) != new.get(name);
    let names: Vec<String> = old.keys().chain(new.keys()).filter(|name| differs(name)).cloned().collect();
    let pick = |from: &AuditFacts| names.iter().map(|name| (name.clone(), from.get(name).cloned().unwrap_or(AuditValue::Null))).collect();
    (pick(&old), pick(&new))
}

/// Every field of a record that holds something.
fn record_facts(record: &CaseRecord) -> AuditFacts {
    let mut all = AuditFacts::new();
    let mut add = |name: String, value: Option<Scalar>| {
        let value = match value {
            None | Some(Scalar::Null) => return,
            Some(Scalar::Text(text)) => AuditValue::Text(text),
            Some(Scalar::Bool(value)) => AuditValue::Bool(value),
            Some(Scalar::Number(number)) => AuditValue::Text(number.to_string()),
        };
        all.insert(name, value);
    };
    for field in CaseRecord::FIELDS {
        add((*field).to_owned(), record.get(field));
    }
    for (list, products) in [("productos", &record.productos), ("concomitantes", &record.concomitantes)] {
        for (index, product) in products.iter().enumerate() {
            for field in Product::FIELDS {
                add(format!("{list}[{index}].{field}"), product.get(field));
            }
        }
    }
    for (index, event) in record.eventos.iter().enumerate() {
        for field in Event::FIELDS {
            add(format!("eventos[{index}].{field}"), event.get(field));
        }
    }
    all
}
