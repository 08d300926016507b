//! The use cases: one file for each thing that is wanted of the application, a method of it. None calls another; what they share is a
//! fact, a move, a consequence or a run.

pub(crate) mod address;
pub(crate) mod audit;
pub(crate) mod case;
pub(crate) mod mail_in;
pub(crate) mod plan;
pub(crate) mod proposal;
pub(crate) mod send;
pub(crate) mod thread;
pub(crate) mod tray;
pub(crate) mod unit;
pub(crate) mod watch;
