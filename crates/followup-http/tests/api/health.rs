//! Health: what `/readyz`, `/metrics` and the badge say when all is well, and of each thing that is not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use chrono::Duration;
use followup_domain::audit::AuditChain;
use followup_domain::ids::{CaseId, LeaseToken};
use followup_domain::mail::mailbox_health::{MailboxTrouble, Reconciliation};
use followup_domain::message::Channel;
use followup_domain::ports::{
    Clock, NewAttempt, NewOutboundMessage, NewOutboundTiming, Standbys, Store, StoreError, StoreExt, Tx, TxMode, TxVerdict,
};
use followup_domain::sending::SendStage;
use followup_domain::sending::breaker::OPENS_AFTER;
use followup_testkit::builders::{audit_entry, imap_mail, outbound};
use followup_testkit::metrics::parse;
use serde_json::{Value, json};

use crate::errors::BrokenStore;
use crate::support::{Api, GONE, failing, quiet};

const MAILBOX: &str = "pv@vigia.test@mail.vigia.test/INBOX";
/// The first digits of its SHA-256.
const MAILBOX_ID: &str = "ab157ca9";

fn ready(api: &Api) -> Value {
    let answer = api.anonymous("GET", "/readyz").send();
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn metrics(api: &Api) -> BTreeMap<String, i64> {
    let answer = api.anonymous("GET", "/metrics").send();
    assert_eq!((answer.status, answer.header("Content-Type")), (200, "text/plain; version=0.0.4; charset=utf-8"));
    parse(&answer.text())
}

fn badge(api: &Api) -> Value {
    api.get("/api/v1/followup/badge").json()
}

fn write<T>(api: &Api, work: impl FnMut(&mut dyn Tx) -> Result<T, StoreError>) -> T {
    api.followup.store.write(work).unwrap()
}

/// The status of the whole and of the parts that may be degraded.
fn statuses(readiness: &Value) -> [&str; 4] {
    let checks = &readiness["checks"];
    [&readiness["status"], &checks["mail_in"]["status"], &checks["mail_out"]["status"], &checks["plans"]["status"]]
        .map(|status| status.as_str().unwrap())
}

/// The paths of all values: the shape of an answer.
fn shape(value: &Value, path: &str, paths: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| shape(value, &format!("{path}/{name}"), paths)),
        _ => drop(paths.insert(path.to_owned())),
    }
}

fn open_breaker(api: &Api) {
    write(api, |tx| {
        let now = api.clock.now();
        let mut breaker = tx.breakers().find_for_update("smtp:mail.vigia.test", now)?;
        for _ in 0..OPENS_AFTER {
            breaker.count_failure(SendStage::SignIn.into(), 0.5, now);
        }
        tx.breakers().update(&breaker)
    });
}

fn schedule(api: &Api, case: i64, channel: Channel) {
    let attempt = NewAttempt {
        case_id: CaseId(case),
        plan_id: None,
        position: 1,
        label: "Seguimiento".into(),
        due_at: api.clock.now(),
        channel: channel.into(),
        reason: None,
        created_at: api.clock.now(),
    };
    write(api, |tx| tx.attempts().insert_all(std::slice::from_ref(&attempt)));
}

fn queue(api: &Api, case: i64) {
    let now = api.clock.now();
    let message = NewOutboundMessage { created_at: now, timing: NewOutboundTiming::NotBefore(now), ..outbound(CaseId(case), "waits") };
    write(api, |tx| tx.messages().insert_outbound(&message));
}

#[test]
fn a_service_where_nothing_waits_is_well() {
    let api = Api::start();
    let readiness = ready(&api);
    assert_eq!(statuses(&readiness), ["ok"; 4]);
    let version = readiness["checks"]["schema"]["version"].as_str().unwrap().to_owned();
    let metrics = metrics(&api);
    assert_eq!(metrics[&format!("followup_schema_info{{version=\"{version}\"}}")], 1);
    for (name, value) in [
        ("followup_store_up", 1),
        ("followup_schema_current", 1),
        ("followup_waiting{kind=\"failed\"}", 0),
        ("followup_queue_messages{state=\"queued\"}", 0),
        ("followup_queue_oldest_timestamp_seconds", 0),
        ("followup_queue_due_since_timestamp_seconds", 0),
        ("followup_due_attempts{channel=\"email\"}", 0),
        ("followup_due_attempts_oldest_timestamp_seconds{channel=\"call\"}", 0),
    ] {
        assert_eq!(metrics.get(name), Some(&value), "{name}");
    }
    assert!(!metrics.keys().any(|name| name.contains("mailbox") || name.contains("breaker") || name.contains("audit")));
}

