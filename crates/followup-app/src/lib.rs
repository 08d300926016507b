//! The use cases of the follow-up service: one file each, reading like its description. They own the transactions, and
//! know no adapter: everything outside is a port of `followup-domain`.
//!
//! All are methods of [`Followup`], sync, and safe to call from many threads and processes at once.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod apply_plan;
mod audit_facts;
mod automatic_request;
mod claim_checks;
mod deliver;
mod dispatch_due;
mod draft_request;
mod errors;
mod ingest_mail;
mod manage_users;
mod mark_read;
mod match_mail;
mod queries;
mod register_case;
mod send_message;
mod service;
mod test_mail;
mod update_case;

pub use apply_plan::ApplyPlanError;
pub use deliver::DeliveryReport;
pub use dispatch_due::{DispatchReport, DispatchedAttempt};
pub use draft_request::{Draft, DraftError};
pub use errors::NotFoundOr;
pub use ingest_mail::IngestReport;
pub use manage_users::{NewUserRequest, UserError};
pub use queries::{AskState, AttemptList, FollowupSummary, MissingWithState, Thread};
pub use register_case::{IdempotencyKey, RegisterCaseError, Registered};
pub use send_message::{SendMessageError, SendRequest, Sent};
pub use service::{Followup, Senders};
pub use test_mail::TestMailError;
pub use update_case::UpdateCaseError;
