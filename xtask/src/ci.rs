//! The tests with what they need, and the whole of continuous integration.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::{bans, node, packages, python, shell};

/// An AWS for tests, from PyPI.
const MOTO: &str = include_str!("../moto.txt");
/// What finds barriers in pages (WCAG), from npm; MPL-2.0, and in nothing that is built.
const AXE: &str = "axe-core@4.14.1";

type Step = (&'static str, fn() -> Result<()>);

/// Cheap checks first, so that a slip is seen before the long ones run.
const STEPS: &[Step] = &[
    ("format", format),
    ("bans", bans::check),
    ("deny", deny),
    ("lints", lints),
    ("documentation", documentation),
    ("tests", || test(&[])),
];

/// Runs every step, stops at the first that fails, and prints the time of each.
///
/// # Errors
/// The failing step's own error.
pub(crate) fn run() -> Result<()> {
    let mut times: Vec<(&str, Duration)> = Vec::new();
    for (name, step) in STEPS {
        shell::say(&format!("== {name}"));
        let begin = Instant::now();
        let outcome = step();
        times.push((name, begin.elapsed()));
        if let Err(error) = outcome {
            print_times(&times);
            return Err(error.context(format!("step `{name}` failed")));
        }
    }
    print_times(&times);
    Ok(())
}

/// Installs what the tests need and runs them: `cargo test --workspace`, all of them whichever fail, or `cargo test` with the
/// arguments given.
///
/// # Errors
/// When this process is not root, something cannot be installed, or a test fails. Nothing is
/// skipped.
pub(crate) fn test(arguments: &[&str]) -> Result<()> {
    if !shell::is_root()? {
        bail!(
            "the mail tests start a real Postfix, which must be started by root; run\n  \
             sudo -E env \"PATH=$PATH\" cargo xtask test"
        );
    }
    packages::ensure_installed()?;
    let built = shell::target_folder()?;
    python::environment(&built.join("moto"), MOTO)?;
    node::package(&built.join("axe"), AXE)?;
    let arguments = if arguments.is_empty() { &["--workspace", "--no-fail-fast"] } else { arguments };
    shell::run(shell::cargo().arg("test").args(arguments))
}

fn format() -> Result<()> {
    shell::run(shell::cargo().args(["fmt", "--all", "--check"]))
}

fn lints() -> Result<()> {
    let mut clippy = shell::cargo();
    clippy.args(["clippy", "--workspace", "--all-targets", "--"]);
    shell::run(clippy.args(["-D", "warnings"]))
}

fn documentation() -> Result<()> {
    let mut rustdoc = shell::cargo();
    rustdoc.args(["doc", "--workspace", "--no-deps"]);
    shell::run(rustdoc.env("RUSTDOCFLAGS", "-D warnings"))
}

/// Runs cargo-deny where it is installed; `bans` checks licences and sources everywhere.
fn deny() -> Result<()> {
    let installed = shell::cargo().args(["deny", "--version"]).output();
    if !installed.is_ok_and(|output| output.status.success()) {
        shell::say("cargo-deny is not installed here; `cargo xtask bans` checked the licences");
        return Ok(());
    }
    shell::run(shell::cargo().args(["deny", "check", "bans", "licenses", "sources"]))
}

fn print_times(times: &[(&str, Duration)]) {
    for (name, time) in times {
        shell::say(&format!("{name:>14} {:7.1} s", time.as_secs_f64()));
    }
}
