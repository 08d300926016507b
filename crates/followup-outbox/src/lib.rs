//! Messages as files: e-mails as `.eml`, text messages as `.sms.txt`, WhatsApp messages as `.whatsapp.json`; and answers to the last two, which
//! are dropped into a folder. Installations without a mail server or a provider try everything with them.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod events;
mod folder;
mod mail;
mod text;

use followup_domain::message::Channel;

pub use events::{TextInbox, called};
pub use mail::EmlOutbox;
pub use text::TextOutbox;

/// The provider that stands for nobody.
fn scope_of(channel: Channel) -> &'static str {
    if channel == Channel::Sms { "simulado:sms" } else { "simulado:whatsapp" }
}