#[test]
fn a_store_that_is_away_is_said_and_nothing_that_nobody_knows() {
    let mut failures = None;
    let api = Api::start_with(|setup| failures = Some(failing(setup)));
    let mut known = BTreeSet::new();
    shape(&ready(&api), "", &mut known);

    let failures = failures.unwrap();
    failures.store(GONE, Ordering::SeqCst);
    let answer = api.anonymous("GET", "/readyz").send();
    assert_eq!(answer.error(), (503, "La base de datos no está disponible; intente de nuevo en unos segundos".into()));
    assert_eq!(answer.header("Retry-After"), "5");
    let away = answer.json();
    assert_eq!(statuses(&away), ["unavailable", "unknown", "unknown", "unknown"]);
    assert_eq!((&away["checks"]["store"]["status"], &away["waiting"]), (&json!("unavailable"), &Value::Null));
    let mut unknown = BTreeSet::new();
    shape(&away, "", &mut unknown);
    assert!(unknown.remove("/detail"));
    assert_eq!(known.iter().filter(|path| !path.starts_with("/waiting/")).count() + 1, unknown.len(), "{known:?} {unknown:?}");

    let left: Vec<String> = metrics(&api).into_iter().map(|(name, value)| format!("{name} {value}")).collect();
    assert_eq!(left, [format!("followup_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION")), "followup_store_up 0".to_owned()]);

    failures.store(0, Ordering::SeqCst);
    assert_eq!((ready(&api)["status"].as_str(), metrics(&api)["followup_store_up"]), (Some("ok"), 1));
}

#[test]
fn another_schema_is_told_from_a_store_that_is_away() {
    let broken = StoreError::Refused("the database lacks these migrations: 20990101".into());
    let api = Api::start_with(|setup| setup.followup.store = Arc::new(BrokenStore(broken)));
    let answer = api.anonymous("GET", "/readyz").send();
    assert_eq!(answer.error(), (503, "La base de datos tiene otro esquema que este programa".into()));
    let checks = &answer.json()["checks"];
    assert_eq!((&checks["store"]["status"], &checks["schema"]["status"]), (&json!("ok"), &json!("unavailable")));
    assert!(!answer.text().contains("20990101"), "the cause is for the log");
    let metrics = metrics(&api);
    assert_eq!((metrics["followup_store_up"], metrics["followup_schema_current"], metrics.len()), (1, 0, 3));
}

/// A store that answers nothing while somebody holds the lock; it counts who asked.
struct Hanging {
    store: Arc<dyn Store>,
    stuck: Arc<Mutex<()>>,
    asked: Arc<AtomicUsize>,
}

impl Store for Hanging {
    fn transact(&self, mode: TxMode, work: &mut dyn FnMut(&mut dyn Tx) -> TxVerdict) -> Result<(), StoreError> {
        self.store.transact(mode, work)
    }
    fn check(&self) -> Result<(), StoreError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        drop(self.stuck.lock().unwrap());
        self.store.check()
    }
}

