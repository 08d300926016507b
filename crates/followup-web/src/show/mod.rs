//! How pages show what several of them show.

pub(crate) mod brief;
pub(crate) mod excerpt;
pub(crate) mod fields;
pub(crate) mod ids;
pub(crate) mod mailboxes;
pub(crate) mod mistakes;
pub(crate) mod notices;
pub(crate) mod path;
pub(crate) mod place;
pub(crate) mod undo;
pub(crate) mod when;
