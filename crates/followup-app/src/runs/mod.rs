//! What takes several transactions, or several use cases share: handing messages over, understanding stored mail, walking over the cases
//! that are due. A run opens its own steps.

pub(crate) mod answers;
mod callbacks;
pub(crate) mod closing;
pub(crate) mod delivery;
pub(crate) mod drafts;
pub(crate) mod due;
pub(crate) mod escalation;
pub(crate) mod files;
pub(crate) mod gathering;
pub(crate) mod handing_over;
pub(crate) mod ingest;
pub(crate) mod keys;
pub(crate) mod media;
pub(crate) mod originals;
pub(crate) mod placed;
pub(crate) mod provider;
pub(crate) mod recording;
pub(crate) mod restoring;
pub(crate) mod retry;
pub(crate) mod sessions;
pub(crate) mod standings;
mod statuses;
pub(crate) mod templates;
pub(crate) mod together;
pub(crate) mod turn;
pub(crate) mod understanding;
