//! A mail of a tray as it arrived.

use followup_domain::ids::{InboundMailId, MessageId};
use followup_domain::mail::inbound::ShownHtml;
use followup_domain::message::{Attachment, Message};

use crate::app::App;
use crate::errors::{NotFoundOr, QuarantineError};
use crate::runs::understanding::{attachment_of, raw_bytes};
use crate::step;

impl App {
    /// The bytes of a mail of the unassigned tray.
    ///
    /// # Errors
    /// The tray does not have it, or the store failed.
    pub fn unassigned_raw(&self, id: MessageId) -> Result<Vec<u8>, NotFoundOr> {
        raw_bytes(self, unassigned_message(self, id)?.raw_id.ok_or(NotFoundOr::MessageNotFound)?)
    }

    /// The HTML version of a mail of the unassigned tray, made harmless.
    ///
    /// # Errors
    /// The tray does not have it, it has none, or the store failed.
    pub fn unassigned_html(&self, id: MessageId) -> Result<ShownHtml, NotFoundOr> {
        let raw_id = unassigned_message(self, id)?.raw_id.ok_or(NotFoundOr::HtmlNotFound)?;
        self.reader.html(&raw_bytes(self, raw_id)?).ok_or(NotFoundOr::HtmlNotFound)
    }

    /// The decoded bytes of one attachment of a mail of the unassigned tray, from 0, with its description.
    ///
    /// # Errors
    /// It does not exist, or the store failed.
    pub fn unassigned_attachment(&self, id: MessageId, index: usize) -> Result<(Attachment, Vec<u8>), NotFoundOr> {
        let message = unassigned_message(self, id)?;
        attachment_of(self, &message, index)
    }

    /// The bytes of a mail of the quarantine, set aside or not, or of one that was there and was understood since.
    ///
    /// # Errors
    /// There is no such mail, it stands without bytes, or the store failed.
    pub fn quarantined_raw(&self, id: InboundMailId) -> Result<Vec<u8>, QuarantineError> {
        step::read(self, |step| step.tx.inbox().raw(id)?.ok_or(QuarantineError::NotFound))
    }
}

fn unassigned_message(app: &App, id: MessageId) -> Result<Message, NotFoundOr> {
    step::read(app, |step| step.tx.trays().find(id)?.map(|found| found.mail).ok_or(NotFoundOr::MessageNotFound))
}
