//! The REST server.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use followup_domain::user::{SHORTEST_PASSWORD, is_long_enough};
use url::Url;

use super::SettingError;
use super::check::{choice, given, number};
use super::issuer_keys::{IssuerKeyConfig, IssuerKeySettings};
use super::secret::{Secret, SecretName, secret, signing_key};
use super::store::StoreConfig;

/// Address, sign-in and background jobs of `api-server`.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "HTTP")]
pub struct HttpSettings {
    /// Address and port to listen on.
    #[arg(long, env = "HTTP_ADDR", default_value = "127.0.0.1:8080")]
    pub http_addr: String,
    /// Largest request body, in bytes.
    #[arg(long, env = "HTTP_BODY_LIMIT", default_value = "1048576")]
    pub http_body_limit: String,
    /// Origins, separated by commas, whose pages may call the API from a browser, as in `https://vigia.example.org`. Unset: none.
    #[arg(long, env = "CORS_ORIGINS")]
    pub cors_origins: Option<String>,
    /// Key of the HS256 tokens, 32 bytes or more; local users sign in with it. Unset: generated into VAR_DIR/jwt-secret when embedded, else an
    /// error unless the issuer's keys are given.
    #[arg(long, env = "JWT_SECRET", hide_env_values = true)]
    pub jwt_secret: Option<Secret>,
    /// File that holds JWT_SECRET.
    #[arg(long, env = "JWT_SECRET_FILE")]
    pub jwt_secret_file: Option<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs)] // A comment here would stand above the help.
    pub issuer_keys: IssuerKeySettings,
    /// The only tenant whose tokens are accepted. Unset: the claim is not looked at.
    #[arg(long, env = "JWT_TENANT")]
    pub jwt_tenant: Option<String>,
    /// Minutes for which a token of a local user is good (/auth/login, api-server token).
    #[arg(long, env = "JWT_LIFETIME_MINUTES", default_value = "720")]
    pub jwt_lifetime_minutes: String,
    /// Minutes from now within which a token of others must end; one that ends later is not accepted.
    #[arg(long, env = "JWT_LONGEST_LIFETIME_MINUTES", default_value = "1440")]
    pub jwt_longest_lifetime_minutes: String,
    /// Password of the user "admin", of 10 characters or more, created when there is no user yet. Unset: generated into VAR_DIR/admin-password when embedded.
    #[arg(long, env = "ADMIN_PASSWORD", hide_env_values = true)]
    pub admin_password: Option<Secret>,
    /// File that holds ADMIN_PASSWORD.
    #[arg(long, env = "ADMIN_PASSWORD_FILE")]
    pub admin_password_file: Option<PathBuf>,
    /// What api-server does besides answering: all (send, plans, mailbox), send (queued mail only) or none [default: all when embedded, else send].
    #[arg(long, env = "BACKGROUND_JOBS")]
    pub background_jobs: Option<String>,
}

/// The checked [`HttpSettings`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpConfig {
    /// Where to listen; port 0 lets the system choose.
    pub addr: SocketAddr,
    /// Largest request body, in bytes.
    pub body_limit: usize,
    /// Whose pages may call the API from a browser, as browsers write an origin (RFC 6454 §6.2).
    pub cors_origins: Vec<String>,
    /// The key of our own tokens; without one there is another issuer, and nobody signs in here.
    pub jwt_secret: Option<JwtSecret>,
    /// Who else issues tokens.
    pub issuer_keys: Option<IssuerKeyConfig>,
    /// The tenant that a token must name, if any.
    pub jwt_tenant: Option<String>,
    /// For how many minutes our own tokens are good.
    pub jwt_lifetime_minutes: u32,
    /// In how many minutes a token of others must end.
    pub jwt_longest_lifetime_minutes: u32,
    /// The first user's password.
    pub admin_password: AdminPassword,
    /// What runs besides HTTP.
    pub background_jobs: BackgroundJobs,
}

/// Where the key of the tokens comes from; [`JwtSecret::load`](crate::secrets) gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JwtSecret {
    /// The setting.
    Given(Secret),
    /// Embedded: this file, made at the first start.
    Generated(PathBuf),
}

/// Where the first user's password comes from; [`AdminPassword::load`](crate::secrets) gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdminPassword {
    /// The setting.
    Given(Secret),
    /// Embedded: this file, made when the first user is.
    Generated(PathBuf),
    /// Nowhere: users are added by `api-server user add`.
    NotGiven,
}

/// What `api-server` does besides answering requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackgroundJobs {
    /// Sends queued mail, runs the plans and reads the mailbox.
    All,
    /// Sends queued mail.
    Send,
    /// Nothing.
    None,
}

const JWT_SECRET: SecretName = SecretName { value: "JWT_SECRET", file: "JWT_SECRET_FILE" };
const ADMIN_PASSWORD: SecretName = SecretName { value: "ADMIN_PASSWORD", file: "ADMIN_PASSWORD_FILE" };
const LARGEST_BODY: usize = 64 * 1024 * 1024;
/// A month: what is good for longer is no token but a password.
const LONGEST_LIFETIME_MINUTES: u32 = 31 * 24 * 60;

