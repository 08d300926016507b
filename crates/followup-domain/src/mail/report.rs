//! What mail servers report about a message of ours: to whom it could not be delivered, and whether it ever can be.

use crate::published::published_enum;

published_enum! {
    /// What a report says became of the message for one recipient (RFC 3464 §2.3.3, RFC 8098 §3.2.6).
    ReportAction {
        /// Not delivered, and nobody tries any more.
        Failed = "failed",
        /// Not delivered yet; the server goes on trying.
        Delayed = "delayed",
        /// Delivered.
        Delivered = "delivered",
        /// Handed on to a system that sends no reports.
        Relayed = "relayed",
        /// Delivered, and passed on to several more.
        Expanded = "expanded",
        /// Shown to its recipient, as a read notice says (RFC 8098 §3.2.6.2, "displayed").
        Read = "read",
    }

    /// Whether an address that failed may work another time.
    Permanence {
        /// The address does not work: unknown user, unknown host, a host that takes no mail.
        Hard = "hard",
        /// It may work later, or nothing speaks against it: mailbox full or disabled for now, server busy, this message refused.
        Soft = "soft",
    }

    /// Why a message could not be delivered, as far as a report tells it.
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

/// What a report says of one recipient, by the fields of RFC 3464 or by the words of one that has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedRecipient {
    /// addr-spec of the one that was tried last (Final-Recipient), lower case in the domain only.
    pub address: String,
    /// addr-spec that the message was sent to, when the report tells another than `address`.
    pub original_address: Option<String>,
    /// What became of it.
    pub action: ReportAction,
    /// Of a failure, whether the address may work another time.
    pub permanence: Permanence,
    /// Of a failure, why.
    pub reason: FailureReason,
    /// Enhanced status code (RFC 3463), such as `5.1.1`, when one is told.
    pub status: Option<String>,
    /// SMTP reply code (RFC 5321), such as 550, when one is told.
    pub reply_code: Option<u16>,
    /// The remote server's own words, one line, at most 1000 characters.
    pub diagnostic: Option<String>,
}
