//! Checks tokens. Each key checks one algorithm; what a token's header says only chooses among the keys.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use serde_json::{Map, Value};

use crate::claims::{Claims, Demands, TokenRefused};
use crate::issuer_keys::IssuerKeys;
use crate::public_key::PublicKey;
use crate::token::JwtSettings;

/// The keys of all tokens that are accepted.
pub(crate) struct TokenVerifier {
    /// HMAC-SHA-256 with the shared secret.
    secret: Option<DecodingKey>,
    issuer: Option<Arc<IssuerKeys>>,
    tenant: Option<String>,
    longest_lifetime: Duration,
}

impl TokenVerifier {
    pub(crate) fn new(settings: &JwtSettings) -> Self {
        let secret = settings.secret.as_deref().map(DecodingKey::from_secret);
        let (issuer, tenant) = (settings.issuer_keys.clone(), settings.tenant.clone());
        Self { secret, issuer, tenant, longest_lifetime: settings.longest_lifetime }
    }

    /// Checks the signature and what the claims must say, and reads them. May read the issuer's key set before.
    pub(crate) async fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, TokenRefused> {
        let header = decode_header(token).map_err(|_| TokenRefused::Invalid)?;
        // An extension that must be understood is not (RFC 7515 §4.1.11).
        if header.crit.is_some() {
            return Err(TokenRefused::Invalid);
        }
        let issuer = self.issuer.as_deref().filter(|_| header.alg != Algorithm::HS256);
        let claims = match (header.alg, issuer) {
            (Algorithm::HS256, _) => {
                self.secret.as_ref().and_then(|key| signed(token, key, Algorithm::HS256)).ok_or(TokenRefused::Invalid)?
            }
            (Algorithm::RS256 | Algorithm::ES256, Some(keys)) => Self::signed_by_issuer(keys, token, &header, now).await?,
            _ => return Err(TokenRefused::Invalid),
        };
        let (kind, tenant) = (header.typ.as_deref(), self.tenant.as_deref());
        Demands { issuer, kind, tenant, longest_lifetime: self.longest_lifetime }.read(&claims, now)
    }

    async fn signed_by_issuer(
        keys: &IssuerKeys,
        token: &str,
        header: &Header,
        now: DateTime<Utc>,
    ) -> Result<Map<String, Value>, TokenRefused> {
        if let Some(claims) = keys.single.iter().find_map(|key| signed_by(token, key, header.alg)) {
            return Ok(claims);
        }
        let set = keys.set.as_ref().ok_or(TokenRefused::Invalid)?;
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
    // It is looked at where the key is an issuer's: VIGIA's tokens have none.
    validation.validate_aud = false;
    validation
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::Caller;
    use chrono::TimeZone;
    use followup_domain::ids::UserId;
    use followup_domain::user::{Role, User};
    use jsonwebtoken::{EncodingKey, encode};
    use serde_json::json;

    use crate::token::issue_token;

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

    fn verify(claims: &Value) -> Result<Caller, TokenRefused> {
        checked(&settings(None), &signed(claims), now())
    }

    fn checked(settings: &JwtSettings, token: &str, now: DateTime<Utc>) -> Result<Caller, TokenRefused> {
        claims_of(settings, token, now).map(|claims| claims.caller)
    }

    fn claims_of(settings: &JwtSettings, token: &str, now: DateTime<Utc>) -> Result<Claims, TokenRefused> {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(TokenVerifier::new(settings).verify(token, now))
    }

    /// The end of a token that has ten minutes.
    fn soon() -> i64 {
        now().timestamp() + 600
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
            tokens_valid_from: None,
        };
        let settings = settings(Some("lab"));
        let token = issue_token(&settings, &user, now(), Duration::hours(1), "t").unwrap();
        assert_eq!(checked(&settings, &token, now()).unwrap().roles, [Role::Qa, Role::Legal]);
        assert!(checked(&settings, &token, now() + Duration::seconds(3629)).is_ok());
        assert_eq!(checked(&settings, &token, now() + Duration::seconds(3630)), Err(TokenRefused::Expired));
    }

