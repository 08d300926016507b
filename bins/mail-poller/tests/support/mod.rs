//! The real poller on a real Dovecot, and what it stored.
#![allow(dead_code)] // Every test file uses a part of it.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use followup_diesel::MigratingStore;
use followup_domain::ids::{InboundMailId, MessageId};
use followup_domain::mail::inbound::{InboundMail, InboundState};
use followup_domain::message::{Delivery, Message};
use followup_domain::ports::{Clock, NewOutboundMessage, NewOutboundTiming, Onlooker, Outcome, StoreError, StoreExt, Updated};
use followup_runtime::clock::SystemClock;
use followup_testkit::builders::{at, lease, message_id, new_case, outbound};
use followup_testkit::chaos::Random;
use followup_testkit::one_letter::OneLetter;
use followup_testkit::rigs::mail::{HOST, MailRig};
use followup_testkit::rigs::postgres::{PostgresCluster, TestDatabase};
use tempfile::TempDir;

/// A mailbox, a database, and the settings of a poller between them.
pub struct Deployment {
    rig: MailRig,
    folder: TempDir,
    url: String,
    _database: Option<TestDatabase>,
    store: Arc<dyn MigratingStore>,
}

impl Deployment {
    pub fn on_sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite:{}", folder.path().join("followup.db").display());
        Self::on(folder, url, None)
    }

    pub fn on_postgres() -> Self {
        let database = PostgresCluster::shared().create_database();
        Self::on(TempDir::new().unwrap(), database.url.clone(), Some(database))
    }

    fn on(folder: TempDir, url: String, database: Option<TestDatabase>) -> Self {
        let store = followup_diesel::open(&url, 4, followup_testkit::fakes::salts()).unwrap();
        store.migrate().unwrap();
        Self { rig: MailRig::start(), folder, url, _database: database, store }
    }

    pub fn database(&self) -> &'static str {
        if self.url.starts_with("sqlite:") { "SQLite" } else { "Postgres" }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mail-poller"));
        command.current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs([
            ("DATABASE_URL", self.url.as_str()),
            ("IMAP_HOST", HOST),
            ("IMAP_PORT", &self.rig.imaps_port.to_string()),
            ("IMAP_USER", &self.rig.unit.address),
            ("IMAP_PASSWORD", &self.rig.unit.password),
            ("IMAP_CA_FILE", &self.rig.ca_file.display().to_string()),
            ("IMAP_POLL_SECONDS", "1"),
        ]);
        command
    }

    /// A daemon that says nothing.
    pub fn start_poller(&self) -> Child {
        self.start_poller_with(&[])
    }

    pub fn start_poller_with(&self, settings: &[(&str, &str)]) -> Child {
        self.command().envs(settings.iter().copied()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// A file of the deployment's own.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Takes from the mail server the right to read the mail with this subject. Gives the file.
    pub fn close_mail(&self, subject: &str) -> PathBuf {
        let folder = self.rig.maildir(&self.rig.unit);
        let files = ["cur", "new"].into_iter().flat_map(|part| fs::read_dir(folder.join(part)).unwrap()).map(|entry| entry.unwrap().path());
        let file = files.into_iter().find(|path| subject_of(&fs::read(path).unwrap()) == subject).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o000)).unwrap();
        file
    }

    /// Gives the right back.
    pub fn open_mail(&self, file: PathBuf) {
        fs::set_permissions(file, Permissions::from_mode(0o600)).unwrap();
    }

    /// Runs the poller to its end.
    pub fn run(&self, arguments: &[&str], settings: &[(&str, &str)]) -> Output {
        self.command().args(arguments).envs(settings.iter().copied()).output().unwrap()
    }

    /// Whether mailbox and store agree in the end, and what is said of it.
    pub fn reconcile(&self) -> (bool, String) {
        let output = self.run(&["reconcile"], &[]);
        let text = String::from_utf8(if output.status.success() { output.stdout } else { output.stderr }).unwrap();
        // Behind the log.
        (output.status.success(), text.lines().last().unwrap_or_default().to_owned())
    }

    /// A letter whose fate nobody knows, and its bytes.
    pub fn letter_in_doubt(&self) -> (MessageId, Vec<u8>) {
        let lease = lease("one", at(60));
        let id = self.store.write::<_, StoreError>(|tx| {
            let case_id = tx.cases().insert(&new_case())?;
            let letter = NewOutboundMessage { timing: NewOutboundTiming::Leased(lease.clone()), ..outbound(case_id, "letter") };
            Ok(tx.messages().insert_outbound(&letter)?.id())
        });
        let id = id.unwrap();
        let raw = format!(
            "From: fv@example.net\r\nTo: rojas@example.org\r\nSubject: Solicitud\r\nMessage-ID: {}\r\n\r\nEstimada Dra. Rojas:\r\n",
            message_id("letter")
        );
        let silence = Outcome::of(Delivery::Uncertain, at(2));
        let left = self.store.write::<_, StoreError>(|tx| {
            tx.dispatch().transmit_one(id, &lease, raw.as_bytes(), at(1))?;
            tx.dispatch().record_one(id, &lease.token, &silence)
        });
        assert_eq!(left.unwrap(), Updated::Yes);
        (id, raw.into_bytes())
    }

    /// A message as it is stored.
    pub fn message(&self, id: MessageId) -> Message {
        self.store.read::<_, StoreError>(|tx| tx.messages().find(id)).unwrap().unwrap()
    }

    /// How many mails wait in the unassigned tray.
    pub fn unassigned(&self) -> i64 {
        self.store.read::<_, StoreError>(|tx| tx.trays().badge(Onlooker { reader: "qf", now: SystemClock.now() })).unwrap().unassigned
    }

    /// How many mails are stored.
    pub fn stored(&self) -> usize {
        self.mails().len()
    }

    fn mails(&self) -> Vec<(InboundMail, Vec<u8>)> {
        let mut mails = Vec::new();
        let mut id = 0;
        // Ids may have gaps where a transaction was rolled back.
        let mut empty = 0;
        while empty < 1000 {
            id += 1;
            let found = self.store.write::<_, StoreError>(|tx| {
                let Some(mail) = tx.inbox().find_for_update(InboundMailId(id))? else { return Ok(None) };
                let raw = tx.originals().find_whole_arrival(mail.id)?.unwrap_or_default();
                Ok(Some((mail, raw)))
            });
            match found.unwrap() {
                Some(found) => {
                    mails.push(found);
                    empty = 0;
                }
                None => empty += 1,
            }
        }
        mails
    }

    /// Asserts that all mails of [`Inbox::receive`] are stored once, in the mailbox's order, and understood once.
    pub fn holds_each_once_in_order(&self, total: usize) {
        let mails = self.mails();
        let places: Vec<u32> = mails.iter().map(|(mail, _)| mail.position.uid.unwrap().1).collect();
        assert!(places.is_sorted_by(|one, next| one < next), "not in the mailbox's order: {places:?}");
        let subjects: Vec<String> = mails.iter().map(|(_, raw)| subject_of(raw)).collect();
        let expected: Vec<String> = (0..total).map(|number| format!("mensaje {number}")).collect();
        assert!(subjects == expected, "{} mails: {subjects:?}", subjects.len());
        assert!(mails.iter().all(|(mail, _)| mail.state == InboundState::Processed));
        let mut messages: Vec<_> = mails.iter().map(|(mail, _)| mail.message_id.unwrap()).collect();
        messages.sort();
        messages.dedup();
        assert_eq!(messages.len(), total, "each mail is one message");
        let badge = self.store.read::<_, StoreError>(|tx| tx.trays().badge(Onlooker { reader: "qf", now: SystemClock.now() })).unwrap();
        assert_eq!((badge.unassigned, badge.quarantined), (total as i64, 0));
        let health = self.store.read::<_, StoreError>(|tx| tx.mailboxes().health()).unwrap();
        let cursor = self.store.read::<_, StoreError>(|tx| tx.mailboxes().cursor(&health[0].mailbox)).unwrap().unwrap();
        assert_eq!(cursor.last_uid, *places.last().unwrap());
        let found = health[0].reconciliation.unwrap();
        assert_eq!((found.in_mailbox, found.stored), (total as u64, total as u64));
    }
}

