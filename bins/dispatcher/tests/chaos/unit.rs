//! A unit with a database of its own, the cases it asks about, and the dispatchers that it starts.

use std::process::Command;
use std::sync::Arc;

use chrono::Duration;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use followup_app::{App, EventReaders, Senders};
use followup_diesel::MigratingStore;
use followup_domain::asking::missing::RequiredFields;
use followup_domain::asking::plan::{AttemptStatus, BUILT_IN_TEMPLATE};
use followup_domain::audit::Actor;
use followup_domain::case::{CasePatch, Scalar};
use followup_domain::contact::EmailAddress;
use followup_domain::ids::CaseId;
use followup_domain::mail::inbound::{MailboxPosition, NewInboundMail};
use followup_domain::message::{Delivery, Message};
use followup_domain::policy::FollowupPolicy;
use followup_letters::TemplateLetters;
use followup_mail::MimeReader;
use followup_runtime::clock::{RandomIds, RandomSalts, SystemClock};
use followup_testkit::builders;
use followup_testkit::rigs::postgres::PostgresCluster;
use followup_twilio::TwilioEvents;
use tempfile::TempDir;

const SENDER: &str = "fv@vigia.test";

pub struct Unit {
    pub app: App,
    pub cases: Vec<CaseId>,
    /// How the reporter of the case of this number is reached.
    pub contact: fn(usize) -> String,
    url: String,
    folder: TempDir,
}

impl Unit {
    pub fn on_postgres() -> Self {
        Self::on(|_| PostgresCluster::shared().create_database().url)
    }

    /// On a Postgres of the test's own.
    pub fn on_cluster(cluster: &PostgresCluster) -> Self {
        Self::on(|_| cluster.create_database().url)
    }

    pub fn on_sqlite() -> Self {
        Self::on(|folder| format!("sqlite:{}", folder.path().join("followup.db").display()))
    }

    fn on(url: impl FnOnce(&TempDir) -> String) -> Self {
        let folder = TempDir::new().unwrap();
        let url = url(&folder);
        let store = followup_diesel::open(&url, 4, Arc::new(RandomSalts)).unwrap();
        store.migrate().unwrap();
        Self { app: use_cases(store), cases: Vec::new(), contact: |number| format!("r{number}@clinic.test"), url, folder }
    }

