//! libFuzzer on the targets of `fuzz/`.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell;

/// Seconds for each target if nothing is told.
const SECONDS: &str = "60";
/// A longer input is cut: what grows with the input's size is tested elsewhere.
const LONGEST_INPUT: usize = 16 * 1024;

/// Fuzzes one target, or each in turn, beginning with the seeds of `crates/followup-fuzz`; stops at the first input that breaks a promise.
///
/// # Errors
/// When cargo-fuzz is not installed, a target is unknown or does not build, or an input breaks it.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let (target, seconds) = match arguments {
        [] => (None, SECONDS),
        [only] if only.bytes().all(|byte| byte.is_ascii_digit()) => (None, *only),
        [target] => (Some(*target), SECONDS),
        [target, seconds] => (Some(*target), *seconds),
        _ => bail!("usage: cargo xtask fuzz [TARGET] [SECONDS]"),
    };
    if !fuzz(&["--version"]).output().is_ok_and(|output| output.status.success()) {
        bail!("cargo-fuzz is not installed; run\n  cargo install --locked cargo-fuzz");
    }
    let known = targets()?;
    let chosen: Vec<String> = match target {
        Some(target) if known.iter().any(|name| name == target) => vec![target.to_owned()],
        Some(target) => bail!("no target {target}; there are: {}", known.join(", ")),
        None => known,
    };
    let seeds = shell::workspace_root().join("crates/followup-fuzz/seeds");
    for target in chosen {
        shell::say(&format!("== {target}"));
        let corpus = shell::workspace_root().join("fuzz/corpus").join(&target);
        std::fs::create_dir_all(&corpus).with_context(|| corpus.display().to_string())?;
        // The flags that libFuzzer needs are unstable; the sanitisers would need a standard library of their own.
        let mut run = fuzz(&["run", "--sanitizer", "none", &target]);
        run.arg(&corpus).arg(&seeds).arg("--");
        shell::run(run.args([format!("-max_total_time={seconds}"), format!("-max_len={LONGEST_INPUT}"), "-timeout=20".to_owned()]))?;
    }
    Ok(())
}

/// The names of the targets: the files in `fuzz/fuzz_targets`.
fn targets() -> Result<Vec<String>> {
    let folder = shell::workspace_root().join("fuzz/fuzz_targets");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        names.extend(entry?.path().file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    names.sort();
    Ok(names)
}

fn fuzz(arguments: &[&str]) -> Command {
    let mut command = shell::cargo();
    command.arg("fuzz").args(arguments).env("RUSTC_BOOTSTRAP", "1");
    command
}
