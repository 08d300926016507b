//! Handing text messages to Twilio (<https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource>).

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use followup_domain::ports::{Prepared, Sender};
use followup_domain::sending::{Parcel, Receipt, Refusal, SendError, TextParcel};
use followup_https::{Client, Limits};

use crate::answer::judge;
use crate::config::{ConfigError, TwilioConfig, TwilioFrom, is_sid};
use crate::{REFERENCE, form};

/// Bytes of Twilio's answer: a message and its links take two thousand.
const LARGEST_ANSWER: u64 = 64 * 1024;
/// Characters that Twilio takes.
const LONGEST_BODY: usize = 1600;

/// Sends text messages by Twilio.
#[derive(Clone)]
pub struct TwilioSms(Arc<Account>);

struct Account {
    client: Client,
    path: String,
    config: TwilioConfig,
}

impl TwilioSms {
    /// Checks the account. Nobody is asked.
    ///
    /// # Errors
    /// What cannot work.
    pub fn new(config: TwilioConfig) -> Result<Self, ConfigError> {
        if !is_sid("AC", &config.account_sid) {
            return Err(ConfigError::AccountSid);
        }
        let client = Client::new(&config.base_url, config.ca_pem.as_deref())?;
        let path = format!("/2010-04-01/Accounts/{}/Messages.json", config.account_sid);
        Ok(Self(Arc::new(Account { client, path, config })))
    }

    fn form(&self, text: &TextParcel) -> String {
        let TwilioConfig { from, status_callback, .. } = &self.0.config;
        let callback = format!("{status_callback}?{}", form::written(&[(REFERENCE, &text.reference)]));
        let from = match from {
            TwilioFrom::Number(number) => ("From", number.as_str()),
            TwilioFrom::Service(sid) => ("MessagingServiceSid", sid.as_str()),
        };
        form::written(&[("To", text.to.as_e164()), from, ("Body", &text.body), ("StatusCallback", &callback)])
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
        Ok(Box::new(PreparedText { account: Arc::clone(&self.0), body: self.form(text).into_bytes(), deadline }))
    }
}

struct PreparedText {
    account: Arc<Account>,
    body: Vec<u8>,
    deadline: Instant,
}

impl Prepared for PreparedText {
    fn content(&self) -> &[u8] {
        &self.body
    }

    fn transmit(self: Box<Self>) -> Result<Receipt, SendError> {
        let Account { client, path, config } = self.account.as_ref();
        let within = self.deadline.saturating_duration_since(Instant::now());
        let request = client.post().at(path.as_str()).basic(&config.user, &config.password).wanting_json().form_body(self.body);
        judge(request.send(Limits { within, largest_answer: LARGEST_ANSWER }))
    }
}

/// Neither secret nor number.
impl fmt::Debug for TwilioSms {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TwilioSms").finish_non_exhaustive()
    }
}
