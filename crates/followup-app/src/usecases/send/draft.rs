//! The request as it would be sent, for a person to read and change; nothing is stored.

use followup_domain::asking::request::{Letter, RenderError};
use followup_domain::ids::CaseId;
use followup_domain::message::Channel;
use followup_domain::ports::StoreError;

use crate::app::App;
use crate::facts::open_items::open_items;
use crate::facts::wording::lay_out;
use crate::step;

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

impl App {
    /// Drafts the request for everything that is missing; a reminder when some of it was asked before.
    ///
    /// # Errors
    /// [`DraftError`].
    pub fn draft_request(&self, case_id: CaseId, channel: &str) -> Result<Draft, DraftError> {
        step::read(self, |step| {
            let case = step.tx.cases().find(case_id)?.ok_or(DraftError::NotFound)?;
            let channel = Channel::parse(channel).filter(|channel| *channel != Channel::Call).ok_or(DraftError::UnsupportedChannel)?;
            let missing = open_items(step, &case)?;
            Ok(Draft { channel, letter: lay_out(step, &case, &missing, channel)?? })
        })
    }
}
