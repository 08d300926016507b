//! Who keeps the files that come with messages.

use std::time::Duration;

use crate::message::Absence;

/// What fetching a file may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaLimits {
    /// How long it may take in all.
    pub within: Duration,
    /// Bytes of the largest file that is taken.
    pub largest: u64,
}

/// Why a file was not had. The words are for the log: no address and no secret stands in them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    /// It may be had later.
    #[error("{0}")]
    Later(String),
    /// It is not to be had.
    #[error("it is not to be had: {0}")]
    Never(Absence),
}

/// A provider that keeps files; implemented by its adapter.
pub trait MediaSource: Send + Sync {
    /// The scope of the provider's ids, as its [`EventReader`](crate::sending::EventReader) names itself.
    fn scope(&self) -> &str;

    /// The bytes of a file by what the provider calls it. Asks the provider's own servers only, whatever the name says.
    ///
    /// # Errors
    /// [`MediaError`].
    fn fetch(&self, source: &str, limits: MediaLimits) -> Result<Vec<u8>, MediaError>;
}
