//! A message as it was sent or received: its bytes, its attachments, its HTML.

use followup_domain::ids::{CaseId, MessageId, RawId};
use followup_domain::mail::inbound::ShownHtml;
use followup_domain::message::{Attachment, Channel, Direction};
use followup_domain::ports::StoreError;

use crate::app::App;
use crate::errors::NotFoundOr;
use crate::facts::lookup::message_in;
use crate::runs::originals::{self, Original};
use crate::runs::understanding::{attachment_of, html_of};
use crate::step;

impl App {
    /// A message of a case as it was sent or received.
    ///
    /// # Errors
    /// The message does not exist in this case, was not sent, or the store failed.
    pub fn raw_mail(&self, case_id: CaseId, id: MessageId) -> Result<Original, NotFoundOr> {
        let message = step::read(self, |step| message_in(step, case_id, id))?;
        // What a provider handed over may hold other reporters' messages too.
        let is_its_own = message.channel == Channel::Email || message.direction == Direction::Out;
        let raw_id = message.raw_id.filter(|_| is_its_own).ok_or(NotFoundOr::MessageNotFound)?;
        originals::begin(self, raw_id)?.ok_or(NotFoundOr::MessageNotFound)
    }

    /// More of the bytes of an original that somebody was given: as many as come at once, from a place on.
    ///
    /// # Errors
    /// It is not that long, or the store failed.
    pub fn more_of_original(&self, id: RawId, from: u64) -> Result<Vec<u8>, StoreError> {
        originals::more(self, id, from)
    }

    /// The decoded bytes of one attachment of a message of a case, from 0, with its description.
    ///
    /// # Errors
    /// It does not exist, or the store failed.
    pub fn attachment(&self, case_id: CaseId, id: MessageId, index: usize) -> Result<(Attachment, Vec<u8>), NotFoundOr> {
        let message = step::read(self, |step| message_in(step, case_id, id))?;
        attachment_of(self, &message, index)
    }

    /// The HTML version of a message of a case, made harmless.
    ///
    /// # Errors
    /// The message does not exist in this case or has none, or the store failed.
    pub fn message_html(&self, case_id: CaseId, id: MessageId) -> Result<ShownHtml, NotFoundOr> {
        let message = step::read(self, |step| message_in(step, case_id, id))?;
        let raw_id = message.raw_id.filter(|_| message.direction == Direction::In).ok_or(NotFoundOr::HtmlNotFound)?;
        html_of(self, raw_id)
    }
}
