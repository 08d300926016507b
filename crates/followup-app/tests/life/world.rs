//! The unit and its reporters, and the hands that do things to them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{Duration, Utc};
use followup_app::{App, AttemptAction, CloseRequest, OneMoreAttempt, SendRequest};
use followup_domain::asking::missing::FieldPath;
use followup_domain::asking::plan::{Attempt, AttemptStatus, PlannedChannel};
use followup_domain::contact::EmailAddress;
use followup_domain::ids::{CaseId, TemplateId};
use followup_domain::mail::bounce::FailedAddress;
use followup_domain::mail::inbound::{MailboxPosition, NewInboundMail};
use followup_domain::message::{Direction, Message, MessageKind};
use followup_domain::policy::FollowupPolicy;
use followup_domain::ports::{Clock, PageRequest, Store};
use followup_domain::sending::SendError;
use followup_testkit::fakes::{ManualClock, RecordingSender, Script};

use super::commands::{Command, Mail, Transport};
use super::invariants;
use crate::support::{self, Unit, patch, qf};

/// What the cases of a world are asked for.
pub const FIELDS: [&str; 3] = ["paciente_peso", "dosis", "paciente_iniciales"];
/// On what one more contact is scheduled: mostly by mail; a call is a person's task, and the last has no transport here.
const CHANNELS: [PlannedChannel; 4] = [PlannedChannel::Email, PlannedChannel::Auto, PlannedChannel::Call, PlannedChannel::Whatsapp];
/// What a person may send: words of his own, one question of the service, or all that it proposes.
const TEXTS: [Option<&str>; 3] = [Some("¿Nos ayuda, por favor?"), Some("Peso aproximado en kg"), None];
/// Mostly the case is worked on.
const ESTADOS: [&str; 4] = ["En progreso", "En progreso", "Completado", "Enviado"];
/// What makes a case serious.
const SERIOUS: [(&str, &str); 4] =
    [("gravedad", "Grave"), ("ea_desenlace", "Mortal"), ("gravedad_hospitalizacion", "Sí"), ("paciente_fecha_muerte", "2024-01-20")];
/// What a person may answer them with; the first takes the answer back.
const ANSWERS: [[&str; 3]; 3] = [["", "70", "62"], ["", "500 mg", "1 g"], ["", "A.B.", "C.D."]];

/// The unit, its cases, and everything that can be done to them. Clones share everything, so that a transport can do things while it
/// is at work.
#[derive(Clone)]
pub struct World {
    pub app: App,
    pub clock: Arc<ManualClock>,
    pub mail: RecordingSender,
    cases: Arc<Mutex<Vec<CaseId>>>,
    mails: Arc<AtomicU64>,
    blocked: Arc<Mutex<BTreeSet<String>>>,
    set_back: Arc<Mutex<Vec<SetBack>>>,
}

/// The clock was set back: by how much, and how far each case's trail went then.
type SetBack = (Duration, BTreeMap<CaseId, i64>);

