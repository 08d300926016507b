//! Why a letter did not reach its address.

use followup_domain::contact::{Failure, FailureReason, Permanence};

/// A failure as people read it, with its status if one was told: `la dirección no existe (5.1.1)`.
pub fn told(failure: &Failure) -> String {
    let words = match failure.reason {
        FailureReason::UnknownUser if failure.permanence == Permanence::Soft => "el buzón está desactivado",
        FailureReason::UnknownUser => "la dirección no existe",
        FailureReason::UnknownHost => "el dominio de la dirección no recibe correo",
        FailureReason::MailboxFull => "el buzón está lleno",
        FailureReason::TooLarge => "el mensaje es demasiado grande para el destinatario",
        FailureReason::Refused => "el servidor del destinatario no acepta el mensaje",
        FailureReason::Unreachable => "no se pudo llegar al servidor del destinatario",
        FailureReason::Loop => "el correo dio vueltas sin llegar",
        FailureReason::Other => "no se pudo entregar",
    };
    match &failure.status {
        Some(status) => format!("{words} ({status})"),
        None => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_told_in_spanish_with_its_status() {
        let known = Failure { permanence: Permanence::Hard, reason: FailureReason::UnknownUser, status: Some("5.1.1".into()) };
        assert_eq!(told(&known), "la dirección no existe (5.1.1)");
        let failures = FailureReason::ALL.iter().map(|reason| Failure { permanence: Permanence::Soft, reason: *reason, status: None });
        assert!(failures.map(|failure| told(&failure)).all(|text| !text.is_empty() && !text.contains('(')));
    }
}
