//! An account with Twilio.

use std::fmt;
use std::path::PathBuf;

use clap::Args;

use super::required;
use crate::settings::SettingError;
use crate::settings::check::{given, given_path, web_address};
use crate::settings::secret::{Secret, SecretName, secret};
use crate::settings::shown::{Shown, is_set, shown};

/// An account with Twilio.
#[derive(Clone, Args)]
#[command(next_help_heading = "SMS and WhatsApp")]
pub struct TwilioSettings {
    /// Twilio's account, AC and 32 digits; required with SMS_PROVIDER=twilio and WHATSAPP_PROVIDER=twilio.
    #[arg(long, env = "TWILIO_ACCOUNT_SID")]
    pub twilio_account_sid: Option<String>,
    /// The account's auth token, with which Twilio signs its calls, and with which messages are sent unless an API key is given; required with
    /// SMS_PROVIDER=twilio and WHATSAPP_PROVIDER=twilio.
    #[arg(long, env = "TWILIO_AUTH_TOKEN", hide_env_values = true)]
    pub twilio_auth_token: Option<Secret>,
    /// File that holds TWILIO_AUTH_TOKEN.
    #[arg(long, env = "TWILIO_AUTH_TOKEN_FILE")]
    pub twilio_auth_token_file: Option<PathBuf>,
    /// API key (SK…) that sends in place of the auth token, with TWILIO_API_SECRET. Unset: the auth token sends.
    #[arg(long, env = "TWILIO_API_KEY")]
    pub twilio_api_key: Option<String>,
    /// Secret of TWILIO_API_KEY.
    #[arg(long, env = "TWILIO_API_SECRET", hide_env_values = true)]
    pub twilio_api_secret: Option<Secret>,
    /// File that holds TWILIO_API_SECRET.
    #[arg(long, env = "TWILIO_API_SECRET_FILE")]
    pub twilio_api_secret_file: Option<PathBuf>,
    /// Number that text messages come from, as in +15005550006, or another sender that the account may use; this or
    /// TWILIO_MESSAGING_SERVICE_SID.
    #[arg(long, env = "TWILIO_FROM")]
    pub twilio_from: Option<String>,
    /// Messaging service (MG…) that chooses the number.
    #[arg(long, env = "TWILIO_MESSAGING_SERVICE_SID")]
    pub twilio_messaging_service_sid: Option<String>,
    /// Twilio's API, https, or http to this machine.
    #[arg(long, env = "TWILIO_BASE_URL", default_value = "https://api.twilio.com")]
    pub twilio_base_url: String,
}

/// Neither secret nor number.
impl fmt::Debug for TwilioSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TwilioSettings").field("account_sid", &self.twilio_account_sid).finish_non_exhaustive()
    }
}

/// An account with Twilio.
#[derive(Clone, PartialEq, Eq)]
pub struct TwilioTarget {
    /// The account.
    pub account_sid: String,
    /// What its calls are signed with.
    pub auth_token: Secret,
    /// Who sends: the account or an API key, and the secret.
    pub login: (String, Secret),
    /// Number or other sender; none where a messaging service chooses it.
    pub from: Option<String>,
    /// The messaging service, without a sender.
    pub messaging_service: Option<String>,
    /// Its API.
    pub base_url: String,
    /// Where it calls us, without a slash at the end.
    pub public_url: String,
}

/// Neither secret nor number.
impl fmt::Debug for TwilioTarget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TwilioTarget").field("account_sid", &self.account_sid).finish_non_exhaustive()
    }
}

const PROVIDER: &str = "SMS_PROVIDER=twilio";
const AUTH_TOKEN: SecretName = SecretName { value: "TWILIO_AUTH_TOKEN", file: "TWILIO_AUTH_TOKEN_FILE" };
const API_SECRET: SecretName = SecretName { value: "TWILIO_API_SECRET", file: "TWILIO_API_SECRET_FILE" };

impl TwilioSettings {
    /// Checks the account that carries text messages.
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub(super) fn resolve(&self, public_url: String) -> Result<TwilioTarget, SettingError> {
        self.account(PROVIDER, self.sender()?, public_url)
    }

