//! What mail servers and other automata say of our letters: kept with the mail, and with its effects on letter, attempt, address and plan.

use chrono::{DateTime, Duration, Utc};
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::asking::waiting::Contact;
use followup_domain::audit::Actor;
use followup_domain::case::Case;
use followup_domain::contact::Permanence;
use followup_domain::ids::MessageId;
use followup_domain::mail::bounce::{LetterReport, MailNotice, SOFT_FAILURES, report_on, report_on_unknown};
use followup_domain::mail::inbound::{CHALLENGE, ParsedMail};
use followup_domain::mail::report::ReportAction;
use followup_domain::message::{Classification, Delivery, Direction, Message, MessageKind};
use followup_domain::ports::{Outcome, StoreError, Tx, Updated};

use crate::audit_facts::outcome_entry;
use crate::failed_address::Learned;
use crate::match_mail::Matched;
use crate::service::Followup;

/// An automatic request that did not arrive for the moment is repeated after so long: a mailbox is seldom emptied within the hour.
const REPEATED_AFTER: Duration = Duration::days(2);

/// A report on a letter, as it came in.
#[derive(Clone, Copy)]
pub(crate) struct Reported<'a> {
    /// What it says.
    pub(crate) report: &'a LetterReport,
    /// When it arrived (UTC).
    pub(crate) arrived_at: DateTime<Utc>,
    /// Who says which letter it is about: the service, or a person.
    pub(crate) by: &'a Actor,
}

impl Followup {
    /// Keeps what an automatic mail says, and gives a report its effects. A mail that names no message of ours is only shown: whoever knows
    /// a Message-ID has seen the letter, or is on its way. The case, if any, is locked, and that of a notification.
    pub(crate) fn take_notice(
        &self,
        tx: &mut dyn Tx,
        message_id: MessageId,
        mail: &ParsedMail,
        matched: &Matched,
        arrived_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if matches!(matched.classification, Classification::Human | Classification::Echo) {
            return Ok(());
        }
        let about = self.reported_letter(tx, mail, matched)?;
        let report = match &about {
            _ if !is_report(matched.classification) => None,
            Some(letter) => report_on_letter(mail, matched.classification, letter),
            None => report_on_unknown(&mail.recipients),
        };
        tx.messages().insert_notice(&MailNotice {
            message_id,
            why: mail.classification_reason.to_owned(),
            about: about.as_ref().map(|letter| letter.id),
            report: report.clone(),
            returns_on: mail.returns_on,
        })?;
        self.hear_automatic_answer(tx, mail, matched, arrived_at, now)?;
        let Some(letter) = about else { return Ok(()) };
        let by = &self.itself();
        let reported = report.as_ref().map(|report| Reported { report, arrived_at, by });
        match (&matched.case, reported) {
            (None, Some(reported)) if letter.kind == MessageKind::Notification => {
                self.take_report_on_notification(tx, &letter, reported, now)
            }
            (Some(case), _) if letter.kind == MessageKind::Notification || letter.case_id != Some(case.id) => Ok(()),
            (Some(case), Some(reported)) => self.apply_report(tx, case, &letter, reported, now),
            (Some(case), None) if matched.classification == Classification::Complaint => self.notify_of_complaint(tx, case, letter.id, now),
            _ => Ok(()),
        }
    }

    /// A mailbox that answers by itself takes mail again; a server that wants proof of the sender answers for any mailbox.
    fn hear_automatic_answer(
        &self,
        tx: &mut dyn Tx,
        mail: &ParsedMail,
        matched: &Matched,
        arrived_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let is_known = matched.case.is_some() && matched.case_match.is_some_and(|found| found.confirmed);
        if matched.classification != Classification::AutoReply || !is_known || mail.classification_reason == CHALLENGE {
            return Ok(());
        }
        let from = mail.from.as_ref().map(|from| from.address.as_str());
        self.clear_by_arrival(tx, from, "esa dirección respondió automáticamente", arrived_at, now)
    }

    /// The message of ours that an automatic mail names: as what it brings along or answers; of a bounce also the last of its References,
    /// where some servers put what they return. An earlier one only says to which thread it belongs. Of word to the unit itself only a
    /// report is heard.
    fn reported_letter(&self, tx: &mut dyn Tx, mail: &ParsedMail, matched: &Matched) -> Result<Option<Message>, StoreError> {
        let named = match matched.proves {
            Some(id) => tx.messages().find(id)?,
            None => None,
        };
        if let Some(letter) = named {
            return Ok(Some(letter).filter(|letter| letter.kind != MessageKind::Notification || is_report(matched.classification)));
        }
        let (Classification::Bounce, Some(answered)) = (matched.classification, matched.answers) else { return Ok(None) };
        let last = mail.references.last();
        Ok(tx.messages().find(answered.message_id)?.filter(|letter| last.is_some() && letter.external_id.as_ref() == last))
    }

