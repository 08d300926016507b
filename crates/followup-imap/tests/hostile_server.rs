//! Servers that stall, lie, refuse, hang up; stores that are down; stops at awkward moments.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use followup_domain::mail::inbound::MailboxCursor;
use followup_domain::mail::mailbox_health::MailboxTrouble;
use followup_domain::ports::StoreError;
use followup_imap::{Backoff, Cause, ImapConfig, ImapLogin, ImapPoller, ImapTls, PollError, PollReport, Stage, Stop};
use followup_oauth::{CurrentSecret, GivenToken};
use support::scripted_server::{Answer, Script, ScriptedServer, body, body_bytes};
use support::{SwitchedStore, config, cursor, eventually, mail, service, service_on, subjects};
use tokio::sync::Notify;

/// Long enough for a busy machine's honest answers, short enough to be waited out.
const SILENCE: Duration = Duration::from_secs(2);

fn clear_text(server: &ScriptedServer) -> ImapConfig {
    let mut config = config(server.port, ImapTls::None);
    config.timeouts.idle = SILENCE;
    config.poll_interval = Duration::from_millis(5);
    config.backoff = Backoff { first: Duration::from_millis(5), cap: Duration::from_millis(20) };
    config
}

const ONE: Answer = Answer::Lines(&["* SEARCH 1"]);
const ENVELOPE_1: Answer = Answer::Lines(&["* 1 FETCH (UID 1 INTERNALDATE \"17-Jul-2024 10:00:00 +0000\" RFC822.SIZE 100)"]);
const TWO: Answer = Answer::Lines(&["* SEARCH 2 1"]);
const ENVELOPES_1_2: Answer = Answer::Lines(&[
    "* 1 FETCH (UID 1 INTERNALDATE \"17-Jul-2024 10:00:00 +0000\" RFC822.SIZE 100)",
    "* 2 FETCH (UID 2 INTERNALDATE \"17-Jul-2024 10:00:01 +0000\" RFC822.SIZE 100)",
]);
const LIST: &str = "UID FETCH 1 (UID INTERNALDATE";
const LIST_2: &str = "UID FETCH 1,2 (UID INTERNALDATE";
const BODY_1: &str = "UID FETCH 1 (UID BODY.PEEK[])";
const BODY_2: &str = "UID FETCH 2 (UID BODY.PEEK[])";

/// One look at a server that follows a script, by a service on an empty store.
async fn look(script: Script) -> (Result<PollReport, PollError>, Option<MailboxCursor>, Vec<String>) {
    let server = ScriptedServer::start(script).await;
    let (followup, config) = (service(), clear_text(&server));
    let poller = ImapPoller::new(config.clone(), followup.clone()).unwrap();
    let result = poller.poll_once(&Stop::new()).await;
    (result, cursor(&followup, &config), subjects(&followup))
}

#[tokio::test]
async fn a_server_that_stalls_inside_a_literal_is_given_up_and_the_cursor_stays() {
    let stalled = Answer::Stall("* 1 FETCH (UID 1 BODY[] {100}\r\nSubject: half");
    let (result, cursor, subjects) = look(vec![("UID SEARCH", ONE), (LIST, ENVELOPE_1), (BODY_1, stalled)]).await;
    assert_eq!(result.unwrap_err(), PollError { stage: Stage::Fetch(1), cause: Cause::TimedOut(SILENCE) });
    assert_eq!((cursor, subjects), (None, Vec::new()));
}

#[tokio::test]
async fn silence_at_any_other_step_is_given_up_too() {
    let silent_at = |command| look(vec![(command, Answer::Stall("* OK wait"))]);
    let (login, examine, search) = tokio::join!(silent_at("LOGIN"), silent_at("EXAMINE"), silent_at("UID SEARCH"));
    for ((result, ..), stage) in [(login, Stage::Login), (examine, Stage::Examine), (search, Stage::Search)] {
        assert_eq!(result.unwrap_err(), PollError { stage, cause: Cause::TimedOut(SILENCE) });
    }
}

