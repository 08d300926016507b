//! Files that providers give apart from their messages.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::{StoreError, Updated};
use crate::ids::{CaseId, MessageId, RawId};
use crate::message::Absence;
use crate::sending::IncomingMedia;

/// A file that is to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueMedia {
    /// Its message.
    pub message_id: MessageId,
    /// The message's case, if it has one.
    pub case_id: Option<CaseId>,
    /// Its place among the message's attachments, from 0.
    pub n: i32,
    /// Who keeps it, as [`MediaSource::scope`](super::MediaSource::scope) names it.
    pub provider: String,
    /// By what it is given.
    pub source: String,
    /// SHA-256 of its bytes, lower-case hex, where it was told.
    pub sha256: Option<String>,
    /// How often it was asked for.
    pub tries: i32,
}

impl DueMedia {
    /// Whether these bytes are the file's, as far as its hash was told.
    pub fn is(&self, bytes: &[u8]) -> bool {
        let told = self.sha256.as_deref();
        told.is_none_or(|told| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>() == told)
    }
}

/// Files that came with messages, each an attachment that stands without bytes until it was fetched. What became of one is final.
pub trait MediaRepository {
    /// The attachments of a message, in order from 0, are to be fetched from their provider, from an instant on.
    fn insert(&mut self, id: MessageId, provider: &str, media: &[IncomingMedia], from: DateTime<Utc>) -> Result<(), StoreError>;

    /// Those of a provider that are due, oldest first.
    fn list_due(&mut self, provider: &str, now: DateTime<Utc>, limit: i64) -> Result<Vec<DueMedia>, StoreError>;

    /// One is about to be asked for, and due again at an instant, whatever becomes of that; [`Updated::Stale`] when somebody else asked for it
    /// since it was listed.
    fn claim(&mut self, media: &DueMedia, again_at: DateTime<Utc>) -> Result<Updated, StoreError>;

    /// Keeps its bytes; [`Updated::Stale`] when it is known already what became of it.
    fn record_fetched(&mut self, media: &DueMedia, bytes: &[u8], now: DateTime<Utc>) -> Result<Updated, StoreError>;

    /// It is asked for no more; [`Updated::Stale`] as above.
    fn record_absent(&mut self, media: &DueMedia, why: Absence) -> Result<Updated, StoreError>;

    /// The bytes of an attachment that do not stand in its message's own.
    fn find_bytes(&mut self, id: MessageId, n: i32) -> Result<Option<RawId>, StoreError>;
}
