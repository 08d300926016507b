//! A running service and a client for it.

pub(crate) mod server;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::Duration;
use followup_access::JwtSettings;
use followup_app::{App, EventReaders, Senders};
use followup_diesel::{MigratingStore, SqliteStore};
use followup_domain::asking::missing::RequiredFields;
use followup_domain::contact::EmailAddress;
use followup_domain::mail::inbound::{MailboxPosition, NewInboundMail};
use followup_domain::message::Channel;
use followup_domain::policy::FollowupPolicy;
use followup_domain::ports::{CallbackDoor, Clock, Store, StoreError, Tx, TxMode, TxVerdict};
use followup_domain::user::Role;
use followup_http::{EmailWebhook, HttpState, ServeOptions};
use followup_letters::TemplateLetters;
use followup_mail::MimeReader;
use followup_testkit::builders;
use followup_testkit::fakes::{ManualClock, RecordingSender, SequentialIds};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

pub(crate) use server::Answer;
use server::Server;

/// The key that signs the tests' tokens.
pub(crate) const KEY: &str = "0123456789abcdef0123456789abcdef";
/// An address that the standard case's contact holds.
pub(crate) const REPORTER: &str = "rojas@clinic.test";

/// A running service.
pub(crate) struct Api {
    pub(crate) followup: App,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) mail: RecordingSender,
    server: Server,
}

/// What a test may change before the service starts.
pub(crate) struct Setup {
    pub(crate) followup: App,
    pub(crate) jwt: JwtSettings,
    pub(crate) body_limit: Option<usize>,
    pub(crate) health_limit: Option<std::time::Duration>,
    pub(crate) webhook: Option<EmailWebhook>,
    pub(crate) providers: Vec<Arc<dyn CallbackDoor>>,
    pub(crate) body_patience: Option<(std::time::Duration, std::time::Duration)>,
    /// How long an answer is waited for, and room for one.
    pub(crate) answer_limits: Option<(std::time::Duration, std::time::Duration)>,
    pub(crate) serving: ServeOptions,
    pub(crate) origins: Vec<String>,
}

impl Api {
    pub(crate) fn start() -> Self {
        Self::start_with(|_| {})
    }

    pub(crate) fn start_with(change: impl FnOnce(&mut Setup)) -> Self {
        let clock = Arc::new(ManualClock::default());
        let mail = RecordingSender::default();
        let jwt = JwtSettings::new(KEY, None);
        let mut setup = Setup {
            followup: followup(&clock, &mail),
            jwt,
            body_limit: None,
            health_limit: None,
            webhook: None,
            providers: Vec::new(),
            body_patience: None,
            answer_limits: None,
            origins: Vec::new(),
            serving: ServeOptions::default(),
        };
        change(&mut setup);
        let followup = setup.followup.clone();
        let mut state = HttpState::new(setup.followup, setup.jwt).with_cors_origins(setup.origins);
        if let Some(limit) = setup.body_limit {
            state = state.with_body_limit(limit);
        }
        if let Some(limit) = setup.health_limit {
            state = state.with_health_limit(limit);
        }
        state = state.with_providers(setup.providers);
        if let Some(webhook) = setup.webhook {
            state = state.with_email_webhook(webhook);
        }
        if let Some((grace, whole)) = setup.body_patience {
            state = state.with_body_patience(grace, whole);
        }
        if let Some((limit, patience)) = setup.answer_limits {
            state = state.with_answer_limit(limit).with_answer_patience(patience);
        }
        Self { followup, clock, mail, server: Server::start(state, setup.serving) }
    }

    /// A token of somebody with this role, as VIGIA issues it.
    pub(crate) fn token(&self, role: Role) -> String {
        self.token_of(role.as_str(), vec![role])
    }

    pub(crate) fn token_of(&self, username: &str, roles: Vec<Role>) -> String {
        let roles: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
        let ends = (self.clock.now() + Duration::hours(1)).timestamp();
        let claims = json!({"sub": username, "uid": 7, "username": username, "role": roles[0], "roles": roles, "exp": ends});
        encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(KEY.as_bytes())).unwrap()
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.request("GET", path).send()
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.request("POST", path).json(body)
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Answer {
        self.request("PUT", path).json(body)
    }

