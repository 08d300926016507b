//! Inbound mail: stored as it arrived, then understood from the store, one transaction each.

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, Utc};
use followup_domain::audit::{AuditFacts, facts};
use followup_domain::case::Case;
use followup_domain::ids::{InboundMailId, MessageId, RawId};
use followup_domain::inbound::{InboundMail, InboundState, MailboxCursor, NewInboundMail, ParsedMail};
use followup_domain::message::{Channel, Classification, MailFlag, MessageContent};
use followup_domain::ports::{Inserted, NewInboundMessage, StoreError, StoreExt, Tx};

use crate::audit_facts::message_entry;
use crate::match_mail::{Answered, Matched};
use crate::quarantine_mail::stands_without_bytes;
use crate::service::Followup;

/// So many stored mails are taken up at a time.
const PAGE: i64 = 50;

/// So many of the cases that a mail names in vain are written into the trail.
const MOST_LEFT_OUT: usize = 50;

/// What became of the stored mails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IngestReport {
    /// Put into a case's thread.
    pub matched: u32,
    /// Put into the unassigned tray.
    pub unassigned: u32,
    /// Could not be understood.
    pub quarantined: u32,
}

impl Followup {
    /// How far a mailbox has been read.
    ///
    /// # Errors
    /// The store's.
    pub fn mailbox_cursor(&self, mailbox: &str) -> Result<Option<MailboxCursor>, StoreError> {
        self.store.read(|tx| tx.inbox().cursor(mailbox))
    }

    /// Sets how far a mailbox has been read: anew after a UIDVALIDITY change, or past mails that are gone.
    ///
    /// # Errors
    /// The store's.
    pub fn set_mailbox_cursor(&self, mailbox: &str, cursor: MailboxCursor) -> Result<(), StoreError> {
        self.store.write(|tx| tx.inbox().set_cursor(mailbox, cursor))
    }

    /// Stores a mail as it arrived, together with the mailbox's cursor. Nothing is understood yet. A mail that stood in the
    /// quarantine without bytes leaves it.
    ///
    /// # Errors
    /// The store's; then the mail must be fetched again.
    pub fn store_mail(&self, mail: &NewInboundMail) -> Result<Inserted<InboundMailId>, StoreError> {
        self.store.write(|tx| {
            let was_withheld = stands_without_bytes(tx, &mail.position)?;
            let inserted = tx.inbox().insert(mail)?;
            if was_withheld {
                self.audit_release(tx, inserted.id())?;
            }
            Ok(inserted)
        })
    }

    /// Understands every mail that is stored and not looked at yet, oldest first.
    ///
    /// # Errors
    /// The store cannot be reached. A mail that cannot be understood, or that the store refuses, is quarantined.
    pub fn process_stored_mail(&self, stop: &dyn Fn() -> bool) -> Result<IngestReport, StoreError> {
        let mut report = IngestReport::default();
        loop {
            let waiting = self.store.read::<_, StoreError>(|tx| tx.inbox().list_stored(PAGE))?;
            if waiting.is_empty() {
                return Ok(report);
            }
            for id in waiting {
                if stop() {
                    return Ok(report);
                }
                match self.process_one(id)? {
                    Some(Placed::Case) => report.matched += 1,
                    Some(Placed::Unassigned) => report.unassigned += 1,
                    Some(Placed::Quarantine) => report.quarantined += 1,
                    None => {}
                }
            }
        }
    }

    /// Understands a stored mail; none when it is not to be understood any more.
    ///
    /// # Errors
    /// The store cannot be reached.
    pub(crate) fn process_one(&self, id: InboundMailId) -> Result<Option<Placed>, StoreError> {
        match self.process_or_panic(id) {
            Err(error @ StoreError::Refused(_)) => {
                tracing::error!(inbound_mail_id = id.0, %error, "mail quarantined: it could not be processed");
                self.store.write(|tx| self.quarantine(tx, id, "el mensaje no se pudo procesar"))?;
                Ok(Some(Placed::Quarantine))
            }
            placed => placed,
        }
    }

    /// A mail over which the service stumbles must not be stumbled over again by every later run.
    fn process_or_panic(&self, id: InboundMailId) -> Result<Option<Placed>, StoreError> {
        // What a panic leaves half done is this mail's transaction, which the store rolls back.
        let processed = catch_unwind(AssertUnwindSafe(|| self.process(id)));
        processed.unwrap_or_else(|_| Err(StoreError::Refused("processing it panicked".into())))
    }

    fn process(&self, id: InboundMailId) -> Result<Option<Placed>, StoreError> {
        let Some(raw) = self.store.read::<_, StoreError>(|tx| tx.inbox().raw(id))? else {
            return Err(StoreError::Refused("a stored mail has no bytes".into()));
        };
        // Understanding needs no transaction, and may take a while for a large mail.
        let understood = self.reader.read(&raw);
        self.store.write(|tx| {
            let Some(stored) = tx.inbox().find_for_update(id)?.filter(|mail| mail.state == InboundState::Stored) else {
                return Ok(None);
            };
            match &understood {
                Ok(mail) => self.place(tx, &stored, mail).map(Some),
                Err(unreadable) => {
                    self.quarantine(tx, id, &unreadable.to_string())?;
                    Ok(Some(Placed::Quarantine))
                }
            }
        })
    }

