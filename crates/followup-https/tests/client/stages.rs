//! What a failure says of the request: nothing left, or something may have.

use std::net::TcpListener;
use std::time::Duration;

use crate::support::{Play, Server, answer, certified};
use followup_https::{Answer, Cause, Client, Failure, Limits};

const AMPLE: Limits = Limits { within: Duration::from_secs(60), largest_answer: 1000 };
/// For servers that never answer.
const BRIEF: Limits = Limits { within: Duration::from_millis(400), ..AMPLE };

fn post(url: &str, ca_pem: Option<&[u8]>, limits: Limits) -> Result<Answer, Failure> {
    Client::new(url, ca_pem).unwrap().post().bearer("secreto").json("{}").send(limits)
}

#[track_caller]
fn assert_not_sent(sent: Result<Answer, Failure>, cause: Cause) {
    let failure = sent.unwrap_err();
    assert!(failure.certainly_not_sent() && failure.cause() == Some(cause), "{failure:?}");
}

#[track_caller]
fn assert_maybe_sent(sent: Result<Answer, Failure>, cause: Cause) {
    let failure = sent.unwrap_err();
    assert!(matches!(failure, Failure::MaybeSent(found) if found == cause), "{failure:?}");
}

#[track_caller]
fn assert_answer_lost(sent: Result<Answer, Failure>, cause: Cause) {
    let failure = sent.unwrap_err();
    assert!(matches!(failure, Failure::AnswerLost { status: 200, cause: found } if found == cause), "{failure:?}");
}

#[test]
fn a_server_that_nobody_finds_or_that_takes_no_connection_got_nothing() {
    let gone = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    assert_not_sent(post(&format!("http://{gone}/"), None, AMPLE), Cause::Unreachable);
    let (authority, _) = certified("localhost");
    // An empty label: no resolver asks anybody for it.
    assert_not_sent(post("https://a..b/", Some(&authority), AMPLE), Cause::UnknownName);
}

#[test]
fn no_time_is_no_request() {
    let server = Server::start(answer(200, "", "ok"));
    assert_not_sent(post(&server.url("/"), None, Limits { within: Duration::ZERO, ..AMPLE }), Cause::TimedOut);
    assert!(server.heard().is_empty());
}

#[test]
fn a_certificate_of_a_stranger_or_of_another_name_is_not_trusted_and_the_request_stays_here() {
    let (authority, config) = certified("localhost");
    let server = Server::start_with(answer(200, "", "ok"), Some(config));
    assert_eq!(post(&server.secure_url("localhost"), Some(&authority), AMPLE).unwrap().body, b"ok");
    let (stranger, _) = certified("localhost");
    assert_not_sent(post(&server.secure_url("localhost"), Some(&stranger), AMPLE), Cause::Untrusted);
    assert_not_sent(post(&server.secure_url("127.0.0.1"), Some(&authority), AMPLE), Cause::Untrusted);
    assert_eq!(server.heard().len(), 1);
}

#[test]
fn before_the_handshake_is_done_nothing_of_the_request_left() {
    let (authority, config) = certified("localhost");
    let through = |play: Play, limits| {
        let server = Server::start_with(play, Some(config.clone()));
        post(&server.secure_url("localhost"), Some(&authority), limits)
    };
    assert_not_sent(through(Play::Deaf(""), BRIEF), Cause::TimedOut);
    assert_not_sent(through(Play::HangUp, AMPLE), Cause::BrokenOff);
    assert_not_sent(through(Play::Deaf("HTTP/1.1 400 X\r\n\r\n"), AMPLE), Cause::NoTls);
}

#[test]
fn after_the_handshake_everything_is_a_doubt_until_there_is_a_status() {
    let (authority, config) = certified("localhost");
    for secure in [false, true] {
        let through = |play: Play, limits| {
            let server = Server::start_with(play, secure.then(|| config.clone()));
            let url = if secure { server.secure_url("localhost") } else { server.url("/") };
            post(&url, Some(&authority), limits)
        };
        assert_maybe_sent(through(Play::Stall(""), BRIEF), Cause::TimedOut);
        assert_maybe_sent(through(Play::HangUpAfterwards, AMPLE), Cause::BrokenOff);
        assert_maybe_sent(through(Play::Answer("HTTP/1.1 2".into()), AMPLE), Cause::BrokenOff);
        assert_maybe_sent(through(Play::Answer("220 mail.example ESMTP\r\n\r\n".into()), AMPLE), Cause::NotHttp);
        let endless = Play::Endless("HTTP/1.1 200 X\r\nX-Filler: ", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
        assert_maybe_sent(through(endless, AMPLE), Cause::TooLarge);
    }
}

#[test]
fn a_server_that_hangs_up_at_once_may_have_got_something_without_tls() {
    let server = Server::start(Play::HangUp);
    let failure = post(&server.url("/"), None, AMPLE).unwrap_err();
    assert!(!failure.certainly_not_sent(), "{failure:?}");
}

#[test]
fn an_answer_that_is_cut_slow_or_too_large_still_tells_its_status() {
    let through = |play: Play, limits| post(&Server::start(play).url("/"), None, limits);
    assert_answer_lost(through(Play::Answer("HTTP/1.1 200 X\r\nContent-Length: 50\r\n\r\nhalf".into()), AMPLE), Cause::BrokenOff);
    assert_answer_lost(
        through(Play::Answer("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal".into()), AMPLE),
        Cause::BrokenOff,
    );
    assert_answer_lost(through(answer(200, "", &"x".repeat(1001)), AMPLE), Cause::TooLarge);
    assert_answer_lost(through(Play::Endless("HTTP/1.1 200 X\r\n\r\n", "x"), AMPLE), Cause::TooLarge);
    assert_answer_lost(through(Play::Stall("HTTP/1.1 200 X\r\n\r\n"), BRIEF), Cause::TimedOut);
    let patient = Limits { largest_answer: u64::MAX, ..BRIEF };
    assert_answer_lost(through(Play::Endless("HTTP/1.1 200 X\r\nContent-Length: 9999999\r\n\r\n", "x"), patient), Cause::TimedOut);
    assert_eq!(through(answer(200, "", &"x".repeat(1000)), AMPLE).unwrap().body.len(), 1000);
}
