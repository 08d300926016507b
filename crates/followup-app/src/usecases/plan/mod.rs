//! Plans and their attempts: applied, changed by people, dispatched; and the templates that they come from.

pub(crate) mod apply;
pub(crate) mod attempts;
pub(crate) mod dispatch;
pub(crate) mod override_attempt;
pub(crate) mod preview;
pub(crate) mod resume;
pub(crate) mod schedule;
pub(crate) mod templates;
