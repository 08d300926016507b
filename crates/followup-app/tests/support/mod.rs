//! A unit in memory: real store (SQLite), real letters and MIME; the clock and the transport obey the test.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::expect_used)]

pub mod texts;
pub mod whatsapp;

use std::sync::Arc;

use chrono::Utc;
use followup_app::{App, EventReaders, SendRequest, Senders, Sent, UnassignedMail};
use followup_diesel::{MigratingStore, SqliteStore};
use followup_domain::asking::missing::RequiredFields;
use followup_domain::asking::plan::Attempt;
use followup_domain::asking::request::Letterhead;
use followup_domain::audit::{Actor, AuditChain, AuditRow};
use followup_domain::case::{CasePatch, Scalar};
use followup_domain::ids::{CaseId, MessageId, TemplateId};
use followup_domain::mail::bounce::MailNotice;
use followup_domain::mail::inbound::{MailboxPosition, NewInboundMail};
use followup_domain::message::{Channel, MailFlag, Message};
use followup_domain::policy::FollowupPolicy;
use followup_domain::ports::{Clock, PageRequest, Store, StoreError, StoreExt, TrayState};
use followup_letters::TemplateLetters;
use followup_mail::MimeReader;
use followup_testkit::builders;
use followup_testkit::fakes::{ManualClock, RecordingSender, SequentialIds};
pub use followup_words::reasons::shown;

pub struct Unit {
    pub app: App,
    pub clock: Arc<ManualClock>,
    pub mail: RecordingSender,
}

pub fn unit() -> Unit {
    unit_with(|_| {})
}

pub fn unit_with(change: impl FnOnce(&mut FollowupPolicy)) -> Unit {
    let store = SqliteStore::in_memory(followup_testkit::fakes::salts()).unwrap();
    store.migrate().unwrap();
    unit_on(Arc::new(store), change)
}

/// A unit on a store of the test's choice, migrated already.
pub fn unit_on(store: Arc<dyn Store>, change: impl FnOnce(&mut FollowupPolicy)) -> Unit {
    let mut policy = FollowupPolicy {
        required: RequiredFields::parse("paciente_peso,dosis").unwrap(),
        letterhead: Letterhead {
            unit_name: "Unidad de Farmacovigilancia".into(),
            subject_prefix: "[VIGIA]".into(),
            ..Letterhead::default()
        },
        ..builders::policy("fv@vigia.test")
    };
    change(&mut policy);
    let clock = Arc::new(ManualClock::default());
    let mail = RecordingSender::default();
    let app = App {
        store,
        clock: clock.clone(),
        ids: Arc::new(SequentialIds::default()),
        letters: Arc::new(TemplateLetters::built_in()),
        answers: Arc::new(followup_testkit::fakes::PlainAnswers::default()),
        reader: Arc::new(MimeReader::new([policy.sender.clone()])),
        events: EventReaders::default(),
        senders: Senders::default().with(Channel::Email, Arc::new(mail.clone())),
        policy: Arc::new(policy),
        templates: None,
        turns: followup_app::Turns::default(),
        service: "test",
    };
    Unit { app, clock, mail }
}

pub fn qf() -> Actor {
    Actor::User { id: None, username: "qf".into() }
}

pub fn patch(fields: &[(&str, &str)]) -> CasePatch {
    CasePatch {
        fields: fields.iter().map(|(name, value)| ((*name).to_owned(), Scalar::Text((*value).to_owned()))).collect(),
        ..CasePatch::default()
    }
}

pub const REPORTER: &str = "rojas@clinic.test";

impl Unit {
    /// A case with a reporter and a product, and whatever is given besides.
    pub fn case(&self, fields: &[(&str, &str)]) -> CaseId {
        let mut all = vec![("reportante_contacto", REPORTER), ("producto_sospechoso", "Paracetamol")];
        all.extend_from_slice(fields);
        self.app.register_case(&qf(), patch(&all), None).unwrap().case.id
    }

    pub fn update(&self, id: CaseId, fields: &[(&str, &str)]) {
        self.app.update_case(&qf(), id, &patch(fields), None).unwrap();
    }

    pub fn deliver(&self) -> followup_app::DeliveryReport {
        self.app.deliver_queued(&|| false).unwrap()
    }

    pub fn dispatch(&self) -> followup_app::DispatchReport {
        self.app.dispatch_due(&|| false).unwrap()
    }

    /// A case's messages, with their reasons in words.
    /// What people should know of the messages of a thread.
    pub fn flags(&self, id: CaseId) -> Vec<(MessageId, MailFlag)> {
        let views = self.app.thread_page(id, None, 500).unwrap().messages.into_iter();
        views.flat_map(|view| view.flags.into_iter().map(move |flag| (view.message.id, flag))).collect()
    }

