//! One question to the token endpoint.

use std::sync::Arc;
use std::time::Duration;

use followup_domain::ports::TokenError;
use rustls::crypto::ring::default_provider;
use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

use crate::answer::{NewToken, understand};

/// The longest that one question takes.
const PATIENCE: Duration = Duration::from_secs(10);
/// An answer is some kilobytes.
const LARGEST_ANSWER: u64 = 64 * 1024;

/// A setting that cannot work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OauthConfigError {
    /// The authorities given are of no use.
    #[error("OAUTH_CA_FILE cannot be used: {0}")]
    Authorities(String),
    /// The machine trusts nobody.
    #[error("OAUTH_TOKEN_URL: this machine has no certificates of authorities to check the server by; install them or give OAUTH_CA_FILE")]
    NoAuthorities,
}

/// A token endpoint.
pub(crate) struct Endpoint {
    url: String,
    agent: Agent,
}

impl Endpoint {
    /// # Errors
    /// The authorities cannot be used.
    pub(crate) fn new(url: &str, ca_pem: Option<&[u8]>) -> Result<Self, OauthConfigError> {
        Ok(Self { url: url.to_owned(), agent: agent(url, ca_pem)? })
    }

    /// Asks, no longer than `within`.
    ///
    /// # Errors
    /// [`TokenError`]: no answer, or another one than a token.
    pub(crate) fn ask(&self, form: &[(&str, &str)], within: Duration) -> Result<NewToken, TokenError> {
        let unavailable = |error: ureq::Error| TokenError::Unavailable(words(&error));
        let limited = self.agent.post(&self.url).config().timeout_global(Some(within.min(PATIENCE))).build();
        let mut answer = limited.header("Accept", "application/json").send_form(form.iter().copied()).map_err(unavailable)?;
        let status = answer.status().as_u16();
        let body = answer.body_mut().with_config().limit(LARGEST_ANSWER).read_to_vec().map_err(unavailable)?;
        understand(status, &body)
    }
}

/// The library's own words may name the address; the kind of trouble is enough.
fn words(error: &ureq::Error) -> String {
    let what = match error {
        ureq::Error::Timeout(_) => "no respondió a tiempo",
        ureq::Error::BodyExceedsLimit(_) => "respondió demasiado",
        ureq::Error::HostNotFound => "no se encuentra (DNS)",
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => "no tiene un certificado de confianza",
        ureq::Error::Io(error) if is_tls(error) => "no tiene un certificado de confianza",
        ureq::Error::Io(_) | ureq::Error::ConnectionFailed => "no se puede alcanzar",
        _ => "no respondió como debe",
    };
    format!("el servidor de autorización {what}")
}

fn is_tls(error: &std::io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>())
}

fn agent(url: &str, ca_pem: Option<&[u8]>) -> Result<Agent, OauthConfigError> {
    let secure = url.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"));
    let config = Agent::config_builder().max_redirects(0).max_idle_connections(0).http_status_as_error(false);
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
fn authorities(ca_pem: Option<&[u8]>) -> Result<Vec<Certificate<'static>>, OauthConfigError> {
    // A single odd certificate of the system must not make the rest useless.
    let system = rustls_native_certs::load_native_certs().certs;
    let mut all: Vec<Certificate<'static>> = system.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
    for item in ca_pem.map(parse_pem).into_iter().flatten() {
        if let PemItem::Certificate(certificate) = item.map_err(|error| OauthConfigError::Authorities(error.to_string()))? {
            all.push(certificate);
        }
    }
    if all.is_empty() { Err(OauthConfigError::NoAuthorities) } else { Ok(all) }
}
