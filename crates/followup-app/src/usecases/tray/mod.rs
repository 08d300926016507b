//! The trays: mail that found no case, and mail that could not be understood; and what people decide about it.

pub(crate) mod assign;
pub(crate) mod assigned;
pub(crate) mod discard;
pub(crate) mod discard_quarantined;
pub(crate) mod new_case;
pub(crate) mod originals;
pub(crate) mod quarantined;
pub(crate) mod retry;
pub(crate) mod unassigned;
