//! Deeds, done by the use cases.

use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, bail};
use chrono::{DateTime, TimeDelta, Utc};
use followup_app::{App, AttemptAction, CloseRequest, OneMoreAttempt, SendMessageError, SendRequest};
use followup_domain::asking::field_state::FieldState;
use followup_domain::asking::missing::FieldPath;
use followup_domain::asking::plan::{Attempt, AttemptStatus, PlannedChannel};
use followup_domain::audit::Actor;
use followup_domain::case::CasePatch;
use followup_domain::contact::{E164, EmailAddress};
use followup_domain::ids::CaseId;
use followup_domain::mail::inbound::{MailboxPosition, NewInboundMail};
use followup_domain::message::{Channel, Direction, Message};
use followup_domain::sending::EventReader;
use followup_outbox::{TextInbox, called};

use crate::deeds::{Deed, Fields, OnContact};
use crate::letters::{Answered, Mail};
use crate::phrases::told;
use crate::stories::{Story, field_of};
use crate::transport::Troubles;

/// Under which name the mailbox of the demonstration is known.
pub(crate) const MAILBOX: &str = "demostracion";
/// Who works in the unit, as they sign in.
const WORKER: &str = "qf";
/// Who reads threads.
const READERS: [&str; 3] = ["admin", WORKER, "responsable_fv"];
const STRANGER: &str = "Secretaría de Docencia <docencia@universidad-del-sur.example>";
const REPORT: (&str, &str, &[u8]) = ("informe-de-laboratorio.pdf", "application/pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");

/// Who does things, and when.
pub(crate) struct Stage {
    pub(crate) app: App,
    pub(crate) troubles: Troubles,
    /// How many mails and texts came in.
    arrived: AtomicU32,
}

/// A case that was reported.
#[derive(Clone, Copy)]
pub(crate) struct Case<'s> {
    pub(crate) id: CaseId,
    pub(crate) story: &'s Story,
}

/// Somebody of the unit.
pub(crate) fn worker() -> Actor {
    somebody(WORKER)
}

fn somebody(username: &str) -> Actor {
    Actor::User { id: None, username: username.to_owned() }
}

impl Stage {
    pub(crate) fn new(app: App, troubles: Troubles) -> Self {
        Self { app, troubles, arrived: AtomicU32::new(0) }
    }

    /// Does one thing.
    pub(crate) fn act(&self, case: Case<'_>, deed: Deed) -> Result<()> {
        let (app, id, who) = (&self.app, case.id, worker());
        match deed {
            Deed::Answers(fields) => self.comes(&self.answer(case, &sentences(case.story, fields))?),
            Deed::AnswersInHtml(fields) => self.comes(&self.answer(case, &sentences(case.story, fields))?.in_html()),
            Deed::AnswersWithReport(fields) => {
                let text = format!("{}\nAdjunto el informe del laboratorio.", sentences(case.story, fields));
                self.comes(&with_report(self.answer(case, &text)?))
            }
            Deed::PastesTheHistory => self.comes(&self.answer(case, &history())?),
            Deed::AnotherAnswers(fields) => {
                let text = format!("Buenos días, respondo en nombre del doctor.\n\n{}", sentences(case.story, fields));
                self.comes(&Mail::answer(STRANGER, &self.last_letter(case)?, &self.mail_id(), self.now(), &text))
            }
            Deed::Says(words) => self.comes(&self.answer(case, words)?),
            Deed::Talk(_) => bail!("a talk is divided into what is said"),
            Deed::IsAway => {
                let text = "Gracias por su mensaje. Estaré fuera de la oficina hasta el lunes y responderé a mi regreso.";
                self.comes(&Mail::by_itself(&from(case.story)?, &self.last_letter(case)?, &self.mail_id(), self.now(), text))
            }
            Deed::Bounces => self.report(case, ("failed", "5.1.1", "550 5.1.1 The email account that you tried to reach does not exist")),
            Deed::IsFull => self.report(case, ("failed", "5.2.2", "552 5.2.2 Mailbox full")),
            Deed::Arrives => self.report(case, ("delivered", "2.0.0", "250 2.0.0 OK")),
            Deed::Texts(channel, words) => self.text_comes(case, channel, words),
            Deed::Meets(trouble) => {
                self.troubles.next(address(case.story)?, trouble);
                Ok(())
            }
            Deed::Writes(channel, words) => self.write(case, channel, Some(words)),
            Deed::Asks => self.write(case, Channel::Email, None),
            Deed::Reminds => {
                app.resend_message(&who, id, self.last_sent(case)?.id, Some("Sin respuesta"))?;
                Ok(())
            }
            Deed::Calls(outcome, notes) => {
                app.log_call(&who, id, outcome, notes, None)?;
                Ok(())
            }
            Deed::Learns(fields) => self.change(case, &case.story.known_of(fields)),
            Deed::Sets(values) => self.change(case, values),
            Deed::Read => self.read(case),
            Deed::Attends => Ok(app.attend_answers(&who, id, self.last(case, |_| true)?.id)?),
            Deed::Confirms => {
                app.confirm_sender(&who, id, self.last(case, |message| message.direction == Direction::In)?.id)?;
                Ok(())
            }
            Deed::Settles(reason) => {
                app.resolve_message(&who, id, self.last_sent(case)?.id, true, Some(reason))?;
                Ok(())
            }
            Deed::Documents(field, state, reason) => {
                let path = FieldPath::parse(field).with_context(|| format!("no field {field}"))?;
                app.document_field(&who, id, &path, state, reason)?;
                Ok(())
            }
            Deed::DocumentsTheRest(reason) => {
                let missing = app.followup_summary(id, WORKER)?.missing;
                missing.iter().try_for_each(|open| app.document_field(&who, id, &open.item.path, FieldState::Unknown, reason).map(drop))?;
                Ok(())
            }
            Deed::Plans(template) => {
                app.apply_plan(&who, id, template, self.now())?;
                Ok(())
            }
            Deed::Contact(on, reason) => self.on_contact(case, on, reason),
            Deed::PlansCall(days, label) => {
                let due_at = self.now() + TimeDelta::days(days);
                let contact =
                    OneMoreAttempt { due_at, label: label.to_owned(), channel: PlannedChannel::Call, reason: Some(label.to_owned()) };
                app.schedule_attempt(&who, id, &contact)?;
                Ok(())
            }
            Deed::Closes(reason, notes) => {
                let request = CloseRequest { reason, notes: notes.to_owned(), override_reason: None };
                app.close_followup(&somebody("responsable_fv"), id, &request)?;
                Ok(())
            }
            Deed::Reopens(reason) => {
                app.reopen_followup(&somebody("responsable_fv"), id, reason)?;
                Ok(())
            }
            Deed::SetsAside(reason) => {
                let warnings = app.view(app.case(id)?).warnings;
                let open = warnings.into_iter().find(|found| found.set_aside.is_none()).context("no open warning")?;
                app.set_warning_aside(&who, id, &open.warning.id, reason)?;
                Ok(())
            }
            Deed::Blocks(reason) => {
                app.block_contact(&who, &EmailAddress::parse(address(case.story)?)?, reason)?;
                Ok(())
            }
        }
    }

