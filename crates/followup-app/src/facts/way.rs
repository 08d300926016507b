//! By which channel something goes by itself, and whether any reaches the reporter.

use std::collections::BTreeMap;

use followup_domain::asking::next_contact::{Way, first_way};
use followup_domain::asking::plan::PlannedChannel;
use followup_domain::asking::request::LetterKind;
use followup_domain::case::Case;
use followup_domain::contact::ContactPoint;
use followup_domain::message::Channel;
use followup_domain::ports::StoreError;

use super::reach::{channels, held_point, is_blocked};
use super::whatsapp::of_kind;
use crate::step::Step;

/// Whether a channel that has a transport reaches the reporter: at an address of the case that works, or a number, which may be written to.
pub(crate) fn is_reachable(step: &mut Step<'_>, case: &Case) -> Result<bool, StoreError> {
    if has_lane(step, Channel::Email) {
        for email in channels(step.policy(), &case.record).all_emails {
            if way_to(step, Channel::Email, &ContactPoint::Email(email))? == Way::Open {
                return Ok(true);
            }
        }
    }
    for channel in [Channel::Whatsapp, Channel::Sms] {
        if way_by(step, case, channel)? == Way::Open {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How things stand with a channel towards the reporter of a case.
pub(crate) fn way_by(step: &mut Step<'_>, case: &Case, channel: Channel) -> Result<Way, StoreError> {
    match channels(step.policy(), &case.record).point_for(channel) {
        Some(to) if has_lane(step, channel) => match way_to(step, channel, &to)? {
            Way::Open if !writes_by_itself(step, case, channel)? => Ok(Way::Shut),
            way => Ok(way),
        },
        _ => Ok(Way::None),
    }
}

/// The channel by which something goes by itself, as things stand: the first of the unit's order that reaches the reporter.
pub(crate) fn first_channel(step: &mut Step<'_>, case: &Case) -> Result<Channel, StoreError> {
    best_way(step, case).map(|(channel, _)| channel)
}

/// The same, if it reaches him.
pub(crate) fn open_channel(step: &mut Step<'_>, case: &Case) -> Result<Option<Channel>, StoreError> {
    best_way(step, case).map(|(channel, way)| (way == Way::Open).then_some(channel))
}

fn best_way(step: &mut Step<'_>, case: &Case) -> Result<(Channel, Way), StoreError> {
    let order = &step.policy().channel_order;
    let mut ways = BTreeMap::new();
    for channel in order {
        let way = way_by(step, case, *channel)?;
        ways.insert(*channel, way);
        if way == Way::Open {
            break;
        }
    }
    let way = |channel| ways.get(&channel).copied().unwrap_or(Way::None);
    let first = first_way(order, way);
    Ok((first, way(first)))
}

/// The channel of a scheduled contact, as things stand.
pub(crate) fn channel_of(step: &mut Step<'_>, case: &Case, planned: PlannedChannel) -> Result<Channel, StoreError> {
    planned.decided().map_or_else(|| first_channel(step, case), Ok)
}

/// Whether a channel has a transport. A staging system has one address that everything goes to, and no number.
fn has_lane(step: &Step<'_>, channel: Channel) -> bool {
    step.deployment.senders.of(channel).is_some() && (channel == Channel::Email || step.policy().redirect_to.is_none())
}

/// Whether the service may write by a channel of itself: by WhatsApp with a template that its provider lets it send, the one that would be next.
fn writes_by_itself(step: &mut Step<'_>, case: &Case, channel: Channel) -> Result<bool, StoreError> {
    if channel != Channel::Whatsapp {
        return Ok(true);
    }
    let kind = if step.tx.requests().asked(case.id)?.is_empty() { LetterKind::Request } else { LetterKind::Reminder };
    Ok(of_kind(step, kind)?.refusal().is_none())
}

fn way_to(step: &mut Step<'_>, channel: Channel, to: &ContactPoint) -> Result<Way, StoreError> {
    if is_blocked(step, to.as_str())? {
        return Ok(Way::Blocked);
    }
    Ok(if held_point(step, channel, to)?.is_some() { Way::Held } else { Way::Open })
}
