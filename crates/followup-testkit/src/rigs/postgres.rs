//! A private Postgres: one cluster per test process, one fresh database per test.

mod faults;
mod pair;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::lifeline::{Launch, Server};
use super::ports::{self, ReservedPort};
use super::wait::wait_until;
use super::{folder, programs};
pub use faults::HeldSession;
pub use pair::PostgresPair;

/// Generous, for machines that run many tests at once: it is waited out only when starting fails.
const START_LIMIT: Duration = Duration::from_secs(60);

/// A Postgres cluster in a folder of its own, listening on 127.0.0.1 and on a Unix socket, with
/// the superuser `postgres` and no password. It ends with the value or with the process,
/// whichever is first.
#[derive(Debug)]
pub struct PostgresCluster {
    programs: PathBuf,
    folder: PathBuf,
    owner: Option<(u32, u32)>,
    durability: Durability,
    language: Option<&'static str>,
    port: ReservedPort,
    server: Option<Server>,
    databases: AtomicU32,
}

/// Whether commits survive a crash of the machine, which only tests of crashes need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// `fsync`, `synchronous_commit` and `full_page_writes` off: fast, and safe against a crash of
    /// the server alone.
    Fast,
    /// Postgres's own defaults.
    Full,
}

/// A fresh, empty database; it is dropped with its cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestDatabase {
    /// Name of the database, unique within its cluster.
    pub name: String,
    /// `postgres://` URL over loopback TCP.
    pub url: String,
}

impl PostgresCluster {
    /// The cluster that all tests of this process share, started by the first that asks.
    ///
    /// # Panics
    /// When Postgres cannot be started; the message says why and what to install.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Result<PostgresCluster, String>> = OnceLock::new();
        let started = SHARED.get_or_init(|| Self::try_start(Durability::Fast, None).map_err(|error| format!("{error:#}")));
        match started {
            Ok(cluster) => cluster,
            Err(reason) => panic!("cannot start Postgres: {reason}"),
        }
    }

    /// A cluster of this test's own, for tests that stop or crash it.
    ///
    /// # Panics
    /// As [`PostgresCluster::shared`].
    pub fn start(durability: Durability) -> Self {
        Self::started(durability, None)
    }

    /// A cluster whose messages are in this language (`es`), where its catalogue is installed, else in English.
    ///
    /// # Panics
    /// As [`PostgresCluster::shared`].
    pub fn speaking(language: &'static str) -> Self {
        Self::started(Durability::Fast, Some(language))
    }

    fn started(durability: Durability, language: Option<&'static str>) -> Self {
        match Self::try_start(durability, language) {
            Ok(cluster) => cluster,
            Err(reason) => panic!("cannot start Postgres: {reason:#}"),
        }
    }

    /// Creates an empty database.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn create_database(&self) -> TestDatabase {
        self.create_from("template0")
    }

    /// Creates a copy of a database to which nobody is connected: quicker than to migrate again.
    ///
    /// # Panics
    /// When the server refuses, above all while a connection to `original` is open.
    pub fn copy_database(&self, original: &TestDatabase) -> TestDatabase {
        self.create_from(&original.name)
    }

    fn create_from(&self, template: &str) -> TestDatabase {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{number}");
        self.execute("postgres", &format!("CREATE DATABASE {name} TEMPLATE {template}"));
        let port = self.port.number;
        TestDatabase { url: format!("postgres://postgres@127.0.0.1:{port}/{name}"), name }
    }

    /// Runs SQL through `psql` and returns the rows as unaligned text, `|` between columns.
    ///
    /// # Panics
    /// When the server refuses it; the message is the server's.
    pub fn execute(&self, database: &str, sql: &str) -> String {
        match programs::run(self.psql(database).args(["-c", sql])) {
            Ok(rows) => rows,
            Err(reason) => panic!("{reason:#}"),
        }
    }

    /// The TCP port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port.number
    }

    fn psql(&self, database: &str) -> Command {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database, "-p"])
            .arg(self.port.number.to_string())
            .arg("-h")
            .arg(&self.folder);
        psql
    }

    fn try_start(durability: Durability, language: Option<&'static str>) -> Result<Self> {
        let mut cluster = Self::prepare(durability, language)?;
        cluster.initialise()?;
        cluster.run_server()?;
        Ok(cluster)
    }

    /// A folder and a port, without data and without a server.
    fn prepare(durability: Durability, language: Option<&'static str>) -> Result<Self> {
        let programs = programs_folder()?;
        let owner = unprivileged_user()?;
        let cluster = Self {
            programs,
            folder: folder::create("fpg")?,
            owner,
            durability,
            language,
            port: ports::reserve()?,
            server: None,
            databases: AtomicU32::new(0),
        };
        if let Some((user, group)) = owner {
            std::os::unix::fs::chown(&cluster.folder, Some(user), Some(group))?;
        }
        Ok(cluster)
    }

    fn initialise(&self) -> Result<()> {
        let mut initdb = Command::new(self.programs.join("initdb"));
        initdb
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8"])
            .args(["--locale=C.UTF-8", "--no-sync", "--no-instructions", "-D"])
            .arg(self.data());
        self.run_as_owner(initdb)
    }

    fn run_as_owner(&self, mut command: Command) -> Result<()> {
        if let Some((user, group)) = self.owner {
            std::os::unix::process::CommandExt::gid(&mut command, group);
            std::os::unix::process::CommandExt::uid(&mut command, user);
        }
        programs::run(command.current_dir("/"))?;
        Ok(())
    }

    fn run_server(&mut self) -> Result<()> {
        let program = self.programs.join("postgres");
        let data = self.data();
        let settings = self.settings();
        let language = format!("LANGUAGE={}", self.language.unwrap_or_default());
        let mut command = vec!["env", &language, program.to_str().context("path of postgres")?];
        command.extend(["-D", data.to_str().context("path of the cluster")?]);
        for setting in &settings {
            command.extend(["-c", setting]);
        }
        let server =
            Server::start(&Launch { command: &command, stop_signal: "QUIT", log: &self.log(), folder: &self.folder, owner: self.owner })?;
        wait_until("Postgres accepts connections", START_LIMIT, || self.probe(&server)).with_context(|| programs::log_tail(&self.log()))?;
        self.server = Some(server);
        Ok(())
    }

    fn probe(&self, server: &Server) -> Result<Option<()>> {
        if !server.is_running() {
            bail!("postgres ended while starting");
        }
        let ready = Command::new(self.programs.join("pg_isready"))
            .args(["-q", "-h", "127.0.0.1", "-U", "postgres", "-p"])
            .arg(self.port.number.to_string())
            .status()
            .context("starting pg_isready")?;
        Ok(ready.success().then_some(()))
    }

    fn settings(&self) -> Vec<String> {
        let mut settings = vec![
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={}", self.port.number),
            format!("unix_socket_directories={}", self.folder.display()),
            // Tests run side by side, each with a pool of its own.
            "max_connections=200".to_owned(),
            // Short-lived databases need no vacuum, and a worker would hold template databases.
            "autovacuum=off".to_owned(),
            "timezone=UTC".to_owned(),
        ];
        if self.language.is_some() {
            // Any but "C", where a language has no say.
            settings.push("lc_messages=C.UTF-8".to_owned());
        }
        if self.durability == Durability::Fast {
            settings.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"].map(str::to_owned));
        }
        settings
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }
}