    /// Puts a mail into its case's thread or the unassigned tray; a human reply has its effects in the same transaction.
    fn place(&self, tx: &mut dyn Tx, stored: &InboundMail, mail: &ParsedMail) -> Result<Placed, StoreError> {
        let now = self.now();
        let raw_id = stored.raw_id.ok_or_else(|| StoreError::Refused("a stored mail has no bytes".into()))?;
        let matched = self.match_mail(tx, mail, stored.arrived_at)?;
        self.lock_case_of_notification(tx, &matched)?;
        let mail = &*self.read_beside_letter(tx, mail, &matched)?;
        let case_id = matched.case.as_ref().map(|case| case.id);
        let message = inbound_message(stored, raw_id, mail, &matched, now);
        let message_id = tx.messages().insert_inbound(&message)?;
        tx.inbox().record_processed(stored.id, message_id)?;
        for flag in matched.flags() {
            tx.messages().insert_flag(message_id, flag)?;
        }
        let new = received_facts(stored, &matched);
        tx.audit().append(&message_entry(case_id, message_id, &self.itself(), now, "message.received", new, None))?;
        self.take_notice(tx, message_id, mail, &matched, stored.arrived_at, now)?;
        self.settle_by_mail(tx, matched.proves, matched.classification, now)?;
        self.learn_alias_of_copy(tx, (mail, message_id), &matched, now)?;
        if let (Some(case), Classification::Human, false) = (&matched.case, matched.classification, matched.is_repeated) {
            let confirmed = matched.case_match.is_some_and(|found| found.confirmed);
            self.take_human_reply(tx, case, message_id, confirmed, matched.answers, now)?;
        }
        if let (Some(case), true, false) = (&matched.case, mail.flags.contains(&MailFlag::AutomaticByLabel), matched.is_repeated) {
            self.notify_of_label(tx, case, message_id, now)?;
        }
        self.file_copies(tx, message_id, (&message, &mail.body_text), &matched, now)?;
        Ok(if case_id.is_some() { Placed::Case } else { Placed::Unassigned })
    }

    /// A person answered: later attempts are held and the evaluator is told; if the case knows the sender, it counts: what was
    /// answered is `responded`, and a closed follow-up opens.
    pub(crate) fn take_human_reply(
        &self,
        tx: &mut dyn Tx,
        case: &Case,
        reply: MessageId,
        confirmed: bool,
        answers: Option<Answered>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.hold_attempts(tx, case.id, "respuesta recibida", now)?;
        if confirmed {
            self.count_reply(tx, case, answers, now)?;
            if let Some(reply) = tx.messages().find(reply)? {
                self.clear_by_reply(tx, reply.content.from.as_deref(), reply.created_at, now)?;
            }
        }
        self.notify_of_reply(tx, case, reply, now)
    }
}

/// Where a mail was put.
pub(crate) enum Placed {
    Case,
    Unassigned,
    Quarantine,
}

/// What the audit trail keeps of a mail and of why it stands where it does.
fn received_facts(stored: &InboundMail, matched: &Matched) -> AuditFacts {
    let mut new = facts([
        ("classification", matched.classification.as_str().into()),
        ("arrived_at", stored.arrived_at.into()),
        ("sha256", stored.sha256.clone().into()),
        ("match", matched.case_match.map(|found| found.kind.as_str()).into()),
        ("confirmed", matched.case_match.map(|found| found.confirmed).into()),
    ]);
    if matched.has_forged_token {
        new.insert("reply_token".into(), "forged".into());
    }
    if !matched.left_out.is_empty() {
        let left_out: Vec<String> = matched.left_out.iter().take(MOST_LEFT_OUT).map(ToString::to_string).collect();
        new.insert("further_cases".into(), left_out.join(", ").into());
    }
    new
}

fn inbound_message(stored: &InboundMail, raw_id: RawId, mail: &ParsedMail, matched: &Matched, now: DateTime<Utc>) -> NewInboundMessage {
    NewInboundMessage {
        case_id: matched.case.as_ref().map(|case| case.id),
        channel: Channel::Email,
        content: MessageContent {
            subject: mail.subject.clone(),
            body: mail.reply.clone(),
            body_quoted: mail.quoted.clone(),
            from: mail.from.as_ref().map(|from| from.address.clone()),
            to: mail.to.first().map(|to| to.address.clone()),
            in_reply_to: mail.in_reply_to.clone(),
            references: mail.references.clone(),
        },
        external_id: mail.message_id.clone(),
        parent_id: matched.parent_id,
        duplicate_of: matched.duplicate_of,
        classification: matched.classification,
        case_match: matched.case_match,
        attachments: mail.attachments.clone(),
        has_html: mail.has_html,
        raw_id,
        // The case's clock starts when the mail arrived, not when it was read.
        created_at: stored.arrived_at,
        recorded_at: now,
    }
}
