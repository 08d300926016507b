//! Where the reporter, and the unit, can be written to; and where not.

use chrono::{DateTime, Utc};
use followup_domain::case::{Case, CaseRecord};
use followup_domain::contact::{Channels, ContactPoint, E164, EmailAddress, channels_of, failure_key};
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

/// What is known of the address or number that messages of this case go to by a channel, if nothing goes to it by itself.
pub(crate) fn held_for(step: &mut Step<'_>, case: &Case, channel: Channel) -> Result<Option<FailedAddress>, StoreError> {
    match channels(step.policy(), &case.record).point_for(channel) {
        Some(to) => held_point(step, channel, &to),
        None => Ok(None),
    }
}

/// The same of an address or number; on a staging system, of the address that everything goes to.
pub(crate) fn held_point(step: &mut Step<'_>, channel: Channel, to: &ContactPoint) -> Result<Option<FailedAddress>, StoreError> {
    let goes_to = match (to, &step.policy().redirect_to) {
        (ContactPoint::Email(_), Some(redirect)) => redirect.as_str(),
        _ => to.as_str(),
    };
    held(step, &failure_key(channel, goes_to))
}

/// What is known of an address or number, if nothing goes to it by itself.
pub(crate) fn held(step: &mut Step<'_>, address: &str) -> Result<Option<FailedAddress>, StoreError> {
    Ok(step.tx.addresses().find(address)?.filter(|known| known.held))
}

/// A number in every spelling that is known of it; an address as it is.
pub(crate) fn spellings(contact: &str) -> Vec<String> {
    match E164::parse(contact) {
        Some(number) => number.spellings().iter().map(|spelling| spelling.as_str().to_owned()).collect(),
        None => vec![contact.to_owned()],
    }
}

/// When an address or number wrote last by a channel, if it ever did (UTC).
pub(crate) fn last_heard(step: &mut Step<'_>, channel: Channel, address: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
    let mut last = None;
    for spelling in spellings(address) {
        last = last.max(step.tx.exchanges().last_heard(channel, &spelling)?);
    }
    Ok(last)
}

/// Whether an address or number asked not to be written to.
pub(crate) fn is_blocked(step: &mut Step<'_>, address: &str) -> Result<bool, StoreError> {
    for spelling in spellings(address) {
        if step.tx.do_not_contact().find_blocked(&spelling)?.is_some() {
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
        Some(unit) if held(step, somebody.as_str())?.is_some() => Ok(unit.clone()),
        _ => Ok(somebody.clone()),
    }
}

/// Whether the case knows an address: one of its contact, or one it has exchanged mail with.
pub(crate) fn knows_address(step: &mut Step<'_>, case: &Case, address: &str) -> Result<bool, StoreError> {
    let channels = channels(step.policy(), &case.record);
    let mut contacts = channels.all_emails.iter().chain(&channels.set_aside);
    let is_contact = EmailAddress::parse(address).is_ok_and(|from| contacts.any(|contact| contact.same_mailbox(&from)));
    let spellings = spellings(address);
    if is_contact || channels.all_phones.iter().any(|number| spellings.iter().any(|spelling| spelling == number.as_e164())) {
        return Ok(true);
    }
    for spelling in spellings {
        if step.tx.exchanges().knows_address(case.id, &spelling)? {
            return Ok(true);
        }
    }
    Ok(false)
}
