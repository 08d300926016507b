//! Mail that comes by webhook: whoever posts it must prove who it is, then it is stored as it came and understood at once.

mod authentic;
mod keep;
mod mailgun;
mod read;
pub(crate) mod room;
mod shapes;
mod worker;

use std::sync::Mutex;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

pub(crate) use self::keep::Arrived;
pub(crate) use self::mailgun::SIGNED_BY;
use self::mailgun::SpentTokens;
pub(crate) use self::read::Bounds;
use self::room::Share;
pub(crate) use self::shapes::{Fields, postmark_mail};
use self::worker::Worker;
use crate::pace::{PACE, Pace};

/// What proves that a post comes from whom we expect. What is none is not accepted.
#[derive(Clone, Default)]
pub struct EmailWebhookKeys {
    /// The key of `X-Followup-Signature`.
    pub secret: Option<String>,
    /// `user:password` of HTTP basic authentication.
    pub basic: Option<String>,
    /// Mailgun's HTTP webhook signing key.
    pub mailgun: Option<String>,
}

/// The webhook, as all workers share it.
pub struct EmailWebhook {
    keys: EmailWebhookKeys,
    /// Bytes of the largest mail.
    largest_mail: usize,
    pace: Pace,
    room_patience: Duration,
    /// Memory for bodies whose headers proved who posts.
    proven: Share,
    /// Memory for bodies that must be there before that shows: anybody can begin one.
    unproven: Share,
    spent: Mutex<SpentTokens>,
    /// Microseconds since 1970 of the last refusal that was logged.
    told_at: AtomicI64,
    worker: Worker,
}

/// So long a post waits for room.
const ROOM_PATIENCE: Duration = Duration::from_secs(20);
/// Bodies whose sender is proven take together one of so many parts of the largest mail, others as much as one; of each kind one body at a time
/// goes beyond it.
const PROVEN_PART: usize = 2;

impl EmailWebhook {
    /// The webhook for mails of up to `largest_mail` bytes; none without a key.
    pub fn new(keys: EmailWebhookKeys, largest_mail: u64) -> Option<Self> {
        if keys.secret.is_none() && keys.basic.is_none() && keys.mailgun.is_none() {
            return None;
        }
        let largest_mail = usize::try_from(largest_mail).unwrap_or(usize::MAX / 64);
        Some(Self {
            keys,
            largest_mail,
            pace: PACE,
            room_patience: ROOM_PATIENCE,
            proven: Share::new(largest_mail / PROVEN_PART),
            unproven: Share::new(largest_mail),
            spent: Mutex::default(),
            told_at: AtomicI64::new(i64::MIN),
            worker: Worker::default(),
        })
    }

    /// Less time than usual for a body to begin or go on, for room, and for all of a body; for tests.
    #[must_use]
    pub fn with_patience(mut self, grace: Duration, wait: Duration, whole: Duration) -> Self {
        self.pace = Pace { grace, whole, ..self.pace };
        self.room_patience = wait;
        self
    }

    pub(crate) fn largest_mail(&self) -> usize {
        self.largest_mail
    }
}
