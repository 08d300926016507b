//! The store: transactions are the only way to the repositories.

use super::AnswerRepository;
use super::AutomaticRepository;
use super::BoardRepository;
use super::DeliveryRepository;
use super::DraftRepository;
use super::EnclosureRepository;
use super::ExchangeRepository;
use super::ExportRepository;
use super::FieldRepository;
use super::HeldLetterRepository;
use super::LetterTextRepository;
use super::MailboxRepository;
use super::MediaRepository;
use super::NameRepository;
use super::NoticeRepository;
use super::OriginalRepository;
use super::PlanTemplateRepository;
use super::ProposalRepository;
use super::QuarantineRepository;
use super::ReadAnswerRepository;
use super::ReadingRepository;
use super::SessionRepository;
use super::StandingRepository;
use super::ThreadRepository;
use super::UnfetchedRepository;
use super::WaitingRepository;
use super::WarningRepository;
use super::WhatsappTemplateRepository;
use super::WorklistRepository;
use super::{
    AddressRepository, AttemptRepository, AuditRepository, BreakerRepository, CaseRepository, DeadlineRepository, DispatchRepository,
    DoNotContactRepository, HealthRepository, IdempotencyRepository, InboxRepository, MessageRepository, PlanRepository,
    ProviderEventRepository, RequestRepository, TrayRepository, UserRepository,
};

/// Why the store did not do something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// It cannot be reached, is full, locked or shutting down: nothing was changed, and it may work later.
    #[error("store unavailable: {0}")]
    Unavailable(String),
    /// The connection broke during the commit, or the commit was not seen to be copied as the store is set to: it may be in force, now or after
    /// a failover, or not. Callers rely on unique keys and compare-and-set, as after a crash.
    #[error("store did not confirm: {0}")]
    Unknown(String),
    /// It holds, or was told, something that must not be: a programming error or foul play.
    #[error("store refused: {0}")]
    Refused(String),
}

impl StoreError {
    /// Whether the same may succeed later. What [`StoreError::Unknown`] says may also be done already.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Unknown(_))
    }
}

/// Whether a transaction writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TxMode {
    /// One consistent view; writing in it is an error.
    Read,
    /// Reads and writes, all or nothing.
    Write,
}

/// What the work in a transaction decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TxVerdict {
    /// Keep what was written.
    Commit,
    /// Undo it.
    Rollback,
}

/// What other servers know of the store, one of which may take its place one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standbys {
    /// There is none, or none is known.
    None,
    /// A commit is not over before one of them has it.
    Synchronous,
    /// They follow as they can. What was committed last may be missing after a failover: a letter that left may be sent again.
    Asynchronous,
}

impl Standbys {
    /// The name under which it is published.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Synchronous => "synchronous",
            Self::Asynchronous => "asynchronous",
        }
    }
}

/// A transactional store. Use [`StoreExt`].
pub trait Store: Send + Sync {
    /// Runs `work` in one transaction. A panic in `work` rolls back. Calls do not nest: a transaction inside a transaction
    /// panics in tests and debug builds. After a deadlock or a serialisation failure `work` may be run again from the start,
    /// so it must do nothing outside the transaction that cannot be repeated.
    ///
    /// # Errors
    /// The connection, the begin or the commit failed. Nothing was changed, unless it is [`StoreError::Unknown`].
    fn transact(&self, mode: TxMode, work: &mut dyn FnMut(&mut dyn Tx) -> TxVerdict) -> Result<(), StoreError>;

    /// Whether the store can be reached and its schema is the one this program knows.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    fn check(&self) -> Result<(), StoreError>;

    /// Which standbys it has.
    ///
    /// # Errors
    /// The store cannot be reached.
    fn standbys(&self) -> Result<Standbys, StoreError> {
        Ok(Standbys::None)
    }

    /// So many writing transactions get on beside each other, whose commits the store makes durable together. One that has one writer lets the others
    /// wait.
    fn commits_at_once(&self) -> usize {
        1
    }

    /// Whether the promotion of a standby would be noticed while the old primary still answers.
    fn notices_promotions(&self) -> bool {
        true
    }
}

/// Transactions with results.
pub trait StoreExt: Store {
    /// Runs `work` in a writing transaction: commit on `Ok`, roll back on `Err` or panic.
    ///
    /// # Errors
    /// Those of `work`, and the store's own.
    fn write<T, E: From<StoreError>>(&self, work: impl FnMut(&mut dyn Tx) -> Result<T, E>) -> Result<T, E> {
        run(self, TxMode::Write, work)
    }

    /// Runs `work` on one consistent view of the store.
    ///
    /// # Errors
    /// Those of `work`, and the store's own.
    fn read<T, E: From<StoreError>>(&self, work: impl FnMut(&mut dyn Tx) -> Result<T, E>) -> Result<T, E> {
        run(self, TxMode::Read, work)
    }
}

impl<S: Store + ?Sized> StoreExt for S {}

fn run<S: Store + ?Sized, T, E: From<StoreError>>(
    store: &S,
    mode: TxMode,
    mut work: impl FnMut(&mut dyn Tx) -> Result<T, E>,
) -> Result<T, E> {
    let mut answer = None;
    store.transact(mode, &mut |tx| {
        let result = work(tx);
        let verdict = if result.is_ok() { TxVerdict::Commit } else { TxVerdict::Rollback };
        answer = Some(result);
        verdict
    })?;
    answer.unwrap_or_else(|| Err(StoreError::Refused("the store did not run the work".into()).into()))
}