#[tokio::test]
async fn an_answer_that_does_not_end_is_given_up_when_its_time_is_over() {
    let server = ScriptedServer::start(vec![("EXAMINE", Answer::Stall("* OK [UIDVALIDITY 7] and then nothing\r\n"))]).await;
    let mut config = clear_text(&server);
    config.timeouts.command = SILENCE;
    config.timeouts.idle = support::LIMIT;
    let error = ImapPoller::new(config, service()).unwrap().poll_once(&Stop::new()).await.unwrap_err();
    assert_eq!(error, PollError { stage: Stage::Examine, cause: Cause::TimedOut(SILENCE) });
}

#[tokio::test]
async fn a_connection_lost_before_the_mail_came_does_not_count_as_a_mail_that_is_gone() {
    for half in ["", "* 1 FETCH (FLAGS (\\Seen))\r\n", "* 1 FETCH (UID 1 BODY[] {100}\r\nSubject: half"] {
        let (result, cursor, subjects) = look(vec![("UID SEARCH", ONE), (LIST, ENVELOPE_1), (BODY_1, Answer::HangUp(half))]).await;
        assert_eq!(result.unwrap_err(), PollError { stage: Stage::Fetch(1), cause: Cause::Lost }, "after {half:?}");
        assert_eq!((cursor, subjects), (None, Vec::new()));
    }
}

#[tokio::test]
async fn a_farewell_is_reported_in_the_servers_words() {
    let (result, ..) = look(vec![("EXAMINE", Answer::HangUp("* BYE Server shutting down\r\n"))]).await;
    assert_eq!(result.unwrap_err().to_string(), "EXAMINE: the server ended the session: Server shutting down");
}

#[tokio::test]
async fn the_last_mail_that_a_search_for_newer_ones_names_is_not_fetched_again() {
    let server = ScriptedServer::start(vec![("UID SEARCH UID 42:*", Answer::Lines(&["* SEARCH 41"]))]).await;
    let (followup, config) = (service(), clear_text(&server));
    let at_41 = MailboxCursor { uid_validity: 7, last_uid: 41 };
    followup.set_mailbox_cursor(&config.mailbox_key(), at_41).unwrap();
    let report = ImapPoller::new(config.clone(), followup.clone()).unwrap().poll_once(&Stop::new()).await.unwrap();
    assert_eq!((report, cursor(&followup, &config)), (PollReport::default(), Some(at_41)));
    assert_eq!(server.count("UID FETCH"), 0);
}

#[tokio::test]
async fn a_mailbox_that_was_set_back_raises_an_alarm_and_its_new_mail_with_an_old_uid_is_read() {
    let set_back = || ("EXAMINE", Answer::Lines(&["* OK [UIDVALIDITY 7] stable", "* OK [UIDNEXT 3] next"]));
    let mut script = vec![("UID SEARCH UID 1:*", TWO), (LIST_2, ENVELOPES_1_2), (BODY_1, body(1, &mail("uno")))];
    script.extend([(BODY_2, body(2, &mail("dos"))), ("EXAMINE", Answer::Lines(&["* OK [UIDVALIDITY 7] stable"]))]);
    script.extend([set_back(), set_back(), ("UID SEARCH UID 1:*", TWO), ("UID SEARCH UID 1:*", TWO)]);
    script.extend([(LIST_2, ENVELOPES_1_2), (BODY_1, body(1, &mail("uno"))), (BODY_2, body(2, &mail("nuevo")))]);
    let server = ScriptedServer::start(script).await;
    let (followup, config) = (service(), clear_text(&server));
    let poller = ImapPoller::new(config.clone(), followup.clone()).unwrap();
    assert_eq!(poller.poll_once(&Stop::new()).await.unwrap().stored, 2);
    // More was read before the mailbox was set back.
    let before = MailboxCursor { uid_validity: 7, last_uid: 5 };
    followup.set_mailbox_cursor(&config.mailbox_key(), before).unwrap();
    let report = poller.poll_once(&Stop::new()).await.unwrap();
    assert_eq!((report.set_back, report.rescanned, report.known, report.stored), (true, true, 1, 1));
    assert_eq!((subjects(&followup).len(), subjects(&followup)[2].as_str()), (3, "nuevo"));
    assert_eq!(cursor(&followup, &config).unwrap().last_uid, 2);
    let ill = support::health(&followup, &config).unwrap();
    assert_eq!((ill.last_error, ill.alarm_since.is_some()), (Some(MailboxTrouble::SetBack), true));
    // A look that goes well does not end it, a comparison that agrees does.
    assert!(!poller.poll_once(&Stop::new()).await.unwrap().set_back);
    assert_eq!(support::health(&followup, &config).unwrap().alarm_since, ill.alarm_since);
    assert_eq!(poller.reconcile_once(&Stop::new()).await.unwrap().found.missing(), 0);
    assert_eq!(support::health(&followup, &config).unwrap().alarm_since, None);
}

