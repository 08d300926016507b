//! What the gate needs to know of messages, gathered by one function for every path, and what becomes of a letter that it lets through.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use followup_domain::asking::gate::{Fact, GateFacts, Stage, Verdict, gate, looks_at};
use followup_domain::asking::missing::MissingItem;
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::asking::reason::{StopReason, WaitReason};
use followup_domain::case::{Case, FollowupStatus};
use followup_domain::contact::{ContactPoint, EmailAddress, PhoneNumber};
use followup_domain::ids::MessageId;
use followup_domain::mail::bounce::FailedAddress;
use followup_domain::message::{Channel, Message, MessageContent, MessageKind};
use followup_domain::policy::FollowupPolicy;
use followup_domain::ports::StoreError;

use super::asked::{asked_by, asked_lately, asked_paths, request_in_place_of};
use super::attempts::replaces_what_is_settled;
use super::open_items::{open_items, told_already};
use super::reach::{channels, held_point, is_blocked};
use super::whatsapp::free_text_until;
use super::wording::write_letter;
use crate::step::Step;

/// A message at the gate. Its case is locked.
#[derive(Clone, Copy)]
pub(crate) struct AtGate<'a> {
    /// Its case.
    pub(crate) case: &'a Case,
    /// What it is.
    pub(crate) kind: MessageKind,
    /// By which channel it goes.
    pub(crate) channel: Channel,
    /// When it is looked at.
    pub(crate) stage: Stage,
    /// The message, once it is stored.
    pub(crate) message: Option<&'a Message>,
    /// A person writes to a failing address all the same.
    pub(crate) overriding: bool,
    /// The message of which it reminds.
    pub(crate) reminds: Option<MessageId>,
    /// It is a provider's template, which its channel takes at any time.
    pub(crate) is_template: bool,
}

impl<'a> AtGate<'a> {
    /// One that is to enter the queue.
    pub(crate) fn queue(case: &'a Case, kind: MessageKind, channel: Channel) -> Self {
        Self { case, kind, channel, stage: Stage::Queue, message: None, overriding: false, reminds: None, is_template: false }
    }

    /// One that is stored.
    pub(crate) fn stored(case: &'a Case, message: &'a Message, stage: Stage) -> Self {
        let (kind, channel, reminds) = (message.kind, message.channel, message.reminder_of);
        let is_template = message.content.template.is_some();
        Self { case, kind, channel, stage, message: Some(message), overriding: false, reminds, is_template }
    }

    /// The address or number that it goes to: as it was written, or as the case has it.
    fn goes_to<'t>(&self, point: Option<&'t ContactPoint>) -> Option<&'t str>
    where
        'a: 't,
    {
        let written = self.message.and_then(|message| message.content.to.as_deref());
        written.or(point.map(ContactPoint::as_str))
    }

    /// The message, where a person wrote it and it was taken from the queue.
    fn written_by_hand(&self) -> Option<&'a Message> {
        self.message.filter(|_| self.kind == MessageKind::Manual && self.stage == Stage::Claim)
    }

    fn looks_at(&self, fact: Fact) -> bool {
        looks_at(self.kind, self.stage, fact)
    }
}

/// What is known of a message at the gate.
pub(crate) struct Gathered<'p> {
    kind: MessageKind,
    stage: Stage,
    /// What the gate looks at.
    pub(crate) facts: GateFacts<'p>,
    /// The items that a letter may ask for; of an automatic request, those that no letter has asked for.
    pub(crate) asks: Vec<MissingItem>,
    /// The reporter's address or number for the channel.
    pub(crate) point: Option<ContactPoint>,
    /// The request that counts in place of a plan's first letter.
    pub(crate) counted: Option<MessageId>,
}

impl Gathered<'_> {
    /// Whether the message may go.
    pub(crate) fn verdict(&self) -> Verdict {
        gate(&self.facts, self.kind, self.stage)
    }

    /// What withdrawing the message means.
    fn withdrawal(&self, why: StopReason, attempt: AttemptStatus) -> Withdrawal {
        let counted = self.counted.filter(|_| why == StopReason::AskedMeanwhile);
        let held = self.facts.held.as_ref().filter(|_| matches!(why, StopReason::AddressFails(_)));
        Withdrawal { address: held.map(|known| known.address.clone()), why, attempt, counted }
    }
}

/// Why a letter is not sent at all, and what that means.
#[derive(Debug, Clone)]
pub(crate) struct Withdrawal {
    /// Why.
    pub(crate) why: StopReason,
    /// What its attempt becomes.
    pub(crate) attempt: AttemptStatus,
    /// The message that counts in its place.
    pub(crate) counted: Option<MessageId>,
    /// The address that it waits for.
    pub(crate) address: Option<String>,
}

