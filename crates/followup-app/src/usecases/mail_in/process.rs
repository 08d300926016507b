//! Stored mail is understood.

use followup_domain::ports::StoreError;

use crate::app::App;
use crate::runs::placed::Placed;
use crate::runs::together::Page;

/// What became of the stored mails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IngestReport {
    /// Put into a case's thread.
    pub matched: u32,
    /// Put into the unassigned tray.
    pub unassigned: u32,
    /// Could not be understood.
    pub quarantined: u32,
}

impl App {
    /// Understands everything that is stored and not looked at yet, mails and what providers handed over, oldest first.
    ///
    /// # Errors
    /// The store cannot be reached. A mail that cannot be understood, or that the store refuses, is quarantined.
    pub fn process_stored_mail(&self, stop: &dyn Fn() -> bool) -> Result<IngestReport, StoreError> {
        let mut report = IngestReport::default();
        loop {
            let page = Page::next(self)?;
            if page.is_empty() || stop() {
                return Ok(report);
            }
            for placed in page.process(self, stop)? {
                match placed {
                    Placed::Case => report.matched += 1,
                    Placed::Unassigned => report.unassigned += 1,
                    Placed::Quarantine => report.quarantined += 1,
                }
            }
        }
    }
}
