//! Serving: schema, first user, background jobs, HTTP, and an orderly end.

use std::net::SocketAddr;
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, anyhow};
use chrono::TimeDelta;
use followup_access::{IssuerKeys, JwksSource, JwtSettings};
use followup_domain::user::Role;
use followup_http::{EmailWebhook, EmailWebhookKeys, HttpState, ServeOptions};
use followup_runtime::settings::{
    BackgroundJobs, HttpConfig, HttpSettings, ImapSettings, IssuerKeyConfig, JwksLocation, MailInConfig, PageConfig, PageSettings, Secret,
    WebhookConfig, WebhookSettings,
};
use followup_runtime::shutdown::Shutdown;
use followup_runtime::{descriptors, telemetry};
use followup_web::{WebOptions, WebState};
use followup_wiring::{
    FirstUser, MailSource, Service, create_first_user, is_demonstration, start_dispatching, start_fetching, start_listing_templates,
    start_sending, start_understanding, when_store_is_there,
};
use tokio::time::{Instant, timeout_at};

/// How long requests may go on after SIGTERM: a message that is being handed over takes 20 seconds at most.
const FINISH_WITHIN: Duration = Duration::from_secs(30);
/// File descriptors that are left for all that is not HTTP, beside those of the database: mail that is read and sent, letters, the log.
const RESERVED: usize = 256;
/// A connection to the database has so many files open at most (SQLite: the file, its log and its index).
const FILES_OF_A_CONNECTION: usize = 4;
/// HTTP connections at once, wherever so many descriptors are allowed.
const CONNECTIONS: std::ops::RangeInclusive<usize> = 16..=8192;
/// What the end may take beyond an answer.
const FINISH_MARGIN: Duration = Duration::from_secs(20);
/// What a request may take beyond the time that the store may take.
const ANSWER_MARGIN: Duration = Duration::from_secs(10);

pub(crate) fn serve(
    service: &Service,
    http: &HttpSettings,
    page: &PageSettings,
    imap: &ImapSettings,
    webhook: &WebhookSettings,
) -> anyhow::Result<()> {
    let config = http.resolve(&service.store_config)?;
    let page = page.resolve()?;
    let mail_in = service.mail_in(imap)?;
    let webhook = email_webhook(&webhook.resolve()?, mail_in.largest_mail);
    let jwt = jwt_settings(&config)?;
    let jwt = match &config.issuer_keys {
        Some(keys) => jwt.with_issuer_keys(issuer_keys(service, keys)?),
        None => jwt,
    };
    if config.trusts_every_tenant() {
        tracing::warn!(
            "JWT_SECRET is given and JWT_TENANT is not: whoever else signs with this key lets in users of all their organisations; set JWT_TENANT unless nobody does"
        );
    }
    let shutdown = Shutdown::on_signals()?;
    let first_user = when_store_is_there(&shutdown, || {
        prepare_schema(service)?;
        create_first_user(&service.followup, &config.admin_password)
    })?;
    let stop = shutdown.clone();
    let state = HttpState::new(service.followup.clone(), jwt).with_body_limit(config.body_limit).stopping_when(move || stop.is_triggered());
    let state = state.with_answer_limit(answer_limit(service)).with_cors_origins(config.cors_origins.clone());
    let state = state.with_providers(service.doors.clone()).with_channel_settings(service.channel_settings.clone());
    let state = match webhook {
        Some(webhook) => state.with_email_webhook(webhook),
        None => state,
    };
    let pages = web_state(service, &state, &page);
    let state = state.with_pages(pages.session_cookie(), followup_web::pages(pages));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        let options = ServeOptions { connections: connections(service), finish_within: FINISH_WITHIN, ..ServeOptions::default() };
        let served = followup_http::serve(config.addr, state, options);
        let (server, addr) = served.with_context(|| format!("HTTP_ADDR {} cannot be listened on", config.addr))?;
        let jobs = start_jobs(&service.in_background()?, &mail_in, config.background_jobs, &shutdown)?;
        greet(service, &mail_in, addr, &first_user, &page);
        let handle = server.handle();
        let (stop, limit) = (shutdown.clone(), finish_limit(service));
        let ending = tokio::spawn(async move {
            stop.triggered().await;
            let deadline = Instant::now() + limit;
            handle.stop(true).await;
            deadline
        });
        server.await?;
        shutdown.trigger();
        let deadline = ending.await.unwrap_or_else(|_| Instant::now() + limit);
        if timeout_at(deadline, jobs.finish()).await.is_err() {
            tracing::error!(
                "the background jobs still wait for the database: the process ends without them, and what they are at is found by its lease"
            );
        }
        Ok(())
    });
    // Work that waits for a silent database must not keep the process.
    runtime.shutdown_background();
    ended
}

