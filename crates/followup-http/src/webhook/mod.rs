//! What is posted to us, mail and providers' calls: whoever posts must prove who it is, then it is stored as it came and understood at once.

mod authentic;
mod keep;
mod mailgun;
mod provider;
mod read;
pub(crate) mod room;
mod shapes;
mod worker;

use std::sync::Mutex;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::Payload;

use self::authentic::Refusals;
pub(crate) use self::keep::Arrived;
pub(crate) use self::mailgun::SIGNED_BY;
use self::mailgun::SpentTokens;
pub(crate) use self::provider::ProviderWebhook;
use self::read::Intake;
pub(crate) use self::read::{Body, Bounds};
pub(crate) use self::shapes::{Fields, postmark_mail};
pub(crate) use self::worker::Worker;
use crate::errors::ApiError;

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
    intake: Intake,
    spent: Mutex<SpentTokens>,
    refusals: Refusals,
}

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
            intake: Intake::new(largest_mail / PROVEN_PART, largest_mail),
            spent: Mutex::default(),
            refusals: Refusals::of("the e-mail webhook"),
        })
    }

    /// Less time than usual for a body to begin or go on, for room, and for all of a body; for tests.
    #[must_use]
    pub fn with_patience(mut self, grace: Duration, wait: Duration, whole: Duration) -> Self {
        self.intake.be_patient(grace, wait, whole);
        self
    }

    /// Reads a body; every part of it is shown to `see`.
    ///
    /// # Errors
    /// No room within the time, a body that comes too slowly, breaks off, or does not end.
    pub(crate) async fn read(
        &self,
        request: &HttpRequest,
        payload: Payload,
        bounds: Bounds,
        see: impl FnMut(&[u8]),
    ) -> Result<Body, ApiError> {
        self.intake.read(request, payload, bounds, see).await
    }

    pub(crate) fn largest_mail(&self) -> usize {
        self.largest_mail
    }
}
