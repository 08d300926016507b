//! Access tokens for mail servers that take no passwords any more.

use std::path::{Path, PathBuf};

use clap::Args;

use super::SettingError;
use super::check::{choice, given, given_path, one_line, web_address};
use super::mail_server::{CaFile, read_ca};
use super::secret::{Secret, SecretName, SecretSource, secret_source};

/// Where access tokens come from, with `SMTP_AUTH` or `IMAP_AUTH` xoauth2.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "OAuth 2.0 (xoauth2)")]
pub struct OauthSettings {
    /// The provider's token endpoint, https, or http to this machine.
    #[arg(long, env = "OAUTH_TOKEN_URL")]
    pub oauth_token_url: Option<String>,
    /// PEM file of a certificate authority to trust besides the system's when it is asked.
    #[arg(long, env = "OAUTH_CA_FILE")]
    pub oauth_ca_file: Option<PathBuf>,
    /// The application's id; required with OAUTH_TOKEN_URL.
    #[arg(long, env = "OAUTH_CLIENT_ID")]
    pub oauth_client_id: Option<String>,
    /// The application's secret; required with client_credentials.
    #[arg(long, env = "OAUTH_CLIENT_SECRET", hide_env_values = true)]
    pub oauth_client_secret: Option<Secret>,
    /// File that holds OAUTH_CLIENT_SECRET; a new one is used without a restart.
    #[arg(long, env = "OAUTH_CLIENT_SECRET_FILE")]
    pub oauth_client_secret_file: Option<PathBuf>,
    /// The refresh token that came of the account's owner authorising the application.
    #[arg(long, env = "OAUTH_REFRESH_TOKEN", hide_env_values = true)]
    pub oauth_refresh_token: Option<Secret>,
    /// File that holds OAUTH_REFRESH_TOKEN; a new one is used without a restart.
    #[arg(long, env = "OAUTH_REFRESH_TOKEN_FILE")]
    pub oauth_refresh_token_file: Option<PathBuf>,
    /// File in which a refresh token is kept that the provider gives in place of the last one; all processes share it, and it must be
    /// writable to them. Unset: kept in memory, and lost at the end.
    #[arg(long, env = "OAUTH_REFRESH_TOKEN_STORE")]
    pub oauth_refresh_token_store: Option<PathBuf>,
    /// What is asked for. Unset: the provider's default.
    #[arg(long, env = "OAUTH_SCOPE")]
    pub oauth_scope: Option<String>,
    /// On which ground: client_credentials or refresh_token [default: refresh_token when one is given, else client_credentials].
    #[arg(long, env = "OAUTH_GRANT")]
    pub oauth_grant: Option<String>,
}

/// Where one account's access tokens come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OauthTarget {
    /// The token endpoint.
    pub token_url: String,
    /// A further authority to trust.
    pub ca: Option<CaFile>,
    /// The application's id.
    pub client_id: String,
    /// The application's secret.
    pub client_secret: Option<SecretSource>,
    /// What is asked for.
    pub scope: Option<String>,
    /// On which ground.
    pub grant: OauthGrant,
}

/// On which ground tokens are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OauthGrant {
    /// The application's own.
    ClientCredentials,
    /// The account owner's.
    RefreshToken {
        /// The token that was configured.
        token: SecretSource,
        /// Where one that takes its place is kept.
        store: Option<PathBuf>,
    },
}

/// The names of what one account may have of its own.
#[derive(Clone, Copy)]
pub(super) struct AccountOauthNames {
    pub(super) refresh_token: SecretName,
    pub(super) refresh_token_store: &'static str,
    pub(super) scope: &'static str,
}

/// What one account has of its own.
pub(super) struct AccountOauth<'a> {
    pub(super) names: AccountOauthNames,
    pub(super) refresh_token: Option<&'a Secret>,
    pub(super) refresh_token_file: Option<&'a Path>,
    pub(super) refresh_token_store: Option<&'a Path>,
    pub(super) scope: Option<&'a str>,
}

/// The settings for one account, as given.
pub(super) struct OauthGiven<'a> {
    shared: &'a OauthSettings,
    own: AccountOauth<'a>,
}

const CLIENT_SECRET: SecretName = SecretName { value: "OAUTH_CLIENT_SECRET", file: "OAUTH_CLIENT_SECRET_FILE" };
const REFRESH_TOKEN: SecretName = SecretName { value: "OAUTH_REFRESH_TOKEN", file: "OAUTH_REFRESH_TOKEN_FILE" };
const STORE: &str = "OAUTH_REFRESH_TOKEN_STORE";

