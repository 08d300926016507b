//! Mail that cannot be had, or cannot be understood, does not stop the next one, and nothing of it is lost.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use followup_app::App;
use followup_domain::mail::inbound::{InboundState, MailReader, ParsedMail, ShownHtml, UnfetchedMail, UnreadableMail};
use followup_imap::{Backoff, ImapConfig, ImapPoller, ImapTls, PollError, PollReport, Stage, Stop};
use followup_testkit::rigs::mail::MailRig;
use support::imap_client::Person;
use support::scripted_server::{Answer, Script, ScriptedServer, body};
use support::{config, cursor, eventually, mail, password, quarantined, service, stored, subject_of, subjects};

static RIG: LazyLock<MailRig> = LazyLock::new(MailRig::start);

const DATE: &str = "17-Jul-2024 10:00:00 -0500";
const TWO: Answer = Answer::Lines(&["* SEARCH 1 2"]);
const ENVELOPES: Answer = Answer::Lines(&[
    "* 1 FETCH (UID 1 INTERNALDATE \"17-Jul-2024 10:00:00 +0000\" RFC822.SIZE 100)",
    "* 2 FETCH (UID 2 INTERNALDATE \"17-Jul-2024 10:00:01 +0000\" RFC822.SIZE 100)",
]);
const LIST: &str = "UID FETCH 1,2 (UID INTERNALDATE";
const BODY_1: &str = "UID FETCH 1 (UID BODY.PEEK[])";
const BODY_2: &str = "UID FETCH 2 (UID BODY.PEEK[])";
const THERE: (&str, Answer) = ("UID SEARCH UID 1", Answer::Lines(&["* SEARCH 1"]));

/// A look over a mailbox of two mails whose first one is answered like this.
fn refusing(answer: Answer) -> Script {
    vec![("UID SEARCH UID 1:*", TWO), (LIST, ENVELOPES), (BODY_1, answer), THERE]
}

fn clear_text(server: &ScriptedServer) -> ImapConfig {
    let mut config = config(server.port, ImapTls::None);
    config.backoff = Backoff { first: Duration::from_millis(1), cap: Duration::from_millis(5) };
    (config.poll_interval, config.reconcile_every) = (Duration::from_millis(5), None);
    (config.limits.refusals, config.limits.losses) = (3, 4);
    config
}

async fn look(followup: &App, config: &ImapConfig) -> Result<PollReport, PollError> {
    ImapPoller::new(config.clone(), followup.clone()).unwrap().poll_once(&Stop::new()).await
}

#[tokio::test]
async fn a_mail_that_is_refused_again_and_again_is_quarantined_without_bytes_and_the_next_one_is_read() {
    let nil = || Answer::Lines(&["* 1 FETCH (UID 1 BODY[] NIL)"]);
    let no = || Answer::Refuse("NO [SERVERBUG] Internal error");
    let nothing = || Answer::Lines(&[]);
    let empty = || Answer::Lines(&["* 1 FETCH (UID 1 BODY[] \"\")"]);
    let empty_literal = || Answer::Lines(&["* 1 FETCH (UID 1 BODY[] {0}", ")"]);
    // Of the 100 bytes that were announced.
    let beginning = || body(1, b"Subject: uno\r\n\r\nResp");
    for answer in [nil, no, nothing, empty, empty_literal, beginning] as [fn() -> Answer; 6] {
        let mut script: Script = (0..3).flat_map(|_| refusing(answer())).collect();
        script.push((BODY_2, body(2, &mail("dos"))));
        let server = ScriptedServer::start(script).await;
        let (followup, config) = (service(), clear_text(&server));
        for _ in 0..2 {
            assert_eq!(look(&followup, &config).await.unwrap_err().stage, Stage::Fetch(1));
            assert_eq!(cursor(&followup, &config), None);
        }
        let report = look(&followup, &config).await.unwrap();
        assert_eq!((report.withheld, report.stored), (1, 1));
        assert_eq!(cursor(&followup, &config).unwrap().last_uid, 2);
        let quarantine = quarantined(&followup);
        assert_eq!((quarantine.len(), quarantine[0].position.uid, quarantine[0].raw_id), (1, Some((7, 1)), None));
        let reason = quarantine[0].reason.as_deref().unwrap();
        assert!(reason.starts_with("el servidor de correo nombra este mensaje pero"), "{reason}");
        assert_eq!(quarantine[0].arrived_at.to_rfc3339(), "2024-07-17T10:00:00+00:00");
    }
}

