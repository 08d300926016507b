//! What mail servers and other automata say of our letters has its effects on letter, attempt, address and plan.

use chrono::{DateTime, Duration, Utc};
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::asking::reason::{Because, Why};
use followup_domain::asking::waiting::Exchange;
use followup_domain::case::{Case, FollowupStatus};
use followup_domain::contact::{Permanence, failure_key};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::mail::bounce::{FailedAddress, LetterReport, MailNotice, SOFT_FAILURES, report_on_unknown};
use followup_domain::mail::inbound::ParsedMail;
use followup_domain::mail::report::ReportAction;
use followup_domain::message::{Channel, Classification, Delivery, Direction, Message, MessageKind};
use followup_domain::ports::{Outcome, StoreError, of_one};
use followup_words::reasons::told;
use followup_words::trail::{ANSWERED_BY_ITSELF, LATER_ONE_ARRIVED};

use super::asking::queue_automatic;
use super::{holding, notify};
use crate::facts::matching::Matched;
use crate::facts::reach::held_for;
use crate::facts::reports::{
    Reported, another_address, automatic_answer_from, is_report, report_on_letter, reported_letter, why_failed, wrote_after,
};
use crate::moves::address::Learned;
use crate::moves::delivery::Reporting;
use crate::moves::{address, attempt, case as case_moves, delivery, received};
use crate::step::Step;

/// An automatic request that did not arrive for the moment is repeated after so long: a mailbox is seldom emptied within the hour.
const REPEATED_AFTER: Duration = Duration::days(2);

/// A mail that came in, as it is stored.
#[derive(Clone, Copy)]
pub(crate) struct CameIn<'a> {
    /// Its message.
    pub(crate) message_id: MessageId,
    /// What it says.
    pub(crate) mail: &'a ParsedMail,
    /// Where it belongs.
    pub(crate) matched: &'a Matched,
    /// When it arrived (UTC).
    pub(crate) arrived_at: DateTime<Utc>,
}

/// Keeps what an automatic mail says, and gives a report its effects. A mail that names no message of ours is only shown: whoever knows
/// a Message-ID has seen the letter, or is on its way. The case, if any, is locked, and that of a notification.
pub(super) fn take_notice(step: &mut Step<'_>, came: CameIn<'_>) -> Result<(), StoreError> {
    let CameIn { message_id, mail, matched, arrived_at } = came;
    if matches!(matched.classification, Classification::Human | Classification::Echo) {
        return Ok(());
    }
    let about = reported_letter(step, mail, matched)?;
    let report = match &about {
        _ if !is_report(matched.classification) => None,
        Some(letter) => report_on_letter(mail, matched.classification, letter),
        None => report_on_unknown(&mail.recipients),
    };
    let notice = MailNotice {
        message_id,
        why: mail.classification_reason.to_owned(),
        about: about.as_ref().map(|letter| letter.id),
        report: report.clone(),
        returns_on: mail.returns_on,
    };
    received::notice(step, &notice)?;
    if let Some(from) = automatic_answer_from(mail, matched) {
        clear_by_arrival(step, (Channel::Email, from), ANSWERED_BY_ITSELF, arrived_at)?;
    }
    let Some(letter) = about else { return Ok(()) };
    let reported = report.as_ref().map(|report| Reported { report, arrived_at });
    match (&matched.case, reported) {
        (None, Some(reported)) if letter.kind == MessageKind::Notification => take_report_on_notification(step, &letter, reported),
        (Some(case), _) if letter.kind == MessageKind::Notification || letter.case_id != Some(case.id) => Ok(()),
        (Some(case), Some(reported)) => apply_report(step, case.id, &letter, reported),
        (Some(case), None) if matched.classification == Classification::Complaint => notify::of_complaint(step, case, letter.id),
        _ => Ok(()),
    }
}

