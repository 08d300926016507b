//! A test message by WhatsApp, to see whether its provider takes ours. It belongs to no case and is not kept.

use std::time::Duration as Budget;

use followup_domain::asking::reason::StopReason;
use followup_domain::audit::Actor;
use followup_domain::case::FieldError;
use followup_domain::contact::PhoneNumber;
use followup_domain::message::Channel;
use followup_domain::ports::StoreError;
use followup_domain::sending::template::folded;
use followup_domain::sending::{Parcel, Receipt, SendError, WhatsappContent, WhatsappParcel};
use followup_words::reasons::stopped;
use followup_words::to_the_unit;

use crate::app::App;
use crate::facts::reach::is_blocked;
use crate::facts::whatsapp::{free_text_until, named};
use crate::moves::channel_test;
use crate::runs::handing_over::new_lease;
use crate::runs::provider::{Asked, tell_breaker};
use crate::step::{self, Step};
use crate::transaction;

/// A test message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WhatsappTest {
    /// To which number.
    pub to: String,
    /// Which approved template; without one, free text, which is taken for 24 hours after that number wrote.
    pub template: Option<String>,
    /// What fills the template's places.
    pub parameters: Vec<String>,
}

/// Why a test message was not accepted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TestWhatsappError {
    /// A field that cannot be sent.
    #[error(transparent)]
    Invalid(FieldError),
    /// WhatsApp has no transport, or this is a staging system, which writes to no number.
    #[error("channel not configured")]
    NotConfigured,
    /// WhatsApp does not take it now.
    #[error("not sent: {0}")]
    NotSent(StopReason),
    /// What the transport said.
    #[error(transparent)]
    Send(#[from] SendError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// Sends a test message and answers with the provider's own words.
    ///
    /// # Errors
    /// [`TestWhatsappError`].
    pub fn send_test_whatsapp(&self, actor: &Actor, test: &WhatsappTest) -> Result<Receipt, TestWhatsappError> {
        let to = PhoneNumber::parse(&test.to, self.policy.country);
        let to = to.map_err(|_| TestWhatsappError::Invalid(FieldError::new("to", "No es un número de teléfono")))?;
        let sender = self.senders.of(Channel::Whatsapp).filter(|_| self.policy.redirect_to.is_none());
        let sender = sender.ok_or(TestWhatsappError::NotConfigured)?;
        let content = step::read(self, |step| content(step, test, &to))?;
        let reference = self.ids.message_id().inner().to_owned();
        let message = Parcel::Whatsapp(WhatsappParcel { reference, date: self.clock.now(), to: to.clone(), content });
        let result = sender.prepare(&message, Budget::from_secs(20)).and_then(|prepared| prepared.transmit());
        // One that was taken shows that the provider is back, whoever found out.
        tell_breaker(self, Asked { sender: sender.as_ref(), lease: &new_lease(self), run: None, letter: None }, &result);
        transaction::write::<_, StoreError>(self, actor, |step| {
            channel_test::record(step, (Channel::Whatsapp, to.as_e164()), result.is_ok())
        })?;
        Ok(result?)
    }
}

fn content(step: &mut Step<'_>, test: &WhatsappTest, to: &PhoneNumber) -> Result<WhatsappContent, TestWhatsappError> {
    if is_blocked(step, to.as_e164())? {
        return Err(TestWhatsappError::NotSent(StopReason::Blocked));
    }
    let Some(name) = &test.template else {
        let is_open = free_text_until(step, to.as_e164())?.is_some_and(|until| step.now < until);
        let text = to_the_unit::test_message(&step.policy().letterhead.unit_name);
        return if is_open { Ok(WhatsappContent::Text(text)) } else { Err(TestWhatsappError::NotSent(StopReason::OutsideWindow)) };
    };
    let named = named(step, name.trim())?;
    if let Some(reason) = named.refusal() {
        return Err(TestWhatsappError::NotSent(reason));
    }
    if let Some(misfit) = named.misfit(test.parameters.len()) {
        return Err(TestWhatsappError::Invalid(FieldError::new("parameters", stopped(&misfit))));
    }
    let parameters: Vec<String> = test.parameters.iter().map(|parameter| folded(parameter)).collect();
    match parameters.iter().position(String::is_empty) {
        Some(place) => Err(TestWhatsappError::Invalid(FieldError::new(format!("parameters[{place}]"), "El parámetro está vacío"))),
        None => Ok(WhatsappContent::Template(named.filled(parameters).0)),
    }
}