#[tokio::test]
async fn two_mails_that_are_given_empty_are_two_in_the_quarantine_and_both_are_read_later() {
    let empty = |uid| body(uid, b"");
    let mut script = refusing(empty(1));
    script.extend([(BODY_2, empty(2)), ("UID SEARCH UID 2", Answer::Lines(&["* SEARCH 2"]))]);
    let server = ScriptedServer::start(script).await;
    let (followup, mut config) = (service(), clear_text(&server));
    config.limits.refusals = 1;
    assert_eq!(look(&followup, &config).await.unwrap().withheld, 2);
    assert_eq!(quarantined(&followup).iter().filter(|mail| mail.raw_id.is_none()).count(), 2);

    let one = |uid| if uid == 1 { "UID FETCH 1 (UID INTERNALDATE" } else { "UID FETCH 2 (UID INTERNALDATE" };
    let script = vec![(one(1), ENVELOPES), (BODY_1, body(1, &mail("uno"))), (one(2), ENVELOPES), (BODY_2, body(2, &mail("dos")))];
    config.port = ScriptedServer::start(script).await.port;
    ImapPoller::new(config, followup.clone()).unwrap().reconcile_once(&Stop::new()).await.unwrap();
    assert_eq!((subjects(&followup), quarantined(&followup).len()), (vec!["uno".into(), "dos".into()], 0));
}

#[tokio::test]
async fn a_mail_above_the_limit_whose_header_section_is_given_empty_is_not_stored() {
    let big = Answer::Lines(&["* 1 FETCH (UID 1 INTERNALDATE \"17-Jul-2024 10:00:00 +0000\" RFC822.SIZE 50000000)"]);
    let empty = Answer::Lines(&["* 1 FETCH (UID 1 BODY[HEADER] \"\")"]);
    let header = ("UID FETCH 1 (UID BODY.PEEK[HEADER])", empty);
    let one = Answer::Lines(&["* SEARCH 1"]);
    let server = ScriptedServer::start(vec![("UID SEARCH UID 1:*", one), ("UID FETCH 1 (UID INTERNALDATE", big), header, THERE]).await;
    let (followup, config) = (service(), clear_text(&server));
    assert_eq!(look(&followup, &config).await.unwrap_err().stage, Stage::Fetch(1));
    assert_eq!((cursor(&followup, &config), stored(&followup).len()), (None, 0));
}

#[tokio::test]
async fn a_mail_whose_size_is_off_by_its_line_ends_is_stored() {
    let script =
        vec![("UID SEARCH UID 1:*", TWO), (LIST, ENVELOPES), (BODY_1, body(1, &mail("uno")[..99])), (BODY_2, body(2, &mail("dos")))];
    let server = ScriptedServer::start(script).await;
    assert_eq!(look(&service(), &clear_text(&server)).await.unwrap().stored, 2);
}

#[tokio::test]
async fn a_mail_over_which_the_connection_is_lost_every_time_is_quarantined_and_the_next_one_is_read() {
    let unreadable = || Answer::Bytes(b"* 1 FETCH (UID 1 BODY[] secreto\r\n".to_vec());
    let half = || Answer::HangUp("* 1 FETCH (UID 1 BODY[] {100}\r\nSubject: half");
    let farewell = || Answer::HangUp("* BYE FETCH failed\r\n");
    for (answer, times) in [(half, 3), (unreadable, 3), (farewell, 3)] as [(fn() -> Answer, usize); 3] {
        let mut script: Script = (0..times).flat_map(|_| refusing(answer()).into_iter().take(3)).collect();
        script.extend([("UID SEARCH UID 2:*", Answer::Lines(&["* SEARCH 2"])), ("UID FETCH 2 (UID INTERNALDATE", ENVELOPES)]);
        script.push((BODY_2, body(2, &mail("dos"))));
        let server = ScriptedServer::start(script).await;
        let (followup, config) = (service(), clear_text(&server));
        for _ in 0..times {
            assert_eq!(quarantined(&followup).len(), 0);
            assert_eq!(look(&followup, &config).await.unwrap_err().stage, Stage::Fetch(1));
        }
        assert_eq!((quarantined(&followup).len(), cursor(&followup, &config).unwrap().last_uid), (1, 1));
        assert_eq!(look(&followup, &config).await.unwrap().stored, 1);
        assert_eq!(cursor(&followup, &config).unwrap().last_uid, 2);
    }
}

