//! Why a look into the mailbox ended.

use std::io;
use std::time::Duration;
use std::{error, fmt};

use followup_domain::ports::{StoreError, TokenError};

/// A look that failed: where, and why, on one line without secrets. What was stored before it stays stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{stage}: {cause}")]
pub struct PollError {
    /// Where.
    pub stage: Stage,
    /// Why.
    pub cause: Cause,
}

/// A step of a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Name resolution, the TCP connection, the server's greeting.
    Connect,
    /// The upgrade to TLS.
    StartTls,
    /// Handshake and certificate check.
    Tls,
    /// Signing in.
    Login,
    /// Opening the mailbox.
    Examine,
    /// Asking for new mails.
    Search,
    /// Waiting for the server to announce mail.
    Idle,
    /// Asking for dates and sizes.
    List,
    /// Fetching the mail with this UID.
    Fetch(u32),
    /// Our own store.
    Store,
}

impl fmt::Display for Stage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Connect => "CONNECT",
            Self::StartTls => "STARTTLS",
            Self::Tls => "TLS",
            Self::Login => "LOGIN",
            Self::Examine => "EXAMINE",
            Self::Search => "SEARCH",
            Self::Idle => "IDLE",
            Self::List => "FETCH",
            Self::Fetch(uid) => return write!(formatter, "FETCH UID {uid}"),
            Self::Store => "STORE",
        })
    }
}

/// Why a step failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// The server did not answer in time.
    #[error("no complete answer within {} s", .0.as_secs_f32())]
    TimedOut(Duration),
    /// The server refused; its words.
    #[error("refused by the server: {0}")]
    Refused(String),
    /// The server hung up; its parting words.
    #[error("the server ended the session: {0}")]
    Farewell(String),
    /// The connection ended.
    #[error("connection lost")]
    Lost,
    /// The operating system's word on the network.
    #[error("{0}")]
    Network(String),
    /// The certificate is not accepted, or TLS failed otherwise.
    #[error("{0}")]
    Tls(String),
    /// The server does not speak IMAP as it should.
    #[error("{0}")]
    Protocol(String),
    /// A setting that cannot work.
    #[error("{0}")]
    Setting(String),
    /// There is no token to sign in with.
    #[error("OAuth2: {0}")]
    Token(TokenError),
    /// The store's word.
    #[error("{0}")]
    Store(StoreError),
}

impl From<StoreError> for PollError {
    fn from(error: StoreError) -> Self {
        Self { stage: Stage::Store, cause: Cause::Store(error) }
    }
}

impl Stage {
    pub(crate) fn failed(self, cause: Cause) -> PollError {
        PollError { stage: self, cause }
    }
}

/// The cause behind a network error. `patience` is the limit that a timeout ran into.
pub(crate) fn network_cause(error: &io::Error, patience: Duration) -> Cause {
    match error.kind() {
        io::ErrorKind::TimedOut => Cause::TimedOut(patience),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => {
            Cause::Lost
        }
        // The IMAP parser reports what it cannot parse by this kind and quotes it: mail must not get into a log.
        io::ErrorKind::Other => Cause::Protocol("the server's answer cannot be read".into()),
        _ => match tls_error(error) {
            Some(error) => tls_cause(error),
            None => Cause::Network(error.to_string()),
        },
    }
}

fn tls_error(error: &io::Error) -> Option<&rustls::Error> {
    let inner: &(dyn error::Error + 'static) = error.get_ref()?;
    inner.downcast_ref()
}

fn tls_cause(error: &rustls::Error) -> Cause {
    use rustls::{CertificateError, Error, InvalidMessage};
    Cause::Tls(match error {
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
            "the server's certificate is signed by an authority that is not trusted (UnknownIssuer)".into()
        }
        Error::InvalidCertificate(_) => one_line(&format!("the server's certificate is not accepted: {error}")),
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => "the server does not speak TLS on this port".into(),
        _ => one_line(&error.to_string()),
    })
}

const LONGEST_WORDS: usize = 300;

/// A server's words as one line of bounded length without control characters.
pub(crate) fn one_line(words: &str) -> String {
    let clean: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_WORDS).collect();
    clean.trim().to_owned()
}
