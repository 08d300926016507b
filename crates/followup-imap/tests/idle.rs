//! Waiting for the server to announce mail: what is announced is taken at once, and nobody is waited for who is not there.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::LazyLock;
use std::time::Duration;

use followup_app::App;
use followup_imap::{Backoff, ImapConfig, ImapPoller, ImapTls, Stop};
use followup_testkit::rigs::mail::MailRig;
use followup_testkit::rigs::proxy::FaultyProxy;
use support::imap_client::Person;
use support::scripted_server::{Answer, Script, ScriptedServer, body};
use support::{LIMIT, config, eventually, mail, password, service, subjects};
use tokio::task::JoinHandle;

static RIG: LazyLock<MailRig> = LazyLock::new(MailRig::start);

const DATE: &str = "17-Jul-2024 10:00:00 -0500";
const NEVER: Duration = Duration::from_secs(1_000_000);
const OFFERS_IDLE: Answer = Answer::Lines(&["* CAPABILITY IMAP4rev1 IDLE UIDPLUS"]);

/// A daemon that nothing but IDLE wakes.
struct Daemon {
    followup: App,
    stop: Stop,
    task: JoinHandle<()>,
}

fn start(config: ImapConfig) -> Daemon {
    let (followup, stop) = (service(), Stop::new());
    let task = tokio::spawn({
        let (poller, stop) = (ImapPoller::new(config, followup.clone()).unwrap(), stop.clone());
        async move { poller.run(&stop).await }
    });
    Daemon { followup, stop, task }
}

impl Daemon {
    async fn has_stored(&self, count: usize) {
        eventually("the mail is stored", || subjects(&self.followup).len() >= count).await;
    }

    async fn ends(self) -> Vec<String> {
        self.stop.request();
        tokio::time::timeout(LIMIT, self.task).await.unwrap().unwrap();
        subjects(&self.followup)
    }
}

fn patient(mut config: ImapConfig) -> ImapConfig {
    (config.poll_interval, config.idle_renewal, config.reconcile_every) = (NEVER, Some(NEVER), None);
    config.backoff = Backoff { first: Duration::from_millis(5), cap: Duration::from_millis(20) };
    config
}

/// A mailbox of the real server, read through a proxy.
fn mailbox(name: &str) -> (Person, FaultyProxy, ImapConfig) {
    let mut person = Person::sign_in(RIG.imap_port, &RIG.unit.address, &RIG.unit.password);
    person.create(name);
    let proxy = FaultyProxy::start(RIG.imaps_port);
    let mut config = patient(config(proxy.port, ImapTls::Implicit));
    config.user = RIG.unit.address.clone();
    config.login = password(&RIG.unit.password);
    config.ca_pem = Some(std::fs::read(&RIG.ca_file).unwrap());
    config.mailbox = name.into();
    (person, proxy, config)
}

#[tokio::test]
async fn mail_that_the_server_announces_is_taken_at_once() {
    let (mut person, proxy, config) = mailbox("Anunciados");
    let daemon = start(config);
    for (number, subject) in ["uno", "dos", "tres"].into_iter().enumerate() {
        person.append("Anunciados", DATE, &mail(subject));
        daemon.has_stored(number + 1).await;
    }
    assert_eq!(proxy.accepted(), 1);
    assert_eq!(daemon.ends().await, ["uno", "dos", "tres"]);
}

#[tokio::test]
async fn many_mails_that_arrive_while_others_are_read_are_all_taken() {
    let (mut person, _proxy, mut config) = mailbox("Muchos");
    config.limits.batch = 3;
    let daemon = start(config);
    let names: Vec<String> = (0..60).map(|number| format!("m{number}")).collect();
    tokio::task::spawn_blocking({
        let names = names.clone();
        move || names.iter().for_each(|name| person.append("Muchos", DATE, &mail(name)))
    })
    .await
    .unwrap();
    daemon.has_stored(60).await;
    assert_eq!(daemon.ends().await, names);
}

#[tokio::test]
async fn a_connection_that_died_without_a_fin_while_it_waited_is_noticed_and_replaced() {
    let (mut person, proxy, mut config) = mailbox("Muda");
    config.idle_renewal = Some(Duration::from_millis(100));
    config.timeouts.idle = Duration::from_secs(2);
    let daemon = start(config);
    person.append("Muda", DATE, &mail("uno"));
    daemon.has_stored(1).await;
    proxy.freeze();
    person.append("Muda", DATE, &mail("dos"));
    daemon.has_stored(2).await;
    assert_eq!(proxy.accepted(), 2);
    assert_eq!(daemon.ends().await, ["uno", "dos"]);
}