#[tokio::test]
async fn a_server_whose_next_uid_is_one_that_it_has_given_is_not_believed() {
    let odd = || ("EXAMINE", Answer::Lines(&["* OK [UIDVALIDITY 7] stable", "* OK [UIDNEXT 2] next"]));
    let script = vec![odd(), odd(), ("UID SEARCH UID 1:*", TWO)];
    let server = ScriptedServer::start(script).await;
    let (followup, config) = (service(), clear_text(&server));
    let at_2 = MailboxCursor { uid_validity: 7, last_uid: 2 };
    followup.set_mailbox_cursor(&config.mailbox_key(), at_2).unwrap();
    let report = ImapPoller::new(config.clone(), followup.clone()).unwrap().poll_once(&Stop::new()).await.unwrap();
    assert_eq!((report, cursor(&followup, &config)), (PollReport::default(), Some(at_2)));
}

#[tokio::test]
async fn a_comparison_does_not_move_the_cursor_past_a_mail_that_it_could_not_fetch() {
    // Both arrive after the look of the comparison; the session is lost over the first.
    let script = vec![
        ("UID SEARCH UID 1:*", Answer::Lines(&["* SEARCH"])),
        ("UID SEARCH UID 1:*", TWO),
        ("UID FETCH 1 (UID INTERNALDATE", ENVELOPE_1),
        (BODY_1, Answer::HangUp("* 1 FETCH (UID 1 BODY[] {100}\r\nSubject: half")),
        ("UID FETCH 2 (UID INTERNALDATE", ENVELOPES_1_2),
        (BODY_2, body(2, &mail("dos"))),
        ("UID SEARCH UID 1", ONE),
    ];
    let server = ScriptedServer::start(script).await;
    let (followup, config) = (service(), clear_text(&server));
    ImapPoller::new(config.clone(), followup.clone()).unwrap().reconcile_once(&Stop::new()).await.unwrap();
    assert_eq!((cursor(&followup, &config), server.count("UID FETCH")), (None, 0));
}

#[tokio::test]
async fn mails_are_taken_in_the_order_of_their_uids_whatever_the_order_of_the_answer() {
    let script = vec![("UID SEARCH", TWO), (LIST_2, ENVELOPES_1_2), (BODY_1, body(1, &mail("uno"))), (BODY_2, body(2, &mail("dos")))];
    let (result, cursor, subjects) = look(script).await;
    assert_eq!(result.unwrap().stored, 2);
    assert_eq!((cursor.unwrap().last_uid, subjects), (2, vec!["uno".into(), "dos".into()]));
}

#[tokio::test]
async fn a_mail_that_is_gone_is_passed_over_whether_the_server_says_ok_or_no() {
    for answer in [Answer::Lines(&[]), Answer::Refuse("NO [EXPUNGEISSUED] Some messages no longer exist")] {
        let script = vec![("UID SEARCH UID 1:*", TWO), (LIST_2, ENVELOPES_1_2), (BODY_1, answer), (BODY_2, body(2, &mail("dos")))];
        let (result, cursor, subjects) = look(script).await;
        let report = result.unwrap();
        assert_eq!((report.gone, report.stored, cursor.unwrap().last_uid), (1, 1, 2));
        assert_eq!(subjects, ["dos"]);
    }
}

