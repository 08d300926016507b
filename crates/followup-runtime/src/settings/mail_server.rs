//! What the settings of the SMTP and the IMAP server have in common.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::{fmt, fs};

use super::SettingError;
use super::check::{choice, given, number};
use super::oauth::{OauthGiven, OauthTarget};
use super::secret::{Secret, SecretName, SecretSource, secret_source};

/// How the connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTls {
    /// In clear text at first, then upgraded; refused if the server does not offer it.
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// Clear text, to this machine only.
    None,
}

/// What is presented at a sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// A password, by PLAIN or LOGIN.
    Password(SecretSource),
    /// An access token that somebody else renews, by XOAUTH2.
    Token(SecretSource),
    /// Access tokens that we fetch, by XOAUTH2.
    Oauth(OauthTarget),
}

/// Who signs in to a mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user's name.
    pub user: String,
    /// What is presented.
    pub sign_in: SignIn,
}

/// A certificate authority to trust besides the system's.
#[derive(Clone, PartialEq, Eq)]
pub struct CaFile {
    /// Where it was read from.
    pub path: PathBuf,
    /// One or more certificates in PEM.
    pub pem: Vec<u8>,
}

impl fmt::Debug for CaFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CaFile").field("path", &self.path).finish_non_exhaustive()
    }
}

/// The names of one server's settings.
pub(super) struct Names {
    pub(super) host: &'static str,
    pub(super) port: &'static str,
    pub(super) user: &'static str,
    pub(super) password: SecretName,
    pub(super) tls: &'static str,
    pub(super) ca_file: &'static str,
    pub(super) auth: &'static str,
}

/// One server's settings as given.
pub(super) struct Given<'a> {
    pub(super) host: Option<&'a String>,
    pub(super) port: Option<&'a String>,
    pub(super) user: Option<&'a String>,
    pub(super) password: Option<&'a Secret>,
    pub(super) password_file: Option<&'a Path>,
    pub(super) tls: Option<&'a String>,
    pub(super) ca_file: Option<&'a Path>,
    pub(super) auth: Option<&'a String>,
    pub(super) oauth: OauthGiven<'a>,
}

/// One server's checked settings.
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: MailTls,
    pub(super) ca: Option<CaFile>,
    pub(super) credentials: Option<Credentials>,
}

/// The defaults that differ by protocol.
pub(super) struct Defaults {
    pub(super) tls: MailTls,
    pub(super) port: fn(MailTls) -> u16,
}

impl Given<'_> {
    /// The server, or `None` when no host is given.
    pub(super) fn resolve(&self, names: &Names, defaults: &Defaults) -> Result<Option<Server>, SettingError> {
        let Some(host) = given(self.host) else { return self.refuse_without_host(names).map(|()| None) };
        let host = host_name(names.host, host)?;
        let words = [("starttls", MailTls::StartTls), ("tls", MailTls::Tls), ("none", MailTls::None)];
        let tls = given(self.tls).map_or(Ok(defaults.tls), |text| choice(names.tls, text, &words))?;
        if tls == MailTls::None && !is_loopback(&host) {
            return Err(SettingError::new(names.tls, format_args!("may be none only when {} is this machine (localhost)", names.host)));
        }
        let port = given(self.port).map_or(Ok((defaults.port)(tls)), |text| number(names.port, text, 1..=u16::MAX))?;
        let ca = self.ca_file.map(|path| read_ca(names.ca_file, path)).transpose()?;
        Ok(Some(Server { host, port, tls, ca, credentials: self.credentials(names)? }))
    }

    /// A setting that means nothing without the host shows that the host was forgotten.
    fn refuse_without_host(&self, names: &Names) -> Result<(), SettingError> {
        let password_file = self.password_file.is_some();
        let set = [
            (names.port, given(self.port).is_some()),
            (names.user, given(self.user).is_some()),
            (names.password.value, self.password.is_some_and(|password| !password.expose().is_empty())),
            (names.password.file, password_file),
            (names.tls, given(self.tls).is_some()),
            (names.ca_file, self.ca_file.is_some()),
            (names.auth, given(self.auth).is_some()),
        ];
        match set.iter().find(|(_, is_set)| *is_set) {
            Some((name, _)) => Err(without_host(name, names.host)),
            None => Ok(()),
        }
    }

    fn credentials(&self, names: &Names) -> Result<Option<Credentials>, SettingError> {
        let password = secret_source(names.password, self.password, self.password_file)?;
        let by_token = given(self.auth).map(|text| choice(names.auth, text, &[("password", false), ("xoauth2", true)])).transpose()?;
        let missing = |name, other| Err(SettingError::new(name, format_args!("is missing: {other} is set")));
        let Some(user) = given(self.user) else {
            return match (password, by_token) {
                (Some(_), _) => missing(names.user, names.password.value),
                (None, Some(_)) => missing(names.user, names.auth),
                (None, None) => Ok(None),
            };
        };
        let sign_in = match (password, by_token.unwrap_or(false)) {
            (Some(password), false) => SignIn::Password(password),
            (None, false) => return missing(names.password.value, names.user),
            (Some(_), true) if self.oauth.is_given() => {
                let problem = format_args!("and OAUTH_TOKEN_URL are both set; with {} xoauth2 give one of them", names.auth);
                return Err(SettingError::new(names.password.value, problem));
            }
            (Some(token), true) => SignIn::Token(token),
            (None, true) => SignIn::Oauth(self.oauth.resolve(names.auth)?),
        };
        Ok(Some(Credentials { user: user.to_owned(), sign_in }))
    }
}

pub(super) fn without_host(setting: &'static str, host: &str) -> SettingError {
    SettingError::new(setting, format_args!("is set but {host} is not"))
}

/// A host name or an IP address; an IPv6 address may stand in brackets.
fn host_name(setting: &'static str, text: &str) -> Result<String, SettingError> {
    let host = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let is_name = host.chars().all(|c| c.is_alphanumeric() || "-._".contains(c));
    if is_name || host.parse::<IpAddr>().is_ok() {
        Ok(host.to_owned())
    } else {
        Err(SettingError::new(setting, "must be a host name or an IP address alone, without scheme or port"))
    }
}

pub(super) fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

pub(super) fn read_ca(setting: &'static str, path: &Path) -> Result<CaFile, SettingError> {
    let pem = fs::read(path)
        .map_err(|error| SettingError::new(setting, format_args!("names a file that cannot be read, {}: {error}", path.display())))?;
    let marker = b"-----BEGIN CERTIFICATE-----";
    if !pem.windows(marker.len()).any(|window| window == marker) {
        return Err(SettingError::new(setting, format_args!("names a file without a PEM certificate, {}", path.display())));
    }
    Ok(CaFile { path: path.to_owned(), pem })
}
