//! Why a letter did not go, waits, or ended as it did.

use followup_domain::asking::reason::{Because, Reason, StopReason, WaitReason, Why};
use followup_domain::message::Channel;

use crate::{failures, whatsapp};

/// What is stored as people read it: a code in words, a person's or a transport's own words as they are.
pub fn shown(stored: &str) -> String {
    told(&Why::read(stored))
}

/// Why, as people read it.
pub fn told(why: &Why<'_>) -> String {
    match why {
        Why::Reason(reason) => in_words(reason),
        Why::Words(words) => (*words).to_owned(),
    }
}

/// A reason in words.
pub fn in_words(reason: &Reason) -> String {
    match reason {
        Reason::Stopped(reason) => stopped(reason),
        Reason::Waits(reason) => waits(*reason).to_owned(),
        Reason::Failed(failure) => failures::told(failure),
        Reason::FailedElsewhere(failure) => format!("falló otra dirección, a la que se reenvía: {}", failures::told(failure)),
        Reason::Because(reason) => because(*reason).to_owned(),
    }
}

/// Why a letter is not sent at all.
pub fn stopped(reason: &StopReason) -> String {
    let words = match reason {
        StopReason::Closed => "seguimiento cerrado",
        StopReason::NothingMissing => "sin datos faltantes",
        StopReason::AlreadyAsked => "ya solicitado",
        StopReason::NoAddress(channel) => no_address(*channel),
        StopReason::Blocked => "la dirección pidió no ser contactada",
        StopReason::AddressFails(failure) => return format!("la dirección rebotó: {}", failures::told(failure)),
        StopReason::NotConfigured => "canal no configurado",
        StopReason::AutomaticOff => "solicitudes automáticas desactivadas",
        StopReason::NotAdmitted => "el caso no admite solicitudes automáticas",
        StopReason::PlanAsks => "el plan activo hace las solicitudes",
        StopReason::UnattendedReply => "hay una respuesta sin atender",
        StopReason::Answered => "respuesta recibida",
        StopReason::AskedMeanwhile => "solicitud ya enviada",
        StopReason::Queued => "ya hay una solicitud en cola",
        StopReason::AttemptSettled => "el intento fue resuelto mientras se reenviaba",
        StopReason::MayBeAnswered => "un mensaje de texto que puede ser su respuesta espera decisión en otro caso",
        StopReason::CaseDone => "el caso está Completado o Enviado: el plan espera a que una persona decida",
        StopReason::TemplateFails(text) => text,
        StopReason::TooManyParts { parts, most } => return too_many_parts(*parts, *most),
        StopReason::OutsideWindow => "fuera de la ventana de 24 horas de WhatsApp: use una plantilla aprobada",
        StopReason::TemplateNotApproved { name, status } => return whatsapp::not_approved(name, *status),
        StopReason::TemplateParameters { name, takes, given } => return whatsapp::takes(name, *takes, *given),
    };
    words.to_owned()
}

/// That a text message is too long.
fn too_many_parts(parts: usize, most: usize) -> String {
    format!("el SMS ocupa {parts} partes y se admiten {most} (SMS_MAX_PARTS)")
}

/// That the reporter cannot be reached by a channel.
pub fn no_address(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "Este ICSR no tiene email del reportante",
        Channel::Sms | Channel::Call => "Este ICSR no tiene teléfono",
        Channel::Whatsapp => "Este ICSR no tiene WhatsApp/teléfono",
    }
}

fn waits(reason: WaitReason) -> &'static str {
    match reason {
        WaitReason::OutsideHours => "fuera del horario de envío",
        WaitReason::EnoughForTheDay => "tope diario de la dirección",
        WaitReason::WithinTheDelay => "plazo entre solicitudes",
        WaitReason::AskedLately => "una persona acaba de escribir al reportante",
        WaitReason::AnswerTells => "una respuesta trae todo lo que falta: revise sus propuestas",
    }
}

fn because(reason: Because) -> &'static str {
    match reason {
        Because::ByHand => "a mano",
        Because::SkippedByHand => "omitido a mano",
        Because::CompletedByHand => "completado a mano",
        Because::Rescheduled => "reprogramado",
        Because::Reactivated => "reactivado",
        Because::SentByHand => "enviado a mano",
        Because::SentAgain => "reenviado",
        Because::SettledByHand => "el intento fue resuelto a mano",
        Because::Overdue => "vencido",
        Because::AnotherWay => "por este medio no llega al reportante: se intenta por otro",
        Because::NothingElseReaches => "ningún medio configurado llega al reportante: espera la llamada de una persona",
        Because::WaitsForACall => "espera la llamada de una persona",
        Because::LetterExists => "su carta ya existe",
        Because::CallMade => "llamada hecha",
        Because::CallNotTaken => "no contestó",
        Because::WrongNumber => "número equivocado",
        Because::CallDeclined => "no quiso responder",
        Because::Declined => "el reportante no quiso responder",
        Because::AllAnswered => "todo lo solicitado está completo",
        Because::PlanGoesOn => "la respuesta se leyó y aún faltan datos: el plan continúa",
        Because::AddressWorks => "se puede escribir de nuevo al reportante",
        Because::Uncertain => "resultado incierto",
        Because::CopyFound => "copia encontrada en el buzón",
        Because::ServerTold => "un servidor de correo avisó de su entrega",
        Because::ProviderTold => "el proveedor del canal avisó de que lo recibió",
        Because::MailboxAnswered => "respuesta automática recibida",
        Because::MarkedUnwanted => "el destinatario lo marcó como no deseado",
        Because::Delivered => "entregado, según el servidor del destinatario",
        Because::Read => "leído, según el aviso de lectura del destinatario",
        Because::FoundUnsent => "una persona comprobó que no se envió",
        Because::Undone => "retirado por una persona antes de que saliera",
        Because::ProcessDied => "el proceso terminó antes de enviarlo",
        Because::NotConfirmed => "la base de datos no confirmó a tiempo que se iba a entregar: no se entregó",
        Because::NoMessageId => "sin Message-ID",
        Because::AnswerMoved => "la respuesta que se le atribuyó es de otro mensaje",
        Because::TakenOver => "otro proceso se hizo cargo del mensaje",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_in_words_and_a_persons_words_as_they_are() {
        assert_eq!(shown(&Reason::from(Because::Overdue).stored()), "vencido");
        assert_eq!(shown(&Reason::from(WaitReason::OutsideHours).stored()), "fuera del horario de envío");
        assert_eq!(shown("#address_fails hard unknown_user 5.1.1"), "la dirección rebotó: la dirección no existe (5.1.1)");
        for words in ["llamó la doctora", "#overdue", "overdue", "550 5.1.1 No such user"] {
            assert_eq!(shown(&Why::Words(words).stored()), words);
        }
    }

    #[test]
    fn every_word_of_the_catalogue_says_something_of_its_own() {
        let mut words: Vec<&str> = Because::ALL.iter().map(|reason| because(*reason)).collect();
        words.extend(WaitReason::ALL.iter().map(|reason| waits(*reason)));
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
        assert!(words.iter().all(|words| !words.is_empty()));
    }
}
