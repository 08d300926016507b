//! Signed reply addresses: `local+123.token@domain`, which names its case even when a mail has lost every threading header.
//!
//! A mailbox that knows subaddresses (RFC 5233) delivers such mail like any other. The token is an HMAC-SHA256 (RFC 2104) of the
//! case's number, cut to 80 bits, in base32 (RFC 4648) of one letter case, because mail systems fold the case of addresses.

use std::fmt;

use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::contact::EmailAddress;
use crate::ids::CaseId;

/// Bytes of a token: 80 bits, which nobody guesses by mail. Sixteen symbols without padding.
const TOKEN_BYTES: usize = 10;
const TOKEN_SYMBOLS: usize = 16;
/// Octets of a local part (RFC 5321 §4.5.3.1.1).
const LONGEST_LOCAL: usize = 64;
/// Digits of a case number for which there is room in every address; greater numbers may be without one.
const CASE_DIGITS: usize = 10;
/// The longest local part that can be extended: separator, number, dot and token come behind it.
const LONGEST_BASE: usize = LONGEST_LOCAL - 1 - CASE_DIGITS - 1 - TOKEN_SYMBOLS;
/// What a token says besides the number: a key that is used for something else too gives no token away.
const PURPOSE: &[u8] = b"followup reply address, case ";
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// A key that signs addresses. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct ReplyKey(Vec<u8>);

impl ReplyKey {
    /// A key of these bytes; at least 32 are wise.
    pub fn new(secret: impl Into<Vec<u8>>) -> Self {
        Self(secret.into())
    }

    fn mac(&self, case: CaseId) -> Option<Hmac<Sha256>> {
        // HMAC takes keys of every length.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(PURPOSE);
        mac.update(case.0.to_string().as_bytes());
        Some(mac)
    }
}

impl fmt::Debug for ReplyKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ReplyKey(…)")
    }
}

/// Why addresses cannot be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReplyAddressError {
    /// The mailbox's local part leaves no room.
    #[error("what stands before the @ has more than {LONGEST_BASE} characters, which leaves no room for the case and its token")]
    TooLong,
    /// No mailbox takes it for a separator.
    #[error("it is none of + - = _")]
    Separator,
}

/// What an address of an inbound mail says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyAddressReading {
    /// It is no signed address of ours.
    Other,
    /// We gave it out for this case.
    Case(CaseId),
    /// It looks like one of ours, and we did not give it out: forged, damaged, or signed by a key that is no longer known.
    Forged,
}

/// Makes signed addresses of one mailbox, and reads them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyAddresses {
    mailbox: EmailAddress,
    separator: char,
    key: ReplyKey,
    old_keys: Vec<ReplyKey>,
}

impl ReplyAddresses {
    /// Addresses of a mailbox, signed by `key`; what one of the old keys signed is still read.
    ///
    /// # Errors
    /// The local part is too long, or the separator is none.
    pub fn new(mailbox: EmailAddress, separator: char, key: ReplyKey, old_keys: Vec<ReplyKey>) -> Result<Self, ReplyAddressError> {
        if mailbox.local_part().len() > LONGEST_BASE {
            return Err(ReplyAddressError::TooLong);
        }
        if !"+-=_".contains(separator) {
            return Err(ReplyAddressError::Separator);
        }
        Ok(Self { mailbox, separator, key, old_keys })
    }

    /// The address for answers about a case; none for a number that leaves no room.
    pub fn address_of(&self, case: CaseId) -> Option<EmailAddress> {
        let token = base32(&self.key.mac(case)?.finalize().into_bytes()[..TOKEN_BYTES]);
        let (local, domain) = (self.mailbox.local_part(), self.mailbox.domain());
        EmailAddress::parse(&format!("{local}{}{case}.{token}@{domain}", self.separator)).ok()
    }

    /// Reads an address as it stands in a header. The token alone proves the case: mail that is passed on under another domain,
    /// or that was addressed before the mailbox or the separator was changed, still arrives.
    pub fn read(&self, address: &str) -> ReplyAddressReading {
        let Some(signed) = Signed::parse(address) else { return ReplyAddressReading::Other };
        let keys = std::iter::once(&self.key).chain(&self.old_keys);
        let is_genuine = |key: &ReplyKey| key.mac(signed.case).is_some_and(|mac| mac.verify_truncated_left(&signed.token).is_ok());
        if keys.filter(|key| is_genuine(key)).count() > 0 {
            ReplyAddressReading::Case(signed.case)
        } else if signed.mailbox.eq_ignore_ascii_case(self.mailbox.local_part()) {
            ReplyAddressReading::Forged
        } else {
            ReplyAddressReading::Other
        }
    }
}

/// An address in the shape of ours, taken apart.
struct Signed<'a> {
    mailbox: &'a str,
    case: CaseId,
    token: [u8; TOKEN_BYTES],
}

impl<'a> Signed<'a> {
    fn parse(address: &'a str) -> Option<Self> {
        let local = address.trim().rsplit_once('@')?.0.trim_matches(['"', '<', ' ']);
        let (rest, token) = local.rsplit_once('.')?;
        let start = rest.rfind(|c: char| !c.is_ascii_digit())?;
        let (mailbox, number) = (&rest[..start], &rest[start..]);
        let mut digits = number.chars();
        let separator = digits.next()?;
        let digits = digits.as_str();
        // One way to write each number: no sign, no leading zero.
        let is_number = !digits.is_empty() && !digits.starts_with('0');
        if separator.is_alphanumeric() || mailbox.is_empty() || !is_number {
            return None;
        }
        Some(Self { mailbox, case: CaseId(digits.parse().ok()?), token: unbase32(token)? })
    }
}

