//! A test mail, to see whether the mail server takes ours. It belongs to no case and is not kept.

use std::time::Duration as Budget;

use followup_domain::audit::Actor;
use followup_domain::contact::EmailAddress;
use followup_domain::message::Channel;
use followup_domain::ports::StoreError;
use followup_domain::sending::{MailParcel, Parcel, Receipt, SendError};
use followup_words::to_the_unit;

use crate::app::App;
use crate::moves::channel_test;
use crate::runs::handing_over::new_lease;
use crate::runs::provider::{Asked, tell_breaker};
use crate::transaction;

/// Why a test mail was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TestMailError {
    /// E-mail has no transport.
    #[error("channel not configured")]
    NotConfigured,
    /// What the transport said.
    #[error(transparent)]
    Send(#[from] SendError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// Sends a test mail and answers with the server's own words.
    ///
    /// # Errors
    /// [`TestMailError`].
    pub fn send_test_mail(&self, actor: &Actor, to: &EmailAddress) -> Result<Receipt, TestMailError> {
        let sender = self.senders.of(Channel::Email).ok_or(TestMailError::NotConfigured)?;
        let prefix = &self.policy.letterhead.subject_prefix;
        let note = self.policy.redirect_to.as_ref().map(|_| to_the_unit::redirection_note(to.as_str())).unwrap_or_default();
        let notice = to_the_unit::test_mail(&self.policy.letterhead.unit_name);
        let mail = MailParcel {
            message_id: self.ids.message_id(),
            date: self.clock.now(),
            from: self.policy.sender.clone(),
            from_name: self.policy.sender_name.clone(),
            reply_to: None,
            to: self.policy.redirect_to.clone().unwrap_or_else(|| to.clone()),
            subject: format!("{prefix} {}", notice.subject).trim().to_owned(),
            body: note + &notice.body,
            in_reply_to: None,
            references: Vec::new(),
            automatic: true,
            files: Vec::new(),
        };
        let result = sender.prepare(&Parcel::Mail(mail), Budget::from_secs(20)).and_then(|prepared| prepared.transmit());
        // A test mail that was taken shows that the provider is back, whoever found out.
        tell_breaker(self, Asked { sender: sender.as_ref(), lease: &new_lease(self), run: None, letter: None }, &result);
        transaction::write::<_, StoreError>(self, actor, |step| channel_test::record(step, (Channel::Email, to.as_str()), result.is_ok()))?;
        Ok(result?)
    }
}
