//! The audit trail verified and exported by the real binary, on both databases, also after somebody tampered with them underneath.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use followup_testkit::rigs::postgres::{PostgresCluster, TestDatabase};
use serde_json::{Value, json};
use support::Deployment;

/// A deployment with nine cases and the means to write to its database past the service.
struct Trail {
    deployment: Deployment,
    database: Database,
}

enum Database {
    Sqlite(PathBuf),
    Postgres(TestDatabase),
}

impl Trail {
    fn on_sqlite() -> Self {
        let deployment = Deployment::embedded();
        let file = deployment.dir.path().join("followup.db");
        let deployment = deployment.with("DATABASE_URL", &format!("sqlite:{}", file.display()));
        Self::fill(deployment, Database::Sqlite(file))
    }

    fn on_postgres() -> Self {
        let database = PostgresCluster::shared().create_database();
        let deployment = Deployment::embedded().with("DATABASE_URL", &database.url);
        Self::fill(deployment, Database::Postgres(database))
    }

    fn fill(deployment: Deployment, database: Database) -> Self {
        let deployment = deployment
            .with("JWT_SECRET", "a secret of the tests, longer than 32 bytes")
            .with("ADMIN_PASSWORD", support::ADMIN_PASSWORD)
            .with("MAIL_OUTBOX_DIR", "outbox")
            .with("SMTP_FROM", "fv@lab.example")
            .with("BACKGROUND_JOBS", "none");
        let server = deployment.serve();
        for number in 1..=9 {
            let case = server.case(&format!("Dr. Ñahui \u{1f48a}, \"anexo\" 7\\{number} <nahui@example.org>"));
            let plan = json!({"plan_id": 1, "base_at": "2024-03-01T00:00:00Z"});
            let (status, answer) = server.post(&format!("/api/v1/icsr/{case}/followup/plan"), &plan);
            assert!(status < 300, "{answer}");
        }
        server.stop();
        Self { deployment, database }
    }

    /// As the owner of the database or of its file may.
    fn tamper(&self, sql: &str) {
        match &self.database {
            Database::Sqlite(file) => {
                let triggers = ["log_is_not_changed", "log_is_not_deleted", "fact_is_not_changed", "head_is_not_deleted"];
                let unlock = triggers.map(|name| format!("DROP TRIGGER IF EXISTS audit_{name};")).concat();
                let mut connection = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
                connection.batch_execute(&format!("{unlock} {sql}")).unwrap();
            }
            Database::Postgres(database) => {
                let unlock = ["log", "fact", "head"].map(|name| format!("ALTER TABLE audit_{name} DISABLE TRIGGER ALL;")).concat();
                PostgresCluster::shared().execute(&database.name, &format!("{unlock} {sql}"));
            }
        }
    }

    fn audit(&self, arguments: &[&str]) -> Output {
        self.deployment.run("api-server", &[&["audit"], arguments].concat())
    }

