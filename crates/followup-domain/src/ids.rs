//! Identifiers: integers given by the database, wrapped so that they cannot be mixed up.

use std::fmt;

macro_rules! database_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    )+};
}

database_ids! {
    /// An ICSR: one report of an adverse event.
    CaseId,
    /// One message of a thread (not the RFC 5322 Message-ID: see [`crate::message::threading::InternetMessageId`]).
    MessageId,
    /// One scheduled contact of a plan.
    AttemptId,
    /// A plan applied to a case.
    PlanId,
    /// A plan template.
    TemplateId,
    /// A local user.
    UserId,
    /// A row of the table of reporting deadlines.
    DeadlineId,
    /// A stored mail as it arrived.
    InboundMailId,
    /// Stored raw bytes of a mail, in or out.
    RawId,
    /// A file that waits to be sent with a message.
    UploadId,
    /// What a provider told of a message.
    ProviderEventId,
    /// What an answer says of a field.
    ProposalId,
    /// A suspect product within its case; never given twice there.
    ProductId,
}

impl ProductId {
    /// What a request may name; that the case has it is another matter.
    pub const NAMED: std::ops::RangeInclusive<i64> = 1..=999_999_999_999_999;
}

/// A claim's token: whoever holds it, and only they, may record what became of the message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LeaseToken(pub String);