/// Gathers what the gate looks at, of each message: not more than decides about its kind at its stage.
pub(crate) fn gather<'p>(step: &mut Step<'p>, messages: &[AtGate<'_>]) -> Result<Vec<Gathered<'p>>, StoreError> {
    messages.iter().map(|message| gather_one(step, message)).collect()
}

/// The same of one message, a batch of one.
pub(crate) fn of<'p>(step: &mut Step<'p>, message: AtGate<'_>) -> Result<Gathered<'p>, StoreError> {
    gather(step, &[message])?.pop().ok_or_else(|| StoreError::Refused("nothing was gathered of a message".into()))
}

fn gather_one<'p>(step: &mut Step<'p>, at: &AtGate<'_>) -> Result<Gathered<'p>, StoreError> {
    let (case, policy) = (at.case, step.policy());
    let point = recipient(policy, at);
    // A staging system has one address that everything goes to, and no number.
    let is_redirected = policy.redirect_to.is_some() && at.channel != Channel::Email;
    let mut facts = GateFacts {
        closed: case.followup_status == FollowupStatus::Closed,
        recipient: point.is_some(),
        overriding: at.overriding,
        transport: step.deployment.senders.of(at.channel).is_some() && !is_redirected,
        automatic_wanted: policy.automatic_requests,
        admits_automatic: case.accepts_automatic_requests(),
        window: policy.window.as_ref(),
        delay_until: delay_until(case, at.message, step.now, policy.automatic_delay),
        ..GateFacts::free(step.now, at.channel)
    };
    let mut asks = Vec::new();
    if at.looks_at(Fact::OpenItems) || at.looks_at(Fact::NotAsked) {
        asks = open_items(step, case)?;
        facts.open_items = !asks.is_empty();
    }
    // What an answer tells is not asked again by itself.
    if matches!(at.kind, MessageKind::AutomaticRequest | MessageKind::PlanLetter) && !asks.is_empty() {
        let told = told_already(step, case)?;
        let untold = |item: &MissingItem| !told.contains(&item.path);
        facts.answer_tells = at.looks_at(Fact::AnswerTells) && !asks.iter().any(untold);
        asks.retain(untold);
    }
    if at.looks_at(Fact::NotAsked) {
        let asked: BTreeSet<_> = asked_paths(step, case)?;
        asks.retain(|item| !asked.contains(&item.path));
        facts.not_asked = !asks.is_empty();
    }
    if let Some(to) = &point
        && at.looks_at(Fact::Blocked)
    {
        facts.blocked = is_blocked(step, to.as_str())?;
    }
    if let Some(to) = &point
        && at.looks_at(Fact::Held)
    {
        // What was known when a person wrote was said to them.
        let is_news = |known: &FailedAddress| at.written_by_hand().is_none_or(|message| known.at > message.created_at);
        facts.held = held_point(step, at.channel, to)?.filter(is_news);
    }
    if at.looks_at(Fact::FreeText) && at.channel == Channel::Whatsapp && !at.is_template {
        facts.outside_window = takes_no_free_text(step, at, point.as_ref())?;
    }
    if at.looks_at(Fact::ActivePlan) {
        facts.active_plan = step.tx.plans().find_active(case.id)?.is_some();
    }
    if at.looks_at(Fact::Unattended) {
        facts.unattended = step.tx.answers().has_unattended(case.id)?;
    }
    if at.looks_at(Fact::Queued) {
        facts.queued = step.tx.automatics().queued(case.id)?.is_some();
    }
    if at.looks_at(Fact::Cap) {
        facts.cap_reached = had_enough(step, at, point.as_ref())?;
    }
    if at.looks_at(Fact::AskedLately) {
        let asks = match at.message.filter(|_| at.stage == Stage::Door) {
            Some(written) => asked_by(step, case, written.id)?.iter().filter_map(|item| item.path_in(&case.record)).collect(),
            None => asks.iter().map(|item| item.path.clone()).collect(),
        };
        facts.asked_lately_until = asked_lately(step, case, at.message, &asks)?;
    }
    let mut counted = None;
    if let Some(message) = at.message {
        facts.human_reply_since = at.looks_at(Fact::Reply) && step.tx.exchanges().has_human_reply_after(case.id, message.id)?;
        facts.attempt_settled = at.looks_at(Fact::AttemptSettled) && replaces_what_is_settled(step, message)?;
        if at.looks_at(Fact::AskedMeanwhile) {
            counted = request_in_place_of(step, case, message)?;
            facts.asked_meanwhile = counted.is_some();
        }
    }
    if let Some(reminded) = at.reminds
        && at.looks_at(Fact::Reminder)
    {
        facts.reminds = true;
        facts.unattended = step.tx.answers().has_unattended(case.id)?;
        facts.human_reply_since = step.tx.exchanges().has_human_reply_after(case.id, reminded)?;
    }
    Ok(Gathered { kind: at.kind, stage: at.stage, facts, asks, point, counted })
}

/// Where a message goes: the address or number that the case has for its channel. What a person wrote is addressed for good once it stands in the
/// queue; on a staging system that address is another one.
fn recipient(policy: &FollowupPolicy, at: &AtGate<'_>) -> Option<ContactPoint> {
    let written = at.written_by_hand().filter(|_| policy.redirect_to.is_none()).and_then(|message| message.content.to.as_deref());
    let written = written.and_then(|to| match at.channel {
        Channel::Email => EmailAddress::parse(to).ok().map(ContactPoint::Email),
        _ => PhoneNumber::parse(to, policy.country).ok().map(ContactPoint::Phone),
    });
    written.or_else(|| channels(policy, &at.case.record).point_for(at.channel))
}

/// Whether as many automatic letters as the cap allows went to an address in a day. Looked at when a letter is claimed, and again
/// under the address's lock when it is about to leave: another process may have sent one meanwhile.
fn had_enough(step: &mut Step<'_>, at: &AtGate<'_>, to: Option<&ContactPoint>) -> Result<bool, StoreError> {
    let policy = step.policy();
    let Some(cap) = policy.daily_cap_per_address.filter(|_| policy.redirect_to.is_none()) else { return Ok(false) };
    let Some(address) = at.goes_to(to) else { return Ok(false) };
    let since = step.now - Duration::days(1);
    Ok(step.tx.automatics().count_to(address, since)? >= i64::from(cap))
}

/// Whether WhatsApp takes only templates to the recipient. Who has no number is told so by another row.
fn takes_no_free_text(step: &mut Step<'_>, at: &AtGate<'_>, to: Option<&ContactPoint>) -> Result<bool, StoreError> {
    let Some(number) = at.goes_to(to) else { return Ok(false) };
    Ok(free_text_until(step, number)?.is_none_or(|until| step.now >= until))
}

/// Until when the delay lasts after the last automatic letter of the case, if that is another one. An instant that lies further ahead
/// than the delay is of a clock that ran ahead.
fn delay_until(case: &Case, message: Option<&Message>, now: DateTime<Utc>, delay: Duration) -> Option<DateTime<Utc>> {
    let last = case.last_automatic.as_ref().filter(|last| message.is_none_or(|message| message.id != last.message_id))?;
    (last.at > now - delay && last.at <= now + delay).then(|| last.at + delay)
}

/// What to do with a letter.
pub(crate) enum Decision {
    /// Send it: what it says, and what it asks for.
    Send {
        /// The letter.
        content: MessageContent,
        /// The items it asks for.
        asks: Vec<MissingItem>,
    },
    /// Not yet.
    PutOff {
        /// Until when (UTC).
        until: DateTime<Utc>,
        /// Why.
        reason: WaitReason,
    },
    /// Not at all.
    Withdraw(Withdrawal),
}

/// Asks the gate about a claimed letter, and writes it from the case as it is now.
pub(crate) fn decide(step: &mut Step<'_>, case: &Case, message: &Message) -> Result<Decision, StoreError> {
    let known = of(step, AtGate::stored(case, message, Stage::Claim))?;
    let to = match (known.verdict(), &known.point) {
        (Verdict::Go, Some(to)) => to,
        (Verdict::Go, None) => {
            return Ok(Decision::Withdraw(known.withdrawal(StopReason::NoAddress(message.channel), AttemptStatus::Failed)));
        }
        (Verdict::Wait { until, reason }, _) => return Ok(Decision::PutOff { until, reason }),
        (Verdict::Stop { reason, attempt }, _) => return Ok(Decision::Withdraw(known.withdrawal(reason, attempt))),
    };
    Ok(match write_letter(step, case, (&known.asks, message.channel), to)? {
        Ok(content) => Decision::Send { content, asks: known.asks },
        Err(reason) => Decision::Withdraw(known.withdrawal(reason, AttemptStatus::Failed)),
    })
}

/// Asks the gate about a message that is about to leave: what came in while the transport was being prepared.
pub(crate) fn at_the_door(step: &mut Step<'_>, case: &Case, message: &Message) -> Result<Option<Decision>, StoreError> {
    let known = of(step, AtGate::stored(case, message, Stage::Door))?;
    Ok(match known.verdict() {
        Verdict::Go => None,
        Verdict::Wait { until, reason } => Some(Decision::PutOff { until, reason }),
        Verdict::Stop { reason, attempt } => Some(Decision::Withdraw(known.withdrawal(reason, attempt))),
    })
}
