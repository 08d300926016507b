//! Mail that is posted to us.

use std::path::PathBuf;

use clap::Args;

use super::SettingError;
use super::check::given_path;
use super::secret::{Secret, SecretName, secret};

/// Who may post mail to `/api/v1/webhooks/email`.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Mail in (webhook)")]
pub struct WebhookSettings {
    /// Key of the signature with which mail is posted to /api/v1/webhooks/email, 16 bytes or more. Unset: no signed posts.
    #[arg(long, env = "WEBHOOK_EMAIL_SECRET", hide_env_values = true)]
    pub webhook_email_secret: Option<Secret>,
    /// File that holds WEBHOOK_EMAIL_SECRET.
    #[arg(long, env = "WEBHOOK_EMAIL_SECRET_FILE")]
    pub webhook_email_secret_file: Option<PathBuf>,
    /// USER:PASSWORD with which mail is posted, also by SendGrid and Postmark; the password of 16 bytes or more. Unset: none.
    #[arg(long, env = "WEBHOOK_EMAIL_BASIC", hide_env_values = true)]
    pub webhook_email_basic: Option<Secret>,
    /// File that holds WEBHOOK_EMAIL_BASIC.
    #[arg(long, env = "WEBHOOK_EMAIL_BASIC_FILE")]
    pub webhook_email_basic_file: Option<PathBuf>,
    /// Mailgun's HTTP webhook signing key. Unset: no posts of Mailgun.
    #[arg(long, env = "WEBHOOK_MAILGUN_SIGNING_KEY", hide_env_values = true)]
    pub webhook_mailgun_signing_key: Option<Secret>,
    /// File that holds WEBHOOK_MAILGUN_SIGNING_KEY.
    #[arg(long, env = "WEBHOOK_MAILGUN_SIGNING_KEY_FILE")]
    pub webhook_mailgun_signing_key_file: Option<PathBuf>,
}

/// The checked [`WebhookSettings`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookConfig {
    /// The key of the signature.
    pub secret: Option<Secret>,
    /// User and password with a colon between them.
    pub basic: Option<Secret>,
    /// Mailgun's key.
    pub mailgun: Option<Secret>,
}

const SECRET: SecretName = SecretName { value: "WEBHOOK_EMAIL_SECRET", file: "WEBHOOK_EMAIL_SECRET_FILE" };
const BASIC: SecretName = SecretName { value: "WEBHOOK_EMAIL_BASIC", file: "WEBHOOK_EMAIL_BASIC_FILE" };
const MAILGUN: SecretName = SecretName { value: "WEBHOOK_MAILGUN_SIGNING_KEY", file: "WEBHOOK_MAILGUN_SIGNING_KEY_FILE" };
/// Whoever guesses it may write into the cases.
const SHORTEST: usize = 16;

impl WebhookSettings {
    /// Checks the group.
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub fn resolve(&self) -> Result<WebhookConfig, SettingError> {
        let key = secret(SECRET, self.webhook_email_secret.as_ref(), given_path(self.webhook_email_secret_file.as_ref()))?;
        let basic = secret(BASIC, self.webhook_email_basic.as_ref(), given_path(self.webhook_email_basic_file.as_ref()))?;
        let mailgun =
            secret(MAILGUN, self.webhook_mailgun_signing_key.as_ref(), given_path(self.webhook_mailgun_signing_key_file.as_ref()))?;
        if key.as_ref().is_some_and(|key| key.expose().len() < SHORTEST) {
            return Err(SettingError::new(SECRET.value, format_args!("must have at least {SHORTEST} bytes")));
        }
        let is_pair = |text: &str| text.split_once(':').is_some_and(|(user, password)| !user.is_empty() && password.len() >= SHORTEST);
        if basic.as_ref().is_some_and(|basic| !is_pair(basic.expose())) {
            return Err(SettingError::new(BASIC.value, format_args!("must be USER:PASSWORD with a password of at least {SHORTEST} bytes")));
        }
        Ok(WebhookConfig { secret: key, basic, mailgun })
    }
}
