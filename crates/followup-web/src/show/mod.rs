//! How pages show what several of them show.

pub(crate) mod brief;
pub(crate) mod notices;
pub(crate) mod undo;
pub(crate) mod when;
