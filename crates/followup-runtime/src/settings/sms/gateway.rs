//! A gateway of one's own.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;

use super::required;
use crate::settings::SettingError;
use crate::settings::check::{choice, given, given_path, web_address};
use crate::settings::mail_server::{CaFile, read_ca};
use crate::settings::secret::{Secret, SecretName, secret, signing_key};
use crate::settings::shown::{Shown, address_shown, hidden, is_set, shown};

/// A gateway of one's own.
#[derive(Clone, Args)]
#[command(next_help_heading = "SMS and WhatsApp")]
pub struct GatewaySettings {
    /// Where the gateway takes messages, https, or http to this machine: `http://127.0.0.1:13013/cgi-bin/sendsms`; required with
    /// SMS_PROVIDER=gateway.
    #[arg(long, env = "SMS_GATEWAY_URL", hide_env_values = true)]
    pub sms_gateway_url: Option<String>,
    /// How it is spoken to: kannel (its sendsms), or json (SMS_GATEWAY_BODY is posted).
    #[arg(long, env = "SMS_GATEWAY_PROFILE", default_value = "kannel")]
    pub sms_gateway_profile: String,
    /// User of the gateway; required with kannel. With json: HTTP Basic.
    #[arg(long, env = "SMS_GATEWAY_USER")]
    pub sms_gateway_user: Option<String>,
    /// Password of SMS_GATEWAY_USER.
    #[arg(long, env = "SMS_GATEWAY_PASSWORD", hide_env_values = true)]
    pub sms_gateway_password: Option<Secret>,
    /// File that holds SMS_GATEWAY_PASSWORD.
    #[arg(long, env = "SMS_GATEWAY_PASSWORD_FILE")]
    pub sms_gateway_password_file: Option<PathBuf>,
    /// Token in place of user and password, with json.
    #[arg(long, env = "SMS_GATEWAY_TOKEN", hide_env_values = true)]
    pub sms_gateway_token: Option<Secret>,
    /// File that holds SMS_GATEWAY_TOKEN.
    #[arg(long, env = "SMS_GATEWAY_TOKEN_FILE")]
    pub sms_gateway_token_file: Option<PathBuf>,
    /// Header in which SMS_GATEWAY_TOKEN stands alone. Unset: `Authorization: Bearer`.
    #[arg(long, env = "SMS_GATEWAY_TOKEN_HEADER")]
    pub sms_gateway_token_header: Option<String>,
    /// Number or name that text messages come from. Unset: the gateway's own.
    #[arg(long, env = "SMS_GATEWAY_FROM")]
    pub sms_gateway_from: Option<String>,
    /// With json, what is posted: JSON with {to} or {digits}, {text}, and, where they are wanted, {from}, {reference} and {callback}.
    #[arg(long, env = "SMS_GATEWAY_BODY", hide_env_values = true)]
    pub sms_gateway_body: Option<String>,
    /// With json, where the message's id stands in the answer (JSON pointer), as in /id. Unset: it tells none.
    #[arg(long, env = "SMS_GATEWAY_ID")]
    pub sms_gateway_id: Option<String>,
    /// File with authorities (PEM) to trust for SMS_GATEWAY_URL besides the system's.
    #[arg(long, env = "SMS_GATEWAY_CA_FILE")]
    pub sms_gateway_ca_file: Option<PathBuf>,
    /// Secret in the path that the gateway calls, at least 32 of A-Z a-z 0-9 - and _, as of `openssl rand -hex 32`; required with
    /// SMS_PROVIDER=gateway.
    #[arg(long, env = "SMS_GATEWAY_SECRET", hide_env_values = true)]
    pub sms_gateway_secret: Option<Secret>,
    /// File that holds SMS_GATEWAY_SECRET.
    #[arg(long, env = "SMS_GATEWAY_SECRET_FILE")]
    pub sms_gateway_secret_file: Option<PathBuf>,
    /// Addresses from which the gateway may call, separated by commas: 10.1.2.3, 10.1.0.0/16, 2001:db8::/32.
    #[arg(long, env = "SMS_GATEWAY_ALLOW", default_value = "127.0.0.0/8,::1")]
    pub sms_gateway_allow: String,
}

/// Neither secret nor number: either may stand in the address and in what is posted.
impl fmt::Debug for GatewaySettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("GatewaySettings").field("profile", &self.sms_gateway_profile).finish_non_exhaustive()
    }
}

