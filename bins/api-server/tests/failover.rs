//! The primary is killed, frozen, cut off or stopped under load, and its synchronous standby takes its place, again and again: what was
//! confirmed is there, every letter goes once, and nothing is restarted.
//!
//! `FOLLOWUP_CHAOS_KILLS` (a promotion for every ten) and `FOLLOWUP_CHAOS_SEED` make it longer and another one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use followup_testkit::chaos::{Plan, Random};
use followup_testkit::rigs::postgres::{PostgresPair, TestDatabase};
use followup_testkit::rigs::proxy::FaultyProxy;
use followup_testkit::rigs::sink::Sink;
use serde_json::{Value, json};

use support::{Deployment, LONG, Server};

/// What happens to the primary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mishap {
    /// Its machine loses power.
    Killed,
    /// It hangs, and wakes up when it has been replaced, believing that it is the primary.
    Frozen,
    /// It lives, and none of our packets comes back from it.
    CutOff,
    /// It is stopped in an orderly way.
    Stopped,
}

const MISHAPS: [Mishap; 4] = [Mishap::Killed, Mishap::Frozen, Mishap::CutOff, Mishap::Stopped];

/// Two servers, each behind a proxy; what uses them knows the proxies.
struct Pair {
    servers: PostgresPair,
    database: TestDatabase,
    /// By the server's port.
    proxies: BTreeMap<u16, FaultyProxy>,
}

impl Pair {
    fn start() -> Self {
        let servers = PostgresPair::start();
        let database = servers.primary().create_database();
        let ports = [servers.primary().port(), servers.standby().port()];
        let proxies = ports.into_iter().map(|port| (port, FaultyProxy::start(port))).collect();
        Self { servers, database, proxies }
    }

    fn url(&self) -> String {
        let hosts: Vec<String> = self.proxies.values().map(|proxy| format!("127.0.0.1:{}", proxy.port)).collect();
        format!("postgres://postgres@{}/{}", hosts.join(","), self.database.name)
    }

    /// The mishap, and the standby's promotion.
    fn suffer(&mut self, mishap: Mishap) {
        let way = &self.proxies[&self.servers.primary().port()];
        match mishap {
            Mishap::Killed => self.servers.primary_mut().kill(),
            Mishap::Frozen => self.servers.primary().freeze(),
            Mishap::CutOff => way.swallow(true),
            Mishap::Stopped => self.servers.primary_mut().stop(),
        }
        self.servers.promote();
    }

    /// The old primary becomes the standby.
    fn mend(&mut self, mishap: Mishap) {
        if mishap == Mishap::Frozen {
            self.servers.standby().thaw();
            std::thread::sleep(Duration::from_secs(1));
        }
        self.servers.rejoin();
        let way = &self.proxies[&self.servers.standby().port()];
        way.swallow(false);
        way.cut();
    }

    fn select(&self, sql: &str) -> String {
        self.servers.primary().execute(&self.database.name, sql)
    }
}

/// Cases are created, and dispatchers run, until it is over. What was confirmed is kept.
struct Load<'s> {
    server: &'s Server,
    deployment: &'s Deployment,
    over: AtomicBool,
    confirmed: Mutex<BTreeSet<i64>>,
}

