//! Port traits: what the rules need from the outside. All are sync and object-safe.
//!
//! One vocabulary of verbs: `insert` (→ [`Inserted`]), `find` (→ `Option`), `find_for_update` (locks the row until the
//! transaction ends), `update` (→ [`Updated`]), `list` (→ a page), `append`, `claim_due`, `record_*`, `cancel_*`.

mod addresses;
mod answers;
mod attempts;
mod audit;
mod automatics;
mod board;
mod breakers;
mod callback_door;
mod cases;
mod deadlines;
mod deliveries;
mod dispatch;
mod do_not_contact;
mod drafts;
mod enclosures;
mod exchanges;
mod exports;
mod fields;
mod health;
mod held_letters;
mod idempotency;
mod inbox;
mod letter_texts;
mod mailboxes;
mod media;
mod media_source;
mod messages;
mod names;
mod notices;
mod originals;
mod plans;
mod proposals;
mod provider_events;
mod quarantine;
mod readings;
mod requests;
mod sender;
mod sessions;
mod standings;
mod store;
mod template_catalogue;
mod templates;
mod threads;
mod time;
mod tokens;
mod trays;
mod unfetched;
mod users;
mod waiting;
mod warnings;
mod whatsapp_templates;
mod worklist;

pub use addresses::AddressRepository;
pub use answers::AnswerRepository;
pub use attempts::{AgendaQuery, AttemptRepository, AttemptUpdate, NewAttempt};
pub use audit::{AuditHead, AuditRepository};
pub use automatics::{AutomaticRepository, Reserved};
pub use board::{BoardRepository, CountedAnswers};
pub use breakers::BreakerRepository;
pub use callback_door::{CallbackDoor, ProviderCall};
pub use cases::{CaseQuery, CaseRepository, CaseSort, NewCase, StandingFilter};
pub use deadlines::DeadlineRepository;
pub use deliveries::DeliveryRepository;
pub use dispatch::{Claimed, DispatchRepository, Held, Postponement, of_one};
pub use do_not_contact::{DoNotContact, DoNotContactRepository};
pub use drafts::DraftRepository;
pub use enclosures::{EnclosureRepository, NewUpload};
pub use exchanges::ExchangeRepository;
pub use exports::{ExportRepository, QueuedMessage};
pub use fields::{AnswerProof, AnsweredField, DocumentedField, FieldRepository};
pub use health::{DueAttempts, HealthRepository, QueueFigures, SentFigures};
pub use held_letters::{HeldLetter, HeldLetterRepository};
pub use idempotency::{IdempotencyRepository, Remembered};
pub use inbox::InboxRepository;
pub use letter_texts::LetterTextRepository;
pub use mailboxes::MailboxRepository;
pub use media::{DueMedia, MediaRepository};
pub use media_source::{MediaError, MediaLimits, MediaSource};
pub use messages::{Lease, MessageRepository, NewCall, NewInboundMessage, NewOutboundMessage, NewOutboundTiming, Outcome};
pub use names::{KnownMessage, NameRepository};
pub use notices::NoticeRepository;
pub use originals::{OriginalRepository, Piece};
pub use plans::{NewPlan, PlanRepository};
pub use proposals::{ProposalRepository, ReadAnswerRepository, UnreadWords};
pub use provider_events::{NewCallback, NewProviderEvent, ProviderEventRepository, StoredCall};
pub use quarantine::QuarantineRepository;
pub use readings::{ReadingRepository, ReplyReading};
pub use requests::{AskedField, AskedItem, RequestRepository};
pub use sender::{Prepared, Sender};
pub use sessions::SessionRepository;
pub use standings::{CaseBrief, KeptStanding, StandingRepository, ThreadFacts};
pub use store::{Standbys, Store, StoreError, StoreExt, Tx, TxMode, TxVerdict};
pub use template_catalogue::{CatalogueError, TemplateCatalogue};
pub use templates::{NewTemplate, PlanTemplateRepository};
pub use threads::{MessageView, ThreadRepository};
pub use time::{Clock, IdGen, Salts};
pub use tokens::{AccessToken, AccessTokens, Granted, TokenError};
pub use trays::{Assignment, Badge, Discard, InTray, SenderCases, TrayRepository, TrayState};
pub use unfetched::UnfetchedRepository;
pub use users::{NewUser, UserChange, UserRepository};
pub use waiting::WaitingRepository;
pub use warnings::WarningRepository;
pub use whatsapp_templates::{KnownTemplate, WhatsappTemplateRepository};
pub use worklist::{LaneItem, LanePlace, Onlooker, WorklistRepository};

/// What an insert under a unique key did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inserted<Id> {
    /// It is new.
    New(Id),
    /// It was there already.
    Duplicate(Id),
}

impl<Id: Copy> Inserted<Id> {
    /// The id, new or not.
    pub fn id(self) -> Id {
        match self {
            Self::New(id) | Self::Duplicate(id) => id,
        }
    }
}

/// What a conditional update did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Updated {
    /// It was done.
    Yes,
    /// The condition no longer held; nothing changed.
    Stale,
}

/// One page of a list, and how many there are in all.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// How many match in all pages.
    pub total: i64,
}

/// Which page: `limit` items from `offset` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// Items to pass over.
    pub offset: i64,
    /// Items to give.
    pub limit: i64,
}
