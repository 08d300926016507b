//! Where an issuer's key set comes from: a file, or a server.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::time::Duration;

use chrono::Duration as Span;
use followup_https::{Client, Failure, Limits};

use crate::public_key::IssuerKeyError;

/// Where a JSON Web Key Set (RFC 7517 §5) is read from, again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JwksSource {
    /// `JWT_JWKS_FILE`: a file that somebody else may replace at any time.
    File(PathBuf),
    /// `JWT_JWKS_URL`: `https`, or `http` to this machine (the settings see to it). No redirect is followed.
    Url {
        /// The address.
        url: String,
        /// `JWT_JWKS_CA_FILE`: authorities in PEM to trust besides the system's.
        ca_pem: Option<Vec<u8>>,
    },
}

/// A set is some kilobytes.
const LARGEST_SET: u64 = 256 * 1024;
/// Whoever waits for a key waits no longer.
const LIMITS: Limits = Limits { within: Duration::from_secs(5), largest_answer: LARGEST_SET };

/// How old keys may become, and how often the source may be asked.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    /// Keys older than this are read again.
    pub(crate) refresh_every: Span,
    /// So soon after a failure it is tried again.
    pub(crate) retry_after: Span,
    /// A token of an unknown key asks no sooner than this after the last time.
    pub(crate) unknown_key_after: Span,
}

/// A source, ready to be read.
pub(crate) enum Reader {
    File(PathBuf),
    Url(Client),
}

impl Reader {
    /// # Errors
    /// The address or the authorities cannot be used.
    pub(crate) fn new(source: JwksSource) -> Result<Self, IssuerKeyError> {
        match source {
            JwksSource::File(path) => Ok(Self::File(path)),
            JwksSource::Url { url, ca_pem } => Client::new(&url, ca_pem.as_deref()).map(Self::Url).map_err(unreadable),
        }
    }

    pub(crate) fn pace(&self) -> Pace {
        match self {
            // A look into a file costs nothing.
            Self::File(_) => Pace { refresh_every: Span::seconds(10), retry_after: Span::seconds(10), unknown_key_after: Span::seconds(1) },
            Self::Url(_) => Pace { refresh_every: Span::minutes(10), retry_after: Span::minutes(1), unknown_key_after: Span::seconds(30) },
        }
    }

    /// Whether a set that cannot be read now may be readable in a moment: a server may be away, a setting may not be wrong.
    pub(crate) fn may_come_later(&self) -> bool {
        matches!(self, Self::Url(_))
    }

    /// The set's text. Blocks.
    ///
    /// # Errors
    /// [`IssuerKeyError::Unreadable`].
    pub(crate) fn read(&self) -> Result<Vec<u8>, IssuerKeyError> {
        match self {
            Self::File(path) => {
                let bytes = File::open(path).and_then(limited).map_err(unreadable)?;
                if bytes.len() as u64 > LARGEST_SET { Err(unreadable("it is larger than 256 KiB")) } else { Ok(bytes) }
            }
            Self::Url(client) => {
                let answer = client.get().wanting_json().send(LIMITS).map_err(unreadable)?;
                if answer.status == 200 { Ok(answer.body) } else { Err(unreadable(Failure::Answered(answer))) }
            }
        }
    }
}

fn limited(file: File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(LARGEST_SET + 1).read_to_end(&mut bytes).map(|_| bytes)
}

fn unreadable(cause: impl ToString) -> IssuerKeyError {
    IssuerKeyError::Unreadable(cause.to_string())
}
