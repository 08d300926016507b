//! An account with Meta's Cloud API.

use std::fmt;
use std::path::PathBuf;

use clap::Args;

use super::SettingError;
use super::check::{given, given_path, web_address};
use super::secret::{Secret, SecretName, secret};
use super::shown::{Shown, is_set, shown};

/// An account with Meta's Cloud API.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "SMS and WhatsApp")]
pub struct MetaSettings {
    /// Meta's id of the number that sends (not the number); required with WHATSAPP_PROVIDER=meta.
    #[arg(long, env = "META_PHONE_NUMBER_ID")]
    pub meta_phone_number_id: Option<String>,
    /// Meta's id of the WhatsApp business account, whose templates are sent; required with WHATSAPP_PROVIDER=meta.
    #[arg(long, env = "META_WABA_ID")]
    pub meta_waba_id: Option<String>,
    /// Access token of a system user that may send messages and manage the account's templates; required with WHATSAPP_PROVIDER=meta.
    #[arg(long, env = "META_ACCESS_TOKEN", hide_env_values = true)]
    pub meta_access_token: Option<Secret>,
    /// File that holds META_ACCESS_TOKEN.
    #[arg(long, env = "META_ACCESS_TOKEN_FILE")]
    pub meta_access_token_file: Option<PathBuf>,
    /// The app's secret, with which Meta signs its calls; required with WHATSAPP_PROVIDER=meta.
    #[arg(long, env = "META_APP_SECRET", hide_env_values = true)]
    pub meta_app_secret: Option<Secret>,
    /// File that holds META_APP_SECRET.
    #[arg(long, env = "META_APP_SECRET_FILE")]
    pub meta_app_secret_file: Option<PathBuf>,
    /// What is typed in at Meta beside the webhook's address, by which it finds that the address is ours; any text; required with
    /// WHATSAPP_PROVIDER=meta.
    #[arg(long, env = "META_VERIFY_TOKEN", hide_env_values = true)]
    pub meta_verify_token: Option<Secret>,
    /// File that holds META_VERIFY_TOKEN.
    #[arg(long, env = "META_VERIFY_TOKEN_FILE")]
    pub meta_verify_token_file: Option<PathBuf>,
    /// Version of Meta's Graph API.
    #[arg(long, env = "META_API_VERSION", default_value = "v23.0")]
    pub meta_api_version: String,
    /// Meta's Graph API, https, or http to this machine.
    #[arg(long, env = "META_BASE_URL", default_value = "https://graph.facebook.com")]
    pub meta_base_url: String,
}

/// The checked [`MetaSettings`].
#[derive(Clone, PartialEq, Eq)]
pub struct MetaTarget {
    /// The number that sends.
    pub phone_number_id: String,
    /// The account.
    pub waba_id: String,
    /// What is presented with every request.
    pub access_token: Secret,
    /// What its calls are signed with.
    pub app_secret: Secret,
    /// What it asks by whether our address is ours.
    pub verify_token: Secret,
    /// The API's version.
    pub version: String,
    /// Its API.
    pub base_url: String,
}

/// Neither secret nor id.
impl fmt::Debug for MetaTarget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MetaTarget").field("version", &self.version).finish_non_exhaustive()
    }
}

const ACCESS_TOKEN: SecretName = SecretName { value: "META_ACCESS_TOKEN", file: "META_ACCESS_TOKEN_FILE" };
const APP_SECRET: SecretName = SecretName { value: "META_APP_SECRET", file: "META_APP_SECRET_FILE" };
const VERIFY_TOKEN: SecretName = SecretName { value: "META_VERIFY_TOKEN", file: "META_VERIFY_TOKEN_FILE" };

impl MetaSettings {
    /// As an administrator sees them.
    pub(super) fn shown(&self) -> Vec<Shown> {
        vec![
            shown("META_PHONE_NUMBER_ID", self.meta_phone_number_id.as_ref()),
            shown("META_WABA_ID", self.meta_waba_id.as_ref()),
            is_set(ACCESS_TOKEN, self.meta_access_token.as_ref(), self.meta_access_token_file.as_ref()),
            is_set(APP_SECRET, self.meta_app_secret.as_ref(), self.meta_app_secret_file.as_ref()),
            is_set(VERIFY_TOKEN, self.meta_verify_token.as_ref(), self.meta_verify_token_file.as_ref()),
            shown("META_API_VERSION", Some(&self.meta_api_version)),
            shown("META_BASE_URL", Some(&self.meta_base_url)),
        ]
    }

    /// Checks the group, where it is used.
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub(super) fn resolve(&self) -> Result<MetaTarget, SettingError> {
        web_address("META_BASE_URL", self.meta_base_url.trim(), "https://graph.facebook.com")?;
        Ok(MetaTarget {
            phone_number_id: id("META_PHONE_NUMBER_ID", self.meta_phone_number_id.as_ref())?,
            waba_id: id("META_WABA_ID", self.meta_waba_id.as_ref())?,
            access_token: told(ACCESS_TOKEN, self.meta_access_token.as_ref(), self.meta_access_token_file.as_ref())?,
            app_secret: told(APP_SECRET, self.meta_app_secret.as_ref(), self.meta_app_secret_file.as_ref())?,
            verify_token: told(VERIFY_TOKEN, self.meta_verify_token.as_ref(), self.meta_verify_token_file.as_ref())?,
            version: version(self.meta_api_version.trim())?,
            base_url: self.meta_base_url.trim().to_owned(),
        })
    }

    /// One that is given although nobody uses it.
    pub(super) fn unused(&self) -> Option<&'static str> {
        let texts = [("META_PHONE_NUMBER_ID", &self.meta_phone_number_id), ("META_WABA_ID", &self.meta_waba_id)];
        texts.into_iter().find(|(_, value)| given(value.as_ref()).is_some()).map(|(name, _)| name)
    }
}

fn told(name: SecretName, value: Option<&Secret>, file: Option<&PathBuf>) -> Result<Secret, SettingError> {
    secret(name, value, given_path(file))?.ok_or_else(|| required(name.value))
}

fn required(setting: &'static str) -> SettingError {
    SettingError::new(setting, "is required with WHATSAPP_PROVIDER=meta")
}

fn id(setting: &'static str, value: Option<&String>) -> Result<String, SettingError> {
    let id = given(value).ok_or_else(|| required(setting))?;
    let is_id = id.len() <= 30 && id.bytes().all(|digit| digit.is_ascii_digit());
    if is_id { Ok(id.to_owned()) } else { Err(SettingError::new(setting, "must be an id of Meta's: digits only")) }
}

fn version(text: &str) -> Result<String, SettingError> {
    let is_number = |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit());
    let numbers = text.strip_prefix('v').and_then(|numbers| numbers.split_once('.'));
    match numbers {
        Some((major, minor)) if is_number(major) && is_number(minor) => Ok(text.to_owned()),
        _ => Err(SettingError::new("META_API_VERSION", "must be like v23.0")),
    }
}
