//! The words around an address in a report's prose. Folded, as [`super::prose`] compares.

/// What stands before an address that is a recipient, to the end of it.
pub(super) const BEFORE: &[&str] = &[
    "account",
    "address",
    "addressed to",
    "could not be delivered to",
    "could not deliver mail to",
    "couldn't be delivered to",
    "couldn't deliver to",
    "deliver mail to",
    "deliver to",
    "deliver your mail to",
    "deliver your message to",
    "delivered to",
    "delivering mail to",
    "delivering to",
    "delivering your mail to",
    "delivery to",
    "destinado a",
    "destinatario",
    "direccion",
    "dirigido a",
    "email to",
    "entregado a",
    "entregar a",
    "entregar el mensaje a",
    "entregar mensaje a",
    "entregar o mensaje a",
    "entregar su mensaje a",
    "enviada a",
    "enviado a",
    "find a gateway for",
    "intended for",
    "letter to",
    "mail for",
    "mail to",
    "mailbox",
    "mailbox for",
    "mailbox of",
    "mensagem para",
    "mensaje a",
    "mensaje para",
    "message addressed to",
    "message for",
    "message to",
    "recipient",
    "recipients",
    "remitido a",
    "send your message to",
    "sent to",
    "undeliverable to",
    "user",
    "usuario",
    "violation for",
];

/// What the label before an address (`…:`) speaks of when the address is a recipient.
pub(super) const LABELS: &[&str] = &[
    "account",
    "address",
    "attempts",
    "deliver",
    "destinat",
    "direccion",
    "error-for",
    "failed",
    "mailbox",
    "recipient",
    "undeliver",
    "unknown",
    "user",
    "usuario",
];

/// What stands before an address that is somebody else's, to the end of it.
pub(super) const OTHERS: &[&str] = &[
    "by",
    "cc",
    "contact",
    "contactar con",
    "contacte a",
    "contacte con",
    "copy of the message from",
    "de",
    "envelope from",
    "envelope-from",
    "escriba a",
    "for assistance",
    "forward it to",
    "from",
    "helo",
    "id",
    "identifier",
    "mail from",
    "message id",
    "message-id",
    "postmaster at",
    "remitente",
    "reply to",
    "reply-to",
    "return-path",
    "sender",
    "support",
    "write to",
];

/// What stands before the address that a failed one was made from.
pub(super) const MADE_FROM: &[&str] = &["expanded from", "forwarded from", "generated from"];

/// What follows an address that stands first in its line and is a recipient.
pub(super) const AFTER: &[&str] =
    &[":", "...", "(", "[", ";", ",", "- ", "<", "|", "=", "on ", "el ", "em ", "le ", "am ", "il ", "/", "…"];

/// What a line says of a recipient that it names.
pub(super) const FAILED: &[&str] = &[
    "blocked",
    "bloquead",
    "bounced",
    "can not be",
    "cannot be",
    "could not",
    "couldn't",
    "devuelt",
    "does not",
    "doesn't",
    "error",
    "fail",
    "fallo",
    "invalid",
    "is not",
    "mailbox",
    "no existe",
    "no fue",
    "no ha sido",
    "no longer",
    "no pudo",
    "no se pudo",
    "no such",
    "not a valid",
    "not been delivered",
    "not exist",
    "not found",
    "not known",
    "not listed",
    "not recognized",
    "quota",
    "rechazad",
    "reject",
    "unable",
    "unavailable",
    "undeliver",
    "unknown",
    "unreachable",
    "was not",
    "wasn't",
];

#[cfg(test)]
mod tests {
    use followup_domain::text::fold;

    use super::*;

    #[test]
    fn words_stand_as_they_are_compared() {
        for word in [BEFORE, LABELS, OTHERS, MADE_FROM, FAILED].concat() {
            assert_eq!(fold(word), word);
        }
    }
}
