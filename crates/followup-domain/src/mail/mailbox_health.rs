//! How the reading of a mailbox goes.

use chrono::{DateTime, TimeDelta, Utc};

use crate::published::published_enum;

published_enum! {
    /// Why a mailbox could not be read. A word that names no host, user or address.
    MailboxTrouble {
        /// No connection, or it was lost or silent.
        Unreachable = "unreachable",
        /// TLS or the server's certificate.
        Tls = "tls",
        /// The server refuses the user or the password.
        SignIn = "sign_in",
        /// The mailbox cannot be opened.
        Mailbox = "mailbox",
        /// The mailbox was set back to an older state, as by a restore: UIDs that were given are given again.
        SetBack = "set_back",
        /// The server refuses a request or does not speak IMAP as it should.
        Server = "server",
        /// A setting that cannot work.
        Setting = "setting",
        /// Our own store.
        Store = "store",
    }
}

/// Trouble of other kinds becomes an alarm when it has lasted so long.
pub const ALARM_AFTER: TimeDelta = TimeDelta::minutes(15);

/// A mailbox that was not read to its end for so long is stale, whoever reads it and however often.
pub const STALE_AFTER: TimeDelta = TimeDelta::hours(1);

impl MailboxTrouble {
    /// Whether it will last until a person does something, so that the alarm is raised at once.
    pub fn needs_a_person(self) -> bool {
        match self {
            Self::Tls | Self::SignIn | Self::Mailbox | Self::SetBack | Self::Setting => true,
            Self::Unreachable | Self::Server | Self::Store => false,
        }
    }
}

/// What is known of the reading of one mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxHealth {
    /// The account and folder, as in [`crate::mail::inbound::MailboxPosition`].
    pub mailbox: String,
    /// When it was last read to its end (UTC).
    pub last_success_at: Option<DateTime<Utc>>,
    /// Why it last could not be read; kept after it could again.
    pub last_error: Option<MailboxTrouble>,
    /// When that was (UTC).
    pub last_error_at: Option<DateTime<Utc>>,
    /// Since when it could not be read; none when the last look went well.
    pub failing_since: Option<DateTime<Utc>>,
    /// Since when a person should look after it; none when all is well.
    pub alarm_since: Option<DateTime<Utc>>,
    /// Since when it is known to have been set back to an older state, until a comparison agrees or a person acknowledges it.
    pub set_back_since: Option<DateTime<Utc>>,
    /// The last comparison of what the mailbox holds with what is stored.
    pub reconciliation: Option<Reconciliation>,
}

impl MailboxHealth {
    /// Whether it was not read to its end for so long that somebody should ask why; also when it never was.
    pub fn is_stale(&self, now: DateTime<Utc>) -> bool {
        self.last_success_at.is_none_or(|at| now - at > STALE_AFTER)
    }

    /// What is wrong with it now: why it cannot be read, or that it was set back, which a look that goes well does not mend.
    pub fn trouble(&self) -> Option<MailboxTrouble> {
        self.failing_since.and(self.last_error).or(self.set_back_since.map(|_| MailboxTrouble::SetBack))
    }

    /// Mails that it held and the store did not, at the last comparison.
    pub fn missing(&self) -> u64 {
        self.reconciliation.map_or(0, |found| found.missing())
    }
}

/// A comparison of what a mailbox holds with what is stored of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reconciliation {
    /// When it was made (UTC).
    pub at: DateTime<Utc>,
    /// Mails that the mailbox held.
    pub in_mailbox: u64,
    /// How many of them are stored.
    pub stored: u64,
}

impl Reconciliation {
    /// Mails that the mailbox held and the store did not.
    pub fn missing(&self) -> u64 {
        self.in_mailbox.saturating_sub(self.stored)
    }
}