    /// Everybody of the unit reads the thread.
    fn read(&self, case: Case<'_>) -> Result<()> {
        let last = self.last(case, |_| true)?.id;
        READERS.iter().try_for_each(|reader| Ok(self.app.mark_read(&somebody(reader), case.id, last)?))
    }

    /// A mail arrives.
    pub(crate) fn comes(&self, mail: &Mail) -> Result<()> {
        let position = MailboxPosition { mailbox: MAILBOX.into(), uid: None };
        self.app.store_mail(&NewInboundMail { position, arrived_at: self.now(), recorded_at: self.now(), raw: mail.raw() })?;
        Ok(())
    }

    /// A file with a text message is dropped.
    pub(crate) fn call_comes(&self, inbox: TextInbox, content: &str) -> Result<()> {
        let seen = format!("demo-{}", self.arrived.fetch_add(1, Ordering::Relaxed));
        self.app.accept_callback(inbox.scope(), called(&seen, content.as_bytes()))?;
        Ok(())
    }

    /// A new Message-ID of somebody else.
    pub(crate) fn mail_id(&self) -> String {
        format!("<demo.{}@correo.example>", self.arrived.fetch_add(1, Ordering::Relaxed))
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.app.clock.now()
    }

    fn answer(&self, case: Case<'_>, text: &str) -> Result<Mail> {
        let signature = [case.story.get("reportante_nombre"), case.story.get("reportante_ocupacion")];
        let signed = format!("{text}\n\nSaludos cordiales,\n{}", signature.into_iter().flatten().collect::<Vec<_>>().join("\n"));
        Ok(Mail::answer(&from(case.story)?, &self.last_letter(case)?, &self.mail_id(), self.now(), &signed))
    }

    fn report(&self, case: Case<'_>, told: (&str, &str, &str)) -> Result<()> {
        self.comes(&Mail::report(&self.last_letter(case)?, address(case.story)?, &self.mail_id(), self.now(), told))
    }

    fn text_comes(&self, case: Case<'_>, channel: Channel, words: &str) -> Result<()> {
        let number = number(case.story)?;
        match channel {
            Channel::Whatsapp => {
                let quoted = words.replace('\\', "\\\\").replace('"', "\\\"");
                self.call_comes(TextInbox::whatsapp(), &format!("{{\"from\": \"{number}\", \"text\": \"{quoted}\"}}"))
            }
            _ => self.call_comes(TextInbox::sms(), &format!("De: {number}\n\n{words}\n")),
        }
    }