#[tokio::test]
async fn a_mail_that_the_server_has_but_does_not_give_is_never_passed_over() {
    for answer in [Answer::Lines(&[]), Answer::Refuse("NO [SERVERBUG] Internal error")] {
        let script = vec![("UID SEARCH UID 1:*", ONE), (LIST, ENVELOPE_1), (BODY_1, answer), ("UID SEARCH UID 1", ONE)];
        let (result, cursor, _) = look(script).await;
        assert_eq!((result.unwrap_err().stage, cursor), (Stage::Fetch(1), None));
    }
}

#[tokio::test]
async fn of_a_mail_above_the_limit_the_header_section_is_stored() {
    let big = Answer::Lines(&["* 1 FETCH (UID 1 INTERNALDATE \"17-Jul-2024 10:00:00 +0000\" RFC822.SIZE 50000000)"]);
    let header = Answer::Bytes(b"* 1 FETCH (UID 1 BODY[HEADER] {16}\r\nSubject: big\r\n\r\n)\r\n".to_vec());
    let (result, cursor, subjects) = look(vec![("UID SEARCH", ONE), (LIST, big), ("UID FETCH 1 (UID BODY.PEEK[HEADER])", header)]).await;
    let report = result.unwrap();
    assert_eq!((report.oversized, report.stored, cursor.unwrap().last_uid), (1, 1, 1));
    assert_eq!(subjects, ["big"]);
}

#[tokio::test]
async fn a_mail_without_a_date_of_arrival_counts_as_arrived_now() {
    let undated = Answer::Lines(&["* 1 FETCH (UID 1 RFC822.SIZE 100)"]);
    let server = ScriptedServer::start(vec![("UID SEARCH", ONE), (LIST, undated), (BODY_1, body(1, &mail("uno")))]).await;
    let followup = service();
    ImapPoller::new(clear_text(&server), followup.clone()).unwrap().poll_once(&Stop::new()).await.unwrap();
    assert_eq!(support::stored(&followup)[0].0.arrived_at, followup.clock.now());
}

#[tokio::test]
async fn a_mail_never_arrived_later_than_it_was_read() {
    let dated = Answer::Lines(&["* 1 FETCH (UID 1 INTERNALDATE \"01-May-2096 12:00:00 +0000\" RFC822.SIZE 100)"]);
    let server = ScriptedServer::start(vec![("UID SEARCH", ONE), (LIST, dated), (BODY_1, body(1, &mail("uno")))]).await;
    let followup = service();
    ImapPoller::new(clear_text(&server), followup.clone()).unwrap().poll_once(&Stop::new()).await.unwrap();
    assert_eq!(support::stored(&followup)[0].0.arrived_at, followup.clock.now());
}

#[tokio::test]
async fn an_unreadable_answer_is_reported_without_quoting_mail() {
    let garbage = Answer::Bytes(b"* 1 FETCH (UID 1 BODY[] secreto\r\n".to_vec());
    let (result, ..) = look(vec![("UID SEARCH", ONE), (LIST, ENVELOPE_1), (BODY_1, garbage)]).await;
    assert_eq!(result.unwrap_err().to_string(), "FETCH UID 1: the server's answer cannot be read");
}

#[tokio::test]
async fn without_tls_no_server_but_this_machine_is_spoken_to() {
    let mut config = config(143, ImapTls::None);
    config.host = "192.0.2.1".into();
    let error = ImapPoller::new(config, service()).unwrap().poll_once(&Stop::new()).await.unwrap_err();
    assert_eq!(error.to_string(), "CONNECT: without TLS only this machine itself may be the server");
}

