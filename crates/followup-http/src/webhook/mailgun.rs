//! Mailgun's signature, which is over a time and a token and says nothing of the mail.

use std::collections::HashMap;
use std::sync::PoisonError;

use chrono::{DateTime, TimeDelta, Utc};
use followup_answers::Refusal;
use hmac::Mac;
use sha2::{Digest, Sha256};

use super::authentic::{hex, keyed};
use super::{EmailWebhook, Fields};
use crate::errors::ApiError;

/// Mailgun posts again for eight hours while we do not answer 200, and a mail that was signed before an outage must not be lost by it.
const TOLERANCE: TimeDelta = TimeDelta::hours(9);
/// The fields of the signature.
pub(crate) const SIGNED_BY: &[&str] = &["timestamp", "token", "signature"];
/// So many tokens are remembered.
const MOST_TOKENS: usize = 10_000;

/// Tokens that were used, each with the hash of the mail that came with it: a token is good for one mail.
#[derive(Default)]
pub(super) struct SpentTokens(HashMap<String, (DateTime<Utc>, [u8; 32])>);

impl SpentTokens {
    /// Whether the token may come with this mail.
    fn spend(&mut self, token: &str, mail: &[u8], now: DateTime<Utc>) -> bool {
        let hash: [u8; 32] = Sha256::digest(mail).into();
        if let Some((_, known)) = self.0.get(token) {
            return *known == hash;
        }
        if self.0.len() >= MOST_TOKENS {
            self.0.retain(|_, (at, _)| now - *at <= TOLERANCE);
        }
        if self.0.len() >= MOST_TOKENS {
            let oldest = self.0.iter().min_by_key(|(_, (at, _))| *at).map(|(token, _)| token.clone());
            oldest.map(|token| self.0.remove(&token));
        }
        self.0.insert(token.to_owned(), (now, hash));
        true
    }
}

impl EmailWebhook {
    /// Before anything is read.
    ///
    /// # Errors
    /// Not configured.
    pub(crate) fn requires_mailgun_key(&self) -> Result<(), ApiError> {
        self.mailgun_key().map(drop)
    }

    /// Whether Mailgun posted these fields, which may be of a body that was cut.
    ///
    /// # Errors
    /// Not configured, or it did not. Of what was cut before its signature nothing can be said but that it is too large.
    pub(crate) fn check_mailgun(&self, fields: &Fields, is_cut: bool, now: DateTime<Utc>) -> Result<(), ApiError> {
        if is_cut && SIGNED_BY.iter().any(|name| fields.text(name).is_none()) {
            self.refuse("a post to Mailgun's address is above the size limit and shows no signature: nothing of it is kept", now);
            return Err(Refusal::TooLarge.into());
        }
        let key = self.mailgun_key()?;
        let refused = |why| self.refuse(why, now);
        let text = |name| fields.text(name).filter(|text| text.len() <= 200).ok_or_else(|| refused("a field of the signature is missing"));
        let (timestamp, token, signature) = (text("timestamp")?, text("token")?, text("signature")?);
        let signature = hex(signature).ok_or_else(|| refused("bad signature"))?;
        let mac = keyed(key).chain_update(timestamp).chain_update(token);
        mac.verify_slice(&signature).map_err(|_| refused("signature does not fit"))?;
        let at = timestamp.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0)).ok_or_else(|| refused("bad timestamp"))?;
        if (now - at).abs() > TOLERANCE {
            return Err(refused("timestamp too far from now"));
        }
        let mail = fields.bytes("body-mime").unwrap_or_default();
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        if spent.spend(token, mail, now) { Ok(()) } else { Err(refused("token used before, with another mail")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_one_mail_and_memory_is_bounded() {
        let mut spent = SpentTokens::default();
        let now = DateTime::UNIX_EPOCH;
        assert!(spent.spend("a", b"one", now));
        assert!(spent.spend("a", b"one", now));
        assert!(!spent.spend("a", b"two", now));
        for number in 0..MOST_TOKENS + 10 {
            assert!(spent.spend(&format!("t{number}"), b"x", now + TimeDelta::seconds(1)));
        }
        assert!(spent.0.len() <= MOST_TOKENS);
    }
}
