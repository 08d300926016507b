//! Mail that comes by webhook: whoever posts it must prove who it is, then it is stored as it came and understood at once.

mod authentic;
mod keep;
mod mailgun;
mod read;
mod shapes;

use std::sync::atomic::{AtomicBool, AtomicI64};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Semaphore;

pub(crate) use self::keep::Arrived;
use self::mailgun::SpentTokens;
pub(crate) use self::shapes::{Fields, postmark_mail};

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
    /// Kibibytes that bodies may take in memory.
    room: Arc<Semaphore>,
    all_room: usize,
    spent: Mutex<SpentTokens>,
    /// Microseconds since 1970 of the last refusal that was logged.
    told_at: AtomicI64,
    is_understanding: AtomicBool,
    is_more: AtomicBool,
}

/// How slowly a body may come.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// For this long it may come as it likes, or not at all.
    grace: Duration,
    /// Then so many bytes must have come for each second.
    bytes_per_second: u64,
    /// So long a post waits for room.
    wait: Duration,
}

const PACE: Pace = Pace { grace: Duration::from_secs(15), bytes_per_second: 16 * 1024, wait: Duration::from_secs(20) };
/// So many of the largest mails may be in memory at once, each as often as it is copied.
const AT_ONCE: usize = 4;

impl EmailWebhook {
    /// The webhook for mails of up to `largest_mail` bytes; none without a key.
    pub fn new(keys: EmailWebhookKeys, largest_mail: u64) -> Option<Self> {
        if keys.secret.is_none() && keys.basic.is_none() && keys.mailgun.is_none() {
            return None;
        }
        let largest_mail = usize::try_from(largest_mail).unwrap_or(usize::MAX / 64);
        let all_room = (AT_ONCE * largest_mail / 1024).clamp(1024, Semaphore::MAX_PERMITS);
        Some(Self {
            keys,
            largest_mail,
            pace: PACE,
            room: Arc::new(Semaphore::new(all_room)),
            all_room,
            spent: Mutex::default(),
            told_at: AtomicI64::new(i64::MIN),
            is_understanding: AtomicBool::new(false),
            is_more: AtomicBool::new(false),
        })
    }

    /// A body of a post that must come faster than usual, for tests.
    #[must_use]
    pub fn with_patience(mut self, grace: Duration, wait: Duration) -> Self {
        self.pace = Pace { grace, wait, ..self.pace };
        self
    }

    pub(crate) fn largest_mail(&self) -> usize {
        self.largest_mail
    }
}