fn web_state(service: &Service, state: &HttpState, page: &PageConfig) -> WebState {
    let settings = service.channel_settings.iter();
    let shown = settings.map(|(channel, shown)| (*channel, shown.iter().map(|setting| (setting.name, setting.value.clone())).collect()));
    let options = WebOptions {
        is_https: page.is_https(),
        origin: page.origin.clone(),
        framed_by: page.framed_by.clone(),
        is_demonstration: is_demonstration(&service.store_config),
        answer_limit: answer_limit(service),
        channel_settings: shown.collect(),
    };
    WebState::new(service.followup.clone(), state.access(), options)
}

/// As many as the process may have files open, less what its other work needs: clients that only hold connections stop no mail.
fn connections(service: &Service) -> usize {
    let others = RESERVED + FILES_OF_A_CONNECTION * usize::try_from(service.store_config.pool_size).unwrap_or(usize::MAX / 8);
    let connections = descriptors::limit().saturating_sub(others).clamp(*CONNECTIONS.start(), *CONNECTIONS.end());
    tracing::debug!(connections, "HTTP connections at once");
    connections
}

/// None when nobody may post mail.
fn email_webhook(config: &WebhookConfig, largest_mail: u64) -> Option<EmailWebhook> {
    let text = |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.expose().to_owned());
    let keys = EmailWebhookKeys { secret: text(&config.secret), basic: text(&config.basic), mailgun: text(&config.mailgun) };
    EmailWebhook::new(keys, largest_mail)
}

/// After SIGTERM, for requests and jobs together: a request's answer, and the message that is being handed over. The service manager must
/// wait longer (TimeoutStopSec).
fn finish_limit(service: &Service) -> Duration {
    answer_limit(service) + FINISH_MARGIN
}

/// Longer than a connection is waited on, and than a message takes that is sent at once.
fn answer_limit(service: &Service) -> Duration {
    service.store_config.timeout * 3 / 2 + ANSWER_MARGIN
}

/// How our own tokens are made, if there is a key, and what those of others must keep to.
pub(crate) fn jwt_settings(config: &HttpConfig) -> anyhow::Result<JwtSettings> {
    let tenant = config.jwt_tenant.clone();
    let settings = match &config.jwt_secret {
        Some(secret) => JwtSettings::new(secret.load()?.expose(), tenant),
        None => JwtSettings::without_secret(tenant),
    };
    let minutes = |count: u32| TimeDelta::minutes(count.into());
    let (lifetime, longest_lifetime) = (minutes(config.jwt_lifetime_minutes), minutes(config.jwt_longest_lifetime_minutes));
    Ok(JwtSettings { lifetime, longest_lifetime, ..settings })
}

/// The keys of another issuer's tokens; those of a key set are read now.
fn issuer_keys(service: &Service, config: &IssuerKeyConfig) -> anyhow::Result<IssuerKeys> {
    let mut keys = IssuerKeys::of(&config.issuer, &config.audience);
    if let Some(file) = &config.public_key {
        keys = keys.with_pem(&file.pem).map_err(|error| anyhow!("JWT_PUBLIC_KEY_FILE {} {error}", file.path.display()))?;
    }
    let now = followup_domain::ports::Clock::now(&*service.followup.clock);
    match &config.jwks {
        Some(JwksLocation::File(path)) => {
            let read = keys.with_jwks(JwksSource::File(path.clone()), now);
            read.map_err(|error| anyhow!("JWT_JWKS_FILE {} {error}", path.display()))
        }
        Some(JwksLocation::Url { url, ca }) => {
            let source = JwksSource::Url { url: url.clone(), ca_pem: ca.as_ref().map(|ca| ca.pem.clone()) };
            keys.with_jwks(source, now).map_err(|error| anyhow!("JWT_JWKS_CA_FILE {error}"))
        }
        None => Ok(keys),
    }
}

