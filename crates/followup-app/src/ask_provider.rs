//! Asking a provider only while it answers: claiming under its circuit breaker, and telling the breaker what happened.

use chrono::{DateTime, Utc};
use followup_domain::ids::LeaseToken;
use followup_domain::ports::{Claimed, Lease, Sender, StoreError, StoreExt, Tx};
use followup_domain::sending::breaker::{Breaker, Permit};
use followup_domain::sending::{SendError, SendStage};

use crate::retry_policy::spread_of;
use crate::service::Followup;

/// What there is to send.
pub(crate) enum Next {
    /// Nothing is due.
    Nothing,
    /// The provider is not asked before this instant (UTC).
    Held(DateTime<Utc>),
    /// This message, which is ours now.
    Claimed(Claimed),
}

impl Followup {
    /// The state of every provider that ever failed, by name: for health, metrics and the badge.
    ///
    /// # Errors
    /// The store cannot be reached.
    pub fn provider_breakers(&self) -> Result<Vec<Breaker>, StoreError> {
        self.store.read(|tx| tx.breakers().list())
    }

    /// Claims the next message that is due, if the provider's breaker lets it through; in one transaction, so that of several
    /// processes one finds out whether the provider is back, and what is counted in its recovery is counted once.
    pub(crate) fn claim_next(&self, run: &LeaseToken, lease: &Lease) -> Result<Next, StoreError> {
        let now = self.now();
        let provider = self.senders.email.as_ref().map(|sender| sender.provider());
        self.store.write(|tx| {
            let mut breaker = match provider {
                Some(provider) => breaker_to_ask(tx, provider, now)?,
                None => None,
            };
            if let Some(breaker) = &mut breaker
                && let Permit::NotBefore(until) = breaker.ask(run, now)
            {
                return Ok(Next::Held(until));
            }
            let claimed = tx.messages().claim_due(now, lease, 1)?.into_iter().next();
            if let Some(breaker) = &mut breaker {
                if claimed.is_none() {
                    breaker.give_back(run);
                }
                tx.breakers().update(breaker)?;
            }
            Ok(claimed.map_or(Next::Nothing, Next::Claimed))
        })
    }

    /// Tells the breaker what became of trying a message. Its failure must not undo what is recorded of the message, so it is only
    /// logged: what was not counted is counted with the next message. `run` is the run that asked for leave, `None` where a person waits
    /// for the answer and nobody was asked.
    pub(crate) fn tell_breaker<T>(&self, sender: &dyn Sender, lease: &Lease, run: Option<&LeaseToken>, outcome: &Result<T, SendError>) {
        let told = match outcome {
            Err(SendError::Unavailable { stage, .. }) => self.provider_failed(sender.provider(), lease, run, *stage),
            // A provider that takes message after message and says nothing would leave them all in doubt.
            Err(SendError::Uncertain(_)) => self.provider_failed(sender.provider(), lease, run, SendStage::Message),
            // Nobody was asked: it could not be written, or its address cannot be named.
            Err(SendError::Refused(refusal)) if !refusal.by_provider => Ok(()),
            Ok(_) | Err(SendError::NotSent(_) | SendError::Refused(_)) => self.provider_answered(sender.provider()),
        };
        if let Err(error) = told {
            tracing::warn!(provider = sender.provider(), %error, "the state of a provider could not be stored");
        }
    }

    fn provider_failed(&self, provider: &str, lease: &Lease, run: Option<&LeaseToken>, stage: SendStage) -> Result<(), StoreError> {
        let now = self.now();
        let (opened, breaker) = self.store.write::<_, StoreError>(|tx| {
            let mut breaker = tx.breakers().find_for_update(provider, now)?;
            // Only whoever finds out whether the provider is back makes the pause longer.
            if breaker.opened_at.is_some() && !breaker.is_probed_by(run) {
                return Ok((false, breaker));
            }
            let opened = breaker.count_failure(stage, spread_of(&lease.token), now);
            tx.breakers().update(&breaker)?;
            Ok((opened, breaker))
        })?;
        if opened {
            tracing::error!(provider, %stage, failures = breaker.failures, retry_at = ?breaker.retry_at, "provider is not asked any more");
        }
        Ok(())
    }

    fn provider_answered(&self, provider: &str) -> Result<(), StoreError> {
        let now = self.now();
        let known = self.store.read::<_, StoreError>(|tx| tx.breakers().find(provider))?;
        if known.is_none_or(|breaker| breaker.failures == 0) {
            return Ok(());
        }
        let closed = self.store.write::<_, StoreError>(|tx| {
            let mut breaker = tx.breakers().find_for_update(provider, now)?;
            let closed = breaker.count_success(now);
            tx.breakers().update(&breaker)?;
            Ok(closed)
        })?;
        if closed {
            tracing::info!(provider, "provider is back");
        }
        Ok(())
    }
}

/// The breaker of a provider, locked, where there is something to ask or to count; a healthy provider costs no lock.
fn breaker_to_ask(tx: &mut dyn Tx, provider: &str, now: DateTime<Utc>) -> Result<Option<Breaker>, StoreError> {
    match tx.breakers().find(provider)? {
        Some(breaker) if !breaker.is_calm(now) => tx.breakers().find_for_update(provider, now).map(Some),
        _ => Ok(None),
    }
}
