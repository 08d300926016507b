//! The port of those who send, for tests of one letter at a time.
#![allow(clippy::missing_errors_doc)] // Those of the port.

use chrono::{DateTime, Utc};
use followup_domain::ids::{LeaseToken, MessageId};
use followup_domain::message::{Channel, MessageContent};
use followup_domain::ports::{Claimed, DispatchRepository, Held, Lease, Outcome, Postponement, StoreError, Updated, of_one};

/// [`DispatchRepository`] with batches of one, and of the lane of e-mail.
pub trait OneLetter {
    /// [`DispatchRepository::claim_due`] of e-mail.
    fn claim_mail(&mut self, now: DateTime<Utc>, lease: &Lease, limit: i64) -> Result<Vec<Claimed>, StoreError>;
    /// [`DispatchRepository::holds_lease`].
    fn holds_one(&mut self, id: MessageId, token: &LeaseToken) -> Result<bool, StoreError>;
    /// [`DispatchRepository::set_content`].
    fn set_one(&mut self, id: MessageId, token: &LeaseToken, content: &MessageContent) -> Result<Updated, StoreError>;
    /// [`DispatchRepository::postpone`].
    fn postpone_one(
        &mut self,
        id: MessageId,
        token: &LeaseToken,
        not_before: DateTime<Utc>,
        tried: bool,
        error: Option<&str>,
    ) -> Result<Updated, StoreError>;
    /// [`DispatchRepository::withdraw`].
    fn withdraw_one(&mut self, id: MessageId, token: &LeaseToken, reason: &str, now: DateTime<Utc>) -> Result<Updated, StoreError>;
    /// [`DispatchRepository::start_transmitting`].
    fn transmit_one(&mut self, id: MessageId, lease: &Lease, raw: &[u8], now: DateTime<Utc>) -> Result<Updated, StoreError>;
    /// [`DispatchRepository::record_outcome`].
    fn record_one(&mut self, id: MessageId, token: &LeaseToken, outcome: &Outcome) -> Result<Updated, StoreError>;
}

impl OneLetter for dyn DispatchRepository + '_ {
    fn claim_mail(&mut self, now: DateTime<Utc>, lease: &Lease, limit: i64) -> Result<Vec<Claimed>, StoreError> {
        self.claim_due(Channel::Email, now, lease, limit)
    }

    fn holds_one(&mut self, id: MessageId, token: &LeaseToken) -> Result<bool, StoreError> {
        of_one(self.holds_lease(&[Held { id, token }])?)
    }

    fn set_one(&mut self, id: MessageId, token: &LeaseToken, content: &MessageContent) -> Result<Updated, StoreError> {
        of_one(self.set_content(&[(Held { id, token }, content)])?)
    }

    fn postpone_one(
        &mut self,
        id: MessageId,
        token: &LeaseToken,
        not_before: DateTime<Utc>,
        tried: bool,
        error: Option<&str>,
    ) -> Result<Updated, StoreError> {
        of_one(self.postpone(&[(Held { id, token }, Postponement { not_before, tried, error })])?)
    }

    fn withdraw_one(&mut self, id: MessageId, token: &LeaseToken, reason: &str, now: DateTime<Utc>) -> Result<Updated, StoreError> {
        of_one(self.withdraw(&[(Held { id, token }, reason)], now)?)
    }

    fn transmit_one(&mut self, id: MessageId, lease: &Lease, raw: &[u8], now: DateTime<Utc>) -> Result<Updated, StoreError> {
        of_one(self.start_transmitting(&[(Held { id, token: &lease.token }, raw)], lease.until, now)?)
    }

    fn record_one(&mut self, id: MessageId, token: &LeaseToken, outcome: &Outcome) -> Result<Updated, StoreError> {
        of_one(self.record_outcome(&[(Held { id, token }, outcome)])?)
    }
}
