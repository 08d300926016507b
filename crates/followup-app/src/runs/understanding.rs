//! Reading a stored mail anew. Understanding needs no transaction, and may take a while for a large mail.

use followup_domain::ids::{MessageId, RawId};
use followup_domain::mail::inbound::ParsedMail;
use followup_domain::message::{Channel, Classification, Message};
use followup_domain::ports::StoreError;

use crate::app::App;
use crate::errors::NotFoundOr;
use crate::facts::reports::is_report;
use crate::step;

/// The bytes of a mail.
pub(crate) fn raw_bytes(app: &App, id: RawId) -> Result<Vec<u8>, NotFoundOr> {
    step::read(app, |step| step.tx.messages().raw(id)?.ok_or(NotFoundOr::MessageNotFound))
}

/// A stored mail as it reads, if a person wrote it or it reports of a letter: to be read beside the letter that somebody says it is about.
pub(crate) fn read_stored(app: &App, id: MessageId) -> Result<Option<ParsedMail>, StoreError> {
    let concerns_a_letter = |it: Classification| it == Classification::Human || is_report(it);
    let raw = step::read::<_, StoreError>(app, |step| {
        let mail = step.tx.messages().find(id)?.filter(|mail| mail.classification.is_some_and(concerns_a_letter));
        // What came another way is no mail.
        let mail = mail.filter(|mail| mail.channel == Channel::Email);
        match mail.and_then(|mail| mail.raw_id) {
            Some(raw_id) => step.tx.messages().raw(raw_id),
            None => Ok(None),
        }
    })?;
    Ok(raw.and_then(|raw| app.reader.read(&raw).ok()))
}

/// A mail as it reads, whatever it is.
pub(crate) fn read_again(app: &App, mail: &Message) -> Result<Option<ParsedMail>, StoreError> {
    let Some(raw_id) = mail.raw_id.filter(|_| mail.channel == Channel::Email) else { return Ok(None) };
    let raw = step::read::<_, StoreError>(app, |step| step.tx.messages().raw(raw_id))?;
    Ok(raw.and_then(|raw| app.reader.read(&raw).ok()))
}

/// The decoded bytes of one attachment of a message, from 0, with its description.
pub(crate) fn attachment_of(
    app: &App,
    message: &Message,
    index: usize,
) -> Result<(followup_domain::message::Attachment, Vec<u8>), NotFoundOr> {
    let described = message.attachments.get(index).cloned().ok_or(NotFoundOr::AttachmentNotFound)?;
    let raw = raw_bytes(app, message.raw_id.ok_or(NotFoundOr::AttachmentNotFound)?)?;
    let bytes = app.reader.attachment(&raw, index).ok_or(NotFoundOr::AttachmentNotFound)?;
    Ok((described, bytes))
}
