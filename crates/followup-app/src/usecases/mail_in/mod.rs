//! Mail that comes in: stored as it arrived, however it was had, and understood from the store.

pub(crate) mod accept;
pub(crate) mod callback;
pub(crate) mod mailbox;
pub(crate) mod media;
pub(crate) mod process;
pub(crate) mod reconcile;
pub(crate) mod store;
pub(crate) mod withheld;
