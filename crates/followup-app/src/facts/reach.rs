//! Where the reporter, and the unit, can be written to; and where not.

use chrono::{DateTime, Utc};
use followup_domain::case::{Case, CaseRecord};
use followup_domain::contact::{Channels, EmailAddress, channels_of};
use followup_domain::mail::bounce::FailedAddress;
use followup_domain::message::Channel;
use followup_domain::policy::FollowupPolicy;
use followup_domain::ports::StoreError;

use crate::step::Step;

/// How the reporter of a case can be reached.
pub(crate) fn channels(policy: &FollowupPolicy, record: &CaseRecord) -> Channels {
    channels_of(
        record.reportante_contacto.as_deref(),
        record.reportante_email.as_deref(),
        record.reportante_telefono.as_deref(),
        policy.country,
    )
}

/// The address that letters of a case are for, whoever gets them on a staging system.
pub(crate) fn email_of(step: &Step<'_>, case: &Case) -> Option<EmailAddress> {
    channels(step.policy(), &case.record).email
}

/// What is known of the address that letters of this case go to, if nothing goes to it by itself.
pub(crate) fn held_address(step: &mut Step<'_>, case: &Case) -> Result<Option<FailedAddress>, StoreError> {
    let Some(to) = email_of(step, case) else { return Ok(None) };
    let to = step.policy().redirect_to.as_ref().unwrap_or(&to);
    held(step, to)
}

/// What is known of an address, if nothing goes to it by itself.
pub(crate) fn held(step: &mut Step<'_>, address: &EmailAddress) -> Result<Option<FailedAddress>, StoreError> {
    Ok(step.tx.addresses().find(address.as_str())?.filter(|known| known.held))
}

/// When an address or number wrote last by a channel, if it ever did (UTC).
pub(crate) fn last_heard(step: &mut Step<'_>, channel: Channel, address: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
    step.tx.exchanges().last_heard(channel, address)
}

/// Whether an address or number asked not to be written to.
pub(crate) fn is_blocked(step: &mut Step<'_>, address: &str) -> Result<bool, StoreError> {
    Ok(step.tx.do_not_contact().find_blocked(address)?.is_some())
}

/// Whether a channel that has a transport reaches the reporter: at an address of the case that works, or a number, which may be written to.
pub(crate) fn is_reachable(step: &mut Step<'_>, case: &Case) -> Result<bool, StoreError> {
    let channels = channels(step.policy(), &case.record);
    let has_lane = |step: &Step<'_>, channel| step.deployment.senders.of(channel).is_some();
    if has_lane(step, Channel::Email) {
        for email in &channels.all_emails {
            let goes_to = step.policy().redirect_to.as_ref().unwrap_or(email);
            if !is_blocked(step, email.as_str())? && held(step, goes_to)?.is_none() {
                return Ok(true);
            }
        }
    }
    // A staging system has one address that everything goes to, and no number.
    let texts =
        [Channel::Whatsapp, Channel::Sms].into_iter().filter(|channel| has_lane(step, *channel) && step.policy().redirect_to.is_none());
    for number in texts.filter_map(|channel| channels.point_for(channel)).collect::<Vec<_>>() {
        if !is_blocked(step, number.as_str())? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Who of the unit is told of a case: the evaluator, else `NOTIFY_EMAIL`.
pub(crate) fn told_of(step: &mut Step<'_>, case: &Case) -> Result<Option<EmailAddress>, StoreError> {
    match case.record.evaluador_email.as_deref().and_then(|address| EmailAddress::parse(address).ok()) {
        Some(evaluator) => in_the_unit(step, &evaluator).map(Some),
        None => Ok(step.policy().notify_to.clone()),
    }
}

/// Where word to somebody of the unit goes: to him; where letters to him came back, to `NOTIFY_EMAIL`, which is the last resort.
pub(crate) fn in_the_unit(step: &mut Step<'_>, somebody: &EmailAddress) -> Result<EmailAddress, StoreError> {
    match &step.policy().notify_to {
        Some(unit) if held(step, somebody)?.is_some() => Ok(unit.clone()),
        _ => Ok(somebody.clone()),
    }
}

/// Whether the case knows an address: one of its contact, or one it has exchanged mail with.
pub(crate) fn knows_address(step: &mut Step<'_>, case: &Case, address: &str) -> Result<bool, StoreError> {
    let channels = channels(step.policy(), &case.record);
    let mut contacts = channels.all_emails.iter().chain(&channels.set_aside);
    let is_contact = EmailAddress::parse(address).is_ok_and(|from| contacts.any(|contact| contact.same_mailbox(&from)));
    let is_contact = is_contact || channels.all_phones.iter().any(|number| number.as_e164() == address);
    Ok(is_contact || step.tx.exchanges().knows_address(case.id, address)?)
}
