//! The composition root that the three binaries share: settings in, adapters chosen, use cases out.
#![warn(missing_docs)]

mod background;
mod build;
mod first_start;
mod mail_in;
mod verify_audit;

pub use background::{start_dispatching, start_sending};
pub use build::{CommonSettings, Service, build};
pub use first_start::{FirstUser, create_first_user};
pub use mail_in::MailSource;
pub use verify_audit::{AuditVerdict, BrokenAudit, verify_audit};
