//! AWS SNS.

use std::fmt;
use std::path::PathBuf;

use clap::Args;

use super::required;
use crate::settings::SettingError;
use crate::settings::check::{given, given_path, web_address};
use crate::settings::secret::{Secret, SecretName, secret};
use crate::settings::shown::{Shown, is_set, shown};

/// AWS SNS.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "SMS and WhatsApp")]
pub struct SnsSettings {
    /// Region of AWS SNS, as in us-east-1; required with SMS_PROVIDER=sns.
    #[arg(long, env = "AWS_REGION")]
    pub aws_region: Option<String>,
    /// Access key that may publish (sns:Publish); required with SMS_PROVIDER=sns.
    #[arg(long, env = "AWS_ACCESS_KEY_ID")]
    pub aws_access_key_id: Option<String>,
    /// Secret of AWS_ACCESS_KEY_ID.
    #[arg(long, env = "AWS_SECRET_ACCESS_KEY", hide_env_values = true)]
    pub aws_secret_access_key: Option<Secret>,
    /// File that holds AWS_SECRET_ACCESS_KEY.
    #[arg(long, env = "AWS_SECRET_ACCESS_KEY_FILE")]
    pub aws_secret_access_key_file: Option<PathBuf>,
    /// Session token of a temporary access key; it is read at the start. Unset: the key is a lasting one.
    #[arg(long, env = "AWS_SESSION_TOKEN", hide_env_values = true)]
    pub aws_session_token: Option<Secret>,
    /// File that holds AWS_SESSION_TOKEN.
    #[arg(long, env = "AWS_SESSION_TOKEN_FILE")]
    pub aws_session_token_file: Option<PathBuf>,
    /// Name that text messages come from, 1 to 11 letters and digits; some countries ignore it. Unset: AWS chooses.
    #[arg(long, env = "SNS_SENDER_ID")]
    pub sns_sender_id: Option<String>,
    /// AWS SNS's address, https, or http to this machine. Unset: `https://sns.AWS_REGION.amazonaws.com`.
    #[arg(long, env = "SNS_BASE_URL")]
    pub sns_base_url: Option<String>,
}

/// An account with AWS SNS.
#[derive(Clone, PartialEq, Eq)]
pub struct SnsTarget {
    /// The region.
    pub region: String,
    /// The access key.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: Secret,
    /// The token of a temporary key.
    pub session_token: Option<Secret>,
    /// Who sends; none where AWS chooses.
    pub sender_id: Option<String>,
    /// Its API.
    pub base_url: String,
}

/// Neither secret nor key.
impl fmt::Debug for SnsTarget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SnsTarget").field("region", &self.region).finish_non_exhaustive()
    }
}

const PROVIDER: &str = "SMS_PROVIDER=sns";
const KEY: SecretName = SecretName { value: "AWS_SECRET_ACCESS_KEY", file: "AWS_SECRET_ACCESS_KEY_FILE" };
const TOKEN: SecretName = SecretName { value: "AWS_SESSION_TOKEN", file: "AWS_SESSION_TOKEN_FILE" };

impl SnsSettings {
    /// Checks the account.
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub(super) fn resolve(&self) -> Result<SnsTarget, SettingError> {
        let region = required("AWS_REGION", PROVIDER, given(self.aws_region.as_ref()))?;
        // It stands in the address that is called.
        if !region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
            return Err(SettingError::new("AWS_REGION", "must be a region such as us-east-1"));
        }
        let access_key_id = required("AWS_ACCESS_KEY_ID", PROVIDER, given(self.aws_access_key_id.as_ref()))?.to_owned();
        let key = secret(KEY, self.aws_secret_access_key.as_ref(), given_path(self.aws_secret_access_key_file.as_ref()))?;
        let base_url = match given(self.sns_base_url.as_ref()) {
            Some(url) => url.to_owned(),
            // China's regions are a partition of their own.
            None if region.starts_with("cn-") => format!("https://sns.{region}.amazonaws.com.cn"),
            None => format!("https://sns.{region}.amazonaws.com"),
        };
        web_address("SNS_BASE_URL", &base_url, "https://sns.us-east-1.amazonaws.com")?;
        Ok(SnsTarget {
            region: region.to_owned(),
            access_key_id,
            secret_access_key: required(KEY.value, PROVIDER, key)?,
            session_token: secret(TOKEN, self.aws_session_token.as_ref(), given_path(self.aws_session_token_file.as_ref()))?,
            sender_id: self.sender_id()?,
            base_url,
        })
    }

    fn sender_id(&self) -> Result<Option<String>, SettingError> {
        let Some(name) = given(self.sns_sender_id.as_ref()) else { return Ok(None) };
        let fits = (1..=11).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !fits || name.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(SettingError::new("SNS_SENDER_ID", "must have 1 to 11 letters and digits, one of them a letter"));
        }
        Ok(Some(name.to_owned()))
    }

    /// As an administrator sees them.
    pub(super) fn shown(&self) -> Vec<Shown> {
        vec![
            shown("AWS_REGION", self.aws_region.as_ref()),
            shown("AWS_ACCESS_KEY_ID", self.aws_access_key_id.as_ref()),
            is_set(KEY, self.aws_secret_access_key.as_ref(), self.aws_secret_access_key_file.as_ref()),
            is_set(TOKEN, self.aws_session_token.as_ref(), self.aws_session_token_file.as_ref()),
            shown("SNS_SENDER_ID", self.sns_sender_id.as_ref()),
            shown("SNS_BASE_URL", self.sns_base_url.as_ref()),
        ]
    }
}