    /// Writes by hand; without words, what the service proposes. That the transport fails is part of the demonstration.
    fn write(&self, case: Case<'_>, channel: Channel, words: Option<&str>) -> Result<()> {
        self.read(case)?;
        let body = match words {
            Some(words) => words.to_owned(),
            None => self.app.draft_request(case.id, channel.as_str())?.letter.body,
        };
        let request = SendRequest { channel: Some(channel.as_str().to_owned()), body: Some(body), ..SendRequest::default() };
        match self.app.send_message(&worker(), case.id, &request, None) {
            Ok(_) | Err(SendMessageError::Failed { .. } | SendMessageError::Uncertain { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn change(&self, case: Case<'_>, values: &[(&str, &str)]) -> Result<()> {
        let fields = values.iter().map(|(field, value)| field_of(field, value)).collect();
        self.app.update_case(&worker(), case.id, &CasePatch { fields, ..CasePatch::default() }, None)?;
        Ok(())
    }

    fn on_contact(&self, case: Case<'_>, on: OnContact, reason: &str) -> Result<()> {
        let wanted = if on == OnContact::BringBack { AttemptStatus::Skipped } else { AttemptStatus::Pending };
        let found: Option<Attempt> = self.app.attempts(case.id)?.into_iter().find(|attempt| attempt.status == wanted);
        let (id, reason) = (found.with_context(|| format!("no contact is {wanted}"))?.id, Some(reason.to_owned()));
        let action = match on {
            OnContact::Skip => AttemptAction::Skip { reason },
            OnContact::PutOff(days) => AttemptAction::Reschedule { due_at: self.now() + TimeDelta::days(days), reason },
            OnContact::Complete => AttemptAction::Complete { reason },
            OnContact::BringBack => AttemptAction::Reactivate { due_at: Some(self.now() + TimeDelta::days(5)), reason },
            OnContact::SendNow => {
                self.app.send_attempt_now(&worker(), case.id, id, reason.as_deref())?;
                return Ok(());
            }
        };
        self.app.override_attempt(&worker(), case.id, id, &action)?;
        Ok(())
    }

    /// The last letter of ours, as an answer shows it.
    fn last_letter(&self, case: Case<'_>) -> Result<Answered> {
        let letter = self.last_sent(case)?;
        let message_id = letter.external_id.context("a letter has a Message-ID")?.as_str().to_owned();
        let unit = self.app.policy.sender.as_str().to_owned();
        Ok(Answered { message_id, subject: letter.content.subject.unwrap_or_default(), body: letter.content.body, unit })
    }

    fn last_sent(&self, case: Case<'_>) -> Result<Message> {
        self.last(case, |message| message.direction == Direction::Out && message.channel == Channel::Email)
    }

    fn last(&self, case: Case<'_>, wanted: impl Fn(&Message) -> bool) -> Result<Message> {
        self.app.thread(case.id)?.into_iter().rev().find(wanted).context("no such message in the thread")
    }
}

/// What is known of these fields, in the reporter's words.
fn sentences(story: &Story, fields: Fields) -> String {
    let told: Vec<String> = story.known_of(fields).into_iter().map(|(field, value)| told(field, value)).collect();
    format!("Buenos días:\n\n{}", told.join("\n"))
}

/// A mail with the laboratory's report.
pub(crate) fn with_report(mail: Mail) -> Mail {
    mail.with_file(REPORT.0, REPORT.1, REPORT.2)
}

/// More than a thread shows of a message.
fn history() -> String {
    let notes = (1..=400).map(|day| {
        format!("Día {day}: paciente despierta, orientada, sin fiebre; presión arterial 110/70 mmHg, frecuencia cardiaca 76 por minuto; tolera la vía oral.")
    });
    format!("Buenos días. Copio la historia clínica completa:\n\n{}", notes.collect::<Vec<_>>().join("\n"))
}

fn from(story: &Story) -> Result<String> {
    Ok(format!("{} <{}>", story.get("reportante_nombre").unwrap_or_default(), address(story)?))
}

/// The reporter's address.
fn address(story: &Story) -> Result<&str> {
    let contact = story.get("reportante_contacto").unwrap_or_default();
    contact.split([' ', '/']).find(|word| word.contains('@')).with_context(|| format!("no address in {contact}"))
}

/// The reporter's number.
fn number(story: &Story) -> Result<String> {
    let contact = story.get("reportante_contacto").unwrap_or_default();
    let digits: String = contact.chars().filter(char::is_ascii_digit).collect();
    let number = format!("+51{digits}");
    E164::parse(&number).with_context(|| format!("no mobile number in {contact}"))?;
    Ok(number)
}