#[test]
fn a_store_that_hangs_is_away_and_holds_one_thread_whoever_asks() {
    let (stuck, asked) = (Arc::<Mutex<()>>::default(), Arc::<AtomicUsize>::default());
    let api = Api::start_with(|setup| {
        let store = setup.followup.store.clone();
        setup.followup.store = Arc::new(Hanging { store, stuck: stuck.clone(), asked: asked.clone() });
        setup.health_limit = Some(std::time::Duration::from_millis(50));
    });
    let held = stuck.lock().unwrap();
    for _ in 0..5 {
        assert_eq!(api.anonymous("GET", "/readyz").send().status, 503);
        assert_eq!(metrics(&api)["followup_store_up"], 0);
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert_eq!(api.anonymous("GET", "/healthz").send().status, 200);
    drop(held);
    let deadline = Instant::now() + std::time::Duration::from_secs(60);
    while api.anonymous("GET", "/readyz").send().status != 200 {
        assert!(Instant::now() < deadline, "it never recovered");
    }
}

/// A store with such standbys, of which one may be promoted with or without notice.
struct Followed(Arc<dyn Store>, Standbys, bool);

impl Store for Followed {
    fn transact(&self, mode: TxMode, work: &mut dyn FnMut(&mut dyn Tx) -> TxVerdict) -> Result<(), StoreError> {
        self.0.transact(mode, work)
    }
    fn check(&self) -> Result<(), StoreError> {
        self.0.check()
    }
    fn standbys(&self) -> Result<Standbys, StoreError> {
        Ok(self.1)
    }
    fn notices_promotions(&self) -> bool {
        self.2
    }
}

#[test]
fn standbys_that_no_commit_waits_for_degrade_and_stay_ready() {
    let api = Api::start();
    let store = |readiness: &Value| readiness["checks"]["store"].clone();
    assert_eq!(store(&ready(&api)), json!({"status": "ok", "standbys": "none"}));
    let api = Api::start_with(|setup| {
        setup.followup.store = Arc::new(Followed(setup.followup.store.clone(), Standbys::Asynchronous, true));
    });
    let readiness = ready(&api);
    assert_eq!(store(&readiness), json!({"status": "degraded", "standbys": "asynchronous"}));
    assert_eq!(statuses(&readiness), ["degraded", "ok", "ok", "ok"]);
    assert_eq!(metrics(&api)["followup_store_standbys{kind=\"asynchronous\"}"], 1);
}

#[test]
fn a_promotion_that_would_not_be_noticed_degrades_where_there_are_standbys() {
    for (standbys, told) in [
        (Standbys::Synchronous, json!({"status": "degraded", "standbys": "synchronous", "promotions": "unnoticed"})),
        (Standbys::None, json!({"status": "ok", "standbys": "none"})),
    ] {
        let api = Api::start_with(|setup| setup.followup.store = Arc::new(Followed(setup.followup.store.clone(), standbys, false)));
        assert_eq!(ready(&api)["checks"]["store"], told);
    }
}

#[test]
fn an_open_breaker_degrades_and_stays_ready() {
    let api = Api::start();
    open_breaker(&api);
    let readiness = ready(&api);
    assert_eq!(statuses(&readiness), ["degraded", "ok", "degraded", "ok"]);
    assert_eq!(readiness["checks"]["mail_out"]["held_providers"], 1);
    let state = |state: &str| metrics(&api)[&format!("followup_provider_breaker{{provider=\"smtp:mail.vigia.test\",state=\"{state}\"}}")];
    assert_eq!(["closed", "open", "half_open", "recovering"].map(state), [0, 1, 0, 0]);
    let breaker = badge(&api)["breakers"][0].clone();
    assert_eq!(
        (&breaker["provider"], &breaker["state"], &breaker["stage"]),
        (&json!("smtp:mail.vigia.test"), &json!("open"), &json!("sign_in"))
    );
    assert!(breaker["since"].is_string() && breaker["retry_at"].is_string());

    write(&api, |tx| {
        let mut breaker = tx.breakers().find_for_update("smtp:mail.vigia.test", api.clock.now())?;
        breaker.count_success(api.clock.now());
        breaker.give_back(&LeaseToken("x".into()));
        tx.breakers().update(&breaker)
    });
    assert_eq!((statuses(&ready(&api))[0], state("recovering")), ("ok", 1), "it is back, and letters go");
}

#[test]
fn a_mailbox_that_nobody_reads_goes_stale() {
    let api = Api::start();
    api.followup.record_mailbox_read(MAILBOX).unwrap();
    let read_at = api.clock.now().timestamp();
    let sample = |name: &str| metrics(&api)[&format!("followup_mailbox_{name}{{mailbox=\"{MAILBOX_ID}\"}}")];
    api.clock.advance(Duration::hours(1));
    let readiness = ready(&api);
    assert_eq!((statuses(&readiness), &readiness["checks"]["mail_in"]["last_poll_age_seconds"]), (["ok"; 4], &json!(3600)));
    api.clock.advance(Duration::seconds(1));
    let readiness = ready(&api);
    assert_eq!(statuses(&readiness), ["degraded", "degraded", "ok", "ok"]);
    assert_eq!((&readiness["checks"]["mail_in"]["stale"], &readiness["checks"]["mail_in"]["alarms"]), (&json!(1), &json!(0)));
    assert_eq!((sample("last_success_timestamp_seconds"), sample("alarm_since_timestamp_seconds")), (read_at, 0));
    let mailbox = badge(&api)["mailboxes"][0].clone();
    assert_eq!((&mailbox["stale"], &mailbox["metrics_id"], &mailbox["alarm_since"]), (&json!(true), &json!(MAILBOX_ID), &Value::Null));
}

#[test]
fn a_mailbox_that_needs_a_person_raises_its_alarm_everywhere() {
    let api = Api::start();
    api.followup.record_mailbox_read(MAILBOX).unwrap();
    api.followup.record_mailbox_trouble(MAILBOX, MailboxTrouble::SignIn).unwrap();
    let readiness = ready(&api);
    assert_eq!((statuses(&readiness), &readiness["checks"]["mail_in"]["alarms"]), (["degraded", "degraded", "ok", "ok"], &json!(1)));
    let metrics = metrics(&api);
    assert_eq!(metrics[&format!("followup_mailbox_failing{{mailbox=\"{MAILBOX_ID}\",kind=\"sign_in\"}}")], 1);
    let since = metrics[&format!("followup_mailbox_alarm_since_timestamp_seconds{{mailbox=\"{MAILBOX_ID}\"}}")];
    assert_eq!(since, api.clock.now().timestamp());
    let badge = badge(&api);
    assert_eq!((&badge["alarms"], &badge["mailboxes"][0]["trouble"]), (&json!(1), &json!("sign_in")));
    assert!(badge["mailboxes"][0]["advice"].as_str().unwrap().contains("renueve la contraseña"), "{badge:#}");
    assert_eq!(badge["mailboxes"][0]["mailbox"], MAILBOX);

    api.followup.record_mailbox_read(MAILBOX).unwrap();
    assert_eq!(statuses(&ready(&api)), ["ok"; 4]);
}

#[test]
fn mail_that_the_mailbox_holds_and_the_store_does_not_is_shown() {
    let api = Api::start();
    api.followup.record_mailbox_read(MAILBOX).unwrap();
    let compare = |stored| {
        let found = Reconciliation { at: api.clock.now(), in_mailbox: 12, stored };
        write(&api, |tx| tx.mailboxes().record_reconciliation(MAILBOX, found));
        ready(&api)
    };
    assert_eq!(statuses(&compare(12)), ["ok"; 4]);
    let readiness = compare(9);
    assert_eq!((statuses(&readiness), &readiness["checks"]["mail_in"]["missing_mails"]), (["degraded", "degraded", "ok", "ok"], &json!(3)));
    let metrics = metrics(&api);
    let sample = |name: &str| metrics[&format!("followup_mailbox_{name}{{mailbox=\"{MAILBOX_ID}\"}}")];
    assert_eq!(["messages", "stored_messages", "missing_messages"].map(sample), [12, 9, 3]);
    let mailbox = badge(&api)["mailboxes"][0].clone();
    assert_eq!((&mailbox["in_mailbox"], &mailbox["stored"]), (&json!(12), &json!(9)));
}

#[test]
fn what_waits_for_a_person_is_counted_alike_and_degrades_nothing() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({}));
    let mails = [imap_mail(1, 1, b"x"), imap_mail(1, 2, b"y")];
    for mail in &mails {
        write(&api, |tx| {
            let id = tx.inbox().insert(mail)?.id();
            tx.inbox().record_quarantined(id, "ilegible")
        });
    }
    api.receive("From: nadie@otra.test\nTo: fv@vigia.test\nSubject: Hola\nMessage-ID: <n@otra.test>\n\nHola\n");
    schedule(&api, id, Channel::Call);
    let (badge, readiness, metrics) = (badge(&api), ready(&api), metrics(&api));
    assert_eq!((&badge["quarantined"], &badge["unassigned"]), (&json!(2), &json!(1)));
    assert_eq!(readiness["status"], "ok");
    for (kind, count) in readiness["waiting"].as_object().unwrap() {
        assert_eq!((&badge[kind], metrics[&format!("followup_waiting{{kind=\"{kind}\"}}")]), (count, count.as_i64().unwrap()), "{kind}");
    }
    assert_eq!(readiness["waiting"].as_object().unwrap().len(), 14);
    assert_eq!((&badge["due_calls"], &badge["due_attempts"]), (&json!(1), &json!(0)));
    assert!(badge["oldest_call_due_at"].is_string() && badge["oldest_due_at"].is_null());
    api.clock.advance(Duration::days(9));
    assert_eq!(statuses(&ready(&api))[3], "ok", "a call waits for a person and not for the dispatcher");
}