    #[test]
    fn our_own_tokens_tell_when_they_were_made_and_may_be_long() {
        let user = User {
            id: UserId(3),
            username: "ana".into(),
            email: None,
            roles: vec![Role::Qa],
            password_hash: String::new(),
            disabled: false,
            tokens_valid_from: None,
        };
        let (settings, made) = (settings(None), now() + Duration::microseconds(123_457));
        let token = issue_token(&settings, &user, made, Duration::days(7), "t").unwrap();
        let claims = claims_of(&settings, &token, now() + Duration::hours(1)).unwrap();
        assert_eq!((claims.own_since, claims.caller.user_id), (Some(made), Some(UserId(3))));
        let without = json!({"iss": "followup", "sub": "ana", "uid": 3, "exp": soon()});
        assert_eq!(verify(&without), Err(TokenRefused::Invalid), "ours always say when they were made");
        let others = json!({"sub": "ana", "uid": 3, "exp": soon(), "iat": 1});
        assert_eq!(claims_of(&settings, &signed(&others), now()).unwrap().own_since, None);
    }

    #[test]
    fn a_token_of_others_that_lasts_too_long_is_refused() {
        let ends = |seconds: i64| verify(&json!({"sub": "a", "exp": now().timestamp() + seconds}));
        assert!(ends(24 * 3600 + 30).is_ok());
        for seconds in [24 * 3600 + 31, 365 * 24 * 3600, 9_999_999_999, i64::MAX / 2] {
            assert_eq!(ends(seconds), Err(TokenRefused::TooLong), "{seconds}");
        }
        let week = JwtSettings { longest_lifetime: Duration::days(7), ..settings(None) };
        let token = signed(&json!({"sub": "a", "exp": now().timestamp() + 7 * 24 * 3600}));
        assert!(checked(&week, &token, now()).is_ok());
    }

    #[test]
    fn a_token_that_is_not_for_access_is_refused_though_the_secret_signed_it() {
        assert_eq!(verify(&json!({"sub": "a", "exp": soon(), "nonce": "n"})), Err(TokenRefused::NotForAccess));
        assert_eq!(verify(&json!({"sub": "a", "exp": soon(), "token_type": "refresh"})), Err(TokenRefused::NotForAccess));
    }

    #[test]
    fn an_end_must_be_given_as_a_number() {
        for claims in [json!({"sub": "a"}), json!({"sub": "a", "exp": null}), json!({"sub": "a", "exp": "9999999999"})] {
            assert_eq!(verify(&claims), Err(TokenRefused::Invalid), "{claims}");
        }
        assert!(verify(&json!({"sub": "a", "exp": soon() as f64 + 0.5})).is_ok());
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
            assert_eq!(checked(&settings(None), &token, now()), Err(TokenRefused::Invalid), "{token}");
        }
    }

    #[test]
    fn a_configured_tenant_must_match() {
        let settings = settings(Some("lab"));
        let token = |tenant: Value| signed(&json!({"sub": "a", "exp": now().timestamp() + 60, "tenant": tenant}));
        assert!(checked(&settings, &token(json!("lab")), now()).is_ok());
        for tenant in [json!("otro"), json!(null), json!(["lab"])] {
            assert_eq!(checked(&settings, &token(tenant), now()), Err(TokenRefused::OtherTenant));
        }
    }

    #[test]
    fn a_token_without_a_usable_name_is_refused() {
        for name in [json!(""), json!("  "), json!("a\u{0}b"), json!({"a": 1}), json!("x".repeat(201))] {
            assert_eq!(verify(&json!({"username": name, "exp": soon()})), Err(TokenRefused::Invalid));
        }
        assert_eq!(verify(&json!({"sub": 12, "exp": soon()})).unwrap().username, "12");
    }
}
