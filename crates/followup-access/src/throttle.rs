//! Guessing passwords is slow: sign-ins that fail again and again have to wait.
//!
//! What is counted is a name *from an address*, and an address whatever names it tries. So whoever guesses at somebody else's password
//! from elsewhere makes nobody wait but themselves.
//!
//! In memory, of this process alone. Nothing here knows whether a user exists, so nobody learns it from a pause.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Duration, Utc};
use sha2::{Digest, Sha256};

/// More failures than so many bring a pause; each further one doubles it.
struct Rule {
    free_failures: u32,
    /// One failure is forgotten for every such time without another.
    forgotten_after: Duration,
}

/// Somebody who forgot a password has five tries; a guesser who goes on gets about four an hour.
const BY_NAME: Rule = Rule { free_failures: 4, forgotten_after: Duration::minutes(15) };
/// A whole office may stand behind one address, so it has more tries and is forgiven sooner.
const BY_ADDRESS: Rule = Rule { free_failures: 19, forgotten_after: Duration::minutes(1) };
/// An IPv6 site has 65,536 networks, each an address of its own here, and a customer may have a whole site.
const BY_SITE: Rule = Rule { free_failures: 99, forgotten_after: Duration::minutes(1) };
const FIRST_PAUSE: Duration = Duration::seconds(30);
const LONGEST_PAUSE: Duration = Duration::minutes(15);
/// At most so many counters, of about 100 bytes.
const MOST_ENTRIES: usize = 20_000;

/// Who failed to sign in, and until when they wait.
#[derive(Default)]
pub(crate) struct LoginThrottle(Mutex<HashMap<Key, Failures>>);

/// What failures are counted by.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    /// A name may be as long as the form, so its hash stands for it.
    Name([u8; 32], Option<IpAddr>),
    Address(IpAddr),
    /// The first 48 bits of an IPv6 address.
    Site(u64),
}

impl Key {
    fn rule(&self) -> &'static Rule {
        match self {
            Self::Name(..) => &BY_NAME,
            Self::Address(_) => &BY_ADDRESS,
            Self::Site(_) => &BY_SITE,
        }
    }
}

/// An attempt that was let through. It stands as a failure until [`LoginThrottle::succeeded`] or
/// [`LoginThrottle::undecided`] says otherwise, so that guesses sent all at once count too.
pub(crate) struct Attempt(Vec<Key>);

impl LoginThrottle {
    /// Lets an attempt through, or tells how many seconds to wait.
    pub(crate) fn begin(&self, username: &str, address: Option<IpAddr>, now: DateTime<Utc>) -> Result<Attempt, u64> {
        let keys = keys(username, address);
        let mut counters = self.counters();
        let paused = keys.iter().filter_map(|key| counters.get(key)?.seconds_to_wait(now)).max();
        if let Some(seconds) = paused {
            return Err(seconds);
        }
        for key in &keys {
            entry(&mut counters, *key, now).add(key.rule(), now);
        }
        Ok(Attempt(keys))
    }

    /// The password was right: the name starts anew. The address loses this one failure only, or whoever has one good
    /// account could guess at all the others.
    pub(crate) fn succeeded(&self, attempt: &Attempt) {
        let mut counters = self.counters();
        for key in &attempt.0 {
            match key {
                Key::Name(..) => drop(counters.remove(key)),
                Key::Address(_) | Key::Site(_) => take_back(counters.get_mut(key), key.rule()),
            }
        }
    }

    /// Nobody knows whether the password was right: the store could not be read.
    pub(crate) fn undecided(&self, attempt: &Attempt) {
        let mut counters = self.counters();
        for key in &attempt.0 {
            take_back(counters.get_mut(key), key.rule());
        }
    }

    fn counters(&self) -> MutexGuard<'_, HashMap<Key, Failures>> {
        // Counters are whole after every statement, whatever panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn keys(username: &str, address: Option<IpAddr>) -> Vec<Key> {
    let network = address.map(network);
    let site = network.and_then(|network| match network {
        IpAddr::V6(address) => Some(Key::Site(u64::try_from(address.to_bits() >> 80).unwrap_or(0))),
        IpAddr::V4(_) => None,
    });
    let name = Key::Name(name_hash(username), network);
    std::iter::once(name).chain(network.map(Key::Address)).chain(site).collect()
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    /// When the last failure was, moved on by what has been forgotten since.
    since: DateTime<Utc>,
    paused_until: Option<DateTime<Utc>>,
}

