//! The request as it would be sent, for a person to read and change; nothing is stored.

use followup_domain::asking::request::{Letter, LetterKind, RenderError, compose_request};
use followup_domain::ids::CaseId;
use followup_domain::message::Channel;
use followup_domain::ports::{StoreError, StoreExt};

use crate::automatic_request::asked_paths;
use crate::service::Followup;

/// A drafted request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// For which channel.
    pub channel: Channel,
    /// Its text.
    pub letter: Letter,
}

/// Why no draft was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// There is no such case.
    #[error("case not found")]
    NotFound,
    /// The channel is none that requests are sent by.
    #[error("unsupported channel")]
    UnsupportedChannel,
    /// A template cannot be rendered.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Followup {
    /// Drafts the request for everything that is missing; a reminder when some of it was asked before.
    ///
    /// # Errors
    /// [`DraftError`].
    pub fn draft_request(&self, case_id: CaseId, channel: &str) -> Result<Draft, DraftError> {
        let (case, asked, missing) = self.store.read(|tx| {
            let case = tx.cases().find(case_id)?.ok_or(DraftError::NotFound)?;
            let (asked, missing) = (asked_paths(tx, &case)?, self.open_items(tx, &case)?);
            Ok::<_, DraftError>((case, asked, missing))
        })?;
        let channel = Channel::parse(channel).filter(|channel| *channel != Channel::Call).ok_or(DraftError::UnsupportedChannel)?;
        let kind = if missing.iter().any(|item| asked.contains(&item.path)) { LetterKind::Reminder } else { LetterKind::Request };
        let letter = compose_request(case.id, &case.record, &missing, kind, &self.policy.letterhead);
        Ok(Draft { channel, letter: self.letters.render(channel, &letter)? })
    }
}
