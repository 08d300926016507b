//! Migrations that are killed half-way, and several at once: the next start finishes the work.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod support;

use std::process::{Command, Stdio};
use std::time::Duration;

use followup_testkit::chaos::{Plan, Random};
use followup_testkit::rigs::postgres::PostgresCluster;

use support::{Deployment, binary};

/// Kills `api-server migrate` again and again, each time on an empty database and then on what the kills left.
fn killed_migrations_are_finished(deployment: &Deployment, plan: Plan, mut fresh: impl FnMut()) {
    let mut random = Random::new(plan.seed);
    let mut unfinished = 0;
    for kill in 0..plan.kills {
        if kill % 3 == 0 {
            fresh();
        }
        let mut migrating =
            deployment.command(&binary("api-server"), &["migrate"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(10 + random.below(250)));
        migrating.kill().unwrap();
        unfinished += u32::from(!migrating.wait().unwrap().success());
        if kill % 3 == 2 {
            deployment.run_well("api-server", &["migrate"]);
            assert_eq!(deployment.run_well("api-server", &["migrate"]).trim(), "The schema is up to date.");
            deployment.run_well("dispatcher", &[]);
        }
    }
    println!("kills={} seed={} of which unfinished={unfinished}", plan.kills, plan.seed);
    drop(deployment.serve());
}

#[test]
fn a_migration_killed_at_any_moment_is_finished_by_the_next_start_on_postgres() {
    let cluster = PostgresCluster::shared();
    let database = cluster.create_database();
    let fresh = || {
        cluster.execute("postgres", &format!("DROP DATABASE {0} WITH (FORCE)", database.name));
        cluster.execute("postgres", &format!("CREATE DATABASE {} TEMPLATE template0", database.name));
    };
    killed_migrations_are_finished(&Deployment::on_database(&database.url), Plan::from_environment(15, 51), fresh);
}

#[test]
fn a_migration_killed_at_any_moment_is_finished_by_the_next_start_on_sqlite() {
    let deployment = Deployment::embedded();
    let folder = deployment.dir.path().join("var");
    let fresh = || {
        for name in ["followup.db", "followup.db-wal", "followup.db-shm"] {
            // The first time there is none.
            let _ = std::fs::remove_file(folder.join(name));
        }
    };
    killed_migrations_are_finished(&deployment, Plan::from_environment(15, 52), fresh);
}

/// Held at a known place: the migration that creates the audit trail waits, and is killed there.
#[test]
fn a_migration_killed_in_the_middle_leaves_the_ones_before_it_and_nothing_of_itself() {
    let cluster = PostgresCluster::shared();
    let database = cluster.create_database();
    let deployment = Deployment::on_database(&database.url);
    // Whoever creates the table waits for a lock that is held.
    cluster.execute(
        &database.name,
        "CREATE FUNCTION wait_here() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN \
           IF to_regclass('audit_log') IS NOT NULL THEN PERFORM pg_advisory_xact_lock(7); END IF; END $$; \
         CREATE EVENT TRIGGER wait_here ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION wait_here()",
    );
    let held = cluster.hold(&database.name, "SELECT pg_advisory_lock(7)");
    let mut migrating =
        deployment.command(&binary("api-server"), &["migrate"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 7 AND NOT granted";
    while cluster.execute(&database.name, waiting) == "0" {
        assert!(migrating.try_wait().unwrap().is_none(), "it ended before it was killed");
        std::thread::sleep(Duration::from_millis(20));
    }
    migrating.kill().unwrap();
    migrating.wait().unwrap();
    let before = cluster.execute(&database.name, "SELECT count(*) FROM __diesel_schema_migrations");
    assert_eq!(before, migrations_before("_audit").to_string(), "those before the audit trail");
    assert_eq!(cluster.execute(&database.name, "SELECT to_regclass('audit_log') IS NULL"), "t");
    drop(held);
    deployment.run_well("api-server", &["migrate"]);
    deployment.run_well("dispatcher", &[]);
}

/// How many migrations come before the one whose name ends so.
fn migrations_before(end: &str) -> usize {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/postgres");
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names.iter().position(|name| name.ends_with(end)).unwrap()
}

fn several_start_at_once(deployment: &Deployment) {
    let servers: Vec<_> = std::thread::scope(|scope| {
        let starting: Vec<_> = (0..3).map(|_| scope.spawn(|| deployment.serve())).collect();
        starting.into_iter().map(|server| server.join().unwrap()).collect()
    });
    for server in &servers {
        assert_eq!(server.get("/readyz").0, 200);
    }
    let users = deployment.run_well("api-server", &["user", "list"]);
    assert_eq!(users.lines().count(), 1, "{users}");
    for server in servers {
        let (code, log) = server.stop();
        assert_eq!(code, Some(0), "{log}");
    }
}

#[test]
fn several_that_start_at_once_on_an_empty_postgres_all_serve() {
    several_start_at_once(&Deployment::on_database(&PostgresCluster::shared().create_database().url));
}

#[test]
fn several_that_start_at_once_on_an_empty_sqlite_all_serve() {
    several_start_at_once(&Deployment::on_database("sqlite:followup.db"));
}

#[test]
fn a_database_that_another_program_migrated_is_refused_in_one_sentence() {
    let cluster = PostgresCluster::shared();
    let database = cluster.create_database();
    let deployment = Deployment::on_database(&database.url);
    deployment.run_well("api-server", &["migrate"]);
    cluster.execute(&database.name, "INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')");
    let output = Command::output(&mut deployment.command(&binary("api-server"), &[])).unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.lines().any(|line| line.starts_with("error: ") && line.contains("29990101000000")), "{error}");
}
