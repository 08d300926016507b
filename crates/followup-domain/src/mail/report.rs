//! What mail servers report about a message of ours: to whom it could not be delivered, and whether it ever can be.

use crate::contact::{FailureReason, Permanence};
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