/// A person says about which letter of the case an automatic mail is: what it reports has its effects, under his name. The case is locked,
/// and the mail is its. `parsed`: the mail as it reads; it was understood when it came, and recipients are not kept, for a letter has one.
pub(super) fn take_named_report(
    step: &mut Step<'_>,
    case: &Case,
    (mail, parsed): (&Message, Option<&ParsedMail>),
    letter: MessageId,
) -> Result<(), StoreError> {
    let (Some(classification), Some(parsed)) = (mail.classification.filter(|it| is_report(*it)), parsed) else { return Ok(()) };
    let Some(letter) = step.tx.messages().find(letter)?.filter(|letter| letter.direction == Direction::Out) else { return Ok(()) };
    let Some(report) = report_on_letter(parsed, classification, &letter) else { return Ok(()) };
    if !received::name_notice(step, mail.id, letter.id, &report)? {
        return Ok(());
    }
    apply_report(step, case.id, &letter, Reported { report: &report, arrived_at: mail.created_at })
}

/// A message that left just now may have been reported on before: the report was quicker than the record.
pub(super) fn apply_earlier_reports(step: &mut Step<'_>, message: &Message) -> Result<(), StoreError> {
    let Some(case_id) = message.case_id else { return Ok(()) };
    for notice in step.tx.notices().about(message.id)? {
        let Some(report) = &notice.report else { continue };
        let arrived_at = step.tx.messages().find(notice.message_id)?.map_or(step.now, |mail| mail.created_at);
        if let Some(letter) = step.tx.messages().find(message.id)? {
            apply_report(step, case_id, &letter, Reported { report, arrived_at })?;
        }
    }
    Ok(())
}

/// What a report says of a letter of this case, with all that follows. The case is locked. What it said before, or what the
/// reporter proved wrong by answering, changes nothing.
pub(super) fn apply_report(step: &mut Step<'_>, case_id: CaseId, letter: &Message, reported: Reported<'_>) -> Result<(), StoreError> {
    match reported.report.action {
        _ if letter.kind == MessageKind::Notification => take_report_on_notification(step, letter, reported),
        ReportAction::Failed => match step.tx.cases().find(case_id)? {
            Some(case) => take_bounce(step, &case, letter, reported),
            None => Ok(()),
        },
        ReportAction::Delivered | ReportAction::Expanded | ReportAction::Read => take_delivery(step, case_id, letter, reported),
        // Some server goes on trying, or tells no more: nothing is known of its end.
        _ => Ok(()),
    }
}

/// The letter did not arrive: it has failed, with its attempt; what it asked is not asked; its address is known to fail.
fn take_bounce(step: &mut Step<'_>, case: &Case, letter: &Message, reported: Reported<'_>) -> Result<(), StoreError> {
    let Some(why) = why_failed(letter, reported.report).map(Why::from) else { return Ok(()) };
    if !record_bounce(step, letter, &why, reported)? {
        return learn_more(step, case, letter, reported);
    }
    delivery::release_automatic(step, case.id, letter.id)?;
    attempt::change_of(step, letter, AttemptStatus::Failed, Some(why.clone()))?;
    learn_of_address(step, case, letter, reported)?;
    case_moves::refresh_awaiting(step, case.id)?;
    repeat_request(step, case, letter, reported.report)?;
    notify::of_bounce(step, case, letter.id, &told(&why))
}

fn record_bounce(step: &mut Step<'_>, letter: &Message, why: &Why<'_>, reported: Reported<'_>) -> Result<bool, StoreError> {
    let outcome = Outcome { error: Some(why.stored()), ..Outcome::of(Delivery::Bounced, step.now) };
    let another = another_address(letter, reported.report);
    of_one(delivery::report(step, &[Reporting { letter, outcome: &outcome, why, another }])?)
}

/// What the report says of the address, if it says anything; says whether the address is held since.
fn learn_of_address(step: &mut Step<'_>, case: &Case, letter: &Message, reported: Reported<'_>) -> Result<bool, StoreError> {
    let Some(failure) = reported.report.failure_of_the_address() else { return Ok(false) };
    let another = another_address(letter, reported.report);
    address_failed(step, case, letter, &Learned { failure, reported: another, at: reported.arrived_at })
}

