//! Mail in.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::SettingError;
use super::check::{given, given_path, number, one_line};
use super::mail_server::{CaFile, Credentials, Defaults, Given, MailTls, Names, Server, without_host};
use super::oauth::{AccountOauth, AccountOauthNames, OauthSettings};
use super::secret::{Secret, SecretName};
use super::store::StoreConfig;

/// The mailbox, or the directory that stands for it.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Mail in (IMAP)")]
pub struct ImapSettings {
    /// Mail server. Unset: .eml files from a directory when embedded or when MAIL_INBOX_DIR is set, else no mail is read.
    #[arg(long, env = "IMAP_HOST")]
    pub imap_host: Option<String>,
    /// Its port [default: 993, with starttls and none 143].
    #[arg(long, env = "IMAP_PORT")]
    pub imap_port: Option<String>,
    /// User to sign in as; required with IMAP_HOST.
    #[arg(long, env = "IMAP_USER")]
    pub imap_user: Option<String>,
    /// Password of IMAP_USER; with xoauth2, an access token that you renew yourself.
    #[arg(long, env = "IMAP_PASSWORD", hide_env_values = true)]
    pub imap_password: Option<Secret>,
    /// File that holds IMAP_PASSWORD.
    #[arg(long, env = "IMAP_PASSWORD_FILE")]
    pub imap_password_file: Option<PathBuf>,
    /// Mailbox to read [default: INBOX].
    #[arg(long, env = "IMAP_MAILBOX")]
    pub imap_mailbox: Option<String>,
    /// Protection: tls, starttls, or none (this machine only) [default: tls].
    #[arg(long, env = "IMAP_TLS")]
    pub imap_tls: Option<String>,
    /// PEM file of a certificate authority to trust besides the system's.
    #[arg(long, env = "IMAP_CA_FILE")]
    pub imap_ca_file: Option<PathBuf>,
    /// Sign-in: password, or xoauth2 with tokens by the OAUTH settings [default: password].
    #[arg(long, env = "IMAP_AUTH")]
    pub imap_auth: Option<String>,
    /// The refresh token of this account alone, in place of OAUTH_REFRESH_TOKEN.
    #[arg(long, env = "IMAP_OAUTH_REFRESH_TOKEN", hide_env_values = true)]
    pub imap_oauth_refresh_token: Option<Secret>,
    /// File that holds IMAP_OAUTH_REFRESH_TOKEN.
    #[arg(long, env = "IMAP_OAUTH_REFRESH_TOKEN_FILE")]
    pub imap_oauth_refresh_token_file: Option<PathBuf>,
    /// Its file for renewed refresh tokens; OAUTH_REFRESH_TOKEN_STORE is not for a refresh token of its own.
    #[arg(long, env = "IMAP_OAUTH_REFRESH_TOKEN_STORE")]
    pub imap_oauth_refresh_token_store: Option<PathBuf>,
    /// What is asked for, in place of OAUTH_SCOPE.
    #[arg(long, env = "IMAP_OAUTH_SCOPE")]
    pub imap_oauth_scope: Option<String>,
    /// Seconds between two looks into the directory, or into a mailbox whose server does not announce mail.
    #[arg(long, env = "IMAP_POLL_SECONDS", default_value = "60")]
    pub imap_poll_seconds: String,
    /// Seconds for which the server is waited for to announce mail (IDLE) before the mailbox is looked into all the same; at
    /// most 1500. 0: never waited for, IMAP_POLL_SECONDS decides.
    #[arg(long, env = "IMAP_IDLE_SECONDS", default_value = "300")]
    pub imap_idle_seconds: String,
    /// Of a mail above so many megabytes only the header section is fetched; it is quarantined and stays in the mailbox.
    #[arg(long, env = "IMAP_MAX_MAIL_MB", default_value = "40")]
    pub imap_max_mail_mb: String,
    /// Hours between two comparisons of what the mailbox holds with what is stored. 0: none by itself.
    #[arg(long, env = "IMAP_RECONCILE_HOURS", default_value = "24")]
    pub imap_reconcile_hours: String,
    /// Directory of dropped .eml files in place of IMAP [default: VAR_DIR/inbox when embedded].
    #[arg(long, env = "MAIL_INBOX_DIR")]
    pub mail_inbox_dir: Option<PathBuf>,
}

/// The checked [`ImapSettings`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailInConfig {
    /// Where mail comes from.
    pub source: MailIn,
    /// Time between two looks where nobody announces mail.
    pub poll_every: Duration,
    /// How long the server is waited for to announce mail; none when it is not.
    pub idle_renewal: Option<Duration>,
    /// Bytes above which a mail is not fetched whole.
    pub largest_mail: u64,
    /// Time between two comparisons; none when there are none.
    pub reconcile_every: Option<Duration>,
}

/// Where mail comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailIn {
    /// A mailbox on a server.
    Imap(ImapTarget),
    /// `.eml` files dropped in this directory, which need not exist yet.
    Inbox(PathBuf),
    /// Nowhere.
    NotConfigured,
}