#[test]
fn what_waits_for_a_timer_is_dated_and_degrades_when_no_timer_came_for_a_day() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({}));
    let since = api.clock.now().timestamp();
    schedule(&api, id, Channel::Email);
    queue(&api, id);
    api.clock.advance(Duration::hours(25));
    let readiness = ready(&api);
    assert_eq!(statuses(&readiness), ["ok"; 4]);
    let (out, plans) = (&readiness["checks"]["mail_out"], &readiness["checks"]["plans"]);
    assert_eq!((&out["queued"], &out["oldest_queued_age_seconds"], &out["due_age_seconds"]), (&json!(1), &json!(90_000), &json!(90_000)));
    assert_eq!((&plans["due_attempts"], &plans["oldest_due_age_seconds"]), (&json!(1), &json!(90_000)));
    api.clock.advance(Duration::seconds(1));
    assert_eq!(statuses(&ready(&api)), ["degraded", "ok", "degraded", "degraded"]);

    let metrics = metrics(&api);
    for (name, value) in [
        ("followup_queue_messages{state=\"queued\"}", 1),
        ("followup_queue_messages{state=\"transmitting\"}", 0),
        ("followup_queue_oldest_timestamp_seconds", since),
        ("followup_queue_due_since_timestamp_seconds", since),
        ("followup_due_attempts{channel=\"email\"}", 1),
        ("followup_due_attempts_oldest_timestamp_seconds{channel=\"email\"}", since),
    ] {
        assert_eq!(metrics.get(name), Some(&value), "{name}");
    }
    let badge = badge(&api);
    assert_eq!((&badge["queued"], &badge["due_attempts"]), (&json!(1), &json!(1)));
    assert!(badge["oldest_queued_at"].is_string() && badge["oldest_due_at"] == badge["oldest_queued_at"]);
}

