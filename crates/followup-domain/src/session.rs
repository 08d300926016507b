//! Sessions of people who signed in at the page.
//!
//! The store knows a session by the hash of its identifier alone, so that nobody who reads the store can take one over.

use std::fmt;

use chrono::{DateTime, Duration, Utc};

use crate::ids::UserId;
use crate::user::Role;

/// So long a session may stand unused (OWASP ASVS 3.3.2: 30 minutes).
pub const IDLE: Duration = Duration::minutes(30);
/// No session is longer, however much it is used.
pub const LONGEST: Duration = Duration::hours(12);
/// A session's use is written down no more often than this.
const NOTED_EVERY: Duration = Duration::minutes(1);

/// SHA-256 of a session's identifier. It does not show itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionKey(pub [u8; 32]);

impl SessionKey {
    /// As the store keeps it: 64 hexadecimal digits.
    pub fn to_hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Reads what [`Self::to_hex`] wrote.
    pub fn of_hex(text: &str) -> Option<Self> {
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let mut key = [0; 32];
        for (byte, place) in key.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(text.get(place..place + 2)?, 16).ok()?;
        }
        Some(Self(key))
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("…")
    }
}

/// Somebody who signed in at the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// By which it is known.
    pub key: SessionKey,
    /// Their number at whoever knows them.
    pub user_id: Option<UserId>,
    /// Their name.
    pub username: String,
    /// Their e-mail, if it is known.
    pub email: Option<String>,
    /// Their roles when they signed in; perhaps none that is known here.
    pub roles: Vec<Role>,
    /// The organisation that their token named.
    pub tenant: Option<String>,
    /// A user of our own: whether they still stand as they did is asked at each request. Others end by themselves.
    pub is_own: bool,
    /// When they proved who they are (UTC): by a token, when it was made.
    pub began_at: DateTime<Utc>,
    /// When it was used last (UTC), to the minute.
    pub seen_at: DateTime<Utc>,
    /// When it ends at the latest (UTC).
    pub ends_at: DateTime<Utc>,
    /// From which network address.
    pub address: Option<String>,
    /// By which program, in its own words, shortened.
    pub program: Option<String>,
}

impl Session {
    /// Whether it lets somebody in.
    pub fn holds_at(&self, now: DateTime<Utc>) -> bool {
        now < self.ends_at && now - self.seen_at < IDLE
    }

    /// Whether its use is to be written down.
    pub fn is_to_be_noted_at(&self, now: DateTime<Utc>) -> bool {
        now - self.seen_at >= NOTED_EVERY
    }
}

/// When a session that begins now ends at the latest; `token_ends_at`: when the token ends by which somebody came in.
pub fn latest_end(now: DateTime<Utc>, token_ends_at: Option<DateTime<Utc>>) -> DateTime<Utc> {
    let longest = now + LONGEST;
    token_ends_at.map_or(longest, |end| end.min(longest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun() -> Session {
        let now = DateTime::UNIX_EPOCH;
        Session {
            key: SessionKey([7; 32]),
            user_id: None,
            username: "ana".into(),
            email: None,
            roles: vec![],
            tenant: None,
            is_own: true,
            began_at: now,
            seen_at: now,
            ends_at: latest_end(now, None),
            address: None,
            program: None,
        }
    }

    #[test]
    fn a_session_ends_half_an_hour_after_its_last_use_and_after_twelve_hours_of_use() {
        let mut session = begun();
        let at = |minutes| DateTime::UNIX_EPOCH + Duration::minutes(minutes);
        assert!(session.holds_at(at(29)) && !session.holds_at(at(30)));
        session.seen_at = at(719);
        assert!(!session.holds_at(at(720)));
        session.seen_at = at(718);
        assert!(session.holds_at(at(719)));
    }

    #[test]
    fn a_session_never_outlives_the_token_by_which_it_began() {
        let now = DateTime::UNIX_EPOCH;
        let soon = now + Duration::minutes(5);
        assert_eq!(latest_end(now, Some(soon)), soon);
        assert_eq!(latest_end(now, Some(now + Duration::days(1))), now + LONGEST);
    }

    #[test]
    fn a_key_is_kept_as_it_is_written_and_shows_itself_to_nobody() {
        let key = SessionKey([0xab; 32]);
        assert_eq!(SessionKey::of_hex(&key.to_hex()), Some(key));
        for wrong in ["", "ab", &"g".repeat(64), &"á".repeat(32)] {
            assert_eq!(SessionKey::of_hex(wrong), None, "{wrong}");
        }
        assert_eq!(format!("{key:?}"), "…");
    }

    #[test]
    fn its_use_is_written_down_once_a_minute() {
        let session = begun();
        assert!(!session.is_to_be_noted_at(DateTime::UNIX_EPOCH + Duration::seconds(59)));
        assert!(session.is_to_be_noted_at(DateTime::UNIX_EPOCH + Duration::seconds(60)));
    }
}
