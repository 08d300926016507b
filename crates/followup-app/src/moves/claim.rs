//! Claiming what is due under the provider's circuit breaker, and what the breaker is told.

use chrono::{DateTime, Utc};
use followup_domain::ids::{LeaseToken, MessageId};
use followup_domain::message::Channel;
use followup_domain::ports::{Claimed, Lease, StoreError};
use followup_domain::sending::SendStage;
use followup_domain::sending::breaker::{Breaker, Failed, Permit};

use crate::step::Step;

/// What there is to send.
pub(crate) enum Next {
    /// Nothing is due.
    Nothing,
    /// The provider is not asked before this instant (UTC).
    Held(DateTime<Utc>),
    /// This message, which is ours now.
    Claimed(Claimed),
}

/// Claims the next message of a channel that is due, if the provider's breaker lets it through; in one transaction, so that of several
/// processes one finds out whether the provider is back, and what is counted in its recovery is counted once.
pub(crate) fn next(step: &mut Step<'_>, (channel, provider): (Channel, &str), run: &LeaseToken, lease: &Lease) -> Result<Next, StoreError> {
    let now = step.now;
    let mut breaker = breaker_to_ask(step, provider)?;
    if let Some(breaker) = &mut breaker
        && let Permit::NotBefore(until) = breaker.ask(run, now)
    {
        return Ok(Next::Held(until));
    }
    let claimed = step.tx.dispatch().claim_due(channel, now, lease, 1)?.into_iter().next();
    if let Some(breaker) = &mut breaker {
        if claimed.is_none() {
            breaker.give_back(run);
        }
        step.tx.breakers().update(breaker)?;
    }
    Ok(claimed.map_or(Next::Nothing, Next::Claimed))
}

/// A failure of the provider.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProviderFailure<'a> {
    /// At which stage.
    pub(crate) stage: SendStage,
    /// The run that asked for leave; `None` where nobody was asked.
    pub(crate) run: Option<&'a LeaseToken>,
    /// How far the pause is spread: at least 0, below 1.
    pub(crate) spread: f64,
    /// The message by which it failed, where it may as well be that message's fault.
    pub(crate) suspect: Option<MessageId>,
}

/// The provider failed; says whether it is not asked any more since, and its breaker.
pub(crate) fn provider_failed(step: &mut Step<'_>, provider: &str, failure: ProviderFailure<'_>) -> Result<(bool, Breaker), StoreError> {
    let mut breaker = step.tx.breakers().find_for_update(provider, step.now)?;
    // Only whoever finds out whether the provider is back makes the pause longer.
    if breaker.opened_at.is_some() && !breaker.is_probed_by(failure.run) {
        return Ok((false, breaker));
    }
    let opened = match failure.suspect {
        Some(letter) if breaker.is_suspect(letter) => {
            // It shows nothing new of the provider; another letter may.
            failure.run.into_iter().for_each(|run| breaker.give_back(run));
            false
        }
        suspect => breaker.count_failure(Failed { stage: failure.stage, suspect }, failure.spread, step.now),
    };
    step.tx.breakers().update(&breaker)?;
    Ok((opened, breaker))
}

/// The provider answered; says whether it is back.
pub(crate) fn provider_answered(step: &mut Step<'_>, provider: &str) -> Result<bool, StoreError> {
    let mut breaker = step.tx.breakers().find_for_update(provider, step.now)?;
    let closed = breaker.count_success(step.now);
    step.tx.breakers().update(&breaker)?;
    Ok(closed)
}

/// The breaker of a provider, locked, where there is something to ask or to count; a healthy provider costs no lock.
fn breaker_to_ask(step: &mut Step<'_>, provider: &str) -> Result<Option<Breaker>, StoreError> {
    match step.tx.breakers().find(provider)? {
        Some(breaker) if !breaker.is_calm(step.now) => step.tx.breakers().find_for_update(provider, step.now).map(Some),
        _ => Ok(None),
    }
}
