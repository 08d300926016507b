//! The figures as text.

use crate::load::Sample;

/// One table: a row for each subject, its figures over all rounds, and its ratio to the first subject's run of the same round.
pub(crate) fn print(title: &str, names: &[&str], rounds: &[Vec<Sample>]) {
    println!("\n{title}");
    println!(
        "{:<22} {:>9} {:>9} {:>9}  {:>8} {:>8} {:>8}  {:>8} {:>8} {:>7}",
        "", "min /s", "median /s", "max /s", "ratio", "min", "max", "p50 ms", "p99 ms", "bytes"
    );
    for (subject, name) in names.iter().enumerate() {
        let runs = || rounds.iter().filter_map(|round| round.get(subject));
        let rates = spread(runs().map(Sample::per_second));
        let ratios = spread(rounds.iter().filter_map(|round| Some(round.get(subject)?.per_second() / round.first()?.per_second())));
        let mut micros: Vec<u64> = runs().flat_map(|run| run.micros.iter().copied()).collect();
        micros.sort_unstable();
        println!(
            "{name:<22} {:>9.0} {:>9.0} {:>9.0}  {:>8.3} {:>8.3} {:>8.3}  {:>8.2} {:>8.2} {:>7}",
            rates.least,
            rates.median,
            rates.greatest,
            ratios.median,
            ratios.least,
            ratios.greatest,
            quantile_ms(&micros, 50),
            quantile_ms(&micros, 99),
            runs().next_back().map_or(0, |run| run.body_bytes),
        );
    }
}

struct Spread {
    least: f64,
    median: f64,
    greatest: f64,
}

fn spread(values: impl Iterator<Item = f64>) -> Spread {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
    let middle = values.len() / 2;
    let median = if values.len().is_multiple_of(2) { f64::midpoint(at(middle.wrapping_sub(1)), at(middle)) } else { at(middle) };
    Spread { least: at(0), median, greatest: at(values.len().wrapping_sub(1)) }
}

fn quantile_ms(sorted_micros: &[u64], percent: usize) -> f64 {
    let index = (sorted_micros.len() * percent / 100).min(sorted_micros.len().saturating_sub(1));
    sorted_micros.get(index).map_or(f64::NAN, |micros| *micros as f64 / 1000.0)
}
