//! What is known of addresses.

use followup_domain::mail::bounce::FailedAddress;
use followup_domain::ports::{DoNotContact, Page, PageRequest, StoreError};

use crate::app::App;
use crate::step;

impl App {
    /// Blocked addresses by address.
    ///
    /// # Errors
    /// The store's.
    pub fn blocked_contacts(&self, page: PageRequest) -> Result<Page<DoNotContact>, StoreError> {
        step::read(self, |step| step.tx.do_not_contact().list_blocked(page))
    }

    /// Addresses at which letters failed, by address.
    ///
    /// # Errors
    /// The store's.
    pub fn failed_addresses(&self, page: PageRequest) -> Result<Page<FailedAddress>, StoreError> {
        step::read(self, |step| step.tx.addresses().list(page))
    }
}