    fn export(&self, name: &str) -> PathBuf {
        let output = self.audit(&["export", "--output", name]);
        assert!(output.status.success(), "{output:?}");
        self.deployment.dir.path().join(name)
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The script of the documentation, on an export and the heads that were kept.
fn verify_offline(files: &[&Path]) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify-audit.py");
    Command::new("python3").arg(script).args(files).output().expect("python3: cargo xtask test installs it")
}

/// One way of tampering for each chain, and what must be said of it.
const TAMPERED: [(&str, &str); 10] = [
    ("UPDATE audit_log SET actor = 'user:otro' WHERE chain = 'case:1' AND seq = 2", "chain case:1, row 2: missing, moved or changed"),
    ("UPDATE audit_log SET at = 'infinity' WHERE chain = 'case:2' AND seq = 3", "chain case:2, row 3: cannot be read"),
    ("DELETE FROM audit_log WHERE chain = 'case:3' AND seq = 1", "chain case:3, row 1: missing, moved or changed"),
    ("DELETE FROM audit_log WHERE chain = 'case:4' AND seq > 2", "chain case:4, row 3: missing"),
    ("UPDATE audit_head SET hash = 'x' WHERE chain = 'case:5'", "not the one that the chain's head names"),
    ("UPDATE audit_head SET seq = seq - 1 WHERE chain = 'case:6'", "not the one that the chain's head names"),
    (
        "DELETE FROM audit_log WHERE chain = 'case:7'; DELETE FROM audit_head WHERE chain = 'case:7'",
        "chain case:7, row 1: the chain has no head",
    ),
    ("UPDATE audit_log SET chain = 'case:80' WHERE chain = 'case:8'", "chain case:8, row 1: missing"),
    ("UPDATE audit_fact SET value = 'true' WHERE chain = 'case:9' AND seq = 2", "chain case:9, row 2: the value of new."),
    ("DELETE FROM audit_head WHERE chain = 'system'", "chain system, row 1: the chain has no head"),
];

fn every_tampered_chain_is_named(trail: &Trail) {
    assert!(trail.audit(&["verify"]).status.success());
    let (first, named) = TAMPERED[0];
    trail.tamper(first);
    let output = trail.audit(&["verify"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(text(&output.stderr).contains(named), "{output:?}");

    TAMPERED[1..].iter().for_each(|(sql, _)| trail.tamper(sql));
    let found = text(&trail.audit(&["verify"]).stdout);
    assert_eq!(found.lines().filter(|line| line.starts_with("chain ")).count(), TAMPERED.len(), "{found}");
    for (sql, named) in TAMPERED {
        assert!(found.contains(named), "{sql}: {found}");
    }
}

#[test]
fn tampering_with_the_sqlite_file_is_found_and_the_row_is_named() {
    every_tampered_chain_is_named(&Trail::on_sqlite());
}

#[test]
fn tampering_with_the_postgres_database_is_found_and_the_row_is_named() {
    every_tampered_chain_is_named(&Trail::on_postgres());
}

#[test]
fn an_export_holds_every_row_and_ends_with_the_heads_on_both_databases() {
    for trail in [Trail::on_sqlite(), Trail::on_postgres()] {
        let verified = trail.audit(&["verify"]);
        let export = fs::read_to_string(trail.export("audit.jsonl")).unwrap();
        let lines: Vec<Value> = export.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let (heads, rows) = lines.split_last().unwrap();
        let chains = heads["heads"].as_array().unwrap();
        let facts: usize = rows.iter().map(|row| row["facts"].as_object().unwrap().len()).sum();
        let told = format!("{} chains, {} rows, {facts} facts verified, 0 redacted\n", chains.len(), rows.len());
        assert_eq!(text(&verified.stdout), told);
        for head in chains {
            let last = rows.iter().rfind(|row| row["chain"] == head["chain"]).unwrap();
            assert_eq!((&last["seq"], &last["hash"]), (&head["seq"], &head["hash"]));
        }
        assert_eq!(text(&trail.audit(&["heads"]).stdout).trim(), heads.to_string());
        assert_eq!(text(&trail.audit(&["export"]).stdout), export);
    }
}

/// What somebody may do to a row of an export.
type Edit = fn(&mut Value);

const FACT: &str = "new.reportante_contacto";

#[test]
fn the_script_of_the_documentation_verifies_an_export_and_finds_what_was_changed_in_it() {
    for trail in [Trail::on_sqlite(), Trail::on_postgres()] {
        let export = trail.export("audit.jsonl");
        let untouched = verify_offline(&[&export]);
        assert!(untouched.status.success(), "{untouched:?}");
        assert_eq!(text(&untouched.stdout), text(&trail.audit(&["verify"]).stdout));

        let original = fs::read_to_string(&export).unwrap();
        let row = original.lines().find(|line| is_row(line, "case:2", 1)).unwrap();
        let broken = "broken: chain case:2, row 1";
        let of_value = format!("{broken}, {FACT} is not the value that was recorded");
        let edits: [(Edit, &str); 8] = [
            (|row| row["actor"] = json!("service:otro"), broken),
            (|row| drop(object(&mut row["facts"]).remove("actor")), broken),
            (|row| row["facts"][FACT]["commitment"] = row["hash"].clone(), broken),
            (|row| row["facts"][FACT]["value"] = json!("otro"), &of_value),
            (|row| row["facts"][FACT]["salt"] = row["facts"]["actor"]["salt"].clone(), &of_value),
            (|row| drop(object(&mut row["facts"][FACT]).remove("value")), &of_value),
            (|row| drop(object(&mut row["facts"][FACT]).remove("salt")), &of_value),
            (|row| row["facts"][FACT]["value"] = json!(null), &of_value),
        ];
        let edited = edits.map(|(edit, told)| {
            let mut changed = serde_json::from_str(row).unwrap();
            edit(&mut changed);
            (original.replace(row, &changed.to_string()), told)
        });
        for (changed, told) in edited.into_iter().chain([(original.replace(&format!("{row}\n"), ""), broken)]) {
            assert_ne!(changed, original);
            fs::write(&export, changed).unwrap();
            let output = verify_offline(&[&export]);
            assert_eq!((output.status.code(), text(&output.stderr).trim()), (Some(1), told));
        }
    }
}

fn is_row(line: &str, chain: &str, seq: i64) -> bool {
    let row: Value = serde_json::from_str(line).unwrap();
    row["chain"] == chain && row["seq"] == seq
}

fn object(value: &mut Value) -> &mut serde_json::Map<String, Value> {
    value.as_object_mut().unwrap()
}

/// The same bytes are hashed, and yet it is another value.
#[test]
fn the_first_digit_of_a_number_moved_to_the_end_of_its_salt_is_found_by_the_script() {
    let trail = Trail::on_sqlite();
    let export = trail.export("audit.jsonl");
    let original = fs::read_to_string(&export).unwrap();
    let row = original.lines().find(|line| line.contains("\"new.base_at\"")).unwrap();
    let mut changed: Value = serde_json::from_str(row).unwrap();
    let fact = &mut changed["facts"]["new.base_at"];
    let (salt, value) = (fact["salt"].as_str().unwrap().to_owned(), fact["value"].to_string());
    fact["salt"] = json!(format!("{salt}{:02x}", value.as_bytes()[0]));
    fact["value"] = serde_json::from_str(&value[1..]).unwrap();
    fs::write(&export, original.replace(row, &changed.to_string())).unwrap();
    let output = verify_offline(&[&export]);
    assert!(text(&output.stderr).contains("new.base_at is not the value that was recorded"), "{output:?}");
}

/// As redaction will leave it: salt and value gone, the commitment kept.
#[test]
fn values_that_were_taken_away_are_counted_and_what_is_left_verifies_here_and_offline() {
    for trail in [Trail::on_sqlite(), Trail::on_postgres()] {
        let whole = text(&trail.audit(&["verify"]).stdout);
        let heads = trail.audit(&["heads"]).stdout;
        trail.tamper(
            "UPDATE audit_fact SET salt = NULL, value = NULL WHERE chain = 'case:2' AND seq = 1 AND fact IN ('actor', 'new.reportante_contacto')",
        );
        let verified = trail.audit(&["verify"]);
        assert!(verified.status.success() && text(&verified.stdout).ends_with("verified, 2 redacted\n"), "{whole}{verified:?}");
        assert_eq!(trail.audit(&["heads"]).stdout, heads);

        let export = trail.export("audit.jsonl");
        let lines = fs::read_to_string(&export).unwrap();
        let row: Value = serde_json::from_str(lines.lines().find(|line| is_row(line, "case:2", 1)).unwrap()).unwrap();
        assert_eq!(row["facts"]["actor"].as_object().unwrap().keys().collect::<Vec<_>>(), ["commitment"]);
        let offline = verify_offline(&[&export]);
        assert_eq!(text(&offline.stdout), text(&verified.stdout), "{offline:?}");
    }
}

#[test]
fn a_tail_cut_off_with_its_head_shows_against_heads_kept_elsewhere() {
    let trail = Trail::on_sqlite();
    let kept = trail.deployment.dir.path().join("heads.json");
    fs::write(&kept, trail.audit(&["heads"]).stdout).unwrap();
    let whole = trail.export("whole.jsonl");
    assert!(verify_offline(&[&whole, &kept]).status.success());

    let last = "(SELECT max(seq) FROM audit_log WHERE chain = 'case:1')";
    trail.tamper(&format!(
        "DELETE FROM audit_log WHERE chain = 'case:1' AND seq = {last};
         UPDATE audit_head SET seq = {last}, hash = (SELECT hash FROM audit_log WHERE chain = 'case:1' AND seq = {last}) WHERE chain = 'case:1'"
    ));
    assert!(trail.audit(&["verify"]).status.success(), "the database alone cannot tell");
    let cut = trail.export("cut.jsonl");
    assert!(verify_offline(&[&cut]).status.success());
    let output = verify_offline(&[&cut, &kept]);
    assert!(output.status.code() == Some(1) && text(&output.stderr).contains("case:1"), "{output:?}");
}

#[test]
fn an_export_is_for_its_owner_only_and_is_whole_or_not_there() {
    use std::os::unix::fs::PermissionsExt;
    let trail = Trail::on_sqlite();
    let export = trail.export("audit.jsonl");
    assert_eq!(fs::metadata(&export).unwrap().permissions().mode() & 0o777, 0o600);

    trail.tamper("UPDATE audit_fact SET value = '[]' WHERE chain = 'case:1' AND seq = 3");
    let output = trail.audit(&["export", "--output", "second.jsonl"]);
    assert!(output.status.code() == Some(1) && text(&output.stderr).contains("case:1"), "{output:?}");
    let left: Vec<_> = trail.deployment.dir.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("second")), "{left:?}");
}
