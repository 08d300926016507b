//! The HTML version of a mail as people look at it: sanitised, with the mail's own images in it.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use followup_domain::mail::inbound::ShownHtml;
use mail_parser::{Message, MessagePart, PartType};

use crate::attachments::{content_id, content_type, whole};
use crate::body::{bounded, clean, decoded};
use crate::mend::Mended;
use crate::sanitize::{Images, sanitized};

/// So many bytes of HTML are shown of one mail.
const LONGEST_HTML: usize = 2 * 1024 * 1024;
/// So many bytes of images, decoded, are put into it, an image as often as it is shown.
const LARGEST_IMAGES: usize = 8 * 1024 * 1024;
/// Image types that cannot run anything.
const IMAGE_TYPES: &[&str] = &["image/png", "image/jpeg", "image/jpg", "image/pjpeg", "image/gif", "image/webp", "image/bmp"];

/// Whether the mail itself was written in HTML.
pub(crate) fn is_there(message: &Message<'_>) -> bool {
    html_parts(message).next().is_some()
}

/// Its HTML made harmless.
pub(crate) fn shown(message: &Message<'_>, mended: &Mended<'_>) -> Option<ShownHtml> {
    let mut html = String::new();
    for part in html_parts(message) {
        if let PartType::Html(text) = &part.body {
            let left = LONGEST_HTML.saturating_sub(html.len());
            html.push_str(bounded(&decoded(message, part, text), left));
        }
    }
    if html.is_empty() {
        return None;
    }
    let mut images = OwnImages { parts: by_content_id(message), message, mended, left: LARGEST_IMAGES };
    let sanitized = sanitized(&clean(&html), &mut images);
    Some(ShownHtml { body: sanitized.html, blocked_images: sanitized.blocked_images, omitted_images: sanitized.omitted_images })
}

fn html_parts<'a>(message: &'a Message<'a>) -> impl Iterator<Item = &'a MessagePart<'a>> {
    message.html_bodies().filter(|part| matches!(part.body, PartType::Html(_)))
}

fn by_content_id<'a>(message: &'a Message<'a>) -> HashMap<String, &'a MessagePart<'a>> {
    let named = message.parts.iter().filter_map(|part| Some((content_id(part)?, part)));
    // The first of those with the same id.
    let mut parts = HashMap::new();
    for (id, part) in named {
        parts.entry(id).or_insert(part);
    }
    parts
}

/// The images that the mail brings along.
struct OwnImages<'a> {
    parts: HashMap<String, &'a MessagePart<'a>>,
    message: &'a Message<'a>,
    mended: &'a Mended<'a>,
    left: usize,
}

impl Images for OwnImages<'_> {
    fn embedded(&mut self, content_id: &str) -> Option<String> {
        let part = self.parts.get(content_id)?;
        let declared = content_type(part);
        let media_type = IMAGE_TYPES.iter().find(|known| **known == declared)?;
        let bytes = whole(self.message, self.mended, part);
        self.left = self.left.checked_sub(bytes.len())?;
        Some(format!("data:{media_type};base64,{}", STANDARD.encode(&bytes)))
    }
}