#[tokio::test]
async fn a_server_without_starttls_is_refused_before_the_password_is_sent() {
    let server = ScriptedServer::start(vec![("STARTTLS", Answer::Refuse("BAD unknown command"))]).await;
    let mut config = clear_text(&server);
    config.tls = ImapTls::StartTls;
    let error = ImapPoller::new(config, service()).unwrap().poll_once(&Stop::new()).await.unwrap_err();
    assert_eq!(error.to_string(), "STARTTLS: refused by the server: unknown command");
    assert_eq!(server.commands(), ["STARTTLS"]);
}

#[tokio::test]
async fn an_access_token_is_presented_by_xoauth2() {
    let server = ScriptedServer::start(vec![("AUTHENTICATE XOAUTH2", Answer::Challenge(""))]).await;
    let mut config = clear_text(&server);
    config.login = ImapLogin::XOauth2(Arc::new(GivenToken::new(CurrentSecret::fixed("token"))));
    ImapPoller::new(config, service()).unwrap().poll_once(&Stop::new()).await.unwrap();
    // user=pv@vigia.test ^A auth=Bearer token ^A ^A
    assert_eq!(server.commands()[1], "dXNlcj1wdkB2aWdpYS50ZXN0AWF1dGg9QmVhcmVyIHRva2VuAQE=");
}

#[tokio::test]
async fn a_password_that_the_server_repeats_does_not_get_into_the_error() {
    let (result, ..) = look(vec![("LOGIN", Answer::Refuse("BAD what is clave-pv-vigia-test?"))]).await;
    assert_eq!(result.unwrap_err().to_string(), "LOGIN: refused by the server: what is …?");
}

#[tokio::test]
async fn while_the_store_is_down_the_mail_stays_on_the_server_and_is_stored_later() {
    let mail_1 = || body(1, &mail("uno"));
    let script =
        vec![("UID SEARCH", ONE), (LIST, ENVELOPE_1), (BODY_1, mail_1()), ("UID SEARCH", ONE), (LIST, ENVELOPE_1), (BODY_1, mail_1())];
    let server = ScriptedServer::start(script).await;
    let store = SwitchedStore::new();
    let (followup, config) = (service_on(store.clone()), clear_text(&server));
    let poller = ImapPoller::new(config.clone(), followup.clone()).unwrap();
    store.set_down(true);
    let error = poller.poll_once(&Stop::new()).await.unwrap_err();
    assert_eq!(error.cause, Cause::Store(StoreError::Unavailable("switched off".into())));
    assert_eq!(cursor(&followup, &config), None);
    store.set_down(false);
    assert_eq!(poller.poll_once(&Stop::new()).await.unwrap().stored, 1);
}

#[tokio::test]
async fn after_a_stop_the_mail_at_hand_is_stored_and_no_further_one_is_begun() {
    let script = vec![("UID SEARCH", TWO), (LIST_2, ENVELOPES_1_2), (BODY_1, body(1, &mail("uno"))), (BODY_2, body(2, &mail("dos")))];
    let server = ScriptedServer::start(script).await;
    let (store, stop) = (SwitchedStore::new(), Stop::new());
    let (followup, config) = (service_on(store.clone()), clear_text(&server));
    store.stop_after_write(&stop);
    let report = ImapPoller::new(config.clone(), followup.clone()).unwrap().poll_once(&stop).await.unwrap();
    assert_eq!((report.stored, report.stopped, server.count(BODY_2)), (1, true, 0));
    assert_eq!(cursor(&followup, &config).unwrap().last_uid, 1);
}

#[tokio::test]
async fn a_mail_that_is_on_its_way_when_the_stop_comes_is_stored() {
    let word = Arc::new(Notify::new());
    let on_its_way = Answer::After(word.clone(), body_bytes(1, &mail("uno")));
    let server = ScriptedServer::start(vec![("UID SEARCH", TWO), (LIST_2, ENVELOPES_1_2), (BODY_1, on_its_way)]).await;
    let (followup, stop, mut config) = (service(), Stop::new(), clear_text(&server));
    config.timeouts.idle = support::LIMIT;
    let look = tokio::spawn({
        let (poller, stop) = (ImapPoller::new(config, followup.clone()).unwrap(), stop.clone());
        async move { poller.poll_once(&stop).await }
    });
    eventually("the mail is asked for", || server.count(BODY_1) == 1).await;
    stop.request();
    word.notify_one();
    let report = look.await.unwrap().unwrap();
    assert_eq!((report.stored, report.stopped, subjects(&followup)), (1, true, vec!["uno".into()]));
}

