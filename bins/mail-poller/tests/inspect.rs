//! `mail-poller inspect`: how a mail is understood, as JSON, without any database.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn inspect(raw: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mail-poller"))
        .args(["inspect", "-"])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(raw).unwrap();
    child.wait_with_output().unwrap()
}

fn json(raw: &[u8]) -> Value {
    let output = inspect(raw);
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_reply_with_an_attachment_is_shown_in_all_its_parts() {
    let raw = "From: =?utf-8?Q?Dra=2E_Nu=C3=B1ez?= <nunez@example.org>\r\nTo: fv@example.org\r\nSubject: =?utf-8?Q?Re=3A_informaci=C3=B3n?=\r\n\
        Message-ID: <r1@example.org>\r\nIn-Reply-To: <out@vigia.test>\r\nReferences: <first@vigia.test> <out@vigia.test>\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nPeso: 68 kg\r\n\r\n\
        El lun, 4 mar 2024 a las 10:15, FV (<fv@example.org>) escribió:\r\n> ¿Peso?\r\n--b\r\nContent-Type: application/pdf; name=informe.pdf\r\n\
        Content-Disposition: attachment; filename=informe.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nSG9sYQ==\r\n--b--\r\n";
    let mail = json(raw.as_bytes());
    assert_eq!(mail["class"], "human");
    assert_eq!(mail["from"]["name"], "Dra. Nuñez");
    assert_eq!(mail["from"]["address"], "nunez@example.org");
    assert_eq!(mail["subject"], "Re: información");
    assert_eq!(mail["message_id"], "<r1@example.org>");
    assert_eq!(mail["in_reply_to"], "<out@vigia.test>");
    assert_eq!(mail["references"][0], "<first@vigia.test>");
    assert_eq!(mail["reply"], "Peso: 68 kg");
    assert!(mail["body_text"].as_str().unwrap().contains("> ¿Peso?"));
    let attachment = &mail["attachments"][0];
    assert_eq!((attachment["name"].as_str(), attachment["size"].as_u64()), (Some("informe.pdf"), Some(4)));
    assert_eq!(attachment["sha256"], "e633f4fc79badea1dc5db970cf397c8248bac47cc3acf9915ba60b5d76b0e88f");
}

#[test]
fn what_is_no_mail_is_said_to_be_unreadable() {
    let answer = json(b"");
    assert_eq!(answer["class"], "unreadable");
    assert!(answer["error"].as_str().is_some_and(|error| !error.is_empty()));
}

#[test]
fn a_file_that_is_not_there_is_one_sentence_and_exit_code_1() {
    let output = Command::new(env!("CARGO_BIN_EXE_mail-poller")).args(["inspect", "no-such-file.eml"]).env_clear().output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.starts_with("error: no-such-file.eml cannot be read") && error.lines().count() == 1, "{error}");
}
