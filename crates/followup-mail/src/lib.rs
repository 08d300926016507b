//! MIME: reads inbound mail into the domain's types and composes outbound mail.
//!
//! [`compose`] turns an outbound message into the exact bytes that are handed to a transport; [`MimeReader`] understands
//! inbound bytes, whatever they are; [`split_reply`] separates what a sender wrote from what is quoted, [`split_reply_knowing`]
//! also from a letter that is known; [`inspect`] shows an
//! operator how a mail is understood. Nothing here does I/O or reads a clock.

mod absence;
mod attachments;
mod authentication;
mod body;
mod charset;
mod classify;
mod compose;
mod enriched;
mod header_text;
mod headers;
mod html;
mod inspect;
mod markup;
mod mend;
mod phrases;
mod read;
mod report;
mod returned;
mod sanitize;
mod shown_html;
mod transfer;
mod trim;

pub use compose::{ComposeError, LEFT_AS_HEADER, ORIGIN_HEADER, compose};
pub use inspect::{Inspection, inspect};
pub use read::{LONGEST_TEXT, MOST_PARTS, MimeReader};
pub use trim::{split_reply, split_reply_knowing};
