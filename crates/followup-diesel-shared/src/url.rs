//! `DATABASE_URL`: which database it names, and whether a Postgres there may be spoken to in clear text.

mod libpq;

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// What `DATABASE_URL` names.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A Postgres.
    Postgres(PostgresTarget),
    /// A SQLite file.
    Sqlite(PathBuf),
}

/// How a Postgres is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresTarget {
    /// Whether the connection stays on this machine.
    pub local: bool,
    /// The hosts, for messages; empty for the default socket.
    pub hosts: String,
    /// How many hosts there are to try, one after the other.
    pub host_count: usize,
    /// `sslmode`, when the URL has one.
    pub sslmode: Option<String>,
    /// How long one host is waited for, where the URL or the environment says so.
    pub connect_timeout: Option<Duration>,
    /// `target_session_attrs`, likewise: what a host must offer to be taken.
    pub session_attributes: Option<String>,
}

/// Why `DATABASE_URL` cannot work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// Neither a Postgres nor a SQLite.
    #[error("DATABASE_URL must begin with postgres://, postgresql:// or sqlite:")]
    Scheme,
    /// A SQLite without a file.
    #[error("DATABASE_URL names no file after sqlite:")]
    NoFile,
    /// The percent-encoding is broken.
    #[error("DATABASE_URL contains a % that is not followed by two hexadecimal digits (write % itself as %25)")]
    PercentEncoding,
    /// A server would be looked for that cannot be written to.
    #[error("DATABASE_URL asks for target_session_attrs={0}, where a server that takes no writes could be found: leave it out")]
    ReadOnly(String),
    /// libpq would read it otherwise than it was meant, and quote parts of it.
    #[error(
        "DATABASE_URL cannot be read: in user, password and names, % @ : / ? & = and blanks are written by their codes, as in %40 for @"
    )]
    Grammar,
    /// A host outside this machine would be spoken to in clear text.
    #[error(
        "DATABASE_URL names the remote host {hosts}, but this program was built without postgres-tls and would send everything in clear \
         text; build it with the feature postgres-tls, or add sslmode=disable to the URL to accept that"
    )]
    RemoteWithoutTls {
        /// The hosts.
        hosts: String,
    },
    /// A host outside this machine needs TLS to be demanded.
    #[error(
        "DATABASE_URL names the remote host {hosts} without demanding TLS; add sslmode=verify-full (or require), or sslmode=disable to \
         accept clear text"
    )]
    TlsNotDemanded {
        /// The hosts.
        hosts: String,
    },
}

/// What of libpq's environment changes where a URL leads.
pub type Environment<'e> = &'e dyn Fn(&str) -> Option<String>;

impl DatabaseUrl {
    /// Reads a URL. Where it names no host, libpq's own variables (`PGHOST` …) are looked at, as libpq does.
    ///
    /// # Errors
    /// [`DatabaseUrlError`], in one sentence that names the setting and not the password.
    pub fn parse(url: &str) -> Result<Self, DatabaseUrlError> {
        Self::parse_in(url, &|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    }

    fn parse_in(url: &str, environment: Environment<'_>) -> Result<Self, DatabaseUrlError> {
        if let Some(rest) = url.strip_prefix("sqlite:") {
            let path = rest.strip_prefix("//").unwrap_or(rest);
            return if path.is_empty() { Err(DatabaseUrlError::NoFile) } else { Ok(Self::Sqlite(PathBuf::from(path))) };
        }
        let rest = url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://")).ok_or(DatabaseUrlError::Scheme)?;
        libpq::check(rest)?;
        let target = postgres_target(rest, environment)?;
        allow(&target, cfg!(feature = "postgres-tls"))?;
        Ok(Self::Postgres(target))
    }
}

/// Never the user or the password.
impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Postgres(target) => target.fmt(formatter),
            Self::Sqlite(path) => formatter.debug_tuple("Sqlite").field(path).finish(),
        }
    }
}

