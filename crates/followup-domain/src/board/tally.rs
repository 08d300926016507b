//! From counts by days to a cumulative curve.

use super::interval::{Share, share_of};

/// So many that were answered, or were not answered yet, after the same number of whole days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Whole days (of 24 hours) from the request to the answer; of what was not answered, until now.
    pub days: u32,
    /// Whether an answer came.
    pub is_answered: bool,
    /// How many.
    pub count: u64,
}

/// A day on which answers came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Within so many days of the request: 1 is its first 24 hours.
    pub within: u32,
    /// How many had waited until that day began.
    pub at_risk: u64,
    /// How many were answered on it.
    pub answered: u64,
    /// What was answered by its end.
    pub share: Share,
}

/// What was answered after how many days: one less the product-limit estimate (Kaplan and Meier 1958). What is not answered yet counts for as long as
/// it waited, and no longer; on the day until which it waited it counts as waiting, so that no share is too large. Limits are Wilson's
/// for the number that would be as certain (Rothman 1978), which are Wilson's own where nothing is open.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// How many there are.
    pub n: u64,
    /// How many of them were answered within the days that are counted.
    pub answered: u64,
    /// How many were not answered and have not waited for all the days that are counted.
    pub open: u64,
    /// The days on which answers came, in order.
    pub steps: Vec<Step>,
    /// The last day on which anybody waited, at most the last that is counted.
    pub observed: u32,
    /// Limits at the end; none of nothing.
    end: Option<Share>,
}

impl Curve {
    /// Of tallies, over so many days.
    pub fn of(tallies: &[Tally], days: u32) -> Self {
        let of_day = |day: u32, is_answered: bool| -> u64 {
            tallies.iter().filter(|tally| tally.days == day && tally.is_answered == is_answered).map(|tally| tally.count).sum()
        };
        let n: u64 = tallies.iter().map(|tally| tally.count).sum();
        let longest = tallies.iter().filter(|tally| tally.count > 0).map(|tally| tally.days).max().unwrap_or_default();
        let mut counting = Counting { at_risk: n, unanswered: 1.0, spread: 0.0 };
        let (mut steps, mut open) = (Vec::new(), 0);
        for day in 0..days.min(longest.saturating_add(1)) {
            let (answered, left) = (of_day(day, true), of_day(day, false));
            if answered > 0 {
                let at_risk = counting.at_risk;
                counting.answer(answered);
                if let Some(share) = counting.share() {
                    steps.push(Step { within: day + 1, at_risk, answered, share });
                }
            }
            open += left;
            counting.at_risk -= answered + left;
        }
        let end = if n == 0 { None } else { steps.last().map(|step| step.share).or_else(|| share_of(0.0, count(n))) };
        Self { n, answered: steps.iter().map(|step| step.answered).sum(), open, steps, observed: days.min(longest.saturating_add(1)), end }
    }

    /// What was answered within all the days that are counted; none of nothing.
    pub fn last(&self) -> Option<Share> {
        self.end
    }

    /// What was answered within so many days; none of nothing.
    pub fn at(&self, days: u32) -> Option<Share> {
        let step = self.steps.iter().rev().find(|step| step.within <= days);
        step.map(|step| step.share).or_else(|| if self.n == 0 { None } else { share_of(0.0, count(self.n)) })
    }

    /// Within how many days half of them were answered; none while it is less than half.
    pub fn median(&self) -> Option<u32> {
        self.first(|share| share.value)
    }

    /// The limits of the median: where the limits of the curve pass the half (Brookmeyer and Crowley 1982).
    pub fn median_limits(&self) -> (Option<u32>, Option<u32>) {
        (self.first(|share| share.high), self.first(|share| share.low))
    }

    fn first(&self, of: impl Fn(&Share) -> f64) -> Option<u32> {
        self.steps.iter().find(|step| of(&step.share) >= 0.5 - 1e-9).map(|step| step.within)
    }
}

/// The product-limit estimate as it is counted, day by day.
struct Counting {
    at_risk: u64,
    /// What share is not answered.
    unanswered: f64,
    /// That share times the sum of Greenwood's terms `d / (n (n - d))`: so it stays finite when the last one is answered.
    spread: f64,
}

impl Counting {
    fn answer(&mut self, answered: u64) {
        let (n, d) = (count(self.at_risk), count(answered));
        self.spread = self.spread * (n - d) / n + self.unanswered * d / (n * n);
        self.unanswered *= (n - d) / n;
    }

    /// Rothman's number is `share × unanswered ÷ variance`, and the variance is `unanswered² × Σ`.
    fn share(&self) -> Option<Share> {
        let answered = 1.0 - self.unanswered;
        share_of(answered, answered / self.spread)
    }
}

