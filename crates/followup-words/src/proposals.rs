//! What answers say of fields, as people read it.

use followup_domain::ids::MessageId;
use followup_domain::proposal::{Conflict, Precision, ProposalClass, ProposalStatus, SaidState};

/// The longest quotation in a reason, in characters.
const LONGEST_QUOTE: usize = 300;

/// What was said, where it is no value.
pub fn said(state: SaidState) -> &'static str {
    match state {
        SaidState::Answered => "Da el dato",
        SaidState::Unknown => "No lo sabe",
        SaidState::Withheld => "Prefiere no decirlo",
        SaidState::Later => "Lo dirá más adelante",
    }
}

/// How it was found.
pub fn class(class: ProposalClass) -> &'static str {
    match class {
        ProposalClass::Labelled => "Con su rótulo",
        ProposalClass::BesideQuestion => "Junto a nuestra pregunta",
        ProposalClass::FreeSentence => "En una frase",
        ProposalClass::Questionnaire => "En el cuestionario",
    }
}

/// How exactly, where that is to be known.
pub fn precision(precision: Precision) -> Option<&'static str> {
    match precision {
        Precision::Exact | Precision::Day => None,
        Precision::Year => Some("Solo el año"),
        Precision::Month => Some("Solo el mes y el año"),
        Precision::Approximate => Some("Aproximado"),
    }
}

/// Why somebody must look twice.
pub fn conflict(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::SeveralValues => "La respuesta da más de un valor",
        Conflict::DiffersFromCase => "El caso dice otra cosa",
        Conflict::OutOfRange => "El valor no parece posible",
        Conflict::Future => "La fecha es posterior al mensaje",
        Conflict::Birth => "No concuerda con la fecha de nacimiento",
        Conflict::Order => "El fin queda antes del inicio",
        Conflict::WhichProduct => "No dice de qué producto habla",
        Conflict::Corrected => "El reportante se corrigió: léalo entero",
    }
}

/// What became of it.
pub fn status(status: ProposalStatus) -> &'static str {
    match status {
        ProposalStatus::Open => "Por revisar",
        ProposalStatus::Accepted => "Aceptada",
        ProposalStatus::Rejected => "Rechazada",
        ProposalStatus::Standing => "El caso ya lo decía",
    }
}

/// The value was worked out and does not stand in the words.
pub const COMPUTED: &str = "Calculado a partir de la fecha del mensaje o de otro dato de la respuesta";

/// Why a field is documented as not to be had: the reporter's own words.
pub fn said_so(words: &str, message: MessageId) -> String {
    let words: String = words.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST_QUOTE).collect();
    format!("Lo dijo el reportante en el mensaje {message}: «{words}»")
}
