//! What a token says: VIGIA's claims, with their times checked against the service's own clock.

use chrono::{DateTime, Utc};
use followup_domain::ids::UserId;
use serde_json::{Map, Value};

use crate::caller::Caller;
use crate::roles::known_roles;

/// Clocks of issuer and service may differ by so many seconds.
const LEEWAY_SECONDS: f64 = 30.0;
/// Names are cut nowhere, so longer ones are refused.
const LONGEST_NAME: usize = 200;

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenRefused {
    /// Not signed by the issuer, or not a token.
    Invalid,
    /// Signed, it may be, by a key of the issuer that is not known here yet.
    UnknownKey,
    /// Its time is over.
    Expired,
    /// It belongs to another organisation.
    OtherTenant,
}

/// Checks times and tenant of claims whose signature is good, and reads them.
pub(crate) fn read(claims: &Map<String, Value>, tenant: Option<&str>, now: DateTime<Utc>) -> Result<Caller, TokenRefused> {
    check_times(claims, now)?;
    if tenant.is_some() && claims.get("tenant").and_then(Value::as_str) != tenant {
        return Err(TokenRefused::OtherTenant);
    }
    read_claims(claims).ok_or(TokenRefused::Invalid)
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

fn read_claims(claims: &Map<String, Value>) -> Option<Caller> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let username = text("username").or_else(|| text("sub")).or_else(|| claims.get("sub")?.as_i64().map(|id| id.to_string()))?;
    let sound = username.chars().count() <= LONGEST_NAME && !username.chars().any(char::is_control);
    let uid = claims.get("uid").and_then(|uid| uid.as_i64().or_else(|| uid.as_str()?.parse().ok()));
    sound.then(|| Caller {
        user_id: uid.map(UserId),
        username,
        email: text("email"),
        roles: known_roles(claims.get("role"), claims.get("roles")),
        tenant: text("tenant"),
    })
}
