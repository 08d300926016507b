//! How the reporter of a case can be reached.

use followup_domain::case::CaseRecord;
use followup_domain::contact::Channels;

use crate::app::App;
use crate::facts::reach;

impl App {
    /// How the reporter of a case can be reached.
    pub fn channels(&self, record: &CaseRecord) -> Channels {
        reach::channels(&self.policy, record)
    }
}
