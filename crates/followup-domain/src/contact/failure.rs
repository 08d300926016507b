//! Why something did not reach a contact point: what reports and refusals of every channel say, in one form.

use std::fmt;

use crate::published::published_enum;

published_enum! {
    /// Whether an address or a number that failed may work another time.
    Permanence {
        /// It does not work: unknown user, unknown host, a host that takes no mail, a number that does not exist.
        Hard = "hard",
        /// It may work later, or nothing speaks against it: mailbox full or disabled for now, server busy, this message refused.
        Soft = "soft",
    }

    /// Why a message could not be delivered, as far as anybody tells it.
    FailureReason {
        /// The host does not know the mailbox (hard), or it is disabled (soft).
        UnknownUser = "unknown_user",
        /// Nobody takes mail for the domain.
        UnknownHost = "unknown_host",
        /// The mailbox is full.
        MailboxFull = "mailbox_full",
        /// The message is too large.
        TooLarge = "too_large",
        /// Refused as spam, for its content, by a block list or by policy: it says nothing about the address.
        Refused = "refused",
        /// The server or the network did not work.
        Unreachable = "unreachable",
        /// The mail went in circles.
        Loop = "loop",
        /// Nothing tells.
        Other = "other",
    }
}

/// Why a letter did not reach an address. Displayed, it is told in Spanish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Whether the address may work another time.
    pub permanence: Permanence,
    /// Why.
    pub reason: FailureReason,
    /// Enhanced status code (RFC 3463), when one was told.
    pub status: Option<String>,
}

impl Failure {
    /// Whether it says something of the address, rather than of the letter, its sender or the way.
    pub fn is_of_the_address(&self) -> bool {
        !matches!(self.reason, FailureReason::Refused | FailureReason::TooLarge | FailureReason::Loop)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.reason {
            FailureReason::UnknownUser if self.permanence == Permanence::Soft => "el buzón está desactivado",
            FailureReason::UnknownUser => "la dirección no existe",
            FailureReason::UnknownHost => "el dominio de la dirección no recibe correo",
            FailureReason::MailboxFull => "el buzón está lleno",
            FailureReason::TooLarge => "el mensaje es demasiado grande para el destinatario",
            FailureReason::Refused => "el servidor del destinatario no acepta el mensaje",
            FailureReason::Unreachable => "no se pudo llegar al servidor del destinatario",
            FailureReason::Loop => "el correo dio vueltas sin llegar",
            FailureReason::Other => "no se pudo entregar",
        })?;
        match &self.status {
            Some(status) => write!(formatter, " ({status})"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_told_in_spanish_with_its_status() {
        let told = Failure { permanence: Permanence::Hard, reason: FailureReason::UnknownUser, status: Some("5.1.1".into()) };
        assert_eq!(told.to_string(), "la dirección no existe (5.1.1)");
        let told: Vec<String> = FailureReason::ALL
            .iter()
            .map(|reason| Failure { permanence: Permanence::Soft, reason: *reason, status: None }.to_string())
            .collect();
        assert!(told.iter().all(|text| !text.is_empty() && !text.contains('(')));
    }
}
