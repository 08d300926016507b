//! Python programs that tests use, from PyPI, each in an environment of its own beside what cargo builds.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::shell;

/// Makes the environment with these requirements (as `pip install -r` reads them), unless it is there with the same ones.
///
/// # Errors
/// Python or its `venv` module is missing, or something cannot be installed.
pub(crate) fn environment(folder: &Path, requirements: &str) -> Result<()> {
    let list = folder.join("requirements.txt");
    if fs::read_to_string(&list).is_ok_and(|installed| installed == requirements) {
        return Ok(());
    }
    let made = shell::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder));
    made.context("python3 with its venv module is needed (Debian: python3-venv)")?;
    let unfinished = folder.join("requirements.new");
    fs::write(&unfinished, requirements).with_context(|| unfinished.display().to_string())?;
    let mut pip = Command::new(folder.join("bin/pip"));
    shell::run(pip.args(["install", "--quiet", "--disable-pip-version-check", "-r"]).arg(&unfinished))?;
    fs::rename(&unfinished, &list).with_context(|| list.display().to_string())
}
