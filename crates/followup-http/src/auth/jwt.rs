//! Bearer tokens as VIGIA issues them: `sub uid username email role roles tenant trace exp`.
//!
//! The library checks the signature; the times are checked here against the service's own clock.

use std::fmt;

use chrono::{DateTime, Duration, Utc};
use followup_domain::ids::UserId;
use followup_domain::user::{Role, User};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde_json::{Map, Value, json};

use super::roles::known_roles;

/// Clocks of issuer and service may differ by so many seconds.
const LEEWAY_SECONDS: f64 = 30.0;
/// Names are cut nowhere, so longer ones are refused.
const LONGEST_NAME: usize = 200;

/// How tokens are made and checked.
#[derive(Clone)]
pub struct JwtSettings {
    /// `JWT_SECRET`: the HS256 key, 32 bytes or more (the settings see to it).
    pub secret: Vec<u8>,
    /// `JWT_TENANT`: the only tenant whose tokens are accepted; also written into our own.
    pub tenant: Option<String>,
    /// How long a token from the sign-in is good.
    pub lifetime: Duration,
}

impl JwtSettings {
    /// Settings with a lifetime of twelve hours.
    pub fn new(secret: impl Into<Vec<u8>>, tenant: Option<String>) -> Self {
        Self { secret: secret.into(), tenant, lifetime: Duration::hours(12) }
    }
}

