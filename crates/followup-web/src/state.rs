//! What every page works with.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use chrono_tz::Tz;
use followup_access::{Access, PLAIN_COOKIE, SECURE_COOKIE};
use followup_answers::Refusal;
use followup_app::App;
use followup_domain::message::Channel;

use crate::render::Templates;
use crate::show::when::Reading;

/// The settings that decide each channel, as an administrator sees them: a variable and its value, of a secret a mask; none where it is not set.
pub type ChannelSettings = Vec<(Channel, Vec<(&'static str, Option<String>)>)>;

/// What the deployment decides of the pages. It does not show itself: addresses and numbers stand among the settings.
#[derive(Clone)]
pub struct WebOptions {
    /// People reach the service by HTTPS: session cookies are sent by nothing else.
    pub is_https: bool,
    /// The origin at which people open the page, where it is known; else it is that of the `Host` they ask for.
    pub origin: Option<String>,
    /// Origins whose pages may frame the follow-up of a case and sign in by their token, as browsers write an origin (RFC 6454 §6.2).
    pub framed_by: Vec<String>,
    /// The store is full of invented cases, and each page says so.
    pub is_demonstration: bool,
    /// A page whose data take longer is answered with 503.
    pub answer_limit: Duration,
    /// Shown to whoever administers.
    pub channel_settings: ChannelSettings,
}

impl WebOptions {
    /// The cookie of sessions.
    pub fn session_cookie(&self) -> &'static str {
        if self.is_https { SECURE_COOKIE } else { PLAIN_COOKIE }
    }
}

impl Default for WebOptions {
    fn default() -> Self {
        Self {
            is_https: false,
            origin: None,
            framed_by: Vec::new(),
            is_demonstration: false,
            answer_limit: Duration::from_secs(55),
            channel_settings: Vec::new(),
        }
    }
}

/// The application as the pages hold it. Cheap to clone; one is shared by all workers.
#[derive(Clone)]
pub struct WebState {
    pub(crate) app: App,
    pub(crate) access: Arc<Access>,
    pub(crate) options: Arc<WebOptions>,
    pub(crate) templates: Arc<Templates>,
}

impl WebState {
    /// The application behind its door.
    pub fn new(app: App, access: Arc<Access>, options: WebOptions) -> Self {
        Self { app, access, options: Arc::new(options), templates: Arc::new(Templates::new()) }
    }

    /// The cookie of sessions.
    pub fn session_cookie(&self) -> &'static str {
        self.options.session_cookie()
    }

    /// The zone in which people read dates.
    pub(crate) fn zone(&self) -> Tz {
        self.app.policy.zone
    }

    /// Waits for the door no longer than for a use case.
    ///
    /// # Errors
    /// Its own; unavailable where the store stays silent.
    pub(crate) async fn within_limit<T, E: Into<Refusal>>(&self, work: impl Future<Output = Result<T, E>>) -> Result<T, Refusal> {
        match tokio::time::timeout(self.options.answer_limit, work).await {
            Ok(answer) => answer.map_err(Into::into),
            Err(_) => Err(self.silent()),
        }
    }

    fn silent(&self) -> Refusal {
        Refusal::StoreUnavailable(format!("no answer within {} s", self.options.answer_limit.as_secs()))
    }

    /// How people read instants now.
    pub(crate) fn reading(&self) -> Reading {
        Reading { zone: self.zone(), now: self.app.clock.now() }
    }

    /// Runs use cases on the blocking pool.
    ///
    /// # Errors
    /// Their own; unavailable where the store stays silent.
    pub(crate) async fn ask<T, E>(&self, work: impl FnOnce(&App) -> Result<T, E> + Send + 'static) -> Result<T, Refusal>
    where
        T: Send + 'static,
        E: Into<Refusal> + Send + 'static,
    {
        let app = self.app.clone();
        match tokio::time::timeout(self.options.answer_limit, web::block(move || work(&app))).await {
            Ok(Ok(result)) => result.map_err(Into::into),
            Ok(Err(_)) => Err(Refusal::Internal("the use case panicked or the server is stopping".into())),
            Err(_) => Err(self.silent()),
        }
    }
}