    /// A mail about a notification, or a copy of one, stands in no case, and changes that notification's: its case and its address are locked before anything
    /// is written, since its own row goes into the system's trail.
    pub(crate) fn lock_case_of_notification(&self, tx: &mut dyn Tx, matched: &Matched) -> Result<(), StoreError> {
        let writes_there = is_report(matched.classification) || matched.classification == Classification::Echo;
        let (None, Some(id), true) = (&matched.case, matched.proves, writes_there) else { return Ok(()) };
        let notification = tx.messages().find(id)?.filter(|message| message.kind == MessageKind::Notification);
        let Some(notification) = notification else { return Ok(()) };
        self.lock_case(tx, notification.case_id)?;
        match notification.content.to.as_deref() {
            Some(to) => tx.requests().lock_address(to),
            None => Ok(()),
        }
    }

    /// A person says about which letter of the case an automatic mail of the tray is: what it reports has its effects, under his name.
    /// The case is locked, and the mail is its.
    pub(crate) fn take_named_report(
        &self,
        tx: &mut dyn Tx,
        actor: &Actor,
        case: &Case,
        mail: &Message,
        letter: MessageId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (Some(classification), Some(raw_id)) = (mail.classification.filter(|it| is_report(*it)), mail.raw_id) else { return Ok(()) };
        let (Some(raw), Some(letter)) = (tx.messages().raw(raw_id)?, tx.messages().find(letter)?) else { return Ok(()) };
        // It was understood when it came; recipients are not kept, for a letter has one.
        let Ok(parsed) = self.reader.read(&raw) else { return Ok(()) };
        let Some(report) = report_on_letter(&parsed, classification, &letter).filter(|_| is_out(&letter)) else { return Ok(()) };
        if tx.messages().name_notice(mail.id, letter.id, &report)? == Updated::Stale {
            return Ok(());
        }
        let reported = Reported { report: &report, arrived_at: mail.created_at, by: actor };
        self.apply_report(tx, case, &letter, reported, now)
    }

    /// What a report says of a letter of this case, with all that follows. The case is locked. What it said before, or what the
    /// reporter proved wrong by answering, changes nothing.
    pub(crate) fn apply_report(
        &self,
        tx: &mut dyn Tx,
        case: &Case,
        letter: &Message,
        reported: Reported<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        match reported.report.action {
            _ if letter.kind == MessageKind::Notification => self.take_report_on_notification(tx, letter, reported, now),
            ReportAction::Failed => self.take_bounce(tx, case, letter, reported, now),
            ReportAction::Delivered | ReportAction::Expanded => self.take_delivery(tx, case, letter, Delivery::Delivered, reported, now),
            ReportAction::Read => self.take_delivery(tx, case, letter, Delivery::Read, reported, now),
            // Some server goes on trying, or tells no more: nothing is known of its end.
            _ => Ok(()),
        }
    }

    /// The letter did not arrive: it has failed, with its attempt; what it asked is not asked; its address is known to fail.
    fn take_bounce(
        &self,
        tx: &mut dyn Tx,
        case: &Case,
        letter: &Message,
        reported: Reported<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Some(words) = words_of(letter, reported.report) else { return Ok(()) };
        if !self.record_bounce(tx, letter, &words, reported, now)? {
            return self.learn_more(tx, case, letter, reported, now);
        }
        tx.requests().release_automatic(case.id, letter.id)?;
        self.move_attempt_of(tx, letter, AttemptStatus::Failed, Some(&words), now)?;
        self.learn_of_address(tx, case, letter, reported, now)?;
        self.refresh_awaiting(tx, case.id)?;
        self.repeat_request(tx, case, letter, reported.report, now)?;
        self.notify_of_bounce(tx, case, letter.id, &words, now)
    }

    fn record_bounce(
        &self,
        tx: &mut dyn Tx,
        letter: &Message,
        words: &str,
        reported: Reported<'_>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let outcome = Outcome { error: Some(words.to_owned()), ..Outcome::of(Delivery::Bounced, now) };
        if tx.messages().record_report(letter.id, &outcome)? == Updated::Stale {
            return Ok(false);
        }
        let mut entry = outcome_entry(letter, letter.delivery.unwrap_or(Delivery::Accepted), &outcome, reported.by);
        if let Some(another) = another_address(letter, reported.report) {
            entry.new.insert("reported_address".into(), another.into());
        }
        tx.audit().append(&entry)?;
        Ok(true)
    }

    /// What the report says of the address, if it says anything; says whether the address is held since.
    fn learn_of_address(
        &self,
        tx: &mut dyn Tx,
        case: &Case,
        letter: &Message,
        reported: Reported<'_>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let Some(failure) = reported.report.failure_of_the_address() else { return Ok(false) };
        let another = another_address(letter, reported.report);
        let learned = Learned { failure, reported: another, at: reported.arrived_at, by: reported.by };
        self.address_failed(tx, case, letter, &learned, now)
    }

