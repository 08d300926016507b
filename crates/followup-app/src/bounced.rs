//! What mail servers and other automata say of our letters: kept with the mail, and with its effects on letter, attempt, address and plan.

use chrono::{DateTime, Utc};
use followup_domain::bounce::{Failure, LetterReport, MailNotice, report_on};
use followup_domain::case::Case;
use followup_domain::ids::MessageId;
use followup_domain::inbound::ParsedMail;
use followup_domain::message::{Classification, Delivery, Message, MessageKind};
use followup_domain::plan::AttemptStatus;
use followup_domain::ports::{Outcome, StoreError, Tx, Updated};
use followup_domain::report::{Permanence, ReportAction};

use crate::audit_facts::outcome_entry;
use crate::match_mail::Matched;
use crate::service::Followup;

impl Followup {
    /// Keeps what an automatic mail says, and gives a report its effects. A mail that names no message of ours is only shown: whoever knows
    /// a Message-ID has seen the letter, or is on its way. The case, if any, is locked.
    pub(crate) fn take_notice(
        &self,
        tx: &mut dyn Tx,
        message_id: MessageId,
        mail: &ParsedMail,
        matched: &Matched,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if matches!(matched.classification, Classification::Human | Classification::Echo) {
            return Ok(());
        }
        let about = self.reported_letter(tx, mail, matched)?;
        let report = about.as_ref().filter(|_| is_report(matched.classification)).and_then(|letter| {
            let ours = letter.content.to.as_deref().unwrap_or_default();
            report_on(&mail.recipients, matched.classification == Classification::Bounce, ours)
        });
        tx.messages().insert_notice(&MailNotice {
            message_id,
            why: mail.classification_reason.to_owned(),
            about: about.as_ref().map(|letter| letter.id),
            report: report.clone(),
            returns_on: mail.returns_on,
        })?;
        let (Some(case), Some(letter)) =
            (&matched.case, about.filter(|letter| letter.case_id == matched.case.as_ref().map(|case| case.id)))
        else {
            return Ok(());
        };
        match report {
            Some(report) => self.apply_report(tx, case, &letter, &report, now),
            None if matched.classification == Classification::Complaint => self.notify_of_complaint(tx, case, letter.id, now),
            None => Ok(()),
        }
    }

    /// The message of ours that an automatic mail names: as what it brings along or answers; of a bounce also the last of its References,
    /// where some servers put what they return. An earlier one only says to which thread it belongs.
    fn reported_letter(&self, tx: &mut dyn Tx, mail: &ParsedMail, matched: &Matched) -> Result<Option<Message>, StoreError> {
        let named = match matched.proves {
            Some(id) => tx.messages().find(id)?,
            None => None,
        };
        if let Some(letter) = named {
            return Ok(Some(letter).filter(|letter| letter.kind != MessageKind::Notification));
        }
        let (Classification::Bounce, Some(answered)) = (matched.classification, matched.answers) else { return Ok(None) };
        let last = mail.references.last();
        Ok(tx.messages().find(answered.message_id)?.filter(|letter| last.is_some() && letter.external_id.as_ref() == last))
    }

    /// What a report says of a letter of this case, with all that follows. The case is locked. What it said before, or what the
    /// reporter proved wrong by answering, changes nothing.
    pub(crate) fn apply_report(
        &self,
        tx: &mut dyn Tx,
        case: &Case,
        letter: &Message,
        report: &LetterReport,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        match (report.action, &report.failure) {
            (ReportAction::Failed, Some(failure)) => self.take_bounce(tx, case, letter, failure, now),
            (ReportAction::Delivered | ReportAction::Expanded, _) => self.take_delivery(tx, case, letter, Delivery::Delivered, now),
            (ReportAction::Read, _) => self.take_delivery(tx, case, letter, Delivery::Read, now),
            // Some server goes on trying, or tells no more: nothing is known of its end.
            _ => Ok(()),
        }
    }

    /// The letter did not arrive: it has failed, with its attempt; what it asked is not asked; its address is known to fail.
    fn take_bounce(&self, tx: &mut dyn Tx, case: &Case, letter: &Message, failure: &Failure, now: DateTime<Utc>) -> Result<(), StoreError> {
        let words = failure.to_string();
        let outcome = Outcome { delivery: Delivery::Bounced, transport_response: None, error: Some(words.clone()), at: now };
        if tx.messages().record_report(letter.id, &outcome)? == Updated::Stale {
            return self.learn_more(tx, case, letter, failure, now);
        }
        tx.audit().append(&outcome_entry(letter, letter.delivery.unwrap_or(Delivery::Accepted), &outcome, &self.itself()))?;
        tx.requests().release_automatic(case.id, letter.id)?;
        self.move_attempt_of(tx, letter, AttemptStatus::Failed, Some(&words), now)?;
        self.address_failed(tx, case, letter, failure, now)?;
        self.refresh_awaiting(tx, case.id)?;
        self.notify_of_bounce(tx, case, letter.id, &words, now)
    }

    /// A second report on the same letter may say for good what the first one left open.
    fn learn_more(&self, tx: &mut dyn Tx, case: &Case, letter: &Message, failure: &Failure, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Some(to) = letter.content.to.as_deref().filter(|_| failure.permanence == Permanence::Hard) else { return Ok(()) };
        match tx.addresses().find(to)? {
            Some(known) if known.message_id == Some(letter.id) && !known.held => self.address_failed(tx, case, letter, failure, now),
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
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let words = match delivery {
            Delivery::Read => "leído, según el aviso de lectura del destinatario",
            _ => "entregado, según el servidor del destinatario",
        };
        let from = letter.delivery.unwrap_or(Delivery::Accepted);
        let outcome = Outcome { delivery, transport_response: None, error: None, at: now };
        if tx.messages().record_report(letter.id, &outcome)? == Updated::Stale {
            return Ok(());
        }
        let mut entry = outcome_entry(letter, from, &outcome, &self.itself());
        entry.reason = Some(words.to_owned());
        tx.audit().append(&entry)?;
        if from == Delivery::Uncertain {
            self.move_attempt_of(tx, letter, AttemptStatus::Sent, Some(words), now)?;
        }
        self.refresh_awaiting(tx, case.id)
    }

    /// A message that left just now may have been reported on before: the report was quicker than the record.
    pub(crate) fn apply_earlier_reports(&self, tx: &mut dyn Tx, message: &Message, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Some(case_id) = message.case_id else { return Ok(()) };
        for report in tx.messages().notices_about(message.id)?.into_iter().filter_map(|notice| notice.report) {
            if let (Some(case), Some(letter)) = (tx.cases().find(case_id)?, tx.messages().find(message.id)?) {
                self.apply_report(tx, &case, &letter, &report, now)?;
            }
        }
        Ok(())
    }
}

fn is_report(classification: Classification) -> bool {
    matches!(classification, Classification::Bounce | Classification::DeliveryNotice)
}
