//! How long to wait after a failure.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

/// Waits that double with each failure up to a cap, each shortened by chance to between half and all of it, so that many
/// clients do not come back at the same instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The wait after the first failure, before chance shortens it.
    pub first: Duration,
    /// The longest wait.
    pub cap: Duration,
}

impl Default for Backoff {
    /// From 5 seconds to 5 minutes.
    fn default() -> Self {
        Self { first: Duration::from_secs(5), cap: Duration::from_secs(300) }
    }
}

impl Backoff {
    /// The wait after so many failures in a row (from 1).
    pub(crate) fn wait(&self, failures: u32) -> Duration {
        self.wait_by(failures, chance())
    }

    fn wait_by(&self, failures: u32, chance: f64) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        let whole = self.first.saturating_mul(1 << doublings).min(self.cap);
        whole.mul_f64(0.5 + chance / 2.0)
    }
}

/// Between 0 and 1. Spreading load needs no better randomness than that of the standard library's hash maps.
fn chance() -> f64 {
    f64::from(RandomState::new().build_hasher().finish() as u32) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff = Backoff { first: Duration::from_secs(2), cap: Duration::from_secs(60) };

    #[test]
    fn waits_double_up_to_the_cap() {
        let waits: Vec<u64> = (1..=7).map(|failures| BACKOFF.wait_by(failures, 1.0).as_secs()).collect();
        assert_eq!(waits, [2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(BACKOFF.wait_by(u32::MAX, 1.0), BACKOFF.cap);
    }

    #[test]
    fn chance_shortens_a_wait_to_no_less_than_half() {
        assert_eq!(BACKOFF.wait_by(3, 0.0), Duration::from_secs(4));
        for _ in 0..100 {
            let wait = BACKOFF.wait(3);
            assert!(wait >= Duration::from_secs(4) && wait <= Duration::from_secs(8));
        }
    }
}
