//! One step: an open transaction, with the instant at which it is done, who does it, and what the deployment decided.
//!
//! Facts, moves and consequences are functions of a step. It holds neither the store nor the clock, so nothing inside a transaction can
//! open another one, or read another time.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use followup_domain::asking::request::LetterRenderer;
use followup_domain::audit::Actor;
use followup_domain::ids::CaseId;
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
    /// The cases to which something happens in it.
    pub(crate) touched: &'a Touched,
}

/// The cases to which something happens in a step.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    cases: RefCell<BTreeMap<CaseId, Depth>>,
    deep: Cell<bool>,
}

/// How much of what a case stands at a change may concern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Depth {
    /// Only that something happened: nothing of what it stands at follows from it.
    Moved,
    /// What comes next, what was read: of its thread, its queue and its attempts.
    Dates,
    /// All of it: what is known of the case, or whether its reporter can be reached.
    Everything,
}

impl Touched {
    /// Something happens to a case.
    pub(crate) fn note(&self, case_id: CaseId, depth: Depth) {
        self.cases.borrow_mut().entry(case_id).and_modify(|known| *known = depth.max(*known)).or_insert(depth);
    }

    /// One of the cases, which is touched no more.
    pub(crate) fn take(&self) -> Option<(CaseId, Depth)> {
        let (case_id, depth) = self.cases.borrow_mut().pop_first()?;
        Some((case_id, if self.deep.get() { Depth::Everything } else { depth }))
    }

    /// Whatever happens to a case in this step may concern everything that it stands at.
    pub(crate) fn deepen(&self) {
        self.deep.set(true);
    }
}

impl<'a> Step<'a> {
    /// The same transaction, for what the service does by itself in it.
    pub(crate) fn by_itself(&mut self) -> Step<'_> {
        Step { tx: &mut *self.tx, actor: self.deployment.itself, ..*self }
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

/// Looks at one consistent view of the store.
///
/// # Errors
/// Those of `work`, and the store's own.
pub(crate) fn read<T, E: From<StoreError>>(app: &App, mut work: impl FnMut(&mut Step<'_>) -> Result<T, E>) -> Result<T, E> {
    let itself = itself(app);
    let (now, deployment) = (app.clock.now(), deployment(app, &itself));
    let touched = Touched::default();
    app.store.read(|tx| work(&mut Step { tx, now, actor: &itself, deployment, touched: &touched }))
}

/// What is the same for every step of the process.
pub(crate) fn deployment<'a>(app: &'a App, itself: &'a Actor) -> Deployment<'a> {
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