fn base32(bytes: &[u8]) -> String {
    let bit = |index: usize| usize::from(bytes[index / 8] >> (7 - index % 8) & 1);
    let symbol = |first: usize| char::from(ALPHABET[(first..first + 5).fold(0, |value, index| value << 1 | bit(index))]);
    (0..bytes.len() * 8 / 5).map(|symbol_index| symbol(symbol_index * 5)).collect()
}

fn unbase32(text: &str) -> Option<[u8; TOKEN_BYTES]> {
    if text.len() != TOKEN_SYMBOLS {
        return None;
    }
    let mut bytes = [0_u8; TOKEN_BYTES];
    for (index, symbol) in text.bytes().enumerate() {
        let value = ALPHABET.iter().position(|known| *known == symbol.to_ascii_lowercase())?;
        for bit in (0..5).filter(|bit| value >> (4 - bit) & 1 == 1) {
            let place = index * 5 + bit;
            bytes[place / 8] |= 1 << (7 - place % 8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(secret: &str, old: &[&str]) -> ReplyAddresses {
        let old = old.iter().map(|secret| ReplyKey::new(*secret)).collect();
        ReplyAddresses::new(EmailAddress::parse("fv@vigia.test").unwrap(), '+', ReplyKey::new(secret), old).unwrap()
    }

    fn signed(secret: &str, case: i64) -> String {
        addresses(secret, &[]).address_of(CaseId(case)).unwrap().to_string()
    }

    #[test]
    fn an_address_names_its_case_whatever_its_letter_case_or_the_way_it_came() {
        let ours = addresses("key", &[]);
        let address = signed("key", 123);
        assert!(address.starts_with("fv+123.") && address.ends_with("@vigia.test"), "{address}");
        let (local, _) = address.split_once('@').unwrap();
        for written in [
            address.clone(),
            address.to_uppercase(),
            format!(" <{address}"),
            format!("\"{local}\"@vigia.test"),
            format!("{local}@relay.example"),
            address.replace('+', "-").replace("fv", "antes"),
        ] {
            assert_eq!(ours.read(&written), ReplyAddressReading::Case(CaseId(123)), "{written}");
        }
    }

    #[test]
    fn the_token_of_one_case_is_never_that_of_another_and_a_changed_one_is_none() {
        let ours = addresses("key", &[]);
        let address = signed("key", 123);
        let token = address.split(['.', '@']).nth(1).unwrap();
        for number in ["12", "124", "1230", "1", "9223372036854775807"] {
            assert_eq!(ours.read(&format!("fv+{number}.{token}@vigia.test")), ReplyAddressReading::Forged, "{number}");
        }
        for place in 0..token.len() {
            let other = if token.as_bytes()[place] == b'a' { "b" } else { "a" };
            let changed = format!("{}{other}{}", &token[..place], &token[place + 1..]);
            assert_eq!(ours.read(&format!("fv+123.{changed}@vigia.test")), ReplyAddressReading::Forged, "{changed}");
        }
        assert_eq!(ours.read(&signed("another key", 123)), ReplyAddressReading::Forged);
    }

    #[test]
    fn what_does_not_have_the_shape_is_passed_over() {
        let ours = addresses("key", &[]);
        let token = "a".repeat(16);
        for address in [
            "",
            "@",
            "fv@vigia.test",
            "fv+123@vigia.test",
            "fv+123.short@vigia.test",
            &format!("fv+0123.{token}@vigia.test"),
            &format!("fv+-1.{token}@vigia.test"),
            &format!("fv123.{token}@vigia.test"),
            &format!("+123.{token}@vigia.test"),
            &format!("fv+99999999999999999999.{token}@vigia.test"),
            &format!("fv+123.{}1@vigia.test", &token[1..]),
            &format!("fv+123.{}ñ@vigia.test", &token[2..]),
            &format!("boletin+123.{token}@vigia.test"),
        ] {
            assert_eq!(ours.read(address), ReplyAddressReading::Other, "{address}");
        }
    }

    #[test]
    fn an_old_key_is_still_read_and_signs_no_more() {
        let ours = addresses("new", &["old", "older"]);
        assert_eq!(ours.read(&signed("older", 7)), ReplyAddressReading::Case(CaseId(7)));
        assert_eq!(ours.address_of(CaseId(7)).unwrap().to_string(), signed("new", 7));
    }

    #[test]
    fn a_local_part_never_grows_beyond_its_limit() {
        let of = |length: usize| {
            let mailbox = EmailAddress::parse(&format!("{}@vigia.test", "x".repeat(length))).unwrap();
            ReplyAddresses::new(mailbox, '+', ReplyKey::new("key"), Vec::new())
        };
        let longest = of(LONGEST_BASE).unwrap();
        assert_eq!(longest.address_of(CaseId(9_999_999_999)).unwrap().local_part().len(), LONGEST_LOCAL);
        assert_eq!(longest.address_of(CaseId(10_000_000_000)), None);
        assert_eq!(of(LONGEST_BASE + 1), Err(ReplyAddressError::TooLong));
    }

    #[test]
    fn base32_is_that_of_rfc_4648() {
        assert_eq!(base32(b"fooba"), "mzxw6ytb");
        assert_eq!(unbase32("mzxw6ytbmzxw6ytb").unwrap(), *b"foobafooba");
    }
}