impl World {
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self::deployed(store, |_| {})
    }

    /// A world as its deployment decided.
    pub fn deployed(store: Arc<dyn Store>, change: impl FnOnce(&mut FollowupPolicy)) -> Self {
        let unit = support::unit_on(store, |policy| {
            policy.required = followup_domain::asking::missing::RequiredFields::parse(&FIELDS.join(",")).unwrap();
            policy.notify_to = Some(EmailAddress::parse("unidad@vigia.test").unwrap());
            policy.escalation = Some(followup_domain::policy::Escalation { after_days: 14, to: None });
            change(policy);
        });
        let Unit { app, clock, mail } = unit;
        let shared = Arc::new(Mutex::new(Vec::new()));
        Self { app, clock, mail, cases: shared, mails: Arc::default(), blocked: Arc::default(), set_back: Arc::default() }
    }

    pub fn cases(&self) -> Vec<CaseId> {
        self.cases.lock().unwrap().clone()
    }

    /// Does one thing. What is refused by its rules is no failure; what the store refuses is.
    pub fn act(&self, command: &Command) {
        match command {
            Command::Create { serious } => self.create(*serious),
            Command::Advance { minutes } => self.pass(Duration::minutes(i64::from(*minutes))),
            Command::Dispatch => self.run(|app| calm(app.dispatch_due(&|| false))),
            Command::Deliver => self.run(|app| calm(app.deliver_queued(&|| false))),
            Command::Transport(script) => self.script(*script),
            Command::WhilePreparing(happens) => {
                let (world, happens) = (self.clone(), (**happens).clone());
                self.mail.during_prepare(move || world.act(&happens));
            }
            Command::WhileLeaving(happens) => {
                let (world, mut happens) = (self.clone(), Some((**happens).clone()));
                self.mail.during_transmit(move || {
                    if let Some(happens) = happens.take() {
                        world.act(&happens);
                    }
                });
            }
            Command::OnCase(case, on_case) => {
                let cases = self.cases();
                if let Some(id) = pick(&cases, *case) {
                    self.act_on(*id, on_case);
                }
            }
        }
    }

    fn pass(&self, time: Duration) {
        if time < Duration::zero() {
            let told = |id: CaseId| (id, invariants::trail(self, id).last().map_or(0, |row| row.seq));
            self.set_back.lock().unwrap().push((-time, self.cases().into_iter().map(told).collect()));
        }
        self.clock.advance(time);
    }

    /// When something of a case's trail was, by a clock that is never set back.
    pub fn truly(&self, id: CaseId, seq: i64, at: chrono::DateTime<Utc>) -> chrono::DateTime<Utc> {
        let set_back = self.set_back.lock().unwrap();
        set_back.iter().filter(|(_, told)| told.get(&id).is_some_and(|last| *last < seq)).fold(at, |at, (by, _)| at + *by)
    }

    fn create(&self, serious: bool) {
        let mut cases = self.cases.lock().unwrap();
        let address = reporter(cases.len());
        let seriousness = if serious { SERIOUS[cases.len() % SERIOUS.len()] } else { ("gravedad", "No grave") };
        let fields = [("reportante_contacto", address.as_str()), ("producto_sospechoso", "Paracetamol"), seriousness];
        cases.push(self.app.register_case(&qf(), patch(&fields), None).unwrap().case.id);
    }

    /// A run of a process, which may die in it; whoever asked not to be written to is not, nor an address that does not work.
    fn run(&self, run: impl FnOnce(&App)) {
        let blocked = self.blocked.lock().unwrap().clone();
        let failed_before = self.held();
        let before = self.mail.accepted().len();
        let _ = catch_unwind(AssertUnwindSafe(|| run(&self.app))).map_err(|death| {
            let said = death.downcast_ref::<&str>().copied().unwrap_or("");
            assert_eq!(said, "the process dies here", "a run may only die where the script says so");
        });
        for sent in &self.mail.accepted()[before..] {
            assert!(!blocked.contains(sent.to.as_str()), "{} asked not to be written to", sent.to);
            // A mail of the reporter's in the middle of the run may have cleared it.
            let held = failed_before.iter().find(|known| known.address == sent.to.as_str());
            // Nobody stands behind `NOTIFY_EMAIL`: it is told all the same.
            let is_unit = sent.to.as_str() == "unidad@vigia.test";
            assert!(is_unit || held.is_none_or(|known| !self.held().contains(known)), "{} is held: {held:?}", sent.to);
        }
    }

    /// Addresses that nothing goes to by itself.
    fn held(&self) -> Vec<FailedAddress> {
        let known = self.app.failed_addresses(false, PageRequest { offset: 0, limit: 1000 }).unwrap().items;
        known.into_iter().filter(|known| known.held).collect()
    }

    fn script(&self, script: Transport) {
        match script {
            Transport::Refuses => self.mail.next(Script::no_such_user()),
            Transport::IsDown => self.mail.next(Script::is_down()),
            Transport::TurnsDown => self.mail.next(Script::FailTransmit(SendError::NotSent("451 try again".into()))),
            Transport::SaysNothing => self.mail.next(Script::FailTransmit(SendError::Uncertain("no answer".into()))),
            Transport::Dies => self.mail.next(Script::PanicInTransmit),
        }
    }

    pub fn act_on(&self, id: CaseId, command: &OnCase) {
        let app = &self.app;
        match command {
            OnCase::Answer { field, value } => {
                let field = usize::from(*field) % FIELDS.len();
                let value = ANSWERS[field][usize::from(*value) % 3];
                calm(app.update_case(&qf(), id, &patch(&[(FIELDS[field], value)]), None));
            }
            OnCase::ApplyPlan { days_ago } => {
                let base = self.clock.now() - Duration::days(i64::from(*days_ago));
                calm(app.apply_plan(&qf(), id, TemplateId(1), base));
            }
            OnCase::Schedule { hours, channel } => {
                let due_at = self.clock.now() + Duration::hours(i64::from(*hours));
                calm(app.schedule_attempt(
                    &qf(),
                    id,
                    &OneMoreAttempt {
                        due_at,
                        label: "Uno más".into(),
                        channel: CHANNELS[usize::from(*channel) % CHANNELS.len()],
                        reason: None,
                    },
                ));
            }
            OnCase::Attempt { nth, action } => self.act_on_attempt(id, *nth, action),
            OnCase::Send(text) => {
                let body = TEXTS[usize::from(*text) % TEXTS.len()].map_or_else(|| self.drafted(id), str::to_owned);
                let request = SendRequest { channel: Some("email".into()), body: Some(body), ..SendRequest::default() };
                self.in_process(|| calm(app.send_message(&qf(), id, &request, None)));
            }
            OnCase::Mail { mail, to, hours_late } => self.receive(id, *mail, *to, *hours_late),
            OnCase::Close { reason, overriding } => {
                let reason = followup_domain::case::ClosureReason::ALL[usize::from(*reason) % 5];
                let override_reason = overriding.then(|| "decisión de la unidad".to_owned());
                calm(app.close_followup(&qf(), id, &CloseRequest { reason, notes: "Nota".into(), override_reason }));
            }
            OnCase::Estado(number) => {
                let estado = ESTADOS[usize::from(*number) % ESTADOS.len()];
                calm(app.update_case(&qf(), id, &patch(&[("estado", estado)]), None));
            }
            OnCase::Reopen => calm(app.reopen_followup(&qf(), id, "nuevo dato")),
            OnCase::MarkRead => {
                if let Some(last) = self.thread(id).iter().map(|message| message.id).max() {
                    calm(app.mark_read(&qf(), id, last));
                }
            }
            OnCase::Attend => {
                if let Some(last) = self.thread(id).iter().map(|message| message.id).max() {
                    calm(app.attend_answers(&qf(), id, last));
                }
            }
            OnCase::Resume { hours } => {
                let from = self.clock.now() + Duration::hours(i64::from(*hours));
                calm(app.resume_plan(&qf(), id, Some(from)));
            }
            OnCase::Message { nth, action } => self.act_on_message(id, *nth, action),
            OnCase::Document { field } => {
                let path = FieldPath::parse(FIELDS[usize::from(*field) % FIELDS.len()]).unwrap();
                calm(app.document_field(&qf(), id, &path, followup_domain::asking::field_state::FieldState::Unknown, "no lo sabe"));
            }
            OnCase::Undocument { field } => {
                let path = FieldPath::parse(FIELDS[usize::from(*field) % FIELDS.len()]).unwrap();
                calm(app.reopen_field(&qf(), id, &path, "llamó para darlo"));
            }
            OnCase::Call { outcome, hours_ago } => {
                let outcome = followup_domain::message::CallOutcome::ALL[usize::from(*outcome) % 4];
                let at = self.clock.now() - Duration::hours(i64::from(*hours_ago));
                calm(app.log_call(&qf(), id, outcome, "Llamada", Some(at)));
            }
            OnCase::Block(block) => self.block(id, *block),
            OnCase::Clear => calm(app.clear_failed_address(&qf(), &EmailAddress::parse(&self.contact(id)).unwrap(), "funciona")),
            OnCase::Contact(number) => {
                let first = self.cases().iter().position(|case| *case == id).unwrap();
                let address = if number.is_multiple_of(2) { reporter(first) } else { format!("otra{first}@clinic.test") };
                calm(app.update_case(&qf(), id, &patch(&[("reportante_contacto", &address)]), None));
            }
        }
    }

    /// What the service proposes to send.
    fn drafted(&self, id: CaseId) -> String {
        self.app.draft_request(id, "email").map_or_else(|_| "Gracias".to_owned(), |draft| draft.letter.body)
    }

    fn act_on_attempt(&self, id: CaseId, nth: u8, action: &OnAttempt) {
        let attempts: Vec<Attempt> = self.app.attempts(id).unwrap();
        // Half of the time the one whose letter is on its way, if there is one: there the decision matters most.
        let leaving = attempts.iter().find(|attempt| attempt.status == AttemptStatus::Sending).filter(|_| nth.is_multiple_of(2));
        let Some(attempt) = leaving.or_else(|| pick(&attempts, nth)) else { return };
        let in_hours = |hours: i16| self.clock.now() + Duration::hours(i64::from(hours));
        let action = match action {
            OnAttempt::SendNow => return self.in_process(|| calm(self.app.send_attempt_now(&qf(), id, attempt.id, None))),
            OnAttempt::Skip => AttemptAction::Skip { reason: None },
            OnAttempt::Complete => AttemptAction::Complete { reason: None },
            OnAttempt::Reschedule(hours) => AttemptAction::Reschedule { due_at: in_hours(*hours), reason: None },
            OnAttempt::Reactivate(hours) => AttemptAction::Reactivate { due_at: hours.map(in_hours), reason: None },
        };
        calm(self.app.override_attempt(&qf(), id, attempt.id, &action));
    }

    fn act_on_message(&self, id: CaseId, nth: u8, action: &OnMessage) {
        use followup_domain::message::MessageStatus;
        let thread = self.thread(id);
        let Some(message) = pick(&thread, nth) else { return };
        let app = &self.app;
        match action {
            OnMessage::Confirm => calm(app.confirm_sender(&qf(), id, message.id)),
            OnMessage::Link(parent) => {
                let Some(parent) = pick(&thread, *parent) else { return };
                calm(app.link_message(&qf(), id, message.id, parent.id));
            }
            OnMessage::Resolve(was_sent) => calm(app.resolve_message(&qf(), id, message.id, *was_sent, None)),
            OnMessage::Resend => self.in_process(|| calm(app.resend_message(&qf(), id, message.id, None))),
            OnMessage::Complete => calm(app.set_message_status(&qf(), id, message.id, MessageStatus::Completed, None)),
            OnMessage::Respond => calm(app.set_message_status(&qf(), id, message.id, MessageStatus::Responded, None)),
            OnMessage::Skip => calm(app.set_message_status(&qf(), id, message.id, MessageStatus::Skipped, None)),
        }
    }

    /// A mail about the case arrives: it names one of our letters, and may come from anybody.
    pub fn receive(&self, id: CaseId, mail: Mail, to: u8, hours_late: u8) {
        let letters: Vec<Message> = self
            .thread(id)
            .into_iter()
            .filter(|message| message.direction == Direction::Out && message.kind != MessageKind::Call)
            .collect();
        let Some(letter) = pick(&letters, to) else { return };
        let number = self.mails.fetch_add(1, Ordering::SeqCst);
        let known = self.app.case(id).unwrap().record.reportante_contacto.unwrap_or_default();
        let (from, mark) = match mail {
            Mail::Reply => (known.as_str(), ""),
            Mail::FromStranger => ("otra@elsewhere.test", ""),
            Mail::OutOfOffice => (known.as_str(), "Auto-Submitted: auto-replied\n"),
            Mail::Bounce | Mail::SoftBounce | Mail::Delivered | Mail::Delayed => {
                ("MAILER-DAEMON@clinic.test", "Auto-Submitted: auto-replied\n")
            }
            Mail::Complaint => ("fbl@provider.test", ""),
        };
        let raw = support::reply(from, &support::id_of(letter), &format!("<m{number}@clinic.test>"), "Ya respondo")
            .replace("Subject:", &format!("{mark}Subject:"));
        let raw = as_report(&raw, mail, letter.content.to.as_deref().unwrap_or(&known));
        let now = self.clock.now();
        let mail = NewInboundMail {
            position: MailboxPosition { mailbox: "test".into(), uid: None },
            arrived_at: now - Duration::hours(i64::from(hours_late)),
            recorded_at: now,
            raw: raw.replace('\n', "\r\n").into_bytes(),
        };
        self.app.store_mail(&mail).unwrap();
        let report = self.app.process_stored_mail(&|| false).unwrap();
        assert_eq!((report.matched, report.unassigned, report.quarantined), (1, 0, 0), "an answer to our letter finds its case");
    }

    fn contact(&self, id: CaseId) -> String {
        self.app.case(id).unwrap().record.reportante_contacto.unwrap()
    }

    fn block(&self, id: CaseId, block: bool) {
        let contact = self.contact(id);
        let address = EmailAddress::parse(&contact).unwrap();
        let mut blocked = self.blocked.lock().unwrap();
        if block {
            calm(self.app.block_contact(&qf(), &address, "lo pidió"));
            blocked.insert(contact);
        } else {
            calm(self.app.unblock_contact(&qf(), &address, None));
            blocked.remove(&contact);
        }
    }

    /// A process that may die while it sends.
    fn in_process(&self, work: impl FnOnce()) {
        self.run(|_| work());
    }

    pub fn thread(&self, id: CaseId) -> Vec<Message> {
        self.app.thread(id).unwrap()
    }

    pub fn now(&self) -> chrono::DateTime<Utc> {
        self.clock.now()
    }
}