#[tokio::test]
async fn a_connection_that_was_cut_while_it_waited_is_replaced() {
    let (mut person, proxy, config) = mailbox("Cortada");
    let daemon = start(config);
    person.append("Cortada", DATE, &mail("uno"));
    daemon.has_stored(1).await;
    proxy.cut();
    person.append("Cortada", DATE, &mail("dos"));
    daemon.has_stored(2).await;
    assert_eq!(daemon.ends().await, ["uno", "dos"]);
}

async fn scripted(script: Script) -> (ScriptedServer, ImapConfig) {
    let server = ScriptedServer::start(script).await;
    let config = patient(config(server.port, ImapTls::None));
    (server, config)
}

const EMPTY: Answer = Answer::Lines(&["* 0 EXISTS", "* OK [UIDVALIDITY 7] stable"]);

#[tokio::test]
async fn a_mail_that_was_announced_before_the_wait_begins_is_not_waited_for() {
    let script = vec![
        ("EXAMINE", EMPTY),
        ("UID SEARCH", Answer::Lines(&["* SEARCH", "* 1 EXISTS"])),
        ("CAPABILITY", OFFERS_IDLE),
        ("UID SEARCH", Answer::Lines(&["* SEARCH 1"])),
        ("UID FETCH 1 (UID INTERNALDATE", Answer::Lines(&["* 1 FETCH (UID 1 RFC822.SIZE 100)"])),
        ("UID FETCH 1 (UID BODY.PEEK[])", body(1, &mail("uno"))),
        ("IDLE", Answer::Idle(&[])),
    ];
    let (server, config) = scripted(script).await;
    let daemon = start(config);
    daemon.has_stored(1).await;
    eventually("then it waits", || server.count("IDLE") == 1).await;
    let commands = server.commands();
    let at = |text: &str| commands.iter().position(|command| command.starts_with(text)).unwrap();
    assert!(at("UID FETCH") < at("IDLE"), "{commands:?}");
    assert_eq!(daemon.ends().await, ["uno"]);
}

#[tokio::test]
async fn what_people_do_in_the_mailbox_is_no_reason_to_look() {
    let seen_and_gone = Answer::Idle(&["* OK Still here", "* 1 FETCH (FLAGS (\\Seen))", "* 1 EXPUNGE", "* 0 EXISTS", "* 0 RECENT"]);
    let script = vec![
        ("EXAMINE", Answer::Lines(&["* 1 EXISTS", "* OK [UIDVALIDITY 7] stable"])),
        ("CAPABILITY", OFFERS_IDLE),
        ("IDLE", seen_and_gone),
    ];
    let (server, config) = scripted(script).await;
    let daemon = start(config);
    eventually("it waits", || server.count("IDLE") == 1).await;
    daemon.ends().await;
    assert_eq!(server.count("EXAMINE"), 1);
}

#[tokio::test]
async fn a_stop_ends_the_wait_as_it_should_be_ended() {
    let (server, config) = scripted(vec![("EXAMINE", EMPTY), ("CAPABILITY", OFFERS_IDLE), ("IDLE", Answer::Idle(&[]))]).await;
    let daemon = start(config);
    eventually("it waits", || server.count("IDLE") == 1).await;
    daemon.ends().await;
    let commands = server.commands();
    assert_eq!(commands[commands.len() - 2..], ["DONE", "LOGOUT"]);
}

#[tokio::test]
async fn the_wait_is_renewed_and_each_renewal_looks_into_the_mailbox() {
    let (server, mut config) = scripted(vec![("CAPABILITY", OFFERS_IDLE), ("IDLE", Answer::Idle(&[])), ("IDLE", Answer::Idle(&[]))]).await;
    config.idle_renewal = Some(Duration::from_millis(5));
    let daemon = start(config);
    eventually("it waits again", || server.count("DONE") == 2).await;
    assert!(server.count("EXAMINE") >= 2);
    assert_eq!(server.count("LOGIN"), 1);
    daemon.ends().await;
}

