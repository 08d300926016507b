//! How reporters answer: of the first requests of cases a cumulative curve, of single requests by what they have in common, and how long those
//! that are still open wait. Counted, never guessed: each share says of how many, and between which limits it may lie (docs/product.md §7b).

mod interval;
mod period;
mod tally;

pub use interval::{Share, share_of};
pub use period::{LONGEST_PERIOD_DAYS, Period, PeriodError, Span};
pub use tally::{Curve, Step, Tally};

use crate::published::published_enum;

/// Fewer cases or requests say too little: they are shown, and greyed.
pub const FEW: u64 = 10;
/// The curve of cases is counted for so many days.
pub const CURVE_DAYS: u32 = 180;
/// Single requests are compared by what was answered within so many days.
pub const HORIZON_DAYS: u32 = 30;
/// The fifth request of a case and every later one are one group.
pub const LAST_ATTEMPT: u32 = 5;
/// Whole days that end an age of what waits: up to so many, then up to the next, and in the end more than the last.
pub const AGES: [u32; 5] = [7, 15, 30, 60, 90];

published_enum! {
    /// By what requests are told apart.
    By {
        /// How they travelled.
        Channel = "channel",
        /// In which words they asked.
        Template = "template",
        /// Whether they were the first, the second … of their case.
        Attempt = "attempt",
        /// The day of the week on which they left, in the unit's zone; 1 is Monday (ISO 8601).
        Weekday = "weekday",
        /// The hour in which they left, in the unit's zone.
        Hour = "hour",
    }
}

/// Requests that have something in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// What: the code of a channel, `written`, `request`, `reminder` or `whatsapp:` and a template's name, a number.
    pub key: String,
    /// How they were answered, up to [`HORIZON_DAYS`].
    pub curve: Curve,
}

impl Group {
    /// What was answered within [`HORIZON_DAYS`].
    pub fn share(&self) -> Option<Share> {
        self.curve.last()
    }
}

/// Cases that wait for an answer for about as long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// For more than so many whole days.
    pub more_than: u32,
    /// And not for more than so many; none of the last.
    pub up_to: Option<u32>,
    /// How many.
    pub cases: u64,
    /// How many of them are serious.
    pub serious: u64,
}

/// All of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    /// Of what left in which days.
    pub period: Period,
    /// Cases whose first request left in the period, by days until the first answer.
    pub cases: Curve,
    /// Requests that left in the period, each until an answer came before the next request.
    pub groups: Vec<(By, Vec<Group>)>,
    /// Open cases that wait for an answer now, by age; whatever the period.
    pub waiting: Vec<Waiting>,
}

impl Board {
    /// How many requests left in the period.
    pub fn requests(&self) -> u64 {
        self.groups.first().map_or(0, |(_, groups)| groups.iter().map(|group| group.curve.n).sum())
    }

    /// Groups by one thing.
    pub fn by(&self, by: By) -> &[Group] {
        self.groups.iter().find(|(known, _)| *known == by).map_or(&[], |(_, groups)| groups)
    }
}

/// Ages of what waits, each with nothing in it.
pub fn no_waiting() -> Vec<Waiting> {
    let ends = AGES.iter().copied().map(Some).chain([None]);
    let begins = [0].into_iter().chain(AGES);
    begins.zip(ends).map(|(more_than, up_to)| Waiting { more_than, up_to, cases: 0, serious: 0 }).collect()
}

/// Groups of tallies, in the order in which people read them: of numbers the smallest first, of words those with most requests.
pub fn grouped(by: By, tallies: Vec<(String, Tally)>) -> Vec<Group> {
    let mut keys: Vec<&str> = tallies.iter().map(|(key, _)| key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    let of_key = |key: &str| tallies.iter().filter(|(known, _)| known == key).map(|(_, tally)| *tally).collect::<Vec<_>>();
    let mut groups: Vec<Group> =
        keys.into_iter().map(|key| Group { key: key.to_owned(), curve: Curve::of(&of_key(key), HORIZON_DAYS) }).collect();
    match by {
        By::Channel | By::Template => groups.sort_by_key(|group| std::cmp::Reverse(group.curve.n)),
        By::Attempt | By::Weekday | By::Hour => groups.sort_by_key(|group| group.key.parse::<u32>().unwrap_or(u32::MAX)),
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(days: u32, is_answered: bool, count: u64) -> Tally {
        Tally { days, is_answered, count }
    }

    #[test]
    fn numbers_are_read_in_their_order_and_words_by_how_many_they_are() {
        let tallies = |keys: &[(&str, u64)]| keys.iter().map(|(key, count)| ((*key).to_owned(), tally(1, true, *count))).collect();
        let keys = |groups: Vec<Group>| groups.into_iter().map(|group| group.key).collect::<Vec<_>>();
        assert_eq!(keys(grouped(By::Hour, tallies(&[("10", 1), ("9", 7), ("10", 2)]))), ["9", "10"]);
        assert_eq!(keys(grouped(By::Channel, tallies(&[("email", 1), ("sms", 7), ("email", 2)]))), ["sms", "email"]);
    }

    #[test]
    fn ages_of_what_waits_leave_no_gap() {
        let ages = no_waiting();
        assert_eq!((ages[0].more_than, ages.last().map(|age| (age.more_than, age.up_to))), (0, Some((90, None))));
        for pair in ages.windows(2) {
            assert_eq!(pair[0].up_to, Some(pair[1].more_than));
        }
    }
}