impl Load<'_> {
    /// Whether a new case was confirmed.
    fn create(&self, key: &str) -> bool {
        let case = json!({"reportante_contacto": format!("reporter-{key}@example.org"), "producto_sospechoso": "Paracetamol"});
        let answer = self.server.ask("/api/v1/icsr", Some((key, &case)));
        match answer.status {
            200 | 201 => self.confirmed.lock().unwrap().insert(answer.body["id"].as_i64().unwrap()),
            503 => false,
            _ => panic!("{answer:?}"),
        }
    }

    fn write(&self, writer: u32) {
        for number in 0.. {
            let key = format!("w{writer}-{number}");
            while !self.create(&key) {
                if self.over.load(Ordering::SeqCst) {
                    return;
                }
                std::thread::sleep(Duration::from_millis(100));
            }
            if self.over.load(Ordering::SeqCst) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// A run that meets the outage ends with 1 and a sentence, and the next one does its work.
    fn dispatch(&self) {
        while !self.over.load(Ordering::SeqCst) {
            let output = self.deployment.run("dispatcher", &[]);
            let error = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() || error.contains("error: "), "{error}");
            std::thread::sleep(Duration::from_millis(500));
        }
    }

    fn standbys(&self) -> Value {
        self.server.ask("/readyz", None).body["checks"]["store"].clone()
    }

    fn wait_for_standbys(&self, status: &str, standbys: &str) {
        let (since, wanted) = (Instant::now(), json!({"status": status, "standbys": standbys}));
        while self.standbys() != wanted {
            assert!(since.elapsed() < LONG, "{}", self.standbys());
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

#[test]
fn promotions_under_load_lose_nothing_send_nothing_twice_and_heal_by_themselves() {
    let Plan { kills, seed } = Plan::from_environment(30, 44);
    let mut random = Random::new(seed);
    let mut pair = Pair::start();
    let sink = Sink::start(&[]);
    let port = sink.port().to_string();
    let settings =
        [("SMTP_HOST", "127.0.0.1"), ("SMTP_PORT", &port), ("SMTP_TLS", "none"), ("SMTP_FROM", "fv@vigia.test"), ("LOG_LEVEL", "warn")];
    let deployment = Deployment::on_database(&pair.url()).without("MAIL_OUTBOX_DIR");
    let deployment = settings.into_iter().fold(deployment, |deployment, (name, value)| deployment.with(name, value));
    let server = deployment.serve();
    let load = Load { server: &server, deployment: &deployment, over: AtomicBool::new(false), confirmed: Mutex::default() };
    let mut healed: BTreeMap<Mishap, Vec<Duration>> = BTreeMap::new();
    std::thread::scope(|scope| {
        for writer in 0..2 {
            let load = &load;
            scope.spawn(move || load.write(writer));
        }
        scope.spawn(|| load.dispatch());
        let load = &load;
        for round in 0..kills.div_ceil(10) {
            // Each kind comes, and when is chance.
            let mishap = MISHAPS[round as usize % MISHAPS.len()];
            std::thread::sleep(Duration::from_millis(500 + random.below(2_000)));
            load.wait_for_standbys("ok", "synchronous");
            pair.suffer(mishap);
            let (since, works) = (Instant::now(), AtomicBool::new(false));
            std::thread::scope(|scope| {
                // A question that waits for the old primary must not hide that the next one is answered.
                let works = &works;
                for probe in 0.. {
                    scope.spawn(move || {
                        if load.create(&format!("p{round}-{probe}")) {
                            works.store(true, Ordering::SeqCst);
                        }
                    });
                    std::thread::sleep(Duration::from_millis(250));
                    if works.load(Ordering::SeqCst) {
                        break;
                    }
                    assert!(since.elapsed() < LONG, "{mishap:?}: not healed");
                }
                healed.entry(mishap).or_default().push(since.elapsed());
                load.wait_for_standbys("degraded", "asynchronous");
                pair.mend(mishap);
            });
        }
        load.wait_for_standbys("ok", "synchronous");
        load.over.store(true, Ordering::SeqCst);
    });
    let confirmed = load.confirmed.into_inner().unwrap();
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    settle(&pair, &deployment);
    prove(&pair, &deployment, &sink, &confirmed);
    println!("seed={seed} first success after the promotion: {healed:?}");
}

/// Nobody works: leases and pauses are over, and what is left goes.
fn settle(pair: &Pair, deployment: &Deployment) {
    for _ in 0..20 {
        pair.select("UPDATE message_queue SET lease_until = now() - interval '1 hour' WHERE lease_until IS NOT NULL");
        pair.select("UPDATE message_queue SET not_before = now() - interval '1 hour' WHERE state = 'queued'");
        deployment.run_well("dispatcher", &[]);
        if pair.select("SELECT count(*) FROM message_queue WHERE state <> 'uncertain'") == "0" {
            return;
        }
    }
    panic!("what is queued does not go");
}

fn prove(pair: &Pair, deployment: &Deployment, sink: &Sink, confirmed: &BTreeSet<i64>) {
    let accepted = sink.accepted();
    let ids: BTreeSet<&str> = accepted.iter().map(|mail| mail.message_id.as_str()).collect();
    let recipients: BTreeSet<&str> = accepted.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!((ids.len(), recipients.len()), (accepted.len(), accepted.len()), "a letter left twice");

    let rows = pair.select(
        "SELECT case_id, delivery, name FROM message m JOIN outbound o ON o.message_id = m.id \
         JOIN external_name e ON e.message_id = m.id AND e.scope = 'rfc5322' ORDER BY 1",
    );
    let mut letters: BTreeMap<i64, Vec<(String, String)>> = BTreeMap::new();
    for row in rows.lines() {
        let [case, delivery, id] = row.split('|').collect::<Vec<_>>().try_into().unwrap();
        letters.entry(case.parse().unwrap()).or_default().push((delivery.to_owned(), id.to_owned()));
    }
    let lost: Vec<_> = confirmed.iter().filter(|case| !letters.contains_key(case)).collect();
    assert!(lost.is_empty(), "confirmed, and not there: {lost:?}");
    let mut doubts = (0, 0);
    for (case, letters) in &letters {
        let [(delivery, id)] = letters.as_slice() else { panic!("case {case} has {letters:?}") };
        match (delivery.as_str(), ids.contains(id.as_str())) {
            ("accepted", true) => {}
            ("uncertain", true) => doubts.0 += 1,
            ("uncertain", false) => doubts.1 += 1,
            other => panic!("the letter of case {case} is {other:?}"),
        }
    }
    assert!(ids.iter().all(|id| rows.contains(id)), "a letter left of which nobody knows");
    let verdict = deployment.run_well("api-server", &["audit", "verify"]);
    assert!(verdict.contains("verified"), "{verdict}");
    println!(
        "confirmed={} cases={} accepted={} in doubt={} (left {}, did not {}); lost=0 doubled=0",
        confirmed.len(),
        letters.len(),
        accepted.len(),
        doubts.0 + doubts.1,
        doubts.0,
        doubts.1
    );
}

#[test]
fn a_first_host_that_is_silent_stops_nobody() {
    let mut pair = Pair::start();
    let deployment = Deployment::on_database(&(pair.url() + "?load_balance_hosts=disable")).with("MAIL_INBOX_DIR", "inbox");
    // So that the primary is the second.
    if pair.servers.primary().port() == *pair.proxies.keys().next().unwrap() {
        pair.servers.primary_mut().stop();
        pair.servers.promote();
        pair.servers.rejoin();
    }
    deployment.run_well("api-server", &["migrate"]);
    pair.proxies[&pair.servers.standby().port()].swallow(true);
    let server = deployment.serve();
    let case = server.case("rojas@example.org");
    server.wait_for_thread(case, |thread| thread[0]["status"] == "sent");
    deployment.run_well("dispatcher", &[]);
    deployment.run_well("mail-poller", &["--once"]);
}