/// A letter to an address failed: the address is known to, and where nothing goes to it any more, what the case still had for it
/// waits. Says whether it is held since. The case is locked.
pub(super) fn address_failed(step: &mut Step<'_>, case: &Case, letter: &Message, learned: &Learned<'_>) -> Result<bool, StoreError> {
    let Some(to) = letter.content.to.as_deref() else { return Ok(false) };
    step.tx.automatics().lock_address(to)?;
    if wrote_after(step, case.id, to, learned.at)? {
        return Ok(false);
    }
    let is_held_since = address::fail(step, (letter.channel, to), letter, learned)?;
    if letter.kind != MessageKind::Notification
        && case.followup_status == FollowupStatus::Open
        && let Some(held) = held_for(step, case, letter.channel)?
    {
        let goes_on = holding::go_another_way(step, case, letter)?;
        holding::hold_for_address(step, case, (letter.channel, &held), goes_on)?;
    }
    Ok(is_held_since)
}

/// A mailbox that was full may be emptied: the automatic request is made once more, until its address is held or so many came
/// back. When another address failed, ours may have kept a copy.
fn repeat_request(step: &mut Step<'_>, case: &Case, letter: &Message, report: &LetterReport) -> Result<(), StoreError> {
    let may_pass = report.failure_of_the_address().is_some_and(|failure| failure.permanence == Permanence::Soft);
    if letter.kind != MessageKind::AutomaticRequest || !may_pass || another_address(letter, report).is_some() {
        return Ok(());
    }
    let came_back = |exchange: &&Exchange| exchange.kind == MessageKind::AutomaticRequest && exchange.delivery == Some(Delivery::Bounced);
    let returned = step.tx.exchanges().list(case.id)?.iter().filter(came_back).count();
    if returned >= usize::try_from(SOFT_FAILURES).unwrap_or(usize::MAX) {
        return Ok(());
    }
    let earliest = step.now + REPEATED_AFTER;
    queue_automatic(step, case, earliest)
}

/// A second report on the same letter may say for good what the first one left open.
fn learn_more(step: &mut Step<'_>, case: &Case, letter: &Message, reported: Reported<'_>) -> Result<(), StoreError> {
    let is_for_good = reported.report.failure.as_ref().filter(|failure| failure.permanence == Permanence::Hard);
    let (Some(to), Some(failure)) = (letter.content.to.as_deref(), is_for_good) else { return Ok(()) };
    match step.tx.addresses().find(&failure_key(letter.channel, to))? {
        Some(known) if known.message_id == Some(letter.id) && !known.held => {
            if learn_of_address(step, case, letter, reported)? {
                notify::of_held(step, case, letter.id, &followup_words::failures::told(failure))?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The letter arrived, or was read.
fn take_delivery(step: &mut Step<'_>, case_id: CaseId, letter: &Message, reported: Reported<'_>) -> Result<(), StoreError> {
    let arrival = Arrival { letter, is_read: reported.report.action == ReportAction::Read };
    if !of_one(record_arrivals(step, &[arrival])?)? {
        return Ok(());
    }
    if matches!(letter.delivery, Some(Delivery::Uncertain | Delivery::Bounced | Delivery::Rejected)) {
        case_moves::begin_progress(step, letter)?;
        attempt::change_of(step, letter, AttemptStatus::Sent, Some(arrival.because().into()))?;
    }
    let arrived_there = matches!(reported.report.action, ReportAction::Delivered | ReportAction::Read);
    if let Some(to) = letter.content.to.as_deref().filter(|_| arrived_there && another_address(letter, reported.report).is_none()) {
        clear_by_arrival(step, (letter.channel, to), LATER_ONE_ARRIVED, reported.arrived_at)?;
    }
    if is_waited_for(letter) { Ok(()) } else { case_moves::refresh_awaiting(step, case_id) }
}

/// Whether a letter is known to have left: it is waited for since then, and that it arrived changes nothing of its case.
pub(super) fn is_waited_for(letter: &Message) -> bool {
    letter.case_id.is_some() && letter.kind != MessageKind::Notification && letter.delivery.is_some_and(Delivery::reached_the_transport)
}

/// A letter arrived at its own address, or was read there.
#[derive(Clone, Copy)]
pub(super) struct Arrival<'a> {
    /// The letter, as it is.
    pub(super) letter: &'a Message,
    /// It was read.
    pub(super) is_read: bool,
}

impl Arrival<'_> {
    fn because(self) -> Because {
        if self.is_read { Because::Read } else { Because::Delivered }
    }
}

/// Letters arrived that are known to have left, each with when that was told. Their cases are locked.
pub(super) fn take_arrivals(step: &mut Step<'_>, arrivals: &[(Arrival<'_>, DateTime<Utc>)]) -> Result<(), StoreError> {
    if arrivals.is_empty() {
        return Ok(());
    }
    let letters: Vec<Arrival<'_>> = arrivals.iter().map(|(arrival, _)| *arrival).collect();
    let news = record_arrivals(step, &letters)?;
    let news = arrivals.iter().zip(news).filter(|(_, is_news)| *is_news).map(|(arrival, _)| arrival);
    // In the order of the addresses, because one that works again is locked.
    let mut reached: Vec<(&str, Channel, DateTime<Utc>)> =
        news.filter_map(|(arrival, at)| Some((arrival.letter.content.to.as_deref()?, arrival.letter.channel, *at))).collect();
    reached.sort_by_key(|(to, ..)| to.to_lowercase());
    let keys: Vec<String> = reached.iter().map(|(to, channel, _)| failure_key(*channel, to)).collect();
    let known = step.tx.addresses().list_known(&keys.iter().map(String::as_str).collect::<Vec<_>>())?;
    for ((to, channel, at), _) in reached.into_iter().zip(&keys).filter(|(_, key)| known.contains(&key.to_lowercase())) {
        clear_by_arrival(step, (channel, to), LATER_ONE_ARRIVED, at)?;
    }
    Ok(())
}