    pub fn database(&self) -> &'static str {
        if self.is_sqlite() { "SQLite" } else { "Postgres" }
    }

    fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }

    /// Cases whose plans have one to four attempts due: the latest is to be sent, the others are overtaken.
    pub fn new_cases(&mut self, count: usize) {
        let somebody = Actor::User { id: None, username: "qf".into() };
        for _ in 0..count {
            let number = self.cases.len();
            let fields = [("reportante_contacto", (self.contact)(number)), ("producto_sospechoso", "Paracetamol".into())];
            let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), Scalar::Text(value))).collect();
            let case = self.app.register_case(&somebody, CasePatch { fields, ..CasePatch::default() }, None).unwrap().case.id;
            let months = i64::try_from(number % 4).unwrap();
            let base = self.app.clock.now() - Duration::hours(720 * months + 1);
            self.app.apply_plan(&somebody, case, BUILT_IN_TEMPLATE, base).unwrap();
            self.cases.push(case);
        }
    }

    /// A dispatcher that sends to this port.
    pub fn dispatcher(&self, port: u16) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dispatcher"));
        command.current_dir(self.folder.path()).env_clear().envs([
            ("DATABASE_URL", self.url.as_str()),
            ("SMTP_HOST", "127.0.0.1"),
            ("SMTP_TLS", "none"),
            ("SMTP_FROM", SENDER),
            ("AUTO_FOLLOWUP_ENABLED", "false"),
            ("AUTO_FOLLOWUP_DELAY_HOURS", "0"),
            ("REQUIRED_FIELDS", "paciente_peso,dosis"),
            ("LOG_LEVEL", "error"),
        ]);
        command.env("SMTP_PORT", port.to_string());
        command
    }

    /// Every lease runs out and every pause ends. All dispatchers are dead when it is called.
    pub fn time_passes(&self) {
        let long_ago = "'2024-01-01 00:00:00.000000+00:00'";
        let leases = format!("UPDATE message_queue SET lease_until = {long_ago} WHERE lease_until IS NOT NULL");
        let pauses = format!("UPDATE message_queue SET not_before = {long_ago} WHERE state = 'queued'");
        let breakers = ["retry_at", "probe_until", "recovered_at"]
            .map(|column| format!("UPDATE provider_breaker SET {column} = {long_ago} WHERE {column} IS NOT NULL"));
        self.execute(&[leases, pauses, breakers.join("; ")].join("; "));
    }

    /// Messages whose fate nobody knows.
    pub fn uncertain(&self) -> Vec<Message> {
        let threads = self.cases.iter().flat_map(|case| self.app.thread(*case).unwrap());
        threads.filter(|message| message.delivery == Some(Delivery::Uncertain)).collect()
    }

    /// A mail arrives in the mailbox and is understood.
    pub fn receive(&self, raw: &[u8]) {
        let now = self.app.clock.now();
        let position = MailboxPosition { mailbox: "Sent".into(), uid: None };
        self.app.store_mail(&NewInboundMail { position, arrived_at: now, recorded_at: now, raw: raw.to_vec() }).unwrap();
        self.app.process_stored_mail(&|| false).unwrap();
    }

    /// How many attempts that are due stand in a state.
    pub fn attempts(&self, status: AttemptStatus) -> usize {
        let now = self.app.clock.now();
        let of_case = |case: &CaseId| self.app.attempts(*case).unwrap();
        self.cases.iter().flat_map(of_case).filter(|attempt| attempt.due_at <= now && attempt.status == status).count()
    }

    /// Messages that are queued or under way.
    pub fn unsettled(&self) -> i64 {
        self.count("SELECT count(*) AS number FROM message_queue WHERE state <> 'uncertain'")
    }

    /// Uncertain messages that were never committed as under way: there must be none.
    pub fn uncertain_without_transmission(&self) -> i64 {
        self.count(
            "SELECT count(*) AS number FROM outbound WHERE delivery = 'uncertain' AND (transmitted_at IS NULL OR content_id IS NULL)",
        )
    }

    fn execute(&self, sql: &str) {
        self.on_connection(|conn| conn.batch_execute(sql), |conn| conn.batch_execute(sql)).unwrap();
    }

    fn count(&self, sql: &str) -> i64 {
        let one = |row: Number| row.number;
        self.on_connection(|conn| diesel::sql_query(sql).get_result(conn).map(one), |conn| diesel::sql_query(sql).get_result(conn).map(one))
            .unwrap()
    }

    fn on_connection<T>(
        &self,
        sqlite: impl FnOnce(&mut SqliteConnection) -> QueryResult<T>,
        postgres: impl FnOnce(&mut PgConnection) -> QueryResult<T>,
    ) -> QueryResult<T> {
        match self.url.strip_prefix("sqlite:") {
            Some(path) => {
                let mut conn = SqliteConnection::establish(path).unwrap();
                conn.batch_execute("PRAGMA busy_timeout = 10000")?;
                sqlite(&mut conn)
            }
            None => postgres(&mut PgConnection::establish(&self.url).unwrap()),
        }
    }
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

fn use_cases(store: Arc<dyn MigratingStore>) -> App {
    let sender = EmailAddress::parse(SENDER).unwrap();
    App {
        store,
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds::of_sender(&sender)),
        letters: Arc::new(TemplateLetters::built_in()),
        answers: Arc::new(followup_testkit::fakes::PlainAnswers::default()),
        reader: Arc::new(MimeReader::new([sender.clone()])),
        events: EventReaders::default().with(Arc::new(TwilioEvents)),
        templates: None,
        senders: Senders::default(),
        policy: Arc::new(policy(sender)),
        turns: followup_app::Turns::default(),
        service: "test",
    }
}

fn policy(sender: EmailAddress) -> FollowupPolicy {
    FollowupPolicy {
        automatic_requests: false,
        automatic_delay: Duration::zero(),
        required: RequiredFields::parse("paciente_peso,dosis").unwrap(),
        ..builders::policy(sender.as_str())
    }
}