impl Drop for PostgresCluster {
    /// Removes the folder also when the server was stopped, or never started.
    fn drop(&mut self) {
        // What is frozen would not end.
        self.thaw();
        if self.server.take().is_none() {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// The newest installed server's programs; Debian keeps them out of `PATH`.
fn programs_folder() -> Result<PathBuf> {
    let mut folders: Vec<(u32, PathBuf)> = Path::new("/usr/lib/postgresql")
        .read_dir()
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    folders.sort();
    let folders: Vec<PathBuf> = folders.into_iter().rev().map(|(_, path)| path).collect();
    let initdb = programs::find("initdb", "postgresql", &folders)?;
    let folder = initdb.parent().context("folder of initdb")?;
    Ok(folder.to_owned())
}

/// Postgres refuses to run as root: then it runs as `postgres`, else as `nobody`.
fn unprivileged_user() -> Result<Option<(u32, u32)>> {
    if !programs::is_root()? {
        return Ok(None);
    }
    for user in ["postgres", "nobody"] {
        if let Some(ids) = programs::user_ids(user)? {
            return Ok(Some(ids));
        }
    }
    bail!("Postgres must not run as root, and there is neither a user `postgres` nor `nobody`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_database_is_empty_and_its_own() {
        let cluster = PostgresCluster::shared();
        let (first, second) = (cluster.create_database(), cluster.create_database());
        cluster.execute(&first.name, "CREATE TABLE only_here (id int)");
        let copy = cluster.copy_database(&first);
        let count = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
        assert_eq!(cluster.execute(&first.name, count), "1");
        assert_eq!(cluster.execute(&second.name, count), "0");
        assert_eq!(cluster.execute(&copy.name, count), "1");
    }

    #[test]
    fn committed_rows_survive_a_crash_of_the_server() {
        let mut cluster = PostgresCluster::start(Durability::Full);
        let database = cluster.create_database().name;
        cluster.execute(&database, "CREATE TABLE kept AS SELECT 7 AS id");
        cluster.crash();
        cluster.restart();
        assert_eq!(cluster.execute(&database, "SELECT id FROM kept"), "7");
        let folder = cluster.folder.clone();
        drop(cluster);
        assert!(!folder.exists());
    }

    #[test]
    fn accented_capitals_are_folded_as_in_production() {
        let folded = PostgresCluster::shared().execute("postgres", "SELECT lower('ÁÑ')");
        assert_eq!(folded, "áñ");
    }
}