fn subject_of(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    text.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap_or("?").to_owned()
}

/// A client that puts mail into the mailbox.
pub struct Inbox(BufReader<TcpStream>);

impl Inbox {
    pub fn sign_in(deployment: &Deployment) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", deployment.rig.imap_port)).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut inbox = Self(BufReader::new(stream));
        inbox.line();
        let unit = &deployment.rig.unit;
        inbox.command(&format!("LOGIN \"{}\" \"{}\"", unit.address, unit.password));
        inbox
    }

    /// So many mails arrive, in bursts.
    pub fn receive(&mut self, total: usize, mut random: Random) {
        for number in 0..total {
            if random.percent(5) {
                std::thread::sleep(Duration::from_millis(random.below(200)));
            }
            let raw = format!(
                "From: reporter@clinic.test\r\nTo: pv@vigia.test\r\nSubject: mensaje {number}\r\nMessage-ID: <m{number}@clinic.test>\r\n\r\nRespuesta {number}.\r\n{}",
                "relleno\r\n".repeat(random.below(400) as usize)
            );
            self.append("INBOX", raw.as_bytes());
        }
    }

    /// Puts a mail into a folder, which is made if it is not there.
    pub fn append(&mut self, folder: &str, raw: &[u8]) {
        if folder != "INBOX" {
            self.command(&format!("CREATE {folder}"));
        }
        self.command(&format!("APPEND {folder} {{{}+}}\r\n{}", raw.len(), String::from_utf8_lossy(raw)));
    }

    fn command(&mut self, command: &str) {
        self.0.get_mut().write_all(format!("t {command}\r\n").as_bytes()).unwrap();
        loop {
            let line = self.line();
            if let Some(result) = line.strip_prefix("t ") {
                assert!(result.starts_with("OK"), "{result}");
                return;
            }
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "the server hung up");
        line
    }
}
