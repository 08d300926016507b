//! Text messages: how they are written, and who carries them.

use std::fmt;
use std::path::PathBuf;

use clap::Args;
use followup_domain::sending::SmsRules;

use super::SettingError;
use super::check::{boolean, choice, given, given_path, number, web_address};
use super::secret::{Secret, SecretName, secret};

/// How text messages are written, and who carries them.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Text messages")]
pub struct SmsSettings {
    /// Who carries text messages: twilio. Unset: nobody; the channel answers "canal no configurado".
    #[arg(long, env = "SMS_PROVIDER")]
    pub sms_provider: Option<String>,
    /// Parts that a text message may have at most: one holds 160 characters, or 70 once one of them is not in the GSM alphabet (á, í, ó, ú); each
    /// of several 153, or 67. A longer one is not sent.
    #[arg(long, env = "SMS_MAX_PARTS", default_value = "4")]
    pub sms_max_parts: String,
    /// Whether a text message is written without what the GSM alphabet lacks (á as a; é, ñ and ü stay) where that saves parts: true or false.
    #[arg(long, env = "SMS_TRANSLITERATE", default_value = "false")]
    pub sms_transliterate: String,
    /// Address at which providers call this service, before the path, as in `https://fv.hospital.example`; required with SMS_PROVIDER and
    /// WHATSAPP_PROVIDER.
    #[arg(long, env = "PUBLIC_URL")]
    pub public_url: Option<String>,
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

/// The checked [`SmsSettings`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmsConfig {
    /// How they are written.
    pub rules: SmsRules,
    /// Who carries them; none when nobody does.
    pub carrier: Option<SmsCarrier>,
}

/// Who carries text messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SmsCarrier {
    /// Twilio.
    Twilio(TwilioTarget),
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

const TWILIO: &str = "SMS_PROVIDER=twilio";
/// Parts of the longest text that providers take, 1,600 characters.
const LONGEST: usize = 10;
const AUTH_TOKEN: SecretName = SecretName { value: "TWILIO_AUTH_TOKEN", file: "TWILIO_AUTH_TOKEN_FILE" };
const API_SECRET: SecretName = SecretName { value: "TWILIO_API_SECRET", file: "TWILIO_API_SECRET_FILE" };

impl SmsSettings {
    /// Checks the group.
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub fn resolve(&self) -> Result<SmsConfig, SettingError> {
        let rules = SmsRules {
            most_parts: number("SMS_MAX_PARTS", &self.sms_max_parts, 1..=LONGEST)?,
            transliterate: boolean("SMS_TRANSLITERATE", &self.sms_transliterate)?,
        };
        let carrier = match given(self.sms_provider.as_ref()) {
            Some(name) => {
                choice("SMS_PROVIDER", name, &[("twilio", ())])?;
                Some(SmsCarrier::Twilio(self.twilio()?))
            }
            None => self.refuse_unused()?,
        };
        Ok(SmsConfig { rules, carrier })
    }

    fn twilio(&self) -> Result<TwilioTarget, SettingError> {
        let sender = self.sender()?;
        self.twilio_account(TWILIO, sender)
    }

    /// The account, for whichever channel `provider` gives it; `sender`: a number or another sender, or a messaging service.
    pub(super) fn twilio_account(
        &self,
        provider: &str,
        (from, messaging_service): (Option<String>, Option<String>),
    ) -> Result<TwilioTarget, SettingError> {
        let auth_token = secret(AUTH_TOKEN, self.twilio_auth_token.as_ref(), given_path(self.twilio_auth_token_file.as_ref()))?;
        let auth_token = required(AUTH_TOKEN.value, provider, auth_token)?;
        let account_sid = sid("TWILIO_ACCOUNT_SID", "AC", self.twilio_account_sid.as_ref())?;
        let account_sid = required("TWILIO_ACCOUNT_SID", provider, account_sid)?;
        web_address("TWILIO_BASE_URL", self.twilio_base_url.trim(), "https://api.twilio.com")?;
        Ok(TwilioTarget {
            login: self.login(&account_sid, &auth_token)?,
            account_sid,
            auth_token,
            from,
            messaging_service,
            base_url: self.twilio_base_url.trim().to_owned(),
            public_url: self.public_url(provider)?,
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

    fn public_url(&self, provider: &str) -> Result<String, SettingError> {
        let url = required("PUBLIC_URL", provider, given(self.public_url.as_ref()).map(str::to_owned))?;
        web_address("PUBLIC_URL", &url, "https://fv.hospital.example")?;
        if url.contains('?') {
            return Err(SettingError::new("PUBLIC_URL", "must be an address without a query"));
        }
        Ok(url.trim_end_matches('/').to_owned())
    }

    /// A forgotten SMS_PROVIDER is told, and not that nothing is sent.
    fn refuse_unused(&self) -> Result<Option<SmsCarrier>, SettingError> {
        let texts = [("TWILIO_FROM", &self.twilio_from), ("TWILIO_MESSAGING_SERVICE_SID", &self.twilio_messaging_service_sid)];
        match texts.iter().find(|(_, value)| given(value.as_ref()).is_some()) {
            Some((name, _)) => Err(SettingError::new(name, "is set but SMS_PROVIDER is not")),
            None => Ok(None),
        }
    }
}

fn required<T>(setting: &'static str, provider: &str, value: Option<T>) -> Result<T, SettingError> {
    value.ok_or_else(|| SettingError::new(setting, format_args!("is required with {provider}")))
}

/// An id of Twilio's of this kind.
pub(super) fn sid(setting: &'static str, kind: &str, value: Option<&String>) -> Result<Option<String>, SettingError> {
    let Some(text) = given(value) else { return Ok(None) };
    let digits = text.strip_prefix(kind).filter(|digits| digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
    match digits {
        Some(_) => Ok(Some(text.to_owned())),
        None => Err(SettingError::new(setting, format_args!("must be {kind} and 32 hexadecimal digits"))),
    }
}