impl MailIn {
    /// A word for the log.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Imap(_) => "imap",
            Self::Inbox(_) => "inbox",
            Self::NotConfigured => "not configured",
        }
    }
}

/// A mailbox to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImapTarget {
    /// Host name or IP address (IPv6 without brackets).
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Protection of the connection.
    pub tls: MailTls,
    /// A further authority to trust.
    pub ca: Option<CaFile>,
    /// Who signs in.
    pub credentials: Credentials,
    /// The mailbox's name.
    pub mailbox: String,
}

const NAMES: Names = Names {
    host: "IMAP_HOST",
    port: "IMAP_PORT",
    user: "IMAP_USER",
    password: SecretName { value: "IMAP_PASSWORD", file: "IMAP_PASSWORD_FILE" },
    tls: "IMAP_TLS",
    ca_file: "IMAP_CA_FILE",
    auth: "IMAP_AUTH",
};

const OAUTH_NAMES: AccountOauthNames = AccountOauthNames {
    refresh_token: SecretName { value: "IMAP_OAUTH_REFRESH_TOKEN", file: "IMAP_OAUTH_REFRESH_TOKEN_FILE" },
    refresh_token_store: "IMAP_OAUTH_REFRESH_TOKEN_STORE",
    scope: "IMAP_OAUTH_SCOPE",
};

/// RFC 8314 (993), RFC 9051 (143).
const DEFAULTS: Defaults = Defaults {
    tls: MailTls::Tls,
    port: |tls| match tls {
        MailTls::Tls => 993,
        MailTls::StartTls | MailTls::None => 143,
    },
};

/// Servers may hang up after 29 minutes of waiting (RFC 2177).
const LONGEST_WAIT: u64 = 1500;

impl ImapSettings {
    /// Checks the group.
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub fn resolve(&self, store: &StoreConfig, oauth: &OauthSettings) -> Result<MailInConfig, SettingError> {
        let seconds = number("IMAP_POLL_SECONDS", &self.imap_poll_seconds, 1..=86_400)?;
        let idle = number("IMAP_IDLE_SECONDS", &self.imap_idle_seconds, 0..=LONGEST_WAIT)?;
        let megabytes: u64 = number("IMAP_MAX_MAIL_MB", &self.imap_max_mail_mb, 1..=400)?;
        let hours: u64 = number("IMAP_RECONCILE_HOURS", &self.imap_reconcile_hours, 0..=720)?;
        let unless_zero = |seconds: u64| (seconds > 0).then(|| Duration::from_secs(seconds));
        Ok(MailInConfig {
            source: self.source(store, oauth)?,
            poll_every: Duration::from_secs(seconds),
            idle_renewal: unless_zero(idle),
            largest_mail: megabytes * 1_000_000,
            reconcile_every: unless_zero(hours * 3600),
        })
    }

    fn source(&self, store: &StoreConfig, oauth: &OauthSettings) -> Result<MailIn, SettingError> {
        let server = self.server(oauth).resolve(&NAMES, &DEFAULTS)?;
        match (server, given_path(self.mail_inbox_dir.as_ref())) {
            (Some(_), Some(_)) => Err(SettingError::new("MAIL_INBOX_DIR", "and IMAP_HOST are both set; mail is read from one of them")),
            (Some(server), None) => self.target(server).map(MailIn::Imap),
            (None, _) if given(self.imap_mailbox.as_ref()).is_some() => Err(without_host("IMAP_MAILBOX", NAMES.host)),
            (None, Some(directory)) => Ok(MailIn::Inbox(directory.to_owned())),
            (None, None) if store.is_embedded() => Ok(MailIn::Inbox(store.in_var_dir("inbox"))),
            (None, None) => Ok(MailIn::NotConfigured),
        }
    }

    fn target(&self, server: Server) -> Result<ImapTarget, SettingError> {
        let Server { host, port, tls, ca, credentials } = server;
        let credentials = credentials.ok_or_else(|| SettingError::new(NAMES.user, "is missing: IMAP_HOST is set"))?;
        let mailbox = one_line("IMAP_MAILBOX", given(self.imap_mailbox.as_ref()).unwrap_or("INBOX"))?;
        Ok(ImapTarget { host, port, tls, ca, credentials, mailbox })
    }

    fn server<'a>(&'a self, oauth: &'a OauthSettings) -> Given<'a> {
        Given {
            host: self.imap_host.as_ref(),
            port: self.imap_port.as_ref(),
            user: self.imap_user.as_ref(),
            password: self.imap_password.as_ref(),
            password_file: given_path(self.imap_password_file.as_ref()),
            tls: self.imap_tls.as_ref(),
            ca_file: given_path(self.imap_ca_file.as_ref()),
            auth: self.imap_auth.as_ref(),
            oauth: oauth.for_account(AccountOauth {
                names: OAUTH_NAMES,
                refresh_token: self.imap_oauth_refresh_token.as_ref(),
                refresh_token_file: given_path(self.imap_oauth_refresh_token_file.as_ref()),
                refresh_token_store: given_path(self.imap_oauth_refresh_token_store.as_ref()),
                scope: given(self.imap_oauth_scope.as_ref()),
            }),
        }
    }
}
