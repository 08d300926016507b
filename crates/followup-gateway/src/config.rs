//! The gateway, and how it is spoken to.

use std::fmt;

use followup_https::ClientError;

/// A gateway.
#[derive(Clone)]
pub struct GatewayConfig {
    /// Where it takes messages: Kannel's `sendsms`, or where JSON is posted.
    pub url: String,
    /// Authorities in PEM to trust besides the system's.
    pub ca_pem: Option<Vec<u8>>,
    /// Who sends: a number or a name; none where the gateway decides.
    pub from: Option<String>,
    /// How it is spoken to.
    pub profile: Profile,
    /// Where it tells what became of a message: the public address of our webhook with its secret, without a query.
    pub status_callback: String,
}

/// How a gateway is spoken to.
#[derive(Clone)]
pub enum Profile {
    /// As Kannel's `sendsms`.
    Kannel(Login),
    /// With a text of JSON.
    Json(JsonProfile),
}

/// A user of the gateway.
#[derive(Clone)]
pub struct Login {
    /// The name.
    pub user: String,
    /// The password.
    pub password: String,
}

/// A gateway that takes JSON.
#[derive(Clone)]
pub struct JsonProfile {
    /// How we sign in; none where it asks for nothing.
    pub sign_in: Option<SignIn>,
    /// What is posted: JSON in whose texts `{to}`, `{digits}` (the number without `+`), `{text}`, `{from}`, `{reference}` (our name of the
    /// message) and `{callback}` (where it tells what became of it) stand for themselves.
    pub body: String,
    /// Where the gateway's id of the message stands in its answer (JSON pointer, RFC 6901), as in `/id`.
    pub id: Option<String>,
}

/// How we sign in with a gateway that takes JSON.
#[derive(Clone)]
pub enum SignIn {
    /// User and password (RFC 7617).
    Basic(Login),
    /// A token (RFC 6750).
    Bearer(String),
    /// A token in a header of this name.
    Header(String, String),
}

/// A configuration that cannot work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The gateway's address.
    #[error("the gateway's address {0}")]
    Url(#[from] ClientError),
    /// Kannel takes a percent sign for one of its own escapes.
    #[error("the public address must not have a percent sign: Kannel takes it for an escape")]
    Callback,
    /// What is posted.
    #[error("the gateway's body {0}")]
    Body(String),
}

/// Neither secret nor number.
impl fmt::Debug for GatewayConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let profile = match self.profile {
            Profile::Kannel(_) => "kannel",
            Profile::Json(_) => "json",
        };
        formatter.debug_struct("GatewayConfig").field("profile", &profile).finish_non_exhaustive()
    }
}
