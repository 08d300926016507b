//! The dispatcher by the real binary on an overdue plan, in a real SQLite file.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;

use followup_domain::ports::Clock;
use followup_runtime::clock::SystemClock;
use serde_json::{Value, json};
use support::{Deployment, Server};

/// Letters go to files; nothing runs but what the test starts.
fn deployment() -> Deployment {
    Deployment::embedded().with("BACKGROUND_JOBS", "none").with("AUTO_FOLLOWUP_ENABLED", "false")
}

/// A case whose four attempts are all overdue.
fn overdue(server: &Server) -> i64 {
    let case = server.case("rojas@example.org");
    let (status, plan) =
        server.post(&format!("/api/v1/icsr/{case}/followup/plan"), &json!({"plan_id": 1, "base_at": "2024-03-01T00:00:00Z"}));
    assert!(status < 300, "{plan}");
    case
}

fn now() -> chrono::DateTime<chrono::Utc> {
    SystemClock.now()
}

fn attempts(server: &Server, case: i64) -> Vec<Value> {
    server.get(&format!("/api/v1/icsr/{case}/followup/attempts")).1["items"].as_array().unwrap().clone()
}

#[test]
fn a_dry_run_tells_what_a_run_would_do_and_keeps_nothing() {
    let deployment = deployment();
    let server = deployment.serve();
    let case = overdue(&server);
    let (before, trail) = (attempts(&server, case), deployment.run_well("api-server", &["audit", "heads"]));

    let preview = deployment.run_well("dispatcher", &["--dry-run"]);
    let ids: Vec<&Value> = before.iter().map(|attempt| &attempt["id"]).collect();
    let mut expected: Vec<String> = ids[..3].iter().map(|id| format!("case={case} attempt={id} would=skip reason=\"vencido\"")).collect();
    expected.push(format!("case={case} attempt={} would=send reason=\"\"", ids[3]));
    expected.push("dry run: attempts=4 letters=0 restored=0 escalated=0 closed=0; nothing was kept or sent".into());
    assert_eq!(preview.lines().collect::<Vec<_>>(), expected);

    assert_eq!(attempts(&server, case), before);
    assert_eq!(server.thread(case), Vec::<Value>::new());
    assert_eq!(deployment.run_well("api-server", &["audit", "heads"]), trail);
    assert!(!deployment.dir.path().join("var/outbox").read_dir().is_ok_and(|mut letters| letters.next().is_some()));
}

#[test]
fn a_dry_run_says_that_letters_wait_for_the_send_window() {
    // The day before yesterday's weekday: neither today nor, at midnight, tomorrow.
    let day = (now() - chrono::Duration::days(2)).format("%a").to_string();
    let deployment = deployment().with("ORG_TIMEZONE", "UTC").with("SEND_WINDOW_HOURS", "00:00-24:00").with("SEND_WINDOW_DAYS", &day);
    let server = deployment.serve();
    let case = overdue(&server);
    let preview = deployment.run_well("dispatcher", &["--dry-run"]);
    assert!(preview.contains("would=wait reason=\"fuera del horario de envío\""), "{preview}");
    let summary = deployment.run_well("dispatcher", &[]);
    assert!(summary.contains("accepted=0") && summary.contains("put_off=1"), "{summary}");
    assert_eq!(attempts(&server, case)[3]["status"], "sending");
}

#[test]
fn a_run_ends_with_a_summary_and_its_metrics() {
    let deployment = deployment().with("METRICS_FILE", "followup.prom");
    let server = deployment.serve();
    overdue(&server);
    let started = now().timestamp();

    let summary = deployment.run_well("dispatcher", &[]);
    assert_eq!(summary.trim(), "attempts=4 accepted=1 rejected=0 uncertain=0 put_off=0 withdrawn=0 escalated=0 closed=0 errors=0");
    let metrics = fs::read_to_string(deployment.dir.path().join("followup.prom")).unwrap();
    for line in [
        "followup_dispatch_attempts{status=\"skipped\"} 3",
        "followup_dispatch_attempts{status=\"sent\"} 1",
        "followup_dispatch_messages{fate=\"accepted\"} 1",
        "followup_dispatch_errors 0",
    ] {
        assert!(metrics.lines().any(|written| written == line), "{line} is not in\n{metrics}");
    }
    let ended = metrics.lines().find_map(|line| line.strip_prefix("followup_dispatch_last_run_timestamp_seconds ")).unwrap();
    assert!(ended.parse::<i64>().unwrap() >= started);

    // The next run has nothing to do and says so.
    deployment.run_well("dispatcher", &["--metrics-file", "followup.prom"]);
    let metrics = fs::read_to_string(deployment.dir.path().join("followup.prom")).unwrap();
    assert!(metrics.contains("followup_dispatch_attempts{status=\"sent\"} 0\n"), "{metrics}");
}

#[test]
fn a_dry_run_writes_no_metrics() {
    let deployment = deployment().with("METRICS_FILE", "followup.prom");
    drop(deployment.serve());
    deployment.run_well("dispatcher", &["--dry-run"]);
    assert!(!deployment.dir.path().join("followup.prom").exists());
}
