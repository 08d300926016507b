//! Finding the servers' programs, and running the small ones to their end.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The path of a program, from `PATH`, the `sbin` folders or the folders given.
///
/// # Errors
/// When it is nowhere; the message names the Debian package to install.
pub(crate) fn find(program: &str, package: &str, folders: &[PathBuf]) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = folders.iter().cloned().chain(std::env::split_paths(&path)).chain([PathBuf::from("/usr/sbin"), PathBuf::from("/sbin")]);
    places.map(|folder| folder.join(program)).find(|candidate| candidate.is_file()).with_context(|| {
        format!(
            "`{program}` is not installed: `cargo xtask test` (as root) installs it, \
                 or `apt-get install {package}`"
        )
    })
}

/// Runs a command to its end and returns its standard output without the last line break.
///
/// # Errors
/// When it cannot be started or fails; its own error text is quoted.
pub(crate) fn run(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("starting {program}"))?;
    if !output.status.success() {
        bail!(
            "{program} failed: {}\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let text = String::from_utf8(output.stdout).context("output is not UTF-8")?;
    Ok(text.trim_end().to_owned())
}

/// User and group id of a system user, or `None` when there is no such user.
///
/// # Errors
/// When `id` cannot be run.
pub(crate) fn user_ids(user: &str) -> Result<Option<(u32, u32)>> {
    let known = Command::new("id").arg(user).output().context("starting id")?;
    if !known.status.success() {
        return Ok(None);
    }
    let id =
        |flag: &str| -> Result<u32> { run(Command::new("id").args([flag, user]))?.parse().with_context(|| format!("id {flag} {user}")) };
    Ok(Some((id("-u")?, id("-g")?)))
}

/// Whether this process runs as root.
///
/// # Errors
/// When `id` cannot be run.
pub(crate) fn is_root() -> Result<bool> {
    Ok(run(Command::new("id").arg("-u"))? == "0")
}

/// The end of a log file, for an error message; empty when there is none.
pub(crate) fn log_tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
