//! The follow-up of a case: what is missing, what was said, what comes next.

pub(crate) mod attempts;
pub(crate) mod attention;
pub(crate) mod audit;
pub(crate) mod call;
pub(crate) mod closing;
pub(crate) mod head;
mod links;
pub(crate) mod messages;
mod missing;
pub(crate) mod page;
mod plan;
mod thread;
