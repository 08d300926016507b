//! Word to the unit itself, by e-mail, through the same queue: a reply came, a case waits too long. Each once.

use chrono::{DateTime, Utc};
use followup_domain::audit::facts;
use followup_domain::case::Case;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::MessageId;
use followup_domain::message::{Channel, MessageContent, MessageKind};
use followup_domain::plan::{Attempt, AttemptStatus};
use followup_domain::ports::{Inserted, NewOutboundMessage, NewOutboundTiming, StoreError, Tx};

use crate::audit_facts::message_entry;
use crate::service::Followup;

impl Followup {
    /// The evaluator (else `NOTIFY_EMAIL`) is told of a reply, once for each.
    pub(crate) fn notify_of_reply(&self, tx: &mut dyn Tx, case: &Case, reply: MessageId, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Some(to) = self.told_of(tx, case)? else { return Ok(()) };
        let body = format!(
            "El reportante ha respondido a la solicitud de seguimiento.\n\nCaso: #{}\nProducto: {}\n\nRevisa la respuesta en VIGIA y actualiza el caso.\n",
            case.id,
            product(case)
        );
        self.notify(tx, case, &to, &format!("Respuesta recibida - ICSR #{}", case.id), body, format!("notify:reply:{reply}"), now)
    }

    /// The evaluator (else `NOTIFY_EMAIL`) is told to look at a mail that says of itself that it is automatic and does not read so, once for each. It is
    /// no answer: nothing is held for it.
    pub(crate) fn notify_of_label(&self, tx: &mut dyn Tx, case: &Case, mail: MessageId, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Some(to) = self.told_of(tx, case)? else { return Ok(()) };
        let body = format!(
            "Llegó un mensaje que se declara automático pero no se lee como una ausencia, un acuse o un informe. No cuenta como respuesta y el seguimiento continúa.\n\nCaso: #{}\nProducto: {}\n\nRevísalo en VIGIA por si trae datos del caso.\n",
            case.id,
            product(case)
        );
        self.notify(tx, case, &to, &format!("Mensaje por revisar - ICSR #{}", case.id), body, format!("notify:label:{mail}"), now)
    }

    /// The escalation address is told of a case that waits too long, once in each wait.
    pub(crate) fn notify_of_wait(
        &self,
        tx: &mut dyn Tx,
        case: &Case,
        to: &EmailAddress,
        days: i64,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let body = format!(
            "El reportante no ha respondido desde hace {days} {}.\n\nCaso: #{}\nProducto: {}\n\nConsidere otro canal (teléfono, WhatsApp) o el cierre del seguimiento.\n",
            if days == 1 { "día" } else { "días" },
            case.id,
            product(case)
        );
        let since = case.awaiting_since.map(|since| since.timestamp_micros()).unwrap_or_default();
        self.notify(tx, case, to, &format!("Sin respuesta - ICSR #{}", case.id), body, format!("notify:wait:{}:{since}", case.id), now)
    }

    /// The evaluator (else `NOTIFY_EMAIL`) is told of a letter that came back, once for each.
    pub(crate) fn notify_of_bounce(
        &self,
        tx: &mut dyn Tx,
        case: &Case,
        letter: MessageId,
        why: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.notify_of_failure(tx, case, why, format!("notify:bounce:{letter}"), now)
    }

    /// The evaluator (else `NOTIFY_EMAIL`) is told that nothing goes to an address any more, once for the letter that showed it.
    pub(crate) fn notify_of_held(
        &self,
        tx: &mut dyn Tx,
        case: &Case,
        letter: MessageId,
        why: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.notify_of_failure(tx, case, why, format!("notify:held:{letter}"), now)
    }