/// The repositories, within one transaction.
pub trait Tx {
    /// Cases.
    fn cases(&mut self) -> &mut dyn CaseRepository;
    /// Messages.
    fn messages(&mut self) -> &mut dyn MessageRepository;
    /// The queue of those to be sent, as whoever sends them works on it.
    fn dispatch(&mut self) -> &mut dyn DispatchRepository;
    /// What was asked, and the delay between automatic letters.
    fn requests(&mut self) -> &mut dyn RequestRepository;
    /// Plan templates and applied plans.
    fn plans(&mut self) -> &mut dyn PlanRepository;
    /// Scheduled contacts.
    fn attempts(&mut self) -> &mut dyn AttemptRepository;
    /// The bytes of what was sent and received.
    fn originals(&mut self) -> &mut dyn OriginalRepository;
    /// Files that people enclose with messages.
    fn enclosures(&mut self) -> &mut dyn EnclosureRepository;
    /// Files that came with messages, apart from them.
    fn media(&mut self) -> &mut dyn MediaRepository;
    /// Inbound mail as it arrived.
    fn inbox(&mut self) -> &mut dyn InboxRepository;
    /// What people decide about mail that found no case, or could not be understood.
    fn trays(&mut self) -> &mut dyn TrayRepository;
    /// The audit trail.
    fn audit(&mut self) -> &mut dyn AuditRepository;
    /// Local users.
    fn users(&mut self) -> &mut dyn UserRepository;
    /// Addresses that must not be written to.
    fn do_not_contact(&mut self) -> &mut dyn DoNotContactRepository;
    /// Addresses at which letters failed.
    fn addresses(&mut self) -> &mut dyn AddressRepository;
    /// Reporting deadlines.
    fn deadlines(&mut self) -> &mut dyn DeadlineRepository;
    /// Idempotency keys of requests.
    fn idempotency(&mut self) -> &mut dyn IdempotencyRepository;
    /// Circuit breakers of providers.
    fn breakers(&mut self) -> &mut dyn BreakerRepository;
    /// What providers tell of messages.
    fn provider_events(&mut self) -> &mut dyn ProviderEventRepository;
    /// Counts for those who watch over the service.
    fn health(&mut self) -> &mut dyn HealthRepository;
    /// The threads of cases: what was written and said, in order; notifications stand in none.
    fn threads(&mut self) -> &mut dyn ThreadRepository;
    /// Who has read answers, and whether somebody has decided about them.
    fn answers(&mut self) -> &mut dyn AnswerRepository;
    /// What a case asked, and what it heard.
    fn exchanges(&mut self) -> &mut dyn ExchangeRepository;
    /// External names of messages: their Message-IDs and those that relays gave them.
    fn names(&mut self) -> &mut dyn NameRepository;
    /// Notices: what automatic mails say, and of which letter.
    fn notices(&mut self) -> &mut dyn NoticeRepository;
    /// What was found when a mail was read.
    fn readings(&mut self) -> &mut dyn ReadingRepository;
    /// What a person, a reply or a report says of a letter.
    fn deliveries(&mut self) -> &mut dyn DeliveryRepository;
    /// What is known of the fields that were asked for.
    fn fields(&mut self) -> &mut dyn FieldRepository;
    /// Automatic letters: of which there are few, and far between.
    fn automatics(&mut self) -> &mut dyn AutomaticRepository;
    /// Mailboxes: how far they were read, and how they fare.
    fn mailboxes(&mut self) -> &mut dyn MailboxRepository;
    /// Mails without bytes.
    fn unfetched(&mut self) -> &mut dyn UnfetchedRepository;
    /// Since when cases wait.
    fn waiting(&mut self) -> &mut dyn WaitingRepository;
    /// What contradicts itself in cases.
    fn warnings(&mut self) -> &mut dyn WarningRepository;
    /// Plan templates.
    fn templates(&mut self) -> &mut dyn PlanTemplateRepository;
    /// Letters that wait for their address.
    fn held_letters(&mut self) -> &mut dyn HeldLetterRepository;
    /// The quarantine.
    fn quarantine(&mut self) -> &mut dyn QuarantineRepository;
    /// Lists as a whole.
    fn exports(&mut self) -> &mut dyn ExportRepository;
    /// What cases stand at.
    fn standings(&mut self) -> &mut dyn StandingRepository;
    /// What needs a person, lane by lane.
    fn worklist(&mut self) -> &mut dyn WorklistRepository;
    /// What was answered, counted.
    fn board(&mut self) -> &mut dyn BoardRepository;
    /// The letters in the unit's own words.
    fn letter_texts(&mut self) -> &mut dyn LetterTextRepository;
    /// Letters that people are writing.
    fn drafts(&mut self) -> &mut dyn DraftRepository;
    /// Sessions of the page.
    fn sessions(&mut self) -> &mut dyn SessionRepository;
    /// What answers say of the case's fields.
    fn proposals(&mut self) -> &mut dyn ProposalRepository;
    /// Answers in which rules look for values.
    fn read_answers(&mut self) -> &mut dyn ReadAnswerRepository;
    /// The message templates of WhatsApp's provider.
    fn whatsapp_templates(&mut self) -> &mut dyn WhatsappTemplateRepository;
}
