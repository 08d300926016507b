//! Why there is no answer, and whether the request may have arrived.

use std::fmt;
use std::io::ErrorKind;

use ureq::Error;

use crate::answer::Answer;
use crate::stage::before_sending;

/// What became of a request that was not answered as it should.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// No byte of the request left: there was no connection, or no TLS. It certainly did not arrive.
    #[error("nothing was sent to the server: {0}")]
    NotSent(Cause),
    /// The request's first byte may have left. It may have arrived and been acted upon.
    #[error("the request may have arrived: {0}")]
    MaybeSent(Cause),
    /// The server answered with this status, and its body was not had.
    #[error("the server answered {status}, and the rest of its answer was not had: {cause}")]
    AnswerLost {
        /// The status code.
        status: u16,
        /// Why there is no body.
        cause: Cause,
    },
    /// The server answered, and not with success: see [`Answer::success`].
    #[error("the server answered {}", .0.status)]
    Answered(Answer),
}

impl Failure {
    /// Whether it is certain that nothing arrived.
    pub fn certainly_not_sent(&self) -> bool {
        matches!(self, Self::NotSent(_))
    }

    /// What went wrong on the way; none when the server answered.
    pub fn cause(&self) -> Option<Cause> {
        match self {
            Self::NotSent(cause) | Self::MaybeSent(cause) | Self::AnswerLost { cause, .. } => Some(*cause),
            Self::Answered(_) => None,
        }
    }

    /// What the library says before there was a status. Where it does not show that nothing left, something may have.
    pub(crate) fn without_status(error: Error) -> Self {
        match before_sending(error) {
            Ok(error) => Self::NotSent(Cause::of(&error)),
            Err(error @ (Error::BadUri(_) | Error::RequireHttpsOnly(_))) => Self::NotSent(Cause::of(&error)),
            Err(error) => Self::MaybeSent(Cause::of(&error)),
        }
    }
}

/// The kind of trouble. The library's own words may name an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The server's name has no address.
    UnknownName,
    /// Nobody takes the connection.
    Unreachable,
    /// The server's certificate is not trusted, or not the server's.
    Untrusted,
    /// The server does not speak TLS as it should.
    NoTls,
    /// The proxy does not let through.
    Proxy,
    /// It took too long.
    TimedOut,
    /// The answer is larger than the limit.
    TooLarge,
    /// The connection ended before the answer did.
    BrokenOff,
    /// The answer is not HTTP.
    NotHttp,
    /// The request cannot be written down.
    Unwritable,
}

/// For each cause, what is the matter with the server: for the log, and for people.
const WORDS: &[(Cause, &str, &str)] = &[
    (Cause::UnknownName, "its name has no address", "no se encuentra (DNS)"),
    (Cause::Unreachable, "it cannot be reached", "no se puede alcanzar"),
    (Cause::Untrusted, "its certificate is not trusted", "no tiene un certificado de confianza"),
    (Cause::NoTls, "it does not speak TLS as it should", "no habla TLS como debe"),
    (Cause::Proxy, "the proxy does not let through", "no se puede alcanzar por el proxy"),
    (Cause::TimedOut, "it took too long", "no respondió a tiempo"),
    (Cause::TooLarge, "its answer is too large", "respondió demasiado"),
    (Cause::BrokenOff, "the connection ended too early", "no terminó de responder"),
    (Cause::NotHttp, "its answer is not HTTP", "no respondió como debe"),
    (Cause::Unwritable, "the request cannot be written down", "no recibió nada: la petición no se puede escribir"),
];

impl Cause {
    /// What the server did, in Spanish, to follow its name: "el servidor" … "no respondió a tiempo".
    pub fn in_spanish(self) -> &'static str {
        self.words().1
    }

    fn words(self) -> (&'static str, &'static str) {
        let found = WORDS.iter().find(|(cause, ..)| *cause == self);
        found.map_or(("something else", "no respondió como debe"), |(_, english, spanish)| (english, spanish))
    }

    pub(crate) fn of(error: &Error) -> Self {
        match error {
            Error::Timeout(_) => Self::TimedOut,
            Error::HostNotFound => Self::UnknownName,
            Error::BodyExceedsLimit(_) | Error::LargeResponseHeader(..) => Self::TooLarge,
            Error::ConnectProxyFailed(_) | Error::InvalidProxyUrl => Self::Proxy,
            Error::ConnectionFailed => Self::Unreachable,
            Error::Tls(_) | Error::TlsRequired => Self::NoTls,
            Error::Rustls(error) => Self::of_tls(error),
            Error::Io(error) => Self::of_io(error),
            Error::BadUri(_) | Error::RequireHttpsOnly(_) => Self::Unwritable,
            _ => Self::NotHttp,
        }
    }

    fn of_io(error: &std::io::Error) -> Self {
        if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return Self::of_tls(error);
        }
        match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Self::TimedOut,
            ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => Self::BrokenOff,
            _ => Self::Unreachable,
        }
    }

    fn of_tls(error: &rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented => Self::Untrusted,
            _ => Self::NoTls,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.words().0)
    }
}