#[tokio::test]
async fn the_mail_behind_one_over_which_the_connection_is_lost_is_read_first_and_then_that_one_is_asked_for_again() {
    let half = || Answer::HangUp("* 1 FETCH (UID 1 BODY[] {100}\r\nSubject: half");
    let mut script: Script = (0..3).flat_map(|_| refusing(half()).into_iter().take(3)).collect();
    script.extend([("UID SEARCH UID 2:*", Answer::Lines(&["* SEARCH 2"])), ("UID FETCH 2 (UID INTERNALDATE", ENVELOPES)]);
    script.push((BODY_2, body(2, &mail("dos"))));
    script.extend([("UID FETCH 1 (UID INTERNALDATE", ENVELOPES), (BODY_1, body(1, &mail("uno")))]);
    let server = ScriptedServer::start(script).await;
    let (followup, stop, mut config) = (service(), Stop::new(), clear_text(&server));
    config.limits.losses = 1000;
    let daemon = tokio::spawn({
        let (poller, stop) = (ImapPoller::new(config, followup.clone()).unwrap(), stop.clone());
        async move { poller.run(&stop).await }
    });
    eventually("both are stored", || subjects(&followup) == ["uno", "dos"]).await;
    stop.request();
    daemon.await.unwrap();
    assert_eq!((server.count(BODY_1), quarantined(&followup).len()), (4, 0));
}

#[tokio::test]
async fn a_mail_behind_which_none_waits_is_tried_longer_before_it_is_blamed_for_the_line() {
    let half = || Answer::HangUp("* 1 FETCH (UID 1 BODY[] {100}\r\nSubject: half");
    let one = || ("UID SEARCH UID 1:*", Answer::Lines(&["* SEARCH 1"]));
    let script = (0..4).flat_map(|_| [one(), ("UID FETCH 1 (UID INTERNALDATE", ENVELOPES), (BODY_1, half())]).collect();
    let server = ScriptedServer::start(script).await;
    let (followup, config) = (service(), clear_text(&server));
    for _ in 0..4 {
        assert_eq!(quarantined(&followup).len(), 0);
        look(&followup, &config).await.unwrap_err();
    }
    assert_eq!(quarantined(&followup).len(), 1);
}

/// A service that has 101 mails without bytes, and a server that gives the last of them.
async fn a_hundred_before_the_one_that_is_given() -> (App, ImapConfig) {
    let given = Answer::Lines(&["* 1 FETCH (UID 101 INTERNALDATE \"17-Jul-2024 10:00:00 +0000\" RFC822.SIZE 100)"]);
    let script = vec![("UID FETCH 101 (UID INTERNALDATE", given), ("UID FETCH 101 (UID BODY.PEEK[])", body(101, &mail("último")))];
    let server = ScriptedServer::start(script).await;
    let (followup, config) = (service(), clear_text(&server));
    let now = followup.clock.now();
    for uid in 1..=101 {
        let place = UnfetchedMail { mailbox: config.mailbox_key(), uid: (7, uid), arrived_at: now, recorded_at: now, reason: "x".into() };
        followup.quarantine_unfetched(&place).unwrap();
    }
    (followup, config)
}

#[tokio::test]
async fn the_daemon_asks_for_every_mail_without_bytes_in_its_turn() {
    let (followup, mut config) = a_hundred_before_the_one_that_is_given().await;
    (config.ask_again_every, config.idle_renewal) = (Duration::ZERO, None);
    let stop = Stop::new();
    let daemon = tokio::spawn({
        let (poller, stop) = (ImapPoller::new(config, followup.clone()).unwrap(), stop.clone());
        async move { poller.run(&stop).await }
    });
    eventually("the last one is stored", || subjects(&followup).iter().any(|subject| subject == "último")).await;
    stop.request();
    daemon.await.unwrap();
}

