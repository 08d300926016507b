//! What the first page of each list costs among 100,000 cases beside what it costs among 1,000, of which as many wait: on each database, in
//! one run. The times are those of the store's queries alone, so only their ratio says something.
#![allow(clippy::print_stdout, reason = "the figures are this program's output")]
#![allow(clippy::expect_used, reason = "a benchmark that cannot go on ends")]

use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, Duration, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use followup_diesel::MigratingStore;
use followup_domain::asking::lanes::Lane;
use followup_domain::ports::{AgendaQuery, CaseQuery, CaseSort, Onlooker, PageRequest, StandingFilter, Store, StoreError, StoreExt, Tx};
use followup_testkit::builders::{at, new_case};
use followup_testkit::fakes::salts;
use followup_testkit::rigs::postgres::PostgresCluster;

const SIZES: [i64; 2] = [1_000, 100_000];
/// So many of each kind wait, however many cases there are.
const WAITING: i64 = 400;
const ROUNDS: usize = 60;
const PAGE: i64 = 20;

fn main() {
    let cluster = PostgresCluster::shared();
    let folder = tempfile::tempdir().expect("a folder");
    println!("{:<10} {:<26} {:>12} {:>12} {:>7}", "", "first page", "1,000 µs", "100,000 µs", "ratio");
    let mut worst: f64 = 0.0;
    for database in ["sqlite", "postgres"] {
        let urls = SIZES.map(|size| match database {
            "sqlite" => format!("sqlite:{}", folder.path().join(format!("{size}.db")).display()),
            _ => cluster.create_database().url,
        });
        let stores: Vec<Arc<dyn MigratingStore>> = urls.iter().zip(SIZES).map(|(url, size)| filled(url, size)).collect();
        for (name, list) in lists() {
            let [few, many] = [&stores[0], &stores[1]].map(|store| median(&**store, &*list));
            worst = worst.max(many / few);
            println!("{database:<10} {name:<26} {few:>12.0} {many:>12.0} {:>7.2}", many / few);
        }
    }
    println!("worst ratio {worst:.2}");
}

type List = dyn Fn(&mut dyn Tx) -> Result<(), StoreError>;

/// Each list, by name: its first page; the badge.
fn lists() -> Vec<(String, Box<List>)> {
    let mut all: Vec<(String, Box<List>)> = Vec::new();
    for lane in Lane::ALL.iter().copied() {
        let first = move |tx: &mut dyn Tx| {
            tx.worklist().count(lane, Onlooker { reader: "qf", now: now() })?;
            tx.worklist().list(lane, Onlooker { reader: "qf", now: now() }, None, PAGE).map(drop)
        };
        all.push((lane.to_string(), Box::new(first)));
    }
    all.push(("badge".into(), Box::new(|tx| tx.trays().badge(Onlooker { reader: "qf", now: now() }).map(drop))));
    let agenda = AgendaQuery { from: now(), to: now() + Duration::days(30), status: None, after: None, limit: PAGE };
    all.push(("agenda".into(), Box::new(move |tx| tx.attempts().list_agenda(&agenda).map(drop))));
    let any = StandingFilter::default();
    for (name, standing, sort) in [
        ("cases, unread", StandingFilter { unread: Some(true), ..any.clone() }, CaseSort::LastMovedFirst),
        ("cases, next 7 days", StandingFilter { next_before: Some(now() + Duration::days(7)), ..any.clone() }, CaseSort::NextFirst),
        ("cases, moved today", StandingFilter { moved_from: Some(now() - Duration::days(1)), ..any }, CaseSort::LastMovedFirst),
    ] {
        let query = CaseQuery { standing, sort, ..CaseQuery::default() };
        let page = PageRequest { offset: 0, limit: PAGE };
        all.push((name.into(), Box::new(move |tx| tx.cases().list(&query, page).map(drop))));
    }
    all
}

/// In microseconds.
fn median(store: &dyn Store, list: &List) -> f64 {
    let once = || {
        let begun = Instant::now();
        store.read::<_, StoreError>(|tx| list(tx)).expect("a page");
        begun.elapsed().as_secs_f64() * 1e6
    };
    // The first ones fill the caches.
    let mut times: Vec<f64> = (0..ROUNDS + 10).map(|_| once()).skip(10).collect();
    times.sort_by(f64::total_cmp);
    times[ROUNDS / 2]
}

fn now() -> DateTime<Utc> {
    at(0) + Duration::days(100)
}

/// A store of so many cases: each with a letter that was answered, and four attempts of which the last two lie ahead or behind; and what waits.
fn filled(url: &str, cases: i64) -> Arc<dyn MigratingStore> {
    let store = followup_diesel::open(url, 2, salts()).expect("a store");
    store.migrate().expect("a schema");
    store.write::<_, StoreError>(|tx| tx.cases().insert(&new_case())).expect("a case");
    let sql = filling(cases).join(";\n");
    // What an instant is in a column.
    let sql = sql.replace("INSTANT", if url.starts_with("sqlite:") { "TEXT" } else { "timestamptz" });
    match url.strip_prefix("sqlite:") {
        Some(path) => SqliteConnection::establish(path).expect("a connection").batch_execute(&format!("BEGIN;\n{sql};\nCOMMIT;\nANALYZE")),
        None => PgConnection::establish(url).expect("a connection").batch_execute(&format!("BEGIN;\n{sql};\nCOMMIT;\nANALYZE")),
    }
    .expect("rows");
    store
}

