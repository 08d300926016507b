//! Whether libpq reads a URL as it was meant. What it cannot read it quotes in its errors, with the password in it: a raw `%` or `@`, a `/`
//! that ends the host too early. So whatever it would complain about is refused before it sees it, in a sentence without any of it.

use super::{DatabaseUrlError, decoded_bytes};

/// The parameters that libpq knows, of all its releases.
const PARAMETERS: &[&str] = &[
    "application_name",
    "authtype",
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "dbname",
    "fallback_application_name",
    "gssdelegation",
    "gssencmode",
    "gsslib",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "krbsrvname",
    "load_balance_hosts",
    "max_protocol_version",
    "min_protocol_version",
    "oauth_client_id",
    "oauth_client_secret",
    "oauth_issuer",
    "oauth_scope",
    "options",
    "passfile",
    "password",
    "port",
    "replication",
    "require_auth",
    "requirepeer",
    "requiressl",
    "scram_client_key",
    "scram_server_key",
    "service",
    "servicefile",
    "ssl",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "sslcert",
    "sslcertmode",
    "sslcompression",
    "sslcrl",
    "sslcrldir",
    "sslkey",
    "sslkeylogfile",
    "sslmode",
    "sslnegotiation",
    "sslpassword",
    "sslrootcert",
    "sslsni",
    "target_session_attrs",
    "tcp_user_timeout",
    "tty",
    "user",
];

/// Checks what stands behind the scheme: `user:password@host:port,host:port/database?name=value&…`.
///
/// # Errors
/// Broken percent-encoding, or a character that has another meaning where it stands.
pub(super) fn check(rest: &str) -> Result<(), DatabaseUrlError> {
    // The user and the password end at the first @, if no / comes before it; a ? or a second @ means a password that is not encoded.
    let (user, hosts) = match rest.split_once('@') {
        Some((user, hosts)) if !user.contains(['/', '?']) && !hosts.contains('@') => (user, hosts),
        Some(_) => return Err(DatabaseUrlError::Grammar),
        None => ("", rest),
    };
    if rest.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(DatabaseUrlError::Grammar);
    }
    decoded_bytes(user)?;
    let (before_query, query) = hosts.split_once('?').unwrap_or((hosts, ""));
    let (list, database) = before_query.split_once('/').unwrap_or((before_query, ""));
    decoded_bytes(database)?;
    list.split(',').try_for_each(check_host)?;
    // One & may close the list; an empty pair elsewhere is an error of libpq's.
    let pairs = query.strip_suffix('&').unwrap_or(query);
    if pairs.is_empty() && query.is_empty() { Ok(()) } else { pairs.split('&').try_for_each(check_parameter) }
}

/// `name`, `[address]`, with or without `:port`.
fn check_host(host: &str) -> Result<(), DatabaseUrlError> {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']').filter(|(address, _)| !address.is_empty()).ok_or(DatabaseUrlError::Grammar)?,
        None => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    decoded_bytes(name)?;
    let is_port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let sound = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
    if sound { Ok(()) } else { Err(DatabaseUrlError::Grammar) }
}

/// `name=value`, with one `=` and a known name.
fn check_parameter(pair: &str) -> Result<(), DatabaseUrlError> {
    let (name, value) = pair.split_once('=').ok_or(DatabaseUrlError::Grammar)?;
    decoded_bytes(value)?;
    if value.contains('=') || !PARAMETERS.contains(&name) { Err(DatabaseUrlError::Grammar) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use diesel::{Connection, PgConnection};
    use proptest::prelude::*;

    use super::*;
    use crate::url::DatabaseUrl;

    #[test]
    fn what_libpq_reads_is_taken() {
        for url in [
            "",
            "/db",
            "u@/db",
            "u:p%25%40%2F@db.example.org:5433,[::1]:5434,/db?sslmode=require&connect_timeout=1",
            "u:p:q#r]@127.0.0.1/db?",
            "%2Fvar%2Frun%2Fpostgresql/db?host=/tmp&options=-csearch_path%3Dx",
            "h/db?sslmode=require&",
        ] {
            assert_eq!(check(url), Ok(()), "{url}");
        }
    }

    #[test]
    fn what_libpq_would_quote_is_refused() {
        for url in [
            "u:50%secret@h/db",
            "u:sec%zzret@h/db",
            "u:sec%00ret@h/db",
            "u:sec@ret@h/db",
            "u:sec/ret@h/db",
            "u:sec?ret@h/db",
            "u:sec ret@h/db",
            "u:secret@[::1/db",
            "u:secret@[]/db",
            "u:secret@[::1]x/db",
            "u:secret@h:port/db",
            "u:secret@h/db?nothing",
            "u:secret@h/db?ssl_mode=require",
            "h/db?password=sec=ret",
            "h/db?password=sec&ret",
            "h/db?password=sec&&",
            "h/db?&password=sec",
            "h/db?&",
        ] {
            let refusal = check(url).unwrap_err().to_string();
            assert!(refusal.contains("DATABASE_URL") && !refusal.contains("sec") && !refusal.contains("ret@"), "{url}: {refusal}");
        }
    }

    proptest! {
        /// Port 1 refuses every connection at once, so that the answer is libpq's own.
        #[test]
        fn no_answer_ever_holds_the_password(password in "[%@/?:#&=\\[\\], a-f0-9ñ]{5,12}") {
            for url in [format!("postgres://u:{password}@127.0.0.1:1/db"), format!("postgres://127.0.0.1:1/db?user=u&password={password}")] {
                let answer = match DatabaseUrl::parse(&url) {
                    Err(error) => error.to_string(),
                    Ok(_) => PgConnection::establish(&url).err().map(|error| error.to_string()).unwrap_or_default(),
                };
                prop_assert!(answer.contains("DATABASE_URL") || answer.contains("127.0.0.1"), "{answer}");
                prop_assert!(!answer.contains(&password), "{answer}");
            }
        }
    }
}
