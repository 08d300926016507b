//! Sends what is queued.

use followup_domain::ports::StoreError;

use crate::app::App;
use crate::runs::delivery::{DeliveryReport, deliver};

impl App {
    /// Sends what is queued and due, one message at a time, until nothing is left, the provider is not to be asked any more, or
    /// `stop` says so.
    ///
    /// # Errors
    /// The store cannot be reached.
    pub fn deliver_queued(&self, stop: &dyn Fn() -> bool) -> Result<DeliveryReport, StoreError> {
        deliver(self, stop)
    }
}
