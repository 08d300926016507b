//! Who posts: a signature over the body, or a user and a password. Both are compared in constant time.

use std::sync::atomic::{AtomicI64, Ordering};

use actix_web::HttpRequest;
use actix_web::http::header;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use followup_answers::Refusal;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::EmailWebhook;
use crate::errors::ApiError;
use crate::request_log::current_request_id;

pub(super) type HmacSha256 = Hmac<Sha256>;

const TIMESTAMP: &str = "X-Followup-Timestamp";
const SIGNATURE: &str = "X-Followup-Signature";
/// A signed post is good for so long before and after its timestamp.
const TOLERANCE: TimeDelta = TimeDelta::minutes(5);
/// Refusals are told of in the log once in this time.
const TELL_EVERY: TimeDelta = TimeDelta::minutes(1);

/// The proof of a raw post, as far as the headers carry it.
pub(crate) enum Raw {
    /// Basic authentication, which was good.
    Done,
    /// A signature that is still to be compared with that of the body.
    Signed {
        /// Takes the body.
        mac: Box<HmacSha256>,
        /// What it must come to.
        signature: Vec<u8>,
    },
}

impl Raw {
    /// The headers were proof enough.
    pub(crate) fn is_proven(&self) -> bool {
        matches!(self, Self::Done)
    }

    /// Takes a part of the body.
    pub(crate) fn take(&mut self, chunk: &[u8]) {
        if let Self::Signed { mac, .. } = self {
            mac.update(chunk);
        }
    }
}

impl EmailWebhook {
    /// Looks at the headers of a raw post, before any of its body is read.
    ///
    /// # Errors
    /// Not configured, or no proof.
    pub(crate) fn check_raw(&self, request: &HttpRequest, now: DateTime<Utc>) -> Result<Raw, ApiError> {
        if !request.headers().contains_key(SIGNATURE) {
            return self.check_basic(request, now).map(|()| Raw::Done);
        }
        let secret = self.keys.secret.as_deref().ok_or(Refusal::NotConfigured)?;
        let refused = |why| self.refuse(why, now);
        let timestamp = one(request, TIMESTAMP).ok_or_else(|| refused("no timestamp"))?;
        let at = timestamp.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0)).ok_or_else(|| refused("bad timestamp"))?;
        if (now - at).abs() > TOLERANCE {
            return Err(refused("timestamp too far from now"));
        }
        let signature = one(request, SIGNATURE).and_then(|text| hex(text.strip_prefix("v1=")?)).ok_or_else(|| refused("bad signature"))?;
        let mut mac = keyed(secret);
        mac.update(timestamp.as_bytes());
        mac.update(b".");
        Ok(Raw::Signed { mac: Box::new(mac), signature })
    }

    /// The rest of the proof, when the whole body was taken.
    ///
    /// # Errors
    /// It is none.
    pub(crate) fn check_body(&self, raw: Raw, now: DateTime<Utc>) -> Result<(), ApiError> {
        match raw {
            Raw::Done => Ok(()),
            Raw::Signed { mac, signature } => mac.verify_slice(&signature).map_err(|_| self.refuse("signature does not fit", now)),
        }
    }

    /// Basic authentication (RFC 7617).
    ///
    /// # Errors
    /// Not configured, or not who it should be.
    pub(crate) fn check_basic(&self, request: &HttpRequest, now: DateTime<Utc>) -> Result<(), ApiError> {
        let expected = self.keys.basic.as_deref().ok_or(Refusal::NotConfigured)?;
        let given = one(request, header::AUTHORIZATION.as_str()).and_then(|value| {
            let (scheme, credentials) = value.trim().split_once(' ')?;
            scheme.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(credentials.trim()).ok()).flatten()
        });
        match given {
            // Hashes of one length are compared, so that not even the length shows.
            Some(given) if keyed(expected).chain_update(&given).verify(&digest(expected)).is_ok() => Ok(()),
            Some(_) => Err(self.refuse("wrong user or password", now)),
            None => Err(self.refuse("no proof", now)),
        }
    }

    pub(super) fn mailgun_key(&self) -> Result<&str, ApiError> {
        self.keys.mailgun.as_deref().ok_or(Refusal::NotConfigured.into())
    }

    pub(super) fn refuse(&self, why: &'static str, now: DateTime<Utc>) -> ApiError {
        self.refusals.tell(why, now);
        ApiError::NotAuthentic
    }
}

/// Refusals are told of in the log, but not without end: anybody can post.
pub(super) struct Refusals {
    /// What was posted to.
    what: &'static str,
    /// Microseconds since 1970 of the last one that was told of.
    told_at: AtomicI64,
}

impl Refusals {
    /// Of posts to this.
    pub(super) fn of(what: &'static str) -> Self {
        Self { what, told_at: AtomicI64::new(i64::MIN) }
    }

    /// Tells of one.
    pub(super) fn tell(&self, why: &'static str, now: DateTime<Utc>) {
        let last = self.told_at.load(Ordering::Relaxed);
        if now.timestamp_micros().saturating_sub(last) >= TELL_EVERY.num_microseconds().unwrap_or(i64::MAX) {
            self.told_at.store(now.timestamp_micros(), Ordering::Relaxed);
            let (request_id, what) = (current_request_id(), self.what);
            tracing::warn!(why, request_id, what, "a post was not authentic; further ones are told of after a minute");
        }
    }
}

/// HMAC takes keys of any length.
#[allow(clippy::expect_used)]
pub(super) fn keyed(key: &str) -> HmacSha256 {
    HmacSha256::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length")
}

fn digest(expected: &str) -> hmac::digest::Output<HmacSha256> {
    keyed(expected).chain_update(expected).finalize().into_bytes()
}

/// The value of a header that stands there once.
fn one<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    let mut values = request.headers().get_all(name);
    let value = values.next().filter(|_| values.next().is_none())?;
    value.to_str().ok().map(str::trim)
}

/// Hexadecimal digits, in any case.
pub(super) fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks(2).map(|pair| pair[0] * 16 + pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_is_read_in_pairs_or_not_at_all() {
        assert_eq!(hex("00fF10"), Some(vec![0, 255, 16]));
        assert_eq!(hex(""), Some(vec![]));
        for wrong in ["0", "0g", "ñ1", " 0"] {
            assert_eq!(hex(wrong), None, "{wrong}");
        }
    }
}
