//! Why something did not reach a contact point: what reports and refusals of every channel say, in one form.

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

/// Why a letter did not reach an address.
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
