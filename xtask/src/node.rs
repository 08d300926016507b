//! Programs from npm, each in a folder of its own beside what cargo builds.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::shell;

/// Installs the package, told with its version (`name@1.2.3`), unless it is there in that version.
///
/// # Errors
/// Node or npm is missing, or something cannot be installed.
pub(crate) fn package(folder: &Path, package: &str) -> Result<()> {
    let told = folder.join("package.txt");
    if fs::read_to_string(&told).is_ok_and(|installed| installed == package) {
        return Ok(());
    }
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let mut npm = Command::new("npm");
    // Standard output is the command's own.
    npm.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"]).arg(folder).arg(package).stdout(Stdio::null());
    shell::run(&mut npm).context("Node and npm are needed (Debian: nodejs and npm)")?;
    fs::write(&told, package).with_context(|| told.display().to_string())
}
