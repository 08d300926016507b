//! Letters that people are writing: kept as they are typed, found again, dropped.

use followup_domain::asking::draft::{DraftKey, DraftText, LetterDraft};
use followup_domain::audit::Actor;
use followup_domain::ids::CaseId;
use followup_domain::message::Channel;
use followup_domain::ports::{StoreError, Updated};

use crate::app::App;
use crate::errors::DraftingError;
use crate::moves::draft as drafts;
use crate::step;
use crate::transaction;

/// So many drafts of a case are looked at; more people do not write about one case.
const MOST: i64 = 50;

impl App {
    /// The letters that people are writing for a case, the one changed last first.
    ///
    /// # Errors
    /// The store's.
    pub fn drafts(&self, case_id: CaseId) -> Result<Vec<LetterDraft>, StoreError> {
        step::read(self, |step| step.tx.drafts().list(case_id, MOST))
    }

    /// A person's draft, whether it is written still or became a message: its version goes on.
    ///
    /// # Errors
    /// The store's.
    pub fn draft(&self, key: &DraftKey) -> Result<Option<LetterDraft>, StoreError> {
        step::read(self, |step| step.tx.drafts().find(key))
    }

    /// Keeps a draft of whoever writes, in place of the one of version `was`; 0 where there was none.
    ///
    /// # Errors
    /// [`DraftingError`]; nothing is stored then.
    pub fn save_draft(
        &self,
        actor: &Actor,
        (case_id, channel): (CaseId, Channel),
        text: &DraftText,
        was: i64,
    ) -> Result<LetterDraft, DraftingError> {
        if channel == Channel::Call {
            return Err(DraftingError::UnsupportedChannel);
        }
        let key = DraftKey { case_id, username: actor.name().to_owned(), channel };
        transaction::write(self, actor, |step| {
            step.tx.cases().find(case_id)?.ok_or(DraftingError::CaseNotFound)?;
            let draft = LetterDraft { key: key.clone(), text: text.clone(), version: was + 1, updated_at: step.now, sent_as: None };
            match drafts::keep(step, &draft, was)? {
                Updated::Yes => Ok(draft),
                Updated::Stale => Err(DraftingError::Stale(step.tx.drafts().find(&key)?.map(Box::new))),
            }
        })
    }

    /// Drops a draft of whoever wrote it; says whether there was one of this version.
    ///
    /// # Errors
    /// The store's.
    pub fn discard_draft(&self, actor: &Actor, (case_id, channel): (CaseId, Channel), version: i64) -> Result<bool, StoreError> {
        let key = DraftKey { case_id, username: actor.name().to_owned(), channel };
        transaction::write(self, actor, |step| Ok(drafts::discard(step, &key, version)? == Updated::Yes))
    }
}