#[tokio::test]
async fn where_idle_is_not_offered_or_refused_the_mailbox_is_looked_into_by_the_clock() {
    let refused = vec![("CAPABILITY", OFFERS_IDLE), ("IDLE", Answer::Refuse("NO not now"))];
    let bad = vec![("CAPABILITY", OFFERS_IDLE), ("IDLE", Answer::Refuse("BAD unknown command"))];
    for script in [vec![], refused, bad] {
        let asked = script.len() / 2;
        let (server, mut config) = scripted(script).await;
        config.poll_interval = Duration::from_millis(5);
        let daemon = start(config);
        eventually("it looks again and again", || server.count("EXAMINE") >= 4).await;
        daemon.ends().await;
        assert_eq!((server.count("LOGIN"), server.count("CAPABILITY"), server.count("IDLE")), (1, 1, asked));
    }
}

#[tokio::test]
async fn a_server_that_hangs_up_whenever_it_is_waited_for_is_signed_in_to_ever_more_slowly_and_still_read() {
    let script = (0..4).flat_map(|_| [("CAPABILITY", OFFERS_IDLE), ("IDLE", Answer::HangUp("* BYE idle is not for you\r\n"))]).collect();
    let (server, config) = scripted(script).await;
    let daemon = start(config);
    eventually("it is read each time", || server.count("LOGIN") == 5 && server.count("EXAMINE") >= 5).await;
    daemon.ends().await;
}

#[tokio::test]
async fn with_idle_switched_off_nobody_is_asked_for_it() {
    let (server, mut config) = scripted(vec![]).await;
    (config.poll_interval, config.idle_renewal) = (Duration::from_millis(5), None);
    let daemon = start(config);
    eventually("it looks again and again", || server.count("EXAMINE") >= 4).await;
    daemon.ends().await;
    assert_eq!((server.count("CAPABILITY"), server.count("LOGIN")), (0, 1));
}

#[tokio::test]
async fn mail_that_only_a_comparison_saw_is_not_waited_for() {
    let script = vec![
        ("UID SEARCH", Answer::Lines(&["* SEARCH"])),
        ("UID SEARCH", Answer::Lines(&["* SEARCH 1"])),
        ("CAPABILITY", OFFERS_IDLE),
        ("UID SEARCH", Answer::Lines(&["* SEARCH 1"])),
        ("UID FETCH 1 (UID INTERNALDATE", Answer::Lines(&["* 1 FETCH (UID 1 RFC822.SIZE 100)"])),
        ("UID FETCH 1 (UID BODY.PEEK[])", body(1, &mail("uno"))),
        ("IDLE", Answer::Idle(&[])),
    ];
    let (server, mut config) = scripted(script).await;
    config.reconcile_every = Some(NEVER);
    let daemon = start(config);
    daemon.has_stored(1).await;
    eventually("then it waits", || server.count("IDLE") == 1).await;
    assert_eq!(daemon.ends().await, ["uno"]);
}

#[tokio::test]
async fn a_server_that_ends_every_wait_at_once_keeps_its_session_and_is_still_read() {
    let mut script = vec![("CAPABILITY", OFFERS_IDLE)];
    script.extend((0..4).map(|_| ("IDLE", Answer::Lines(&["+ idling"]))));
    script.push(("IDLE", Answer::Idle(&[])));
    let (server, config) = scripted(script).await;
    let daemon = start(config);
    eventually("it waits in the end", || server.count("IDLE") == 5).await;
    daemon.ends().await;
    assert_eq!((server.count("LOGIN"), server.count("EXAMINE")), (1, 5));
}

#[tokio::test]
async fn a_server_that_ends_every_wait_at_once_is_not_asked_without_end() {
    let mut script = vec![("CAPABILITY", OFFERS_IDLE)];
    script.extend((0..1000).map(|_| ("IDLE", Answer::Lines(&["+ idling"]))));
    let (server, mut config) = scripted(script).await;
    config.backoff = Backoff { first: NEVER, cap: NEVER };
    let daemon = start(config);
    eventually("it was asked", || server.count("IDLE") == 1).await;
    // Whoever looks again at once has done so many times by the time that another client has come and gone.
    let mut other = patient(support::config(server.port, ImapTls::None));
    other.mailbox = "Otro".into();
    for _ in 0..20 {
        ImapPoller::new(other.clone(), service()).unwrap().poll_once(&Stop::new()).await.unwrap();
    }
    daemon.ends().await;
    assert_eq!(server.count("IDLE"), 1);
}
