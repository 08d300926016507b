//! The quarantine as it is listed.

use followup_domain::mail::inbound::InboundMail;
use followup_domain::ports::{InTray, Page, PageRequest, StoreError, TrayState};

use crate::app::App;
use crate::step;

impl App {
    /// Mail that could not be understood, newest first.
    ///
    /// # Errors
    /// The store's.
    pub fn quarantined(&self, state: TrayState, page: PageRequest) -> Result<Page<InTray<InboundMail>>, StoreError> {
        step::read(self, |step| step.tx.quarantine().list(state, page))
    }
}
