//! A proposal on its way to the choice.

use crate::proposal::Proposal;

/// A proposal and what the choice must know of it.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) proposal: Proposal,
    /// Where it stands in the folded text.
    pub(crate) at: std::ops::Range<usize>,
    /// The words call it a correction of what was said before.
    pub(crate) corrects: bool,
}
