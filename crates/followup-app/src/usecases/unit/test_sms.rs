//! A test text message, to see whether the provider takes ours. It belongs to no case and is not kept.

use std::time::Duration as Budget;

use followup_domain::asking::reason::StopReason;
use followup_domain::audit::Actor;
use followup_domain::contact::PhoneNumber;
use followup_domain::message::Channel;
use followup_domain::ports::StoreError;
use followup_domain::sending::{Parcel, Receipt, SendError, TextParcel};
use followup_words::to_the_unit;

use crate::app::App;
use crate::facts::reach::is_blocked;
use crate::facts::wording::{as_the_channel_writes, too_long};
use crate::moves::channel_test;
use crate::runs::handing_over::new_lease;
use crate::runs::provider::{Asked, tell_breaker};
use crate::step;
use crate::transaction;

/// Why a test message was not accepted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TestSmsError {
    /// Text messages have no transport; or this is a staging system, which writes to no number.
    #[error("channel not configured")]
    NotConfigured,
    /// The channel does not carry the text.
    #[error("not carried: {0}")]
    NotCarried(StopReason),
    /// Whoever has the number does not want to be written to.
    #[error("the number is blocked")]
    Blocked,
    /// What the provider said.
    #[error(transparent)]
    Send(#[from] SendError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// Sends a test text message and answers with the provider's own words. Without a text it is ours.
    ///
    /// # Errors
    /// [`TestSmsError`].
    pub fn send_test_sms(&self, actor: &Actor, to: &PhoneNumber, body: Option<&str>) -> Result<Receipt, TestSmsError> {
        let policy = self.policy.as_ref();
        let sender = self.senders.of(Channel::Sms).filter(|_| policy.redirect_to.is_none()).ok_or(TestSmsError::NotConfigured)?;
        let body = body.map_or_else(|| to_the_unit::test_sms(&policy.letterhead.unit_name), str::to_owned);
        let body = as_the_channel_writes(policy, Channel::Sms, body);
        if let Some(reason) = too_long(policy, Channel::Sms, &body) {
            return Err(TestSmsError::NotCarried(reason));
        }
        if step::read::<_, StoreError>(self, |step| is_blocked(step, to.as_e164()))? {
            return Err(TestSmsError::Blocked);
        }
        // Its name is nobody's: what is told of it later is kept, and finds no message.
        let reference = self.ids.message_id().inner().to_owned();
        let text = TextParcel { reference, date: self.clock.now(), to: to.clone(), body };
        let result = sender.prepare(&Parcel::Text(text), Budget::from_secs(20)).and_then(|prepared| prepared.transmit());
        tell_breaker(self, Asked { sender: sender.as_ref(), lease: &new_lease(self), run: None, letter: None }, &result);
        transaction::write::<_, StoreError>(self, actor, |step| channel_test::record(step, (Channel::Sms, to.as_e164()), result.is_ok()))?;
        Ok(result?)
    }
}
