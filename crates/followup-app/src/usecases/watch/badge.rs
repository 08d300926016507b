//! What waits for a person, over all cases.

use followup_domain::ports::{Badge, StoreError};

use crate::app::App;
use crate::step;

impl App {
    /// What waits for a person, over all cases.
    ///
    /// # Errors
    /// The store's.
    pub fn badge(&self) -> Result<Badge, StoreError> {
        step::read(self, |step| {
            let now = step.now;
            step.tx.trays().badge(now)
        })
    }
}
