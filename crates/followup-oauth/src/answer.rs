//! What a token endpoint says (RFC 6749 §5), and what that means for whoever runs the service.

use followup_domain::ports::TokenError;
use serde::Deserialize;
use serde_json::Value;

/// A token as the endpoint gave it.
pub(crate) struct NewToken {
    pub(crate) access_token: String,
    /// Seconds for which it is good; at least 0.
    pub(crate) lifetime: i64,
    /// The refresh token that takes the place of the one presented, if any.
    pub(crate) refresh_token: Option<String>,
}

/// Providers that do not say (RFC 6749 §5.1 only recommends it) are asked again this often, in seconds.
const UNSAID_LIFETIME: i64 = 600;
/// A longer lifetime is not relied on, in seconds.
const LONGEST_LIFETIME: i64 = 24 * 3600;
/// Of an access token, and of a refresh token, in bytes.
const LONGEST_TOKEN: usize = 16 * 1024;

#[derive(Deserialize)]
struct Good {
    access_token: String,
    token_type: Option<String>,
    // Some providers write the number as a text.
    expires_in: Option<Value>,
    refresh_token: Option<String>,
}

#[derive(Deserialize)]
struct Bad {
    error: String,
    error_description: Option<String>,
}

/// # Errors
/// What else it was, for people.
pub(crate) fn understand(status: u16, body: &[u8]) -> Result<NewToken, TokenError> {
    if status == 200 {
        return good(body);
    }
    if let Ok(bad) = serde_json::from_slice::<Bad>(body) {
        return Err(refusal(status, &bad));
    }
    let words = format!("el servidor de autorización respondió {status}");
    // 408 Request Timeout, 425 Too Early, 429 Too Many Requests.
    if (400..500).contains(&status) && !matches!(status, 408 | 425 | 429) {
        return Err(TokenError::Refused(format!("{words}: revise OAUTH_TOKEN_URL")));
    }
    Err(TokenError::Unavailable(words))
}

fn good(body: &[u8]) -> Result<NewToken, TokenError> {
    let unusable =
        |what: &str| Err(TokenError::Unavailable(format!("la respuesta del servidor de autorización {what}: revise OAUTH_TOKEN_URL")));
    let Ok(good) = serde_json::from_slice::<Good>(body) else { return unusable("no es la de un token") };
    if good.token_type.is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return unusable("trae un token que no es Bearer");
    }
    if !is_token(&good.access_token) {
        return unusable("trae un token que no se puede presentar");
    }
    let lifetime = good.expires_in.as_ref().map_or(Some(UNSAID_LIFETIME), seconds).unwrap_or(UNSAID_LIFETIME);
    Ok(NewToken {
        access_token: good.access_token,
        lifetime: lifetime.clamp(0, LONGEST_LIFETIME),
        refresh_token: good.refresh_token.filter(|token| is_token(token)),
    })
}

/// RFC 6749 Appendix A: tokens are visible ASCII. Anything else would break the line it is put on.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST_TOKEN && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

fn seconds(value: &Value) -> Option<i64> {
    // As f64 because `3599.0` is seen too; what a float cannot hold is clamped.
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    number.is_finite().then_some(number as i64)
}

/// What a person does about an error code of RFC 6749 §5.2. Codes that are not here are unknown, and a person looks.
const REMEDIES: &[(&str, &str)] = &[
    ("invalid_grant", "el permiso de la cuenta ya no vale: autorice la cuenta otra vez y ponga el nuevo OAUTH_REFRESH_TOKEN"),
    ("interaction_required", "la cuenta pide que una persona la autorice otra vez: hágalo y ponga el nuevo OAUTH_REFRESH_TOKEN"),
    ("consent_required", "falta el consentimiento para la aplicación: un administrador debe darlo"),
    ("invalid_client", "no acepta la aplicación: revise OAUTH_CLIENT_ID y OAUTH_CLIENT_SECRET (el secreto puede haber caducado)"),
    ("unauthorized_client", "la aplicación no tiene este permiso: revise su registro y OAUTH_GRANT"),
    ("access_denied", "la aplicación no tiene este permiso: revise su registro"),
    ("unsupported_grant_type", "no conoce este tipo de permiso: revise OAUTH_GRANT"),
    ("invalid_scope", "no conoce lo que se pide: revise OAUTH_SCOPE"),
    ("invalid_request", "no entiende la petición: revise OAUTH_SCOPE, OAUTH_CLIENT_ID y OAUTH_TOKEN_URL"),
];
/// These may pass by themselves (RFC 6749 §4.1.2.1; RFC 8628 §3.5).
const FOR_NOW: &[&str] = &["temporarily_unavailable", "server_error", "slow_down"];

