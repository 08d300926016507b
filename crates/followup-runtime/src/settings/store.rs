//! Where the data are kept.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::SettingError;
use super::check::{boolean, given_path, number};
use super::secret::{Secret, SecretName, secret};

/// The database and the directory of the embedded files.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Storage")]
pub struct StoreSettings {
    /// Database: postgres://… or sqlite:PATH. Unset: embedded, an SQLite file in VAR_DIR.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<Secret>,
    /// File that holds DATABASE_URL.
    #[arg(long, env = "DATABASE_URL_FILE")]
    pub database_url_file: Option<PathBuf>,
    /// Connections to the database that one process keeps at most; the jobs of api-server have up to 4 of their own.
    #[arg(long, env = "DATABASE_POOL_SIZE", default_value = "8")]
    pub database_pool_size: String,
    /// Seconds that a statement may take on Postgres; what does not answer for half as long again is given up.
    #[arg(long, env = "DATABASE_TIMEOUT_SECONDS", default_value = "30")]
    pub database_timeout_seconds: String,
    /// Whether api-server brings the schema up to date at start, under a lock: true or false.
    #[arg(long, env = "MIGRATE_ON_START", default_value = "true")]
    pub migrate_on_start: String,
    /// Directory of the embedded database, mail directories and generated secrets.
    #[arg(long, env = "VAR_DIR", default_value = "./var")]
    pub var_dir: PathBuf,
}

/// The checked [`StoreSettings`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreConfig {
    /// Which database.
    pub target: DatabaseTarget,
    /// Connections at most, per process.
    pub pool_size: u32,
    /// How long a statement may take.
    pub timeout: Duration,
    /// Whether `api-server` migrates at start.
    pub migrate_on_start: bool,
    /// Directory of embedded files; it need not exist yet.
    pub var_dir: PathBuf,
}

/// Which database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseTarget {
    /// No `DATABASE_URL`: this SQLite file.
    Embedded(PathBuf),
    /// `DATABASE_URL`: `postgres://…`, `postgresql://…` or `sqlite:path`. A secret, for it may hold a password.
    Url(Secret),
}

impl DatabaseTarget {
    /// The target as a URL, `sqlite:path` for the embedded file.
    pub fn url(&self) -> Secret {
        match self {
            Self::Embedded(path) => Secret::new(format!("sqlite:{}", path.display())),
            Self::Url(url) => url.clone(),
        }
    }
}

impl StoreConfig {
    /// Whether no database was configured: the deployment that works with no settings at all.
    pub fn is_embedded(&self) -> bool {
        matches!(self.target, DatabaseTarget::Embedded(_))
    }

    /// A path in the directory of embedded files.
    pub fn in_var_dir(&self, name: impl AsRef<Path>) -> PathBuf {
        self.var_dir.join(name)
    }
}

const DATABASE_URL: SecretName = SecretName { value: "DATABASE_URL", file: "DATABASE_URL_FILE" };
const SCHEMES: [&str; 3] = ["postgres://", "postgresql://", "sqlite:"];

impl StoreSettings {
    /// Checks the group.
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub fn resolve(&self) -> Result<StoreConfig, SettingError> {
        let var_dir = given_path(Some(&self.var_dir)).unwrap_or(Path::new("./var")).to_owned();
        let target = match secret(DATABASE_URL, self.database_url.as_ref(), self.database_url_file.as_deref())? {
            Some(url) if SCHEMES.iter().any(|scheme| has_path_after(url.expose(), scheme)) => DatabaseTarget::Url(url),
            Some(_) => return Err(SettingError::new(DATABASE_URL.value, "must be postgres://… or sqlite:PATH")),
            None => DatabaseTarget::Embedded(var_dir.join("followup.db")),
        };
        Ok(StoreConfig {
            target,
            pool_size: number("DATABASE_POOL_SIZE", &self.database_pool_size, 1..=500)?,
            timeout: Duration::from_secs(number("DATABASE_TIMEOUT_SECONDS", &self.database_timeout_seconds, 1..=600)?),
            migrate_on_start: boolean("MIGRATE_ON_START", &self.migrate_on_start)?,
            var_dir,
        })
    }
}

fn has_path_after(url: &str, scheme: &str) -> bool {
    url.strip_prefix(scheme).is_some_and(|rest| !rest.trim().is_empty())
}
