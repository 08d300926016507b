//! Counts what is right, by measure.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What was found out about a case.
pub(crate) struct Judged {
    /// Each measure that applies to the case, and whether it is right.
    pub(crate) measures: Vec<(&'static str, bool)>,
    /// What was expected and what came out, for people.
    pub(crate) shown: String,
}

#[derive(Default)]
struct Tally {
    right: usize,
    wrong: Vec<String>,
}

/// The measures of a set.
#[derive(Default)]
pub(crate) struct Score {
    tallies: BTreeMap<&'static str, Tally>,
}

impl Score {
    /// Adds a case.
    pub(crate) fn count(&mut self, id: &str, judged: Judged) {
        for (measure, is_right) in judged.measures {
            let tally = self.tallies.entry(measure).or_default();
            if is_right {
                tally.right += 1;
            } else {
                tally.wrong.push(id.to_owned());
            }
        }
    }

    /// A line a measure with its share, and below it the cases that are wrong.
    pub(crate) fn told(&self, set: &str, cases: usize) -> String {
        let mut text = format!("{set}: {cases} cases\n");
        for (measure, Tally { right, wrong }) in &self.tallies {
            let all = right + wrong.len();
            let share = 100.0 * *right as f64 / all as f64;
            _ = writeln!(text, "  {measure:<44} {right:>4} / {all:<4} {share:6.1} %");
            for id in wrong {
                _ = writeln!(text, "      wrong: {id}");
            }
        }
        text
    }
}
