//! Attachments: everything that is not the text one reads first.

use std::borrow::Cow;

use followup_domain::message::Attachment;
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, Message, MessagePart, MimeHeaders, PartType};
use sha2::{Digest, Sha256};

use crate::header_text::one_line;
use crate::mend::Mended;

/// Characters that are told of a name, a type or an id.
const LONGEST: usize = 255;

/// Describes every attachment, in the mail's order. A nested `message/rfc822` is one attachment, as are inline images, delivery
/// reports and signatures.
pub(crate) fn describe(message: &Message<'_>, mended: &Mended<'_>) -> Vec<Attachment> {
    message.attachments().map(|part| describe_part(message, mended, part)).collect()
}

/// The decoded bytes of one of them: transfer encoding undone, charset as in the mail.
pub(crate) fn bytes(message: &Message<'_>, mended: &Mended<'_>, index: usize) -> Option<Vec<u8>> {
    message.attachments().nth(index).map(|part| whole(message, mended, part))
}

/// A part's content, also of one that was set aside.
pub(crate) fn whole(message: &Message<'_>, mended: &Mended<'_>, part: &MessagePart<'_>) -> Vec<u8> {
    let mut size = 0;
    if !mended.each_piece(part, &mut |piece| size += piece.len()) {
        return content(message, part).into_owned();
    }
    // What grows as it is filled takes twice the memory while it does.
    let mut bytes = Vec::with_capacity(size);
    mended.each_piece(part, &mut |piece| bytes.extend_from_slice(piece));
    bytes
}

fn describe_part(message: &Message<'_>, mended: &Mended<'_>, part: &MessagePart<'_>) -> Attachment {
    let (mut size, mut hash) = (0, Sha256::new());
    let mut see = |piece: &[u8]| {
        size += piece.len() as u64;
        hash.update(piece);
    };
    if !mended.each_piece(part, &mut see) {
        see(&content(message, part));
    }
    Attachment {
        name: name(part).map(bounded),
        content_type: bounded(content_type(part)),
        size,
        sha256: hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect(),
        content_id: content_id(part).map(bounded),
        absent: None,
    }
}

fn bounded(text: String) -> String {
    if text.len() <= LONGEST { text } else { text.chars().take(LONGEST).collect() }
}

/// Content-ID without its brackets (RFC 2392).
pub(crate) fn content_id(part: &MessagePart<'_>) -> Option<String> {
    let id = one_line(part.content_id()?);
    Some(id.trim_matches(['<', '>', ' ']).to_owned()).filter(|id| !id.is_empty())
}

fn name(part: &MessagePart<'_>) -> Option<String> {
    part.attachment_name().map(one_line).filter(|name| !name.is_empty())
}

/// The declared media type, lower case; what RFC 2045 and 2046 suppose where none is declared.
pub(crate) fn content_type(part: &MessagePart<'_>) -> String {
    let declared = part.content_type().map(|declared| match declared.subtype() {
        Some(subtype) => format!("{}/{subtype}", declared.ctype()),
        None => declared.ctype().to_owned(),
    });
    let supposed = || match part.body {
        PartType::Text(_) => "text/plain",
        PartType::Html(_) => "text/html",
        PartType::Message(_) => "message/rfc822",
        _ => "application/octet-stream",
    };
    declared.map(|declared| one_line(&declared).to_lowercase()).unwrap_or_else(|| supposed().to_owned())
}

/// A part's content, byte by byte as its sender had it; of one that was set aside, the beginning. The library converts text to UTF-8, so text is decoded again.
pub(crate) fn content<'a>(message: &'a Message<'_>, part: &'a MessagePart<'_>) -> Cow<'a, [u8]> {
    let raw = || message.raw_message.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
    match &part.body {
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => Cow::Borrowed(bytes),
        PartType::Text(text) | PartType::Html(text) => {
            let decoded = match part.encoding {
                Encoding::None => return Cow::Borrowed(raw()),
                Encoding::Base64 => base64_decode(raw()),
                Encoding::QuotedPrintable => quoted_printable_decode(raw()),
            };
            decoded.map_or(Cow::Borrowed(text.as_bytes()), Cow::Owned)
        }
        PartType::Message(nested) if part.encoding != Encoding::None => Cow::Borrowed(&nested.raw_message),
        PartType::Message(_) | PartType::Multipart(_) => Cow::Borrowed(raw()),
    }
}
