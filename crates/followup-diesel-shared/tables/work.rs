//! One transaction's work: the repositories on one connection.

use std::time::{Duration, Instant};

use followup_domain::audit::SealedEntry;
use followup_domain::ports::{
    AddressRepository, AttemptRepository, AuditRepository, BreakerRepository, CaseRepository, DeadlineRepository, DispatchRepository,
    DoNotContactRepository, HealthRepository, IdempotencyRepository, InboxRepository, MessageRepository, PlanRepository,
    ProviderEventRepository, RequestRepository, Salts, StoreError, TrayRepository, Tx, TxMode, TxVerdict, UserRepository,
};

use super::super::Conn;
use super::transact::Terms;
use crate::error::{Done, Failure};
use followup_domain::ports::AnswerRepository;
use followup_domain::ports::AutomaticRepository;
use followup_domain::ports::BoardRepository;
use followup_domain::ports::DeliveryRepository;
use followup_domain::ports::DraftRepository;
use followup_domain::ports::EnclosureRepository;
use followup_domain::ports::ExchangeRepository;
use followup_domain::ports::ExportRepository;
use followup_domain::ports::FieldRepository;
use followup_domain::ports::HeldLetterRepository;
use followup_domain::ports::LetterTextRepository;
use followup_domain::ports::MailboxRepository;
use followup_domain::ports::MediaRepository;
use followup_domain::ports::NameRepository;
use followup_domain::ports::NoticeRepository;
use followup_domain::ports::OriginalRepository;
use followup_domain::ports::PlanTemplateRepository;
use followup_domain::ports::ProposalRepository;
use followup_domain::ports::QuarantineRepository;
use followup_domain::ports::ReadAnswerRepository;
use followup_domain::ports::ReadingRepository;
use followup_domain::ports::SessionRepository;
use followup_domain::ports::StandingRepository;
use followup_domain::ports::ThreadRepository;
use followup_domain::ports::UnfetchedRepository;
use followup_domain::ports::WaitingRepository;
use followup_domain::ports::WarningRepository;
use followup_domain::ports::WhatsappTemplateRepository;
use followup_domain::ports::WorklistRepository;

/// Connections that carried larger values are not kept.
const LARGEST_CARRIED: usize = 1024 * 1024;

/// The repositories, within one transaction.
pub(super) struct Work<'c> {
    conn: &'c mut Conn,
    mode: TxMode,
    /// After so long it is a limit on waiting that ended a piece of work.
    waits: Duration,
    pub(super) salts: &'c dyn Salts,
    heard: &'c dyn Fn(),
    /// What was appended to the audit trail and is not written yet.
    pub(super) trail: Vec<SealedEntry>,
    doom: Option<Doom>,
    /// It has carried so much that its connection is not to be kept.
    is_swollen: bool,
}

/// A failure after which the transaction cannot be committed. Postgres would abort it anyway; SQLite would go on.
#[derive(Debug, Clone)]
pub(super) struct Doom {
    /// What the caller was told.
    pub(super) error: StoreError,
    /// Whether running the whole transaction again may help.
    pub(super) may_pass: bool,
    /// Whether the connection must not be used again.
    pub(super) spoilt: bool,
}

impl Doom {
    pub(super) fn of(failure: &Failure) -> Self {
        Self { error: StoreError::from(failure), may_pass: failure.may_pass(), spoilt: failure.spoils_connection() }
    }
}

impl<'c> Work<'c> {
    pub(super) fn new(conn: &'c mut Conn, Terms { mode, waits, salts, heard }: Terms<'c>) -> Self {
        Self { conn, mode, waits, salts, heard, trail: Vec::new(), doom: None, is_swollen: false }
    }

    /// Notes that so many bytes were sent as one value: a client library keeps the memory that it took, for as long as the connection lives.
    pub(super) fn carried(&mut self, bytes: usize) {
        self.is_swollen |= bytes > LARGEST_CARRIED;
    }

    /// Whether the connection is to be given up.
    pub(super) fn is_swollen(&self) -> bool {
        self.is_swollen
    }

    /// Runs the work, and writes its audit trail if it is to be kept.
    pub(super) fn run(&mut self, work: &mut dyn FnMut(&mut dyn Tx) -> TxVerdict) -> TxVerdict {
        let verdict = work(self);
        if verdict == TxVerdict::Commit {
            // What fails here is this unit's doom.
            let _ = self.write_trail();
        }
        verdict
    }

    /// What went wrong, if anything did.
    pub(super) fn into_doom(self) -> Option<Doom> {
        self.doom
    }

