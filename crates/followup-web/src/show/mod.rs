//! How pages show what several of them show.

pub(crate) mod brief;
pub(crate) mod mistakes;
pub(crate) mod notices;
pub(crate) mod path;
pub(crate) mod when;