#[derive(Clone, Copy, PartialEq, Eq)]
enum GrantWord {
    ClientCredentials,
    RefreshToken,
}

impl OauthSettings {
    pub(super) fn for_account<'a>(&'a self, own: AccountOauth<'a>) -> OauthGiven<'a> {
        OauthGiven { shared: self, own }
    }
}

impl OauthGiven<'_> {
    /// Whether tokens can be fetched at all.
    pub(super) fn is_given(&self) -> bool {
        given(self.shared.oauth_token_url.as_ref()).is_some()
    }

    /// Checks the settings; `auth` is the one that demands them.
    pub(super) fn resolve(&self, auth: &str) -> Result<OauthTarget, SettingError> {
        let shared = self.shared;
        let missing = |name, other: &str| SettingError::new(name, format_args!("is missing: {other}"));
        let url = given(shared.oauth_token_url.as_ref());
        let token_url = url.ok_or_else(|| missing("OAUTH_TOKEN_URL", &format!("{auth} is xoauth2 and no token is given")))?;
        web_address("OAUTH_TOKEN_URL", token_url, "https://login.example/token")?;
        let client_id = given(shared.oauth_client_id.as_ref()).ok_or_else(|| missing("OAUTH_CLIENT_ID", "OAUTH_TOKEN_URL is set"))?;
        let client_secret =
            secret_source(CLIENT_SECRET, shared.oauth_client_secret.as_ref(), given_path(shared.oauth_client_secret_file.as_ref()))?;
        let grant = self.grant()?;
        if grant == OauthGrant::ClientCredentials && client_secret.is_none() {
            return Err(missing(CLIENT_SECRET.value, "client_credentials needs it"));
        }
        let ca = given_path(shared.oauth_ca_file.as_ref()).map(|path| read_ca("OAUTH_CA_FILE", path)).transpose()?;
        Ok(OauthTarget {
            token_url: token_url.to_owned(),
            ca,
            client_id: one_line("OAUTH_CLIENT_ID", client_id)?,
            client_secret,
            scope: self.scope()?,
            grant,
        })
    }

    fn scope(&self) -> Result<Option<String>, SettingError> {
        let own = self.own.scope.map(|text| one_line(self.own.names.scope, text));
        own.or_else(|| given(self.shared.oauth_scope.as_ref()).map(|text| one_line("OAUTH_SCOPE", text))).transpose()
    }

    fn grant(&self) -> Result<OauthGrant, SettingError> {
        let words = [("client_credentials", GrantWord::ClientCredentials), ("refresh_token", GrantWord::RefreshToken)];
        let word = given(self.shared.oauth_grant.as_ref()).map(|text| choice("OAUTH_GRANT", text, &words)).transpose()?;
        match (self.refresh_token()?, word) {
            (None, None | Some(GrantWord::ClientCredentials)) => Ok(OauthGrant::ClientCredentials),
            (Some((token, store)), None | Some(GrantWord::RefreshToken)) => Ok(OauthGrant::RefreshToken { token, store }),
            (None, Some(GrantWord::RefreshToken)) => {
                Err(SettingError::new(REFRESH_TOKEN.value, "is missing: OAUTH_GRANT is refresh_token"))
            }
            (Some(_), Some(GrantWord::ClientCredentials)) => {
                Err(SettingError::new("OAUTH_GRANT", "is client_credentials and a refresh token is given; give one of them"))
            }
        }
    }

    /// The account's own token and file, or those that both accounts share.
    fn refresh_token(&self) -> Result<Option<(SecretSource, Option<PathBuf>)>, SettingError> {
        let own = secret_source(self.own.names.refresh_token, self.own.refresh_token, self.own.refresh_token_file)?;
        let (token, store, name) = match own {
            Some(token) => (Some(token), self.own.refresh_token_store, self.own.names.refresh_token_store),
            None if self.own.refresh_token_store.is_some() => {
                let problem = format_args!("is set but {} is not", self.own.names.refresh_token.value);
                return Err(SettingError::new(self.own.names.refresh_token_store, problem));
            }
            None => {
                let file = given_path(self.shared.oauth_refresh_token_file.as_ref());
                let token = secret_source(REFRESH_TOKEN, self.shared.oauth_refresh_token.as_ref(), file)?;
                (token, given_path(self.shared.oauth_refresh_token_store.as_ref()), STORE)
            }
        };
        let Some(token) = token else { return Ok(None) };
        if store.is_some() && store == token.file.as_deref() {
            return Err(SettingError::new(name, "must be another file than the one that holds the configured token"));
        }
        Ok(Some((token, store.map(PathBuf::from))))
    }
}
