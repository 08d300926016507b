//! The database is out of order: requests are told to come again, and succeed later without a restart; nothing is half-written, nothing is
//! sent twice, nothing is lost.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod support;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use followup_testkit::rigs::postgres::{Durability, PostgresCluster, TestDatabase};
use followup_testkit::rigs::proxy::{Fault, FaultyProxy, Harm, Place};
use serde_json::{Value, json};

use support::{Deployment, LONG, Server, binary, header, reply_to};

/// Short limits, so that the tests need not wait for the usual ones: a lock 1 s, a statement 3 s, silence 4.5 s, an answer 14.5 s.
const TIMEOUT: &str = "3";

fn deployment(url: &str) -> Deployment {
    Deployment::on_database(url).with("DATABASE_TIMEOUT_SECONDS", TIMEOUT)
}

fn a_case(number: u32) -> Value {
    json!({"reportante_contacto": format!("reporter-{number}@example.org"), "producto_sospechoso": "Paracetamol"})
}

/// Waits until a request is answered with this status; says how long it took.
fn wait_for(what: &str, mut status: impl FnMut() -> u16, wanted: u16) -> Duration {
    let since = Instant::now();
    loop {
        let answered = status();
        if answered == wanted {
            return since.elapsed();
        }
        assert!(since.elapsed() < LONG, "{what}: still {answered}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Creates cases without a pause, each with its key, again and again until it is created.
struct Writers<'s> {
    server: &'s Server,
    stop: AtomicBool,
}

impl Writers<'_> {
    fn work(&self, first: u32) -> u32 {
        let mut number = first;
        while !self.stop.load(Ordering::SeqCst) {
            let key = format!("key-{number}");
            loop {
                let answer = self.server.ask("/api/v1/icsr", Some((&key, &a_case(number))));
                match answer.status {
                    200 | 201 => break,
                    503 => assert!(answer.retry_after.is_some(), "{answer:?}"),
                    _ => panic!("{answer:?}"),
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            number += 1;
        }
        number - first
    }
}

/// What is refused during an outage: with 503 and when to come again, while the process lives.
fn expect_refusals(server: &Server, deployment: &Deployment) {
    wait_for("the outage", || server.ask("/api/v1/icsr", None).status, 503);
    let body = a_case(0);
    let output = std::thread::scope(|scope| {
        let requests = [("/api/v1/icsr", None), ("/api/v1/icsr", Some(("during", &body))), ("/readyz", None)];
        let answers = requests.map(|(path, body)| scope.spawn(move || server.ask(path, body)));
        let run = scope.spawn(|| deployment.run("dispatcher", &[]));
        for answer in answers {
            let answer = answer.join().unwrap();
            assert_eq!((answer.status, answer.retry_after.as_deref()), (503, Some("5")), "{answer:?}");
        }
        run.join().unwrap()
    });
    assert_eq!(server.ask("/healthz", None).status, 200);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert_eq!(error.lines().filter(|line| line.starts_with("error: ")).count(), 1, "{error}");
}

/// Every case is there once, each has its letter once, and what is recorded agrees.
fn expect_agreement(cluster: &PostgresCluster, database: &TestDatabase, server: &Server, deployment: &Deployment, cases: u32) {
    let count = |sql: &str| -> u32 { cluster.execute(&database.name, sql).parse().unwrap() };
    let settled = || if count("SELECT count(*) FROM message_queue") == 0 { 200 } else { 503 };
    wait_for("the queue is empty", settled, 200);
    deployment.run_well("dispatcher", &[]);
    let verdict = deployment.run_well("api-server", &["audit", "verify"]);
    assert!(verdict.contains("verified"), "{verdict}");
    assert_eq!(count("SELECT count(*) FROM icsr"), cases);
    assert_eq!(count("SELECT count(*) FROM audit_log WHERE action = 'case.created'"), cases);
    assert_eq!(count("SELECT count(*) FROM outbound WHERE delivery = 'accepted'"), cases);
    let accepted = "SELECT count(*) FROM audit_log JOIN audit_fact USING (chain, seq) \
                    WHERE action = 'message.delivery' AND fact = 'new.delivery' AND value = '\"accepted\"'";
    assert_eq!(count(accepted), cases);
    let letters: Vec<_> = std::fs::read_dir(deployment.dir.path().join("outbox")).unwrap().map(|entry| entry.unwrap().path()).collect();
    let ids: BTreeSet<_> = letters.iter().map(|letter| header(&std::fs::read(letter).unwrap(), "Message-ID").unwrap()).collect();
    assert_eq!((letters.len(), ids.len()), (cases as usize, cases as usize));
    assert_eq!(server.ask("/readyz", None).status, 200);
}

fn outage(name: &str, kind: impl FnOnce(&mut PostgresCluster), mend: impl FnOnce(&mut PostgresCluster)) {
    // What was committed must survive the server's processes.
    let mut cluster = PostgresCluster::start(Durability::Full);
    let database = cluster.create_database();
    let deployment = deployment(&database.url);
    let server = deployment.serve();
    let writers = Writers { server: &server, stop: AtomicBool::new(false) };
    let created = std::thread::scope(|scope| {
        let threads = [scope.spawn(|| writers.work(1_000)), scope.spawn(|| writers.work(2_000))];
        wait_for("cases are created", || if server.ask("/api/v1/icsr?limit=1", None).body["total"] == 0 { 503 } else { 200 }, 200);
        kind(&mut cluster);
        expect_refusals(&server, &deployment);
        mend(&mut cluster);
        let recovered = wait_for("recovery", || server.ask("/api/v1/icsr", Some(("after", &a_case(1)))).status, 201);
        println!("{name}: first success {recovered:?} after the end of the outage");
        writers.stop.store(true, Ordering::SeqCst);
        threads.map(|thread| thread.join().unwrap()).iter().sum::<u32>()
    });
    expect_agreement(&cluster, &database, &server, &deployment, created + 1);
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
}

#[test]
fn a_stopped_postgres_is_told_and_recovered_from() {
    outage("stopped", PostgresCluster::stop, PostgresCluster::restart);
}

#[test]
fn a_killed_postgres_is_told_and_recovered_from() {
    outage("killed", PostgresCluster::kill, PostgresCluster::restart);
}

#[test]
fn a_frozen_postgres_is_told_and_recovered_from() {
    outage("frozen", |cluster| cluster.freeze(), |cluster| cluster.thaw());
}

#[test]
fn a_lock_of_another_session_and_a_pool_without_connections_are_told_and_recovered_from() {
    let cluster = PostgresCluster::shared();
    let database = cluster.create_database();
    let deployment = deployment(&database.url).with("DATABASE_POOL_SIZE", "1").with("BACKGROUND_JOBS", "none");
    let server = deployment.serve();
    let case = server.case("rojas@example.org");
    let held = cluster.hold(&database.name, "BEGIN; LOCK TABLE icsr IN ACCESS EXCLUSIVE MODE");
    std::thread::scope(|scope| {
        // One waits for the lock, the others for its connection.
        let answers: Vec<_> = (0..12).map(|_| scope.spawn(|| server.ask(&format!("/api/v1/icsr/{case}"), None))).collect();
        for answer in answers {
            let answer = answer.join().unwrap();
            assert_eq!((answer.status, answer.retry_after.as_deref()), (503, Some("5")), "{answer:?}");
        }
    });
    drop(held);
    let recovered = wait_for("recovery", || server.get(&format!("/api/v1/icsr/{case}")).0, 200);
    println!("locked: first success {recovered:?} after the lock was gone");
}

/// The peer's kernel acknowledges, and nothing is ever answered: neither TCP nor the server ends that.
#[test]
fn connections_that_fall_silent_for_ever_are_replaced_and_the_sending_of_letters_goes_on() {
    let cluster = PostgresCluster::shared();
    let database = cluster.create_database();
    let proxy = FaultyProxy::start(cluster.port());
    let deployment = deployment(&database.url.replace(&cluster.port().to_string(), &proxy.port.to_string()));
    let server = deployment.serve();
    let case = server.case("rojas@example.org");
    server.wait_for_thread(case, |thread| thread[0]["status"] == "sent");

    proxy.freeze();
    let since = Instant::now();
    let answer = server.ask("/api/v1/icsr", None);
    let refused = since.elapsed();
    assert_eq!((answer.status, answer.retry_after.as_deref()), (503, Some("5")), "{answer:?}");
    wait_for("recovery", || server.ask("/api/v1/icsr", None).status, 200);
    println!("silent: refused after {refused:?}, first success {:?} after it began (limits of {TIMEOUT} s)", since.elapsed());
    let case = server.case("paz@example.org");
    server.wait_for_thread(case, |thread| thread[0]["status"] == "sent");
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("are given up; new ones work"), "{log}");
}

#[test]
fn a_silent_database_ends_the_dispatcher_with_a_sentence_and_the_next_run_works() {
    let cluster = PostgresCluster::shared();
    let database = cluster.create_database();
    let direct = deployment(&database.url);
    direct.run_well("api-server", &["migrate"]);
    let proxy = FaultyProxy::start(cluster.port());
    let through =
        deployment(&database.url.replace(&cluster.port().to_string(), &proxy.port.to_string())).with("DATABASE_TIMEOUT_SECONDS", "1");
    // The dispatcher checks the schema, then waits in a lock, where its connection falls silent.
    let held = cluster.hold(&database.name, "BEGIN; LOCK TABLE attempt IN ACCESS EXCLUSIVE MODE");
    let output = std::thread::scope(|scope| {
        let run = scope.spawn(|| through.run("dispatcher", &[]));
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        wait_for("it waits", || if cluster.execute(&database.name, waiting) == "0" { 503 } else { 200 }, 200);
        proxy.freeze();
        run.join().unwrap()
    });
    drop(held);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("error: the database has not answered for "), "{error}");
    through.run_well("dispatcher", &[]);
}

#[test]
fn a_database_that_falls_silent_at_the_first_question_ends_the_dispatcher_and_the_poller() {
    let cluster = PostgresCluster::shared();
    let database = cluster.create_database();
    deployment(&database.url).run_well("api-server", &["migrate"]);
    let proxy = FaultyProxy::start(cluster.port());
    let url = database.url.replace(&cluster.port().to_string(), &proxy.port.to_string());
    let through = Deployment::on_database(&url).with("DATABASE_TIMEOUT_SECONDS", "1").with("MAIL_INBOX_DIR", "inbox");
    // Behind the greeting, in the answer that names the schema's versions.
    let fault = || Some(Fault { place: Place::Behind(vec!["server_version", "version"], 0), harm: Harm::Freeze });
    for (name, arguments) in [("dispatcher", vec![]), ("mail-poller", vec!["--once"]), ("mail-poller", vec![])] {
        proxy.plan((0..20).map(|_| fault()));
        let output = through.run(name, &arguments);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{name}: {error}");
        assert!(error.contains("error: the database has not answered for "), "{name}: {error}");
    }
}

#[test]
fn a_server_whose_database_is_silent_ends_within_its_bound_when_it_is_told_to() {
    let cluster = PostgresCluster::shared();
    let database = cluster.create_database();
    let proxy = FaultyProxy::start(cluster.port());
    let url = database.url.replace(&cluster.port().to_string(), &proxy.port.to_string());
    let deployment = deployment(&url).with("DATABASE_TIMEOUT_SECONDS", "1");
    let server = deployment.serve();
    proxy.freeze();
    proxy.refuse(true);
    // The background jobs are asking, and nothing answers ever again.
    wait_for("the silence", || server.ask("/readyz", None).status, 503);
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("the process ends without them"), "{log}");
}

