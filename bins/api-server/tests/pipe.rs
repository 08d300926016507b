//! A real Postfix that pipes mail into the service: to the webhook by curl, as the manual says, and into the store by `mail-poller accept`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use followup_testkit::rigs::mail::MailRig;
use followup_testkit::rigs::postgres::PostgresCluster;
use serde_json::json;
use support::{Deployment, LONG, Server, binary};
use tempfile::TempDir;

const BASIC: &str = "postfix:una contraseña de verdad";

/// A program that Postfix runs as `nobody`.
fn script(folder: &TempDir, text: &str) -> PathBuf {
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let path = folder.path().join("hook");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
    path
}

fn mail(subject: &str) -> Vec<u8> {
    format!("From: nuevo@clinic.test\r\nTo: pv@hook.test\r\nSubject: {subject}\r\nMessage-ID: <{subject}@clinic.test>\r\n\r\nRash.\r\n.\r\nFrom aquí\r\n")
        .into_bytes()
}

/// The script that the manual shows, with the paths and the address of this test.
fn hook_of_the_manual(config: &Path, url: &Path) -> String {
    let manual = include_str!("../../../docs/operations/mail-in.md");
    let (_, hook) = manual.split_once("`/usr/local/libexec/followup-hook`").unwrap();
    let hook = hook.split("```").nth(1).unwrap().strip_prefix("sh\n").unwrap();
    let hook = hook.replace("/etc/followup/curl.conf", &config.display().to_string());
    let ours = hook.replace("http://127.0.0.1:8080", &format!("\"$(cat {})\"", url.display()));
    assert!(ours != hook && ours.contains(&config.display().to_string()), "{ours}");
    ours
}

fn exit_code(program: &Path, raw: &[u8]) -> Option<i32> {
    let mut child = Command::new(program).stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut input, raw).unwrap();
    drop(input);
    child.wait().unwrap().code()
}

