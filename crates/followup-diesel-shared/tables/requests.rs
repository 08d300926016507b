//! What was asked, and the delay between automatic letters.

use followup_domain::ids::{CaseId, MessageId};
use followup_domain::ports::{AskedField, AskedItem, RequestRepository, StoreError};

use super::field_entries;
use super::work::Work;

impl RequestRepository for Work<'_> {
    fn set_asked(&mut self, message_id: MessageId, case_id: CaseId, items: &[AskedItem]) -> Result<(), StoreError> {
        self.write(|conn| field_entries::set_asked(conn, message_id, case_id, items))
    }

    fn asked(&mut self, case_id: CaseId) -> Result<Vec<AskedField>, StoreError> {
        self.read(|conn| field_entries::asked(conn, case_id))
    }
}
