//! Word to the unit itself, by e-mail, through the same queue: a reply came, a case waits too long. Each once.

use followup_domain::asking::plan::{Attempt, AttemptStatus};
use followup_domain::case::Case;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::MessageId;
use followup_domain::message::{Channel, MessageContent, MessageKind};
use followup_domain::ports::{NewOutboundMessage, NewOutboundTiming, StoreError};

use crate::facts::offers::proposed_contact;
use crate::facts::reach::told_of;
use crate::moves::queue;
use crate::step::Step;

/// What the unit is told.
struct Word {
    subject: String,
    body: String,
    /// Under which it is told once.
    key: String,
}

/// The evaluator (else `NOTIFY_EMAIL`) is told of a reply, once for each.
pub(super) fn of_reply(step: &mut Step<'_>, case: &Case, reply: MessageId) -> Result<(), StoreError> {
    let Some(to) = told_of(step, case)? else { return Ok(()) };
    let body = format!(
        "El reportante ha respondido a la solicitud de seguimiento.\n\nCaso: #{}\nProducto: {}\n\nRevisa la respuesta en VIGIA y actualiza el caso.\n",
        case.id,
        product(case)
    );
    let word = Word { subject: format!("Respuesta recibida - ICSR #{}", case.id), body, key: format!("notify:reply:{reply}") };
    tell(step, case, &to, word)
}

/// The evaluator (else `NOTIFY_EMAIL`) is told to look at a mail that says of itself that it is automatic and does not read so, once for each. It
/// is no answer: nothing is held for it.
pub(super) fn of_label(step: &mut Step<'_>, case: &Case, mail: MessageId) -> Result<(), StoreError> {
    let Some(to) = told_of(step, case)? else { return Ok(()) };
    let body = format!(
        "Llegó un mensaje que se declara automático pero no se lee como una ausencia, un acuse o un informe. No cuenta como respuesta y el seguimiento continúa.\n\nCaso: #{}\nProducto: {}\n\nRevísalo en VIGIA por si trae datos del caso.\n",
        case.id,
        product(case)
    );
    let word = Word { subject: format!("Mensaje por revisar - ICSR #{}", case.id), body, key: format!("notify:label:{mail}") };
    tell(step, case, &to, word)
}

/// The escalation address is told of a case that waits too long, once in each wait.
pub(super) fn of_wait(step: &mut Step<'_>, case: &Case) -> Result<(), StoreError> {
    let Some(since) = case.awaiting_since else { return Ok(()) };
    let Some(to) = step.policy().escalation.as_ref().and_then(|escalation| escalation.to.as_ref()) else { return Ok(()) };
    let days = (step.now - since).num_days();
    let body = format!(
        "El reportante no ha respondido desde hace {days} {}.\n\nCaso: #{}\nProducto: {}\n\nConsidere otro canal (teléfono, WhatsApp) o el cierre del seguimiento.\n",
        if days == 1 { "día" } else { "días" },
        case.id,
        product(case)
    );
    let key = format!("notify:wait:{}:{}", case.id, since.timestamp_micros());
    tell(step, case, to, Word { subject: format!("Sin respuesta - ICSR #{}", case.id), body, key })
}

/// The evaluator (else `NOTIFY_EMAIL`) is told of a letter that came back, once for each.
pub(super) fn of_bounce(step: &mut Step<'_>, case: &Case, letter: MessageId, why: &str) -> Result<(), StoreError> {
    of_failure(step, case, why, format!("notify:bounce:{letter}"))
}

/// The evaluator (else `NOTIFY_EMAIL`) is told that nothing goes to an address any more, once for the letter that showed it.
pub(super) fn of_held(step: &mut Step<'_>, case: &Case, letter: MessageId, why: &str) -> Result<(), StoreError> {
    of_failure(step, case, why, format!("notify:held:{letter}"))
}

fn of_failure(step: &mut Step<'_>, case: &Case, why: &str, key: String) -> Result<(), StoreError> {
    let Some(to) = told_of(step, case)? else { return Ok(()) };
    let next = match proposed_contact(step, case)?.map(|proposed| proposed.channel) {
        None => what_follows(step, case)?,
        Some(Channel::Email) => "No se le escribe más a esa dirección por sí solo. El caso tiene otro correo: revise el contacto.",
        Some(Channel::Whatsapp) => "No se le escribe más a esa dirección por sí solo. Siguiente canal propuesto: WhatsApp.",
        Some(Channel::Sms) => "No se le escribe más a esa dirección por sí solo. Siguiente canal propuesto: SMS.",
        Some(Channel::Call) => "No se le escribe más a esa dirección por sí solo. Siguiente canal propuesto: llamada telefónica.",
    };
    let product = product(case);
    let body = format!("Un mensaje al reportante no llegó: {why}.\n\nCaso: #{}\nProducto: {product}\n\n{next}\n", case.id);
    tell(step, case, &to, Word { subject: format!("Mensaje no entregado - ICSR #{}", case.id), body, key })
}

/// The evaluator (else `NOTIFY_EMAIL`) is told that the reporter complained of a letter, once for each.
pub(super) fn of_complaint(step: &mut Step<'_>, case: &Case, letter: MessageId) -> Result<(), StoreError> {
    let Some(to) = told_of(step, case)? else { return Ok(()) };
    let body = format!(
        "El reportante marcó un mensaje del seguimiento como correo no deseado.\n\nCaso: #{}\nProducto: {}\n\nDecida si se le deja de escribir (no contactar) o si se le llama por teléfono; el plan sigue mientras tanto.\n",
        case.id,
        product(case)
    );
    let word = Word { subject: format!("Queja del reportante - ICSR #{}", case.id), body, key: format!("notify:complaint:{letter}") };
    tell(step, case, &to, word)
}

fn tell(step: &mut Step<'_>, case: &Case, to: &EmailAddress, word: Word) -> Result<(), StoreError> {
    if step.deployment.senders.email.is_none() {
        return Ok(());
    }
    let policy = step.policy();
    let to = policy.redirect_to.as_ref().unwrap_or(to);
    let message = NewOutboundMessage {
        case_id: case.id,
        channel: Channel::Email,
        kind: MessageKind::Notification,
        content: MessageContent {
            subject: Some(format!("{} {}", policy.letterhead.subject_prefix, word.subject).trim().to_owned()),
            body: word.body,
            from: Some(policy.sender.as_str().to_owned()),
            to: Some(to.as_str().to_owned()),
            ..MessageContent::default()
        },
        external_id: step.deployment.ids.message_id(),
        unique_key: word.key,
        attempt_id: None,
        resend_of: None,
        created_at: step.now,
        timing: NewOutboundTiming::NotBefore(step.now),
    };
    queue::enter(&mut step.by_itself(), &message, None).map(drop)
}

/// What goes to the reporter by itself after a letter that did not arrive.
fn what_follows(step: &mut Step<'_>, case: &Case) -> Result<&'static str, StoreError> {
    if step.tx.automatics().queued(case.id)?.is_some() {
        return Ok("La solicitud se envía de nuevo por sí sola en unos días.");
    }
    let is_letter = |attempt: &Attempt| attempt.channel == Channel::Email && attempt.status == AttemptStatus::Pending;
    Ok(if step.tx.attempts().list(case.id)?.iter().any(is_letter) {
        "Los envíos siguientes del plan se harán en su fecha."
    } else {
        "No se le escribe de nuevo por sí solo: decida cómo contactar al reportante."
    })
}

fn product(case: &Case) -> &str {
    case.record.producto_sospechoso().unwrap_or("sin especificar")
}