pub use super::commands::{OnAttempt, OnCase, OnMessage};

/// The address of a case's reporter.
pub fn reporter(number: usize) -> String {
    format!("r{number}@clinic.test")
}

/// Which reporter an address is.
pub fn reporter_number(address: &str) -> Option<usize> {
    address.strip_prefix('r')?.strip_suffix("@clinic.test")?.parse().ok()
}

fn pick<T>(all: &[T], number: u8) -> Option<&T> {
    (!all.is_empty()).then(|| &all[usize::from(number) % all.len()])
}

/// A refusal by the rules is part of life; a failing store is not.
fn calm<T, E: Debug>(result: Result<T, E>) {
    if let Err(error) = result {
        let text = format!("{error:?}");
        let of_the_store = ["Store(", "Unavailable(", "Refused("];
        assert!(!of_the_store.iter().any(|sign| text.contains(sign)), "the store failed: {text}");
    }
}

/// The same mail as what a mail server reports (RFC 3464), or a provider (RFC 5965), where it is one.
fn as_report(raw: &str, mail: Mail, recipient: &str) -> String {
    let (action, status) = match mail {
        Mail::Bounce => ("failed", "5.1.1"),
        Mail::SoftBounce => ("failed", "5.2.2"),
        Mail::Delivered => ("delivered", "2.0.0"),
        Mail::Delayed => ("delayed", "4.4.1"),
        Mail::Complaint => ("", ""),
        Mail::Reply | Mail::FromStranger | Mail::OutOfOffice => return raw.to_owned(),
    };
    let plain = "Content-Type: text/plain; charset=utf-8\n\nYa respondo\n";
    let (kind, part) = match mail {
        Mail::Complaint => {
            ("feedback-report", "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: x/1\nVersion: 1\n".to_owned())
        }
        _ => {
            let fields = format!("Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\n");
            ("delivery-status", format!("Content-Type: message/delivery-status\n\nReporting-MTA: dns; mail.clinic.test\n\n{fields}"))
        }
    };
    let report = format!(
        "Content-Type: multipart/report; report-type={kind}; boundary=b\n\n--b\nContent-Type: text/plain\n\nInforme\n--b\n{part}\n--b--\n"
    );
    assert!(raw.contains(plain));
    raw.replace(plain, &report)
}
