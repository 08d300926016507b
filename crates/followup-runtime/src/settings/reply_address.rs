//! Signed reply addresses.

use std::path::PathBuf;

use clap::Args;
use followup_domain::contact::EmailAddress;

use super::SettingError;
use super::check::boolean;
use super::secret::{Secret, SecretName, long_key, secret, signing_key};
use super::store::StoreConfig;

/// Whether letters ask for answers to an address that names the case.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Mail out (SMTP)")]
pub struct ReplyAddressSettings {
    /// Whether letters carry a signed Reply-To, local+case.token@domain, by which an answer that lost its headers is still matched: true or
    /// false. The mailbox of SMTP_FROM must deliver such mail.
    #[arg(long, env = "REPLY_SUBADDRESSING", default_value = "false")]
    pub reply_subaddressing: String,
    /// What the mail server separates a subaddress by: one of + - = _.
    #[arg(long, env = "REPLY_SEPARATOR", default_value = "+")]
    pub reply_separator: String,
    /// Key that signs the addresses, 32 bytes or more, the same for all processes. Unset: generated into VAR_DIR/reply-token-secret when embedded,
    /// else an error with REPLY_SUBADDRESSING.
    #[arg(long, env = "REPLY_TOKEN_SECRET", hide_env_values = true)]
    pub reply_token_secret: Option<Secret>,
    /// File that holds REPLY_TOKEN_SECRET.
    #[arg(long, env = "REPLY_TOKEN_SECRET_FILE")]
    pub reply_token_secret_file: Option<PathBuf>,
    /// Earlier keys, separated by blanks: what they signed is still read, and they sign no more.
    #[arg(long, env = "REPLY_TOKEN_OLD_SECRETS", hide_env_values = true)]
    pub reply_token_old_secrets: Option<Secret>,
    /// File that holds REPLY_TOKEN_OLD_SECRETS, on one line.
    #[arg(long, env = "REPLY_TOKEN_OLD_SECRETS_FILE")]
    pub reply_token_old_secrets_file: Option<PathBuf>,
}

/// The checked [`ReplyAddressSettings`], where they are on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyAddressConfig {
    /// The mailbox that is extended.
    pub mailbox: EmailAddress,
    /// The mail server's separator.
    pub separator: char,
    /// The key.
    pub secret: ReplyTokenSecret,
    /// Earlier keys.
    pub old_secrets: Vec<Secret>,
}

/// Where the key of the addresses comes from; [`ReplyTokenSecret::load`](crate::secrets) gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplyTokenSecret {
    /// The setting.
    Given(Secret),
    /// Embedded: this file, made at the first start.
    Generated(PathBuf),
}

const SECRET: SecretName = SecretName { value: "REPLY_TOKEN_SECRET", file: "REPLY_TOKEN_SECRET_FILE" };
const OLD_SECRETS: SecretName = SecretName { value: "REPLY_TOKEN_OLD_SECRETS", file: "REPLY_TOKEN_OLD_SECRETS_FILE" };

impl ReplyAddressSettings {
    /// Checks the group; none where the addresses are off. Makes no file: see [`crate::secrets`].
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub fn resolve(&self, store: &StoreConfig, mailbox: &EmailAddress) -> Result<Option<ReplyAddressConfig>, SettingError> {
        let is_on = boolean("REPLY_SUBADDRESSING", &self.reply_subaddressing)?;
        let given = secret(SECRET, self.reply_token_secret.as_ref(), self.reply_token_secret_file.as_deref())?;
        let old = secret(OLD_SECRETS, self.reply_token_old_secrets.as_ref(), self.reply_token_old_secrets_file.as_deref())?;
        if !is_on {
            return Ok(None);
        }
        let mut separators = self.reply_separator.trim().chars();
        let separator = separators.next().filter(|separator| separators.next().is_none() && "+-=_".contains(*separator));
        let secret = match given {
            Some(key) => ReplyTokenSecret::Given(signing_key(SECRET.value, key)?),
            None if store.is_embedded() => ReplyTokenSecret::Generated(store.in_var_dir("reply-token-secret")),
            None => {
                let problem = "is missing: REPLY_SUBADDRESSING is on, and only without DATABASE_URL is a key generated";
                return Err(SettingError::new(SECRET.value, problem));
            }
        };
        let old = old.iter().flat_map(|keys| keys.expose().split_whitespace()).map(Secret::new);
        Ok(Some(ReplyAddressConfig {
            mailbox: mailbox.clone(),
            separator: separator.ok_or_else(|| SettingError::new("REPLY_SEPARATOR", "must be one of + - = _"))?,
            secret,
            old_secrets: old.map(|key| long_key(OLD_SECRETS.value, key)).collect::<Result<_, _>>()?,
        }))
    }
}
