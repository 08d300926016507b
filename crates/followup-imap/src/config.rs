//! Which mailbox to read, and how patiently.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use followup_domain::ports::AccessTokens;

use crate::backoff::Backoff;

/// A mailbox to read.
#[derive(Debug, Clone)]
pub struct ImapConfig {
    /// Host name or IP address (IPv6 without brackets); the server's certificate must carry it.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Protection of the connection.
    pub tls: ImapTls,
    /// One or more certificates in PEM to trust besides the system's authorities.
    pub ca_pem: Option<Vec<u8>>,
    /// User name.
    pub user: String,
    /// How to sign in.
    pub login: ImapLogin,
    /// Where the password stands now, if it may change while we run: asked at each sign-in. Gives none when it cannot be read;
    /// then the one known is presented.
    pub current_secret: Option<CurrentSecret>,
    /// The mailbox's name in Unicode, such as `INBOX`.
    pub mailbox: String,
    /// Time between two looks where the server does not announce mail.
    pub poll_interval: Duration,
    /// How long the server is waited for to announce mail (IDLE) before the mailbox is looked into all the same; well under the
    /// 29 minutes after which servers hang up (RFC 2177). `None`: it is never waited for.
    pub idle_renewal: Option<Duration>,
    /// Patience with the server.
    pub timeouts: ImapTimeouts,
    /// How much at a time.
    pub limits: ImapLimits,
    /// Waits after failures.
    pub backoff: Backoff,
    /// How often the daemon compares what the mailbox holds with what is stored; `None`: never.
    pub reconcile_every: Option<Duration>,
    /// How often the daemon asks again for mail that the server named and did not give.
    pub ask_again_every: Duration,
}

/// Protection of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImapTls {
    /// TLS from the first byte (RFC 8314), port 993.
    Implicit,
    /// In clear text at first, then upgraded, or refused (RFC 9051 §6.2.1), port 143.
    StartTls,
    /// Clear text; refused for every address but loopback.
    None,
}

/// How to sign in.
#[derive(Clone)]
pub enum ImapLogin {
    /// LOGIN, or AUTHENTICATE PLAIN (RFC 4616) if name or password are not plain ASCII.
    Password(Password),
    /// AUTHENTICATE XOAUTH2 with OAuth 2.0 access tokens from here.
    XOauth2(Arc<dyn AccessTokens>),
}

impl fmt::Debug for ImapLogin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Password(_) => "Password(…)",
            Self::XOauth2(_) => "XOauth2(…)",
        })
    }
}

/// Reads a secret that may change.
#[derive(Clone)]
pub struct CurrentSecret(Arc<dyn Fn() -> Option<String> + Send + Sync>);

impl CurrentSecret {
    /// A secret that is read like this; it may block for as long as a small file takes.
    pub fn new(read: impl Fn() -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }
}

impl fmt::Debug for CurrentSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("…")
    }
}

/// A secret that does not show itself.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("…")
    }
}

/// Patience with the server. No call waits for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImapTimeouts {
    /// For the TCP connection, per address of the host.
    pub connect: Duration,
    /// Without a single byte, while one is awaited.
    pub idle: Duration,
    /// For a whole answer; the answer that carries a mail has more time, by the mail's size.
    pub command: Duration,
    /// After a stop was requested, for the mail that is being fetched.
    pub grace: Duration,
}

impl Default for ImapTimeouts {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { connect: seconds(20), idle: seconds(30), command: seconds(90), grace: seconds(30) }
    }
}

/// The slowest line that is waited for.
const SLOWEST_BYTES_PER_SECOND: u64 = 8 * 1024;

impl ImapTimeouts {
    /// For an answer that carries this many bytes.
    pub(crate) fn answer(&self, bytes: u64) -> Duration {
        self.command + Duration::from_secs(bytes / SLOWEST_BYTES_PER_SECOND)
    }
}

/// How much at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImapLimits {
    /// Mails that are stored before they are processed together; at least 1.
    pub batch: usize,
    /// Of a larger mail (RFC822.SIZE, bytes) only the header section is fetched, and it is quarantined.
    pub largest_mail: u64,
    /// A mail that the server refuses to give, or over which it ends the session, so often in a row is quarantined without bytes.
    pub refusals: u32,
    /// The same for a mail over which the connection is lost: mostly the line is to blame, so more often.
    pub losses: u32,
}

impl Default for ImapLimits {
    fn default() -> Self {
        Self { batch: 50, largest_mail: 40_000_000, refusals: 5, losses: 20 }
    }
}

impl ImapConfig {
    /// The password as it stands now. Blocks for as long as reading it takes.
    pub(crate) fn password_now(&self, known: &Password) -> String {
        self.current_secret.as_ref().and_then(|current| (current.0)()).unwrap_or_else(|| known.0.clone())
    }

    /// A configuration with TLS, INBOX, a look each minute and the usual limits.
    pub fn new(host: impl Into<String>, port: u16, user: impl Into<String>, login: ImapLogin) -> Self {
        Self {
            host: host.into(),
            port,
            tls: ImapTls::Implicit,
            ca_pem: None,
            user: user.into(),
            login,
            current_secret: None,
            mailbox: "INBOX".into(),
            poll_interval: Duration::from_secs(60),
            idle_renewal: Some(Duration::from_secs(300)),
            timeouts: ImapTimeouts::default(),
            limits: ImapLimits::default(),
            backoff: Backoff::default(),
            reconcile_every: Some(Duration::from_secs(24 * 3600)),
            ask_again_every: Duration::from_secs(3600),
        }
    }

    /// The name under which the store remembers how far the mailbox was read. The port is no part of it: the same mailbox
    /// may be reached through two.
    pub fn mailbox_key(&self) -> String {
        // INBOX is the one name whose case does not matter (RFC 9051 §5.1).
        let mailbox = if self.mailbox.eq_ignore_ascii_case("INBOX") { "INBOX" } else { &self.mailbox };
        format!("{}@{}/{mailbox}", self.user, self.host.to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_shows_in_debug_output() {
        let config = ImapConfig::new("h", 993, "u", ImapLogin::Password(Password::new("secreto")));
        assert!(!format!("{config:?}").contains("secreto"));
    }

    #[test]
    fn the_key_of_a_mailbox_does_not_depend_on_case_of_host_or_inbox() {
        let mut config = ImapConfig::new("Mail.Example.org", 993, "pv", ImapLogin::Password(Password::new("")));
        config.mailbox = "Inbox".into();
        assert_eq!(config.mailbox_key(), "pv@mail.example.org/INBOX");
        config.mailbox = "Casos".into();
        assert_eq!(config.mailbox_key(), "pv@mail.example.org/Casos");
    }
}
