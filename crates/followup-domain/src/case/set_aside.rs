//! What a person decided of a contradiction in a case.

use chrono::{DateTime, Utc};

/// A warning that a person set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// Which warning: [`Warning::id`](crate::warnings::Warning::id).
    pub warning: String,
    /// Why.
    pub reason: String,
    /// Who did it.
    pub actor: String,
    /// When (UTC).
    pub at: DateTime<Utc>,
}
