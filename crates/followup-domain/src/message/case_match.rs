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
        /// It came from the number that a message of the case went to.
        Number = "number",
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
        /// The mail server that received it says that its From failed DMARC (RFC 7489): it does not count until a person confirms it.
        FailedDmarc = "failed_dmarc",
        /// It says more than is read of a mail: the rest stands in the original alone.
        TextCut = "text_cut",
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
            Self::References | Self::Alias | Self::Returned | Self::Number => Confidence::Medium,
        }
    }
}