#[tokio::test]
async fn a_comparison_asks_for_every_mail_without_bytes() {
    let (followup, config) = a_hundred_before_the_one_that_is_given().await;
    ImapPoller::new(config, followup.clone()).unwrap().reconcile_once(&Stop::new()).await.unwrap();
    assert_eq!(subjects(&followup)[100], "último");
}

#[tokio::test]
async fn a_mail_that_was_refused_for_a_while_is_taken_in_its_turn() {
    let refusal = || refusing(Answer::Refuse("NO [UNAVAILABLE] later"));
    let mut script: Script = refusal().into_iter().chain(refusal()).collect();
    script.extend([("UID SEARCH UID 1:*", TWO), (LIST, ENVELOPES), (BODY_1, body(1, &mail("uno"))), (BODY_2, body(2, &mail("dos")))]);
    let server = ScriptedServer::start(script).await;
    let (followup, stop) = (service(), Stop::new());
    let daemon = tokio::spawn({
        let (poller, stop) = (ImapPoller::new(clear_text(&server), followup.clone()).unwrap(), stop.clone());
        async move { poller.run(&stop).await }
    });
    eventually("both are stored", || subjects(&followup).len() == 2).await;
    stop.request();
    daemon.await.unwrap();
    assert_eq!((subjects(&followup), quarantined(&followup).len()), (vec!["uno".into(), "dos".into()], 0));
}

#[tokio::test]
async fn one_mail_whose_date_and_size_are_refused_does_not_hide_the_others() {
    let there = || ("UID SEARCH UID 1", Answer::Lines(&["* SEARCH 1"]));
    let no = || Answer::Refuse("NO [SERVERBUG] Internal error");
    let mut script: Script = Vec::new();
    for _ in 0..3 {
        script.extend([("UID SEARCH UID 1:*", TWO), (LIST, no()), ("UID FETCH 1 (UID INTERNALDATE", no()), there()]);
        script.push(("UID FETCH 2 (UID INTERNALDATE", ENVELOPES));
    }
    script.push((BODY_2, body(2, &mail("dos"))));
    let server = ScriptedServer::start(script).await;
    let (followup, config) = (service(), clear_text(&server));
    for _ in 0..2 {
        look(&followup, &config).await.unwrap_err();
    }
    let report = look(&followup, &config).await.unwrap();
    assert_eq!((report.withheld, report.stored, quarantined(&followup).len()), (1, 1, 1));
}

#[tokio::test]
async fn one_mail_whose_date_and_size_cannot_be_read_does_not_hide_the_others() {
    let odd = || Answer::Bytes(b"* 1 FETCH (UID 1 BODY[] secreto\r\n".to_vec());
    let alone = || ("UID FETCH 1 (UID INTERNALDATE", odd());
    let mut script: Script = vec![("UID SEARCH UID 1:*", TWO), (LIST, odd())];
    for _ in 0..3 {
        script.extend([("UID SEARCH UID 1:*", TWO), alone()]);
    }
    script.extend([("UID SEARCH UID 2:*", Answer::Lines(&["* SEARCH 2"])), ("UID FETCH 2 (UID INTERNALDATE", ENVELOPES)]);
    script.push((BODY_2, body(2, &mail("dos"))));
    let server = ScriptedServer::start(script).await;
    let (followup, config) = (service(), clear_text(&server));
    let poller = ImapPoller::new(config.clone(), followup.clone()).unwrap();
    for _ in 0..4 {
        poller.poll_once(&Stop::new()).await.unwrap_err();
    }
    assert_eq!(poller.poll_once(&Stop::new()).await.unwrap().stored, 1);
    assert_eq!((quarantined(&followup).len(), cursor(&followup, &config).unwrap().last_uid), (1, 2));
}