/// As a machine that starts everything at once.
#[test]
fn an_api_server_that_starts_before_its_postgres_waits_for_it() {
    let cluster = PostgresCluster::shared();
    let database = cluster.create_database();
    let proxy = FaultyProxy::start(cluster.port());
    proxy.refuse(true);
    let deployment = deployment(&database.url.replace(&cluster.port().to_string(), &proxy.port.to_string()));
    let server = std::thread::scope(|scope| {
        let starting = scope.spawn(|| deployment.serve());
        // More often than it tries before the first error.
        wait_for("it tries again", || if proxy.accepted() < 12 { 503 } else { 200 }, 200);
        proxy.refuse(false);
        starting.join().unwrap()
    });
    server.case("rojas@example.org");
}

/// A process that is killed when the test ends.
struct Process(std::process::Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_mail_that_arrives_during_an_outage_is_stored_once_when_it_is_over() {
    let mut cluster = PostgresCluster::start(Durability::Full);
    let database = cluster.create_database();
    let deployment = deployment(&database.url).with("MAIL_INBOX_DIR", "inbox");
    let inbox = deployment.dir.path().join("inbox");
    std::fs::create_dir(&inbox).unwrap();
    let server = deployment.serve();
    let case = server.case("rojas@example.org");
    server.wait_for_thread(case, |thread| thread[0]["status"] == "sent");
    let letter = std::fs::read_dir(deployment.dir.path().join("outbox")).unwrap().next().unwrap().unwrap().path();
    let message_id = header(&std::fs::read(letter).unwrap(), "Message-ID").unwrap();

    let poller = || Process(deployment.command(&binary("mail-poller"), &[]).stderr(Stdio::null()).spawn().unwrap());
    let mut pollers = vec![poller()];
    cluster.stop();
    std::fs::write(inbox.join("a.eml"), reply_to(&message_id, "rojas@example.org", "farmacovigilancia@followup.invalid", "Peso: 68 kg"))
        .unwrap();
    let once = deployment.run("mail-poller", &["--once"]);
    let error = String::from_utf8(once.stderr).unwrap();
    assert_eq!((once.status.code(), error.lines().filter(|line| line.starts_with("error: ")).count()), (Some(1), 1), "{error}");
    // One that starts during the outage waits for its end.
    pollers.push(poller());
    cluster.restart();
    let since = Instant::now();
    let stored = || if cluster.execute(&database.name, "SELECT count(*) FROM arrival") == "1" { 200 } else { 503 };
    wait_for("the mail is stored", stored, 200);
    println!("mail: stored {:?} after the end of the outage", since.elapsed());
    let thread = server.wait_for_thread(case, |thread| thread.len() == 2);
    assert_eq!(thread[0]["status"], "responded");
    assert!(pollers.iter_mut().all(|poller| poller.0.try_wait().unwrap().is_none()), "a poller ended");
    assert!(deployment.run_well("api-server", &["audit", "verify"]).contains("verified"));
}

fn on_sqlite() -> (Deployment, std::path::PathBuf) {
    let deployment = Deployment::embedded();
    let file = deployment.dir.path().join("var/followup.db");
    (deployment, file)
}

fn expect_writing_refused(server: &Server) {
    let answer = server.ask("/api/v1/icsr", Some(("during", &a_case(0))));
    assert_eq!((answer.status, answer.retry_after.as_deref()), (503, Some("5")), "{answer:?}");
}

fn expect_writing_again(name: &str, server: &Server, deployment: &Deployment) {
    let recovered = wait_for("recovery", || server.ask("/api/v1/icsr", Some(("during", &a_case(0)))).status, 201);
    println!("{name}: first success {recovered:?} after the end of the outage");
    let id = server.ask("/api/v1/icsr", Some(("during", &a_case(0)))).body["id"].as_i64().unwrap();
    server.wait_for_thread(id, |thread| thread.len() == 1 && thread[0]["status"] == "sent");
    assert_eq!(server.get("/api/v1/icsr").1["total"], 2);
    let verdict = deployment.run_well("api-server", &["audit", "verify"]);
    assert!(verdict.contains("verified"), "{verdict}");
}

#[test]
fn a_sqlite_that_another_process_holds_is_told_and_recovered_from() {
    let (deployment, file) = on_sqlite();
    let server = deployment.serve();
    server.case("rojas@example.org");
    let mut other = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    diesel::sql_query("BEGIN IMMEDIATE").execute(&mut other).unwrap();
    expect_writing_refused(&server);
    assert_eq!(server.get("/api/v1/icsr").0, 200, "reading goes on");
    diesel::sql_query("ROLLBACK").execute(&mut other).unwrap();
    expect_writing_again("sqlite locked", &server, &deployment);
}

#[test]
fn a_sqlite_without_room_is_told_and_recovered_from() {
    let (deployment, _) = on_sqlite();
    let mut shell = deployment.command(std::path::Path::new("/bin/sh"), &["-c", "trap '' XFSZ; exec \"$0\""]);
    shell.arg(binary("api-server"));
    let server = deployment.start(shell).signed_in(&deployment.admin_password());
    server.case("rojas@example.org");
    let limit = |size: &str| {
        let status = Command::new("prlimit").args(["--pid", &server.process_id().to_string(), &format!("--fsize={size}")]).status();
        assert!(status.unwrap().success());
    };
    // The soft limit alone: it can be lifted again without privilege.
    limit("1024:");
    for _ in 0..10 {
        expect_writing_refused(&server);
    }
    // Reading goes on, unless this limit, which is stricter than a full disk, keeps a new connection from its shared memory.
    assert!(matches!(server.get("/api/v1/icsr").0, 200 | 503));
    limit("unlimited:");
    expect_writing_again("sqlite full", &server, &deployment);
}

/// As after a night in which the disk filled up: the machine is restarted, and room is made later.
#[test]
fn a_mail_poller_whose_disk_is_full_at_its_start_waits_and_reads_its_mail_when_there_is_room() {
    let (deployment, file) = on_sqlite();
    deployment.run_well("api-server", &["migrate"]);
    let mut shell = deployment.command(std::path::Path::new("/bin/sh"), &["-c", "trap '' XFSZ; ulimit -S -f 0; exec \"$0\""]);
    let mut poller = Process(shell.arg(binary("mail-poller")).stderr(Stdio::piped()).spawn().unwrap());
    let mut log = BufReader::new(poller.0.stderr.take().unwrap()).lines().map_while(Result::ok);
    assert!(log.any(|line| line.contains("the database is not there yet")), "it ended: {:?}", poller.0.wait());
    std::thread::spawn(move || log.for_each(drop));
    let room = Command::new("prlimit").args(["--pid", &poller.0.id().to_string(), "--fsize=unlimited:"]).status();
    assert!(room.unwrap().success());
    let mail = b"From: rojas@example.org\r\nTo: fv@example.net\r\nSubject: Peso\r\nMessage-ID: <a@example.org>\r\n\r\n68 kg\r\n";
    std::fs::create_dir_all(deployment.dir.path().join("var/inbox")).unwrap();
    std::fs::write(deployment.dir.path().join("var/inbox/a.eml"), mail).unwrap();
    let mut reader = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    let mut stored = || {
        let count = diesel::dsl::sql::<diesel::sql_types::BigInt>("(SELECT count(*) FROM arrival)");
        if diesel::select(count).get_result::<i64>(&mut reader).unwrap() == 1 { 200 } else { 503 }
    };
    wait_for("the mail is stored", &mut stored, 200);
    assert!(poller.0.try_wait().unwrap().is_none(), "it ended");
}

#[test]
fn a_sqlite_file_that_was_moved_away_is_told_and_nothing_is_written_elsewhere() {
    let (deployment, file) = on_sqlite();
    let server = deployment.serve();
    server.case("rojas@example.org");
    let elsewhere = file.with_extension("elsewhere");
    std::fs::rename(&file, &elsewhere).unwrap();
    expect_writing_refused(&server);
    assert_eq!(server.ask("/readyz", None).status, 503);
    assert!(!file.exists());
    std::fs::rename(&elsewhere, &file).unwrap();
    expect_writing_again("sqlite moved", &server, &deployment);
    let (_, log) = server.stop();
    assert!(log.contains("is no longer there"), "{log}");
}

#[test]
fn a_wal_that_a_killed_process_left_is_read_again() {
    let (deployment, _) = on_sqlite();
    let server = deployment.serve();
    let case = server.case("rojas@example.org");
    let kill = Command::new("kill").args(["-s", "KILL", &server.process_id().to_string()]).status();
    assert!(kill.unwrap().success());
    server.stop();
    let server = deployment.serve();
    assert_eq!(server.get(&format!("/api/v1/icsr/{case}")).0, 200);
    assert!(deployment.run_well("api-server", &["audit", "verify"]).contains("verified"));
}
