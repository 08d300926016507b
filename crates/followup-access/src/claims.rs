//! What a token says: VIGIA's claims, with their times checked against the service's own clock.

use chrono::{DateTime, Duration, Utc};
use followup_domain::ids::UserId;
use followup_domain::ports::StoreError;
use serde_json::{Map, Value};

use crate::caller::Caller;
use crate::issuer_keys::IssuerKeys;
use crate::purpose::is_for_access;
use crate::roles::known_roles;
use crate::token::OWN_ISSUER;

/// Clocks of issuer and service may differ by so many seconds.
const LEEWAY_SECONDS: f64 = 30.0;
/// Names are cut nowhere, so longer ones are refused.
const LONGEST_NAME: usize = 200;

/// Why a token is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenRefused {
    /// Not signed by the issuer, or not a token.
    Invalid,
    /// Signed, it may be, by a key of the issuer that is not known here yet.
    UnknownKey,
    /// Its time is over.
    Expired,
    /// It ends later than a token of others may.
    TooLong,
    /// It belongs to another organisation.
    OtherTenant,
    /// Its issuer made it for another service, or it is another issuer's.
    NotForUs,
    /// It tells who somebody is, or is there to get another token; it is not presented to a service.
    NotForAccess,
    /// Its user was disabled since, or got another password or other roles, or is gone.
    Ended,
    /// The store failed.
    Store(StoreError),
    /// The look into the store ended without an outcome: it panicked, or the process is ending.
    BrokenOff,
}

/// What an accepted token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claims {
    pub(crate) caller: Caller,
    /// When we made it, if it is ours.
    pub(crate) own_since: Option<DateTime<Utc>>,
    /// When it ends; None: after every date.
    pub(crate) ends_at: Option<DateTime<Utc>>,
}

/// What claims must say besides.
pub(crate) struct Demands<'a> {
    /// Whose key signed; None: the shared secret did.
    pub(crate) issuer: Option<&'a IssuerKeys>,
    /// `typ` of the header.
    pub(crate) kind: Option<&'a str>,
    pub(crate) tenant: Option<&'a str>,
    pub(crate) longest_lifetime: Duration,
}

impl Demands<'_> {
    /// Checks claims whose signature is good, and reads them.
    pub(crate) fn read(&self, claims: &Map<String, Value>, now: DateTime<Utc>) -> Result<Claims, TokenRefused> {
        let ends = check_times(claims, now)?;
        let is_own = self.issuer.is_none() && claims.get("iss").and_then(Value::as_str) == Some(OWN_ISSUER);
        let own_since = if is_own { Some(made_at(claims).ok_or(TokenRefused::Invalid)?) } else { None };
        if !is_own {
            self.check_of_others(claims, ends, now)?;
        }
        if self.tenant.is_some() && claims.get("tenant").and_then(Value::as_str) != self.tenant {
            return Err(TokenRefused::OtherTenant);
        }
        Ok(Claims { caller: read_caller(claims).ok_or(TokenRefused::Invalid)?, own_since, ends_at: date(ends) })
    }

    fn check_of_others(&self, claims: &Map<String, Value>, ends: f64, now: DateTime<Utc>) -> Result<(), TokenRefused> {
        if let Some(keys) = self.issuer
            && !(claims.get("iss").and_then(Value::as_str) == Some(&keys.issuer) && names(claims.get("aud"), &keys.audience))
        {
            return Err(TokenRefused::NotForUs);
        }
        if !is_for_access(self.kind, claims) {
            return Err(TokenRefused::NotForAccess);
        }
        let latest = seconds(now + self.longest_lifetime) + LEEWAY_SECONDS;
        if ends > latest { Err(TokenRefused::TooLong) } else { Ok(()) }
    }
}

/// `exp` must be there; `nbf` may be (RFC 7519 §4.1.4, §4.1.5). The end, in seconds since 1970.
fn check_times(claims: &Map<String, Value>, now: DateTime<Utc>) -> Result<f64, TokenRefused> {
    let now = seconds(now);
    let expires = claims.get("exp").and_then(Value::as_f64).ok_or(TokenRefused::Invalid)?;
    if now >= expires + LEEWAY_SECONDS {
        return Err(TokenRefused::Expired);
    }
    match claims.get("nbf") {
        None | Some(Value::Null) => Ok(expires),
        Some(from) if from.as_f64().is_some_and(|from| now + LEEWAY_SECONDS >= from) => Ok(expires),
        Some(_) => Err(TokenRefused::Invalid),
    }
}

#[allow(clippy::cast_precision_loss)] // Seconds since 1970 are exact in a double.
fn seconds(instant: DateTime<Utc>) -> f64 {
    instant.timestamp() as f64
}

/// `iat` of a token of ours, to the microsecond.
fn made_at(claims: &Map<String, Value>) -> Option<DateTime<Utc>> {
    date(claims.get("iat")?.as_f64()?)
}

/// Seconds since 1970 as a date, to the microsecond.
#[allow(clippy::cast_possible_truncation)] // What a float cannot hold is no date.
fn date(seconds: f64) -> Option<DateTime<Utc>> {
    seconds.is_finite().then(|| DateTime::from_timestamp_micros((seconds * 1e6).round() as i64)).flatten()
}

/// `aud` is one text or a list of them.
fn names(audience: Option<&Value>, wanted: &str) -> bool {
    match audience {
        Some(Value::String(one)) => one == wanted,
        Some(Value::Array(several)) => several.iter().any(|one| one == wanted),
        _ => false,
    }
}

fn read_caller(claims: &Map<String, Value>) -> Option<Caller> {
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
