//! How an inbound mail came to its case, how sure that is, and what to know before it is trusted.

use crate::published::published_enum;

published_enum! {
    /// How an inbound mail was matched to its case.
    MatchKind {
        /// It came to the signed reply address of the case.
        ReplyToken = "reply_token",
        /// In-Reply-To names a message of the case.
        InReplyTo = "in_reply_to",
        /// References names one.
        References = "references",
        /// One of them is the id that a relay gave to a message of the case.
        Alias = "alias",
        /// The mail that a report brings along is one.
        Returned = "returned",
        /// A person assigned it.
        Manual = "manual",
    }

    /// What people should know of an inbound mail before they trust it.
    MailFlag {
        /// It was addressed to what looks like a signed reply address and is none: that was not believed.
        ForgedReplyAddress = "forged_reply_address",
        /// It names more cases than it was put into.
        FurtherCases = "further_cases",
        /// It says of itself that it is automatic, and reads as something else: somebody should look.
        AutomaticByLabel = "automatic_by_label",
        /// It is signed (S/MIME), and nobody verified the signature.
        UnverifiedSignature = "unverified_signature",
        /// It is encrypted: what its sender wrote is not shown.
        Encrypted = "encrypted",
    }

    /// How sure a match, or a suggestion of one, is.
    Confidence {
        /// As sure as mail can be.
        High = "high",
        /// Very probable.
        Medium = "medium",
        /// A guess, for a person to judge.
        Low = "low",
    }
}

/// How an inbound message came to its case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseMatch {
    /// By what.
    pub kind: MatchKind,
    /// Whether it counts as the case's: a match by header from a sender that the case does not know waits for a person.
    pub confirmed: bool,
}

impl MatchKind {
    /// How sure it is; whether the sender is known is another question ([`CaseMatch::confirmed`]).
    pub fn confidence(self) -> Confidence {
        match self {
            Self::ReplyToken | Self::InReplyTo | Self::Manual => Confidence::High,
            Self::References | Self::Alias | Self::Returned => Confidence::Medium,
        }
    }

    /// Why the mail stands in the case, for people.
    pub fn reason(self) -> &'static str {
        match self {
            Self::ReplyToken => "Llegó a la dirección de respuesta firmada del caso",
            Self::InReplyTo => "Responde a un mensaje del caso (In-Reply-To)",
            Self::References => "Cita en sus cabeceras un mensaje del caso (References)",
            Self::Alias => "Responde a un mensaje del caso por el identificador que le puso el servidor de correo",
            Self::Returned => "Trae de vuelta un mensaje del caso",
            Self::Manual => "Una persona lo asignó al caso",
        }
    }
}

impl MailFlag {
    /// What it means, for people.
    pub fn reason(self) -> &'static str {
        match self {
            Self::AutomaticByLabel => {
                "Se declara automático, pero no se lee como una ausencia, un acuse o un informe: revise si trae datos (no cuenta como respuesta)"
            }
            Self::UnverifiedSignature => "Está firmado (S/MIME): se muestra el contenido firmado; la firma no se verificó",
            Self::Encrypted => {
                "Está cifrado: su contenido no se muestra; ábralo con un programa que tenga la clave o pida que lo envíen sin cifrar"
            }
            Self::ForgedReplyAddress => "Llegó a una dirección que parece una dirección de respuesta firmada y no lo es: no se creyó",
            Self::FurtherCases => "Nombra más casos de los que lo muestran: revise a qué otros responde",
        }
    }
}
