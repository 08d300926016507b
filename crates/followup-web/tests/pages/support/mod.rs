//! A running service, and a browser for it that keeps its cookie and fills in forms.
#![allow(dead_code)]

pub(crate) mod html;

use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

use actix_web::dev::ServerHandle;
use chrono::Duration;
use followup_access::{JwtSettings, hash_password};
use followup_app::{App, EventReaders, NewUserRequest, Senders};
use followup_diesel::{MigratingStore, SqliteStore};
use followup_domain::asking::missing::RequiredFields;
use followup_domain::audit::Actor;
use followup_domain::case::{CasePatch, Scalar};
use followup_domain::contact::EmailAddress;
use followup_domain::ids::CaseId;
use followup_domain::mail::inbound::{MailboxPosition, NewInboundMail};
use followup_domain::message::{Channel, Direction};
use followup_domain::policy::FollowupPolicy;
use followup_domain::ports::Clock;
use followup_domain::user::Role;
use followup_http::{HttpState, ServeOptions, serve};
use followup_letters::TemplateLetters;
use followup_mail::MimeReader;
use followup_testkit::builders;
use followup_testkit::fakes::{ManualClock, RecordingSender, SequentialIds};
use followup_web::{WebOptions, WebState, pages};
use html::Page;
use ureq::Agent;
use ureq::http::Request;

/// The key that signs the tests' tokens.
pub(crate) const KEY: &str = "0123456789abcdef0123456789abcdef";
/// The password of every user of the tests.
pub(crate) const PASSWORD: &str = "correcto-caballo";
/// An address that the standard case's contact holds.
pub(crate) const REPORTER: &str = "rojas@clinic.test";

/// A running service.
pub(crate) struct Unit {
    pub(crate) app: App,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) mail: RecordingSender,
    pub(crate) address: SocketAddr,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Unit {
    pub(crate) fn start() -> Self {
        Self::start_with(|_, _| {})
    }

    /// With what a test decides otherwise.
    pub(crate) fn start_with(change: impl FnOnce(&mut FollowupPolicy, &mut WebOptions)) -> Self {
        Self::start_as(change, |_| {})
    }

    /// With another application, such as one of more channels.
    pub(crate) fn start_as(change: impl FnOnce(&mut FollowupPolicy, &mut WebOptions), compose: impl FnOnce(&mut App)) -> Self {
        let clock = Arc::new(ManualClock::default());
        let mail = RecordingSender::default();
        let mut options = WebOptions::default();
        let mut app = app(&clock, &mail, |policy| change(policy, &mut options));
        compose(&mut app);
        let state = HttpState::new(app.clone(), JwtSettings::new(KEY, None));
        let web = WebState::new(app.clone(), state.access(), options);
        let state = state.with_pages(web.session_cookie(), pages(web));
        let (started, start) = mpsc::channel();
        let thread = thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let any = SocketAddr::from(([127, 0, 0, 1], 0));
                let (server, address) = serve(any, state, ServeOptions { workers: Some(1), ..ServeOptions::default() }).unwrap();
                started.send((address, server.handle())).unwrap();
                server.await.unwrap();
            });
        });
        let (address, handle) = start.recv().unwrap();
        Self { app, clock, mail, address, handle, thread: Some(thread) }
    }

    /// A local user of these roles.
    pub(crate) fn user(&self, name: &str, roles: &[Role]) {
        let request =
            NewUserRequest { username: name.into(), email: None, roles: roles.to_vec(), password_hash: hash_password(PASSWORD).unwrap() };
        self.app.create_user(&operator(), request).unwrap();
    }

    /// A browser of somebody who is not signed in.
    pub(crate) fn stranger(&self) -> Browser {
        let agent = Agent::config_builder().http_status_as_error(false).max_redirects(0).build().new_agent();
        Browser { agent, address: self.address, cookie: None }
    }

    /// A browser of a new user of this role, who is signed in.
    pub(crate) fn signed_in(&self, role: Role) -> Browser {
        self.signed_in_as(role.as_str(), &[role])
    }

    pub(crate) fn signed_in_as(&self, name: &str, roles: &[Role]) -> Browser {
        if self.app.find_user(name).unwrap().is_none() {
            self.user(name, roles);
        }
        let mut browser = self.stranger();
        let answer = browser.post("/entrar", &[("usuario", name), ("clave", PASSWORD)]);
        assert_eq!(answer.status, 303, "{}", answer.text);
        browser
    }

    /// A case with a reporter, a product and whatever is given besides.
    pub(crate) fn case(&self, fields: &[(&str, &str)]) -> CaseId {
        let mut patch = CasePatch::default();
        for (name, value) in [("reportante_contacto", REPORTER), ("producto_sospechoso", "Paracetamol")].iter().chain(fields) {
            patch.fields.retain(|(known, _)| known != name);
            patch.fields.push(((*name).to_owned(), Scalar::Text((*value).to_owned())));
        }
        self.app.register_case(&operator(), patch, None).unwrap().case.id
    }

    /// What is queued leaves.
    pub(crate) fn deliver(&self) {
        self.app.deliver_queued(&|| false).unwrap();
    }

    /// A mail arrives and is understood.
    pub(crate) fn receive(&self, raw: &str) {
        let mail = NewInboundMail {
            position: MailboxPosition { mailbox: "test".into(), uid: None },
            arrived_at: self.clock.now(),
            recorded_at: self.clock.now(),
            raw: raw.replace('\n', "\r\n").into_bytes(),
        };
        self.app.store_mail(&mail).unwrap();
        self.app.process_stored_mail(&|| false).unwrap();
    }

    /// An answer of the reporter to the last letter of a case.
    pub(crate) fn answer(&self, case_id: CaseId, text: &str) {
        self.answer_with(case_id, "Re: su notificación", text);
    }

    pub(crate) fn answer_with(&self, case_id: CaseId, subject: &str, text: &str) {
        self.answer_raw(
            case_id,
            &format!(
                "Subject: {subject}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n"
            ),
        );
    }

    /// An answer of the reporter to the last letter of a case, with what stands below its addresses and numbers.
    pub(crate) fn answer_raw(&self, case_id: CaseId, rest: &str) {
        let thread = self.app.thread(case_id).unwrap();
        let outbound = thread.iter().rev().filter(|message| message.direction == Direction::Out);
        let id = outbound.filter_map(|message| message.external_id.as_ref()).next().unwrap();
        self.clock.advance(Duration::minutes(1));
        let own = self.clock.now().timestamp_micros();
        self.receive(&format!(
            "From: Rosa Rojas <{REPORTER}>\nTo: fv@vigia.test\nMessage-ID: <{own}@clinic.test>\nIn-Reply-To: <{id}>\n{rest}"
        ));
    }
}

