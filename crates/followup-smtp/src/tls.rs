//! Whom to trust, and what TLS errors mean to a person.

use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{CertificateError, ClientConfig, RootCertStore};

use crate::SmtpConfigError;

/// TLS 1.2 and 1.3 with the authorities of the file alone, or else those of the machine.
pub(crate) fn client_config(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, SmtpConfigError> {
    let roots = match ca_file {
        Some(path) => roots_of_file(path).map_err(|reason| SmtpConfigError::CaFile { path: path.display().to_string(), reason })?,
        None => roots_of_machine()?,
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    // The versions are those of this very provider.
    #[allow(clippy::expect_used)]
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("ring has TLS 1.2 and 1.3");
    Ok(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
}

fn roots_of_file(path: &Path) -> Result<RootCertStore, String> {
    let text = std::fs::read(path).map_err(|error| error.to_string())?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&text) {
        let certificate = certificate.map_err(|error| format!("it is not PEM ({error})"))?;
        roots.add(certificate).map_err(|error| format!("it has an unusable certificate ({error})"))?;
    }
    if roots.is_empty() { Err("it has no certificate in PEM form (-----BEGIN CERTIFICATE-----)".into()) } else { Ok(roots) }
}

fn roots_of_machine() -> Result<RootCertStore, SmtpConfigError> {
    let mut roots = RootCertStore::empty();
    // Machines carry some that cannot be read; the others serve.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() { Err(SmtpConfigError::NoAuthorities) } else { Ok(roots) }
}

/// A TLS error in words; `None` when it is none.
pub(crate) fn describe(error: &io::Error) -> Option<String> {
    use CertificateError::{
        BadSignature, Expired, ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet, NotValidYetContext, UnknownIssuer,
    };
    let error = error.get_ref()?.downcast_ref::<rustls::Error>()?;
    let reason = match error {
        rustls::Error::InvalidCertificate(reason) => match reason {
            UnknownIssuer => "emisor desconocido".to_owned(),
            // It names an authority that we trust, whose key did not sign it.
            BadSignature => "no lo firmó el emisor que nombra".to_owned(),
            Expired | ExpiredContext { .. } => "caducado".to_owned(),
            NotValidYet | NotValidYetContext { .. } => "todavía no es válido".to_owned(),
            NotValidForName | NotValidForNameContext { .. } => "emitido para otro servidor".to_owned(),
            other => other.to_string(),
        },
        rustls::Error::InvalidMessage(_) => return Some("el servidor no habla TLS aquí".to_owned()),
        other => return Some(format!("falló TLS ({other})")),
    };
    Some(format!("certificado no fiable ({reason})"))
}