/// Reads `user:password@host:port,host:port/database?name=value&…`.
fn postgres_target(rest: &str, environment: Environment<'_>) -> Result<PostgresTarget, DatabaseUrlError> {
    let (before_query, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = before_query.split('/').next().unwrap_or_default();
    let host_list = authority.rsplit_once('@').map_or(authority, |(_, hosts)| hosts);
    let mut hosts: Vec<String> = host_list.split(',').map(|host| decode(without_port(host))).collect::<Result<_, _>>()?;

    let mut parameters = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        parameters.push((decode(name)?, decode(value)?));
    }
    // As in libpq, the last of several wins.
    let last = |wanted: &str| parameters.iter().rev().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
    if let Some(listed) = last("host") {
        hosts = listed.split(',').map(str::to_owned).collect();
    }
    let names_none = hosts.iter().all(String::is_empty);
    if let Some(listed) = environment("PGHOST").filter(|_| names_none) {
        hosts = listed.split(',').map(str::to_owned).collect();
    }
    // An address is what is connected to, whatever the host is called.
    if let Some(listed) = last("hostaddr").or_else(|| environment("PGHOSTADDR").filter(|_| names_none)) {
        hosts = listed.split(',').map(str::to_owned).collect();
    }
    let setting = |name: &str, variable: &str| last(name).or_else(|| environment(variable));
    let seconds = setting("connect_timeout", "PGCONNECT_TIMEOUT").and_then(|text| text.trim().parse().ok());
    let by_service = last("service").is_some() || environment("PGSERVICE").is_some();
    Ok(PostgresTarget {
        local: !by_service && hosts.iter().all(|host| is_local(host)),
        host_count: hosts.len(),
        hosts: if by_service { "of a service file".to_owned() } else { hosts.join(",") },
        sslmode: last("sslmode"),
        // libpq takes 0 for no limit: then ours holds.
        connect_timeout: seconds.filter(|seconds| *seconds > 0).map(Duration::from_secs),
        session_attributes: setting("target_session_attrs", "PGTARGETSESSIONATTRS"),
    })
}

fn without_port(host: &str) -> &str {
    match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.split(':').next().unwrap_or_default(),
    }
}

fn decode(text: &str) -> Result<String, DatabaseUrlError> {
    String::from_utf8(decoded_bytes(text)?).map_err(|_| DatabaseUrlError::PercentEncoding)
}

fn decoded_bytes(text: &str) -> Result<Vec<u8>, DatabaseUrlError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        let (high, low) = (digit(rest.next()), digit(rest.next()));
        let value = high.zip(low).and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
        bytes.push(value.filter(|value| *value != 0).ok_or(DatabaseUrlError::PercentEncoding)?);
    }
    Ok(bytes)
}

