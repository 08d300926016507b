//! Who asks for tokens, and where.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// What is asked of a token endpoint.
#[derive(Debug, Clone)]
pub struct OauthConfig {
    /// The token endpoint (RFC 6749 §3.2): `https`, or `http` to this machine (the settings see to it). No redirect is followed.
    pub token_url: String,
    /// Authorities in PEM to trust besides the system's.
    pub ca_pem: Option<Vec<u8>>,
    /// The application's id.
    pub client_id: String,
    /// The application's secret; a public client has none.
    pub client_secret: Option<CurrentSecret>,
    /// What is asked for; the provider's default when absent.
    pub scope: Option<String>,
    /// On which ground.
    pub grant: Grant,
}

/// On which ground a token is asked for.
#[derive(Debug, Clone)]
pub enum Grant {
    /// The application itself was given access (RFC 6749 §4.4).
    ClientCredentials,
    /// The account's owner gave it to the application (RFC 6749 §6).
    RefreshToken {
        /// The refresh token that was configured.
        token: CurrentSecret,
        /// Where a refresh token that the provider gives in its place is kept. Without a file it lasts as long as the process.
        keep_in: Option<PathBuf>,
    },
}

/// Reads a secret that may change while we run. It does not show itself.
#[derive(Clone)]
pub struct CurrentSecret(Arc<dyn Fn() -> String + Send + Sync>);

impl CurrentSecret {
    /// A secret that is read like this; it may block for as long as a small file takes.
    pub fn new(read: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// A secret that does not change.
    pub fn fixed(secret: impl Into<String>) -> Self {
        let secret = secret.into();
        Self::new(move || secret.clone())
    }

    pub(crate) fn read(&self) -> String {
        (self.0)()
    }
}

impl fmt::Debug for CurrentSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("…")
    }
}
