//! What the tests share: the service on an empty database, and what it holds.
// Every test file uses a part of it.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::expect_used)]

pub mod imap_client;
pub mod scripted_server;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use followup_app::{App, EventReaders, Senders};
use followup_diesel::{MigratingStore, SqliteStore};
use followup_domain::asking::missing::RequiredFields;
use followup_domain::asking::request::Letterhead;
use followup_domain::contact::Country;
use followup_domain::ids::InboundMailId;
use followup_domain::mail::inbound::{InboundMail, MailboxCursor};
use followup_domain::mail::mailbox_health::MailboxHealth;
use followup_domain::policy::FollowupPolicy;
use followup_domain::ports::{PageRequest, Store, StoreError, StoreExt, TrayState, Tx, TxMode, TxVerdict};
use followup_imap::{ImapConfig, ImapLogin, ImapTls, Password, Stop};
use followup_letters::TemplateLetters;
use followup_mail::MimeReader;
use followup_testkit::builders;
use followup_testkit::fakes::{ManualClock, SequentialIds};

/// More mails than any test stores.
const MANY: i64 = 200;

/// The service on an empty database in memory.
pub fn service() -> App {
    service_on(Arc::new(database()))
}

pub fn database() -> SqliteStore {
    let store = SqliteStore::in_memory(followup_testkit::fakes::salts()).unwrap();
    store.migrate().unwrap();
    store
}

/// A clock that stands behind every date of arrival that the tests' servers tell.
fn clock() -> ManualClock {
    let clock = ManualClock::default();
    clock.advance(chrono::Duration::days(200));
    clock
}

/// The service on a given store.
pub fn service_on(store: Arc<dyn Store>) -> App {
    App {
        store,
        clock: Arc::new(clock()),
        ids: Arc::new(SequentialIds::default()),
        letters: Arc::new(TemplateLetters::built_in()),
        answers: Arc::new(followup_testkit::fakes::PlainAnswers::default()),
        reader: Arc::new(MimeReader::new([policy().sender])),
        events: EventReaders::default(),
        senders: Senders::default(),
        policy: Arc::new(policy()),
        templates: None,
        turns: followup_app::Turns::default(),
        service: "mail-poller",
    }
}

fn policy() -> FollowupPolicy {
    FollowupPolicy {
        automatic_requests: false,
        automatic_delay: chrono::Duration::hours(24),
        required: RequiredFields::standard(),
        letterhead: Letterhead { unit_name: "Unidad de Farmacovigilancia".into(), subject_prefix: "VIGIA".into(), ..Letterhead::default() },
        country: Country::PERU,
        ..builders::policy("pv@vigia.test")
    }
}

/// Every stored mail in the order of storing.
pub fn stored(followup: &App) -> Vec<(InboundMail, Vec<u8>)> {
    let all = |tx: &mut dyn Tx| {
        let mut mails = Vec::new();
        for id in (1..=MANY).map(InboundMailId) {
            if let Some(mail) = tx.inbox().find_for_update(id)? {
                mails.push((mail, tx.originals().find_whole_arrival(id)?.unwrap_or_default()));
            }
        }
        Ok::<_, StoreError>(mails)
    };
    followup.store.write(all).unwrap()
}

/// The first subject line of every stored mail, in the order of storing.
pub fn subjects(followup: &App) -> Vec<String> {
    stored(followup).iter().map(|(_, raw)| subject_of(raw)).collect()
}

pub fn subject_of(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    text.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap_or("?").to_owned()
}

pub fn health(followup: &App, config: &ImapConfig) -> Option<MailboxHealth> {
    followup.mailbox_health().unwrap().into_iter().find(|health| health.mailbox == config.mailbox_key())
}

/// Every mail that is in the quarantine, newest first.
pub fn quarantined(followup: &App) -> Vec<InboundMail> {
    let page = PageRequest { offset: 0, limit: 100 };
    followup.quarantined(TrayState::Open, page).unwrap().items.into_iter().map(|found| found.mail).collect()
}

pub fn cursor(followup: &App, config: &ImapConfig) -> Option<MailboxCursor> {
    followup.mailbox_cursor(&config.mailbox_key()).unwrap()
}

/// A mail as a reporter writes it.
pub fn mail(subject: &str) -> Vec<u8> {
    format!(
        "From: reporter@clinic.test\r\nTo: pv@vigia.test\r\nSubject: {subject}\r\nMessage-ID: <{}@clinic.test>\r\n\r\nRespuesta.\r\n",
        subject.replace(' ', "-")
    )
    .into_bytes()
}

/// A configuration for a server of this machine.
pub fn config(port: u16, tls: ImapTls) -> ImapConfig {
    let mut config = ImapConfig::new("localhost", port, "pv@vigia.test", password("clave-pv-vigia-test"));
    config.tls = tls;
    config
}

pub fn password(text: &str) -> ImapLogin {
    ImapLogin::Password(Password::new(text))
}

/// A store that cannot be written while it is switched off, and that can request a stop when it is written.
pub struct SwitchedStore {
    inner: SqliteStore,
    down: AtomicBool,
    after_write: Mutex<Option<Stop>>,
}

impl SwitchedStore {
    pub fn new() -> Arc<Self> {
        Arc::new(Self { inner: database(), down: AtomicBool::new(false), after_write: Mutex::new(None) })
    }

    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    /// The next transaction that writes requests this stop.
    pub fn stop_after_write(&self, stop: &Stop) {
        *self.after_write.lock().unwrap() = Some(stop.clone());
    }
}

impl Store for SwitchedStore {
    fn transact(&self, mode: TxMode, work: &mut dyn FnMut(&mut dyn Tx) -> TxVerdict) -> Result<(), StoreError> {
        if mode == TxMode::Write && self.down.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable("switched off".into()));
        }
        self.inner.transact(mode, work)?;
        let stop = if mode == TxMode::Write { self.after_write.lock().unwrap().take() } else { None };
        if let Some(stop) = stop {
            stop.request();
        }
        Ok(())
    }

    fn check(&self) -> Result<(), StoreError> {
        self.inner.check()
    }
}

/// Far longer than any test waits for anything: it is never waited out, except by a failure.
pub const LIMIT: Duration = Duration::from_secs(60);

/// Waits for something that another task brings about.
///
/// # Panics
/// When it does not come about within [`LIMIT`].
pub async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let waited = tokio::time::timeout(LIMIT, async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    assert!(waited.await.is_ok(), "waited in vain: {what}");
}
