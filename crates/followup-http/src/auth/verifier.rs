//! Checks tokens. Each key checks one algorithm; what a token's header says only chooses among the keys.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use serde_json::{Map, Value};

use super::claims::{Claims, TokenRefused};
use super::issuer_keys::IssuerKeys;
use super::jwt::JwtSettings;
use super::public_key::PublicKey;

/// The keys of all tokens that are accepted.
pub(crate) struct TokenVerifier {
    /// HMAC-SHA-256 with the shared secret.
    secret: Option<DecodingKey>,
    issuer: Arc<IssuerKeys>,
    tenant: Option<String>,
}

impl TokenVerifier {
    pub(crate) fn new(settings: &JwtSettings) -> Self {
        let secret = settings.secret.as_deref().map(DecodingKey::from_secret);
        Self { secret, issuer: settings.issuer_keys.clone(), tenant: settings.tenant.clone() }
    }

    /// Checks signature, times and tenant, and reads the claims. May read the issuer's key set before.
    pub(crate) async fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, TokenRefused> {
        let header = decode_header(token).map_err(|_| TokenRefused::Invalid)?;
        // An extension that must be understood is not (RFC 7515 §4.1.11).
        if header.crit.is_some() {
            return Err(TokenRefused::Invalid);
        }
        let claims = match header.alg {
            Algorithm::HS256 => self.secret.as_ref().and_then(|key| signed(token, key, Algorithm::HS256)).ok_or(TokenRefused::Invalid)?,
            Algorithm::RS256 | Algorithm::ES256 => self.signed_by_issuer(token, &header, now).await?,
            _ => return Err(TokenRefused::Invalid),
        };
        Claims::read(&claims, self.tenant.as_deref(), now)
    }

    async fn signed_by_issuer(&self, token: &str, header: &Header, now: DateTime<Utc>) -> Result<Map<String, Value>, TokenRefused> {
        if let Some(claims) = self.issuer.single.iter().find_map(|key| signed_by(token, key, header.alg)) {
            return Ok(claims);
        }
        let set = self.issuer.set.as_ref().ok_or(TokenRefused::Invalid)?;
        set.refresh_when_due(now).await;
        let keys = set.keys();
        match signed_by_one_of(token, header, &keys) {
            Err(TokenRefused::UnknownKey) if set.refresh_for_unknown_key(&keys, now).await => signed_by_one_of(token, header, &set.keys()),
            result => result,
        }
    }
}

/// The key that `kid` names; without one, the only key of the algorithm. Two keys of one name differ in kind (RFC 7517 §4.5).
fn signed_by_one_of(token: &str, header: &Header, keys: &[PublicKey]) -> Result<Map<String, Value>, TokenRefused> {
    let of_algorithm = keys.iter().filter(|key| key.algorithm == header.alg);
    let mut candidates = of_algorithm.filter(|key| header.kid.is_none() || key.id == header.kid);
    let (first, second) = (candidates.next(), candidates.next());
    match (first, second, &header.kid) {
        (Some(key), None, Some(_)) => signed_by(token, key, header.alg).ok_or(TokenRefused::Invalid),
        // Without a name the issuer may have changed its only key.
        (Some(key), None, None) => signed_by(token, key, header.alg).ok_or(TokenRefused::UnknownKey),
        (Some(_), Some(_), _) => Err(TokenRefused::Invalid),
        (None, _, _) => Err(TokenRefused::UnknownKey),
    }
}

fn signed_by(token: &str, key: &PublicKey, algorithm: Algorithm) -> Option<Map<String, Value>> {
    (key.algorithm == algorithm).then(|| signed(token, &key.key, key.algorithm)).flatten()
}

fn signed(token: &str, key: &DecodingKey, algorithm: Algorithm) -> Option<Map<String, Value>> {
    decode(token, key, &signature_only(algorithm)).ok().map(|decoded| decoded.claims)
}

fn signature_only(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    // The library knows the machine's clock only.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    // VIGIA's tokens have no audience.
    validation.validate_aud = false;
    validation
}
