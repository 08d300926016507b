//! The first steps of the README, taken word for word.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use support::binary;

const SCRIPT: &str = include_str!("../../../docs/first-steps.sh");
const README: &str = include_str!("../../../README.md");

/// The commands of a function of the script.
fn step(name: &str) -> String {
    let (_, rest) = SCRIPT.split_once(&format!("\n{name}() {{\n")).unwrap();
    let (body, _) = rest.split_once("\n}\n").unwrap();
    body.lines().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_readme_shows_the_commands_of_the_script() {
    let (_, start) = README.split_once("\n## Start\n").unwrap();
    let (start, _) = start.split_once("\n## ").unwrap();
    let shown: Vec<&str> = start.split("```sh\n").skip(1).map(|block| block.split("\n```").next().unwrap()).collect();
    assert_eq!(shown, [step("first_terminal"), step("second_terminal")]);
}

/// In place of cargo stands what it would run, built already: `run [-q] -p NAME [-- ARGUMENTS]`.
fn put_cargo(folder: &Path) {
    let programs = binary("api-server").parent().unwrap().display().to_string();
    let script = format!(
        "#!/bin/sh\n[ \"$1\" = run ] || exit 2; shift\n[ \"$1\" = -q ] && shift\n[ \"$1\" = -p ] || exit 2\n\
         program=$2; shift 2\n[ \"$1\" = -- ] && shift\nexec '{programs}'/\"$program\" \"$@\"\n"
    );
    fs::write(folder.join("cargo"), script).unwrap();
    fs::set_permissions(folder.join("cargo"), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn the_first_steps_lead_to_the_answer_in_the_thread() {
    let (tools, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    put_cargo(tools.path());
    binary("mail-poller");
    // Free a moment ago; nobody else asks for just this one.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let path = format!("{}:{}", tools.path().display(), std::env::var("PATH").unwrap());
    let mut steps = Command::new("bash");
    steps.args(["-c", SCRIPT]).current_dir(home.path()).env_clear().env("PATH", path).env("HTTP_ADDR", address);
    let output = steps.output().unwrap();
    let (said, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n{log}");
    let thread: serde_json::Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert_eq!((&thread["total"], &thread["items"][0]["status"]), (&4.into(), &"responded".into()), "{said}\n{log}");
    let body = |place: usize| thread["items"][place]["body"].as_str().unwrap().trim().to_owned();
    assert_eq!((body(1), body(3)), ("Peso: 68 kg. Dosis: 500 mg cada 8 horas.".into(), "Sí, desde ayer.".into()));
    assert!(thread["items"][2]["transport_response"].as_str().unwrap().starts_with("simulado"), "{said}");
}
