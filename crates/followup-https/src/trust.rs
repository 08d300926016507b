//! By whom a server's certificate must be signed.

use std::sync::Arc;

use rustls::crypto::ring::default_provider;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

use crate::client::ClientError;

/// TLS with the system's authorities and those given in PEM.
///
/// # Errors
/// What is given cannot be read, or there is no authority at all.
pub(crate) fn tls(ca_pem: Option<&[u8]>) -> Result<TlsConfig, ClientError> {
    let tls = TlsConfig::builder().provider(TlsProvider::Rustls).unversioned_rustls_crypto_provider(Arc::new(default_provider()));
    Ok(tls.root_certs(RootCerts::Specific(Arc::new(authorities(ca_pem)?))).build())
}

fn authorities(ca_pem: Option<&[u8]>) -> Result<Vec<Certificate<'static>>, ClientError> {
    // A single odd certificate of the system must not make the rest useless.
    let system = rustls_native_certs::load_native_certs().certs;
    let mut all: Vec<Certificate<'static>> = system.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
    for item in ca_pem.map(parse_pem).into_iter().flatten() {
        if let PemItem::Certificate(certificate) = item.map_err(|error| ClientError::Authorities(error.to_string()))? {
            all.push(certificate);
        }
    }
    if all.is_empty() { Err(ClientError::NoAuthorities) } else { Ok(all) }
}
