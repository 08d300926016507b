//! Mail out.

use std::path::PathBuf;

use clap::Args;
use followup_domain::contact::EmailAddress;

use super::SettingError;
use super::check::{address, given, given_path, one_line};
use super::mail_server::{CaFile, Credentials, Defaults, Given, MailTls, Names, Server, without_host};
use super::oauth::{AccountOauth, AccountOauthNames, OauthSettings};
use super::secret::{Secret, SecretName};
use super::shown::{Shown, is_set, shown};
use super::store::StoreConfig;

/// The SMTP server, or the directory that stands for it.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Mail out (SMTP)")]
pub struct SmtpSettings {
    /// Mail server. Unset: .eml files in a directory when embedded or when MAIL_OUTBOX_DIR is set, else e-mail is not configured.
    #[arg(long, env = "SMTP_HOST")]
    pub smtp_host: Option<String>,
    /// Its port [default: 587, with tls 465, with none 25].
    #[arg(long, env = "SMTP_PORT")]
    pub smtp_port: Option<String>,
    /// User to sign in as. Unset: no sign-in.
    #[arg(long, env = "SMTP_USER")]
    pub smtp_user: Option<String>,
    /// Password of SMTP_USER; with xoauth2, an access token that you renew yourself.
    #[arg(long, env = "SMTP_PASSWORD", hide_env_values = true)]
    pub smtp_password: Option<Secret>,
    /// File that holds SMTP_PASSWORD.
    #[arg(long, env = "SMTP_PASSWORD_FILE")]
    pub smtp_password_file: Option<PathBuf>,
    /// Address that mail comes from; required with SMTP_HOST. Unset: .eml files come from farmacovigilancia@followup.invalid.
    #[arg(long, env = "SMTP_FROM")]
    pub smtp_from: Option<String>,
    /// Name shown with that address [default: UNIT_NAME].
    #[arg(long, env = "SMTP_FROM_NAME")]
    pub smtp_from_name: Option<String>,
    /// Protection: starttls, tls, or none (this machine only) [default: starttls].
    #[arg(long, env = "SMTP_TLS")]
    pub smtp_tls: Option<String>,
    /// PEM file of a certificate authority to trust besides the system's.
    #[arg(long, env = "SMTP_CA_FILE")]
    pub smtp_ca_file: Option<PathBuf>,
    /// Sign-in: password, or xoauth2 with tokens by the OAUTH settings [default: password].
    #[arg(long, env = "SMTP_AUTH")]
    pub smtp_auth: Option<String>,
    /// The refresh token of this account alone, in place of OAUTH_REFRESH_TOKEN.
    #[arg(long, env = "SMTP_OAUTH_REFRESH_TOKEN", hide_env_values = true)]
    pub smtp_oauth_refresh_token: Option<Secret>,
    /// File that holds SMTP_OAUTH_REFRESH_TOKEN.
    #[arg(long, env = "SMTP_OAUTH_REFRESH_TOKEN_FILE")]
    pub smtp_oauth_refresh_token_file: Option<PathBuf>,
    /// Its file for renewed refresh tokens; OAUTH_REFRESH_TOKEN_STORE is not for a refresh token of its own.
    #[arg(long, env = "SMTP_OAUTH_REFRESH_TOKEN_STORE")]
    pub smtp_oauth_refresh_token_store: Option<PathBuf>,
    /// What is asked for, in place of OAUTH_SCOPE.
    #[arg(long, env = "SMTP_OAUTH_SCOPE")]
    pub smtp_oauth_scope: Option<String>,
    /// Directory for .eml files in place of SMTP [default: VAR_DIR/outbox when embedded].
    #[arg(long, env = "MAIL_OUTBOX_DIR")]
    pub mail_outbox_dir: Option<PathBuf>,
    /// Staging: every letter goes to this address instead, and says so.
    #[arg(long, env = "MAIL_REDIRECT_TO")]
    pub mail_redirect_to: Option<String>,
}

impl SmtpSettings {
    /// As an administrator sees them.
    pub fn shown(&self) -> Vec<Shown> {
        let refresh_token = OAUTH_NAMES.refresh_token;
        let folder = self.mail_outbox_dir.as_ref().map(|path| path.display().to_string());
        vec![
            shown(NAMES.host, self.smtp_host.as_ref()),
            shown(NAMES.port, self.smtp_port.as_ref()),
            shown(NAMES.tls, self.smtp_tls.as_ref()),
            shown(NAMES.auth, self.smtp_auth.as_ref()),
            shown(NAMES.user, self.smtp_user.as_ref()),
            is_set(NAMES.password, self.smtp_password.as_ref(), self.smtp_password_file.as_ref()),
            is_set(refresh_token, self.smtp_oauth_refresh_token.as_ref(), self.smtp_oauth_refresh_token_file.as_ref()),
            shown("SMTP_FROM", self.smtp_from.as_ref()),
            shown("SMTP_FROM_NAME", self.smtp_from_name.as_ref()),
            shown("MAIL_OUTBOX_DIR", folder.as_ref()),
            shown("MAIL_REDIRECT_TO", self.mail_redirect_to.as_ref()),
        ]
    }
}

/// The checked [`SmtpSettings`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailOutConfig {
    /// Where mail goes.
    pub target: MailOut,
    /// The address it comes from; [`PLACEHOLDER_SENDER`] when none is configured, which happens only without SMTP.
    pub sender: EmailAddress,
    /// The name shown with it, where it is not the unit's.
    pub sender_name: Option<String>,
    /// Where every mail goes on a staging system.
    pub redirect_to: Option<EmailAddress>,
}