impl Failures {
    fn seconds_to_wait(&self, now: DateTime<Utc>) -> Option<u64> {
        let left = self.paused_until? - now;
        let seconds = u64::try_from((left + Duration::milliseconds(999)).num_seconds()).ok()?;
        // More is left than was ever given: the clock was set back, and nobody is to wait for it to catch up.
        (seconds > 0 && left <= LONGEST_PAUSE).then_some(seconds)
    }

    fn add(&mut self, rule: &Rule, now: DateTime<Utc>) {
        self.forget(rule, now);
        self.count = self.count.saturating_add(1);
        self.paused_until = pause(self.count, rule).map(|pause| now + pause);
    }

    fn forget(&mut self, rule: &Rule, now: DateTime<Utc>) {
        let step = rule.forgotten_after.num_seconds().max(1);
        let forgotten = u32::try_from((now - self.since).num_seconds() / step).unwrap_or(0);
        self.count = self.count.saturating_sub(forgotten);
        self.since = now;
    }

    fn is_paused(&self, now: DateTime<Utc>) -> bool {
        self.seconds_to_wait(now).is_some()
    }
}

fn pause(count: u32, rule: &Rule) -> Option<Duration> {
    let doublings = count.checked_sub(rule.free_failures + 1)?;
    // Five doublings of 30 seconds are 16 minutes: more than the longest pause.
    let seconds = FIRST_PAUSE.num_seconds() << doublings.min(5);
    Some(Duration::seconds(seconds).min(LONGEST_PAUSE))
}

fn take_back(failures: Option<&mut Failures>, rule: &Rule) {
    if let Some(failures) = failures {
        failures.count = failures.count.saturating_sub(1);
        if failures.count <= rule.free_failures {
            failures.paused_until = None;
        }
    }
}

fn entry(counters: &mut HashMap<Key, Failures>, key: Key, now: DateTime<Utc>) -> &mut Failures {
    if counters.len() >= MOST_ENTRIES && !counters.contains_key(&key) {
        make_room(counters, now);
    }
    counters.entry(key).or_insert(Failures { count: 0, since: now, paused_until: None })
}

/// Drops the entry that matters least: not paused, few failures, long ago. Names made up to push out a real one have one failure each.
fn make_room(counters: &mut HashMap<Key, Failures>, now: DateTime<Utc>) {
    let least = counters.iter().min_by_key(|(_, failures)| (failures.is_paused(now), failures.count, failures.since));
    if let Some(key) = least.map(|(key, _)| *key) {
        counters.remove(&key);
    }
}

/// Names that sign in as the same user count as one: letter case and blanks around them do not matter.
fn name_hash(username: &str) -> [u8; 32] {
    Sha256::digest(username.trim().to_lowercase()).into()
}

