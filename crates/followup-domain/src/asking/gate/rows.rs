//! The table: what stands against a message.

use AttemptStatus::{Cancelled, Completed, Failed, Sent, Skipped};
use MessageKind::{AutomaticRequest, Call, Manual, PlanLetter, SentNow};
use Stage::{Claim, Door, Queue};
use chrono::{DateTime, Utc};

use super::super::plan::AttemptStatus;
use super::super::reason::{StopReason, WaitReason};
use super::{CAP_RETRY, Fact, GateFacts, Stage, TOLD_RETRY};
use crate::message::MessageKind;

/// What a row says when it holds.
pub(super) enum Says {
    Stop(fn(&GateFacts<'_>) -> StopReason, AttemptStatus),
    Wait(fn(&GateFacts<'_>) -> DateTime<Utc>, WaitReason),
}

/// What it looks at, when it holds, what it says then, and of which messages it is asked when.
pub(super) struct Row {
    pub(super) fact: Fact,
    pub(super) holds: fn(&GateFacts<'_>) -> bool,
    pub(super) says: Says,
    pub(super) of: &'static [(MessageKind, &'static [Stage])],
}

/// Whenever it is asked.
pub(super) const ALWAYS: &[Stage] = &[Queue, Claim, Door];
/// Once it was taken from the queue.
pub(super) const WRITTEN: &[Stage] = &[Claim, Door];

/// In the order in which they are asked: what ends a follow-up before what ends a letter, what stops before what waits.
pub(super) const ROWS: &[Row] = &[
    // Whoever writes by hand is told first that there is nobody to write to.
    Row {
        fact: Fact::Recipient,
        holds: no_recipient,
        says: Says::Stop(no_address, Failed),
        of: &[(Manual, &[Queue]), (SentNow, &[Queue])],
    },
    Row {
        fact: Fact::AttemptSettled,
        holds: |facts| facts.attempt_settled,
        says: Says::Stop(|_| StopReason::AttemptSettled, Skipped),
        of: &[(Manual, &[Door]), (SentNow, &[Door])],
    },
    Row {
        fact: Fact::Closed,
        holds: |facts| facts.closed,
        says: Says::Stop(|_| StopReason::Closed, Cancelled),
        of: &[(AutomaticRequest, ALWAYS), (PlanLetter, ALWAYS), (Call, &[Queue]), (Manual, &[Queue, Claim]), (SentNow, &[Queue, Door])],
    },
    Row {
        fact: Fact::OpenItems,
        holds: nothing_missing,
        says: Says::Stop(|_| StopReason::NothingMissing, Completed),
        of: &[(AutomaticRequest, ALWAYS), (PlanLetter, ALWAYS), (Call, &[Queue]), (SentNow, &[Door])],
    },
    Row {
        fact: Fact::Transport,
        holds: no_transport,
        says: Says::Stop(|_| StopReason::NotConfigured, Failed),
        of: &[(AutomaticRequest, &[Queue]), (PlanLetter, &[Queue])],
    },
    Row {
        fact: Fact::Recipient,
        holds: no_recipient,
        says: Says::Stop(no_address, Failed),
        of: &[(AutomaticRequest, &[Queue]), (PlanLetter, &[Queue])],
    },
    Row {
        fact: Fact::Blocked,
        holds: |facts| facts.blocked,
        says: Says::Stop(|_| StopReason::Blocked, Skipped),
        of: &[(AutomaticRequest, ALWAYS), (PlanLetter, WRITTEN), (Manual, &[Queue, Claim]), (SentNow, &[Queue, Door])],
    },
    // Of what a person sends it is looked at when he sends it, and of what waits to be taken back, when that is over.
    Row {
        fact: Fact::Held,
        holds: |facts| facts.held.is_some() && !facts.overriding,
        says: Says::Stop(address_fails, Cancelled),
        of: &[(AutomaticRequest, WRITTEN), (PlanLetter, ALWAYS), (Manual, &[Queue, Claim]), (SentNow, &[Queue])],
    },
    Row {
        fact: Fact::OpenItems,
        holds: nothing_missing,
        says: Says::Stop(|_| StopReason::NothingMissing, Completed),
        of: &[(SentNow, &[Queue])],
    },
    Row {
        fact: Fact::Automatic,
        holds: |facts| !facts.automatic_wanted,
        says: Says::Stop(|_| StopReason::AutomaticOff, Skipped),
        of: &[(AutomaticRequest, ALWAYS)],
    },
    Row {
        fact: Fact::Automatic,
        holds: |facts| !facts.admits_automatic,
        says: Says::Stop(|_| StopReason::NotAdmitted, Skipped),
        of: &[(AutomaticRequest, ALWAYS)],
    },
    Row {
        fact: Fact::ActivePlan,
        holds: |facts| facts.active_plan,
        says: Says::Stop(|_| StopReason::PlanAsks, Skipped),
        of: &[(AutomaticRequest, ALWAYS)],
    },
    Row {
        fact: Fact::Unattended,
        holds: |facts| facts.unattended,
        says: Says::Stop(|_| StopReason::UnattendedReply, Skipped),
        of: &[(AutomaticRequest, ALWAYS)],
    },
    Row {
        fact: Fact::NotAsked,
        holds: |facts| !facts.not_asked,
        says: Says::Stop(|_| StopReason::AlreadyAsked, Skipped),
        of: &[(AutomaticRequest, &[Queue, Claim])],
    },
    // A reply holds what was scheduled before it; this letter may have been on its way then.
    Row {
        fact: Fact::Reply,
        holds: |facts| facts.human_reply_since,
        says: Says::Stop(|_| StopReason::Answered, Cancelled),
        of: &[(PlanLetter, WRITTEN)],
    },
    // Whoever wrote is not reminded: first somebody reads it.
    Row {
        fact: Fact::Reminder,
        holds: |facts| facts.reminds && facts.unattended,
        says: Says::Stop(|_| StopReason::UnattendedReply, Skipped),
        of: &[(Manual, &[Queue, Door]), (SentNow, &[Queue, Door])],
    },
    Row {
        fact: Fact::Reminder,
        holds: |facts| facts.reminds && facts.human_reply_since,
        says: Says::Stop(|_| StopReason::Answered, Skipped),
        of: &[(Manual, &[Queue, Door]), (SentNow, &[Queue, Door])],
    },
    // Somebody asked while the plan's first letter waited: that was the first attempt.
    Row {
        fact: Fact::AskedMeanwhile,
        holds: |facts| facts.asked_meanwhile,
        says: Says::Stop(|_| StopReason::AskedMeanwhile, Sent),
        of: &[(PlanLetter, WRITTEN)],
    },
    Row {
        fact: Fact::Queued,
        holds: |facts| facts.queued,
        says: Says::Stop(|_| StopReason::Queued, Skipped),
        of: &[(AutomaticRequest, &[Queue])],
    },
    // Last: such a request waits for its address.
    Row {
        fact: Fact::Held,
        holds: |facts| facts.held.is_some(),
        says: Says::Stop(address_fails, Cancelled),
        of: &[(AutomaticRequest, &[Queue])],
    },
    Row {
        fact: Fact::Recipient,
        holds: no_recipient,
        says: Says::Stop(no_address, Failed),
        of: &[(AutomaticRequest, &[Claim]), (PlanLetter, &[Claim])],
    },
    Row {
        fact: Fact::Transport,
        holds: no_transport,
        says: Says::Stop(|_| StopReason::NotConfigured, Failed),
        of: &[(Manual, &[Queue]), (SentNow, &[Queue])],
    },
    // What the service writes is a template there. Connecting takes its time, and the window may shut meanwhile.
    Row {
        fact: Fact::FreeText,
        holds: |facts| facts.outside_window,
        says: Says::Stop(|_| StopReason::OutsideWindow, Failed),
        of: &[(Manual, ALWAYS)],
    },
    // What the reporter has told is asked of nobody again: first somebody looks at it.
    Row {
        fact: Fact::AnswerTells,
        holds: |facts| facts.answer_tells,
        says: Says::Wait(|facts| facts.now + TOLD_RETRY, WaitReason::AnswerTells),
        of: &[(AutomaticRequest, &[Claim]), (PlanLetter, &[Claim])],
    },
    Row {
        fact: Fact::Window,
        holds: |facts| facts.window.is_some_and(|window| !window.is_open(facts.now)),
        says: Says::Wait(|facts| facts.window.map_or(facts.now, |window| window.next_open(facts.now)), WaitReason::OutsideHours),
        of: &[(AutomaticRequest, &[Claim]), (PlanLetter, &[Claim])],
    },
    Row {
        fact: Fact::Cap,
        holds: |facts| facts.cap_reached,
        says: Says::Wait(|facts| facts.now + CAP_RETRY, WaitReason::EnoughForTheDay),
        of: &[(AutomaticRequest, WRITTEN), (PlanLetter, WRITTEN)],
    },
    Row {
        fact: Fact::Delay,
        holds: |facts| facts.delay_until.is_some(),
        says: Says::Wait(|facts| facts.delay_until.unwrap_or(facts.now).max(facts.now), WaitReason::WithinTheDelay),
        of: &[(AutomaticRequest, WRITTEN), (PlanLetter, WRITTEN)],
    },
    // What a person sends is sent on purpose, and is asked of nobody.
    Row {
        fact: Fact::AskedLately,
        holds: |facts| facts.asked_lately_until.is_some(),
        says: Says::Wait(|facts| facts.asked_lately_until.unwrap_or(facts.now).max(facts.now), WaitReason::AskedLately),
        of: &[(AutomaticRequest, WRITTEN), (PlanLetter, WRITTEN)],
    },
];

fn no_recipient(facts: &GateFacts<'_>) -> bool {
    !facts.recipient
}

fn no_address(facts: &GateFacts<'_>) -> StopReason {
    StopReason::NoAddress(facts.channel)
}

fn nothing_missing(facts: &GateFacts<'_>) -> bool {
    !facts.open_items
}

fn no_transport(facts: &GateFacts<'_>) -> bool {
    !facts.transport
}

fn address_fails(facts: &GateFacts<'_>) -> StopReason {
    // The row holds only where it is known.
    facts.held.as_ref().map_or(StopReason::Blocked, |known| StopReason::AddressFails(known.failure.clone()))
}

/// The rows that are asked of such a message, in order.
pub(super) fn rows(kind: MessageKind, stage: Stage) -> impl Iterator<Item = &'static Row> {
    ROWS.iter().filter(move |row| row.of.iter().any(|(of, stages)| *of == kind && stages.contains(&stage)))
}
