//! Signing in with tokens at a real Dovecot that asks a token server about each.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use followup_app::App;
use followup_domain::mail::mailbox_health::MailboxTrouble;
use followup_imap::{Backoff, ImapConfig, ImapLogin, ImapPoller, ImapTls, PollError, Stop};
use followup_oauth::{CurrentSecret, Grant, OauthConfig, TokenSource};
use followup_testkit::fakes::ManualClock;
use followup_testkit::rigs::mail::MailRig;
use followup_testkit::rigs::proxy::FaultyProxy;
use followup_testkit::rigs::tokens::{Answer, TokenServer};
use support::{LIMIT, config, eventually, health, mail, service, subjects};

/// A mailbox that is read with tokens.
struct Desk {
    server: TokenServer,
    rig: MailRig,
    clock: Arc<ManualClock>,
    followup: App,
    config: ImapConfig,
}

impl Desk {
    fn new() -> Self {
        let server = TokenServer::start("pv@vigia.test");
        let rig = MailRig::start_with_tokens(&server);
        let clock = Arc::new(ManualClock::default());
        let oauth = OauthConfig {
            token_url: server.url(),
            ca_pem: None,
            client_id: "app".into(),
            client_secret: Some(CurrentSecret::fixed("secreto")),
            scope: None,
            grant: Grant::RefreshToken { token: CurrentSecret::fixed("renovador"), keep_in: None },
        };
        let tokens = TokenSource::new(oauth, clock.clone()).unwrap();
        let mut config = config(rig.imaps_port, ImapTls::Implicit);
        config.user = rig.unit.address.clone();
        config.login = ImapLogin::XOauth2(Arc::new(tokens));
        config.ca_pem = Some(std::fs::read(&rig.ca_file).unwrap());
        config.reconcile_every = None;
        Self { server, rig, clock, followup: service(), config }
    }

    fn receives(&self, subject: &str) {
        self.rig.deliver("reporter@clinic.test", "pv@vigia.test", &mail(subject)).unwrap();
    }

    async fn poll(&self) -> Result<u32, PollError> {
        let report = ImapPoller::new(self.config.clone(), self.followup.clone())?.poll_once(&Stop::new()).await?;
        Ok(report.stored)
    }

    /// The last trouble, and whether a person is called.
    fn trouble(&self) -> (Option<MailboxTrouble>, bool) {
        let health = health(&self.followup, &self.config).unwrap();
        (health.last_error, health.alarm_since.is_some())
    }
}

#[tokio::test]
async fn a_good_token_reads_and_an_expired_one_is_renewed_at_once() {
    let desk = Desk::new();
    desk.receives("uno");
    desk.rig.wait_for_mail(&desk.rig.unit, 1, LIMIT);
    assert_eq!(desk.poll().await.unwrap(), 1);
    desk.poll().await.unwrap();
    assert_eq!(desk.server.requests().len(), 1, "the token is kept");
    desk.server.expire_all();
    desk.poll().await.unwrap();
    assert_eq!(desk.server.requests().len(), 2);
    assert_eq!(desk.trouble(), (None, false));
}

#[tokio::test]
async fn a_forged_token_raises_the_alarm_and_does_not_show() {
    let desk = Desk::new();
    desk.server.always(Answer::Forged);
    let error = desk.poll().await.unwrap_err();
    assert_eq!(error.to_string(), "LOGIN: refused by the server: [AUTHENTICATIONFAILED] Authentication failed.");
    assert_eq!(desk.server.requests().len(), 1, "a new token that is refused is not asked for again at once");
    assert_eq!(desk.trouble(), (Some(MailboxTrouble::SignIn), true));
    desk.server.always(Answer::Token(3600));
    desk.poll().await.unwrap();
    assert!(!desk.trouble().1);
}

#[tokio::test]
async fn what_the_token_endpoint_refuses_is_an_alarm_and_one_that_is_away_is_none() {
    let mut desk = Desk::new();
    desk.server.close();
    let error = desk.poll().await.unwrap_err();
    assert_eq!(error.to_string(), "LOGIN: OAuth2: el servidor de autorización no se puede alcanzar");
    assert_eq!(desk.trouble(), (Some(MailboxTrouble::Unreachable), false));
    desk.server.open();
    desk.server.next(&[Answer::Error(400, "invalid_grant")]);
    let error = desk.poll().await.unwrap_err().to_string();
    assert!(error.contains("OAUTH_REFRESH_TOKEN") && !error.contains("renovador"), "{error}");
    assert_eq!(desk.trouble(), (Some(MailboxTrouble::SignIn), true));
    desk.poll().await.unwrap();
    assert!(!desk.trouble().1, "the alarm ends with the refusal");
}

#[tokio::test]
async fn a_token_that_expires_while_mail_is_waited_for_costs_no_mail() {
    let mut desk = Desk::new();
    let proxy = FaultyProxy::start(desk.rig.imaps_port);
    desk.config.port = proxy.port;
    (desk.config.poll_interval, desk.config.idle_renewal) = (LIMIT * 100, Some(LIMIT * 20));
    desk.config.backoff = Backoff { first: Duration::from_millis(5), cap: Duration::from_millis(20) };
    let stop = Stop::new();
    let daemon = tokio::spawn({
        let (poller, stop) = (ImapPoller::new(desk.config.clone(), desk.followup.clone()).unwrap(), stop.clone());
        async move { poller.run(&stop).await }
    });
    desk.receives("uno");
    eventually("the first mail is stored", || subjects(&desk.followup).len() == 1).await;
    // The session lives on while its token dies.
    desk.server.expire_all();
    desk.receives("dos");
    eventually("the second mail is stored", || subjects(&desk.followup).len() == 2).await;
    assert_eq!(desk.server.requests().len(), 1);
    // As a provider does when the token's time is over.
    proxy.cut();
    desk.receives("tres");
    eventually("the third mail is stored", || subjects(&desk.followup).len() == 3).await;
    assert_eq!(desk.server.requests().len(), 2, "the server refused the dead token, and a new one was fetched");
    // This time the clock says so: the dead token is not even presented.
    let asked = desk.server.introspections();
    desk.clock.advance(TimeDelta::hours(1));
    desk.server.expire_all();
    proxy.cut();
    desk.receives("cuatro");
    eventually("the fourth mail is stored", || subjects(&desk.followup).len() == 4).await;
    assert_eq!((desk.server.requests().len(), desk.server.introspections()), (3, asked + 1));
    assert_eq!(desk.trouble(), (None, false));
    stop.request();
    tokio::time::timeout(LIMIT, daemon).await.unwrap().unwrap();
}
