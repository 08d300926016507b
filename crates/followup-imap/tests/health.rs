//! What is kept of how a mailbox is read, and that trouble ends without a restart.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use followup_app::App;
use followup_domain::mail::mailbox_health::MailboxTrouble;
use followup_domain::ports::Clock;
use followup_imap::{Backoff, CurrentSecret, ImapConfig, ImapPoller, ImapTls, Stop};
use followup_testkit::fakes::ManualClock;
use followup_testkit::rigs::mail::MailRig;
use followup_testkit::rigs::proxy::FaultyProxy;
use support::imap_client::Person;
use support::scripted_server::{Answer, ScriptedServer};
use support::{LIMIT, config, eventually, health, mail, password, service, subjects};

static RIG: LazyLock<MailRig> = LazyLock::new(MailRig::start);

const DATE: &str = "17-Jul-2024 10:00:00 -0500";

fn impatient(mut config: ImapConfig) -> ImapConfig {
    config.backoff = Backoff { first: Duration::from_millis(5), cap: Duration::from_millis(20) };
    (config.poll_interval, config.reconcile_every) = (Duration::from_millis(5), None);
    config
}

/// The service with a clock that the test holds.
fn service_with_clock() -> (App, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::default());
    let mut followup = service();
    followup.clock = clock.clone();
    (followup, clock)
}

async fn look(followup: &App, config: &ImapConfig) {
    let _ = ImapPoller::new(config.clone(), followup.clone()).unwrap().poll_once(&Stop::new()).await;
}

#[tokio::test]
async fn an_expired_password_raises_the_alarm_at_once_and_a_new_one_is_used_without_a_restart() {
    let account = &RIG.away;
    let mut person = Person::sign_in(RIG.imap_port, &account.address, &account.password);
    person.append("INBOX", DATE, &mail("uno"));
    let known = Arc::new(Mutex::new(account.password.clone()));
    let mut config = impatient(config(RIG.imaps_port, ImapTls::Implicit));
    config.user = account.address.clone();
    config.login = password(&account.password);
    config.ca_pem = Some(std::fs::read(&RIG.ca_file).unwrap());
    config.current_secret = Some(CurrentSecret::new({
        let known = known.clone();
        move || Some(known.lock().unwrap().clone())
    }));
    // Sessions end, so that the password is asked for again.
    let proxy = FaultyProxy::start(RIG.imaps_port);
    config.port = proxy.port;
    let (followup, stop) = (service(), Stop::new());
    let daemon = tokio::spawn({
        let (poller, stop) = (ImapPoller::new(config.clone(), followup.clone()).unwrap(), stop.clone());
        async move { poller.run(&stop).await }
    });
    eventually("it is read", || health(&followup, &config).is_some_and(|health| health.last_success_at.is_some())).await;

    RIG.set_password(account, "renovada");
    // Dovecot looks at its list of users once a second: until it has, the password of before is good for another session.
    let expired = async {
        let direct = ImapConfig { port: RIG.imaps_port, ..config.clone() };
        while ImapPoller::new(direct.clone(), service()).unwrap().poll_once(&Stop::new()).await.is_ok() {}
    };
    tokio::time::timeout(LIMIT, expired).await.unwrap();
    proxy.cut();
    eventually("the alarm is raised", || health(&followup, &config).is_some_and(|health| health.alarm_since.is_some())).await;
    let ill = health(&followup, &config).unwrap();
    assert_eq!(ill.last_error, Some(MailboxTrouble::SignIn));
    assert!(ill.last_success_at.is_some() && ill.failing_since.is_some());
    person.append("INBOX", DATE, &mail("dos"));

    *known.lock().unwrap() = "renovada".into();
    eventually("the alarm is over", || health(&followup, &config).is_some_and(|health| health.alarm_since.is_none())).await;
    eventually("what came meanwhile is stored", || subjects(&followup).len() == 2).await;
    stop.request();
    tokio::time::timeout(LIMIT, daemon).await.unwrap().unwrap();
    assert_eq!(subjects(&followup), ["uno", "dos"]);
}

#[tokio::test]
async fn a_server_that_is_away_is_an_alarm_only_when_it_lasts() {
    let (followup, clock) = service_with_clock();
    let proxy = FaultyProxy::start(RIG.imap_port);
    proxy.refuse(true);
    let config = impatient(config(proxy.port, ImapTls::None));
    look(&followup, &config).await;
    let began = clock.now();
    let ill = health(&followup, &config).unwrap();
    assert_eq!((ill.last_error, ill.failing_since, ill.alarm_since), (Some(MailboxTrouble::Unreachable), Some(began), None));
    clock.advance(TimeDelta::minutes(14));
    look(&followup, &config).await;
    assert_eq!(health(&followup, &config).unwrap().alarm_since, None);
    clock.advance(TimeDelta::minutes(1));
    look(&followup, &config).await;
    let ill = health(&followup, &config).unwrap();
    assert_eq!((ill.failing_since, ill.alarm_since, ill.last_error_at), (Some(began), Some(clock.now()), Some(clock.now())));
    proxy.refuse(false);
    let server = ScriptedServer::start(vec![]).await;
    look(&followup, &ImapConfig { port: server.port, ..config.clone() }).await;
    let well = health(&followup, &config).unwrap();
    assert_eq!((well.failing_since, well.alarm_since, well.last_success_at), (None, None, Some(clock.now())));
    assert_eq!(well.last_error, Some(MailboxTrouble::Unreachable));
}

#[tokio::test]
async fn trouble_that_needs_a_person_is_an_alarm_at_once_and_names_nothing_but_its_kind() {
    let refuse = |command| vec![(command, Answer::Refuse("NO [X] pv@vigia.test is not welcome"))];
    for (command, kind) in [("LOGIN", MailboxTrouble::SignIn), ("EXAMINE", MailboxTrouble::Mailbox)] {
        let server = ScriptedServer::start(refuse(command)).await;
        let followup = service();
        let config = impatient(config(server.port, ImapTls::None));
        look(&followup, &config).await;
        let ill = health(&followup, &config).unwrap();
        assert_eq!((ill.last_error, ill.alarm_since), (Some(kind), Some(followup.clock.now())));
        assert!(kind.as_str().chars().all(|c| c.is_ascii_lowercase() || c == '_'));
    }
}

#[tokio::test]
async fn a_look_that_was_stopped_says_nothing_of_the_mailbox() {
    let server = ScriptedServer::start(vec![]).await;
    let (followup, stop) = (service(), Stop::new());
    stop.request();
    let config = impatient(config(server.port, ImapTls::None));
    ImapPoller::new(config.clone(), followup.clone()).unwrap().poll_once(&stop).await.unwrap();
    assert_eq!(health(&followup, &config), None);
}
