//! What people decide about mail that found no case, or that could not be understood.

use chrono::{DateTime, Utc};

use super::Onlooker;
use super::{MessageView, Page, PageRequest, StoreError, Updated};
use crate::asking::lanes::Lane;
use crate::ids::{CaseId, MessageId};
use crate::message::Message;

/// What waits for a person, over all cases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Badge {
    /// Cases with human replies that whoever looks has not read, and about which nobody has decided.
    pub new_replies: i64,
    /// Cases with human replies that whoever looks has read, and about which nobody has decided.
    pub read_replies: i64,
    /// Messages that failed and were neither sent anew nor settled.
    pub failed: i64,
    /// Messages whose fate nobody knows.
    pub uncertain: i64,
    /// Mail that no case claims.
    pub unassigned: i64,
    /// Mail that could not be understood.
    pub quarantined: i64,
    /// Flagged replies that wait for a person to confirm the sender.
    pub unconfirmed: i64,
    /// Cases whose reporter no channel reaches.
    pub unreachable: i64,
    /// Cases in which something is missing and nothing comes next.
    pub stalled: i64,
    /// Calls that are due.
    pub calls_due: i64,
    /// Cases whose report falls due soon, or was due.
    pub deadline_at_risk: i64,
    /// Follow-ups that are to be closed.
    pub to_close: i64,
    /// Cases in which something contradicts itself.
    pub warnings: i64,
    /// Addresses that are not written to by themselves because letters came back.
    pub bounced: i64,
}

impl Badge {
    /// The number of a lane.
    pub fn of(&self, lane: Lane) -> i64 {
        match lane {
            Lane::NewReplies => self.new_replies,
            Lane::ReadReplies => self.read_replies,
            Lane::Unconfirmed => self.unconfirmed,
            Lane::Failed => self.failed,
            Lane::Uncertain => self.uncertain,
            Lane::Unreachable => self.unreachable,
            Lane::Stalled => self.stalled,
            Lane::CallsDue => self.calls_due,
            Lane::DeadlineAtRisk => self.deadline_at_risk,
            Lane::ToClose => self.to_close,
            Lane::Warnings => self.warnings,
            Lane::Unassigned => self.unassigned,
            Lane::Quarantined => self.quarantined,
        }
    }
}

/// Which part of a tray.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TrayState {
    /// What waits for a person.
    #[default]
    Open,
    /// What a person set aside.
    Discarded,
}

/// That a person set a mail aside: it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discard {
    /// Why.
    pub reason: String,
    /// Who, as the audit trail names them.
    pub actor: String,
    /// When (UTC).
    pub at: DateTime<Utc>,
}

/// A mail of a tray.
#[derive(Debug, Clone, PartialEq)]
pub struct InTray<T> {
    /// The mail.
    pub mail: T,
    /// Who set it aside, if anybody did.
    pub discard: Option<Discard>,
}

/// To which case a person gives a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assignment {
    /// The case.
    pub case_id: CaseId,
    /// The message that it answers.
    pub parent_id: Option<MessageId>,
    /// Whether it counts as the reporter's.
    pub confirmed: bool,
    /// It says there what an earlier mail said: nothing that waits to be read.
    pub is_repeated: bool,
}

/// The open cases that have an address among their contacts, or have exchanged mail with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenderCases {
    /// The address, in lower case.
    pub address: String,
    /// How many they are.
    pub open_cases: i64,
    /// The first of them.
    pub first: CaseId,
}

/// The trays.
pub trait TrayRepository {
    /// Inbound messages that no case claims, newest first; without copies of our own. As with a thread, no text is read beyond what is shown.
    fn list(&mut self, state: TrayState, page: PageRequest) -> Result<Page<InTray<MessageView>>, StoreError>;

    /// A message of the tray, in whichever state; none once a case has it.
    fn find(&mut self, id: MessageId) -> Result<Option<InTray<Message>>, StoreError>;

    /// Gives an inbound message of no case to one, by hand; [`Updated::Stale`] when a case has it. A human one that repeats nothing is
    /// unread there, however far the thread was read.
    fn assign(&mut self, id: MessageId, assignment: &Assignment) -> Result<Updated, StoreError>;

    /// Sets a message of no case aside; [`Updated::Stale`] when that was done before, or a case has it.
    fn discard(&mut self, id: MessageId, discard: &Discard) -> Result<Updated, StoreError>;

    /// Of each address (lower case): how many open cases know it, and the first. By their records, whether it was ever written to or not,
    /// or by mail that was exchanged with it; not by mail that itself waits for somebody to confirm its sender. An address without an
    /// open case is left out.
    fn open_cases_of(&mut self, addresses: &[String]) -> Result<Vec<SenderCases>, StoreError>;

    /// What waits for a person, over all cases, from indexes: of each lane as many as its list has rows for whoever looks.
    fn badge(&mut self, who: Onlooker<'_>) -> Result<Badge, StoreError>;
}
