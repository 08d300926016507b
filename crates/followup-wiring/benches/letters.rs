//! Letters a second while nothing else happens, and while 64 writers register cases without a pause: on each database, in one run.
//!
//! The writers and the database share this machine with the sender, so the ratio says what a flood of requests leaves of the sending,
//! and nothing of another machine.
#![allow(clippy::print_stdout, reason = "the figures are this program's output")]

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use followup_app::{App, EventReaders, Senders};
use followup_diesel::MigratingStore;
use followup_domain::audit::Actor;
use followup_domain::case::{CasePatch, Scalar};
use followup_domain::contact::EmailAddress;
use followup_domain::message::Channel;
use followup_domain::policy::FollowupPolicy;
use followup_letters::TemplateLetters;
use followup_mail::MimeReader;
use followup_runtime::clock::{RandomIds, RandomSalts, SystemClock};
use followup_testkit::builders;
use followup_testkit::fakes::RecordingSender;
use followup_testkit::rigs::postgres::{Durability, PostgresCluster};

const WRITERS: usize = 64;
/// The default of `DATABASE_POOL_SIZE`.
const POOL_SIZE: u32 = 8;
/// More letters than are sent in the first run.
const WAITING: usize = 3000;
const RUN: Duration = Duration::from_secs(6);

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [word, url] = arguments.as_slice()
        && word == "send"
    {
        println!("{}", send(&followup(followup_diesel::open(url, POOL_SIZE, Arc::new(RandomSalts))?)?)?);
        return Ok(());
    }
    println!("{:<34} {:>10} {:>10} {:>8} {:>12}", "", "alone /s", "loaded /s", "ratio", "cases /s");
    let folder = tempfile::tempdir()?;
    let file = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
    let cluster = PostgresCluster::start(Durability::Full);
    let postgres = || cluster.create_database().url;
    measure("SQLite, within api-server", &file("one.db"), Place::Within)?;
    measure("SQLite, another process", &file("two.db"), Place::Beside)?;
    measure("Postgres, within api-server", &postgres(), Place::Within)?;
    measure("Postgres, another process", &postgres(), Place::Beside)
}

/// Where letters are sent.
#[derive(Clone, Copy)]
enum Place {
    /// By the process that answers requests.
    Within,
    /// By a process of its own, as `dispatcher` is.
    Beside,
}

fn measure(name: &str, url: &str, place: Place) -> Result<()> {
    let store = followup_diesel::open(url, POOL_SIZE, Arc::new(RandomSalts))?;
    store.migrate()?;
    let requests = followup(Arc::clone(&store))?;
    for _ in 0..WAITING {
        register(&requests)?;
    }
    let sender = || match place {
        Place::Within => send(&followup(store.for_background()?)?),
        Place::Beside => send_beside(url),
    };
    let alone = sender()?;
    let (stop, cases) = (AtomicBool::new(false), AtomicU32::new(0));
    let began = Instant::now();
    let loaded = std::thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    // What waits too long is told so, and comes again.
                    cases.fetch_add(u32::from(register(&requests).is_ok()), Ordering::Relaxed);
                }
            });
        }
        let loaded = sender();
        stop.store(true, Ordering::Relaxed);
        loaded
    })?;
    let cases = f64::from(cases.into_inner()) / began.elapsed().as_secs_f64();
    println!("{name:<34} {alone:>10.1} {loaded:>10.1} {:>8.3} {cases:>12.0}", loaded / alone);
    Ok(())
}

/// Letters a second over the time of a run, or until none is left.
fn send(followup: &App) -> Result<f64> {
    let began = Instant::now();
    let mut sent = 0;
    while began.elapsed() < RUN {
        let stop = || began.elapsed() >= RUN;
        // What cannot have the database now tries again, as the background job does.
        let Ok(report) = followup.deliver_queued(&stop) else { continue };
        sent += report.accepted;
        if report.accepted == 0 {
            break;
        }
    }
    Ok(f64::from(sent) / began.elapsed().as_secs_f64())
}

fn send_beside(url: &str) -> Result<f64> {
    let output = Command::new(std::env::current_exe()?).args(["send", url]).stderr(Stdio::inherit()).output()?;
    String::from_utf8(output.stdout)?.trim().parse().context("the sender says how many letters it sent")
}

fn register(followup: &App) -> Result<()> {
    let fields = [("reportante_contacto", "rojas@example.org"), ("producto_sospechoso", "Paracetamol")];
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), Scalar::Text(value.to_owned()))).collect();
    let somebody = Actor::User { id: None, username: "qf".into() };
    followup.register_case(&somebody, CasePatch { fields, ..CasePatch::default() }, None)?;
    Ok(())
}

/// The use cases, with automatic requests that may go at once.
fn followup(store: Arc<dyn MigratingStore>) -> Result<App> {
    let sender = EmailAddress::parse("fv@example.net").context("the sender's address")?;
    Ok(App {
        store,
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds::of_sender(&sender)),
        letters: Arc::new(TemplateLetters::built_in()),
        answers: Arc::new(followup_testkit::fakes::PlainAnswers::default()),
        reader: Arc::new(MimeReader::new([sender.clone()])),
        events: EventReaders::default(),
        senders: Senders::default().with(Channel::Email, Arc::new(RecordingSender::default())),
        policy: Arc::new(FollowupPolicy { automatic_delay: chrono::Duration::zero(), ..builders::policy(sender.as_str()) }),
        templates: None,
        turns: followup_app::Turns::default(),
        service: "api-server",
    })
}
