//! `mail-poller reconcile` and the file of metrics, by the real program on a real Dovecot.
#![allow(unreachable_pub, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::process::Command;
use std::time::{Duration, Instant};

use followup_testkit::chaos::Random;
use support::{Deployment, Inbox};

const LIMIT: Duration = Duration::from_secs(60);

#[test]
fn reconcile_reads_what_is_new_and_says_that_mailbox_and_store_agree() {
    let deployment = Deployment::on_sqlite();
    assert_eq!(deployment.reconcile(), (true, "0 en el buzón, 0 registrados".into()));
    Inbox::sign_in(&deployment).receive(3, Random::new(1));
    assert_eq!(deployment.reconcile(), (true, "3 en el buzón, 3 registrados".into()));
    deployment.holds_each_once_in_order(3);
}

#[test]
fn a_mail_that_the_server_does_not_give_is_a_difference_until_it_is_given() {
    let deployment = Deployment::on_sqlite();
    Inbox::sign_in(&deployment).receive(3, Random::new(1));
    let closed = deployment.close_mail("mensaje 1");
    // It is asked for a few times before it is set aside.
    let deadline = Instant::now() + LIMIT;
    while !deployment.run(&["--once"], &[]).status.success() {
        assert!(Instant::now() < deadline, "the mailbox is blocked by one mail");
    }
    assert_eq!(deployment.reconcile(), (false, "error: 3 en el buzón, 2 registrados; faltan 1: UID 2".into()));
    deployment.open_mail(closed);
    assert_eq!(deployment.reconcile(), (true, "3 en el buzón, 3 registrados".into()));
}

#[test]
fn a_mailbox_that_cannot_be_read_is_one_sentence_and_exit_code_1() {
    let deployment = Deployment::on_sqlite();
    let output = deployment.run(&["reconcile"], &[("IMAP_PASSWORD", "equivocada")]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(error.contains("LOGIN: refused by the server") && !error.contains("equivocada"), "{error}");
}

#[test]
fn the_daemon_writes_its_metrics_and_a_wrong_password_shows_in_them() {
    let deployment = Deployment::on_sqlite();
    Inbox::sign_in(&deployment).receive(2, Random::new(1));
    let file = deployment.file("poller.prom");
    let path = file.to_str().unwrap();
    let wait_for = |line: &str| {
        let deadline = Instant::now() + LIMIT;
        while !std::fs::read_to_string(&file).is_ok_and(|text| text.lines().any(|written| written == line)) {
            assert!(Instant::now() < deadline, "{line} was never written");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    let mut well = deployment.start_poller_with(&[("POLLER_METRICS_FILE", path)]);
    wait_for("followup_mailbox_stored_messages 2");
    wait_for("followup_mailbox_alarm_since_timestamp_seconds 0");
    assert!(Command::new("kill").arg(well.id().to_string()).status().unwrap().success());
    assert!(well.wait().unwrap().success());

    let mut ill = deployment.start_poller_with(&[("POLLER_METRICS_FILE", path), ("IMAP_PASSWORD", "equivocada")]);
    wait_for("followup_mailbox_failing{kind=\"sign_in\"} 1");
    ill.kill().unwrap();
    ill.wait().unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(!text.contains("followup_mailbox_alarm_since_timestamp_seconds 0"), "{text}");
    assert!(!text.contains('@'), "{text}");
}

#[test]
fn a_metrics_file_that_cannot_be_is_refused_at_the_start() {
    let deployment = Deployment::on_sqlite();
    let output = deployment.run(&["--once"], &[("POLLER_METRICS_FILE", "no/such/folder/x.prom")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8(output.stderr).unwrap().contains("POLLER_METRICS_FILE no/such/folder/x.prom is in a folder that does not exist")
    );
}