/// The default socket, a socket's folder, an abstract socket, or the loopback.
fn is_local(host: &str) -> bool {
    host.is_empty()
        || host.starts_with('/')
        || host.starts_with('@')
        || host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn allow(target: &PostgresTarget, has_tls: bool) -> Result<(), DatabaseUrlError> {
    if let Some(wanted) = &target.session_attributes
        && !matches!(wanted.as_str(), "read-write" | "primary")
        && !(wanted == "any" && target.host_count == 1)
    {
        return Err(DatabaseUrlError::ReadOnly(wanted.clone()));
    }
    let sslmode = target.sslmode.as_deref();
    if target.local || sslmode == Some("disable") {
        return Ok(());
    }
    let hosts = target.hosts.clone();
    if !has_tls {
        return Err(DatabaseUrlError::RemoteWithoutTls { hosts });
    }
    match sslmode {
        Some("require" | "verify-ca" | "verify-full") => Ok(()),
        _ => Err(DatabaseUrlError::TlsNotDemanded { hosts }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(url: &str) -> PostgresTarget {
        postgres_target(url.split_once("://").unwrap().1, &|_| None).unwrap()
    }

    #[test]
    fn sockets_and_loopback_are_local_and_nothing_else() {
        for url in [
            "postgres:///db",
            "postgres://u:p@localhost/db",
            "postgres://u:p@127.8.0.1:5433/db",
            "postgres://u:p@[::1]:5433/db",
            "postgres://%2Fvar%2Frun%2Fpostgresql/db",
            "postgres:///db?host=/var/run/postgresql",
            "postgres://db.example.org/db?hostaddr=127.0.0.1",
        ] {
            assert!(target(url).local, "{url}");
        }
        for url in [
            "postgres://db.example.org/db",
            "postgres://u:p%40localhost@10.0.0.1/db",
            "postgres://localhost,db.example.org/db",
            "postgres:///db?host=db.example.org",
            "postgres://localhost/db?hostaddr=10.0.0.1",
            "postgres://localhost.example.org/db",
            "postgres:///db?service=x",
        ] {
            assert!(!target(url).local, "{url}");
        }
    }

    #[test]
    fn a_host_from_the_environment_counts() {
        let remote = |name: &str| (name == "PGHOST").then(|| "db.example.org".to_owned());
        assert!(!postgres_target("/db", &remote).unwrap().local);
        assert!(postgres_target("localhost/db", &remote).unwrap().local);
    }

    #[test]
    fn a_remote_host_without_tls_is_refused_unless_clear_text_is_accepted() {
        let remote = target("postgres://u:secret@db.example.org/db?sslmode=require");
        let refusal = allow(&remote, false).unwrap_err().to_string();
        assert!(refusal.contains("DATABASE_URL") && refusal.contains("db.example.org") && !refusal.contains("secret"), "{refusal}");
        assert_eq!(allow(&remote, true), Ok(()));
        assert!(allow(&target("postgres://db.example.org/db"), true).is_err());
        assert!(allow(&target("postgres://db.example.org/db?sslmode=prefer"), true).is_err());
        let accepted = target("postgres://db.example.org/db?sslmode=disable");
        assert_eq!((allow(&accepted, false), allow(&accepted, true)), (Ok(()), Ok(())));
    }

    #[test]
    fn a_server_that_takes_no_writes_is_not_looked_for() {
        for (attributes, allowed) in
            [("read-write", true), ("primary", true), ("any", false), ("standby", false), ("prefer-standby", false)]
        {
            let outcome = allow(&target(&format!("postgres://localhost,127.0.0.1/db?target_session_attrs={attributes}")), false);
            assert_eq!(outcome.is_ok(), allowed, "{attributes}");
        }
        assert_eq!(allow(&target("postgres://localhost/db?target_session_attrs=any"), false), Ok(()));
        assert!(allow(&target("postgres://localhost/db?target_session_attrs=read-only"), false).is_err());
    }

    #[test]
    fn hosts_are_counted_wherever_they_are_named() {
        for (url, count) in [
            ("postgres:///db", 1),
            ("postgres://u:p@10.0.0.1:5432,[::1]:5433,c/db", 3),
            ("postgres://localhost/db?host=a,b", 2),
            ("postgres://a,b/db?hostaddr=10.0.0.1", 1),
        ] {
            assert_eq!(target(url).host_count, count, "{url}");
        }
        let limited = target("postgres://a/db?connect_timeout=4");
        assert_eq!(
            (limited.connect_timeout, target("postgres://a/db?connect_timeout=0").connect_timeout),
            (Some(Duration::from_secs(4)), None)
        );
    }

    #[test]
    fn a_sqlite_url_names_its_file() {
        assert_eq!(DatabaseUrl::parse("sqlite:./var/x.db"), Ok(DatabaseUrl::Sqlite("./var/x.db".into())));
        assert_eq!(DatabaseUrl::parse("sqlite:///var/x.db"), Ok(DatabaseUrl::Sqlite("/var/x.db".into())));
        assert_eq!(DatabaseUrl::parse("sqlite:"), Err(DatabaseUrlError::NoFile));
        assert_eq!(DatabaseUrl::parse("mysql://x"), Err(DatabaseUrlError::Scheme));
    }
}
