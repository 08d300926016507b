//! The use cases of the follow-up service. They know no adapter: everything outside is a port of `followup-domain`.
//!
//! All are methods of [`App`], sync, and safe to call from many threads and processes at once. Beneath them lie floors, and each knows
//! only those below it: `runs` (what takes several transactions), `consequences` (what follows by itself), `moves` (the only writers of
//! state), `facts` (reads), `step` (an open transaction).
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod app;
mod consequences;
mod errors;
mod facts;
mod moves;
mod runs;
mod step;
mod trail;
mod transaction;
mod usecases;

pub use app::{App, EventReaders, Senders};
pub use errors::{
    AttemptError, BlockError, CaseFromMailError, CloseError, DocumentFieldError, DraftingError, InvalidReason, MessageError, NotFoundOr,
    ProposalError, QuarantineError, QueueMessageError, ResendError, SendMessageError, SendNowError, TrayError, UndoError, UploadError,
    WarningError,
};
pub use facts::asked::AskState;
pub use facts::attempts::DispatchedAttempt;
pub use facts::by_hand::{LONGEST_SUBJECT, SendRequest};
pub use facts::closing::CloseRequest;
pub use facts::offers::RescheduleOffer;
pub use facts::warnings::{CaseView, CaseWarning};
pub use moves::keys::IdempotencyKey;
pub use runs::answers::AnswersReport;
pub use runs::delivery::DeliveryReport;
pub use runs::media::MediaReport;
pub use runs::originals::{ORIGINAL_PIECE, Original};
pub use runs::templates::TemplatesError;
pub use runs::turn::Turns;
pub use usecases::address::clear::ClearAddressError;
pub use usecases::case::find::ListedCase;
pub use usecases::case::register::{RegisterCaseError, Registered};
pub use usecases::case::summary::{FollowupSummary, MissingWithState};
pub use usecases::case::update::UpdateCaseError;
pub use usecases::mail_in::callback::CallbackError;
pub use usecases::mail_in::process::IngestReport;
pub use usecases::plan::apply::ApplyPlanError;
pub use usecases::plan::attempts::AttemptList;
pub use usecases::plan::dispatch::DispatchReport;
pub use usecases::plan::override_attempt::AttemptAction;
pub use usecases::plan::preview::{DispatchPreview, PreviewedFate, PreviewedLetter};
pub use usecases::plan::schedule::OneMoreAttempt;
pub use usecases::plan::templates::TemplateError;
pub use usecases::proposal::accept::{Acceptance, MOST_AT_ONCE};
pub use usecases::proposal::list::{OpenProposal, Proposals};
pub use usecases::send::call::LogCallError;
pub use usecases::send::draft::{Draft, DraftError, DraftedTemplate, LetterWay};
pub use usecases::send::files::KeptFile;
pub use usecases::send::manual::{Sent, WrittenDraft};
pub use usecases::send::resend::Resent;
pub use usecases::send::undo::Undone;
pub use usecases::thread::read::{Thread, ThreadPage};
pub use usecases::tray::assign::AssignRequest;
pub use usecases::tray::assigned::AssignedMail;
pub use usecases::tray::retry::Retried;
pub use usecases::tray::unassigned::UnassignedMail;
pub use usecases::unit::deadlines::DeadlineError;
pub use usecases::unit::letter_texts::{LetterPreview, LetterText, LetterTextError};
pub use usecases::unit::test_mail::TestMailError;
pub use usecases::unit::test_sms::TestSmsError;
pub use usecases::unit::test_whatsapp::{TestWhatsappError, WhatsappTest};
pub use usecases::unit::users::{NewUserRequest, UserError};
pub use usecases::unit::whatsapp_templates::Listing;
pub use usecases::watch::agenda::{Agenda, AgendaItem};
pub use usecases::watch::channel_states::ChannelState;
pub use usecases::watch::health::{Health, NotReady, OVERDUE_AFTER};
pub use usecases::watch::queue::{InQueue, Queue};
pub use usecases::watch::worklist::Worklist;
