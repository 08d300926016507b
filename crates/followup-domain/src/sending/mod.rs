//! Handing a message to a transport: what is handed over, what the transport answers, and when it is not asked any more.

pub mod breaker;
mod event;
mod failure;
mod media;
mod parcel;
mod receipt;
mod sms;
pub mod template;

pub use event::{EventKind, EventReader, IncomingMessage, ProviderEvent, StatusEvent, StoredEvent, UnreadableEvents};
pub use failure::{Refusal, SendError, SendStage};
pub use media::IncomingMedia;
pub use parcel::{MailParcel, Parcel, TextParcel, WhatsappContent, WhatsappParcel};
pub use receipt::{ExternalName, Receipt};
pub use sms::{SmsEncoding, SmsParts, SmsRules, transliterated};
pub use template::{ApprovedTemplate, TemplateEvent, WhatsappRules};

pub use crate::message::{TemplateStatus, WhatsappTemplate};
