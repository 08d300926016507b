//! Groups side by side: a bar for each, with its limits.

use followup_domain::board::{By, FEW, Group, HORIZON_DAYS, Waiting};
use followup_words::board as words;
use serde::Serialize;

use super::scale::{WIDTH, place, share_text};

const LEFT: f64 = 10.0;
const RIGHT: f64 = WIDTH - 10.0;
/// A row: its words, its bar, and room below.
const ROW: f64 = 42.0;
/// So many characters of a name stand beside its numbers.
const LONGEST: usize = 24;

/// A plot of bars as it is drawn and listed.
#[derive(Serialize)]
pub(super) struct Bars {
    id: &'static str,
    title: &'static str,
    about: String,
    height: String,
    rows: Vec<Bar>,
    /// What the columns of the table are called.
    heads: Vec<&'static str>,
    has_few: bool,
    file: String,
}

#[derive(Serialize)]
struct Bar {
    /// Where its words stand, and where its bar begins and has its middle.
    base: String,
    top: String,
    middle: String,
    short: String,
    name: String,
    said: String,
    width: String,
    /// From where to where it may lie.
    limits: Option<(String, String)>,
    is_few: bool,
    cells: Vec<String>,
}

impl Bars {
    /// Of requests: what was answered in time.
    pub(super) fn of_groups(by: By, groups: &[Group], file: &str) -> Self {
        let rows = groups.iter().enumerate().map(|(at, group)| of_group(at, by, group));
        Self {
            id: by.as_str(),
            title: words::by(by),
            about: format!("Solicitudes respondidas en {HORIZON_DAYS} días"),
            height: height(groups.len()),
            rows: rows.collect(),
            heads: vec!["Solicitudes", "Respondidas", "Aún en plazo", "Proporción (IC 95 %)", "Mediana"],
            has_few: groups.iter().any(|group| group.curve.n < FEW),
            file: format!("{file}&plot={}", by.as_str()),
        }
    }

    /// Of cases that wait.
    pub(super) fn of_ages(ages: &[Waiting], file: &str) -> Self {
        let most = ages.iter().map(|age| age.cases).max().unwrap_or_default().max(1);
        let rows = ages.iter().enumerate().map(|(at, age)| of_age(at, age, most));
        let total: u64 = ages.iter().map(|age| age.cases).sum();
        Self {
            id: "waiting",
            title: words::WAITING,
            about: format!("{total} en total, contados todos: por eso sin intervalo"),
            height: height(ages.len()),
            rows: rows.collect(),
            heads: vec!["Casos", "De ellos graves"],
            has_few: false,
            file: format!("{file}&plot=waiting"),
        }
    }
}

fn of_group(at: usize, by: By, group: &Group) -> Bar {
    let (curve, name) = (&group.curve, words::group(by, &group.key));
    let share = curve.last();
    let is_few = curve.n < FEW;
    let said = share.map_or_else(String::new, share_text);
    let median = curve.median().map_or_else(|| "—".to_owned(), |days| format!("{days} d"));
    Bar {
        said: format!("{said} · n {}{}", curve.n, if is_few { ", pocos" } else { "" }),
        width: place(share.map_or(0.0, |share| share.value) * (RIGHT - LEFT)),
        limits: share.map(|share| (place(x(share.low)), place(x(share.high)))),
        is_few,
        cells: vec![curve.n.to_string(), curve.answered.to_string(), curve.open.to_string(), said, median],
        ..Bar::named(at, name)
    }
}

// Counts of a unit's cases are far below the 2^53 up to which a float is exact.
#[allow(clippy::cast_precision_loss)]
fn of_age(at: usize, age: &Waiting, most: u64) -> Bar {
    let serious = if age.serious > 0 { format!(", {} graves", age.serious) } else { String::new() };
    Bar {
        said: format!("{}{serious}", age.cases),
        width: place(age.cases as f64 / most as f64 * (RIGHT - LEFT)),
        cells: vec![age.cases.to_string(), age.serious.to_string()],
        ..Bar::named(at, words::age(age))
    }
}

impl Bar {
    fn named(at: usize, name: String) -> Self {
        let top = ROW * f64::from(u32::try_from(at).unwrap_or(u32::MAX));
        Self {
            base: place(top + 15.0),
            top: place(top + 21.0),
            middle: place(top + 26.0),
            short: shortened(&name),
            name,
            said: String::new(),
            width: String::new(),
            limits: None,
            is_few: false,
            cells: Vec::new(),
        }
    }
}

fn height(rows: usize) -> String {
    place(ROW * f64::from(u32::try_from(rows).unwrap_or(u32::MAX)))
}

fn x(part: f64) -> f64 {
    LEFT + part * (RIGHT - LEFT)
}

/// A name as it fits beside its numbers; the table has all of it.
fn shortened(name: &str) -> String {
    let name = name.strip_prefix("Plantilla de WhatsApp ").unwrap_or(name);
    if name.chars().count() <= LONGEST { name.to_owned() } else { name.chars().take(LONGEST - 1).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use followup_domain::board::{Curve, Tally};

    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share_and_says_of_how_many() {
        let curve =
            Curve::of(&[Tally { days: 0, is_answered: true, count: 2 }, Tally { days: 30, is_answered: false, count: 2 }], HORIZON_DAYS);
        let bars = Bars::of_groups(By::Channel, &[Group { key: "email".into(), curve }], "/f");
        let bar = &bars.rows[0];
        assert_eq!((bar.width.as_str(), bar.name.as_str(), bar.is_few, bars.has_few), ("170", "Correo", true, true));
        assert_eq!(bar.said, "50 % (15–85) · n 4, pocos");
        assert_eq!(bar.cells, ["4", "2", "0", "50 % (15–85)", "1 d"]);
        assert_eq!(bars.height, "42");
    }

    #[test]
    fn a_name_fits_beside_its_numbers() {
        assert_eq!(shortened("Plantilla de WhatsApp «pide_datos»"), "«pide_datos»");
        assert_eq!(shortened(&"ñ".repeat(25)), format!("{}…", "ñ".repeat(23)));
    }
}