fn refusal(status: u16, bad: &Bad) -> TokenError {
    let code = code(&bad.error);
    // A description may name the account; of it only the number is told by which its provider documents the error.
    let number = bad.error_description.as_deref().and_then(provider_number);
    let told = number.map_or_else(|| code.clone(), |number| format!("{code}, {number}"));
    if FOR_NOW.contains(&code.as_str()) || matches!(status, 408 | 425 | 429) || status >= 500 {
        return TokenError::Unavailable(format!("el servidor de autorización no atiende por ahora ({told})"));
    }
    let remedy = REMEDIES.iter().find(|(known, _)| *known == code).map_or("revise los ajustes OAUTH_*", |(_, remedy)| remedy);
    TokenError::Refused(format!("el servidor de autorización no da un token ({told}): {remedy}"))
}

/// The error code, if it is one.
fn code(text: &str) -> String {
    let is_code = !text.is_empty() && text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    if is_code { text.to_owned() } else { "sin código".to_owned() }
}

/// `AADSTS7000215` of `AADSTS7000215: Invalid client secret provided. …`: capital letters, digits, a colon.
fn provider_number(description: &str) -> Option<&str> {
    let (word, _) = description.split_once(':')?;
    let digits = word.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let is_number = digits.len() < word.len() && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && word.len() <= 32).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: &str) -> NewToken {
        understand(200, body.as_bytes()).map_err(|error| error.to_string()).unwrap()
    }

    fn refused(status: u16, body: &str) -> TokenError {
        understand(status, body.as_bytes()).err().unwrap()
    }

    #[test]
    fn lifetimes_are_read_as_providers_write_them() {
        for (written, seconds) in [
            ("3599", 3599),
            ("\"3599\"", 3599),
            ("3599.0", 3599),
            ("-5", 0),
            ("1e300", LONGEST_LIFETIME),
            ("null", UNSAID_LIFETIME),
            ("\"soon\"", UNSAID_LIFETIME),
        ] {
            let answer = of(&format!("{{\"access_token\":\"t\",\"token_type\":\"bearer\",\"expires_in\":{written}}}"));
            assert_eq!(answer.lifetime, seconds, "{written}");
        }
        assert_eq!(of("{\"access_token\":\"t\"}").lifetime, UNSAID_LIFETIME);
    }

    #[test]
    fn a_token_that_would_break_the_line_is_not_taken() {
        for token in ["", "a\\u0001b", "a\\nb", "ñ"] {
            let body = format!("{{\"access_token\":\"{token}\",\"expires_in\":60}}");
            assert!(matches!(refused(200, &body), TokenError::Unavailable(_)), "{token:?}");
        }
        let mac = "{\"access_token\":\"t\",\"token_type\":\"mac\"}";
        assert!(matches!(refused(200, mac), TokenError::Unavailable(_)));
    }

    #[test]
    fn refusals_say_what_to_do_and_what_passes_by_itself_is_told_apart() {
        let said = |code: &str| refused(400, &format!("{{\"error\":\"{code}\"}}")).to_string();
        assert!(said("invalid_grant").contains("OAUTH_REFRESH_TOKEN"));
        assert!(said("invalid_client").contains("OAUTH_CLIENT_SECRET"));
        assert!(said("invalid_scope").contains("OAUTH_SCOPE"));
        assert!(said("strange_code").contains("(strange_code)"));
        for (status, body) in [
            (400, "{\"error\":\"temporarily_unavailable\"}"),
            (503, "{\"error\":\"invalid_grant\"}"),
            (429, "{\"error\":\"too_many\"}"),
            (429, "slow"),
            (500, "<html>"),
            (302, ""),
            (200, "<html>"),
        ] {
            assert!(matches!(refused(status, body), TokenError::Unavailable(_)), "{status} {body}");
        }
        for (status, body) in [(404, "<html>"), (401, ""), (400, "{}"), (401, "{\"error\":\"invalid_client\"}")] {
            assert!(matches!(refused(status, body), TokenError::Refused(_)), "{status} {body}");
        }
    }

    #[test]
    fn a_description_is_not_told_but_for_the_providers_number() {
        let told = |text: &str| refused(400, &format!("{{\"error\":\"invalid_grant\",\"error_description\":\"{text}\"}}")).to_string();
        let words = told("AADSTS700082: The refresh token of pv@vigia.test has expired");
        assert!(words.contains("(invalid_grant, AADSTS700082)") && !words.contains("vigia"), "{words}");
        assert!(!told("Account pv@vigia.test: locked").contains("vigia"));
        assert!(!refused(400, "{\"error\":\"pv@vigia.test\\nx\"}").to_string().contains("vigia"));
    }
}
