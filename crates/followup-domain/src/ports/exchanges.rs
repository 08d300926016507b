//! What a case has exchanged with its reporter.

use chrono::{DateTime, Utc};

use super::StoreError;
use crate::asking::waiting::Exchange;
use crate::ids::{CaseId, MessageId};
use crate::message::{Channel, Message};

/// What a case asked, and what it heard.
pub trait ExchangeRepository {
    /// Whether the case has exchanged mail with this address (ignoring case).
    fn knows_address(&mut self, case_id: CaseId, address: &str) -> Result<bool, StoreError>;

    /// Whether a human reply was stored after this message was, counting unconfirmed ones too, unless they failed DMARC
    /// ([`MailFlag::FailedDmarc`](crate::message::MailFlag)). By their numbers, which follow each other under the case's lock: no clock is asked.
    fn has_human_reply_after(&mut self, case_id: CaseId, message: MessageId) -> Result<bool, StoreError>;

    /// Messages of a case that asked for something and wait: status sent, responded or uncertain, oldest first.
    fn list_open_requests(&mut self, case_id: CaseId) -> Result<Vec<Message>, StoreError>;

    /// The last message by which the reporter was heard: a human reply that counts, or a call that reached him.
    fn last_answer(&mut self, case_id: CaseId) -> Result<Option<MessageId>, StoreError>;

    /// What of a case's thread says since when it waits for an answer; in no order, without notifications.
    fn list(&mut self, case_id: CaseId) -> Result<Vec<Exchange>, StoreError>;

    /// To an address or number by a channel: each case whose follow-up is open, with the last message that left in it, the latest first. At
    /// most a hundred cases.
    fn list_written_to(&mut self, channel: Channel, address: &str) -> Result<Vec<(CaseId, MessageId)>, StoreError>;

    /// When an address or number wrote last by a channel, in whichever case or none (UTC). Ignoring case.
    fn last_heard(&mut self, channel: Channel, address: &str) -> Result<Option<DateTime<Utc>>, StoreError>;

    /// How many contacts of a case are documented: outbound messages that the transport took and that did not come back, and logged calls.
    fn count(&mut self, case_id: CaseId) -> Result<i64, StoreError>;
}
