//! One step: an open transaction, with the instant at which it is done, who does it, and what the deployment decided.
//!
//! Facts, moves and consequences are functions of a step. It holds neither the store nor the clock, so nothing inside a transaction can
//! open another one, or read another time.

use chrono::{DateTime, Utc};
use followup_domain::asking::request::LetterRenderer;
use followup_domain::audit::Actor;
use followup_domain::mail::inbound::MailReader;
use followup_domain::policy::FollowupPolicy;
use followup_domain::ports::{IdGen, StoreError, StoreExt, Tx};

use crate::app::{App, EventReaders, Senders};

/// What is the same for every step of a process.
#[derive(Clone, Copy)]
pub(crate) struct Deployment<'a> {
    /// What the deployment decided.
    pub(crate) policy: &'a FollowupPolicy,
    /// What understands the calls of providers.
    pub(crate) events: &'a EventReaders,
    /// Transports.
    pub(crate) senders: &'a Senders,
    /// Message-IDs and tokens.
    pub(crate) ids: &'a dyn IdGen,
    /// Lays letters out.
    pub(crate) letters: &'a dyn LetterRenderer,
    /// Understands mail.
    pub(crate) reader: &'a dyn MailReader,
    /// The process, which acts when no person does.
    pub(crate) itself: &'a Actor,
}

/// An open transaction.
pub(crate) struct Step<'a> {
    /// The repositories.
    pub(crate) tx: &'a mut dyn Tx,
    /// When it is done (UTC); the same however often the store runs it again.
    pub(crate) now: DateTime<Utc>,
    /// Who does it.
    pub(crate) actor: &'a Actor,
    /// The deployment.
    pub(crate) deployment: Deployment<'a>,
}

impl<'a> Step<'a> {
    /// The same transaction, for what the service does by itself in it.
    pub(crate) fn by_itself(&mut self) -> Step<'_> {
        Step { tx: &mut *self.tx, now: self.now, actor: self.deployment.itself, deployment: self.deployment }
    }

    /// What the deployment decided.
    pub(crate) fn policy(&self) -> &'a FollowupPolicy {
        self.deployment.policy
    }
}

/// The process as an actor.
pub(crate) fn itself(app: &App) -> Actor {
    Actor::Service(app.service)
}

/// Runs a writing step of somebody's, now: kept on `Ok`, undone on `Err`.
///
/// # Errors
/// Those of `work`, and the store's own.
pub(crate) fn write<T, E: From<StoreError>>(app: &App, actor: &Actor, work: impl FnMut(&mut Step<'_>) -> Result<T, E>) -> Result<T, E> {
    write_at(app, actor, app.clock.now(), work)
}

/// Runs a writing step of the service's own, now.
///
/// # Errors
/// Those of `work`, and the store's own.
pub(crate) fn write_itself<T, E: From<StoreError>>(app: &App, work: impl FnMut(&mut Step<'_>) -> Result<T, E>) -> Result<T, E> {
    write(app, &itself(app), work)
}

/// Runs a writing step as of an instant.
///
/// # Errors
/// Those of `work`, and the store's own.
pub(crate) fn write_at<T, E: From<StoreError>>(
    app: &App,
    actor: &Actor,
    now: DateTime<Utc>,
    mut work: impl FnMut(&mut Step<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let itself = itself(app);
    let deployment = deployment(app, &itself);
    app.store.write(|tx| work(&mut Step { tx, now, actor, deployment }))
}

/// Looks at one consistent view of the store.
///
/// # Errors
/// Those of `work`, and the store's own.
pub(crate) fn read<T, E: From<StoreError>>(app: &App, mut work: impl FnMut(&mut Step<'_>) -> Result<T, E>) -> Result<T, E> {
    let itself = itself(app);
    let (now, deployment) = (app.clock.now(), deployment(app, &itself));
    app.store.read(|tx| work(&mut Step { tx, now, actor: &itself, deployment }))
}

fn deployment<'a>(app: &'a App, itself: &'a Actor) -> Deployment<'a> {
    Deployment {
        policy: &app.policy,
        events: &app.events,
        senders: &app.senders,
        ids: &*app.ids,
        letters: &*app.letters,
        reader: &*app.reader,
        itself,
    }
}