    /// A mailbox that was full may be emptied: the automatic request is made once more, until its address is held or so many came
    /// back. When another address failed, ours may have kept a copy.
    fn repeat_request(
        &self,
        tx: &mut dyn Tx,
        case: &Case,
        letter: &Message,
        report: &LetterReport,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let may_pass = report.failure_of_the_address().is_some_and(|failure| failure.permanence == Permanence::Soft);
        if letter.kind != MessageKind::AutomaticRequest || !may_pass || another_address(letter, report).is_some() {
            return Ok(());
        }
        let came_back = |contact: &&Contact| contact.kind == MessageKind::AutomaticRequest && contact.delivery == Some(Delivery::Bounced);
        let returned = tx.messages().contacts(case.id)?.iter().filter(came_back).count();
        if returned >= usize::try_from(SOFT_FAILURES).unwrap_or(usize::MAX) {
            return Ok(());
        }
        self.queue_automatic_after(tx, case, now + REPEATED_AFTER, now)
    }

    /// A second report on the same letter may say for good what the first one left open.
    fn learn_more(
        &self,
        tx: &mut dyn Tx,
        case: &Case,
        letter: &Message,
        reported: Reported<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let is_for_good = reported.report.failure.as_ref().filter(|failure| failure.permanence == Permanence::Hard);
        let (Some(to), Some(failure)) = (letter.content.to.as_deref(), is_for_good) else { return Ok(()) };
        match tx.addresses().find(to)? {
            Some(known) if known.message_id == Some(letter.id) && !known.held => {
                if self.learn_of_address(tx, case, letter, reported, now)? {
                    self.notify_of_held(tx, case, letter.id, &failure.to_string(), now)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The letter arrived, or was read.
    fn take_delivery(
        &self,
        tx: &mut dyn Tx,
        case: &Case,
        letter: &Message,
        delivery: Delivery,
        reported: Reported<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let words = match delivery {
            Delivery::Read => "leído, según el aviso de lectura del destinatario",
            _ => "entregado, según el servidor del destinatario",
        };
        let from = letter.delivery.unwrap_or(Delivery::Accepted);
        let outcome = Outcome::of(delivery, now);
        if tx.messages().record_report(letter.id, &outcome)? == Updated::Stale {
            return Ok(());
        }
        let mut entry = outcome_entry(letter, from, &outcome, reported.by);
        entry.reason = Some(words.to_owned());
        tx.audit().append(&entry)?;
        if from == Delivery::Uncertain {
            self.move_attempt_of(tx, letter, AttemptStatus::Sent, Some(words), now)?;
        }
        if matches!(reported.report.action, ReportAction::Delivered | ReportAction::Read)
            && another_address(letter, reported.report).is_none()
        {
            let to = letter.content.to.as_deref();
            self.clear_by_arrival(tx, to, "un mensaje posterior fue entregado", reported.arrived_at, now)?;
        }
        self.refresh_awaiting(tx, case.id)
    }

    /// Word to the unit did not arrive: it has failed, and its address is known to fail, so that later ones go to `NOTIFY_EMAIL`. Its case
    /// is locked.
    fn take_report_on_notification(
        &self,
        tx: &mut dyn Tx,
        letter: &Message,
        reported: Reported<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (ReportAction::Failed, Some(words)) = (reported.report.action, words_of(letter, reported.report)) else { return Ok(()) };
        let Some(case_id) = letter.case_id else { return Ok(()) };
        if !self.record_bounce(tx, letter, &words, reported, now)? {
            return Ok(());
        }
        tracing::warn!(message_id = letter.id.0, "a notification to the unit came back");
        match tx.cases().find(case_id)? {
            Some(case) => self.learn_of_address(tx, &case, letter, reported, now).map(drop),
            None => Ok(()),
        }
    }

    /// A message that left just now may have been reported on before: the report was quicker than the record.
    pub(crate) fn apply_earlier_reports(&self, tx: &mut dyn Tx, message: &Message, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Some(case_id) = message.case_id else { return Ok(()) };
        let by = &self.itself();
        for notice in tx.messages().notices_about(message.id)? {
            let Some(report) = &notice.report else { continue };
            let arrived_at = tx.messages().find(notice.message_id)?.map_or(now, |mail| mail.created_at);
            if let (Some(case), Some(letter)) = (tx.cases().find(case_id)?, tx.messages().find(message.id)?) {
                self.apply_report(tx, &case, &letter, Reported { report, arrived_at, by }, now)?;
            }
        }
        Ok(())
    }
}

fn report_on_letter(mail: &ParsedMail, classification: Classification, letter: &Message) -> Option<LetterReport> {
    let ours = letter.content.to.as_deref().unwrap_or_default();
    report_on(&mail.recipients, classification == Classification::Bounce, ours)
}

/// The address that a report names in place of the letter's own.
fn another_address<'a>(letter: &Message, report: &'a LetterReport) -> Option<&'a str> {
    let ours = letter.content.to.as_deref().unwrap_or_default();
    report.address.as_deref().filter(|_| report.is_of_another(ours))
}

/// Why a letter failed, in Spanish.
fn words_of(letter: &Message, report: &LetterReport) -> Option<String> {
    let failure = report.failure.as_ref()?;
    Some(match another_address(letter, report) {
        Some(_) => format!("falló otra dirección, a la que se reenvía: {failure}"),
        None => failure.to_string(),
    })
}

fn is_out(letter: &Message) -> bool {
    letter.direction == Direction::Out
}

fn is_report(classification: Classification) -> bool {
    matches!(classification, Classification::Bounce | Classification::DeliveryNotice)
}
