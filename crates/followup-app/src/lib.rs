//! The use cases of the follow-up service: one file each, reading like its description. They own the transactions, and
//! know no adapter: everything outside is a port of `followup-domain`.
//!
//! All are methods of [`Followup`], sync, and safe to call from many threads and processes at once.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod answered_fields;
mod apply_plan;
mod ask_provider;
mod audit_facts;
mod automatic_request;
mod awaiting;
mod block_contact;
mod bounced;
mod change_message;
mod claim_checks;
mod close_followup;
mod complete_requests;
mod deliver;
mod dispatch_due;
mod document_field;
mod draft_request;
mod errors;
mod escalate_waiting;
mod failed_address;
mod forget_keys;
mod health;
mod ingest_mail;
mod log_call;
mod mailbox_health;
mod manage_deadlines;
mod manage_templates;
mod manage_users;
mod mark_read;
mod match_mail;
mod move_attempt;
mod notify_unit;
mod open_items;
mod override_attempt;
mod preview_dispatch;
mod propose;
mod quarantine_mail;
mod queries;
mod read_audit;
mod reconcile_mailbox;
mod record_outcome;
mod register_case;
mod resend_message;
mod retry_policy;
mod send_message;
mod service;
mod settle_by_mail;
mod stop_reason;
mod test_mail;
mod update_case;

pub use apply_plan::ApplyPlanError;
pub use block_contact::BlockError;
pub use change_message::MessageError;
pub use close_followup::{CloseError, CloseRequest};
pub use deliver::DeliveryReport;
pub use dispatch_due::{DispatchReport, DispatchedAttempt};
pub use document_field::DocumentFieldError;
pub use draft_request::{Draft, DraftError};
pub use errors::{InvalidReason, NotFoundOr};
pub use failed_address::ClearAddressError;
pub use health::{Health, NotReady, OVERDUE_AFTER};
pub use ingest_mail::IngestReport;
pub use log_call::LogCallError;
pub use manage_deadlines::DeadlineError;
pub use manage_templates::TemplateError;
pub use manage_users::{NewUserRequest, UserError};
pub use override_attempt::{AttemptAction, AttemptError, NewContact, SendNowError};
pub use preview_dispatch::{DispatchPreview, PreviewedFate, PreviewedLetter};
pub use propose::RescheduleOffer;
pub use queries::{AskState, AttemptList, FollowupSummary, MissingWithState, Thread};
pub use register_case::{IdempotencyKey, RegisterCaseError, Registered};
pub use resend_message::ResendError;
pub use send_message::{SendMessageError, SendRequest, Sent};
pub use service::{Followup, Senders};
pub use stop_reason::StopReason;
pub use test_mail::TestMailError;
pub use update_case::UpdateCaseError;
