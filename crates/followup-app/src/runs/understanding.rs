//! Reading a stored mail anew. Understanding needs no transaction, and may take a while for a large mail.

use followup_domain::ids::{MessageId, RawId};
use followup_domain::mail::inbound::{MailReader, ParsedMail, ShownHtml};
use followup_domain::message::{Attachment, Channel, Classification, Direction, Message};
use followup_domain::ports::StoreError;

use crate::app::App;
use crate::errors::NotFoundOr;
use crate::facts::reports::is_report;
use crate::runs::turn::Turn;
use crate::step;

/// A mail as the reader understands it; none if it cannot be read.
pub(crate) fn understood<T>(app: &App, id: RawId, read: impl FnOnce(&dyn MailReader, &[u8]) -> T) -> Result<Option<T>, StoreError> {
    understood_in(&app.turns.take(), app, id, read)
}

/// The same, for who has the turn.
pub(crate) fn understood_in<T>(
    _turn: &Turn<'_>,
    app: &App,
    id: RawId,
    read: impl FnOnce(&dyn MailReader, &[u8]) -> T,
) -> Result<Option<T>, StoreError> {
    let raw = step::read::<_, StoreError>(app, |step| step.tx.originals().find_whole(id))?;
    Ok(raw.map(|raw| read(&*app.reader, &raw)))
}

/// A stored mail as it reads, if a person wrote it or it reports of a letter: to be read beside the letter that somebody says it is about.
pub(crate) fn read_stored(app: &App, id: MessageId) -> Result<Option<ParsedMail>, StoreError> {
    let concerns_a_letter = |it: Classification| it == Classification::Human || is_report(it);
    let mail = step::read::<_, StoreError>(app, |step| step.tx.messages().find(id))?;
    match mail.filter(|mail| mail.classification.is_some_and(concerns_a_letter)) {
        Some(mail) => read_again(app, &mail),
        None => Ok(None),
    }
}

/// A mail as it reads, whatever it is.
pub(crate) fn read_again(app: &App, mail: &Message) -> Result<Option<ParsedMail>, StoreError> {
    // What came another way is no mail.
    let Some(raw_id) = mail.raw_id.filter(|_| mail.channel == Channel::Email) else { return Ok(None) };
    Ok(understood(app, raw_id, |reader, raw| reader.read(raw).ok())?.flatten())
}

/// The HTML of a mail, made harmless.
pub(crate) fn html_of(app: &App, raw_id: RawId) -> Result<ShownHtml, NotFoundOr> {
    understood(app, raw_id, |reader, raw| reader.html(raw))?.flatten().ok_or(NotFoundOr::HtmlNotFound)
}

/// The decoded bytes of one attachment of a message, from 0, with its description.
pub(crate) fn attachment_of(app: &App, message: &Message, index: usize) -> Result<(Attachment, Vec<u8>), NotFoundOr> {
    let described = message.attachments.get(index).cloned().ok_or(NotFoundOr::AttachmentNotFound)?;
    if let Some(why) = described.absent {
        return Err(NotFoundOr::AttachmentAbsent(why));
    }
    if message.direction == Direction::Out || message.channel != Channel::Email {
        return file_apart(app, message, index).map(|bytes| (described, bytes));
    }
    let raw_id = message.raw_id.ok_or(NotFoundOr::AttachmentNotFound)?;
    let bytes = understood(app, raw_id, |reader, raw| reader.attachment(raw, index))?.flatten();
    Ok((described, bytes.ok_or(NotFoundOr::AttachmentNotFound)?))
}

/// The bytes of a file that do not stand in its message's own: one that a message of ours took along, whatever became of it, or one that its
/// provider gave apart.
fn file_apart(app: &App, message: &Message, index: usize) -> Result<Vec<u8>, NotFoundOr> {
    let n = i32::try_from(index).map_err(|_| NotFoundOr::AttachmentNotFound)?;
    let _turn = app.turns.take();
    step::read(app, |step| {
        let content = step.tx.media().find_bytes(message.id, n)?.ok_or(NotFoundOr::AttachmentNotFound)?;
        step.tx.originals().find_whole(content)?.ok_or(NotFoundOr::AttachmentNotFound)
    })
}