/// Where mail goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailOut {
    /// A mail server.
    Smtp(SmtpTarget),
    /// `.eml` files in this directory, which need not exist yet.
    Outbox(PathBuf),
    /// Nowhere: e-mail answers "canal no configurado".
    NotConfigured,
}

impl MailOut {
    /// A word for the log.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Smtp(_) => "smtp",
            Self::Outbox(_) => "outbox",
            Self::NotConfigured => "not configured",
        }
    }
}

/// A mail server to send by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpTarget {
    /// Host name or IP address (IPv6 without brackets).
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Protection of the connection.
    pub tls: MailTls,
    /// A further authority to trust.
    pub ca: Option<CaFile>,
    /// Who signs in, if anybody.
    pub credentials: Option<Credentials>,
}

/// The sender of `.eml` files when `SMTP_FROM` is not set. `.invalid` is reserved (RFC 2606 §2): should such a
/// letter ever reach a mail server, no answer can go to a stranger.
pub const PLACEHOLDER_SENDER: &str = "farmacovigilancia@followup.invalid";

const NAMES: Names = Names {
    host: "SMTP_HOST",
    port: "SMTP_PORT",
    user: "SMTP_USER",
    password: SecretName { value: "SMTP_PASSWORD", file: "SMTP_PASSWORD_FILE" },
    tls: "SMTP_TLS",
    ca_file: "SMTP_CA_FILE",
    auth: "SMTP_AUTH",
};

const OAUTH_NAMES: AccountOauthNames = AccountOauthNames {
    refresh_token: SecretName { value: "SMTP_OAUTH_REFRESH_TOKEN", file: "SMTP_OAUTH_REFRESH_TOKEN_FILE" },
    refresh_token_store: "SMTP_OAUTH_REFRESH_TOKEN_STORE",
    scope: "SMTP_OAUTH_SCOPE",
};

/// RFC 6409 (587), RFC 8314 (465), RFC 5321 (25).
const DEFAULTS: Defaults = Defaults {
    tls: MailTls::StartTls,
    port: |tls| match tls {
        MailTls::StartTls => 587,
        MailTls::Tls => 465,
        MailTls::None => 25,
    },
};

impl SmtpSettings {
    /// Checks the group.
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub fn resolve(&self, store: &StoreConfig, oauth: &OauthSettings) -> Result<MailOutConfig, SettingError> {
        let target = self.target(store, oauth)?;
        let sender = given(self.smtp_from.as_ref()).map(|text| address("SMTP_FROM", text)).transpose()?;
        let sender = match (sender, &target) {
            (Some(sender), _) => sender,
            (None, MailOut::Smtp(_)) => return Err(SettingError::new("SMTP_FROM", "is missing: SMTP_HOST is set")),
            (None, _) => address("SMTP_FROM", PLACEHOLDER_SENDER)?,
        };
        Ok(MailOutConfig {
            target,
            sender,
            sender_name: given(self.smtp_from_name.as_ref()).map(|text| one_line("SMTP_FROM_NAME", text)).transpose()?,
            redirect_to: given(self.mail_redirect_to.as_ref()).map(|text| address("MAIL_REDIRECT_TO", text)).transpose()?,
        })
    }

    fn target(&self, store: &StoreConfig, oauth: &OauthSettings) -> Result<MailOut, SettingError> {
        let server = self.server(oauth).resolve(&NAMES, &DEFAULTS)?;
        match (server, given_path(self.mail_outbox_dir.as_ref())) {
            (Some(_), Some(_)) => Err(SettingError::new("MAIL_OUTBOX_DIR", "and SMTP_HOST are both set; mail goes to one of them")),
            (Some(Server { host, port, tls, ca, credentials }), None) => Ok(MailOut::Smtp(SmtpTarget { host, port, tls, ca, credentials })),
            (None, Some(directory)) => Ok(MailOut::Outbox(directory.to_owned())),
            (None, None) if store.is_embedded() => Ok(MailOut::Outbox(store.in_var_dir("outbox"))),
            (None, None) => self.not_configured(),
        }
    }

    /// With a sender but no way to send, `SMTP_HOST` was forgotten.
    fn not_configured(&self) -> Result<MailOut, SettingError> {
        let set = [("SMTP_FROM", &self.smtp_from), ("SMTP_FROM_NAME", &self.smtp_from_name)];
        match set.iter().find(|(_, value)| given(value.as_ref()).is_some()) {
            Some((name, _)) => Err(without_host(name, NAMES.host)),
            None => Ok(MailOut::NotConfigured),
        }
    }

    fn server<'a>(&'a self, oauth: &'a OauthSettings) -> Given<'a> {
        Given {
            host: self.smtp_host.as_ref(),
            port: self.smtp_port.as_ref(),
            user: self.smtp_user.as_ref(),
            password: self.smtp_password.as_ref(),
            password_file: given_path(self.smtp_password_file.as_ref()),
            tls: self.smtp_tls.as_ref(),
            ca_file: given_path(self.smtp_ca_file.as_ref()),
            auth: self.smtp_auth.as_ref(),
            oauth: oauth.for_account(AccountOauth {
                names: OAUTH_NAMES,
                refresh_token: self.smtp_oauth_refresh_token.as_ref(),
                refresh_token_file: given_path(self.smtp_oauth_refresh_token_file.as_ref()),
                refresh_token_store: given_path(self.smtp_oauth_refresh_token_store.as_ref()),
                scope: given(self.smtp_oauth_scope.as_ref()),
            }),
        }
    }
}
