//! Files that come with a message and are not in it: the provider keeps them, for a while, and gives them to who asks by their name.

use crate::published::published_enum;

published_enum! {
    /// Why the bytes of a file are not there.
    Absence {
        /// It is still to be fetched.
        Waiting = "waiting",
        /// The provider does not have it any more, or never had it.
        Expired = "expired",
        /// It is larger than what is fetched.
        TooLarge = "too_large",
        /// It is said to lie on a server that is none of the provider's: nobody was asked there.
        Foreign = "foreign",
        /// What the provider gives is not what it said it would be.
        Altered = "altered",
        /// The provider was asked for days, and did not give it.
        Unreachable = "unreachable",
    }
}

/// A file that came with a message, as its provider tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingMedia {
    /// By what the provider gives it: an id, or an address.
    pub source: String,
    /// Media type, lower case.
    pub media_type: String,
    /// File name, where there is one.
    pub name: Option<String>,
    /// SHA-256 of its bytes, lower-case hex, where it is told.
    pub sha256: Option<String>,
}
