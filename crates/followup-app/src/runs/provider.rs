//! Asking a provider only while it answers: its circuit breaker is told what happened.

use followup_domain::ids::{LeaseToken, MessageId};
use followup_domain::ports::{Lease, Sender, StoreError};
use followup_domain::sending::{SendError, SendStage};

use super::retry::spread_of;
use crate::app::App;
use crate::moves::claim::{self, ProviderFailure};
use crate::step;
use crate::transaction;

/// Who was asked, under which lease, and by the leave of which run; `None` where a person waits for the answer and nobody was asked.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// The transport.
    pub(crate) sender: &'a dyn Sender,
    /// The lease.
    pub(crate) lease: &'a Lease,
    /// The run.
    pub(crate) run: Option<&'a LeaseToken>,
    /// The message; `None` for a test mail, which is not kept.
    pub(crate) letter: Option<MessageId>,
}

/// Tells the breaker what became of trying a message. Its failure must not undo what is recorded of the message, so it is only
/// logged: what was not counted is counted with the next message.
pub(crate) fn tell_breaker<T>(app: &App, asked: Asked<'_>, outcome: &Result<T, SendError>) {
    let told = match outcome {
        Err(SendError::Unavailable { stage, .. }) => failed(app, asked, *stage, None),
        // Said of this letter, or of all: it is the provider's once it meets others too.
        Err(SendError::HungUp(_)) => failed(app, asked, SendStage::Message, asked.letter),
        // A provider that takes message after message and says nothing would leave them all in doubt.
        Err(SendError::Uncertain(_)) => failed(app, asked, SendStage::Message, None),
        // Nobody was asked: it could not be written, or its address cannot be named.
        Err(SendError::Refused(refusal)) if refusal.stage.is_none() => Ok(()),
        Ok(_) | Err(SendError::NotSent(_) | SendError::Refused(_)) => answered(app, asked.sender.provider()),
    };
    if let Err(error) = told {
        tracing::warn!(provider = asked.sender.provider(), %error, "the state of a provider could not be stored");
    }
}

fn failed(app: &App, asked: Asked<'_>, stage: SendStage, suspect: Option<MessageId>) -> Result<(), StoreError> {
    let provider = asked.sender.provider();
    let failure = ProviderFailure { stage, run: asked.run, spread: spread_of(&asked.lease.token), suspect };
    let (opened, breaker) = transaction::write_itself::<_, StoreError>(app, |step| claim::provider_failed(step, provider, failure))?;
    if opened {
        tracing::error!(provider, %stage, failures = breaker.failures, retry_at = ?breaker.retry_at, "provider is not asked any more");
    }
    Ok(())
}

fn answered(app: &App, provider: &str) -> Result<(), StoreError> {
    let known = step::read::<_, StoreError>(app, |step| step.tx.breakers().find(provider))?;
    if known.is_none_or(|breaker| breaker.failures == 0) {
        return Ok(());
    }
    if transaction::write_itself::<_, StoreError>(app, |step| claim::provider_answered(step, provider))? {
        tracing::info!(provider, "provider is back");
    }
    Ok(())
}
