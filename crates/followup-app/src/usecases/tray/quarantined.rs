//! The quarantine as it is listed.

use followup_domain::mail::inbound::InboundMail;
use followup_domain::ports::{InTray, LanePlace, Page, PageRequest, StoreError, TrayState};

use crate::app::App;
use crate::facts::pages::cut;
use crate::step;

impl App {
    /// Mail that could not be understood, newest first.
    ///
    /// # Errors
    /// The store's.
    pub fn quarantined(&self, state: TrayState, page: PageRequest) -> Result<Page<InTray<InboundMail>>, StoreError> {
        step::read(self, |step| step.tx.quarantine().list(state, page))
    }

    /// The same in the order in which it came, or was set aside, a piece after `after`; and after which the next one begins.
    ///
    /// # Errors
    /// The store's.
    pub fn export_quarantined(
        &self,
        state: TrayState,
        after: Option<LanePlace>,
        limit: i64,
    ) -> Result<(Vec<InTray<InboundMail>>, Option<LanePlace>), StoreError> {
        step::read(self, |step| {
            let mut mails = step.tx.exports().quarantined(state, after, limit.saturating_add(1))?;
            let since = |last: &InTray<InboundMail>| last.discard.as_ref().map_or(last.mail.arrived_at, |discard| discard.at);
            let next = cut(&mut mails, limit, |last| LanePlace { since: since(last), id: last.mail.id.0 });
            Ok((mails, next))
        })
    }
}
