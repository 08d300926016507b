//! A body as it comes: one that comes too slowly is given up, on every route.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use futures::StreamExt;
use tokio::time::{Instant, timeout_at};

/// How slowly a body may come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// For this long it may come as it likes, and nothing may come between two parts.
    pub(crate) grace: Duration,
    /// Then so many bytes must have come for each second.
    pub(crate) bytes_per_second: u64,
    /// By then all of it must have come.
    pub(crate) whole: Duration,
}

/// The pace of every route.
pub(crate) const PACE: Pace = Pace { grace: Duration::from_secs(15), bytes_per_second: 16 * 1024, whole: Duration::from_secs(120) };

/// Why a body did not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyFault {
    /// Slower than its pace.
    TooSlow,
    /// The connection ended, or what came is no body.
    BrokenOff,
}

/// A body that comes.
pub(crate) struct PacedBody {
    payload: Payload,
    pace: Pace,
    begun: Instant,
    seen: u64,
    excused: Duration,
}

impl PacedBody {
    pub(crate) fn new(payload: Payload, pace: Pace) -> Self {
        Self { payload, pace, begun: Instant::now(), seen: 0, excused: Duration::ZERO }
    }

    /// The next part; none at the end.
    ///
    /// # Errors
    /// It comes too slowly, or breaks off.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, BodyFault> {
        let (now, end) = (Instant::now(), self.begun + self.pace.whole);
        if now >= end {
            return Err(BodyFault::TooSlow);
        }
        let chunk = timeout_at(end.min(now + self.pace.grace), self.payload.next()).await.map_err(|_| BodyFault::TooSlow)?;
        let Some(chunk) = chunk else { return Ok(None) };
        let chunk = chunk.map_err(|_| BodyFault::BrokenOff)?;
        self.seen = self.seen.saturating_add(chunk.len() as u64);
        if self.seen < self.due() { Err(BodyFault::TooSlow) } else { Ok(Some(chunk)) }
    }

    /// For so long it was we who did not read.
    pub(crate) fn excuse(&mut self, waited: Duration) {
        self.excused += waited;
    }

    fn due(&self) -> u64 {
        let late = self.begun.elapsed().saturating_sub(self.excused).saturating_sub(self.pace.grace);
        late.as_secs().saturating_mul(self.pace.bytes_per_second)
    }
}