/// The key is not shown.
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
/// The key cannot sign.
pub fn issue_token(settings: &JwtSettings, user: &User, now: DateTime<Utc>, lifetime: Duration, trace: &str) -> Result<String, TokenError> {
    let roles: Vec<&str> = user.roles.iter().map(|role| role.as_str()).collect();
    let claims = json!({
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
    let key = EncodingKey::from_secret(&settings.secret);
    encode(&Header::new(Algorithm::HS256), &claims, &key).map_err(|error| TokenError(error.to_string()))
}

/// What a valid token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claims {
    pub(crate) user_id: Option<UserId>,
    pub(crate) username: String,
    pub(crate) email: Option<String>,
    pub(crate) roles: Vec<Role>,
    pub(crate) tenant: Option<String>,
}

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenRefused {
    /// Not signed by the issuer, or not a token.
    Invalid,
    /// Its time is over.
    Expired,
    /// It belongs to another organisation.
    OtherTenant,
}

/// Checks tokens. The algorithm is pinned by the variant, never taken from the token.
pub(crate) enum TokenVerifier {
    /// HMAC-SHA-256 with a shared key. (Public keys will be further variants.)
    Hs256 { key: DecodingKey, tenant: Option<String> },
}

impl TokenVerifier {
    pub(crate) fn hs256(settings: &JwtSettings) -> Self {
        Self::Hs256 { key: DecodingKey::from_secret(&settings.secret), tenant: settings.tenant.clone() }
    }

    /// Checks signature, times and tenant, and reads the claims.
    pub(crate) fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, TokenRefused> {
        let Self::Hs256 { key, tenant } = self;
        let decoded = decode::<Map<String, Value>>(token, key, &signature_only(Algorithm::HS256));
        let claims = decoded.map_err(|_| TokenRefused::Invalid)?.claims;
        check_times(&claims, now)?;
        if tenant.is_some() && claims.get("tenant").and_then(Value::as_str) != tenant.as_deref() {
            return Err(TokenRefused::OtherTenant);
        }
        read_claims(&claims).ok_or(TokenRefused::Invalid)
    }
}

fn signature_only(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    // VIGIA's tokens have no audience.
    validation.validate_aud = false;
    validation
}

/// `exp` must be there; `nbf` may be (RFC 7519 §4.1.4, §4.1.5).
#[allow(clippy::cast_precision_loss)] // Seconds since 1970 are exact in a double.
fn check_times(claims: &Map<String, Value>, now: DateTime<Utc>) -> Result<(), TokenRefused> {
    let now = now.timestamp() as f64;
    let expires = claims.get("exp").and_then(Value::as_f64).ok_or(TokenRefused::Invalid)?;
    if now >= expires + LEEWAY_SECONDS {
        return Err(TokenRefused::Expired);
    }
    match claims.get("nbf") {
        None | Some(Value::Null) => Ok(()),
        Some(from) if from.as_f64().is_some_and(|from| now + LEEWAY_SECONDS >= from) => Ok(()),
        Some(_) => Err(TokenRefused::Invalid),
    }
}

fn read_claims(claims: &Map<String, Value>) -> Option<Claims> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let username = text("username").or_else(|| text("sub")).or_else(|| claims.get("sub")?.as_i64().map(|id| id.to_string()))?;
    let sound = username.chars().count() <= LONGEST_NAME && !username.chars().any(char::is_control);
    let uid = claims.get("uid").and_then(|uid| uid.as_i64().or_else(|| uid.as_str()?.parse().ok()));
    sound.then(|| Claims {
        user_id: uid.map(UserId),
        username,
        email: text("email"),
        roles: known_roles(claims.get("role"), claims.get("roles")),
        tenant: text("tenant"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2024, 3, 1, 12, 0, 0).unwrap()
    }

    fn settings(tenant: Option<&str>) -> JwtSettings {
        JwtSettings::new(KEY, tenant.map(str::to_owned))
    }

    fn signed(claims: &Value) -> String {
        encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(KEY)).unwrap()
    }

    fn verify(claims: &Value) -> Result<Claims, TokenRefused> {
        TokenVerifier::hs256(&settings(None)).verify(&signed(claims), now())
    }

    #[test]
    fn a_token_as_vigia_issues_it_is_read() {
        let claims = verify(&json!({
            "sub": "7", "uid": 7, "username": "rojas", "email": "rojas@example.org", "role": "qf", "roles": ["qf", "otro"],
            "tenant": "lab", "trace": "t", "exp": now().timestamp() + 60,
        }))
        .unwrap();
        assert_eq!((claims.user_id, claims.username.as_str()), (Some(UserId(7)), "rojas"));
        assert_eq!((claims.roles, claims.tenant.as_deref()), (vec![Role::Qf], Some("lab")));
    }

    #[test]
    fn our_own_tokens_are_valid_until_they_end() {
        let user = User {
            id: UserId(3),
            username: "ana".into(),
            email: None,
            roles: vec![Role::Qa, Role::Legal],
            password_hash: String::new(),
            disabled: false,
        };
        let settings = settings(Some("lab"));
        let token = issue_token(&settings, &user, now(), Duration::hours(1), "t").unwrap();
        let verifier = TokenVerifier::hs256(&settings);
        assert_eq!(verifier.verify(&token, now()).unwrap().roles, [Role::Qa, Role::Legal]);
        assert!(verifier.verify(&token, now() + Duration::seconds(3629)).is_ok());
        assert_eq!(verifier.verify(&token, now() + Duration::seconds(3630)), Err(TokenRefused::Expired));
    }

    #[test]
    fn an_end_must_be_given_as_a_number() {
        for claims in [json!({"sub": "a"}), json!({"sub": "a", "exp": null}), json!({"sub": "a", "exp": "9999999999"})] {
            assert_eq!(verify(&claims), Err(TokenRefused::Invalid), "{claims}");
        }
        assert!(verify(&json!({"sub": "a", "exp": 9_999_999_999.5})).is_ok());
    }

    #[test]
    fn a_token_is_not_valid_before_its_time() {
        let claims = |from: i64| json!({"sub": "a", "exp": now().timestamp() + 600, "nbf": now().timestamp() + from});
        assert!(verify(&claims(30)).is_ok());
        assert_eq!(verify(&claims(31)), Err(TokenRefused::Invalid));
    }

    #[test]
    fn other_algorithms_keys_and_unsigned_tokens_are_refused() {
        let claims = json!({"sub": "a", "exp": now().timestamp() + 60});
        let other_key = encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(b"another key")).unwrap();
        let other_hash = encode(&Header::new(Algorithm::HS384), &claims, &EncodingKey::from_secret(KEY)).unwrap();
        let good = signed(&claims);
        let (_, payload) = good.split_once('.').unwrap();
        let (payload, signature) = payload.split_once('.').unwrap();
        let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}."); // {"alg":"none","typ":"JWT"}
        let rs256 = format!("eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.{payload}.{signature}"); // {"alg":"RS256","typ":"JWT"}
        let cut = good[..good.len() - 2].to_owned();
        for token in [other_key, other_hash, none, rs256, cut, String::new(), "a.b.c".into(), "....".into()] {
            assert_eq!(TokenVerifier::hs256(&settings(None)).verify(&token, now()), Err(TokenRefused::Invalid), "{token}");
        }
    }

    #[test]
    fn a_configured_tenant_must_match() {
        let verifier = TokenVerifier::hs256(&settings(Some("lab")));
        let token = |tenant: Value| signed(&json!({"sub": "a", "exp": now().timestamp() + 60, "tenant": tenant}));
        assert!(verifier.verify(&token(json!("lab")), now()).is_ok());
        for tenant in [json!("otro"), json!(null), json!(["lab"])] {
            assert_eq!(verifier.verify(&token(tenant), now()), Err(TokenRefused::OtherTenant));
        }
    }

    #[test]
    fn a_token_without_a_usable_name_is_refused() {
        for name in [json!(""), json!("  "), json!("a\u{0}b"), json!({"a": 1}), json!("x".repeat(201))] {
            assert_eq!(verify(&json!({"username": name, "exp": 9_999_999_999_i64})), Err(TokenRefused::Invalid));
        }
        assert_eq!(verify(&json!({"sub": 12, "exp": 9_999_999_999_i64})).unwrap().username, "12");
    }
}