// Counts of a unit's letters are far below the 2^53 up to which a float is exact.
#[allow(clippy::cast_precision_loss)]
fn count(of: u64) -> f64 {
    of as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(days: u32, count: u64) -> Tally {
        Tally { days, is_answered: true, count }
    }

    fn open(days: u32, count: u64) -> Tally {
        Tally { days, is_answered: false, count }
    }

    fn close(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-4
    }

    #[test]
    fn where_all_waited_long_enough_it_is_the_plain_share_with_its_limits() {
        let curve = Curve::of(&[answered(0, 20), answered(2, 30), answered(9, 31), open(200, 182)], 180);
        assert_eq!((curve.n, curve.answered, curve.open, curve.steps.len()), (263, 81, 0, 3));
        let (end, plain) = (curve.last().unwrap(), share_of(81.0 / 263.0, 263.0).unwrap());
        assert!(close(end.value, plain.value) && close(end.low, plain.low) && close(end.high, plain.high), "{end:?} {plain:?}");
        assert_eq!(curve.at(3).map(|share| close(share.value, 50.0 / 263.0)), Some(true));
        assert!(close(curve.at(2).unwrap().value, 20.0 / 263.0) && close(curve.at(0).unwrap().value, 0.0));
    }

    #[test]
    fn what_is_not_answered_yet_counts_for_as_long_as_it_waited() {
        // Two of ten answer on the first day, three wait only until the third, one of the five that are left answers on the fifth.
        let curve = Curve::of(&[answered(0, 2), open(2, 3), answered(4, 1), open(100, 4)], 30);
        assert_eq!(curve.steps.iter().map(|step| (step.within, step.at_risk, step.answered)).collect::<Vec<_>>(), [(1, 10, 2), (5, 5, 1)]);
        assert!(close(curve.last().unwrap().value, 1.0 - 0.8 * 0.8));
        assert_eq!((curve.n, curve.answered, curve.open), (10, 3, 3));
        // Greenwood: 0.64² × (2/80 + 1/20); by Rothman as certain as 0.36 × 0.64 ÷ that.
        let variance = 0.64_f64.powi(2) * (2.0 / 80.0 + 1.0 / 20.0);
        let expected = share_of(0.36, 0.36 * 0.64 / variance).unwrap();
        assert!(close(curve.last().unwrap().high, expected.high) && close(curve.last().unwrap().low, expected.low));
    }

    #[test]
    fn the_median_is_the_day_by_which_half_have_answered_with_where_it_may_lie() {
        let curve = Curve::of(&[answered(0, 10), answered(3, 10), answered(8, 10), open(90, 10)], 180);
        assert_eq!((curve.median(), curve.median_limits()), (Some(4), (Some(4), Some(9))));
        let few = Curve::of(&[answered(0, 1), open(90, 9)], 180);
        assert_eq!((few.median(), few.median_limits()), (None, (None, None)));
    }

    #[test]
    fn all_none_and_nothing_have_shares_too() {
        let all = Curve::of(&[answered(1, 12)], 30).last().unwrap();
        assert!(close(all.value, 1.0) && close(all.high, 1.0) && close(all.low, share_of(1.0, 12.0).unwrap().low), "{all:?}");
        let none = Curve::of(&[open(1, 12)], 30);
        assert_eq!((none.last(), none.open, none.steps.len()), (share_of(0.0, 12.0), 12, 0));
        let nothing = Curve::of(&[], 30);
        assert_eq!((nothing.last(), nothing.at(3), nothing.median(), nothing.n), (None, None, None, 0));
    }

    #[test]
    fn an_answer_after_the_days_that_are_counted_is_none_of_theirs() {
        let curve = Curve::of(&[answered(30, 4), answered(29, 1)], 30);
        assert_eq!((curve.n, curve.answered, curve.open, curve.observed), (5, 1, 0, 30));
        assert!(close(curve.last().unwrap().value, 0.2));
    }

    proptest::proptest! {
        #[test]
        fn shares_grow_and_stay_within_their_limits(tallies: Vec<(u8, bool, u8)>) {
            let tallies: Vec<Tally> =
                tallies.into_iter().map(|(days, is_answered, count)| Tally { days: days.into(), is_answered, count: count.into() }).collect();
            let curve = Curve::of(&tallies, 180);
            let mut before = 0.0;
            for Step { share, at_risk, answered, .. } in &curve.steps {
                proptest::prop_assert!(share.value >= before && share.low <= share.value && share.value <= share.high && share.high <= 1.0);
                proptest::prop_assert!(answered <= at_risk);
                before = share.value;
            }
            proptest::prop_assert!(curve.answered + curve.open <= curve.n);
        }
    }
}
