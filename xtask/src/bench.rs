//! Measurements: requests and mails per second, how mail is understood, and what the programs weigh.

use std::time::Instant;

use anyhow::{Context, Result};

use crate::shell;

const BINARIES: [&str; 3] = ["api-server", "dispatcher", "mail-poller"];

/// Requests per second of the service beside a plain "hello" of the same HTTP library, in one run.
///
/// # Errors
/// When it does not build, or a server answers what it should not.
pub(crate) fn speed(arguments: &[&str]) -> Result<()> {
    let mut bench = shell::cargo();
    bench.args(["bench", "--quiet", "--locked", "-p", "followup-http", "--bench", "thread", "--"]);
    shell::run(bench.args(arguments))
}

/// Mails per second that are read on one core (parsed, classified, trimmed) beside the bare MIME library: mails of the bench's own,
/// and those of the folders that are given.
///
/// # Errors
/// When it does not build, or a folder holds no mail.
pub(crate) fn mail(arguments: &[&str]) -> Result<()> {
    let mut bench = shell::cargo();
    bench.args(["bench", "--quiet", "--locked", "-p", "followup-mail", "--bench", "throughput", "--"]);
    shell::run(bench.args(arguments))
}

/// Letters per second while 64 writers register cases without a pause, beside a run in which nothing else happens, on each database.
///
/// # Errors
/// When it does not build, or a letter cannot be sent.
pub(crate) fn letters(arguments: &[&str]) -> Result<()> {
    let mut bench = shell::cargo();
    bench.args(["bench", "--quiet", "--locked", "-p", "followup-wiring", "--bench", "letters", "--"]);
    shell::run(bench.args(arguments))
}

/// What the first page of each list costs among 100,000 cases beside 1,000, on each database.
///
/// # Errors
/// When it does not build, or a store cannot be filled.
pub(crate) fn lists(arguments: &[&str]) -> Result<()> {
    let mut bench = shell::cargo();
    bench.args(["bench", "--quiet", "--locked", "-p", "followup-diesel", "--bench", "lists", "--"]);
    shell::run(bench.args(arguments))
}

/// Status events per second through the webhook of the real server, and how long until all are understood, on each database.
///
/// # Errors
/// When it does not build, or a call is not answered with 200.
pub(crate) fn events(arguments: &[&str]) -> Result<()> {
    let mut bench = shell::cargo();
    bench.args(["bench", "--quiet", "--locked", "-p", "api-server", "--bench", "events", "--"]);
    shell::run(bench.args(arguments))
}

/// The page of a thread of 500 messages beside one of 20: first byte, whole, and what it weighs compressed, on each database.
///
/// # Errors
/// When it does not build, or a page is not answered with 200.
pub(crate) fn page(arguments: &[&str]) -> Result<()> {
    let mut bench = shell::cargo();
    bench.args(["bench", "--quiet", "--locked", "-p", "api-server", "--bench", "page", "--"]);
    shell::run(bench.args(arguments))
}

/// How mail with known answers is understood: of each set of the folder the share that is right, and the cases that are wrong.
///
/// # Errors
/// When it does not build, or the folder holds no such set.
pub(crate) fn corpora(arguments: &[&str]) -> Result<()> {
    let mut measure = shell::cargo();
    measure.args(["run", "--quiet", "--locked", "-p", "followup-corpora", "--"]);
    shell::run(measure.args(arguments))
}

/// How answers are understood: precision and recall by field and class; with `--json` what is proposed, a line a reply.
///
/// # Errors
/// When it does not build, the folder holds no such file, or a bar is missed.
pub(crate) fn extract(arguments: &[&str]) -> Result<()> {
    let mut measure = shell::cargo();
    measure.args(["run", "--quiet", "--locked", "-p", "followup-extract", "--example", "measure", "--"]);
    shell::run(measure.args(arguments))
}

/// Replies per second whose values are read on one core, beside the mail reader.
///
/// # Errors
/// When it does not build.
pub(crate) fn extraction(arguments: &[&str]) -> Result<()> {
    let mut bench = shell::cargo();
    bench.args(["bench", "--quiet", "--locked", "-p", "followup-extract", "--bench", "throughput", "--"]);
    shell::run(bench.args(arguments))
}

/// Sizes of the release binaries, how long it took to build them from where the target folder stood, and the number of
/// dependencies.
///
/// # Errors
/// When they do not build.
pub(crate) fn size() -> Result<()> {
    let begin = Instant::now();
    let mut build = shell::cargo();
    build.args(["build", "--release", "--locked"]);
    shell::run(build.args(BINARIES.iter().flat_map(|name| ["-p", name])))?;
    shell::say(&format!("{:>32} {:8.1} s", "release build", begin.elapsed().as_secs_f64()));
    for name in BINARIES {
        let path = shell::target_folder()?.join("release").join(name);
        let bytes = path.metadata().with_context(|| path.display().to_string())?.len();
        shell::say(&format!("{name:>32} {:8.2} MiB", bytes as f64 / 1_048_576.0));
    }
    shell::say(&format!("{:>32} {:8}", "crates the binaries are made of", crates("normal")?));
    shell::say(&format!("{:>32} {:8}", "with those of build scripts", crates("normal,build")?));
    let lock = std::fs::read_to_string(shell::workspace_root().join("Cargo.lock")).context("Cargo.lock")?;
    shell::say(&format!("{:>32} {:8}", "crates in Cargo.lock", lock.matches("[[package]]").count()));
    Ok(())
}

/// How many crates the binaries need on this platform, through edges of these kinds, without the workspace's own.
fn crates(edges: &str) -> Result<usize> {
    let mut tree = shell::cargo();
    tree.args(["tree", "--quiet", "--locked", "-e", edges, "--prefix", "none", "--format", "{p}"]);
    tree.args(BINARIES.iter().flat_map(|name| ["-p", name]));
    let listing = shell::capture(&mut tree)?;
    let foreign = |line: &&str| !line.is_empty() && !line.contains("(/");
    let mut names: Vec<&str> = listing.lines().map(|line| line.trim_end_matches(" (*)")).filter(foreign).collect();
    names.sort_unstable();
    names.dedup();
    Ok(names.len())
}
