//! Guessing passwords is slow: sign-ins that fail again and again have to wait, by user name and by client address.
//!
//! In memory, of this process alone. Nothing here knows whether a user exists, so nobody learns it from a pause.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

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
const FIRST_PAUSE: Duration = Duration::seconds(30);
const LONGEST_PAUSE: Duration = Duration::minutes(15);
/// Each of the two tables holds at most so many entries, of about 100 bytes.
const MOST_ENTRIES: usize = 10_000;

/// Who failed to sign in, and until when they wait.
#[derive(Default)]
pub(crate) struct LoginThrottle(Mutex<Tables>);

#[derive(Default)]
struct Tables {
    // A name may be as long as the form, so its hash stands for it.
    by_name: HashMap<[u8; 32], Failures>,
    by_address: HashMap<IpAddr, Failures>,
}

/// An attempt that was let through. It stands as a failure until [`LoginThrottle::succeeded`] or
/// [`LoginThrottle::undecided`] says otherwise, so that guesses sent all at once count too.
pub(crate) struct Attempt {
    name: [u8; 32],
    address: Option<IpAddr>,
}

impl LoginThrottle {
    /// Lets an attempt through, or tells how many seconds to wait.
    pub(crate) fn begin(&self, username: &str, address: Option<IpAddr>, now: DateTime<Utc>) -> Result<Attempt, u64> {
        let attempt = Attempt { name: name_key(username), address: address.map(network) };
        let mut tables = self.tables();
        let paused = |failures: Option<&Failures>| failures.and_then(|failures| failures.seconds_to_wait(now));
        let by_name = paused(tables.by_name.get(&attempt.name));
        let by_address = paused(attempt.address.and_then(|address| tables.by_address.get(&address)));
        if let Some(seconds) = by_name.max(by_address) {
            return Err(seconds);
        }
        entry(&mut tables.by_name, attempt.name, now).add(&BY_NAME, now);
        if let Some(address) = attempt.address {
            entry(&mut tables.by_address, address, now).add(&BY_ADDRESS, now);
        }
        Ok(attempt)
    }

    /// The password was right: the name starts anew. The address loses this one failure only, or whoever has one good
    /// account could guess at all the others.
    pub(crate) fn succeeded(&self, attempt: &Attempt) {
        let mut tables = self.tables();
        tables.by_name.remove(&attempt.name);
        take_back(attempt.address.and_then(|address| tables.by_address.get_mut(&address)), &BY_ADDRESS);
    }

    /// Nobody knows whether the password was right: the store could not be read.
    pub(crate) fn undecided(&self, attempt: &Attempt) {
        let mut tables = self.tables();
        take_back(tables.by_name.get_mut(&attempt.name), &BY_NAME);
        take_back(attempt.address.and_then(|address| tables.by_address.get_mut(&address)), &BY_ADDRESS);
    }

    fn tables(&self) -> std::sync::MutexGuard<'_, Tables> {
        // Counters are whole after every statement, whatever panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
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

fn entry<K: Copy + Eq + std::hash::Hash>(table: &mut HashMap<K, Failures>, key: K, now: DateTime<Utc>) -> &mut Failures {
    if table.len() >= MOST_ENTRIES && !table.contains_key(&key) {
        make_room(table, now);
    }
    table.entry(key).or_insert(Failures { count: 0, since: now, paused_until: None })
}

/// Drops the entry that matters least: not paused, few failures, long ago. Names made up to push out a real one have one failure each.
fn make_room<K: Copy + Eq + std::hash::Hash>(table: &mut HashMap<K, Failures>, now: DateTime<Utc>) {
    let least = table.iter().min_by_key(|(_, failures)| (failures.is_paused(now), failures.count, failures.since));
    if let Some(key) = least.map(|(key, _)| *key) {
        table.remove(&key);
    }
}

/// Names that sign in as the same user count as one: letter case and blanks around them do not matter.
fn name_key(username: &str) -> [u8; 32] {
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
        assert_eq!(throttle.tables().by_name.len(), MOST_ENTRIES);
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
