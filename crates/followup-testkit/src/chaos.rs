//! What the fault suites share: a generator that a printed seed repeats, and how long a run is to be.

use std::str::FromStr;

/// A generator of numbers (SplitMix64): small, seeded, and good enough for choosing where things break.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The generator of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Another generator, which goes its own way: for a thread of its own.
    pub fn fork(&mut self) -> Self {
        Self(self.next())
    }

    /// The next number.
    #[allow(clippy::should_implement_trait)] // It never ends, so it is no iterator worth the name.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 when there is none.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.next() % bound }
    }

    /// True so often in a hundred times.
    pub fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    /// One of them.
    ///
    /// # Panics
    /// When there is none.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[usize::try_from(self.below(from.len() as u64)).unwrap_or_default()]
    }
}

/// How often things are killed, and where chance begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// `FOLLOWUP_CHAOS_KILLS`, or what the test command is content with.
    pub kills: u32,
    /// `FOLLOWUP_CHAOS_SEED`, or the suite's fixed one.
    pub seed: u64,
}

impl Plan {
    /// What the environment says, else these.
    ///
    /// # Panics
    /// When the environment holds something that is no number.
    pub fn from_environment(kills: u32, seed: u64) -> Self {
        Self { kills: setting("FOLLOWUP_CHAOS_KILLS", kills), seed: setting("FOLLOWUP_CHAOS_SEED", seed) }
    }
}

fn setting<T: FromStr>(name: &str, otherwise: T) -> T {
    match std::env::var(name) {
        Ok(text) => text.trim().parse().unwrap_or_else(|_| panic!("{name} is no number: {text:?}")),
        Err(_) => otherwise,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_its_numbers_and_a_fork_goes_its_own_way() {
        let (mut first, mut again) = (Random::new(7), Random::new(7));
        let numbers: Vec<u64> = (0..100).map(|_| first.next()).collect();
        assert!(numbers.iter().all(|number| *number == again.next()));
        assert_ne!(first.fork().next(), first.next());
        assert!((0..1000).all(|_| first.below(10) < 10));
    }
}
