//! Status events a second: signed calls of a provider to the webhook of the real `api-server`, over connections that stay open, and how long
//! the service takes after the last one until all are understood; on each database, in one run.
//!
//! Whoever calls, the server and the database share this machine.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the figures are this program's output; to panic is to fail"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::net::TcpStream;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use followup_testkit::rigs::postgres::{Durability, PostgresCluster};
use followup_testkit::rigs::twilio_server::{ACCOUNT, AUTH_TOKEN, Call, OUR_NUMBER, Taken, TwilioServer};
use serde_json::json;
use support::{Deployment, Server};

const CONNECTIONS: usize = 16;
/// Text messages whose fate is told, when the command does not say how many.
const MESSAGES: usize = 2000;
/// What is told of each.
const STATES: [&str; 3] = ["queued", "sent", "delivered"];
const PUBLIC_URL: &str = "https://fv.example";
/// How often it is looked whether all are understood.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Understanding that takes longer is a failure of the run.
const LONGEST: Duration = Duration::from_secs(300);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let messages = match arguments.as_slice() {
        [] => MESSAGES,
        [option, number] if option == "--messages" => number.parse().expect("--messages takes a number"),
        other => panic!("not understood: {other:?}; --messages N"),
    };
    let heads = ["events", "s", "events/s", "p50 ms", "p99 ms", "then s", "understood/s"];
    println!("{:<10} {}", "", heads.map(|head| format!("{head:>12}")).join(" "));
    let folder = tempfile::tempdir().unwrap();
    measure("SQLite", &format!("sqlite:{}", folder.path().join("followup.db").display()), messages);
    let cluster = PostgresCluster::start(Durability::Full);
    measure("Postgres", &cluster.create_database().url, messages);
}

fn measure(name: &str, database: &str, messages: usize) {
    let twilio = TwilioServer::start();
    let settings = [
        ("AUTO_FOLLOWUP_ENABLED", "false"),
        ("SMS_PROVIDER", "twilio"),
        ("TWILIO_ACCOUNT_SID", ACCOUNT),
        ("TWILIO_AUTH_TOKEN", AUTH_TOKEN),
        ("TWILIO_FROM", OUR_NUMBER),
        ("TWILIO_BASE_URL", &twilio.base_url()),
        ("PUBLIC_URL", PUBLIC_URL),
    ];
    let deployment = settings.into_iter().fold(Deployment::on_database(database), |deployment, (name, value)| deployment.with(name, value));
    let server = deployment.serve();
    let cases = send(&server, messages);
    let calls = calls(&twilio.taken());

    let began = Instant::now();
    let mut micros = call(&server, &calls);
    let answered = began.elapsed();
    while waiting(database) > 0 {
        assert!(began.elapsed() < LONGEST, "{} calls are not understood", waiting(database));
        std::thread::sleep(LOOK_EVERY);
    }
    let understood = began.elapsed();
    for case in cases {
        assert_eq!(server.thread(case)[0]["delivery"], "delivered", "what was answered 200 is told of its message");
    }
    micros.sort_unstable();
    let ms = |percent: usize| micros[(micros.len() - 1) * percent / 100] as f64 / 1000.0;
    let per_second = |time: Duration| calls.len() as f64 / time.as_secs_f64();
    let figures = [
        format!("{:>12}", calls.len()),
        format!("{:>12.2}", answered.as_secs_f64()),
        format!("{:>12.0}", per_second(answered)),
        format!("{:>12.2}", ms(50)),
        format!("{:>12.2}", ms(99)),
        format!("{:>12.2}", (understood - answered).as_secs_f64()),
        format!("{:>12.0}", per_second(understood)),
    ];
    println!("{name:<10} {}", figures.join(" "));
}

/// So many cases, each with a text message that the provider took.
fn send(server: &Server, messages: usize) -> Vec<i64> {
    let cases = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for connection in 0..CONNECTIONS {
            let cases = &cases;
            scope.spawn(move || {
                for number in (connection..messages).step_by(CONNECTIONS) {
                    let case = server.case(&format!("cel. 9{:08}", 11_000_000 + number));
                    let message = json!({"channel": "sms", "body": "¿Cuál fue la dosis?"});
                    let (status, sent) = server.post(&format!("/api/v1/icsr/{case}/followup/send"), &message);
                    assert_eq!(status, 201, "{sent}");
                    cases.lock().unwrap().push(case);
                }
            });
        }
    });
    cases.into_inner().unwrap()
}

/// Each state of all messages, then the next: as they come where many messages are under way.
fn calls(taken: &[Taken]) -> Vec<Call> {
    let calls: Vec<_> = STATES.iter().flat_map(|state| taken.iter().map(|message| Call::status(message, state, None))).collect();
    assert_eq!(calls.iter().map(|call| &call.signature).collect::<BTreeSet<_>>().len(), calls.len());
    calls
}

/// Makes all calls; gives how long each answer took, in microseconds.
fn call(server: &Server, calls: &[Call]) -> Vec<u128> {
    let port: u16 = server.url().rsplit(':').next().unwrap().trim_end_matches('/').parse().unwrap();
    let callers = |connection: usize| {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_nodelay(true).unwrap();
        let mine = calls.iter().skip(connection).step_by(CONNECTIONS);
        let ask = |call: &Call| {
            let asked = Instant::now();
            let (status, body) = call.post_on(&stream);
            assert_eq!(status, 200, "{body}");
            asked.elapsed().as_micros()
        };
        mine.map(ask).collect::<Vec<_>>()
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..CONNECTIONS).map(|connection| scope.spawn(move || callers(connection))).collect();
        running.into_iter().flat_map(|caller| caller.join().unwrap()).collect()
    })
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// Calls that are stored and not understood yet.
fn waiting(database: &str) -> i64 {
    let count = diesel::sql_query("SELECT count(*) AS number FROM arrival WHERE state = 'stored'");
    let found: Number = match database.strip_prefix("sqlite:") {
        Some(path) => count.get_result(&mut SqliteConnection::establish(path).unwrap()),
        None => count.get_result(&mut PgConnection::establish(database).unwrap()),
    }
    .unwrap();
    found.number
}
