//! The audit entries of the use cases, so that each change is told in the same words everywhere.

use chrono::{DateTime, Utc};
use followup_domain::asking::plan::Attempt;
use followup_domain::audit::{Actor, AuditChain, AuditEntry, AuditFacts, AuditValue, facts};
use followup_domain::case::{CaseRecord, Estado, Event, Product, Scalar};
use followup_domain::ids::{CaseId, MessageId, PlanId};
use followup_domain::message::{Delivery, Message};
use followup_domain::ports::{AttemptUpdate, Outcome};

/// The chain of a case, or the system's for what has none.
pub(crate) fn chain_of(case_id: Option<CaseId>) -> AuditChain {
    case_id.map_or(AuditChain::System, AuditChain::Case)
}

/// An entry about a case itself.
pub(crate) fn case_entry(
    case_id: CaseId,
    actor: &Actor,
    at: DateTime<Utc>,
    action: &'static str,
    old: AuditFacts,
    new: AuditFacts,
) -> AuditEntry {
    AuditEntry {
        chain: AuditChain::Case(case_id),
        at,
        actor: actor.clone(),
        action,
        entity: "case",
        entity_id: case_id.0,
        old,
        new,
        reason: None,
    }
}

/// An entry about a message of a case.
pub(crate) fn message_entry(
    case_id: Option<CaseId>,
    message_id: MessageId,
    actor: &Actor,
    at: DateTime<Utc>,
    action: &'static str,
    new: AuditFacts,
    reason: Option<&str>,
) -> AuditEntry {
    AuditEntry {
        chain: chain_of(case_id),
        at,
        actor: actor.clone(),
        action,
        entity: "message",
        entity_id: message_id.0,
        old: AuditFacts::new(),
        new,
        reason: reason.map(str::to_owned),
    }
}

/// An attempt's change of state.
pub(crate) fn attempt_entry(attempt: &Attempt, update: &AttemptUpdate, actor: &Actor) -> AuditEntry {
    let mut new = facts([("status", update.to.as_str().into())]);
    if let Some(message_id) = update.message_id {
        new.insert("message_id".into(), message_id.0.into());
    }
    let mut old = facts([("status", update.from.as_str().into())]);
    if let Some(due_at) = update.due_at {
        old.insert("due_at".into(), attempt.due_at.into());
        new.insert("due_at".into(), due_at.into());
    }
    AuditEntry {
        chain: AuditChain::Case(attempt.case_id),
        at: update.at,
        actor: actor.clone(),
        action: "attempt.status",
        entity: "attempt",
        entity_id: attempt.id.0,
        old,
        new,
        reason: update.reason.clone(),
    }
}

/// An entry about a plan of a case.
pub(crate) fn plan_entry(
    case_id: CaseId,
    plan_id: PlanId,
    actor: &Actor,
    at: DateTime<Utc>,
    action: &'static str,
    old: AuditFacts,
    new: AuditFacts,
) -> AuditEntry {
    AuditEntry {
        chain: AuditChain::Case(case_id),
        at,
        actor: actor.clone(),
        action,
        entity: "plan",
        entity_id: plan_id.0,
        old,
        new,
        reason: None,
    }
}

/// An entry of the system's chain.
pub(crate) fn system_entry(
    actor: &Actor,
    at: DateTime<Utc>,
    action: &'static str,
    entity: &'static str,
    entity_id: i64,
    new: AuditFacts,
) -> AuditEntry {
    AuditEntry { chain: AuditChain::System, at, actor: actor.clone(), action, entity, entity_id, old: AuditFacts::new(), new, reason: None }
}

/// What the transport said of a message.
pub(crate) fn outcome_entry(message: &Message, from: Delivery, outcome: &Outcome, actor: &Actor) -> AuditEntry {
    let mut entry = message_entry(
        message.case_id,
        message.id,
        actor,
        outcome.at,
        "message.delivery",
        facts([("delivery", outcome.delivery.as_str().into()), ("transport_response", outcome.transport_response.clone().into())]),
        outcome.error.as_deref(),
    );
    entry.old = facts([("delivery", from.as_str().into())]);
    entry
}

/// The change of `estado` that sending brings.
pub(crate) fn estado_entry(case_id: CaseId, from: Estado, to: Estado, actor: &Actor, at: DateTime<Utc>) -> AuditEntry {
    case_entry(case_id, actor, at, "case.estado", facts([("estado", from.as_str().into())]), facts([("estado", to.as_str().into())]))
}

/// The fields in which two records differ: before and after. Lists are compared object by object.
pub(crate) fn record_changes(old: &CaseRecord, new: &CaseRecord) -> (AuditFacts, AuditFacts) {
    let (old, new) = (record_facts(old), record_facts(new));
    let differs = |name: &String| old.get(name) != new.get(name);
    let names: Vec<String> = old.keys().chain(new.keys()).filter(|name| differs(name)).cloned().collect();
    let pick = |from: &AuditFacts| names.iter().map(|name| (name.clone(), from.get(name).cloned().unwrap_or(AuditValue::Null))).collect();
    (pick(&old), pick(&new))
}

/// Every field of a record that holds something.
pub(crate) fn record_facts(record: &CaseRecord) -> AuditFacts {
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