fn prepare_schema(service: &Service) -> anyhow::Result<()> {
    if !service.store_config.migrate_on_start {
        return service.require_current_schema();
    }
    let report = service.store.migrate()?;
    if !report.applied.is_empty() {
        tracing::info!(migrations = report.applied.len(), "schema brought up to date");
    }
    service.tell_of_standbys()
}

struct Jobs {
    threads: Vec<JoinHandle<()>>,
    mailbox: Option<tokio::task::JoinHandle<()>>,
}

impl Jobs {
    async fn finish(self) {
        if let Some(mailbox) = self.mailbox {
            // A panic was logged when it happened.
            let _ = mailbox.await;
        }
        for thread in self.threads {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

fn start_jobs(service: &Service, mail_in: &MailInConfig, jobs: BackgroundJobs, shutdown: &Shutdown) -> anyhow::Result<Jobs> {
    let mut started = Jobs { threads: Vec::new(), mailbox: None };
    if jobs != BackgroundJobs::None {
        started.threads.push(start_sending(service.followup.clone(), service.store.clone(), shutdown.clone())?);
        started.threads.push(start_understanding(service.followup.clone(), service.store.clone(), shutdown.clone())?);
        if service.followup.templates.is_some() {
            started.threads.push(start_listing_templates(service.followup.clone(), service.store.clone(), shutdown.clone())?);
        }
        // Without anybody who keeps files there is nothing to look for.
        if !service.followup.events.media().is_empty() {
            started.threads.push(start_fetching(service.followup.clone(), service.store.clone(), shutdown.clone())?);
        }
    }
    if jobs == BackgroundJobs::All {
        started.threads.push(start_dispatching(service.followup.clone(), service.store.clone(), shutdown.clone())?);
        if let Some(source) = MailSource::build(mail_in, service)? {
            started.mailbox = Some(tokio::spawn(source.run(shutdown.clone())));
        }
    }
    Ok(started)
}

/// What a person who starts it by hand needs to go on.
fn greet(service: &Service, mail_in: &MailInConfig, addr: SocketAddr, first_user: &FirstUser, page: &PageConfig) {
    if let Some(line) = how_to_sign_in(service, first_user) {
        telemetry::tell(&line);
    }
    if is_demonstration(&service.store_config) {
        let users: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
        telemetry::tell(&format!(
            "This is a demonstration: its cases are invented, and nothing leaves it. One password lets in {}",
            users.join(", ")
        ));
    }
    if !addr.ip().is_loopback() {
        tracing::warn!(
            %addr,
            "HTTP_ADDR is beyond this machine, and this program speaks plain HTTP: passwords, tokens and what the cases hold can be read on \
             the way; listen on 127.0.0.1 behind a proxy that adds HTTPS"
        );
    }
    if !page.is_https() && !addr.ip().is_loopback() {
        tracing::warn!("sessions of the page are not bound to HTTPS: set PAGE_URL to the https address at which people open it");
    }
    telemetry::tell(&format!("The page is on http://{addr}/  (for programs: http://{addr}/docs)"));
    tracing::info!(%addr, mail_out = service.mail_out.target.kind(), mail_in = mail_in.source.kind(), embedded = service.store_config.is_embedded(), "serving");
}

fn how_to_sign_in(service: &Service, first_user: &FirstUser) -> Option<String> {
    Some(match first_user {
        FirstUser::Created { password_file: Some(path) } => format!("Sign in as \"admin\"; the password is in {}", path.display()),
        FirstUser::Created { password_file: None } => "Sign in as \"admin\" with ADMIN_PASSWORD".into(),
        FirstUser::NoPassword => {
            "There are no users: create one with `api-server user add NAME --role admin`, or set ADMIN_PASSWORD".into()
        }
        FirstUser::NotNeeded if service.store_config.is_embedded() => {
            let file = service.store_config.in_var_dir("admin-password");
            format!("Sign in as \"admin\"; the password is in {} unless it was changed", file.display())
        }
        FirstUser::NotNeeded => return None,
    })
}
