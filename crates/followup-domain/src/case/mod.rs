//! The case (ICSR): its record, its life, and partial updates.

mod closure;
pub mod deadlines;
mod kept;
pub mod origin;
mod patch;
mod record;
mod scalar;
pub mod seriousness;
mod set_aside;
mod treatment;
mod values;

use chrono::{DateTime, Utc};

pub use closure::ClosureReason;
pub use kept::{Kept, KeptMember};
pub use patch::{CasePatch, FieldError, FieldList, is_flat_field};
pub use record::{CaseRecord, Event, Product, is_same_name};
pub use scalar::{FieldKind, Kilograms, Scalar, Years, longest};
pub use set_aside::SetAside;
pub use treatment::{AccionTomada, Reexposicion};
pub use values::{Desenlace, Estado, Gravedad, InvalidValue, Measure, PartialDate, Quantity, Sexo, YesNo};

use crate::ids::{CaseId, MessageId};

/// Whether the unit is still asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FollowupStatus {
    /// Requests go out.
    Open,
    /// Nothing is sent by itself any more.
    Closed,
}

impl FollowupStatus {
    /// The stored and published spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    /// Reads the published spelling.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::Closed].into_iter().find(|status| status.as_str() == text)
    }
}

/// A stored case.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Its number in the service.
    pub id: CaseId,
    /// What is known of it.
    pub record: CaseRecord,
    /// Whether the unit is still asking.
    pub followup_status: FollowupStatus,
    /// Counts the changes that people made (not the service's own change of `estado`).
    pub version: i64,
    /// When it was created (UTC).
    pub created_at: DateTime<Utc>,
    /// When it was last changed (UTC).
    pub updated_at: DateTime<Utc>,
    /// How and when the follow-up was closed; none while it is open.
    pub closure: Option<Closure>,
    /// Since when an accepted message waits for an answer (UTC); none when nothing waits.
    pub awaiting_since: Option<DateTime<Utc>>,
    /// What left up to here is not waited for (UTC): the follow-up was opened anew then, or nothing was missing.
    pub settled_at: Option<DateTime<Utc>>,
    /// When the unit was told that the case waits too long (UTC): once in each wait.
    pub escalated_at: Option<DateTime<Utc>>,
    /// Until when (UTC) somebody has to look at what contradicts itself: the day of [`warned_until`](crate::warnings::warned_until) begins, as of when the
    /// record was written.
    pub warned_until: Option<DateTime<Utc>>,
    /// The warnings that people set aside.
    pub set_aside: Vec<SetAside>,
    /// The automatic letter that holds the delay: when it took it, and which message it is.
    pub last_automatic: Option<LastAutomatic>,
}

/// The last automatic letter of a case; none other may follow it within the delay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastAutomatic {
    /// When it was let through (UTC).
    pub at: DateTime<Utc>,
    /// The letter.
    pub message_id: MessageId,
}

/// How a follow-up was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    /// Why.
    pub reason: ClosureReason,
    /// The outcome and what stays open.
    pub notes: String,
    /// When (UTC).
    pub at: DateTime<Utc>,
}

impl Case {
    /// Whether the service may ask by itself: the follow-up is open, the work not done, and nobody switched it off. What stands there and
    /// cannot be read is no leave.
    pub fn accepts_automatic_requests(&self) -> bool {
        self.followup_status == FollowupStatus::Open
            && !["estado", "auto_followup"].iter().any(|field| self.record.kept.holds(field))
            && self.record.auto_followup
            && self.record.estado.is_worked_on()
    }
}
