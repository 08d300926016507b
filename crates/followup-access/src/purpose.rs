//! What a token is for. An issuer also makes tokens that tell an application who signed in (ID tokens), or that get another token.
//!
//! RFC 9068 marks those for access by their header; most issuers do not, and each has its own mark. What has none is judged by its
//! audience, which must be ours.

use serde_json::{Map, Value};

/// Claims in which issuers write a token's kind: Keycloak `typ`, Amazon Cognito `token_use`, frameworks `token_type` and `type`.
const KIND_CLAIMS: [&str; 4] = ["typ", "token_use", "token_type", "type"];
/// Kinds for access.
const ACCESS: [&str; 3] = ["access", "access_token", "bearer"];
/// Kinds for something else.
const OTHER: [&str; 8] = ["code", "id", "id_token", "logout", "offline", "refresh", "refresh_token", "state"];
/// Only ID tokens have these (OpenID Connect Core §2, §3.3.2.11; Financial-grade API §5.1.1). Old Keycloak also puts a nonce into access
/// tokens, which say their kind.
const OF_ID_TOKENS: [&str; 4] = ["at_hash", "c_hash", "nonce", "s_hash"];

/// Whether a token with this `typ` in its header is one that a service is to be asked with.
pub(crate) fn is_for_access(header_kind: Option<&str>, claims: &Map<String, Value>) -> bool {
    match header_kind.map(str::to_ascii_lowercase).as_deref() {
        Some("at+jwt" | "application/at+jwt") => return true,
        None | Some("jwt") => {}
        // `logout+jwt`, `secevent+jwt`, `dpop+jwt`, …: RFC 8725 §3.11.
        Some(_) => return false,
    }
    let kinds = KIND_CLAIMS.iter().filter_map(|name| claims.get(*name)?.as_str()).map(str::to_ascii_lowercase);
    let kinds: Vec<String> = kinds.collect();
    let is_one_of = |known: &[&str]| kinds.iter().any(|kind| known.contains(&kind.as_str()));
    if is_one_of(&OTHER) {
        return false;
    }
    is_one_of(&ACCESS) || !OF_ID_TOKENS.iter().any(|name| claims.contains_key(*name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn is_access(header_kind: Option<&str>, claims: Value) -> bool {
        let Value::Object(claims) = claims else { panic!("{claims}") };
        is_for_access(header_kind, &claims)
    }

    #[test]
    fn id_tokens_refresh_tokens_and_other_messages_of_issuers_are_not_for_access() {
        for (header_kind, claims) in [
            // Google, Okta, Apple
            (Some("JWT"), json!({"azp": "app", "at_hash": "x", "email_verified": true})),
            (None, json!({"amr": ["pwd"], "at_hash": "x", "auth_time": 1})),
            (None, json!({"c_hash": "x", "nonce_supported": true})),
            // Microsoft, Auth0
            (Some("JWT"), json!({"ver": "2.0", "tid": "t", "nonce": "n"})),
            (Some("JWT"), json!({"nonce": "n", "sid": "s"})),
            // Keycloak
            (Some("JWT"), json!({"typ": "ID", "azp": "app"})),
            (Some("JWT"), json!({"typ": "Refresh"})),
            (Some("JWT"), json!({"typ": "Offline"})),
            // Amazon Cognito
            (None, json!({"token_use": "id", "cognito:groups": ["admin"]})),
            // Web frameworks
            (Some("JWT"), json!({"token_type": "refresh", "jti": "j"})),
            (Some("JWT"), json!({"type": "refresh", "fresh": false})),
            // RFC 8417, RFC 9449, OpenID Connect back-channel logout
            (Some("secevent+jwt"), json!({})),
            (Some("dpop+jwt"), json!({})),
            (Some("logout+jwt"), json!({})),
        ] {
            assert!(!is_access(header_kind, claims.clone()), "{header_kind:?} {claims}");
        }
    }

    #[test]
    fn access_tokens_are_for_access() {
        for (header_kind, claims) in [
            (Some("at+jwt"), json!({"client_id": "app", "nonce": "n"})),
            (Some("application/AT+JWT"), json!({})),
            (Some("JWT"), json!({"typ": "Bearer", "nonce": "n", "azp": "app"})),
            (None, json!({"token_use": "access", "scope": "x"})),
            (Some("JWT"), json!({"token_type": "access"})),
            (Some("JWT"), json!({"ver": "2.0", "scp": "cases", "azp": "app"})),
            (Some("jwt"), json!({"type": "user", "uid": 12})),
            (None, json!({"typ": 7, "type": null})),
        ] {
            assert!(is_access(header_kind, claims.clone()), "{header_kind:?} {claims}");
        }
    }
}
