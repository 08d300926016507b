//! The service's use cases on a database, and threads in it: made as people and mail make them.

use std::sync::Arc;

use anyhow::{Context, Result};
use chrono::Duration;
use followup_app::{App, EventReaders, SendRequest, Senders};
use followup_domain::audit::Actor;
use followup_domain::case::{CasePatch, Scalar};
use followup_domain::contact::EmailAddress;
use followup_domain::ids::{CaseId, UserId};
use followup_domain::mail::inbound::{MailboxPosition, NewInboundMail};
use followup_domain::message::{Channel, Message};
use followup_domain::policy::FollowupPolicy;
use followup_domain::ports::Clock;
use followup_letters::TemplateLetters;
use followup_mail::MimeReader;
use followup_runtime::clock::{RandomIds, RandomSalts, SystemClock};
use followup_testkit::builders;
use followup_testkit::fakes::RecordingSender;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};

/// The default of `DATABASE_POOL_SIZE`.
const POOL_SIZE: u32 = 8;
const REPORTER: &str = "rojas@example.org";

/// The use cases on an empty database, with its schema made.
pub(crate) fn open(database_url: &str) -> Result<App> {
    let store = followup_diesel::open(database_url, POOL_SIZE, Arc::new(RandomSalts))?;
    store.migrate()?;
    let sender = EmailAddress::parse("fv@example.net").context("the sender's address")?;
    Ok(App {
        store,
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds::of_sender(&sender)),
        letters: Arc::new(TemplateLetters::built_in()),
        answers: Arc::new(followup_testkit::fakes::PlainAnswers::default()),
        reader: Arc::new(MimeReader::new([sender.clone()])),
        events: EventReaders::default(),
        senders: Senders::default().with(Channel::Email, Arc::new(RecordingSender::default())),
        policy: Arc::new(builders::policy(sender.as_str())),
        templates: None,
        turns: followup_app::Turns::default(),
        service: "api-server",
    })
}

/// A token of a user who may read and send, as VIGIA issues it.
pub(crate) fn token(key: &[u8]) -> Result<String> {
    let ends = (SystemClock.now() + Duration::hours(1)).timestamp();
    let claims = serde_json::json!({"sub": "qf", "uid": 1, "username": "qf", "email": "qf@example.net", "role": "qf", "exp": ends});
    Ok(encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(key))?)
}

/// A case with a thread of so many letters, and an answer to each in turn.
pub(crate) fn make_thread(followup: &App, letters: usize) -> Result<CaseId> {
    let quiet = FollowupPolicy { automatic_requests: false, ..(*followup.policy).clone() };
    let followup = App { policy: Arc::new(quiet), ..followup.clone() };
    let text = |name: &str, value: &str| (name.to_owned(), Scalar::Text(value.to_owned()));
    let fields = vec![text("reportante_contacto", REPORTER), text("producto_sospechoso", "Paracetamol")];
    let actor = Actor::User { id: Some(UserId(1)), username: "qf".into() };
    let case = followup.register_case(&actor, CasePatch { fields, ..CasePatch::default() }, None)?.case;
    let draft = followup.draft_request(case.id, "email")?;
    for _ in 0..letters {
        let request = SendRequest { channel: Some("email".into()), body: Some(draft.letter.body.clone()), ..SendRequest::default() };
        let sent = followup.send_message(&actor, case.id, &request, None)?;
        answer(&followup, &sent.message)?;
    }
    Ok(case.id)
}

/// The reporter answers below a quotation of the letter.
fn answer(followup: &App, letter: &Message) -> Result<()> {
    let id = letter.external_id.as_ref().context("a letter has a Message-ID")?.as_str();
    let name = id.trim_matches(['<', '>']);
    let quoted: String = letter.content.body.lines().map(|line| format!("> {line}\r\n")).collect();
    let raw = format!(
        "From: {REPORTER}\r\nTo: fv@example.net\r\nSubject: Re: Solicitud\r\nMessage-ID: <re-{name}>\r\nIn-Reply-To: {id}\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nPeso: 68 kg. Dosis: 500 mg cada 8 horas por vía oral, desde el lunes.\r\n\r\n\
         El lunes, Farmacovigilancia <fv@example.net> escribió:\r\n{quoted}"
    );
    let now = followup.clock.now();
    let position = MailboxPosition { mailbox: "bench".into(), uid: None };
    followup.store_mail(&NewInboundMail { position, arrived_at: now, recorded_at: now, raw: raw.into_bytes() })?;
    followup.process_stored_mail(&|| false)?;
    Ok(())
}