#[tokio::test]
async fn a_stop_does_not_wait_for_a_server_that_stalls() {
    let stalled = Answer::Stall("* 1 FETCH (UID 1 BODY[] {100}\r\nSubject: half");
    let server = ScriptedServer::start(vec![("UID SEARCH", ONE), (LIST, ENVELOPE_1), (BODY_1, stalled)]).await;
    let (followup, stop, mut config) = (service(), Stop::new(), clear_text(&server));
    (config.timeouts.idle, config.timeouts.grace) = (support::LIMIT * 100, Duration::ZERO);
    let look = tokio::spawn({
        let (poller, stop) = (ImapPoller::new(config, followup.clone()).unwrap(), stop.clone());
        async move { poller.poll_once(&stop).await }
    });
    eventually("the mail is asked for", || server.count(BODY_1) == 1).await;
    stop.request();
    let report = look.await.unwrap().unwrap();
    assert_eq!((report.stored, report.stopped), (0, true));
}

#[tokio::test]
async fn the_daemon_keeps_its_session_replaces_a_dead_one_and_outlives_refusals() {
    let script = vec![
        ("LOGIN", Answer::Refuse("NO [UNAVAILABLE] try later")),
        ("LOGIN", Answer::HangUp("")),
        ("EXAMINE", Answer::Lines(&["* OK [UIDVALIDITY 7] stable"])),
        ("EXAMINE", Answer::Lines(&["* OK [UIDVALIDITY 7] stable"])),
        ("EXAMINE", Answer::HangUp("* BYE idle for too long\r\n")),
    ];
    let server = ScriptedServer::start(script).await;
    let (followup, stop) = (service(), Stop::new());
    let daemon = tokio::spawn({
        let (poller, stop) = (ImapPoller::new(clear_text(&server), followup.clone()).unwrap(), stop.clone());
        async move { poller.run(&stop).await }
    });
    eventually("looks go on after the session was lost", || server.count("EXAMINE") >= 6).await;
    stop.request();
    daemon.await.unwrap();
    // Two refused, one kept for three looks, one for the rest.
    assert_eq!(server.count("LOGIN"), 4);
}

#[tokio::test]
async fn a_comparison_that_was_stopped_in_the_middle_is_none() {
    let given = Arc::new(Notify::new());
    let script = vec![
        ("UID SEARCH UID 6:*", Answer::Lines(&["* SEARCH"])),
        ("UID SEARCH UID 1:*", TWO),
        ("UID FETCH 1 (UID INTERNALDATE", ENVELOPES_1_2),
        (BODY_1, Answer::After(Arc::clone(&given), body_bytes(1, &mail("uno")))),
    ];
    let server = ScriptedServer::start(script).await;
    let (followup, config, stop) = (service(), clear_text(&server), Stop::new());
    followup.set_mailbox_cursor(&config.mailbox_key(), MailboxCursor { uid_validity: 7, last_uid: 5 }).unwrap();
    let comparison = tokio::spawn({
        let (poller, stop) = (ImapPoller::new(config.clone(), followup.clone()).unwrap(), stop.clone());
        async move { poller.reconcile_once(&stop).await }
    });
    eventually("the first mail is asked for", || server.count(BODY_1) == 1).await;
    stop.request();
    given.notify_one();
    assert!(comparison.await.unwrap().is_err());
    assert_eq!(subjects(&followup), ["uno"], "what was fetched stays");
    assert_eq!(support::health(&followup, &config).unwrap().reconciliation, None);
}
