//! Lists as a whole, to be taken away piece by piece.

use chrono::{DateTime, Utc};

use super::{CaseQuery, DoNotContact, InTray, LanePlace, MessageView, StoreError, TrayState};
use crate::case::Case;
use crate::ids::{CaseId, MessageId};
use crate::mail::bounce::FailedAddress;
use crate::mail::inbound::InboundMail;
use crate::message::Channel;

/// A message that waits to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedMessage {
    /// The message.
    pub id: MessageId,
    /// Its case.
    pub case_id: CaseId,
    /// By which channel it goes.
    pub channel: Channel,
    /// It goes no earlier (UTC).
    pub not_before: DateTime<Utc>,
    /// How often it was tried.
    pub tries: i32,
}

/// Lists from their beginning to their end, whatever is added meanwhile; a piece costs the same wherever it begins. Each tells at most
/// `limit` rows after `after`.
pub trait ExportRepository {
    /// Cases under a query's conditions, by number, after `after`; at most `limit` are looked at. Its order does not count. Besides, after which
    /// number the next piece begins; none at the end. One that cannot be read is left out.
    fn cases(&mut self, query: &CaseQuery, after: Option<CaseId>, limit: i64) -> Result<(Vec<Case>, Option<CaseId>), StoreError>;

    /// Mail that no case claims, in the order in which it came.
    fn unassigned(&mut self, state: TrayState, after: Option<LanePlace>, limit: i64) -> Result<Vec<InTray<MessageView>>, StoreError>;

    /// Mail that could not be understood, in the order in which it came; or what was set aside of it, in the order in which it was.
    fn quarantined(&mut self, state: TrayState, after: Option<LanePlace>, limit: i64) -> Result<Vec<InTray<InboundMail>>, StoreError>;

    /// Addresses that must not be written to, by address.
    fn list_blocked(&mut self, after: Option<&str>, limit: i64) -> Result<Vec<DoNotContact>, StoreError>;

    /// Addresses at which letters failed, by address; all, or only those that are held.
    fn failed(&mut self, only_held: bool, after: Option<&str>, limit: i64) -> Result<Vec<FailedAddress>, StoreError>;

    /// Messages that wait to be sent, by when each may go.
    fn queued(&mut self, after: Option<LanePlace>, limit: i64) -> Result<Vec<QueuedMessage>, StoreError>;
}
