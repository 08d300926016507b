//! A mail of a tray as it arrived.

use followup_domain::ids::{InboundMailId, MessageId};
use followup_domain::mail::inbound::ShownHtml;
use followup_domain::message::{Attachment, Message};

use crate::app::App;
use crate::errors::{NotFoundOr, QuarantineError};
use crate::runs::originals::{self, Original};
use crate::runs::understanding::{attachment_of, html_of};
use crate::step;

impl App {
    /// A mail of the unassigned tray, with all of its text.
    ///
    /// # Errors
    /// The tray does not have it, or the store failed.
    pub fn unassigned_message(&self, id: MessageId) -> Result<Message, NotFoundOr> {
        step::read(self, |step| step.tx.trays().find(id)?.map(|found| found.mail).ok_or(NotFoundOr::MessageNotFound))
    }

    /// A mail of the unassigned tray as it arrived.
    ///
    /// # Errors
    /// The tray does not have it, or the store failed.
    pub fn unassigned_raw(&self, id: MessageId) -> Result<Original, NotFoundOr> {
        let raw_id = self.unassigned_message(id)?.raw_id.ok_or(NotFoundOr::MessageNotFound)?;
        originals::begin(self, raw_id)?.ok_or(NotFoundOr::MessageNotFound)
    }

    /// The HTML version of a mail of the unassigned tray, made harmless.
    ///
    /// # Errors
    /// The tray does not have it, it has none, or the store failed.
    pub fn unassigned_html(&self, id: MessageId) -> Result<ShownHtml, NotFoundOr> {
        let raw_id = self.unassigned_message(id)?.raw_id.ok_or(NotFoundOr::HtmlNotFound)?;
        html_of(self, raw_id)
    }

    /// The decoded bytes of one attachment of a mail of the unassigned tray, from 0, with its description.
    ///
    /// # Errors
    /// It does not exist, or the store failed.
    pub fn unassigned_attachment(&self, id: MessageId, index: usize) -> Result<(Attachment, Vec<u8>), NotFoundOr> {
        let message = self.unassigned_message(id)?;
        attachment_of(self, &message, index)
    }

    /// A mail of the quarantine as it arrived, set aside or not, or of one that was there and was understood since.
    ///
    /// # Errors
    /// There is no such mail, it stands without bytes, or the store failed.
    pub fn quarantined_raw(&self, id: InboundMailId) -> Result<Original, QuarantineError> {
        let raw_id = step::read(self, |step| step.tx.originals().find_arrived(id)?.ok_or(QuarantineError::NotFound))?;
        originals::begin(self, raw_id)?.ok_or(QuarantineError::NotFound)
    }
}
