//! The tool counts what is right and names what is wrong.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::{Command, Output};

fn measure(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_followup-corpora")).args(arguments).output().unwrap()
}

fn case(folder: &Path, set: &str, name: &str, text: &str, expected: &str) -> String {
    std::fs::create_dir_all(folder.join(set)).unwrap();
    std::fs::write(folder.join(set).join(name), text).unwrap();
    format!("{{\"id\": \"{set}/{name}\", \"file\": \"{set}/{name}\", \"expected\": {expected}}}\n")
}

#[test]
fn a_right_case_is_counted_and_a_wrong_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let text = "El lote es A-123.\n\nEl lun, 4 mar 2024 a las 10:15, PV (<pv@example.org>) escribió:\n\n> ¿Lote?\n";
    let right = case(folder.path(), "trimmer", "right.txt", text, r#"{"trimmed": "El lote es A-123."}"#);
    let wrong = case(folder.path(), "trimmer", "wrong.txt", text, r#"{"trimmed": "El lote es A-123. Gracias."}"#);
    std::fs::write(folder.path().join("trimmer.jsonl"), right + &wrong).unwrap();

    let output = String::from_utf8(measure(&[folder.path().to_str().unwrap()]).stdout).unwrap();
    let lines: Vec<String> = output.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for expected in ["exact 1 / 2 50.0 %", "no word lost 1 / 2 50.0 %", "a person stays a person 2 / 2 100.0 %"] {
        assert!(lines.iter().any(|line| line == expected), "{expected} is missing in {output}");
    }
    assert!(output.contains("wrong: trimmer/wrong.txt") && !output.contains("wrong: trimmer/right.txt"), "{output}");
}

#[test]
fn a_folder_without_sets_is_an_error_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let output = measure(&[folder.path().to_str().unwrap()]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("holds none of the known sets"));
}
