//! The public keys of whoever else issues tokens.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::jwks_source::JwksSource;
use crate::key_set::KeySet;
use crate::public_key::{IssuerKeyError, PublicKey};

/// Public keys that check RS256 and ES256 tokens: single ones, and a set that is read again and again.
///
/// An issuer signs for many applications with one key. So a token must name the issuer, and this service as the one it is for.
pub struct IssuerKeys {
    /// What `iss` must be.
    pub(crate) issuer: String,
    /// What must stand in `aud`.
    pub(crate) audience: String,
    pub(crate) single: Vec<PublicKey>,
    pub(crate) set: Option<Arc<KeySet>>,
}

impl IssuerKeys {
    /// No key yet. `JWT_ISSUER` and `JWT_AUDIENCE`, compared letter by letter (RFC 7519 §4.1.1, §4.1.3).
    pub fn of(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        Self { issuer: issuer.into(), audience: audience.into(), single: Vec::new(), set: None }
    }

    /// Adds a public key in PEM (`JWT_PUBLIC_KEY_FILE`): an RSA key of 2048 to 4096 bits for RS256, a P-256 key for ES256.
    ///
    /// # Errors
    /// It is no such key.
    pub fn with_pem(mut self, pem: &[u8]) -> Result<Self, IssuerKeyError> {
        self.single.push(PublicKey::from_pem(pem)?);
        Ok(self)
    }

    /// Takes keys from a JSON Web Key Set, in place of the set given before. Blocks until the set is read, or until its
    /// server did not answer for five seconds.
    ///
    /// # Errors
    /// A file that cannot be used. A server that is away is no error: its tokens are refused until it answers.
    pub fn with_jwks(mut self, source: JwksSource, now: DateTime<Utc>) -> Result<Self, IssuerKeyError> {
        self.set = Some(Arc::new(KeySet::start(source, now)?));
        Ok(self)
    }
}
