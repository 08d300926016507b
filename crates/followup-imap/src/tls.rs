//! Whom to trust.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;

use crate::error::{Cause, PollError, Stage, one_line};

/// A connector that trusts the system's authorities and those given.
///
/// # Errors
/// The PEM holds no certificate, or there is nobody to trust.
pub(crate) fn connector(ca_pem: Option<&[u8]>) -> Result<TlsConnector, PollError> {
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| setting(error.to_string()))?
        .with_root_certificates(trusted(ca_pem)?)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

fn trusted(ca_pem: Option<&[u8]>) -> Result<RootCertStore, PollError> {
    let mut roots = RootCertStore::empty();
    // A single odd certificate of the system must not make the rest useless.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(pem) = ca_pem {
        let before = roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| setting(format!("the authority's PEM cannot be read: {error}")))?;
            roots.add(certificate).map_err(|error| setting(format!("the authority's certificate cannot be used: {error}")))?;
        }
        if roots.len() == before {
            return Err(setting("the authority's PEM holds no certificate".into()));
        }
    }
    if roots.is_empty() {
        return Err(setting("this system trusts no certificate authority, and none is given".into()));
    }
    Ok(roots)
}

fn setting(text: String) -> PollError {
    Stage::Tls.failed(Cause::Setting(one_line(&text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pem_without_a_certificate_is_refused_and_not_ignored() {
        let Err(error) = connector(Some(b"no PEM at all")) else { panic!("accepted") };
        assert_eq!(error.to_string(), "TLS: the authority's PEM holds no certificate");
    }
}
