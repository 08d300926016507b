//! Port traits: what the rules need from the outside. All are sync and object-safe.
//!
//! One vocabulary of verbs: `insert` (→ [`Inserted`]), `find` (→ `Option`), `find_for_update` (locks the row until the
//! transaction ends), `update` (→ [`Updated`]), `list` (→ a page), `append`, `claim_due`, `record_*`, `cancel_*`.

mod addresses;
mod attempts;
mod audit;
mod breakers;
mod cases;
mod deadlines;
mod health;
mod inbox;
mod messages;
mod requests;
mod sender;
mod store;
mod time;
mod tokens;
mod trays;
mod users;

pub use addresses::{AddressRepository, HeldLetter};
pub use attempts::{AttemptRepository, AttemptUpdate, NewAttempt, NewPlan, NewTemplate, PlanRepository};
pub use audit::{AuditHead, AuditRepository};
pub use breakers::BreakerRepository;
pub use cases::{CaseQuery, CaseRepository, CaseSort, NewCase};
pub use deadlines::DeadlineRepository;
pub use health::{DueAttempts, HealthRepository, QueueFigures};
pub use inbox::InboxRepository;
pub use messages::{
    Badge, Claimed, KnownMessage, Lease, MessageRepository, NewCall, NewInboundMessage, NewOutboundMessage, NewOutboundTiming, Outcome,
    ReplyReading, ThreadMessage,
};
pub use requests::{
    AnsweredField, AskedField, AskedItem, DoNotContact, DoNotContactRepository, DocumentedField, IdempotencyRepository, Remembered,
    RequestRepository, Reserved,
};
pub use sender::{Prepared, Sender};
pub use store::{Standbys, Store, StoreError, StoreExt, Tx, TxMode, TxVerdict};
pub use time::{Clock, IdGen, Salts};
pub use tokens::{AccessToken, AccessTokens, Granted, TokenError};
pub use trays::{Assignment, Discard, InTray, SenderCases, TrayRepository, TrayState};
pub use users::{NewUser, UserChange, UserRepository};

/// What an insert under a unique key did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inserted<Id> {
    /// It is new.
    New(Id),
    /// It was there already.
    Duplicate(Id),
}

impl<Id: Copy> Inserted<Id> {
    /// The id, new or not.
    pub fn id(self) -> Id {
        match self {
            Self::New(id) | Self::Duplicate(id) => id,
        }
    }
}

/// What a conditional update did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Updated {
    /// It was done.
    Yes,
    /// The condition no longer held; nothing changed.
    Stale,
}

/// One page of a list, and how many there are in all.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// How many match in all pages.
    pub total: i64,
}

/// Which page: `limit` items from `offset` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// Items to pass over.
    pub offset: i64,
    /// Items to give.
    pub limit: i64,
}
