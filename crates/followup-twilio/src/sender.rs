//! Handing text messages to Twilio (<https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource>).

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use followup_domain::ports::{Prepared, Sender};
use followup_domain::sending::{Parcel, Refusal, SendError, TextParcel};

use crate::SCOPE;
use crate::account::{Account, PreparedForm};
use crate::config::{ConfigError, TwilioConfig, TwilioFrom};

/// Characters that Twilio takes.
pub(crate) const LONGEST_BODY: usize = 1600;

/// Sends text messages by Twilio.
#[derive(Clone)]
pub struct TwilioSms(Arc<Account>);

impl TwilioSms {
    /// Checks the account. Nobody is asked.
    ///
    /// # Errors
    /// What cannot work.
    pub fn new(config: TwilioConfig) -> Result<Self, ConfigError> {
        Ok(Self(Arc::new(Account::new(config, SCOPE)?)))
    }

    fn form(&self, text: &TextParcel) -> String {
        let from = match &self.0.config.from {
            TwilioFrom::Number(number) => ("From", number.as_str()),
            TwilioFrom::Service(sid) => ("MessagingServiceSid", sid.as_str()),
        };
        self.0.form(&[("To", text.to.as_e164()), from, ("Body", &text.body)], &text.reference)
    }
}

impl Sender for TwilioSms {
    fn provider(&self) -> &str {
        "twilio:sms"
    }

    fn prepare(&self, parcel: &Parcel, budget: Duration) -> Result<Box<dyn Prepared>, SendError> {
        let refuse = |why: &str| Err(SendError::Refused(Refusal::before_asking(why)));
        let Parcel::Text(text) = parcel else { return refuse("no es un mensaje de texto") };
        if text.body.encode_utf16().count() > LONGEST_BODY {
            return refuse("el texto supera los 1600 caracteres que admite Twilio");
        }
        let deadline = Instant::now() + budget;
        Ok(Box::new(PreparedForm { account: Arc::clone(&self.0), body: self.form(text).into_bytes(), deadline }))
    }
}

/// Neither secret nor number.
impl fmt::Debug for TwilioSms {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TwilioSms").finish_non_exhaustive()
    }
}