    /// What the automatic mails of a thread say.
    pub fn notices(&self, id: CaseId) -> Vec<MailNotice> {
        self.app.thread_page(id, None, 500).unwrap().messages.into_iter().filter_map(|view| view.notice).collect()
    }

    pub fn thread(&self, id: CaseId) -> Vec<Message> {
        let told = |message: Message| Message { error: message.error.as_deref().map(shown), ..message };
        self.app.thread(id).unwrap().into_iter().map(told).collect()
    }

    pub fn send(&self, id: CaseId, body: &str) -> Result<Sent, followup_app::SendMessageError> {
        let request = SendRequest { channel: Some("email".into()), body: Some(body.into()), ..SendRequest::default() };
        self.app.send_message(&qf(), id, &request, None)
    }

    /// Applies the built-in plan from now on.
    pub fn plan(&self, id: CaseId) -> Vec<Attempt> {
        self.app.apply_plan(&qf(), id, TemplateId(1), self.clock.now()).unwrap()
    }

    pub fn attempts(&self, id: CaseId) -> Vec<(String, Option<String>)> {
        self.app
            .attempts(id)
            .unwrap()
            .into_iter()
            .map(|attempt| (attempt.status.to_string(), attempt.reason.as_deref().map(shown)))
            .collect()
    }

    /// A mail arrives and is understood.
    pub fn receive(&self, raw: &str) -> followup_app::IngestReport {
        self.arrive(raw, self.clock.now());
        self.app.process_stored_mail(&|| false).unwrap()
    }

    pub fn arrive(&self, raw: &str, arrived_at: chrono::DateTime<Utc>) {
        self.app.store_mail(&mail_of(raw, arrived_at, self.clock.now())).unwrap();
    }

    pub fn unassigned(&self) -> Vec<Message> {
        self.tray(TrayState::Open).into_iter().map(|mail| mail.view.message).collect()
    }

    pub fn tray(&self, state: TrayState) -> Vec<UnassignedMail> {
        self.app.unassigned(state, PageRequest { offset: 0, limit: 50 }).unwrap().items
    }

    pub fn audit(&self, id: CaseId) -> Vec<AuditRow> {
        let page = PageRequest { offset: 0, limit: 500 };
        self.app.store.read::<_, StoreError>(|tx| tx.audit().list(AuditChain::Case(id), page)).unwrap().items
    }

    pub fn system_audit(&self) -> Vec<AuditRow> {
        let page = PageRequest { offset: 0, limit: 500 };
        self.app.store.read::<_, StoreError>(|tx| tx.audit().list(AuditChain::System, page)).unwrap().items
    }

    pub fn audited(&self, id: CaseId) -> Vec<String> {
        self.audit(id).into_iter().map(|row| row.action).collect()
    }
}

/// A reply to a message, as a mail program writes it.
pub fn reply(from: &str, to_message: &str, own_id: &str, body: &str) -> String {
    format!(
        "From: {from}\nTo: fv@vigia.test\nSubject: Re: ICSR\nMessage-ID: {own_id}\nIn-Reply-To: {to_message}\nReferences: {to_message}\nDate: Fri, 1 Mar 2024 12:00:00 +0000\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}\n"
    )
}

pub fn id_of(message: &Message) -> String {
    message.external_id.as_ref().unwrap().as_str().to_owned()
}

fn mail_of(raw: &str, arrived_at: chrono::DateTime<Utc>, recorded_at: chrono::DateTime<Utc>) -> NewInboundMail {
    let position = MailboxPosition { mailbox: "test".into(), uid: None };
    NewInboundMail { position, arrived_at, recorded_at, raw: raw.replace('\n', "\r\n").into_bytes() }
}

/// A mail arrives, and is not understood yet.
pub fn store(app: &App, clock: &ManualClock, raw: &str) {
    app.store_mail(&mail_of(raw, clock.now(), clock.now())).unwrap();
}

/// What a mail server reports of a message for one recipient (RFC 3464).
pub fn report_on(message: &Message, recipient: &str, action: &str, status: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.clinic.test\nTo: fv@vigia.test\nSubject: Delivery report\nMessage-ID: <dsn.{action}.{}@mx.clinic.test>\n\
         MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\n\
         This is the mail system.\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.clinic.test\n\n\
         Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\n\n--b\nContent-Type: text/rfc822-headers\n\n\
         From: fv@vigia.test\nMessage-ID: {}\n\n--b--\n",
        message.id,
        id_of(message)
    )
}
