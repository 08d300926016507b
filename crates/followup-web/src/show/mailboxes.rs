//! Whether all mail of the mailboxes is here: what makes an empty tray known to be empty.

use followup_domain::mail::mailbox_health::MailboxHealth;
use followup_words::{answers, mailboxes as words};
use serde::Serialize;

use crate::show::when::{Reading, When};

/// A mailbox.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct MailboxView {
    pub(crate) name: String,
    /// What the last comparison found, and when it was made.
    pub(crate) compared: Option<String>,
    pub(crate) compared_at: Option<When>,
    /// When it was read last.
    pub(crate) read_at: Option<When>,
    /// What is wrong with it, and what to do.
    pub(crate) trouble: Option<&'static str>,
    pub(crate) advice: Option<&'static str>,
    /// It was not read for long, or something is missing of it.
    pub(crate) is_bad: bool,
    /// It was set back, and nobody said yet that they have seen it.
    pub(crate) is_set_back: bool,
}

impl MailboxView {
    /// A mailbox as it is shown.
    pub(crate) fn of(mailbox: MailboxHealth, reading: Reading) -> Self {
        let trouble = mailbox.trouble();
        Self {
            compared: mailbox.reconciliation.as_ref().map(words::compared),
            compared_at: mailbox.reconciliation.map(|found| reading.when(found.at)),
            read_at: mailbox.last_success_at.map(|at| reading.when(at)),
            trouble: trouble.map(words::trouble),
            advice: trouble.map(answers::mailbox_advice),
            is_bad: trouble.is_some() || mailbox.missing() > 0 || mailbox.is_stale(reading.now),
            is_set_back: mailbox.set_back_since.is_some(),
            name: mailbox.mailbox,
        }
    }
}
