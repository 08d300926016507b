//! A stored message as its transport takes it.

use followup_domain::contact::EmailAddress;
use followup_domain::message::{Message, MessageKind};
use followup_domain::sending::{MailParcel, Parcel};

use crate::service::Followup;

impl Followup {
    /// The mail; or why it cannot be one, in Spanish.
    pub(crate) fn outbound(&self, message: &Message) -> Result<Parcel, String> {
        let content = &message.content;
        let address = |text: &Option<String>| EmailAddress::parse(text.as_deref().unwrap_or_default()).map_err(|error| error.to_string());
        Ok(Parcel::Mail(MailParcel {
            message_id: message.external_id.clone().ok_or("sin Message-ID")?,
            date: self.now(),
            from: address(&content.from)?,
            from_name: self.policy.sender_name.clone(),
            reply_to: self.reply_to(message),
            to: address(&content.to)?,
            subject: content.subject.clone().unwrap_or_default(),
            body: content.body.clone(),
            in_reply_to: content.in_reply_to.first().cloned(),
            references: content.references.clone(),
            automatic: message.kind != MessageKind::Manual,
        }))
    }

    /// Answers to a letter come back to an address that names its case.
    fn reply_to(&self, message: &Message) -> Option<EmailAddress> {
        let case_id = message.case_id.filter(|_| message.kind != MessageKind::Notification)?;
        self.policy.reply_addresses.as_ref()?.address_of(case_id)
    }
}
