//! What was answered, counted.

use chrono::{DateTime, Utc};

use super::StoreError;
use crate::board::{By, Span, Tally, Waiting};

/// So many cases, or so many requests of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedAnswers {
    /// By what the requests are told apart; none of cases.
    pub by: Option<By>,
    /// The group ([`crate::board::Group::key`]); empty of cases.
    pub key: String,
    /// How many, after how many days; no more than [`crate::board::CURVE_DAYS`] of cases, [`crate::board::HORIZON_DAYS`] of requests.
    pub tally: Tally,
}

/// What was answered. The store counts: what it reads grows with the threads of the cases that were written to in the span, what it gives does not.
///
/// A request is a letter to the reporter that a transport took and that did not come back, in whichever words. An answer is what a person wrote whose
/// sender is confirmed, or a call in which the reporter was spoken to. It counts for the request before it, whatever its channel: of each
/// request the first one that came before the next request left. Of a case it is the first after its first request.
pub trait BoardRepository {
    /// Of requests that left in a span, and of cases whose first request did.
    fn answers(&mut self, span: Span, now: DateTime<Utc>) -> Result<Vec<CountedAnswers>, StoreError>;

    /// Open cases that wait for an answer, by [`crate::board::AGES`], each age once.
    fn waiting(&mut self, now: DateTime<Utc>) -> Result<Vec<Waiting>, StoreError>;
}