fn record_arrivals(step: &mut Step<'_>, arrivals: &[Arrival<'_>]) -> Result<Vec<bool>, StoreError> {
    let [delivered, read] = [Delivery::Delivered, Delivery::Read].map(|delivery| Outcome::of(delivery, step.now));
    let because: Vec<Why<'_>> = arrivals.iter().map(|arrival| arrival.because().into()).collect();
    let outcome_of = |arrival: &Arrival<'_>| if arrival.is_read { &read } else { &delivered };
    let each = arrivals.iter().zip(&because);
    let reports: Vec<Reporting<'_>> =
        each.map(|(arrival, why)| Reporting { letter: arrival.letter, outcome: outcome_of(arrival), why, another: None }).collect();
    delivery::report(step, &reports)
}

/// Word to the unit did not arrive: it has failed, and its address is known to fail, so that later ones go to `NOTIFY_EMAIL`. Its case
/// is locked.
fn take_report_on_notification(step: &mut Step<'_>, letter: &Message, reported: Reported<'_>) -> Result<(), StoreError> {
    let (ReportAction::Failed, Some(why)) = (reported.report.action, why_failed(letter, reported.report)) else { return Ok(()) };
    let Some(case_id) = letter.case_id else { return Ok(()) };
    if !record_bounce(step, letter, &why.into(), reported)? {
        return Ok(());
    }
    tracing::warn!(message_id = letter.id.0, "a notification to the unit came back");
    match step.tx.cases().find(case_id)? {
        Some(case) => learn_of_address(step, &case, letter, reported).map(drop),
        None => Ok(()),
    }
}

/// Something reached the address, or its server answers for it: what failed there for the moment is over.
fn clear_by_arrival(
    step: &mut Step<'_>,
    (channel, address): (Channel, &str),
    reason: &str,
    arrived_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let is_over = |known: &FailedAddress| known.failure.permanence == Permanence::Soft && known.at <= arrived_at;
    address::clear(&mut step.by_itself(), (channel, address), reason, &is_over).map(drop)
}
