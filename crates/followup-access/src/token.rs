//! Bearer tokens as VIGIA issues them: `sub uid username email role roles tenant trace exp`. Our own also say who made them (`iss`), and when (`iat`).

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use followup_domain::user::User;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;

use crate::issuer_keys::IssuerKeys;

/// How tokens are made and checked.
#[derive(Clone)]
pub struct JwtSettings {
    /// `JWT_SECRET`: the HS256 key, 32 bytes or more (the settings see to it). Without it nobody signs in here.
    pub secret: Option<Vec<u8>>,
    /// Another issuer's public keys, for RS256 and ES256. Without them only tokens of the secret are accepted.
    pub issuer_keys: Option<Arc<IssuerKeys>>,
    /// `JWT_TENANT`: the only tenant whose tokens are accepted; also written into our own.
    pub tenant: Option<String>,
    /// `JWT_LIFETIME_MINUTES`: how long our own tokens are good.
    pub lifetime: Duration,
    /// `JWT_LONGEST_LIFETIME_MINUTES`: tokens of others that end later than this from now are not accepted.
    pub longest_lifetime: Duration,
}

/// What our own tokens name as their issuer.
pub(crate) const OWN_ISSUER: &str = "followup";

impl JwtSettings {
    /// Settings with a secret, no public keys, a lifetime of twelve hours, and a day at most for tokens of others.
    pub fn new(secret: impl Into<Vec<u8>>, tenant: Option<String>) -> Self {
        Self { secret: Some(secret.into()), ..Self::without_secret(tenant) }
    }

    /// Settings with no key at all, for [`Self::with_issuer_keys`].
    pub fn without_secret(tenant: Option<String>) -> Self {
        Self { secret: None, issuer_keys: None, tenant, lifetime: Duration::hours(12), longest_lifetime: Duration::days(1) }
    }

    /// Tokens that these keys signed are accepted too.
    #[must_use]
    pub fn with_issuer_keys(mut self, keys: IssuerKeys) -> Self {
        self.issuer_keys = Some(Arc::new(keys));
        self
    }
}

/// The secret is not shown.
impl fmt::Debug for JwtSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("JwtSettings").field("tenant", &self.tenant).field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}

/// Why no token was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the token cannot be signed: {0}")]
pub struct TokenError(String);

/// A token for a local user. `trace` is any text that tells this token from others in the issuer's records.
///
/// # Errors
/// There is no secret, or it cannot sign.
pub fn issue_token(settings: &JwtSettings, user: &User, now: DateTime<Utc>, lifetime: Duration, trace: &str) -> Result<String, TokenError> {
    let secret = settings.secret.as_ref().ok_or_else(|| TokenError("there is no JWT_SECRET".into()))?;
    let roles: Vec<&str> = user.roles.iter().map(|role| role.as_str()).collect();
    let claims = json!({
        "iss": OWN_ISSUER,
        "iat": to_the_microsecond(now),
        "sub": user.username,
        "uid": user.id.0,
        "username": user.username,
        "email": user.email,
        "role": roles.first(),
        "roles": roles,
        "tenant": settings.tenant,
        "trace": trace,
        "exp": (now + lifetime).timestamp(),
    });
    encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(secret)).map_err(|error| TokenError(error.to_string()))
}

/// A NumericDate with its fraction (RFC 7519 §2): who changes a password and signs in within a second is not to be sent away.
#[allow(clippy::cast_precision_loss)] // Microseconds since 1970 are exact in a double until 2255.
fn to_the_microsecond(instant: DateTime<Utc>) -> f64 {
    instant.timestamp_micros() as f64 / 1e6
}
