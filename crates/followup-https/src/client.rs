//! One server, and how it is reached.

use std::fmt;

use ureq::Agent;
use ureq::http::uri::Scheme;
use ureq::http::{Method, Uri};

use crate::address;
use crate::request::Request;
use crate::stage::{MarkingConnector, MarkingResolver, Reach};
use crate::trust;

/// A server that cannot be spoken to, whatever it is asked. No text names its address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// Not an `http` or `https` address, or one with a user's name in it.
    #[error("is not a web address without user and password")]
    Address,
    /// `http` to another machine.
    #[error("must be https; http is for this machine (localhost) only")]
    ClearText,
    /// The authorities given are of no use.
    #[error("the authorities cannot be used: {0}")]
    Authorities(String),
    /// The machine trusts nobody, and nobody is given.
    #[error("this machine has no certificates of authorities to check the server by, and none is given")]
    NoAuthorities,
}

/// Speaks to one server.
#[derive(Clone)]
pub struct Client {
    pub(crate) server: Uri,
    pub(crate) agent: Agent,
}

impl Client {
    /// A client of the server of this address, whose path and query are the default of its requests. Connects to nobody yet.
    ///
    /// `ca_pem`: authorities in PEM to trust besides the system's. A proxy of the environment (`HTTPS_PROXY`, `NO_PROXY`) is used, except to
    /// this machine.
    ///
    /// # Errors
    /// The address or the authorities cannot work.
    pub fn new(url: &str, ca_pem: Option<&[u8]>) -> Result<Self, ClientError> {
        Self::reaching(url, ca_pem, Reach::Anywhere)
    }

    /// The same, of a server that somebody else names: over `https`, and at no address of this machine or of a network of its own.
    pub(crate) fn outside(url: &str, ca_pem: Option<&[u8]>) -> Result<Self, ClientError> {
        Self::reaching(url, ca_pem, Reach::Outside)
    }

    fn reaching(url: &str, ca_pem: Option<&[u8]>, reach: Reach) -> Result<Self, ClientError> {
        let server = address::server(url)?;
        if reach == Reach::Outside && server.scheme() != Some(&Scheme::HTTPS) {
            return Err(ClientError::ClearText);
        }
        let mut config = Agent::config_builder().max_redirects(0).max_idle_connections(0).http_status_as_error(false);
        if server.scheme() == Some(&Scheme::HTTPS) {
            config = config.https_only(true).tls_config(trust::tls(ca_pem)?);
        }
        if server.host().is_some_and(address::is_this_machine) {
            // No proxy stands between.
            config = config.proxy(None);
        }
        let config = config.build();
        Ok(Self { server, agent: Agent::with_parts(config, MarkingConnector::default(), MarkingResolver::of(reach)) })
    }

    /// A GET.
    pub fn get(&self) -> Request<'_> {
        Request::new(self, Method::GET)
    }

    /// A POST.
    pub fn post(&self) -> Request<'_> {
        Request::new(self, Method::POST)
    }
}

/// An address may hold a secret in its path or query.
impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").finish_non_exhaustive()
    }
}
