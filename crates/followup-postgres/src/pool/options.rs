//! How a Postgres is used: limits of waiting, on both sides.

use std::time::Duration;

use crate::url::PostgresTarget;

/// How long one host is waited for while connecting, unless the URL says otherwise.
const HOST_TIME: Duration = Duration::from_secs(3);
/// When TCP gives up a silent peer: after so many seconds it asks whether the peer lives, this often, so many times; and this long it
/// waits for an acknowledgement.
const SILENT_PEER: [(&str, u64); 4] =
    [("keepalives_idle", 3), ("keepalives_interval", 2), ("keepalives_count", 3), ("tcp_user_timeout", 9_000)];
/// The service writes. Among several hosts libpq passes over those that do not let it, and begins with any: one that is silent, or believes
/// that it still is the primary, is not always in the way.
const WRITES: (&str, &str) = ("target_session_attrs", "read-write");
const ANY_FIRST: (&str, &str) = ("load_balance_hosts", "random");

/// How a Postgres is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostgresOptions {
    /// At most so many connections; at least one.
    pub pool_size: u32,
    /// How long a statement may take. A lock is waited for a third of it; an answer, half as long again.
    pub timeout: Duration,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self { pool_size: 8, timeout: followup_diesel_shared::DEFAULT_TIMEOUT }
    }
}

impl PostgresOptions {
    /// How long a lock is waited for.
    pub(crate) fn lock_limit(&self) -> Duration {
        self.timeout / 3
    }

    /// After so long without an answer a connection is given up. The server would have ended any statement.
    pub(super) fn silence_limit(&self) -> Duration {
        self.timeout * 3 / 2
    }

    /// What every connection is set to. The limits end waiting for a lock and statements that hang; no transaction of this program
    /// takes as long. They do not end a COMMIT: Postgres disarms them before it, also while it waits for a standby. The server, too, is to
    /// notice that its client is gone.
    ///
    /// What was committed must outlast a crash, or it would be sent again: a server, database or role that would rather be quick is not
    /// asked. diesel does not tell SQLSTATE, so errors are told apart by their English texts: that is asked for where the role may.
    pub(crate) fn settings(&self) -> String {
        let (lock, statement) = (self.lock_limit().as_millis(), self.timeout.as_millis());
        format!(
            "SET TIME ZONE 'UTC'; SET lock_timeout = {lock}; SET statement_timeout = {statement}; \
             SET idle_in_transaction_session_timeout = {}; \
             SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local'); \
             SET tcp_keepalives_idle = 20; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 4; \
             DO $$ BEGIN PERFORM set_config('lc_messages', 'C', false); EXCEPTION WHEN insufficient_privilege THEN NULL; END $$",
            statement * 2
        )
    }
}

/// How long a connection is waited for: libpq asks one host after the other.
pub(super) fn connect_limit(target: &PostgresTarget) -> Duration {
    target.connect_timeout.unwrap_or(HOST_TIME) * u32::try_from(target.host_count.max(1)).unwrap_or(u32::MAX)
}

/// The URL, with libpq's limits where it has none.
pub(super) fn with_limits(target: &PostgresTarget, url: &str) -> String {
    let mut url = url.to_owned();
    let put = |url: &mut String, name: &str, value: &str| {
        let separator = if url.contains('?') { '&' } else { '?' };
        url.push_str(&format!("{separator}{name}={value}"));
    };
    if target.connect_timeout.is_none() {
        // Behind a 0, which is no limit: of several the last one counts.
        put(&mut url, "connect_timeout", &HOST_TIME.as_secs().to_string());
    }
    let mut add = |name: &str, value: &str| {
        if !url.contains(&format!("{name}=")) {
            put(&mut url, name, value);
        }
    };
    for (name, value) in SILENT_PEER {
        add(name, &value.to_string());
    }
    if target.host_count > 1 {
        add(ANY_FIRST.0, ANY_FIRST.1);
        if target.session_attributes.is_none() {
            add(WRITES.0, WRITES.1);
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::{connect_limit, with_limits};
    use crate::url::DatabaseUrl;

    fn limited(url: &str) -> (String, u64) {
        let Ok(DatabaseUrl::Postgres(target)) = DatabaseUrl::parse(url) else { panic!("{url}") };
        (with_limits(&target, url), connect_limit(&target).as_secs())
    }

    #[test]
    fn a_limit_that_the_url_has_is_kept_and_counted() {
        let (url, limit) = limited("postgres://localhost/x?connect_timeout=7");
        let silent = "keepalives_idle=3&keepalives_interval=2&keepalives_count=3&tcp_user_timeout=9000";
        assert_eq!((url, limit), (format!("postgres://localhost/x?connect_timeout=7&{silent}"), 7));
        assert_eq!(limited("postgres:///x"), (format!("postgres:///x?connect_timeout=3&{silent}"), 3));
        let without_end = "postgres:///x?connect_timeout=0";
        assert_eq!(limited(without_end), (format!("{without_end}&connect_timeout=3&{silent}"), 3), "of two, libpq takes the last");
    }

    #[test]
    fn several_hosts_are_each_waited_for_and_the_one_that_takes_writes_is_looked_for() {
        let (url, limit) = limited("postgres://127.0.0.1:1,127.0.0.1:2/x");
        assert!(url.ends_with("&target_session_attrs=read-write"), "{url}");
        assert_eq!(limit, 6);
        let (url, limit) = limited("postgres://127.0.0.1:1,127.0.0.1:2,127.0.0.1:3/x?connect_timeout=4&target_session_attrs=primary");
        assert!(!url.contains("read-write"), "{url}");
        assert_eq!(limit, 12);
    }
}
