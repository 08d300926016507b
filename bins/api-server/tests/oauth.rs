//! A provider without passwords: the real binaries sign in at a real Postfix and Dovecot with tokens of a token server.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::time::{Duration, Instant};

use followup_testkit::rigs::mail::MailRig;
use followup_testkit::rigs::tokens::{Answer, TokenServer};
use serde_json::{Value, json};
use support::{Deployment, LONG, Server, header, reply_to};

fn deployment(rig: &MailRig, tokens: &TokenServer) -> Deployment {
    let deployment = Deployment::on(None, rig).without("SMTP_PASSWORD").without("IMAP_PASSWORD");
    let file = |name: &str| deployment.dir.path().join(name).display().to_string();
    std::fs::write(file("refresh"), "el primero\n").unwrap();
    let settings = [
        ("SMTP_AUTH", "xoauth2".to_owned()),
        ("IMAP_AUTH", "xoauth2".to_owned()),
        ("OAUTH_TOKEN_URL", tokens.url()),
        ("OAUTH_CLIENT_ID", "app".to_owned()),
        ("OAUTH_CLIENT_SECRET", "secreto-de-la-app".to_owned()),
        ("OAUTH_REFRESH_TOKEN_FILE", file("refresh")),
        ("OAUTH_REFRESH_TOKEN_STORE", file("renewed")),
    ];
    settings.into_iter().fold(deployment, |deployment, (name, value)| deployment.with(name, &value))
}

fn wait_for_readiness(server: &Server, wanted: impl Fn(&Value) -> bool) {
    let since = Instant::now();
    loop {
        let (_, readiness) = server.get("/readyz");
        if wanted(&readiness) {
            return;
        }
        assert!(since.elapsed() < LONG, "{readiness:#}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_request_is_answered_where_the_provider_renews_refresh_tokens() {
    let tokens = TokenServer::start("pv@vigia.test");
    tokens.always(Answer::Rotated(3600));
    let rig = MailRig::start_with_tokens(&tokens);
    let deployment = deployment(&rig, &tokens);
    let server = deployment.serve();
    let case = server.case(&rig.reporter.address);
    let letter = rig.wait_for_mail(&rig.reporter, 1, LONG).remove(0);
    let answer = reply_to(&header(&letter, "Message-ID").unwrap(), &rig.reporter.address, &rig.unit.address, "Peso: 68 kg.");
    rig.deliver(&rig.reporter.address, &rig.unit.address, &answer).unwrap();
    rig.wait_for_mail(&rig.unit, 1, LONG);
    // Each process presents what the one before was given.
    for _ in 0..2 {
        deployment.run_well("mail-poller", &["--once"]);
    }
    assert_eq!(server.thread(case).len(), 2);
    let presented: Vec<String> = tokens.requests().iter().map(|form| form["refresh_token"].clone()).collect();
    assert_eq!(presented, ["el primero", "refresh-1", "refresh-2"]);
    let (_, log) = server.stop();
    for secret in ["token-", "refresh-", "secreto-de-la-app", "el primero"] {
        assert!(!log.contains(secret), "{log}");
    }
}

#[test]
fn a_permission_that_was_withdrawn_is_an_alarm_costs_no_letter_and_ends_with_a_new_one() {
    let tokens = TokenServer::start("pv@vigia.test");
    tokens.always(Answer::Error(400, "invalid_grant"));
    let rig = MailRig::start_with_tokens(&tokens);
    let deployment = deployment(&rig, &tokens);
    let server = deployment.serve();
    let case = server.case(&rig.reporter.address);
    let told = |thread: &[Value]| thread[0]["error"].as_str().is_some_and(|error| error.contains("invalid_grant"));
    let thread = server.wait_for_thread(case, told);
    assert_eq!(thread[0]["status"], "pending");
    let error = thread[0]["error"].as_str().unwrap();
    assert!(error.contains("autorice la cuenta otra vez") && !error.contains("vigia.test"), "{error}");
    let (status, refused) = server.post("/api/v1/admin/mail/test", &json!({"to": rig.reporter.address}));
    assert!(status == 502 && refused["detail"].as_str().unwrap().contains("OAUTH_REFRESH_TOKEN"), "{refused}");
    let output = deployment.run("mail-poller", &["--once"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && told.contains("autorice la cuenta otra vez"), "{told}");
    wait_for_readiness(&server, |readiness| {
        let checks = &readiness["checks"];
        readiness["status"] == "degraded" && checks["mail_in"]["alarms"] == 1 && checks["mail_out"]["held_providers"] == 1
    });
    let (_, badge) = server.get("/api/v1/followup/badge");
    assert_eq!((&badge["mailboxes"][0]["trouble"], &badge["breakers"][0]["stage"]), (&json!("sign_in"), &json!("sign_in")), "{badge:#}");

    // Somebody authorises the account again; nothing is restarted.
    tokens.always(Answer::Rotated(3600));
    std::fs::write(deployment.dir.path().join("refresh"), "el segundo\n").unwrap();
    let (status, answer) = server.post("/api/v1/admin/mail/test", &json!({"to": rig.reporter.address}));
    assert_eq!(status, 200, "{answer}");
    assert_eq!(tokens.requests().last().unwrap()["refresh_token"], "el segundo");
    server.wait_for_thread(case, |thread| thread[0]["status"] == "sent");
    deployment.run_well("mail-poller", &["--once"]);
    wait_for_readiness(&server, |readiness| {
        readiness["checks"]["mail_in"]["alarms"] == 0 && readiness["checks"]["mail_out"]["held_providers"] == 0
    });
}
