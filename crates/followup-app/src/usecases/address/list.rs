//! What is known of addresses.

use followup_domain::mail::bounce::FailedAddress;
use followup_domain::ports::{DoNotContact, Page, PageRequest, StoreError};

use crate::app::App;
use crate::facts::pages::cut;
use crate::step;

impl App {
    /// Blocked addresses by address.
    ///
    /// # Errors
    /// The store's.
    pub fn blocked_contacts(&self, page: PageRequest) -> Result<Page<DoNotContact>, StoreError> {
        step::read(self, |step| step.tx.do_not_contact().list_blocked(page))
    }

    /// Blocked addresses by address, a piece after `after`; and after which the next one begins.
    ///
    /// # Errors
    /// The store's.
    pub fn export_blocked_contacts(&self, after: Option<&str>, limit: i64) -> Result<(Vec<DoNotContact>, Option<String>), StoreError> {
        step::read(self, |step| {
            let mut found = step.tx.exports().list_blocked(after, limit.saturating_add(1))?;
            let next = cut(&mut found, limit, |last| last.address.clone());
            Ok((found, next))
        })
    }

    /// Addresses at which letters failed, by address; all, or only those that are held.
    ///
    /// # Errors
    /// The store's.
    pub fn failed_addresses(&self, only_held: bool, page: PageRequest) -> Result<Page<FailedAddress>, StoreError> {
        step::read(self, |step| step.tx.addresses().list(only_held, page))
    }

    /// The same, a piece after `after`; and after which the next one begins.
    ///
    /// # Errors
    /// The store's.
    pub fn export_failed_addresses(
        &self,
        only_held: bool,
        after: Option<&str>,
        limit: i64,
    ) -> Result<(Vec<FailedAddress>, Option<String>), StoreError> {
        step::read(self, |step| {
            let mut found = step.tx.exports().failed(only_held, after, limit.saturating_add(1))?;
            let next = cut(&mut found, limit, |last| last.address.clone());
            Ok((found, next))
        })
    }
}
