//! How the providers do.

use followup_domain::ports::StoreError;
use followup_domain::sending::breaker::Breaker;

use crate::app::App;
use crate::step;

impl App {
    /// The state of every provider that ever failed, by name: for health, metrics and the badge.
    ///
    /// # Errors
    /// The store cannot be reached.
    pub fn provider_breakers(&self) -> Result<Vec<Breaker>, StoreError> {
        step::read(self, |step| step.tx.breakers().list())
    }
}