/// A mailbox of the real server and the service that reads it.
fn desk(name: &str) -> (Person, App, ImapConfig) {
    let mut person = Person::sign_in(RIG.imap_port, &RIG.unit.address, &RIG.unit.password);
    person.create(name);
    let mut config = config(RIG.imaps_port, ImapTls::Implicit);
    config.user = RIG.unit.address.clone();
    config.login = password(&RIG.unit.password);
    config.ca_pem = Some(fs::read(&RIG.ca_file).unwrap());
    config.mailbox = name.into();
    config.limits.refusals = 1;
    (person, service(), config)
}

/// The file of the mail with this subject.
fn file_of(mailbox: &str, subject: &str) -> PathBuf {
    let folder = RIG.maildir(&RIG.unit).join(format!(".{mailbox}"));
    let files = ["cur", "new"].into_iter().flat_map(|part| fs::read_dir(folder.join(part)).unwrap()).map(|entry| entry.unwrap().path());
    files.into_iter().find(|path| subject_of(&fs::read(path).unwrap()) == subject).unwrap()
}

#[tokio::test]
async fn a_mail_that_dovecot_cannot_open_is_set_aside_and_fetched_when_it_can() {
    let (mut person, followup, config) = desk("Cerrado");
    for subject in ["uno", "dos", "tres"] {
        person.append("Cerrado", DATE, &mail(subject));
    }
    let shut = file_of("Cerrado", "dos");
    fs::set_permissions(&shut, Permissions::from_mode(0o000)).unwrap();
    // Dovecot may have it open, or end the session over it: then it is counted as often as it takes.
    let mut limited = config.clone();
    limited.limits.losses = 1;
    for _ in 0..3 {
        let _ = look(&followup, &limited).await;
    }
    let quarantine = quarantined(&followup);
    assert_eq!((quarantine.len(), quarantine[0].raw_id), (1, None));
    assert_eq!(cursor(&followup, &config).unwrap().last_uid, 3);
    let subjects_now = || stored(&followup).iter().filter(|(mail, _)| mail.raw_id.is_some()).map(|(_, raw)| subject_of(raw)).collect();
    let stored_before: Vec<String> = subjects_now();
    assert_eq!(stored_before, ["uno", "tres"]);

    fs::set_permissions(&shut, Permissions::from_mode(0o600)).unwrap();
    let compared = ImapPoller::new(config, followup.clone()).unwrap().reconcile_once(&Stop::new()).await.unwrap();
    assert_eq!((compared.was_missing.len(), compared.still_missing.len()), (0, 0));
    assert_eq!((compared.found.in_mailbox, compared.found.stored), (3, 3));
    let stored_after: Vec<String> = subjects_now();
    assert_eq!(stored_after, ["uno", "dos", "tres"]);
    assert!(quarantined(&followup).is_empty());
}

#[tokio::test]
async fn a_mail_that_dovecot_could_not_open_leaves_the_quarantine_when_its_mailbox_is_made_anew() {
    let (mut person, followup, mut config) = desk("Mudado");
    config.limits.losses = 1;
    let later = "17-Jul-2024 10:00:01 -0500";
    let mails = [("uno", DATE), ("dos", later), ("tres", later), ("cuatro", DATE)];
    for (subject, date) in mails {
        person.append("Mudado", date, &mail(subject));
    }
    for subject in ["dos", "cuatro"] {
        fs::set_permissions(file_of("Mudado", subject), Permissions::from_mode(0o000)).unwrap();
    }
    for _ in 0..4 {
        let _ = look(&followup, &config).await;
    }
    let withheld: Vec<_> = quarantined(&followup).iter().map(|mail| mail.arrived_at.to_rfc3339()).collect();
    assert_eq!(withheld, ["2024-07-17T15:00:01+00:00", "2024-07-17T15:00:00+00:00"]);

    // All that was there stands in it again, but the last one: that one is still missing.
    person.command("DELETE Mudado");
    person.create("Mudado");
    for (subject, date) in &mails[..3] {
        person.append("Mudado", date, &mail(subject));
    }
    let report = look(&followup, &config).await.unwrap();
    assert_eq!((report.rescanned, report.stored, report.known), (true, 1, 2));
    let left: Vec<_> = quarantined(&followup).iter().map(|mail| mail.arrived_at.to_rfc3339()).collect();
    assert_eq!(left, ["2024-07-17T15:00:00+00:00"]);
}