/// The origins of the list, each as a browser writes it.
pub(super) fn origins(setting: &'static str, list: &str) -> Result<Vec<String>, SettingError> {
    list.split(',').map(str::trim).filter(|text| !text.is_empty()).map(|text| origin(setting, text)).collect()
}

fn origin(setting: &'static str, text: &str) -> Result<String, SettingError> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let bare = url.filter(|url| url.path() == "/" && url.query().or(url.fragment()).is_none() && url.username().is_empty());
    let problem = format_args!("must be origins separated by commas, as in https://vigia.example.org, and {text:?} is none").to_string();
    bare.map(|url| url.origin().ascii_serialization()).ok_or_else(|| SettingError::new(setting, problem))
}

impl HttpConfig {
    /// Whether a key that others may hold signs tokens of every tenant. A generated key is nobody else's.
    pub fn trusts_every_tenant(&self) -> bool {
        matches!(self.jwt_secret, Some(JwtSecret::Given(_))) && self.jwt_tenant.is_none()
    }
}

impl HttpSettings {
    /// Checks the group. Makes no file: see [`crate::secrets`].
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub fn resolve(&self, store: &StoreConfig) -> Result<HttpConfig, SettingError> {
        let addr = self.http_addr.trim().parse();
        let issuer_keys = self.issuer_keys.resolve()?;
        Ok(HttpConfig {
            addr: addr.map_err(|_| SettingError::new("HTTP_ADDR", "must be an IP address and a port, as in 127.0.0.1:8080"))?,
            body_limit: number("HTTP_BODY_LIMIT", &self.http_body_limit, 1024..=LARGEST_BODY)?,
            cors_origins: given(self.cors_origins.as_ref()).map_or(Ok(Vec::new()), |list| origins("CORS_ORIGINS", list))?,
            jwt_secret: self.jwt_secret(store, issuer_keys.is_some())?,
            issuer_keys,
            jwt_tenant: given(self.jwt_tenant.as_ref()).map(str::to_owned),
            jwt_lifetime_minutes: number("JWT_LIFETIME_MINUTES", &self.jwt_lifetime_minutes, 1..=LONGEST_LIFETIME_MINUTES)?,
            jwt_longest_lifetime_minutes: number(
                "JWT_LONGEST_LIFETIME_MINUTES",
                &self.jwt_longest_lifetime_minutes,
                1..=LONGEST_LIFETIME_MINUTES,
            )?,
            admin_password: self.admin_password(store)?,
            background_jobs: self.background_jobs(store)?,
        })
    }

    fn jwt_secret(&self, store: &StoreConfig, others_issue: bool) -> Result<Option<JwtSecret>, SettingError> {
        match secret(JWT_SECRET, self.jwt_secret.as_ref(), self.jwt_secret_file.as_deref())? {
            // Everybody knows a public key: with it as the secret, everybody could sign.
            Some(key) if key.expose().contains("-----BEGIN ") => {
                Err(SettingError::new(JWT_SECRET.value, "is a key in PEM; a public key belongs into JWT_PUBLIC_KEY_FILE"))
            }
            Some(key) => Ok(Some(JwtSecret::Given(signing_key(JWT_SECRET.value, key)?))),
            None if store.is_embedded() => Ok(Some(JwtSecret::Generated(store.in_var_dir("jwt-secret")))),
            None if others_issue => Ok(None),
            None => {
                let problem = "is missing: only without DATABASE_URL is one generated; JWT_PUBLIC_KEY_FILE, JWT_JWKS_FILE or JWT_JWKS_URL can stand in its place";
                Err(SettingError::new(JWT_SECRET.value, problem))
            }
        }
    }

    fn admin_password(&self, store: &StoreConfig) -> Result<AdminPassword, SettingError> {
        let given = secret(ADMIN_PASSWORD, self.admin_password.as_ref(), self.admin_password_file.as_deref())?;
        Ok(match given {
            Some(password) if !is_long_enough(password.expose()) => {
                return Err(SettingError::new(ADMIN_PASSWORD.value, format_args!("must have at least {SHORTEST_PASSWORD} characters")));
            }
            Some(password) => AdminPassword::Given(password),
            None if store.is_embedded() => AdminPassword::Generated(store.in_var_dir("admin-password")),
            None => AdminPassword::NotGiven,
        })
    }

    fn background_jobs(&self, store: &StoreConfig) -> Result<BackgroundJobs, SettingError> {
        let jobs = [("all", BackgroundJobs::All), ("send", BackgroundJobs::Send), ("none", BackgroundJobs::None)];
        match given(self.background_jobs.as_ref()) {
            Some(text) => choice("BACKGROUND_JOBS", text, &jobs),
            None if store.is_embedded() => Ok(BackgroundJobs::All),
            None => Ok(BackgroundJobs::Send),
        }
    }
}
