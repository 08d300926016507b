//! The curve of cases: what share had answered after how many days.

use std::fmt::Write;

use followup_domain::board::{Curve, FEW, Step};
use serde::Serialize;

use super::scale::{WIDTH, place, share_text};

const LEFT: f64 = 44.0;
const RIGHT: f64 = WIDTH - 12.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 172.0;
/// Where the axis may end, in days, each with its marks.
const AXES: &[(u32, &[u32])] = &[
    (14, &[0, 7, 14]),
    (30, &[0, 10, 20, 30]),
    (60, &[0, 15, 30, 45, 60]),
    (90, &[0, 30, 60, 90]),
    (120, &[0, 30, 60, 90, 120]),
    (180, &[0, 30, 60, 90, 120, 150, 180]),
];

/// The curve as it is drawn and listed.
#[derive(Serialize)]
pub(super) struct CurveView {
    n: u64,
    answered: u64,
    is_few: bool,
    line: String,
    /// Between the limits.
    band: String,
    days: Vec<Mark>,
    shares: Vec<Mark>,
    /// Where half have answered.
    median: Option<String>,
    rows: Vec<Row>,
    file: String,
}

#[derive(Serialize)]
struct Mark {
    at: String,
    text: String,
}

#[derive(Serialize)]
struct Row {
    within: u32,
    at_risk: u64,
    answered: u64,
    share: String,
}

impl CurveView {
    /// Of a curve that is about something.
    pub(super) fn of(curve: &Curve, file: &str) -> Self {
        let last = AXES.len() - 1;
        let (end, marks) = AXES.iter().find(|(end, _)| curve.observed <= *end).unwrap_or(&AXES[last]);
        let x = |day: u32| LEFT + f64::from(day) / f64::from(*end) * (RIGHT - LEFT);
        let until = x(curve.observed);
        let of = |value: fn(&Step) -> f64| curve.steps.iter().map(|step| (x(step.within), y(value(step)))).collect::<Vec<_>>();
        let mark = |at: f64, text: String| Mark { at: place(at), text };
        Self {
            n: curve.n,
            answered: curve.answered,
            is_few: curve.n < FEW,
            line: line((LEFT, y(0.0)), &of(|step| step.share.value), until),
            band: band(&of(|step| step.share.high), &of(|step| step.share.low), until),
            days: marks.iter().map(|day| mark(x(*day), day.to_string())).collect(),
            shares: [0.0, 0.25, 0.5, 0.75, 1.0].map(|part| mark(y(part), format!("{:.0} %", part * 100.0))).into(),
            median: curve.median().map(|day| place(x(day))),
            rows: curve.steps.iter().map(row).collect(),
            file: format!("{file}&plot=cases"),
        }
    }
}

fn row(step: &Step) -> Row {
    Row { within: step.within, at_risk: step.at_risk, answered: step.answered, share: share_text(step.share) }
}

fn y(part: f64) -> f64 {
    BOTTOM - part * (BOTTOM - TOP)
}

/// Steps that keep their height until the next one.
fn line(from: (f64, f64), steps: &[(f64, f64)], until: f64) -> String {
    let mut path = format!("M{} {}", place(from.0), place(from.1));
    for (x, y) in steps {
        // Writing to a String cannot fail.
        let _ = write!(path, "H{}V{}", place(*x), place(*y));
    }
    let _ = write!(path, "H{}", place(until));
    path
}

/// The area between two lines of the same days; empty where there are none.
fn band(above: &[(f64, f64)], below: &[(f64, f64)], until: f64) -> String {
    let Some((first, rest)) = above.split_first() else { return String::new() };
    let mut path = line(*first, rest, until);
    let mut right = until;
    for (x, y) in below.iter().rev() {
        let _ = write!(path, "L{} {}L{} {}", place(right), place(*y), place(*x), place(*y));
        right = *x;
    }
    path.push('Z');
    path
}

#[cfg(test)]
mod tests {
    use followup_domain::board::{CURVE_DAYS, Tally};

    use super::*;

    #[test]
    fn a_curve_climbs_in_steps_and_ends_with_what_was_observed() {
        let tallies = [Tally { days: 0, is_answered: true, count: 5 }, Tally { days: 13, is_answered: false, count: 5 }];
        let view = CurveView::of(&Curve::of(&tallies, CURVE_DAYS), "/f?x=1");
        assert_eq!(view.line, "M44 172H65.7V92H348");
        assert!(view.band.starts_with("M65.7 ") && view.band.ends_with('Z'), "{}", view.band);
        assert_eq!((view.n, view.answered, view.is_few, view.rows.len(), view.median.as_deref()), (10, 5, false, 1, Some("65.7")));
        assert_eq!(view.days.iter().map(|mark| mark.text.as_str()).collect::<Vec<_>>(), ["0", "7", "14"]);
        assert_eq!(view.file, "/f?x=1&plot=cases");
    }

    #[test]
    fn a_curve_without_answers_lies_on_the_ground() {
        let view = CurveView::of(&Curve::of(&[Tally { days: 200, is_answered: false, count: 3 }], CURVE_DAYS), "/f");
        assert_eq!((view.line.as_str(), view.band.as_str(), view.median), ("M44 172H348", "", None));
    }
}
