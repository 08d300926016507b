//! When something is tried again, and when no more.

use std::time::Duration as Pause;

use chrono::Duration;
use followup_domain::ids::LeaseToken;
use followup_domain::ports::StoreError;
use followup_domain::sending::breaker::spread_by_a_fifth;

/// Waiting times in seconds after the first, second, … try that the provider turned down for the moment; the last one repeats.
const PAUSES_SECONDS: [i64; 8] = [10, 60, 300, 900, 1800, 3600, 7200, 14400];
/// So often a message is turned down before it has failed: after five to six days (RFC 5321 §4.5.4.1 asks for four to five).
const GIVES_UP_AFTER: i32 = 40;
/// How long a message waits at least that met a provider out of order. When the provider is asked again is its breaker's decision.
const NOT_REACHED_SECONDS: i64 = 10;

/// After how long a message is tried again that was turned down `tries` times before this one; never again for `None`.
pub(crate) fn pause_after(tries: i32, token: &LeaseToken) -> Option<Duration> {
    let step = usize::try_from(tries).unwrap_or_default().min(PAUSES_SECONDS.len() - 1);
    (tries + 1 < GIVES_UP_AFTER).then(|| spread_by_a_fifth(PAUSES_SECONDS[step], spread_of(token)))
}

/// After how long a message is tried again for which the provider was not to be had.
pub(crate) fn pause_unreached(token: &LeaseToken) -> Duration {
    spread_by_a_fifth(NOT_REACHED_SECONDS, spread_of(token))
}

/// A number below 1 that is as random as the token, and the same for the same one.
pub(crate) fn spread_of(token: &LeaseToken) -> f64 {
    // FNV-1a: https://datatracker.ietf.org/doc/html/draft-eastlake-fnv
    let hash = token.0.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    // Tokens that differ in their end differ in the upper bits too after this; eleven of them are enough.
    let mixed = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    f64::from(u32::try_from(mixed >> 53).unwrap_or_default()) / f64::from(1_u32 << 11)
}

/// How long the store may be away before what is already known of a message is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Patience {
    tries: u32,
}

impl Patience {
    /// Nobody waits for the answer: about a minute of pauses, well within a lease.
    pub(crate) const LONG: Self = Self { tries: 25 };
    /// A person waits: a few seconds of pauses.
    pub(crate) const SHORT: Self = Self { tries: 9 };
    /// What the store refuses is not taken later either.
    const OF_A_REFUSAL: u32 = 2;

    /// How long to wait before the next try after `tried` that failed; `None` when it is over.
    pub(crate) fn pause(self, tried: u32, error: &StoreError) -> Option<Pause> {
        let tries = match error {
            StoreError::Unavailable(_) | StoreError::Unknown(_) => self.tries,
            StoreError::Refused(_) => Self::OF_A_REFUSAL,
        };
        (tried < tries).then(|| Pause::from_millis(50 << tried.min(6)).min(Pause::from_secs(3)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(number: u32) -> LeaseToken {
        LeaseToken(format!("lease-{number}"))
    }

    #[test]
    fn pauses_grow_vary_and_end_after_five_to_six_days() {
        let waited: i64 = (0..).map_while(|tries| pause_after(tries, &token(1))).map(|pause| pause.num_hours()).sum();
        assert!((24 * 4..=24 * 7).contains(&waited), "{waited} h");
        let first: Vec<Duration> = (0..50).filter_map(|number| pause_after(3, &token(number))).collect();
        assert!(first.iter().all(|pause| (720..=1080).contains(&pause.num_seconds())));
        assert!(first.iter().max() > first.iter().min());
    }

    #[test]
    fn tokens_spread_over_the_whole_range() {
        let spreads: Vec<f64> = (0..200).map(|number| spread_of(&token(number))).collect();
        assert!(spreads.iter().all(|spread| (0.0..1.0).contains(spread)));
        assert!(spreads.iter().any(|spread| *spread < 0.2) && spreads.iter().any(|spread| *spread > 0.8));
    }

    #[test]
    fn a_store_that_is_away_is_waited_for_longer_than_one_that_refuses() {
        let total = |patience: Patience, error: &StoreError| -> u64 {
            (1..).map_while(|tried| patience.pause(tried, error)).map(|pause| pause.as_secs()).sum()
        };
        let (away, refused) = (StoreError::Unavailable(String::new()), StoreError::Refused(String::new()));
        assert!((40..=70).contains(&total(Patience::LONG, &away)));
        assert!((3..=15).contains(&total(Patience::SHORT, &away)), "{}", total(Patience::SHORT, &away));
        assert_eq!(total(Patience::LONG, &refused), 0);
    }
}
