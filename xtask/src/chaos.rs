//! The fault suites, as long as one likes: the same tests that the test command runs with a few dozen kills and a fixed seed.

use anyhow::{Context, Result, bail};

use crate::{packages, shell};

/// Package, test target, and a filter of test names (empty: all of the target).
const SUITES: &[(&str, &str, &str)] = &[
    ("dispatcher", "chaos", ""),
    ("mail-poller", "kills", ""),
    ("followup-imap", "cut_lines", ""),
    // After the dispatcher and the poller, whose binaries they run.
    ("api-server", "migration_faults", "killed_at_any_moment"),
    ("api-server", "failover", "promotions_under_load"),
];

/// Kills of one run when the command does not say how many.
const KILLS: &str = "200";

/// Runs every suite; `[SEED]` other chances than the suites' own, `--kills N` more or fewer kills.
///
/// # Errors
/// When an argument is no number, or a suite fails: all are run before that is told.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let (mut seed, mut kills) = (None, KILLS);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--kills" => kills = rest.next().context("--kills takes a number")?,
            number => seed = Some(number),
        }
    }
    for number in seed.iter().chain([&kills]) {
        number.parse::<u64>().with_context(|| format!("{number:?} is no number"))?;
    }
    packages::ensure_installed()?;
    let mut failed = Vec::new();
    for (package, target, filter) in SUITES {
        shell::say(&format!("== {package} {target} {filter}"));
        let mut test = shell::cargo();
        test.args(["test", "--locked", "-p", package, "--test", target, "--", "--nocapture", "--test-threads=1", filter]);
        test.env("FOLLOWUP_CHAOS_KILLS", kills);
        if let Some(seed) = seed {
            test.env("FOLLOWUP_CHAOS_SEED", seed);
        }
        if let Err(error) = shell::run(&mut test) {
            shell::say(&format!("{error:#}"));
            failed.push(format!("{package} {target} {filter}"));
        }
    }
    if failed.is_empty() { Ok(()) } else { bail!("suites that failed: {}", failed.join(", ")) }
}
