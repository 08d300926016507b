//! A test mail, to see whether the mail server takes ours. It belongs to no case and is not kept.

use std::time::Duration as Budget;

use followup_domain::audit::{Actor, AuditChain, AuditEntry, AuditFacts, facts};
use followup_domain::contact::EmailAddress;
use followup_domain::ports::{StoreError, StoreExt};
use followup_domain::sending::{MailParcel, Parcel, Receipt, SendError};

use crate::claim_checks::redirection_note;
use crate::service::Followup;

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

impl Followup {
    /// Sends a test mail and answers with the server's own words.
    ///
    /// # Errors
    /// [`TestMailError`].
    pub fn send_test_mail(&self, actor: &Actor, to: &EmailAddress) -> Result<Receipt, TestMailError> {
        let sender = self.senders.email.as_ref().ok_or(TestMailError::NotConfigured)?;
        let prefix = &self.policy.letterhead.subject_prefix;
        let note = self.policy.redirect_to.as_ref().map(|_| redirection_note(to)).unwrap_or_default();
        let mail = MailParcel {
            message_id: self.ids.message_id(),
            date: self.now(),
            from: self.policy.sender.clone(),
            from_name: self.policy.sender_name.clone(),
            reply_to: None,
            to: self.policy.redirect_to.clone().unwrap_or_else(|| to.clone()),
            subject: format!("{prefix} Correo de prueba").trim().to_owned(),
            body: note
                + &format!("Este es un correo de prueba de {}.\n\nSi lo recibió, el envío funciona.\n", self.policy.letterhead.unit_name),
            in_reply_to: None,
            references: Vec::new(),
            automatic: true,
        };
        let result = sender.prepare(&Parcel::Mail(mail), Budget::from_secs(20)).and_then(|prepared| prepared.transmit());
        // A test mail that was taken shows that the provider is back, whoever found out.
        self.tell_breaker(sender.as_ref(), &self.new_lease(), None, &result);
        let outcome = if result.is_ok() { "accepted" } else { "failed" };
        self.store.write::<(), StoreError>(|tx| {
            tx.audit().append(&AuditEntry {
                chain: AuditChain::System,
                at: self.now(),
                actor: actor.clone(),
                action: "mail.tested",
                entity: "mail",
                entity_id: 0,
                old: AuditFacts::new(),
                new: facts([("outcome", outcome.into())]),
                reason: None,
            })
        })?;
        Ok(result?)
    }
}
