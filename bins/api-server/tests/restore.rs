//! The manual's chapter on restoring a backup, walked on a SQLite by the real binaries.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::json;
use support::{Deployment, header};

const DATABASE: &str = "var/followup.db";
const COPY: &str = "copy.db";

fn letters(deployment: &Deployment) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(deployment.dir.path().join("var/outbox")) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|extension| extension == "eml")).collect()
}

/// How often a letter with this Message-ID is in the outbox, which stands for the mail server's log.
fn left(deployment: &Deployment) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for letter in letters(deployment) {
        *counts.entry(header(&fs::read(letter).unwrap(), "Message-ID").unwrap()).or_default() += 1;
    }
    counts
}

fn path(deployment: &Deployment, name: &str) -> PathBuf {
    deployment.dir.path().join(name)
}

fn execute(deployment: &Deployment, name: &str, sql: &str) {
    let mut database = SqliteConnection::establish(path(deployment, name).to_str().unwrap()).unwrap();
    database.batch_execute(sql).unwrap();
}

/// What a run would send: case and message.
fn would_send(deployment: &Deployment) -> Vec<(i64, i64)> {
    let preview = deployment.run_well("dispatcher", &["--dry-run"]);
    let number = |line: &str, name: &str| {
        let word = line.split_whitespace().find_map(|word| word.strip_prefix(name)).unwrap();
        word.parse::<i64>().unwrap()
    };
    let letters = preview.lines().filter(|line| line.contains("would=send"));
    letters.map(|line| (number(line, "case="), number(line, "message="))).collect()
}

#[test]
fn a_restored_database_is_looked_at_before_it_sends_and_no_letter_that_left_goes_again() {
    let deployment = Deployment::embedded().with("BACKGROUND_JOBS", "none");
    let server = deployment.serve();
    let (known, copied) = (server.case("rojas@example.org"), server.case("quispe@example.org"));
    execute(&deployment, DATABASE, &format!("VACUUM INTO '{}'", path(&deployment, COPY).display()));

    // After the backup their letters leave, and another case begins.
    deployment.run_well("dispatcher", &[]);
    let lost = server.case("soto@example.org");
    deployment.run_well("dispatcher", &[]);
    let before = left(&deployment);
    assert_eq!(before.len(), 3);

    // Nothing runs; the backup takes the database's place, without what belonged to the old one.
    assert_eq!(server.stop().0, Some(0));
    for name in [DATABASE.to_owned(), format!("{DATABASE}-wal"), format!("{DATABASE}-shm")] {
        let _ = fs::remove_file(path(&deployment, &name));
    }
    fs::copy(path(&deployment, COPY), path(&deployment, DATABASE)).unwrap();
    execute(&deployment, DATABASE, "UPDATE sqlite_sequence SET seq = seq + 1000 WHERE name = 'icsr'");

    // The mailbox holds a copy of one letter: it proves that it left.
    let copy = letters(&deployment).into_iter().map(|letter| fs::read(letter).unwrap());
    let copy = copy.into_iter().find(|letter| header(letter, "To").unwrap().contains("quispe@example.org")).unwrap();
    fs::create_dir_all(path(&deployment, "var/inbox")).unwrap();
    fs::write(path(&deployment, "var/inbox/copia.eml"), copy).unwrap();
    deployment.run_well("mail-poller", &["--once"]);

    // The preview names the other, and sends nothing.
    let named = would_send(&deployment);
    let [(case, message)] = named[..] else { panic!("{named:?}") };
    assert_eq!((case, left(&deployment)), (known, before.clone()));

    // The log shows that it left: a person says so.
    let server = deployment.serve();
    assert_eq!(server.thread(copied)[0]["status"], "sent");
    let thread = server.thread(known);
    assert_eq!((&thread[0]["id"], &thread[0]["status"]), (&json!(message), &json!("pending")));
    let salida = json!({"status": "skipped", "reason": "salió antes de la restauración"});
    let (status, answer) = server.patch(&format!("/api/v1/icsr/{known}/followup/{message}"), &salida);
    assert_eq!((status, &answer["status"]), (200, &json!("skipped")), "{answer}");
    assert_eq!(would_send(&deployment), []);
    deployment.run_well("dispatcher", &[]);
    assert_eq!(left(&deployment), before);

    // A case that was lost does not lend its number, nor the address that its letter asked to be answered to.
    assert_eq!(server.get(&format!("/api/v1/icsr/{lost}")).0, 404);
    let new = server.case("vega@example.org");
    assert!(new > lost, "{new}");
    assert_eq!(would_send(&deployment).iter().map(|(case, _)| *case).collect::<Vec<_>>(), [new]);
    deployment.run_well("dispatcher", &[]);
    let after = left(&deployment);
    assert!(after.values().all(|times| *times == 1) && after.len() == 4, "{after:?}");
    deployment.run_well("api-server", &["audit", "verify"]);
}