    /// Checks the account, for whichever channel `provider` gives it; `sender`: a number or another sender, or a messaging service.
    ///
    /// # Errors
    /// The same.
    pub(super) fn account(
        &self,
        provider: &str,
        (from, messaging_service): (Option<String>, Option<String>),
        public_url: String,
    ) -> Result<TwilioTarget, SettingError> {
        let auth_token = secret(AUTH_TOKEN, self.twilio_auth_token.as_ref(), given_path(self.twilio_auth_token_file.as_ref()))?;
        let auth_token = required(AUTH_TOKEN.value, provider, auth_token)?;
        let account_sid = required("TWILIO_ACCOUNT_SID", provider, sid("TWILIO_ACCOUNT_SID", "AC", self.twilio_account_sid.as_ref())?)?;
        web_address("TWILIO_BASE_URL", self.twilio_base_url.trim(), "https://api.twilio.com")?;
        Ok(TwilioTarget {
            login: self.login(&account_sid, &auth_token)?,
            account_sid,
            auth_token,
            from,
            messaging_service,
            base_url: self.twilio_base_url.trim().to_owned(),
            public_url,
        })
    }

    fn sender(&self) -> Result<(Option<String>, Option<String>), SettingError> {
        let service = sid("TWILIO_MESSAGING_SERVICE_SID", "MG", self.twilio_messaging_service_sid.as_ref())?;
        let from = given(self.twilio_from.as_ref()).map(str::to_owned);
        match (&from, &service) {
            (Some(_), Some(_)) => {
                Err(SettingError::new("TWILIO_FROM", "and TWILIO_MESSAGING_SERVICE_SID are both given; give one of them"))
            }
            (None, None) => Err(SettingError::new("TWILIO_FROM", "or TWILIO_MESSAGING_SERVICE_SID is required with SMS_PROVIDER=twilio")),
            _ => Ok((from, service)),
        }
    }

    fn login(&self, account_sid: &str, auth_token: &Secret) -> Result<(String, Secret), SettingError> {
        let key = sid("TWILIO_API_KEY", "SK", self.twilio_api_key.as_ref())?;
        let key_secret = secret(API_SECRET, self.twilio_api_secret.as_ref(), given_path(self.twilio_api_secret_file.as_ref()))?;
        match (key, key_secret) {
            (None, None) => Ok((account_sid.to_owned(), auth_token.clone())),
            (Some(key), Some(secret)) => Ok((key, secret)),
            (Some(_), None) => Err(SettingError::new(API_SECRET.value, "is required with TWILIO_API_KEY")),
            (None, Some(_)) => Err(SettingError::new("TWILIO_API_KEY", "is required with TWILIO_API_SECRET")),
        }
    }

    /// As an administrator sees them.
    pub(in crate::settings) fn shown(&self) -> Vec<Shown> {
        vec![
            shown("TWILIO_ACCOUNT_SID", self.twilio_account_sid.as_ref()),
            is_set(AUTH_TOKEN, self.twilio_auth_token.as_ref(), self.twilio_auth_token_file.as_ref()),
            shown("TWILIO_API_KEY", self.twilio_api_key.as_ref()),
            is_set(API_SECRET, self.twilio_api_secret.as_ref(), self.twilio_api_secret_file.as_ref()),
            shown("TWILIO_FROM", self.twilio_from.as_ref()),
            shown("TWILIO_MESSAGING_SERVICE_SID", self.twilio_messaging_service_sid.as_ref()),
            shown("TWILIO_BASE_URL", Some(&self.twilio_base_url)),
        ]
    }
}

/// An id of Twilio's of this kind.
pub(in crate::settings) fn sid(setting: &'static str, kind: &str, value: Option<&String>) -> Result<Option<String>, SettingError> {
    let Some(text) = given(value) else { return Ok(None) };
    let digits = text.strip_prefix(kind).filter(|digits| digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
    match digits {
        Some(_) => Ok(Some(text.to_owned())),
        None => Err(SettingError::new(setting, format_args!("must be {kind} and 32 hexadecimal digits"))),
    }
}
