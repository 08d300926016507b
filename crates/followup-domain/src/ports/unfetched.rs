//! Mails that a server names and does not give.

use chrono::{DateTime, Utc};

use super::{Inserted, StoreError};
use crate::ids::InboundMailId;
use crate::mail::inbound::{MailboxCursor, UnfetchedMail};

/// Mails without bytes.
pub trait UnfetchedRepository {
    /// Puts a mail that the server names but does not give into the quarantine, without bytes, and moves the cursor to it. Behind
    /// the cursor a known place is that of another mail: the mailbox was set back to an older state and has given the UID again.
    fn insert(&mut self, mail: &UnfetchedMail) -> Result<Inserted<InboundMailId>, StoreError>;

    /// Counts that a mail could not be fetched, and gives how often that was in a row: only one mail of a mailbox is
    /// counted, the one that was tried last.
    fn count_refusal(&mut self, mailbox: &str, place: MailboxCursor) -> Result<u32, StoreError>;

    /// UIDs of a mailbox, greater than `after` and ascending, of which the mail is stored. At most a page of `limit`.
    fn list_known(&mut self, mailbox: &str, after: MailboxCursor, limit: i64) -> Result<Vec<u32>, StoreError>;

    /// UIDs of a mailbox, greater than `after` and ascending, of which the mail stands in the quarantine without bytes.
    fn list(&mut self, mailbox: &str, after: MailboxCursor, limit: i64) -> Result<Vec<u32>, StoreError>;

    /// After a change of UIDVALIDITY a mail stands at another place and nothing tells which it was, but the instant of its arrival
    /// (INTERNALDATE). Settles one mail of the same mailbox that stands without bytes under another UIDVALIDITY and arrived at the instant of this
    /// one, which was just stored for the first time; gives its number. One and no more: of several of that instant each has its own.
    fn settle_elsewhere(&mut self, stored: InboundMailId, uid_validity: u32) -> Result<Option<InboundMailId>, StoreError>;

    /// The mails that a mailbox did not give are to be asked for again at its next look.
    fn request_retry(&mut self, mailbox: &str, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Whether that was requested; it is not any more afterwards.
    fn take_retry_request(&mut self, mailbox: &str) -> Result<bool, StoreError>;
}
