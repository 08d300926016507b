//! A row of the audit trail as it is kept. Its hash covers commitments to what was said, never what was said: the values lie beside
//! them and can be taken away one day without breaking the chain.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

/// Random bytes that are hashed before a value, so that nobody finds the value by hashing what it may be. Always of one length, so
/// that it cannot be moved against the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Salt(pub [u8; 16]);

/// `SHA-256(salt ‖ value)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commitment(pub [u8; 32]);

/// What a commitment was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The salt.
    pub salt: Salt,
    /// The value as it is hashed: RFC 8785 canonical JSON.
    pub value: String,
}

/// One fact of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedFact {
    /// What the row's hash covers.
    pub commitment: Commitment,
    /// None once it was redacted.
    pub opening: Option<Opening>,
}

/// What is appended for one change, before it has a place in its chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedEntry {
    /// The chain's name.
    pub chain: String,
    /// When (UTC); the hash covers whole microseconds.
    pub at: DateTime<Utc>,
    /// `service:` and its name, or `user`, whose name is a fact.
    pub actor: String,
    /// What happened.
    pub action: String,
    /// The kind of thing.
    pub entity: String,
    /// Its number.
    pub entity_id: i64,
    /// Everything that somebody said or that may say something of a person: `actor`, `reason`, `old.` and `new.` with a field's name.
    pub facts: BTreeMap<String, SealedFact>,
}

/// A stored row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRow {
    /// What was appended.
    pub entry: SealedEntry,
    /// Its place in the chain, from 1.
    pub seq: i64,
    /// The hash of the row before, lower-case hex; empty for the first.
    pub prev_hash: String,
    /// `SHA-256(prev_hash ‖ canonical JSON of the row with its facts' commitments)`, lower-case hex.
    pub hash: String,
}
