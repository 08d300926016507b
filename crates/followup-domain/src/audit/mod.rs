//! The audit trail: who changed what, when, and why. One chain per case and one for the system.

mod sealed;

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};

use crate::ids::{CaseId, UserId};

pub use sealed::{Commitment, Opening, Salt, SealedEntry, SealedFact, SealedRow};

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person, known by the user name of their token; local users have an id.
    User {
        /// The token's `uid`.
        id: Option<UserId>,
        /// The token's `username` or `sub`.
        username: String,
    },
    /// A part of the service: `api-server`, `dispatcher`, `mail-poller`.
    Service(&'static str),
}

impl Actor {
    /// The name by which it is known.
    pub fn name(&self) -> &str {
        match self {
            Self::User { username, .. } => username,
            Self::Service(name) => name,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User { username, .. } => write!(formatter, "user:{username}"),
            Self::Service(name) => write!(formatter, "service:{name}"),
        }
    }
}

/// The chain that an entry belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AuditChain {
    /// Everything about one case.
    Case(CaseId),
    /// Everything else: users, templates, unassigned mail.
    System,
}

impl fmt::Display for AuditChain {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Case(id) => write!(formatter, "case:{id}"),
            Self::System => formatter.write_str("system"),
        }
    }
}

/// A value of a changed field. Instants are [`AuditValue::Integer`]: microseconds since 1970, UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditValue {
    /// Nothing.
    Null,
    /// Text; numbers with decimals too, as they are shown.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// True or false.
    Bool(bool),
}

impl From<&str> for AuditValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for AuditValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for AuditValue {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<bool> for AuditValue {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<DateTime<Utc>> for AuditValue {
    fn from(instant: DateTime<Utc>) -> Self {
        Self::Integer(instant.timestamp_micros())
    }
}

impl<T: Into<AuditValue>> From<Option<T>> for AuditValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Field names and their values, in a fixed order.
pub type AuditFacts = BTreeMap<String, AuditValue>;

/// What is appended for one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its chain.
    pub chain: AuditChain,
    /// When (UTC).
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: Actor,
    /// What happened: `message.accepted`, `case.updated`.
    pub action: &'static str,
    /// The kind of thing that changed: `message`, `attempt`, `case`, `plan`, `user`, `inbound_mail`.
    pub entity: &'static str,
    /// Its number.
    pub entity_id: i64,
    /// Its changed fields before; empty for a creation.
    pub old: AuditFacts,
    /// Its changed fields after.
    pub new: AuditFacts,
    /// Why, where somebody or something gave a reason.
    pub reason: Option<String>,
}

/// A stored entry as people read it; [`SealedRow`] is what its hash covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its place in the chain, from 1.
    pub seq: i64,
    /// The chain's name.
    pub chain: String,
    /// When (UTC).
    pub at: DateTime<Utc>,
    /// Who, as text; `user` alone when the name was redacted.
    pub actor: String,
    /// What happened.
    pub action: String,
    /// The kind of thing.
    pub entity: String,
    /// Its number.
    pub entity_id: i64,
    /// Fields before.
    pub old: AuditFacts,
    /// Fields after.
    pub new: AuditFacts,
    /// Why.
    pub reason: Option<String>,
    /// The facts whose values were redacted, by their names in [`SealedEntry::facts`]; they stand nowhere else in the row.
    pub redacted: Vec<String>,
    /// The hash of the row before, lower-case hex; empty for the first.
    pub prev_hash: String,
    /// [`SealedRow::hash`].
    pub hash: String,
}

/// Facts from pairs: `facts([("status", "sent".into())])`.
pub fn facts<const N: usize>(pairs: [(&str, AuditValue); N]) -> AuditFacts {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
