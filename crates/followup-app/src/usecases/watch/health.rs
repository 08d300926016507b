//! How the service does, for those who watch over it: one consistent view, from indexes.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use followup_domain::asking::plan::PlannedChannel;
use followup_domain::audit::AuditChain;
use followup_domain::mail::mailbox_health::MailboxHealth;
use followup_domain::message::Channel;
use followup_domain::ports::{AuditHead, Badge, DueAttempts, Onlooker, QueueFigures, SentFigures, Standbys, StoreError};
use followup_domain::sending::breaker::{Breaker, BreakerState};

use crate::app::App;
use crate::facts::day::day_begins;
use crate::facts::unserved::unserved;
use crate::step::{self, Step};

/// A message that may be sent, or an attempt that is due, waits for nobody so long: whatever the timers are, one of them should have come.
pub const OVERDUE_AFTER: TimeDelta = TimeDelta::hours(25);

/// What is known of the service at an instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Health {
    /// When (UTC).
    pub at: DateTime<Utc>,
    /// The last migration that the database has.
    pub schema_version: String,
    /// What waits for a person.
    pub waiting: Badge,
    /// What waits to be sent.
    pub queue: QueueFigures,
    /// Messages that stay queued because nobody configured a transport for their channel.
    pub unserved: BTreeMap<Channel, i64>,
    /// What left since the organisation's day began, by channel.
    pub sent_today: Vec<SentFigures>,
    /// What is due, by channel.
    pub due: Vec<DueAttempts>,
    /// Every mailbox that was ever looked into.
    pub mailboxes: Vec<MailboxHealth>,
    /// Every provider that ever failed.
    pub breakers: Vec<Breaker>,
    /// Answers in which the rules could not look for values; they stand in their threads all the same.
    pub unread_answers: i64,
    /// The end of the system's audit chain; none while it has no row.
    pub audit: Option<AuditHead>,
    /// Which standbys the store has.
    pub standbys: Standbys,
    /// Whether the promotion of a standby would be noticed.
    pub notices_promotions: bool,
}

/// Why a process cannot serve; the cause is for the log only.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotReady {
    /// The store cannot be reached, or does not answer.
    #[error("store unavailable: {0}")]
    Store(String),
    /// The store's schema is not the one that this program knows.
    #[error("schema: {0}")]
    Schema(String),
}

impl App {
    /// How the service does, and what waits as a reader sees it ([`followup_domain::ports::Onlooker::reader`]).
    ///
    /// # Errors
    /// The store's.
    pub fn health(&self, reader: &str) -> Result<Health, StoreError> {
        let (standbys, notices_promotions) = (self.store.standbys()?, self.store.notices_promotions());
        step::read(self, |step| look(step, reader, standbys, notices_promotions))
    }

    /// The same, if this process can serve.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn readiness(&self) -> Result<Health, NotReady> {
        self.store.check().map_err(|error| match error {
            StoreError::Unavailable(cause) | StoreError::Unknown(cause) => NotReady::Store(cause),
            StoreError::Refused(cause) => NotReady::Schema(cause),
        })?;
        self.health("").map_err(|error| NotReady::Store(error.to_string()))
    }
}

fn look(step: &mut Step<'_>, reader: &str, standbys: Standbys, notices_promotions: bool) -> Result<Health, StoreError> {
    let unserved = unserved(step)?;
    let today = day_begins(step);
    let (at, tx) = (step.now, &mut *step.tx);
    Ok(Health {
        at,
        standbys,
        notices_promotions,
        schema_version: tx.health().schema_version()?,
        waiting: tx.trays().badge(Onlooker { reader, now: at })?,
        queue: tx.health().queue(at)?,
        unserved,
        sent_today: tx.health().sent_since(today)?,
        due: tx.health().due_attempts(at)?,
        mailboxes: tx.mailboxes().health()?,
        breakers: tx.breakers().list()?,
        unread_answers: tx.read_answers().count_failed()?,
        audit: tx.audit().find_head(AuditChain::System)?,
    })
}

impl Health {
    /// Whether what is committed outlasts a failover.
    pub fn survives_failover(&self) -> bool {
        self.standbys != Standbys::Asynchronous && !self.misses_promotions()
    }

    /// Whether a standby could be promoted and this process go on with the old primary, unaware.
    pub fn misses_promotions(&self) -> bool {
        self.standbys != Standbys::None && !self.notices_promotions
    }

    /// Mailboxes that were not read for too long.
    pub fn stale_mailboxes(&self) -> usize {
        self.mailboxes.iter().filter(|mailbox| mailbox.is_stale(self.at)).count()
    }

    /// Mailboxes that a person should look after.
    pub fn alarms(&self) -> usize {
        self.mailboxes.iter().filter(|mailbox| mailbox.alarm_since.is_some()).count()
    }

    /// Mails that the mailboxes held and the store did not, at their last comparison.
    pub fn missing_mails(&self) -> u64 {
        self.mailboxes.iter().map(MailboxHealth::missing).sum()
    }

    /// When the mailbox that was read least recently was read (UTC); none where there is no mailbox, or one was never read.
    pub fn last_poll_at(&self) -> Option<DateTime<Utc>> {
        let oldest = self.mailboxes.iter().map(|mailbox| mailbox.last_success_at).min();
        oldest.flatten()
    }

    /// Whether mail comes in as it should.
    pub fn receives(&self) -> bool {
        self.stale_mailboxes() == 0 && self.alarms() == 0 && self.missing_mails() == 0
    }

    /// Providers that are not asked, or by one letter only.
    pub fn held_providers(&self) -> usize {
        let is_held = |breaker: &&Breaker| matches!(breaker.state(self.at), BreakerState::Open | BreakerState::HalfOpen);
        self.breakers.iter().filter(is_held).count()
    }

    /// Whether messages go out as they should: every provider is asked, every channel that has something to send has one, and somebody
    /// sends.
    pub fn sends(&self) -> bool {
        self.held_providers() == 0 && self.unserved.is_empty() && !self.is_overdue(self.queue.due_since)
    }

    /// Due attempts that a dispatcher settles: all but calls.
    pub fn due_letters(&self) -> (i64, Option<DateTime<Utc>>) {
        self.due_where(|channel| channel != PlannedChannel::Call)
    }

    /// Due attempts that wait for a person to telephone.
    pub fn due_calls(&self) -> (i64, Option<DateTime<Utc>>) {
        self.due_where(|channel| channel == PlannedChannel::Call)
    }

    /// Whether plans go on as they should: no attempt but a call is due for long.
    pub fn dispatches(&self) -> bool {
        !self.is_overdue(self.due_letters().1)
    }

    fn due_where(&self, includes: impl Fn(PlannedChannel) -> bool) -> (i64, Option<DateTime<Utc>>) {
        let due = || self.due.iter().filter(|due| includes(due.channel));
        (due().map(|due| due.count).sum(), due().filter_map(|due| due.oldest_at).min())
    }

    fn is_overdue(&self, since: Option<DateTime<Utc>>) -> bool {
        since.is_some_and(|since| self.at - since > OVERDUE_AFTER)
    }
}
