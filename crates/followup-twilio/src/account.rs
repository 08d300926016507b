//! The account with which messages are posted, whatever their channel.

use std::sync::Arc;
use std::time::{Duration, Instant};

use followup_domain::ports::Prepared;
use followup_domain::sending::{Receipt, SendError};
use followup_https::{Client, Limits, form};

use crate::REFERENCE;
use crate::answer::judge;
use crate::config::{ConfigError, TwilioConfig, is_sid};

/// Bytes of Twilio's answer: a message and its links take two thousand.
const LARGEST_ANSWER: u64 = 64 * 1024;

pub(crate) struct Account {
    client: Client,
    path: String,
    /// Of the ids of its messages.
    scope: &'static str,
    pub(crate) config: TwilioConfig,
}

impl Account {
    /// Checks it. Nobody is asked.
    pub(crate) fn new(config: TwilioConfig, scope: &'static str) -> Result<Self, ConfigError> {
        if !is_sid("AC", &config.account_sid) {
            return Err(ConfigError::AccountSid);
        }
        let client = Client::new(&config.base_url, config.ca_pem.as_deref())?;
        let path = format!("/2010-04-01/Accounts/{}/Messages.json", config.account_sid);
        Ok(Self { client, path, scope, config })
    }

    /// These fields, and the address of our status callback with our own name of the message.
    pub(crate) fn form(&self, fields: &[(&str, &str)], reference: &str) -> String {
        let callback = format!("{}?{}", self.config.status_callback, form::written(&[(REFERENCE, reference)]));
        form::written(&[fields, &[("StatusCallback", &callback)]].concat())
    }
}

/// A message as it is posted.
pub(crate) struct PreparedForm {
    pub(crate) account: Arc<Account>,
    pub(crate) body: Vec<u8>,
    pub(crate) deadline: Instant,
}

impl Prepared for PreparedForm {
    fn content(&self) -> &[u8] {
        &self.body
    }

    fn transmit(self: Box<Self>) -> Result<Receipt, SendError> {
        let Account { client, path, config, scope } = self.account.as_ref();
        let within: Duration = self.deadline.saturating_duration_since(Instant::now());
        let request = client.post().at(path.as_str()).basic(&config.user, &config.password).wanting_json().form_body(self.body);
        judge(request.send(Limits { within, largest_answer: LARGEST_ANSWER }), scope)
    }
}