    fn notify_of_failure(&self, tx: &mut dyn Tx, case: &Case, why: &str, key: String, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Some(to) = self.told_of(tx, case)? else { return Ok(()) };
        let next = match self.proposed_contact(tx, case)?.map(|proposed| proposed.channel) {
            None => what_follows(tx, case)?,
            Some(Channel::Email) => "No se le escribe más a esa dirección por sí solo. El caso tiene otro correo: revise el contacto.",
            Some(Channel::Whatsapp) => "No se le escribe más a esa dirección por sí solo. Siguiente canal propuesto: WhatsApp.",
            Some(Channel::Sms) => "No se le escribe más a esa dirección por sí solo. Siguiente canal propuesto: SMS.",
            Some(Channel::Call) => "No se le escribe más a esa dirección por sí solo. Siguiente canal propuesto: llamada telefónica.",
        };
        let product = product(case);
        let body = format!("Un mensaje al reportante no llegó: {why}.\n\nCaso: #{}\nProducto: {product}\n\n{next}\n", case.id);
        self.notify(tx, case, &to, &format!("Mensaje no entregado - ICSR #{}", case.id), body, key, now)
    }

    /// The evaluator (else `NOTIFY_EMAIL`) is told that the reporter complained of a letter, once for each.
    pub(crate) fn notify_of_complaint(
        &self,
        tx: &mut dyn Tx,
        case: &Case,
        letter: MessageId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Some(to) = self.told_of(tx, case)? else { return Ok(()) };
        let body = format!(
            "El reportante marcó un mensaje del seguimiento como correo no deseado.\n\nCaso: #{}\nProducto: {}\n\nDecida si se le deja de escribir (no contactar) o si se le llama por teléfono; el plan sigue mientras tanto.\n",
            case.id,
            product(case)
        );
        self.notify(tx, case, &to, &format!("Queja del reportante - ICSR #{}", case.id), body, format!("notify:complaint:{letter}"), now)
    }

    /// The evaluator; else, and where letters to the evaluator came back, `NOTIFY_EMAIL`, which is the last resort.
    fn told_of(&self, tx: &mut dyn Tx, case: &Case) -> Result<Option<EmailAddress>, StoreError> {
        let evaluator = case.record.evaluador_email.as_deref().and_then(|address| EmailAddress::parse(address).ok());
        let (Some(evaluator), Some(unit)) = (&evaluator, &self.policy.notify_to) else {
            return Ok(evaluator.or_else(|| self.policy.notify_to.clone()));
        };
        let is_held = tx.addresses().find(evaluator.as_str())?.is_some_and(|known| known.held);
        Ok(Some(if is_held { unit.clone() } else { evaluator.clone() }))
    }

    #[allow(clippy::too_many_arguments)] // One message's parts.
    fn notify(
        &self,
        tx: &mut dyn Tx,
        case: &Case,
        to: &EmailAddress,
        subject: &str,
        body: String,
        key: String,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if self.senders.email.is_none() {
            return Ok(());
        }
        let to = self.policy.redirect_to.as_ref().unwrap_or(to);
        let message = NewOutboundMessage {
            case_id: case.id,
            channel: Channel::Email,
            kind: MessageKind::Notification,
            content: MessageContent {
                subject: Some(format!("{} {subject}", self.policy.letterhead.subject_prefix).trim().to_owned()),
                body,
                from: Some(self.policy.sender.as_str().to_owned()),
                to: Some(to.as_str().to_owned()),
                ..MessageContent::default()
            },
            external_id: self.ids.message_id(),
            unique_key: key,
            attempt_id: None,
            resend_of: None,
            created_at: now,
            timing: NewOutboundTiming::NotBefore(now),
        };
        if let Inserted::New(id) = tx.messages().insert_outbound(&message)? {
            let new = facts([("kind", message.kind.as_str().into())]);
            tx.audit().append(&message_entry(Some(case.id), id, &self.itself(), now, "message.queued", new, None))?;
        }
        Ok(())
    }
}

/// What goes to the reporter by itself after a letter that did not arrive.
fn what_follows(tx: &mut dyn Tx, case: &Case) -> Result<&'static str, StoreError> {
    if tx.requests().queued_automatic(case.id)?.is_some() {
        return Ok("La solicitud se envía de nuevo por sí sola en unos días.");
    }
    let is_letter = |attempt: &Attempt| attempt.channel == Channel::Email && attempt.status == AttemptStatus::Pending;
    Ok(if tx.attempts().list(case.id)?.iter().any(is_letter) {
        "Los envíos siguientes del plan se harán en su fecha."
    } else {
        "No se le escribe de nuevo por sí solo: decida cómo contactar al reportante."
    })
}

fn product(case: &Case) -> &str {
    case.record.producto_sospechoso().unwrap_or("sin especificar")
}
