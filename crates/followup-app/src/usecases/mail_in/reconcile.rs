//! What a mailbox holds, compared with what is stored of it.

use std::collections::BTreeSet;

use followup_domain::mail::inbound::MailboxCursor;
use followup_domain::mail::mailbox_health::Reconciliation;
use followup_domain::ports::StoreError;

use crate::app::App;
use crate::moves::inbox;
use crate::step;
use crate::transaction;

/// So many known places are read at a time.
const PAGE: i64 = 1000;

impl App {
    /// Those of the UIDs, which the mailbox holds now, of which the mail is not stored; ascending.
    ///
    /// # Errors
    /// The store's.
    pub fn missing_mail(&self, mailbox: &str, uid_validity: u32, held: &[u32]) -> Result<Vec<u32>, StoreError> {
        let mut missing: BTreeSet<u32> = held.iter().copied().collect();
        let mut last_uid = 0;
        loop {
            let after = MailboxCursor { uid_validity, last_uid };
            let known = step::read::<_, StoreError>(self, |step| step.tx.unfetched().list_known(mailbox, after, PAGE))?;
            let Some(last) = known.last() else { return Ok(missing.into_iter().collect()) };
            last_uid = *last;
            for uid in known {
                missing.remove(&uid);
            }
        }
    }

    /// Keeps the outcome of a comparison for those who watch over the mailbox.
    ///
    /// # Errors
    /// The store's.
    pub fn record_reconciliation(&self, mailbox: &str, in_mailbox: u64, missing: u64) -> Result<Reconciliation, StoreError> {
        let found = Reconciliation { at: self.clock.now(), in_mailbox, stored: in_mailbox.saturating_sub(missing) };
        transaction::write_itself::<_, StoreError>(self, |step| inbox::reconciled(step, mailbox, found))?;
        Ok(found)
    }
}
