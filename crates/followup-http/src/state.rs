//! What every request works with.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use followup_access::{Access, JwtSettings};
use followup_app::App;
use followup_domain::message::Channel;
use followup_domain::ports::CallbackDoor;
use followup_runtime::settings::Shown;

use crate::answer::AnswerRoom;
use crate::health_probe::{ANSWER_WITHIN, HealthProbe};
use crate::pace::{PACE, Pace};
use crate::upload::UploadRoom;
use crate::webhook::{EmailWebhook, ProviderWebhook, Worker};

/// The default of [`HttpState::with_body_limit`]: 1 MiB.
const BODY_LIMIT: usize = 1024 * 1024;
/// The default of [`HttpState::with_answer_limit`].
const ANSWER_LIMIT: Duration = Duration::from_secs(55);

/// Adds pages to what is served.
type Pages = Arc<dyn Fn(&mut web::ServiceConfig) + Send + Sync>;

/// The application as the HTTP server holds it. Cheap to clone; one is shared by all workers.
#[derive(Clone)]
pub struct HttpState {
    pub(crate) followup: App,
    pub(crate) access: Arc<Access>,
    pub(crate) body_limit: usize,
    pub(crate) pace: Pace,
    pub(crate) answers: AnswerRoom,
    pub(crate) answer_limit: Duration,
    pub(crate) probe: HealthProbe,
    pub(crate) uploads: UploadRoom,
    pub(crate) webhook: Option<Arc<EmailWebhook>>,
    pub(crate) providers: Arc<ProviderWebhook>,
    /// Understands what was posted.
    pub(crate) worker: Arc<Worker>,
    pub(crate) origins: Arc<[String]>,
    /// What is served beside the API.
    pub(crate) pages: Option<Pages>,
    /// The cookie by which pages know their sessions.
    pub(crate) session_cookie: Option<&'static str>,
    /// The settings that decide each channel.
    pub(crate) channel_settings: Arc<[(Channel, Vec<Shown>)]>,
    pub(crate) stop: Arc<dyn Fn() -> bool + Send + Sync>,
}

impl HttpState {
    /// The application behind its tokens.
    pub fn new(followup: App, jwt: JwtSettings) -> Self {
        Self {
            access: Arc::new(Access::new(followup.clone(), jwt)),
            followup,
            body_limit: BODY_LIMIT,
            pace: PACE,
            answers: AnswerRoom::new(),
            answer_limit: ANSWER_LIMIT,
            probe: HealthProbe::new(ANSWER_WITHIN),
            uploads: UploadRoom::new(),
            webhook: None,
            providers: Arc::default(),
            worker: Arc::default(),
            origins: Arc::default(),
            pages: None,
            session_cookie: None,
            channel_settings: Arc::default(),
            stop: Arc::new(|| false),
        }
    }

    /// Longer JSON bodies are refused with 413; in bytes.
    #[must_use]
    pub fn with_body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Less time than usual for a body to begin or go on, and for all of it; for tests.
    #[must_use]
    pub fn with_body_patience(mut self, grace: Duration, whole: Duration) -> Self {
        self.pace = Pace { grace, whole, ..self.pace };
        self
    }

    /// A request that took so long is answered with 503, whatever becomes of its work: the store does not answer.
    #[must_use]
    pub fn with_answer_limit(mut self, limit: Duration) -> Self {
        self.answer_limit = limit;
        self
    }

    /// So long a large answer waits for room before the client is told to come again; for tests.
    #[must_use]
    pub fn with_answer_patience(mut self, patience: Duration) -> Self {
        self.answers = self.answers.with_patience(patience);
        self
    }

    /// `/readyz` and `/metrics` wait so long for the store; 5 seconds unless told.
    #[must_use]
    pub fn with_health_limit(mut self, limit: Duration) -> Self {
        self.probe = HealthProbe::new(limit);
        self
    }

    /// Mail is taken by webhook; unless told, it is not.
    #[must_use]
    pub fn with_email_webhook(mut self, webhook: EmailWebhook) -> Self {
        self.webhook = Some(Arc::new(webhook));
        self
    }

    /// Calls of these providers are taken; unless told, none are.
    #[must_use]
    pub fn with_providers(mut self, doors: Vec<Arc<dyn CallbackDoor>>) -> Self {
        self.providers = Arc::new(ProviderWebhook::new(doors));
        self
    }

    /// Pages are served beside the API, under its log and its limits; where both have a path, theirs answers. Whoever has
    /// one of their sessions, in this cookie, may look at what the API gives.
    #[must_use]
    pub fn with_pages(mut self, session_cookie: &'static str, pages: impl Fn(&mut web::ServiceConfig) + Send + Sync + 'static) -> Self {
        self.pages = Some(Arc::new(pages));
        self.session_cookie = Some(session_cookie);
        self
    }

    /// The door: one for all faces of a process.
    pub fn access(&self) -> Arc<Access> {
        self.access.clone()
    }

    /// Pages of these origins may call the API from a browser; unless told, none may.
    #[must_use]
    pub fn with_cors_origins(mut self, origins: Vec<String>) -> Self {
        self.origins = origins.into();
        self
    }

    /// The settings that decide each channel, as an administrator sees them.
    #[must_use]
    pub fn with_channel_settings(mut self, settings: Vec<(Channel, Vec<Shown>)>) -> Self {
        self.channel_settings = settings.into();
        self
    }

    /// Long runs (the dispatcher's) end early when `stop` says so: the process is shutting down.
    #[must_use]
    pub fn stopping_when(mut self, stop: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        self.stop = Arc::new(stop);
        self
    }
}
