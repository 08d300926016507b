//! Answers are read for values.

use followup_domain::ports::StoreError;

use crate::app::App;
use crate::runs::answers::{AnswersReport, read_waiting};

impl App {
    /// Reads the answers that wait for it. It changes no status, plan, clock or case; what it finds waits for a person.
    ///
    /// # Errors
    /// The store cannot be reached.
    pub fn read_answers(&self, stop: &dyn Fn() -> bool) -> Result<AnswersReport, StoreError> {
        read_waiting(self, stop)
    }
}