/// SQL that both databases understand. Instants are texts of one width, as SQLite keeps them.
fn filling(cases: i64) -> Vec<String> {
    let numbers = format!("WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {cases})");
    let day = |days: i64| format!("'{}'", (at(0) + Duration::days(days)).format("%Y-%m-%d %H:%M:%S%.6f+00:00"));
    let (old, then, ahead) = (day(1), day(50), day(300));
    let waits = format!("i <= {}", WAITING + 1);
    // By how many of them wait: the others are done with.
    let either = |waiting: &str, done: &str| format!("CASE WHEN {waits} THEN {waiting} ELSE {done} END");
    let stamp = |text: &str| format!("CAST({text} AS {})", "INSTANT");
    let lane = |lane: &str, ask: &str| {
        format!(
            "{numbers} INSERT INTO case_lane (lane, case_id, ask, since) SELECT '{lane}', i, '{ask}', {} FROM n WHERE {waits}",
            stamp(&then)
        )
    };
    let message = |first: i64, direction: &str, case_id: &str| {
        format!(
            "{numbers} INSERT INTO message (id, case_id, channel, direction, created_at, thread_at, body)
             SELECT {first} + i, {case_id}, 'email', '{direction}', {0}, {0}, '' FROM n",
            stamp(&old)
        )
    };
    let outbound = |first: i64, status: &str, delivery: &str| {
        format!(
            "{numbers} INSERT INTO outbound (message_id, kind, status, delivery, recorded_at)
             SELECT {first} + i, 'manual', {}, {}, {} FROM n",
            either(&format!("'{status}'"), "'responded'"),
            either(&format!("'{delivery}'"), "'accepted'"),
            stamp(&old)
        )
    };
    let (letters, doubts, answers, flagged, lost) = (1_000_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000);
    vec![
        format!(
            "{numbers} INSERT INTO icsr (id, estado, followup_status, numero, received_on, version, created_at, updated_at, search_text, record)
             SELECT i, estado, followup_status, numero, received_on, 1, created_at, updated_at, search_text, record FROM n, icsr WHERE id = 1"
        ),
        format!(
            "{numbers} INSERT INTO case_standing (case_id, missing, reachable, unattended, moved_at, next_at, next_kind, computed_by)
             SELECT i, 3, TRUE, {}, {}, {}, 'letter', '' FROM n",
            either("1", "0"),
            stamp(&either(&day(100), &old)),
            stamp(&either(&day(101), &ahead))
        ),
        lane("unreachable", "find_another_way"),
        lane("stalled", "decide_next_step"),
        lane("deadline_at_risk", "report_in_time"),
        lane("to_close", "close_unanswered"),
        format!(
            "{numbers} INSERT INTO attempt (case_id, position, label, due_at, channel, status, created_at, updated_at)
             SELECT i, 1, 'x', {0}, {1}, {2}, {0}, {0} FROM n",
            stamp(&old),
            either("'call'", "'email'"),
            either("'pending'", "'sent'")
        ),
        format!(
            "{numbers} INSERT INTO attempt (case_id, position, label, due_at, channel, status, created_at, updated_at)
             SELECT i, 2, 'x', {}, 'email', 'pending', {1}, {1} FROM n",
            stamp(&either(&day(105), &ahead)),
            stamp(&old)
        ),
        message(letters, "out", "i"),
        outbound(letters, "failed", "rejected"),
        message(doubts, "out", "i"),
        outbound(doubts, "uncertain", "uncertain"),
        message(answers, "in", "i"),
        format!(
            "{numbers} INSERT INTO inbound (message_id, classification, match_kind, match_confirmed, recorded_at, unattended_in)
             SELECT {answers} + i, 'human', 'references', TRUE, {}, {} FROM n",
            stamp(&old),
            either("i", "NULL")
        ),
        // Of those that wait every other one was read by whoever looks.
        format!(
            "{numbers} INSERT INTO message_read (message_id, username, read_at) SELECT {answers} + i, 'qf', {} FROM n WHERE {waits} AND i % 2 = 0",
            stamp(&old)
        ),
        format!("UPDATE icsr SET warned_until = {} WHERE id > 1 AND id <= {}", stamp(&ahead), WAITING + 1),
        message(flagged, "in", "i"),
        format!(
            "{numbers} INSERT INTO inbound (message_id, classification, match_kind, match_confirmed, recorded_at)
             SELECT {flagged} + i, 'human', 'references', {}, {} FROM n",
            either("FALSE", "TRUE"),
            stamp(&old)
        ),
        message(lost, "in", "NULL"),
        format!(
            "{numbers} INSERT INTO inbound (message_id, classification, recorded_at, tray, tray_at)
             SELECT {lost} + i, 'human', {0}, {1}, {0} FROM n",
            stamp(&old),
            either("'open'", "'aside'")
        ),
        format!(
            "{numbers} INSERT INTO arrival (channel, mailbox, uid_validity, uid, arrived_at, recorded_at, state, is_partial)
             SELECT 'email', 'x', 1, i, {0}, {0}, {1}, FALSE FROM n",
            stamp(&old),
            either("'quarantined'", "'processed'")
        ),
    ]
}
