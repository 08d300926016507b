//! Requests per second of the service beside a plain "hello" of the same HTTP library: in one process, in one run, in turn.
//!
//! The load comes from this process too, and Postgres from this machine: figures are to be compared with the baseline of their
//! own run, never with another machine's.
#![allow(clippy::print_stdout, reason = "the figures are this program's output")]
#![allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]

mod disk;
mod load;
mod options;
mod report;
mod servers;
mod service_data;

use std::fs::OpenOptions;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context, Result};
use followup_access::JwtSettings;
use followup_app::App;
use followup_http::HttpState;
use followup_testkit::rigs::postgres::{Durability, PostgresCluster};

use load::{Load, Sample};
use options::Options;
use servers::Running;

/// So many different short threads are read.
const THREADS: usize = 16;
/// A letter and its answer are two messages: 20 in a short thread, 500 in the long one, which is the longest that comes in one piece.
const SHORT: usize = 10;
const LONG: usize = 250;
const WARM_UP: Duration = Duration::from_millis(500);

/// Something that is measured, under its name.
type Subject<'s> = (&'static str, Box<dyn Fn(Load) -> Result<Sample> + 's>);

fn main() -> Result<()> {
    let options = Options::parse(std::env::args().skip(1))?;
    log_like_the_service()?;
    let folder = tempfile::tempdir()?;
    let cluster = PostgresCluster::start(Durability::Full);
    let sqlite = format!("sqlite:{}", folder.path().join("bench.db").display());
    let hello = servers::hello()?;
    let sqlite = Service::start(&sqlite)?;
    let postgres = Service::start(&cluster.create_database().url)?;
    let Load { connections, duration, .. } = options.load;
    println!("{connections} connections, {} rounds of {:.1} s for each, in turn", options.rounds, duration.as_secs_f64());
    if options.reads {
        let hello = |load| load::run(hello.address, &[request("GET", "/hello", "", "")], 200, load);
        let subjects: [Subject<'_>; 5] = [
            ("hello", Box::new(hello)),
            ("20, SQLite", Box::new(|load| sqlite.read(&sqlite.short, load))),
            ("20, Postgres", Box::new(|load| postgres.read(&postgres.short, load))),
            ("500, SQLite", Box::new(|load| sqlite.read(&sqlite.long, load))),
            ("500, Postgres", Box::new(|load| postgres.read(&postgres.long, load))),
        ];
        measure("GET …/thread, 20 and 500 messages, with a token; ratio to hello", &subjects, &options)?;
    }
    if options.writes {
        let subjects: [Subject<'_>; 3] = [
            ("write + sync of 4 KiB", Box::new(|load| disk::run(folder.path(), load))),
            ("create, SQLite", Box::new(|load| sqlite.create_cases(load))),
            ("create, Postgres", Box::new(|load| postgres.create_cases(load))),
        ];
        measure("POST /icsr, durable, with its automatic request queued; ratio to one sync after another", &subjects, &options)?;
    }
    Ok(())
}

/// Every subject once, then again, so that what changes on the machine meanwhile meets all of them.
fn measure(title: &str, subjects: &[Subject<'_>], options: &Options) -> Result<()> {
    let mut rounds = Vec::new();
    for (name, run) in subjects {
        run(Load { duration: WARM_UP, ..options.load }).context(*name)?;
    }
    for _ in 0..options.rounds {
        rounds.push(subjects.iter().map(|(name, run)| run(options.load).context(*name)).collect::<Result<Vec<Sample>>>()?);
    }
    let names: Vec<&str> = subjects.iter().map(|(name, _)| *name).collect();
    report::print(title, &names, &rounds);
    Ok(())
}

/// The service on one database.
struct Service {
    server: Running,
    token: String,
    short: Vec<Vec<u8>>,
    long: Vec<Vec<u8>>,
}

impl Service {
    fn start(database_url: &str) -> Result<Self> {
        let followup = service_data::open(database_url)?;
        let key = "0123456789abcdef0123456789abcdef";
        let (jwt, token) = (JwtSettings::new(key, None), service_data::token(key.as_bytes())?);
        let short = (0..THREADS).map(|_| read_request(&followup, &token, SHORT)).collect::<Result<_>>()?;
        let long = vec![read_request(&followup, &token, LONG)?];
        let server = servers::service(HttpState::new(followup, jwt))?;
        Ok(Self { server, token, short, long })
    }

    fn read(&self, requests: &[Vec<u8>], load: Load) -> Result<Sample> {
        load::run(self.server.address, requests, 200, load)
    }

    fn create_cases(&self, load: Load) -> Result<Sample> {
        let body = "{\"reportante_contacto\":\"Dra. Rojas, cel. 999 888 777, rojas@example.org\",\"producto_sospechoso\":\"Paracetamol\",\
                    \"paciente_iniciales\":\"J.P.\",\"descripcion_evento\":\"Rash eritematoso\"}";
        load::run(self.server.address, &[request("POST", "/api/v1/icsr", &self.token, body)], 201, load)
    }
}

/// The request for a new thread with so many letters, each answered.
fn read_request(followup: &App, token: &str, letters: usize) -> Result<Vec<u8>> {
    let case = service_data::make_thread(followup, letters)?;
    Ok(request("GET", &format!("/api/v1/icsr/{}/followup/thread", case.0), token, ""))
}

fn request(method: &str, path: &str, token: &str, body: &str) -> Vec<u8> {
    let authorization = if token.is_empty() { String::new() } else { format!("Authorization: Bearer {token}\r\n") };
    let content =
        if body.is_empty() { String::new() } else { format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len()) };
    format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n{authorization}{content}\r\n{body}").into_bytes()
}

/// Every request is logged as in production; the lines are written and kept nowhere.
fn log_like_the_service() -> Result<()> {
    let nowhere = OpenOptions::new().write(true).open("/dev/null")?;
    let filter = tracing_subscriber::EnvFilter::try_new("warn,followup_http=info,followup_app=info")?;
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(Mutex::new(nowhere)).init();
    Ok(())
}
