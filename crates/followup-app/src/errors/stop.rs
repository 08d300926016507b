//! Why a letter is not sent, in a word that code can read; people read it as it is displayed.

use followup_domain::contact::Failure;
use followup_domain::mail::bounce::FailedAddress;

/// Why a letter is not sent at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StopReason {
    /// The follow-up is closed.
    Closed,
    /// Nothing is missing that could be asked for.
    NothingMissing,
    /// The reporter has no e-mail address.
    NoEmail,
    /// The address asked not to be written to.
    Blocked,
    /// Letters to the address came back.
    Bounced {
        /// The address, lower case.
        address: String,
        /// Why.
        failure: Failure,
    },
    /// Everything that is missing was asked for.
    AlreadyAsked,
    /// Its template cannot be rendered, in the engine's words: for the log, not for a client.
    Template(String),
    /// Another reason, in Spanish.
    Other(String),
}

impl StopReason {
    /// Because letters to this address came back.
    pub(crate) fn bounced(known: &FailedAddress) -> Self {
        Self::Bounced { address: known.address.clone(), failure: known.failure.clone() }
    }
}

impl std::fmt::Display for StopReason {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Closed => "seguimiento cerrado",
            Self::NothingMissing => "sin datos faltantes",
            Self::NoEmail => "Este ICSR no tiene email del reportante",
            Self::Blocked => "la dirección pidió no ser contactada",
            Self::Bounced { failure, .. } => return write!(formatter, "la dirección rebotó: {failure}"),
            Self::AlreadyAsked => "ya solicitado",
            Self::Template(text) | Self::Other(text) => text,
        })
    }
}