/// How a gateway is spoken to.
#[derive(Clone, PartialEq, Eq)]
pub enum GatewayProfile {
    /// As Kannel: user and password.
    Kannel(String, Secret),
    /// By JSON.
    Json {
        /// How we sign in.
        sign_in: Option<GatewaySignIn>,
        /// What is posted, with its places.
        body: String,
        /// Where the id stands in the answer (JSON pointer).
        id: Option<String>,
    },
}

/// How we sign in with a gateway that takes JSON.
#[derive(Clone, PartialEq, Eq)]
pub enum GatewaySignIn {
    /// User and password.
    Basic(String, Secret),
    /// A token, in this header or as a bearer's.
    Token(Option<String>, Secret),
}

/// An address, and how many of its bits count.
pub type AddressBits = (IpAddr, u8);

/// A gateway of one's own.
#[derive(Clone, PartialEq, Eq)]
pub struct GatewayTarget {
    /// Where it takes messages.
    pub url: String,
    /// How it is spoken to.
    pub profile: GatewayProfile,
    /// Who sends; none where it decides.
    pub from: Option<String>,
    /// An authority to trust besides the system's.
    pub ca: Option<CaFile>,
    /// What stands in the path that it calls.
    pub secret: Secret,
    /// From where it may call.
    pub allowed: Vec<AddressBits>,
    /// Where it calls us, without a slash at the end.
    pub public_url: String,
}

/// Neither secret nor number.
impl fmt::Debug for GatewayTarget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("GatewayTarget").field("allowed", &self.allowed).finish_non_exhaustive()
    }
}

const PROVIDER: &str = "SMS_PROVIDER=gateway";
const PASSWORD: SecretName = SecretName { value: "SMS_GATEWAY_PASSWORD", file: "SMS_GATEWAY_PASSWORD_FILE" };
const TOKEN: SecretName = SecretName { value: "SMS_GATEWAY_TOKEN", file: "SMS_GATEWAY_TOKEN_FILE" };
const SECRET: SecretName = SecretName { value: "SMS_GATEWAY_SECRET", file: "SMS_GATEWAY_SECRET_FILE" };
const EXAMPLE: &str = "http://127.0.0.1:13013/cgi-bin/sendsms";

impl GatewaySettings {
    /// Checks the gateway.
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub(super) fn resolve(&self, public_url: String) -> Result<GatewayTarget, SettingError> {
        let url = required("SMS_GATEWAY_URL", PROVIDER, given(self.sms_gateway_url.as_ref()))?;
        web_address("SMS_GATEWAY_URL", url, EXAMPLE)?;
        let is_kannel = choice("SMS_GATEWAY_PROFILE", &self.sms_gateway_profile, &[("kannel", true), ("json", false)])?;
        Ok(GatewayTarget {
            url: url.to_owned(),
            profile: if is_kannel { self.kannel()? } else { self.json()? },
            from: given(self.sms_gateway_from.as_ref()).map(str::to_owned),
            ca: given_path(self.sms_gateway_ca_file.as_ref()).map(|path| read_ca("SMS_GATEWAY_CA_FILE", path)).transpose()?,
            secret: self.secret()?,
            allowed: addresses(&self.sms_gateway_allow)?,
            public_url,
        })
    }

    fn kannel(&self) -> Result<GatewayProfile, SettingError> {
        let of_json = [("SMS_GATEWAY_BODY", &self.sms_gateway_body), ("SMS_GATEWAY_ID", &self.sms_gateway_id)];
        if let Some((name, _)) = of_json.iter().find(|(_, value)| given(value.as_ref()).is_some()) {
            return Err(SettingError::new(name, "is for SMS_GATEWAY_PROFILE=json"));
        }
        if self.token()?.is_some() {
            return Err(SettingError::new(TOKEN.value, "is for SMS_GATEWAY_PROFILE=json"));
        }
        let (user, password) = required("SMS_GATEWAY_USER", PROVIDER, self.login()?)?;
        Ok(GatewayProfile::Kannel(user, password))
    }