    /// Runs queries that change nothing and lock nothing.
    pub(super) fn read<T>(&mut self, queries: impl FnOnce(&mut Conn) -> Done<T>) -> Result<T, StoreError> {
        if let Some(doom) = &self.doom {
            return Err(doom.error.clone());
        }
        let begun = Instant::now();
        let outcome = queries(self.conn);
        (self.heard)();
        outcome.map_err(|failure| {
            let mut doom = Doom::of(&failure);
            if begun.elapsed() >= self.waits {
                doom.error = failure.after_waiting();
            }
            self.doom.insert(doom).error.clone()
        })
    }

    /// Runs queries that change or lock something: refused in a reading transaction, on both databases alike.
    pub(super) fn write<T>(&mut self, queries: impl FnOnce(&mut Conn) -> Done<T>) -> Result<T, StoreError> {
        if self.mode == TxMode::Read {
            return Err(StoreError::Refused("a reading transaction must not write".to_owned()));
        }
        self.read(queries)
    }
}

impl Tx for Work<'_> {
    fn cases(&mut self) -> &mut dyn CaseRepository {
        self
    }
    fn messages(&mut self) -> &mut dyn MessageRepository {
        self
    }
    fn dispatch(&mut self) -> &mut dyn DispatchRepository {
        self
    }
    fn requests(&mut self) -> &mut dyn RequestRepository {
        self
    }
    fn plans(&mut self) -> &mut dyn PlanRepository {
        self
    }
    fn attempts(&mut self) -> &mut dyn AttemptRepository {
        self
    }
    fn originals(&mut self) -> &mut dyn OriginalRepository {
        self
    }
    fn enclosures(&mut self) -> &mut dyn EnclosureRepository {
        self
    }
    fn inbox(&mut self) -> &mut dyn InboxRepository {
        self
    }
    fn trays(&mut self) -> &mut dyn TrayRepository {
        self
    }
    fn audit(&mut self) -> &mut dyn AuditRepository {
        self
    }
    fn users(&mut self) -> &mut dyn UserRepository {
        self
    }
    fn do_not_contact(&mut self) -> &mut dyn DoNotContactRepository {
        self
    }
    fn addresses(&mut self) -> &mut dyn AddressRepository {
        self
    }
    fn deadlines(&mut self) -> &mut dyn DeadlineRepository {
        self
    }
    fn idempotency(&mut self) -> &mut dyn IdempotencyRepository {
        self
    }
    fn breakers(&mut self) -> &mut dyn BreakerRepository {
        self
    }
    fn media(&mut self) -> &mut dyn MediaRepository {
        self
    }
    fn provider_events(&mut self) -> &mut dyn ProviderEventRepository {
        self
    }
    fn health(&mut self) -> &mut dyn HealthRepository {
        self
    }
    fn threads(&mut self) -> &mut dyn ThreadRepository {
        self
    }
    fn answers(&mut self) -> &mut dyn AnswerRepository {
        self
    }
    fn exchanges(&mut self) -> &mut dyn ExchangeRepository {
        self
    }
    fn names(&mut self) -> &mut dyn NameRepository {
        self
    }
    fn notices(&mut self) -> &mut dyn NoticeRepository {
        self
    }
    fn readings(&mut self) -> &mut dyn ReadingRepository {
        self
    }
    fn deliveries(&mut self) -> &mut dyn DeliveryRepository {
        self
    }
    fn fields(&mut self) -> &mut dyn FieldRepository {
        self
    }
    fn automatics(&mut self) -> &mut dyn AutomaticRepository {
        self
    }
    fn mailboxes(&mut self) -> &mut dyn MailboxRepository {
        self
    }
    fn unfetched(&mut self) -> &mut dyn UnfetchedRepository {
        self
    }
    fn waiting(&mut self) -> &mut dyn WaitingRepository {
        self
    }
    fn warnings(&mut self) -> &mut dyn WarningRepository {
        self
    }
    fn templates(&mut self) -> &mut dyn PlanTemplateRepository {
        self
    }
    fn held_letters(&mut self) -> &mut dyn HeldLetterRepository {
        self
    }
    fn quarantine(&mut self) -> &mut dyn QuarantineRepository {
        self
    }
    fn exports(&mut self) -> &mut dyn ExportRepository {
        self
    }
    fn standings(&mut self) -> &mut dyn StandingRepository {
        self
    }
    fn worklist(&mut self) -> &mut dyn WorklistRepository {
        self
    }
    fn board(&mut self) -> &mut dyn BoardRepository {
        self
    }
    fn letter_texts(&mut self) -> &mut dyn LetterTextRepository {
        self
    }
    fn drafts(&mut self) -> &mut dyn DraftRepository {
        self
    }
    fn sessions(&mut self) -> &mut dyn SessionRepository {
        self
    }
    fn proposals(&mut self) -> &mut dyn ProposalRepository {
        self
    }
    fn read_answers(&mut self) -> &mut dyn ReadAnswerRepository {
        self
    }

    fn whatsapp_templates(&mut self) -> &mut dyn WhatsappTemplateRepository {
        self
    }
}
