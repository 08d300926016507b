//! What people decide about mail that could not be understood.

use super::{Discard, InTray, Page, PageRequest, StoreError, TrayState, Updated};
use crate::ids::InboundMailId;
use crate::mail::inbound::InboundMail;

/// The quarantine.
pub trait QuarantineRepository {
    /// Mails in the quarantine, newest first; or those that were set aside, last first.
    fn list(&mut self, state: TrayState, page: PageRequest) -> Result<Page<InTray<InboundMail>>, StoreError>;

    /// Sets a quarantined mail aside: it is `processed`, without a message; [`Updated::Stale`] when it is not in the quarantine.
    fn discard(&mut self, id: InboundMailId, discard: &Discard) -> Result<Updated, StoreError>;

    /// Who set a mail of the quarantine aside, if anybody did.
    fn find_discard(&mut self, id: InboundMailId) -> Result<Option<Discard>, StoreError>;

    /// A quarantined mail, or one that was set aside, is to be understood again: `stored`, without a reason. One without bytes, that
    /// was set aside, is in the quarantine again. [`Updated::Stale`] for any other.
    fn requeue(&mut self, id: InboundMailId) -> Result<Updated, StoreError>;
}