    fn json(&self) -> Result<GatewayProfile, SettingError> {
        let body = given(self.sms_gateway_body.as_ref());
        let body = body.ok_or_else(|| SettingError::new("SMS_GATEWAY_BODY", "is required with SMS_GATEWAY_PROFILE=json"))?;
        let id = given(self.sms_gateway_id.as_ref());
        if id.is_some_and(|id| !id.starts_with('/')) {
            return Err(SettingError::new("SMS_GATEWAY_ID", "must be a JSON pointer, as /id or /0/id"));
        }
        let sign_in = match (self.login()?, self.token()?) {
            (Some(_), Some(_)) => {
                return Err(SettingError::new(TOKEN.value, "and SMS_GATEWAY_USER are both given; give one of them"));
            }
            (Some((user, password)), None) => Some(GatewaySignIn::Basic(user, password)),
            (None, Some(token)) => Some(GatewaySignIn::Token(self.header()?, token)),
            (None, None) => None,
        };
        Ok(GatewayProfile::Json { sign_in, body: body.to_owned(), id: id.map(str::to_owned) })
    }

    fn login(&self) -> Result<Option<(String, Secret)>, SettingError> {
        let password = secret(PASSWORD, self.sms_gateway_password.as_ref(), given_path(self.sms_gateway_password_file.as_ref()))?;
        match (given(self.sms_gateway_user.as_ref()), password) {
            (Some(user), Some(password)) => Ok(Some((user.to_owned(), password))),
            (Some(_), None) => Err(SettingError::new(PASSWORD.value, "is required with SMS_GATEWAY_USER")),
            (None, Some(_)) => Err(SettingError::new("SMS_GATEWAY_USER", "is required with SMS_GATEWAY_PASSWORD")),
            (None, None) => Ok(None),
        }
    }

    fn token(&self) -> Result<Option<Secret>, SettingError> {
        secret(TOKEN, self.sms_gateway_token.as_ref(), given_path(self.sms_gateway_token_file.as_ref()))
    }

    fn header(&self) -> Result<Option<String>, SettingError> {
        let header = given(self.sms_gateway_token_header.as_ref());
        let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        match header {
            Some(name) if !is_name(name) => Err(SettingError::new("SMS_GATEWAY_TOKEN_HEADER", "must be the name of a header")),
            name => Ok(name.map(str::to_owned)),
        }
    }

    fn secret(&self) -> Result<Secret, SettingError> {
        let given = secret(SECRET, self.sms_gateway_secret.as_ref(), given_path(self.sms_gateway_secret_file.as_ref()))?;
        let secret = signing_key(SECRET.value, required(SECRET.value, PROVIDER, given)?)?;
        // It stands in an address, whose percent signs Kannel takes for its own.
        if !secret.expose().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) {
            return Err(SettingError::new(SECRET.value, "must be of A-Z a-z 0-9 - and _ only: it stands in an address"));
        }
        Ok(secret)
    }

    /// As an administrator sees them.
    pub(super) fn shown(&self) -> Vec<Shown> {
        vec![
            address_shown("SMS_GATEWAY_URL", self.sms_gateway_url.as_ref()),
            shown("SMS_GATEWAY_PROFILE", Some(&self.sms_gateway_profile)),
            shown("SMS_GATEWAY_USER", self.sms_gateway_user.as_ref()),
            is_set(PASSWORD, self.sms_gateway_password.as_ref(), self.sms_gateway_password_file.as_ref()),
            is_set(TOKEN, self.sms_gateway_token.as_ref(), self.sms_gateway_token_file.as_ref()),
            shown("SMS_GATEWAY_TOKEN_HEADER", self.sms_gateway_token_header.as_ref()),
            shown("SMS_GATEWAY_FROM", self.sms_gateway_from.as_ref()),
            hidden("SMS_GATEWAY_BODY", self.sms_gateway_body.as_ref()),
            shown("SMS_GATEWAY_ID", self.sms_gateway_id.as_ref()),
            is_set(SECRET, self.sms_gateway_secret.as_ref(), self.sms_gateway_secret_file.as_ref()),
            shown("SMS_GATEWAY_ALLOW", Some(&self.sms_gateway_allow)),
        ]
    }
}

fn addresses(text: &str) -> Result<Vec<AddressBits>, SettingError> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let ranges: Option<Vec<AddressBits>> = parts.map(address).collect();
    let ranges = ranges.filter(|ranges| !ranges.is_empty());
    ranges.ok_or_else(|| SettingError::new("SMS_GATEWAY_ALLOW", "must be addresses such as 10.1.2.3, 10.1.0.0/16, 2001:db8::/32"))
}

fn address(text: &str) -> Option<AddressBits> {
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let address: IpAddr = address.parse().ok()?;
    let width = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.map_or(Some(width), |bits| bits.parse().ok().filter(|bits| *bits <= width))?;
    Some((address, bits))
}
