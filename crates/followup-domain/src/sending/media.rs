//! Files that come with a message and are not in it: the provider keeps them, for a while, and gives them to who asks by their name.

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
