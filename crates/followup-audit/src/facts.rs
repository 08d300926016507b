//! From an entry to its sealed form and back: which of its parts are facts, and under which names.

use std::collections::BTreeMap;

use followup_domain::audit::{Actor, AuditEntry, AuditRow, AuditValue, Opening, SealedEntry, SealedFact, SealedRow};
use followup_domain::ports::Salts;

use crate::canonical::{commit, exact, hash, value_from_json, value_to_json};

/// The name of the person who did something. What the service itself did has none: `service:dispatcher` says nothing of anybody.
const ACTOR: &str = "actor";
const REASON: &str = "reason";
const OLD: &str = "old.";
const NEW: &str = "new.";

/// What an entry of a person has for an actor, its name being a fact.
const USER: &str = "user";

/// Why an entry cannot be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsealable {
    /// Beyond 2^53.
    #[error("an audit entry has a number that JSON cannot hold exactly")]
    Inexact,
    /// A name beyond ASCII would be sorted in one way by RFC 8785 and in another by most programs.
    #[error("the name of an audit fact is not ASCII")]
    NotAscii,
}

/// Commits to every fact of an entry, each under a salt of its own.
///
/// # Errors
/// [`Unsealable`].
pub fn seal(entry: &AuditEntry, salts: &dyn Salts) -> Result<SealedEntry, Unsealable> {
    for number in [entry.entity_id, entry.at.timestamp_micros()] {
        exact(number).ok_or(Unsealable::Inexact)?;
    }
    let (actor, facts) = facts_of(entry);
    let salts = salts.draw(facts.len());
    let facts = facts.into_iter().zip(salts).map(|((name, value), salt)| {
        if !name.is_ascii() {
            return Err(Unsealable::NotAscii);
        }
        let value = value_to_json(&value).ok_or(Unsealable::Inexact)?;
        Ok((name, SealedFact { commitment: commit(&salt, &value), opening: Some(Opening { salt, value }) }))
    });
    Ok(SealedEntry {
        chain: entry.chain.to_string(),
        at: entry.at,
        actor,
        action: entry.action.to_owned(),
        entity: entry.entity.to_owned(),
        entity_id: entry.entity_id,
        facts: facts.collect::<Result<_, _>>()?,
    })
}

/// Gives an entry its place: after the row number `seq` of its chain, whose hash is `prev_hash`; 0 and nothing for a new chain.
///
/// # Errors
/// The chain has more than 2^53 rows.
pub fn follow(entry: SealedEntry, seq: i64, prev_hash: &str) -> Result<SealedRow, Unsealable> {
    let mut row = SealedRow { entry, seq: seq + 1, prev_hash: prev_hash.to_owned(), hash: String::new() };
    row.hash = hash(&row).ok_or(Unsealable::Inexact)?;
    Ok(row)
}

/// A row as people read it; `None` when a value or a fact's name is not one that [`seal`] makes.
pub fn open(row: SealedRow) -> Option<AuditRow> {
    let entry = row.entry;
    let mut open = AuditRow {
        seq: row.seq,
        chain: entry.chain,
        at: entry.at,
        actor: entry.actor,
        action: entry.action,
        entity: entry.entity,
        entity_id: entry.entity_id,
        old: BTreeMap::new(),
        new: BTreeMap::new(),
        reason: None,
        redacted: Vec::new(),
        prev_hash: row.prev_hash,
        hash: row.hash,
    };
    for (name, fact) in entry.facts {
        match fact.opening {
            None => open.redacted.push(name),
            Some(opening) => place(&mut open, &name, value_from_json(&opening.value)?)?,
        }
    }
    Some(open)
}

fn facts_of(entry: &AuditEntry) -> (String, Vec<(String, AuditValue)>) {
    let mut facts = Vec::with_capacity(entry.old.len() + entry.new.len() + 2);
    let actor = match &entry.actor {
        Actor::User { username, .. } => {
            facts.push((ACTOR.to_owned(), username.as_str().into()));
            USER.to_owned()
        }
        service @ Actor::Service(_) => service.to_string(),
    };
    if let Some(reason) = &entry.reason {
        facts.push((REASON.to_owned(), reason.as_str().into()));
    }
    for (prefix, fields) in [(OLD, &entry.old), (NEW, &entry.new)] {
        facts.extend(fields.iter().map(|(name, value)| (format!("{prefix}{name}"), value.clone())));
    }
    (actor, facts)
}

fn place(row: &mut AuditRow, name: &str, value: AuditValue) -> Option<()> {
    match (name, value) {
        (ACTOR, AuditValue::Text(name)) => row.actor = format!("{}:{name}", row.actor),
        (REASON, AuditValue::Text(reason)) => row.reason = Some(reason),
        (ACTOR | REASON, _) => return None,
        (name, value) => {
            let old = name.strip_prefix(OLD).map(|name| (&mut row.old, name));
            let (fields, name) = old.or_else(|| name.strip_prefix(NEW).map(|name| (&mut row.new, name)))?;
            fields.insert(name.to_owned(), value);
        }
    }
    Some(())
}