    /// A request of a `qf`.
    pub(crate) fn request(&self, method: &str, path: &str) -> server::Request<'_> {
        self.anonymous(method, path).header("Authorization", &format!("Bearer {}", self.token(Role::Qf)))
    }

    pub(crate) fn admin(&self, method: &str, path: &str) -> server::Request<'_> {
        self.anonymous(method, path).header("Authorization", &format!("Bearer {}", self.token(Role::Admin)))
    }

    pub(crate) fn anonymous(&self, method: &str, path: &str) -> server::Request<'_> {
        self.server.request(method, path)
    }

    /// A connection on which nothing was said yet.
    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(self.server.address).unwrap()
    }

    /// Writes what no HTTP client would, and reads until the service closes the connection.
    pub(crate) fn raw(&self, request: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Creates a case with a reporter, a product and whatever is given besides; answers its number.
    pub(crate) fn case(&self, fields: Value) -> i64 {
        let mut body = json!({"reportante_contacto": REPORTER, "producto_sospechoso": "Paracetamol"});
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let created = self.post("/api/v1/icsr", &body);
        assert_eq!(created.status, 201, "{}", created.text());
        created.json()["id"].as_i64().unwrap()
    }

    /// Asks with an empty object as each of the seven roles: only these are let through.
    #[track_caller]
    pub(crate) fn only(&self, method: &str, path: &str, allowed: &[Role]) {
        for role in Role::ALL {
            let token = format!("Bearer {}", self.token(*role));
            let request = self.anonymous(method, path).header("Authorization", &token);
            let answer = if matches!(method, "GET" | "DELETE") { request.send() } else { request.json(&json!({})) };
            assert_eq!(answer.status != 403, allowed.contains(role), "{method} {path} as {role}: {}", answer.text());
        }
    }

    pub(crate) fn deliver(&self) {
        self.followup.deliver_queued(&|| false).unwrap();
    }

    /// A mail arrives and is understood.
    pub(crate) fn receive(&self, raw: &str) {
        let mail = NewInboundMail {
            position: MailboxPosition { mailbox: "test".into(), uid: None },
            arrived_at: self.clock.now(),
            recorded_at: self.clock.now(),
            raw: raw.replace('\n', "\r\n").into_bytes(),
        };
        self.followup.store_mail(&mail).unwrap();
        self.followup.process_stored_mail(&|| false).unwrap();
    }
}

fn followup(clock: &Arc<ManualClock>, mail: &RecordingSender) -> App {
    let store = SqliteStore::in_memory(followup_testkit::fakes::salts()).unwrap();
    store.migrate().unwrap();
    let sender = EmailAddress::parse("fv@vigia.test").unwrap();
    App {
        store: Arc::new(store),
        clock: clock.clone(),
        ids: Arc::new(SequentialIds::default()),
        letters: Arc::new(TemplateLetters::built_in()),
        answers: Arc::new(followup_testkit::fakes::PlainAnswers::default()),
        reader: Arc::new(MimeReader::new([sender.clone()])),
        events: EventReaders::default(),
        senders: Senders::default().with(Channel::Email, Arc::new(mail.clone())),
        policy: Arc::new(FollowupPolicy {
            required: RequiredFields::parse("paciente_peso,paciente_fecha_nacimiento,dosis").unwrap(),
            ..builders::policy("fv@vigia.test")
        }),
        templates: None,
        turns: followup_app::Turns::default(),
        service: "api-server",
    }
}

/// A store whose next transactions fail: as many as the number says.
pub(crate) struct Failing {
    store: Arc<dyn Store>,
    failures: Arc<AtomicUsize>,
}

/// It is gone until the number is set to nothing.
pub(crate) const GONE: usize = usize::MAX;

impl Store for Failing {
    fn transact(&self, mode: TxMode, work: &mut dyn FnMut(&mut dyn Tx) -> TxVerdict) -> Result<(), StoreError> {
        let failures = self.failures.load(Ordering::SeqCst);
        if failures == 0 {
            return self.store.transact(mode, work);
        }
        self.failures.store(if failures == GONE { GONE } else { failures - 1 }, Ordering::SeqCst);
        Err(StoreError::Unavailable("gone".into()))
    }
    fn check(&self) -> Result<(), StoreError> {
        self.store.check()
    }
}

/// How many of the store's next transactions fail.
pub(crate) fn failing(setup: &mut Setup) -> Arc<AtomicUsize> {
    let failures = Arc::<AtomicUsize>::default();
    setup.followup.store = Arc::new(Failing { store: setup.followup.store.clone(), failures: failures.clone() });
    failures
}

/// No automatic requests: their messages would stand between the test's own.
pub(crate) fn quiet(setup: &mut Setup) {
    let policy = FollowupPolicy { automatic_requests: false, ..(*setup.followup.policy).clone() };
    setup.followup.policy = Arc::new(policy);
}
