//! Where an issuer's key set comes from: a file, or a server.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::Duration as Span;
use rustls::crypto::ring::default_provider;
use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

use super::public_key::IssuerKeyError;

/// Where a JSON Web Key Set (RFC 7517 §5) is read from, again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JwksSource {
    /// `JWT_JWKS_FILE`: a file that somebody else may replace at any time.
    File(PathBuf),
    /// `JWT_JWKS_URL`: `https`, or `http` to this machine (the settings see to it). No redirect is followed.
    Url {
        /// The address.
        url: String,
        /// `JWT_JWKS_CA_FILE`: authorities in PEM to trust besides the system's.
        ca_pem: Option<Vec<u8>>,
    },
}

/// Whoever waits for a key waits no longer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// A set is some kilobytes.
const LARGEST_SET: u64 = 256 * 1024;

/// How old keys may become, and how often the source may be asked.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    /// Keys older than this are read again.
    pub(super) refresh_every: Span,
    /// So soon after a failure it is tried again.
    pub(super) retry_after: Span,
    /// A token of an unknown key asks no sooner than this after the last time.
    pub(super) unknown_key_after: Span,
}

/// A source, ready to be read.
pub(super) enum Reader {
    File(PathBuf),
    Url { url: String, agent: Agent },
}

impl Reader {
    /// # Errors
    /// The authorities cannot be read.
    pub(super) fn new(source: JwksSource) -> Result<Self, IssuerKeyError> {
        match source {
            JwksSource::File(path) => Ok(Self::File(path)),
            JwksSource::Url { url, ca_pem } => Ok(Self::Url { agent: agent(&url, ca_pem.as_deref())?, url }),
        }
    }

    pub(super) fn pace(&self) -> Pace {
        match self {
            // A look into a file costs nothing.
            Self::File(_) => Pace { refresh_every: Span::seconds(10), retry_after: Span::seconds(10), unknown_key_after: Span::seconds(1) },
            Self::Url { .. } => {
                Pace { refresh_every: Span::minutes(10), retry_after: Span::minutes(1), unknown_key_after: Span::seconds(30) }
            }
        }
    }

    /// Whether a set that cannot be read now may be readable in a moment: a server may be away, a setting may not be wrong.
    pub(super) fn may_come_later(&self) -> bool {
        matches!(self, Self::Url { .. })
    }

    /// The set's text. Blocks.
    ///
    /// # Errors
    /// [`IssuerKeyError::Unreadable`].
    pub(super) fn read(&self) -> Result<Vec<u8>, IssuerKeyError> {
        match self {
            Self::File(path) => {
                let bytes = File::open(path).and_then(limited).map_err(unreadable)?;
                if bytes.len() as u64 > LARGEST_SET { Err(unreadable("it is larger than 256 KiB")) } else { Ok(bytes) }
            }
            Self::Url { url, agent } => {
                let mut answer = agent.get(url).header("Accept", "application/json").call().map_err(unreadable)?;
                if answer.status() != 200 {
                    return Err(unreadable(format_args!("the server answered {}", answer.status())));
                }
                answer.body_mut().with_config().limit(LARGEST_SET).read_to_vec().map_err(unreadable)
            }
        }
    }
}

fn limited(file: File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(LARGEST_SET + 1).read_to_end(&mut bytes).map(|_| bytes)
}

fn agent(url: &str, ca_pem: Option<&[u8]>) -> Result<Agent, IssuerKeyError> {
    let secure = url.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"));
    let config = Agent::config_builder().timeout_global(Some(TIMEOUT)).max_redirects(0).max_idle_connections(0);
    if !secure {
        // To this machine: no proxy stands between.
        return Ok(config.proxy(None).build().new_agent());
    }
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(default_provider()))
        .root_certs(RootCerts::Specific(Arc::new(authorities(ca_pem)?)))
        .build();
    Ok(config.https_only(true).tls_config(tls).build().new_agent())
}

/// The system's authorities and those given.
fn authorities(ca_pem: Option<&[u8]>) -> Result<Vec<Certificate<'static>>, IssuerKeyError> {
    // A single odd certificate of the system must not make the rest useless.
    let system = rustls_native_certs::load_native_certs().certs;
    let mut all: Vec<Certificate<'static>> = system.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
    for item in ca_pem.map(parse_pem).into_iter().flatten() {
        if let PemItem::Certificate(certificate) = item.map_err(|error| unreadable(format_args!("the authority's PEM: {error}")))? {
            all.push(certificate);
        }
    }
    if all.is_empty() {
        return Err(unreadable("this system trusts no certificate authority, and none is given"));
    }
    Ok(all)
}

fn unreadable(cause: impl ToString) -> IssuerKeyError {
    IssuerKeyError::Unreadable(cause.to_string())
}
