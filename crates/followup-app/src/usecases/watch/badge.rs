//! What waits for a person, over all cases.

use followup_domain::ports::{Badge, Onlooker, StoreError};

use crate::app::App;
use crate::step;

impl App {
    /// What waits for a person, over all cases, as a reader sees it.
    ///
    /// # Errors
    /// The store's.
    pub fn badge(&self, reader: &str) -> Result<Badge, StoreError> {
        step::read(self, |step| {
            let now = step.now;
            step.tx.trays().badge(Onlooker { reader, now })
        })
    }
}