#[test]
fn the_last_hash_of_the_systems_chain_is_the_same_everywhere() {
    let api = Api::start();
    assert_eq!((&badge(&api)["audit"], &ready(&api)["audit"]), (&Value::Null, &Value::Null));
    for action in ["a", "b"] {
        write(&api, |tx| tx.audit().append(&audit_entry(AuditChain::System, action)));
    }
    let head = api.followup.store.read::<_, StoreError>(|tx| tx.audit().find_head(AuditChain::System)).unwrap().unwrap();
    let shown = json!({"rows": 2, "hash": head.hash});
    assert_eq!((&badge(&api)["audit"], &ready(&api)["audit"]), (&shown, &shown));
    assert_eq!(metrics(&api)[&format!("followup_audit_rows{{chain=\"system\",hash=\"{}\"}}", head.hash)], 2);
}

#[test]
fn what_needs_no_token_names_no_address_and_no_case() {
    let api = Api::start();
    let id = api.case(json!({"paciente_iniciales": "QZX", "descripcion_evento": "urticaria"}));
    queue(&api, id);
    schedule(&api, id, Channel::Email);
    open_breaker(&api);
    api.followup.record_mailbox_trouble(MAILBOX, MailboxTrouble::SignIn).unwrap();
    api.receive("From: nadie@otra.test\nTo: fv@vigia.test\nSubject: Hola\nMessage-ID: <n@otra.test>\n\nHola\n");
    for path in ["/readyz", "/metrics"] {
        let text = api.anonymous("GET", path).send().text();
        for word in ["@", "QZX", "urticaria", "Paracetamol", "clinic", "otra", "INBOX"] {
            assert!(!text.contains(word), "{path} says {word}:\n{text}");
        }
    }
    assert_eq!(api.anonymous("HEAD", "/metrics").send().body.len(), 0);
    assert_eq!(api.anonymous("GET", "/metrics?x=1").send().status, 422);
}