#[tokio::test]
async fn a_mail_above_the_limit_is_quarantined_with_its_header_section_and_the_reason() {
    let (mut person, followup, mut config) = desk("Pesados");
    config.limits.largest_mail = 40_000_000;
    person.append("Pesados", DATE, &mail("uno"));
    let heavy =
        [mail("pesado").as_slice(), &b"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd\r\n".repeat(640_000)].concat();
    person.append("Pesados", DATE, &heavy);
    person.append("Pesados", DATE, &mail("tres"));
    let report = look(&followup, &config).await.unwrap();
    assert_eq!((report.stored, report.oversized, report.ingested.unassigned), (3, 1, 2));
    let quarantine = quarantined(&followup);
    assert_eq!(quarantine.len(), 1);
    let reason = quarantine[0].reason.as_deref().unwrap();
    assert_eq!(reason, "el mensaje mide 41,0 MB y supera el límite de 40,0 MB: se guardó solo su cabecera; está completo en el buzón");
    assert_eq!(subjects(&followup), ["uno", "pesado", "tres"]);
    assert!(quarantine[0].size.unwrap() < 300);
}

/// Reads as the real one does, except that one mail makes it panic.
struct Fragile(Arc<dyn MailReader>);

impl MailReader for Fragile {
    fn read(&self, raw: &[u8]) -> Result<ParsedMail, UnreadableMail> {
        assert!(subject_of(raw) != "veneno", "the reader fails over this mail");
        self.0.read(raw)
    }

    fn split_knowing(&self, body_text: &str, letter: &str) -> (String, Option<String>) {
        self.0.split_knowing(body_text, letter)
    }

    fn html(&self, raw: &[u8]) -> Option<ShownHtml> {
        self.0.html(raw)
    }

    fn attachment(&self, raw: &[u8], index: usize) -> Option<Vec<u8>> {
        self.0.attachment(raw, index)
    }
}

#[tokio::test]
async fn a_mail_over_which_the_reader_panics_is_quarantined_and_the_next_one_is_read() {
    let (mut person, mut followup, config) = desk("Veneno");
    followup.reader = Arc::new(Fragile(followup.reader.clone()));
    for subject in ["uno", "veneno", "tres"] {
        person.append("Veneno", DATE, &mail(subject));
    }
    let report = look(&followup, &config).await.unwrap();
    assert_eq!((report.stored, report.ingested.quarantined, report.ingested.unassigned), (3, 1, 2));
    let states: Vec<InboundState> = stored(&followup).iter().map(|(mail, _)| mail.state).collect();
    assert_eq!(states, [InboundState::Processed, InboundState::Quarantined, InboundState::Processed]);
    assert_eq!(look(&followup, &config).await.unwrap(), PollReport::default());
}

#[tokio::test]
async fn a_mail_that_was_not_given_is_asked_for_again_when_a_person_wants_it() {
    let again = "UID FETCH 1 (UID INTERNALDATE";
    let script = vec![(again, Answer::Lines(&[])), (again, ENVELOPES), (BODY_1, body(1, &mail("uno")))];
    let server = ScriptedServer::start(script).await;
    let (followup, mut config) = (service(), clear_text(&server));
    config.ask_again_every = Duration::from_secs(1_000_000);
    let now = followup.clock.now();
    let mailbox = config.mailbox_key();
    let withheld = UnfetchedMail { mailbox, uid: (7, 1), arrived_at: now, recorded_at: now, reason: "no dado".into() };
    let id = followup.quarantine_unfetched(&withheld).unwrap().id();
    let stop = Stop::new();
    let daemon = tokio::spawn({
        let (poller, stop) = (ImapPoller::new(config.clone(), followup.clone()).unwrap(), stop.clone());
        async move { poller.run(&stop).await }
    });
    eventually("it is asked for once by itself", || server.count(again) == 1).await;
    let actor = followup_domain::audit::Actor::User { id: None, username: "ana".into() };
    assert_eq!(followup.retry_mail(&actor, id).unwrap(), followup_app::Retried::Requested);
    eventually("it is stored", || quarantined(&followup).is_empty()).await;
    stop.request();
    daemon.await.unwrap();
    assert_eq!(subjects(&followup), ["uno"]);
}