impl Drop for Unit {
    fn drop(&mut self) {
        // The command is on its way when this returns; the thread's end is the answer.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || thread::panicking(), "the server panicked");
        }
    }
}

/// Whoever sets a test's stage.
pub(crate) fn operator() -> Actor {
    Actor::User { id: None, username: "operator".into() }
}

fn app(clock: &Arc<ManualClock>, mail: &RecordingSender, change: impl FnOnce(&mut FollowupPolicy)) -> App {
    let store = SqliteStore::in_memory(followup_testkit::fakes::salts()).unwrap();
    store.migrate().unwrap();
    let sender = EmailAddress::parse("fv@vigia.test").unwrap();
    let mut policy = FollowupPolicy {
        required: RequiredFields::parse("paciente_peso,paciente_fecha_nacimiento,dosis").unwrap(),
        ..builders::policy("fv@vigia.test")
    };
    change(&mut policy);
    App {
        store: Arc::new(store),
        clock: clock.clone(),
        ids: Arc::new(SequentialIds::default()),
        letters: Arc::new(TemplateLetters::built_in()),
        answers: Arc::new(followup_testkit::fakes::PlainAnswers::default()),
        reader: Arc::new(MimeReader::new([sender])),
        events: EventReaders::default(),
        senders: Senders::default().with(Channel::Email, Arc::new(mail.clone())),
        policy: Arc::new(policy),
        templates: None,
        turns: followup_app::Turns::default(),
        service: "api-server",
    }
}

/// Asks for pages as a browser does.
#[derive(Clone)]
pub(crate) struct Browser {
    agent: Agent,
    address: SocketAddr,
    pub(crate) cookie: Option<String>,
}

/// What a page answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: ureq::http::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Where it leads.
    pub(crate) fn location(&self) -> &str {
        self.header("location").unwrap_or_default()
    }

    /// Its HTML, which must be sound.
    pub(crate) fn page(&self) -> Page {
        Page::sound(&self.text)
    }
}

impl Browser {
    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.ask("GET", path, None, &[])
    }

    /// Sends a form as a page of ours does.
    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_with(path, fields, &[("Sec-Fetch-Site", "same-origin")])
    }

    /// Sends a form with these headers.
    pub(crate) fn post_with(&mut self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let body = fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect::<Vec<_>>().join("&");
        self.ask("POST", path, Some(body), headers)
    }

    /// Gets a page, fills in the form that goes to `action` (its other fields as they stand), and sends it; follows where it leads.
    pub(crate) fn fill(&mut self, path: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let shown = self.get(path);
        assert_eq!(shown.status, 200, "{path}: {}", shown.text);
        self.fill_in(&shown.page(), action, fields)
    }

    /// The same on a page that was got.
    pub(crate) fn fill_in(&mut self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Answer {
        let form = page.form(action);
        let mut sent: Vec<(String, String)> =
            form.fields.into_iter().filter(|(name, _)| !fields.iter().any(|(given, _)| given == name)).collect();
        sent.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = self.post(action, &sent);
        if answer.status == 303 {
            let location = answer.location().to_owned();
            return self.get(location.split('#').next().unwrap());
        }
        answer
    }

    pub(crate) fn ask(&mut self, method: &str, path: &str, body: Option<String>, headers: &[(&str, &str)]) -> Answer {
        let mut parts = Request::builder().method(method).uri(format!("http://{}{path}", self.address));
        if let Some(cookie) = &self.cookie {
            parts = parts.header("Cookie", cookie);
        }
        for (name, value) in headers {
            parts = parts.header(*name, *value);
        }
        let mut answer = match body {
            Some(body) => {
                let own = headers.iter().any(|(name, _)| *name == "Content-Type");
                let parts = if own { parts } else { parts.header("Content-Type", "application/x-www-form-urlencoded") };
                self.agent.run(parts.body(body).unwrap()).unwrap()
            }
            None => self.agent.run(parts.body(()).unwrap()).unwrap(),
        };
        if let Some(set) = answer.headers().get("set-cookie").and_then(|value| value.to_str().ok()) {
            self.cookie = Some(set.split(';').next().unwrap().to_owned()).filter(|cookie| !cookie.ends_with('='));
        }
        let text = answer.body_mut().with_config().limit(50 << 20).read_to_string().unwrap();
        Answer { status: answer.status().as_u16(), headers: answer.headers().clone(), text }
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
