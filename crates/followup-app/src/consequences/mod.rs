//! What follows by itself: for each event, the moves that it brings, in the transaction of the event. A use case decides, moves, and lets
//! this follow; nothing here raises an event of its own.

mod asking;
mod closing;
mod events;
mod holding;
mod notify;
mod opting_out;
mod outcomes;
mod plans;
mod proposals;
mod replies;
mod reports;
pub(crate) mod standing;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use followup_domain::asking::plan::{Attempt, Plan};
use followup_domain::asking::reason::{StopReason, Why};
use followup_domain::case::Case;
use followup_domain::contact::{E164, EmailAddress};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::mail::bounce::FailedAddress;
use followup_domain::mail::inbound::ParsedMail;
use followup_domain::message::{Classification, Delivery, MailFlag, Message};
use followup_domain::ports::{NewCall, NewInboundMessage, Outcome, StoreError};
use followup_domain::sending::ExternalName;

pub(crate) use self::events::Told;
pub(crate) use self::replies::Reply;
pub(crate) use self::reports::CameIn;
use crate::facts::gate::Withdrawal;
use crate::facts::mail_hits::Answered;
use crate::moves::{address, case as case_moves, message, plan};
use crate::step::Step;

/// What happened. Cases are locked.
#[derive(Clone, Copy)]
pub(crate) enum Event<'a> {
    /// A case was stored.
    CaseRegistered(&'a Case),
    /// A person corrected or completed a case, or said again what it holds.
    CaseChanged(&'a Case),
    /// A person says that the work on a case is done: it is completed, or sent on.
    CaseDone(&'a Case),
    /// A person documented a field as not to be had.
    FieldDocumented(&'a Case),
    /// A documentation was taken back: the field is open.
    FieldReopened(&'a Case),
    /// The follow-up was closed.
    Closed(&'a Case),
    /// The follow-up was opened again.
    Reopened(&'a Case),
    /// It waits too long, as was told for the first time in this wait.
    Escalated(&'a Case),
    /// A plan was applied.
    PlanApplied(&'a Plan),
    /// A plan's attempts are about to be looked at.
    PlanLookedAt(&'a Plan),
    /// An attempt was brought back.
    AttemptReactivated(&'a Attempt),
    /// An attempt is due for an address at which nothing arrives.
    AttemptUndeliverable(&'a Attempt, &'a FailedAddress),
    /// A person decided something about a case: so also about the answers in it that he has read.
    Decided(&'a Case),
    /// What an answer held goes on, from an instant.
    PlanResumed(&'a Case, DateTime<Utc>),
    /// A person telephoned.
    CallLogged(&'a NewCall, MessageId),
    /// The transport took a message, or refused it, or nobody knows.
    Answered(&'a Message, &'a Outcome),
    /// A message that certainly did not leave waits again; a provider may have told otherwise meanwhile.
    PutBack(&'a Message),
    /// Providers tell of messages of ours, which are as they were before.
    ProvidersTold(&'a BTreeMap<MessageId, Message>, &'a [Told<'a>]),
    /// What a provider told waits for a message that became known meanwhile; under this name, too.
    ProviderWaits(&'a Message, Option<&'a ExternalName>),
    /// A claimed letter was taken out of the queue.
    LetterWithdrawn(&'a Message, &'a Withdrawal),
    /// Word to somebody of the unit was withdrawn, because nothing arrives there; where it is read instead.
    WordWithdrawn(&'a Message, &'a EmailAddress),
    /// What waits for an address may go on, should it work.
    AddressFree(&'a Case),
    /// A mail came in.
    MailReceived(CameIn<'a>, &'a NewInboundMessage),
    /// Whoever has a number does not want to be written to there.
    OptedOut(&'a E164),
    /// A person's mail joined a thread, and the case knows who wrote it or a person vouches for it.
    ReplyCounted(&'a Case, Reply),
    /// A person's mail joined a thread, and somebody has to say whether it is the reporter's.
    ReplyFlagged(&'a Case, Reply),
    /// A message came in that may be this case's answer, and stands in another's thread.
    MayBeAnswered(&'a Case),
    /// A person accepted the sender of a flagged reply.
    SenderConfirmed(&'a Case, &'a Message, Option<Answered>),
    /// A person said what a reply that counts answers; as it stood before.
    ReplyLinked(&'a Message, Answered),
    /// A person said that the reporter answered by another way.
    AnsweredElsewhere(CaseId),
    /// A person said about which letter a report is.
    ReportNamed(&'a Case, (&'a Message, Option<&'a ParsedMail>), MessageId),
    /// The thread of a case changed.
    ThreadChanged(CaseId),
}

/// Does what follows.
pub(crate) fn follow(step: &mut Step<'_>, event: Event<'_>) -> Result<(), StoreError> {
    let now = step.now;
    match event {
        Event::CaseRegistered(case) | Event::FieldReopened(case) => asking::queue_automatic(step, case, now),
        Event::CaseChanged(case) => {
            asking::note_answers(step, case)?;
            proposals::settle_standing(step, case)?;
            asking::complete_requests(step, case)?;
            holding::restore_case(step, case)?;
            asking::queue_automatic(step, case, now)
        }
        Event::CaseDone(case) => holding::hold_letters(step, case.id, &StopReason::CaseDone.into()),
        Event::FieldDocumented(case) => asking::complete_requests(step, case),
        Event::Closed(case) => {
            message::attend(step, case.id)?;
            case_moves::refresh_awaiting(step, case.id)?;
            closing::cancel_everything(step, case)?;
            closing::complete_estado(step, case)
        }
        Event::Reopened(case) => case_moves::settle_waiting(step, case.id),
        Event::Escalated(case) => notify::of_wait(step, case),
        Event::PlanApplied(plan) => {
            address::forget_waiting_of_plans(step, plan.case_id)?;
            plans::count_earlier_request(step, plan)
        }
        Event::PlanLookedAt(plan) => plans::count_earlier_request(step, plan),
        Event::AttemptReactivated(attempt) => plan::reopen(step, attempt),
        Event::AttemptUndeliverable(attempt, held) => holding::hold_attempt(step, attempt, held),
        Event::Decided(case) => plans::take_decision(step, case),
        Event::PlanResumed(case, from) => plans::resume(step, case, from),
        Event::CallLogged(call, id) => plans::take_call(step, call, id),
        Event::Answered(letter, outcome) => {
            match outcome.delivery {
                Delivery::Accepted => outcomes::left(step, letter, outcome)?,
                Delivery::Uncertain => outcomes::in_doubt(step, letter)?,
                _ => outcomes::refused(step, letter, outcome)?,
            }
            events::take_waiting(step, letter, outcome.provider_id.as_ref())
        }
        Event::PutBack(letter) => events::take_waiting(step, letter, None),
        Event::ProvidersTold(letters, told) => events::tell(step, letters, told),
        Event::ProviderWaits(letter, named) => events::take_waiting(step, letter, named),
        Event::WordWithdrawn(word, to) => notify::elsewhere(step, word, to),
        Event::LetterWithdrawn(letter, withdrawal) => holding::settle_withdrawn(step, letter, withdrawal),
        Event::AddressFree(case) => holding::restore_case(step, case),
        Event::MailReceived(came, message) => mail_received(step, came, message),
        Event::OptedOut(number) => opting_out::block(step, number),
        Event::ReplyCounted(case, reply) => replies::take_reply(step, case, reply, true),
        Event::ReplyFlagged(case, reply) => replies::take_reply(step, case, reply, false),
        Event::MayBeAnswered(case) => holding::hold_for_doubt(step, case.id),
        Event::SenderConfirmed(case, reply, answers) => replies::take_confirmed(step, case, reply, answers),
        Event::ReplyLinked(reply, answers) => replies::take_linked(step, reply, answers),
        Event::AnsweredElsewhere(case_id) => replies::answered_elsewhere(step, case_id),
        Event::ReportNamed(case, mail, letter) => reports::take_named_report(step, case, mail, letter),
        Event::ThreadChanged(case_id) => case_moves::refresh_awaiting(step, case_id),
    }
}

/// A mail came in: what it says of our letters, what it proves, and what a person's answer brings in each case that it concerns.
fn mail_received(step: &mut Step<'_>, came: CameIn<'_>, message: &NewInboundMessage) -> Result<(), StoreError> {
    let matched = came.matched;
    reports::take_notice(step, came)?;
    outcomes::settle_by_mail(step, matched.proves, matched.classification)?;
    outcomes::learn_alias_of_copy(step, came)?;
    if let (Some(case), Classification::Human, false) = (&matched.case, matched.classification, matched.is_repeated) {
        let confirmed = matched.case_match.is_some_and(|found| found.confirmed);
        replies::take_reply(step, case, Reply { id: came.message_id, answers: matched.answers }, confirmed)?;
    }
    if let (Some(case), false) = (&matched.case, matched.is_repeated)
        && matched.flags().any(|flag| flag == MailFlag::AutomaticByLabel)
    {
        notify::of_label(step, case, came.message_id)?;
    }
    replies::file_copies(step, came, message)
}

/// Settles a message whose fate nobody knew, with its attempt; says whether it was such a one.
pub(crate) fn settle(step: &mut Step<'_>, letter: &Message, outcome: &Outcome, why: Option<&Why<'_>>) -> Result<bool, StoreError> {
    outcomes::settle(step, letter, outcome, why)
}
