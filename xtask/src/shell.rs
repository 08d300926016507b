//! Running other programs, and talking to the person at the terminal.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Runs a command with the terminal's own output.
///
/// # Errors
/// When it cannot be started or ends with another status than 0.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = describe(command);
    say(&format!("$ {shown}"));
    let status = command.status().with_context(|| format!("starting `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed: {status}");
    }
    Ok(())
}

/// Runs a command and returns what it wrote to standard output.
///
/// # Errors
/// When it cannot be started, ends with another status than 0 (its standard error is quoted), or
/// writes something that is not UTF-8.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let shown = describe(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("starting `{shown}`"))?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        bail!("`{shown}` failed: {}\n{reason}", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("output of `{shown}`"))
}

/// The cargo that runs this program, so that every step uses one toolchain.
pub(crate) fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(workspace_root());
    command
}

/// The folder of the workspace's `Cargo.toml`.
pub(crate) fn workspace_root() -> &'static std::path::Path {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Where cargo builds.
///
/// # Errors
/// When cargo does not say.
pub(crate) fn target_folder() -> Result<std::path::PathBuf> {
    let mut metadata = cargo();
    metadata.args(["metadata", "--quiet", "--locked", "--no-deps", "--format-version", "1"]);
    let answer = capture(&mut metadata)?;
    let (_, rest) = answer.split_once("\"target_directory\":\"").context("cargo metadata names no target folder")?;
    Ok(rest.split('"').next().unwrap_or_default().into())
}

/// Whether this process runs as root.
///
/// # Errors
/// When `id` cannot be run.
pub(crate) fn is_root() -> Result<bool> {
    Ok(capture(Command::new("id").arg("-u"))?.trim() == "0")
}

/// One line to standard error, so that standard output stays the commands' own.
#[allow(clippy::print_stderr)]
pub(crate) fn say(line: &str) {
    eprintln!("{line}");
}

fn describe(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    let arguments = command.get_args().map(|part| part.to_string_lossy());
    std::iter::once(name.to_string_lossy()).chain(arguments).collect::<Vec<_>>().join(" ")
}
