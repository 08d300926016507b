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