fn wait_until(what: &str, rig: &MailRig, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < LONG, "waited in vain: {what}\n{}", rig.smtp_log());
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn unassigned(server: &Server) -> Vec<String> {
    let (_, page) = server.get("/api/v1/inbox/unassigned");
    page["items"].as_array().unwrap().iter().map(|item| item["subject"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn postfix_posts_to_the_webhook_and_what_meets_a_service_that_is_down_comes_exactly_once() {
    let folder = TempDir::new().unwrap();
    let (url, config) = (folder.path().join("url"), folder.path().join("curl.conf"));
    fs::write(&config, format!("user = \"{BASIC}\"\n")).unwrap();
    let program = script(&folder, &hook_of_the_manual(&config, &url));
    let rig = MailRig::start_with_pipe(&program);
    let deployment = Deployment::on(None, &rig).with("WEBHOOK_EMAIL_BASIC", BASIC);
    let server = deployment.serve();
    fs::write(&url, server.url()).unwrap();
    rig.deliver("nuevo@clinic.test", "pv@hook.test", &mail("uno")).unwrap();
    wait_until("the first mail is understood", &rig, || unassigned(&server) == ["uno"]);
    wait_until("the queue is empty", &rig, || rig.queued() == (0, 0));

    let (code, log) = server.stop();
    assert_eq!(code, Some(0));
    assert!(log.contains("mail accepted") && !log.contains("clinic.test"), "{log}");
    rig.deliver("nuevo@clinic.test", "pv@hook.test", &mail("dos")).unwrap();
    wait_until("the second mail is deferred", &rig, || rig.queued() == (1, 1));
    let server = deployment.serve();
    fs::write(&url, server.url()).unwrap();
    rig.flush_queue();
    wait_until("the second mail is understood", &rig, || unassigned(&server).len() == 2);
    wait_until("the queue is empty", &rig, || rig.queued() == (0, 0));
    rig.flush_queue();
    let mut subjects = unassigned(&server);
    subjects.sort();
    assert_eq!(subjects, ["dos", "uno"]);

    // A wrong password is our fault and bounces nothing.
    fs::write(&config, "user = \"postfix:otra\"\n").unwrap();
    rig.deliver("nuevo@clinic.test", "pv@hook.test", &mail("tres")).unwrap();
    wait_until("the third mail is deferred", &rig, || rig.queued() == (1, 1));
    fs::write(&config, format!("user = \"{BASIC}\"\n")).unwrap();
    rig.flush_queue();
    wait_until("the third mail is understood", &rig, || unassigned(&server).len() == 3);
    // No poll is awaited of a way that is not polled.
    let (status, readiness) = server.get("/readyz");
    assert_eq!(
        (status, &readiness["checks"]["mail_in"]["status"], &readiness["checks"]["mail_in"]["mailboxes"]),
        (200, &json!("ok"), &json!(0))
    );
}

#[test]
fn the_hook_of_the_manual_says_by_its_exit_code_whether_the_mail_server_should_try_again() {
    let folder = TempDir::new().unwrap();
    let (url, config) = (folder.path().join("url"), folder.path().join("curl.conf"));
    fs::write(&config, format!("user = \"{BASIC}\"\n")).unwrap();
    let hook = script(&folder, &hook_of_the_manual(&config, &url));
    let database = format!("sqlite:{}", folder.path().join("followup.db").display());
    let deployment = Deployment::on_database(&database).with("WEBHOOK_EMAIL_BASIC", BASIC).with("IMAP_MAX_MAIL_MB", "1");
    deployment.run_well("api-server", &["migrate"]);
    fs::write(&url, "http://127.0.0.1:9").unwrap();
    assert_eq!(exit_code(&hook, &mail("uno")), Some(75), "nobody is there");
    let server = deployment.serve();
    fs::write(&url, server.url()).unwrap();
    assert_eq!(exit_code(&hook, &mail("uno")), Some(0));
    assert_eq!(exit_code(&hook, &mail("uno")), Some(0), "the same mail again is stored already");
    assert_eq!(exit_code(&hook, &[mail("grande"), vec![b'x'; 2_000_000]].concat()), Some(65));
    let (_, quarantine) = server.get("/api/v1/inbox/quarantine");
    assert_eq!(quarantine["total"], 1, "{quarantine}");
    fs::write(&config, "user = \"postfix:otra\"\n").unwrap();
    assert_eq!(exit_code(&hook, &mail("dos")), Some(75), "a wrong password is our fault");
}

#[test]
fn postfix_stores_by_mail_poller_accept_and_what_meets_a_database_that_is_down_waits() {
    let database = PostgresCluster::shared().create_database();
    let folder = TempDir::new().unwrap();
    let env = folder.path().join("followup.env");
    let setting = |url: &str| fs::write(&env, format!("DATABASE_URL='{url}'\n")).unwrap();
    let program =
        script(&folder, &format!("#!/bin/sh\nset -a\n. {} || exit 75\nexec {} accept\n", env.display(), binary("mail-poller").display()));
    let rig = MailRig::start_with_pipe(&program);
    let deployment = Deployment::on(Some(&database.url), &rig);
    let server = deployment.serve();
    setting(&database.url);
    rig.deliver("nuevo@clinic.test", "pv@hook.test", &mail("uno")).unwrap();
    wait_until("the first mail is understood", &rig, || unassigned(&server) == ["uno"]);

    setting("postgres://127.0.0.1:9/nothing");
    rig.deliver("nuevo@clinic.test", "pv@hook.test", &mail("dos")).unwrap();
    wait_until("the second mail is deferred", &rig, || rig.queued() == (1, 1));
    setting(&database.url);
    rig.flush_queue();
    wait_until("the second mail is understood", &rig, || unassigned(&server).len() == 2);
    wait_until("the queue is empty", &rig, || rig.queued() == (0, 0));
}

#[test]
fn accept_says_by_its_exit_code_whether_the_mail_server_should_try_again() {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite:{}", folder.path().join("followup.db").display());
    let deployment = Deployment::on_database(&url).with("IMAP_MAX_MAIL_MB", "1");
    let accept = |deployment: &Deployment, arguments: &[&str], raw: &[u8]| {
        let mut command = deployment.command(&binary("mail-poller"), arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        let raw = raw.to_vec();
        let writer = std::thread::spawn(move || std::io::Write::write_all(&mut input, &raw));
        let output = child.wait_with_output().unwrap();
        let _ = writer.join().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, told) = accept(&deployment, &["accept"], &mail("uno"));
    assert!(code == 75 && told.contains("there is no database"), "{told}");
    deployment.run_well("api-server", &["migrate"]);
    assert_eq!(accept(&deployment, &["accept"], &mail("uno")).0, 0);
    assert_eq!(accept(&deployment, &["accept"], &mail("uno")).0, 0, "the same mail again is stored already");
    assert_eq!(accept(&deployment, &["accept"], b" \r\n").0, 65);
    let large = [mail("grande"), vec![b'x'; 3_000_000]].concat();
    let (code, told) = accept(&deployment, &["accept"], &large);
    assert!(code == 65 && told.contains("quarantine"), "{code} {told}");
    assert_eq!(accept(&deployment, &["accept", "--nada"], &mail("dos")).0, 75, "a slip in master.cf bounces nothing");
    let wrong = Deployment::on_database("mysql://x");
    assert_eq!(accept(&wrong, &["accept"], &mail("dos")).0, 75);
    let server = deployment.serve();
    let begun = Instant::now();
    while unassigned(&server) != ["uno"] {
        assert!(begun.elapsed() < LONG);
        std::thread::sleep(Duration::from_millis(20));
    }
    let (_, quarantine) = server.get("/api/v1/inbox/quarantine");
    assert_eq!(quarantine["total"], 1, "{quarantine}");
}
