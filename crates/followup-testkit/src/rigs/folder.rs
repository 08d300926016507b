//! A rig's own folder.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use anyhow::{Context, Result};

/// Creates a fresh folder `/tmp/<prefix>XXXXXX`, searchable by every user. The caller (its
/// servers' lifeline) removes it.
///
/// Below `/tmp` rather than `TMPDIR`: a Unix socket's path holds 107 bytes at most, and servers
/// that change to another user must be able to reach it.
///
/// # Errors
/// When the folder cannot be made.
pub(crate) fn create(prefix: &str) -> Result<PathBuf> {
    let folder = tempfile::Builder::new().prefix(prefix).tempdir_in("/tmp").context("making a folder in /tmp")?.keep();
    std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o755))?;
    Ok(folder)
}
