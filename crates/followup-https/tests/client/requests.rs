//! What a request says, where it goes, and what is never said of it.

use std::time::Duration;

use crate::support::{Play, Server, answer};
use followup_https::{Client, Failure, Limits};

const AMPLE: Limits = Limits { within: Duration::from_secs(60), largest_answer: 1000 };

fn client(server: &Server, path: &str) -> Client {
    Client::new(&server.url(path), None).unwrap()
}

/// The request as it came: its first line, its headers in lower case, its body.
fn heard(server: &Server) -> (String, String, String) {
    let request = server.heard().pop().unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let (line, headers) = head.split_once("\r\n").unwrap();
    (line.to_owned(), headers.to_ascii_lowercase(), body.to_owned())
}

#[test]
fn a_form_a_json_text_and_a_question_arrive_as_they_were_written() {
    let server = Server::start(answer(200, "Content-Type: application/json\r\n", "{\"ok\":true}"));
    let client = client(&server, "/token?tenant=1");

    let got = client.post().wanting_json().basic("ana", "contraseña").form(&[("To", "+51 9"), ("Body", "¿sí?")]).send(AMPLE).unwrap();
    assert_eq!((got.status, got.body.as_slice(), got.header("content-type")), (200, &b"{\"ok\":true}"[..], Some("application/json")));
    let (line, headers, body) = heard(&server);
    assert_eq!((line.as_str(), body.as_str()), ("POST /token?tenant=1 HTTP/1.1", "To=%2B51+9&Body=%C2%BFs%C3%AD%3F"));
    assert!(headers.contains("content-type: application/x-www-form-urlencoded") && headers.contains("accept: application/json"));
    assert!(headers.contains("authorization: basic yw5homnvbnryyxnlw7fh"), "{headers}");

    client.post().at("/v23.0/1/messages").bearer("EAAG").json("{\"to\":\"51\"}").send(AMPLE).unwrap();
    let (line, headers, body) = heard(&server);
    assert_eq!((line.as_str(), body.as_str()), ("POST /v23.0/1/messages HTTP/1.1", "{\"to\":\"51\"}"));
    assert!(headers.contains("content-type: application/json") && headers.contains("authorization: bearer eaag"));

    client.get().header("X-Request-Id", "7").send(AMPLE).unwrap();
    let (line, headers, _) = heard(&server);
    assert_eq!(line, "GET /token?tenant=1 HTTP/1.1");
    assert!(headers.contains("x-request-id: 7") && !headers.contains("content-length") && !headers.contains("authorization"), "{headers}");
}

#[test]
fn an_answer_of_any_status_is_an_answer_and_only_success_is_success() {
    for status in [200, 201, 204, 299] {
        let server = Server::start(Play::Answer(format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")));
        assert_eq!(client(&server, "/").get().send(AMPLE).unwrap().success().unwrap().status, status);
    }
    for status in [302, 400, 401, 403, 404, 429, 500, 503] {
        let server = Server::start(answer(status, "Retry-After: 7\r\n", "{\"code\":21211}"));
        let failure = client(&server, "/").post().send(AMPLE).unwrap().success().unwrap_err();
        let Failure::Answered(answer) = &failure else { panic!("{failure:?}") };
        assert_eq!((answer.status, answer.body.as_slice(), answer.header("Retry-After")), (status, &b"{\"code\":21211}"[..], Some("7")));
        assert!(!failure.certainly_not_sent() && failure.cause().is_none());
    }
}

#[test]
fn a_redirect_is_not_followed_and_nobody_else_hears_the_token() {
    let elsewhere = Server::start(answer(200, "", "mine"));
    for status in [301, 302, 303, 307, 308] {
        let server = Server::start(answer(status, &format!("Location: {}\r\n", elsewhere.url("/")), ""));
        let client = client(&server, "/");
        assert_eq!(client.get().bearer("secreto").send(AMPLE).unwrap().status, status);
        assert_eq!(client.post().bearer("secreto").json("{}").send(AMPLE).unwrap().status, status);
        assert_eq!(server.heard().len(), 2);
    }
    assert!(elsewhere.heard().is_empty());
}

#[test]
fn every_request_has_a_connection_of_its_own() {
    // One that says it stays open and does not: the next request on it would be a doubt.
    let server = Server::start(Play::Answer("HTTP/1.1 200 X\r\nContent-Length: 2\r\n\r\nok".into()));
    let client = client(&server, "/");
    for _ in 0..3 {
        assert_eq!(client.get().send(AMPLE).unwrap().body, b"ok");
    }
    assert_eq!(server.heard().len(), 3);
}

#[test]
fn no_secret_stands_in_what_is_said_of_clients_requests_answers_and_failures() {
    let mut told = String::new();
    for play in [Play::HangUpAfterwards, Play::Answer("secreto\r\n\r\n".into()), answer(500, "X: secreto\r\n", "secreto")] {
        let server = Server::start(play);
        let client = client(&server, "/secreto?password=secreto");
        let request = client.post().at("/secreto?user=secreto").bearer("secreto").form(&[("secreto", "secreto")]);
        told += &format!("{client:?} {request:?} ");
        let failure = request.send(AMPLE).and_then(followup_https::Answer::success).unwrap_err();
        let answer = if let Failure::Answered(answer) = &failure { format!("{answer:?}") } else { String::new() };
        told += &format!("{failure} {failure:?} {answer} {:?} ", failure.cause().map(followup_https::Cause::in_spanish));
    }
    let unwritable = Client::new("http://127.0.0.1:1/", None).unwrap().get().bearer("secreto\n").send(AMPLE).unwrap_err();
    told += &format!("{unwritable} {unwritable:?}");
    told += &format!("{:?}", Client::new("https://ana:secreto@api.example", None).unwrap_err());
    assert!(!told.contains("secreto") && !told.contains("127.0.0.1"), "{told}");
}

#[test]
fn authorities_that_cannot_be_read_are_told_at_once() {
    let broken = b"-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n";
    let error = Client::new("https://api.example/", Some(broken)).unwrap_err();
    assert!(error.to_string().starts_with("the authorities cannot be used: "), "{error}");
}