/// An IPv6 customer has at least a /64, so that is what counts.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
    }

    fn address(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    /// Fails as soon as allowed; answers the pauses.
    fn pauses(throttle: &LoginThrottle, tries: usize) -> Vec<u64> {
        let (mut now, mut pauses) = (0, Vec::new());
        for _ in 0..tries {
            if let Err(seconds) = throttle.begin("ana", None, at(now)) {
                pauses.push(seconds);
                now += i64::try_from(seconds).unwrap();
                assert!(throttle.begin("ana", None, at(now - 1)).is_err(), "the pause is as long as it says");
                assert!(throttle.begin("ana", None, at(now)).is_ok());
            }
        }
        pauses
    }

    #[test]
    fn five_tries_are_free_and_each_further_one_doubles_the_pause_up_to_a_quarter_of_an_hour() {
        assert_eq!(pauses(&LoginThrottle::default(), 12), [30, 60, 120, 240, 480, 900, 900]);
    }

    #[test]
    fn a_name_counts_in_any_letter_case_and_another_name_counts_for_itself() {
        let throttle = LoginThrottle::default();
        for name in ["ana", "ANA", " Ana ", "aNa", "ana"] {
            assert!(throttle.begin(name, None, at(0)).is_ok());
        }
        assert_eq!(throttle.begin("Ana", None, at(0)).err(), Some(30));
        assert!(throttle.begin("luis", None, at(0)).is_ok());
    }

    #[test]
    fn an_address_waits_whatever_names_it_tries() {
        let throttle = LoginThrottle::default();
        for number in 0..20 {
            assert!(throttle.begin(&format!("user{number}"), address("192.0.2.7"), at(0)).is_ok());
        }
        assert_eq!(throttle.begin("luis", address("::ffff:192.0.2.7"), at(0)).err(), Some(30));
        assert!(throttle.begin("luis", address("192.0.2.8"), at(0)).is_ok());
    }

    #[test]
    fn the_addresses_of_one_ipv6_network_are_one() {
        let throttle = LoginThrottle::default();
        for number in 0..20 {
            assert!(throttle.begin(&format!("user{number}"), address(&format!("2001:db8:1:2::{number:x}")), at(0)).is_ok());
        }
        assert!(throttle.begin("x", address("2001:db8:1:2:ffff::1"), at(0)).is_err());
        assert!(throttle.begin("x", address("2001:db8:1:3::1"), at(0)).is_ok());
    }

    #[test]
    fn success_clears_the_name_but_not_the_address() {
        let throttle = LoginThrottle::default();
        let peer = address("192.0.2.7");
        for number in 0..19 {
            assert!(throttle.begin(&format!("user{number}"), peer, at(0)).is_ok());
        }
        for _ in 0..4 {
            assert!(throttle.begin("ana", None, at(0)).is_ok());
        }
        for _ in 0..10 {
            let attempt = throttle.begin("ana", peer, at(0)).ok().unwrap();
            throttle.succeeded(&attempt);
        }
        assert!(throttle.begin("ana", peer, at(0)).is_ok());
        assert!(throttle.begin("luis", peer, at(0)).is_err());
    }

    #[test]
    fn failures_from_elsewhere_make_nobody_wait() {
        let throttle = LoginThrottle::default();
        for number in 0..200 {
            for _ in 0..5 {
                assert!(throttle.begin("ana", address(&format!("198.51.100.{number}")), at(0)).is_ok());
            }
            assert!(throttle.begin("ana", address(&format!("198.51.100.{number}")), at(0)).is_err());
        }
        assert!(throttle.begin("ana", address("203.0.113.9"), at(0)).is_ok());
        assert!(throttle.begin("ana", address("2001:db8::1"), at(0)).is_ok());
    }

    #[test]
    fn the_networks_of_one_ipv6_site_together_have_a_hundred_tries() {
        let throttle = LoginThrottle::default();
        let from = |network: u32| throttle.begin("ana", address(&format!("2001:db8:1:{network:x}::1")), at(0));
        assert!((0..100).all(|network| from(network).is_ok()));
        assert!(from(100).is_err());
        assert!(throttle.begin("ana", address("2001:db8:2::1"), at(0)).is_ok());
    }

    #[test]
    fn an_attempt_without_an_outcome_does_not_count() {
        let throttle = LoginThrottle::default();
        for _ in 0..50 {
            let attempt = throttle.begin("ana", address("192.0.2.7"), at(0)).ok().unwrap();
            throttle.undecided(&attempt);
        }
    }

    #[test]
    fn failures_are_forgotten_one_by_one() {
        let throttle = LoginThrottle::default();
        for _ in 0..5 {
            assert!(throttle.begin("ana", None, at(0)).is_ok());
        }
        let later = 15 * 60 * 2;
        for _ in 0..2 {
            assert!(throttle.begin("ana", None, at(later)).is_ok());
        }
        assert!(throttle.begin("ana", None, at(later)).is_err());
        assert!(throttle.begin("ana", None, at(later + 15 * 60 * 5)).is_ok());
    }

    #[test]
    fn memory_is_bounded_and_made_up_names_do_not_push_out_one_that_waits() {
        let throttle = LoginThrottle::default();
        for _ in 0..5 {
            assert!(throttle.begin("ana", None, at(0)).is_ok());
        }
        for number in 0..MOST_ENTRIES + 50 {
            assert!(throttle.begin(&format!("user{number}"), None, at(1)).is_ok());
        }
        assert_eq!(throttle.counters().len(), MOST_ENTRIES);
        assert!(throttle.begin("ana", None, at(1)).is_err());
    }

    #[test]
    fn nobody_waits_for_a_clock_that_was_set_back() {
        let throttle = LoginThrottle::default();
        for _ in 0..5 {
            assert!(throttle.begin("ana", None, at(1_000_000)).is_ok());
        }
        assert!(throttle.begin("ana", None, at(0)).is_ok());
        assert!(throttle.begin("ana", None, at(0)).is_err());
    }
}
