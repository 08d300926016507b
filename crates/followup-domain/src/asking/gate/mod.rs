//! May a letter go? One table, which every path asks: what is scheduled, claimed, sent by hand, sent now, sent again, asked by itself, or
//! only previewed.
//!
//! A row names what it looks at, of which messages and when, and what the message's attempt becomes. The first row that holds decides.

mod rows;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Duration, Utc};

use super::plan::AttemptStatus;
use super::reason::{StopReason, WaitReason};
use super::window::SendWindow;
use crate::mail::bounce::FailedAddress;
use crate::message::{Channel, MessageKind};
use rows::{Says, rows};

/// For so long after somebody wrote by WhatsApp, it takes free text to them (Meta's customer service window).
pub const FREE_TEXT_WINDOW: Duration = Duration::hours(24);

/// How long a letter waits whose address had enough for the day.
pub const CAP_RETRY: Duration = Duration::hours(1);
/// A letter that would ask only what an answer tells is looked at again so much later, should nobody have decided by then.
pub const TOLD_RETRY: Duration = Duration::hours(6);

/// When it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The message is to enter the queue, or a person sends it now.
    Queue,
    /// It was taken from the queue, to be written.
    Claim,
    /// It is about to leave: connecting took its time.
    Door,
}

/// What a row looks at. Whoever gathers facts need not look further than [`looks_at`] says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// Whether the follow-up is closed.
    Closed,
    /// Whether something is missing that could be asked for.
    OpenItems,
    /// Whether something is missing that no letter has asked for.
    NotAsked,
    /// Whether the reporter has an address for the channel.
    Recipient,
    /// Whether the address asked not to be written to.
    Blocked,
    /// Whether letters to the address came back.
    Held,
    /// Whether the channel has a transport.
    Transport,
    /// Whether the deployment, and the case, want automatic requests.
    Automatic,
    /// Whether a plan asks.
    ActivePlan,
    /// Whether somebody wrote, and nobody has decided about it.
    Unattended,
    /// Whether a person answered after the message was made.
    Reply,
    /// Whether somebody asked in place of a plan's first letter.
    AskedMeanwhile,
    /// Whether another automatic request waits.
    Queued,
    /// Whether the reporter wrote after a message of which a person wants to remind.
    Reminder,
    /// Whether a person settled the attempt of a letter that is sent again.
    AttemptSettled,
    /// The send window.
    Window,
    /// Whether the address had enough for the day.
    Cap,
    /// The delay between the automatic letters of a case.
    Delay,
    /// Whether a person asked the same a short while ago.
    AskedLately,
    /// Whether the channel takes free text to the recipient now.
    FreeText,
    /// Whether an answer tells all that is missing, and nobody has decided about it.
    AnswerTells,
}

/// What is known of a message and its case.
#[derive(Debug, Clone)]
pub struct GateFacts<'a> {
    /// The instant that it is asked for (UTC).
    pub now: DateTime<Utc>,
    /// By which channel it goes.
    pub channel: Channel,
    /// The follow-up is closed.
    pub closed: bool,
    /// Something is missing that could be asked for.
    pub open_items: bool,
    /// Something is missing that no letter has asked for.
    pub not_asked: bool,
    /// An answer tells all that is missing, and nobody has decided about it.
    pub answer_tells: bool,
    /// The reporter has an address for the channel.
    pub recipient: bool,
    /// The address asked not to be written to.
    pub blocked: bool,
    /// What is known of the address, where nothing goes to it by itself.
    pub held: Option<FailedAddress>,
    /// A person writes to it all the same, and says why.
    pub overriding: bool,
    /// The channel has a transport.
    pub transport: bool,
    /// The deployment sends automatic requests.
    pub automatic_wanted: bool,
    /// The case wants them.
    pub admits_automatic: bool,
    /// A plan is active.
    pub active_plan: bool,
    /// Somebody wrote, and nobody has decided about it.
    pub unattended: bool,
    /// A person answered after the message was made; of one that reminds, after the other was.
    pub human_reply_since: bool,
    /// It reminds of an earlier message, on purpose.
    pub reminds: bool,
    /// Somebody asked in place of the plan's first letter.
    pub asked_meanwhile: bool,
    /// Another automatic request waits in the queue.
    pub queued: bool,
    /// A person settled the attempt for which it is sent again.
    pub attempt_settled: bool,
    /// When letters may go out by themselves; `None` is always.
    pub window: Option<&'a SendWindow>,
    /// The address had enough for the day.
    pub cap_reached: bool,
    /// Until when the delay lasts, where another automatic letter preceded this one (UTC).
    pub delay_until: Option<DateTime<Utc>>,
    /// Until when the delay lasts, where a person's letter asked the same, or may have (UTC).
    pub asked_lately_until: Option<DateTime<Utc>>,
    /// It is free text, which the channel does not take to the recipient now.
    pub outside_window: bool,
}

impl GateFacts<'_> {
    /// Of a message against which nothing stands.
    pub fn free(now: DateTime<Utc>, channel: Channel) -> Self {
        Self {
            now,
            channel,
            closed: false,
            open_items: true,
            not_asked: true,
            answer_tells: false,
            recipient: true,
            blocked: false,
            held: None,
            overriding: false,
            transport: true,
            automatic_wanted: true,
            admits_automatic: true,
            active_plan: false,
            unattended: false,
            human_reply_since: false,
            reminds: false,
            asked_meanwhile: false,
            queued: false,
            attempt_settled: false,
            window: None,
            cap_reached: false,
            delay_until: None,
            asked_lately_until: None,
            outside_window: false,
        }
    }
}

/// Whether it may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Go,
    /// Not yet.
    Wait {
        /// Until when (UTC).
        until: DateTime<Utc>,
        /// Why.
        reason: WaitReason,
    },
    /// No.
    Stop {
        /// Why.
        reason: StopReason,
        /// What its attempt becomes.
        attempt: AttemptStatus,
    },
}

/// Whether the verdict on such a message may depend on a fact.
pub fn looks_at(kind: MessageKind, stage: Stage, fact: Fact) -> bool {
    rows(kind, stage).any(|row| row.fact == fact)
}

/// Whether a message may go.
pub fn gate(facts: &GateFacts<'_>, kind: MessageKind, stage: Stage) -> Verdict {
    match rows(kind, stage).find(|row| (row.holds)(facts)).map(|row| &row.says) {
        None => Verdict::Go,
        Some(Says::Stop(reason, attempt)) => Verdict::Stop { reason: reason(facts), attempt: *attempt },
        Some(Says::Wait(until, reason)) => Verdict::Wait { until: until(facts), reason: *reason },
    }
}
