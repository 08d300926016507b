//! The dispatcher's command line.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::process::Command;

#[test]
fn help_says_what_the_exit_codes_mean() {
    let output = Command::new(env!("CARGO_BIN_EXE_dispatcher")).arg("--help").env_clear().output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && help.contains("Exit code 0"), "{help}");
}

#[test]
fn an_unknown_argument_is_exit_code_2() {
    let output = Command::new(env!("CARGO_BIN_EXE_dispatcher")).arg("--sned").env_clear().output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn help_tells_of_the_dry_run_and_the_metrics() {
    let output = Command::new(env!("CARGO_BIN_EXE_dispatcher")).arg("--help").env_clear().output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(help.contains("--dry-run") && help.contains("[env: METRICS_FILE]"), "{help}");
}

#[test]
fn metrics_for_a_folder_that_does_not_exist_are_refused_before_anything_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let mut dispatcher = Command::new(env!("CARGO_BIN_EXE_dispatcher"));
    let output = dispatcher.current_dir(folder.path()).env_clear().env("METRICS_FILE", "nowhere/followup.prom").output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        (output.status.code(), error.trim()),
        (Some(1), "error: METRICS_FILE nowhere/followup.prom is in a folder that does not exist")
    );
    assert_eq!(folder.path().read_dir().unwrap().count(), 0, "not even the embedded store");
}
