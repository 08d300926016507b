//! Clients that stand still: each is given up, and the others are answered.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use followup_domain::user::Role;
use followup_http::{ROUTES, ServeOptions};

use crate::support::{Api, Setup, quiet};

/// The service's patience in these tests.
const SHORT: Duration = Duration::from_millis(300);
/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(3600);
/// Between two bytes of a client that dribbles; the service would wait for ever.
const DRIP: Duration = Duration::from_millis(50);
/// A minute of them is not waited for in vain.
const DRIPS: u32 = 1200;

fn slow(setup: &mut Setup) {
    quiet(setup);
    setup.body_patience = Some((SHORT, LONG));
    setup.serving = ServeOptions { patience: SHORT, ..ServeOptions::default() };
}

/// Sends a byte again and again until the service ends the connection; gives what it said before that.
fn dribble(mut stream: TcpStream, byte: &[u8]) -> String {
    let mut reading = stream.try_clone().unwrap();
    let said = thread::spawn(move || {
        let mut said = Vec::new();
        // A reset is an end too: what was said before it is there.
        let _ = reading.read_to_end(&mut said);
        String::from_utf8_lossy(&said).into_owned()
    });
    for _ in 0..DRIPS {
        if said.is_finished() || stream.write_all(byte).is_err() {
            return said.join().unwrap();
        }
        thread::sleep(DRIP);
    }
    panic!("a connection that dribbles was never ended");
}

fn begin(api: &Api, head: &str) -> TcpStream {
    let mut stream = api.connect();
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

fn head(method: &str, path: &str, rest: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: x\r\n{rest}\r\n")
}

/// Those of the webhooks have a test of their own: there it is 503, so that providers post again.
#[test]
fn a_body_that_dribbles_is_given_up_on_every_route() {
    let api = Api::start_with(slow);
    let authorization = format!("Authorization: Bearer {}\r\n", api.token(Role::Admin));
    let ours = ROUTES.iter().filter(|route| !route.path.starts_with("/api/v1/webhooks/"));
    let clients: Vec<_> = ours
        .map(|route| {
            let method = route.method;
            let path: Vec<&str> = route.path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
            // What a file is called stands in the address, and is looked at first.
            let named = if method == "POST" && route.path.ends_with("/followup/attachments") { "?name=a.pdf" } else { "" };
            let path = path.join("/") + named;
            let rest = format!("{authorization}Content-Type: application/json\r\nContent-Length: 100000\r\n");
            let stream = begin(&api, &head(method, &path, &rest));
            (method, path, thread::spawn(move || dribble(stream, b" ")))
        })
        .collect();
    assert!(clients.len() > 60);
    for (method, path, client) in clients {
        let said = client.join().unwrap();
        assert!(said.starts_with("HTTP/1.1 408") && said.contains("demasiado despacio"), "{method} {path}: {said}");
    }
    assert_eq!(api.get("/api/v1/icsr").status, 200);
}

#[test]
fn a_body_that_comes_fast_enough_but_does_not_end_is_given_up_too() {
    let api = Api::start_with(|setup| setup.body_patience = Some((LONG, SHORT)));
    let rest = format!("Authorization: Bearer {}\r\nContent-Length: 100000\r\n", api.token(Role::Qf));
    let said = dribble(begin(&api, &head("POST", "/api/v1/icsr", &rest)), b" ");
    assert!(said.starts_with("HTTP/1.1 408"), "{said}");
}

/// A body that nobody reads any more, of an answer that is given already.
#[test]
fn the_rest_of_a_refused_body_is_not_waited_for() {
    let api = Api::start_with(slow);
    for rest in ["Content-Length: 100000\r\n", "Transfer-Encoding: chunked\r\n"] {
        for path in ["/api/v1/icsr", "/nada", "/api/v1/webhooks/email"] {
            let stream = begin(&api, &head("POST", path, rest));
            let said = dribble(stream, if rest.contains("chunked") { b"1\r\nx\r\n" } else { b"x" });
            assert!(said.starts_with("HTTP/1.1 4") || said.starts_with("HTTP/1.1 503"), "{path} {rest}: {said}");
        }
    }
}

#[test]
fn a_head_that_dribbles_ends_the_connection_also_after_a_good_request() {
    let api = Api::start_with(slow);
    dribble(begin(&api, "GET /healthz HTTP/1.1\r\nX-Slow: "), b"x");
    let mut stream = begin(&api, &head("GET", "/healthz", ""));
    let mut first = [0; 15];
    stream.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200 OK");
    stream.write_all(b"GET /healthz HTTP/1.1\r\nX-Slow: ").unwrap();
    let said = dribble(stream, b"x");
    assert!(!said.contains("HTTP/1.1 200"), "{said}");
}

/// Two places: one client takes the first and never reads its answer, another the second and never asks.
#[test]
fn whoever_stands_still_holds_no_place_for_long() {
    let api = Api::start_with(|setup| {
        slow(setup);
        setup.serving.connections = 2;
    });
    let mut greedy = begin(&api, "");
    greedy.set_nonblocking(true).unwrap();
    let ask = head("GET", "/api/v1/openapi.json", "");
    let mut asked = 0;
    // So many answers that they fit into no buffer on the way.
    while asked < 200 {
        match greedy.write(ask.as_bytes()) {
            Ok(length) if length == ask.len() => asked += 1,
            Ok(_) => break,
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => panic!("{error}"),
        }
    }
    let _silent = api.connect();
    for _ in 0..5 {
        assert_eq!(api.raw(&head("GET", "/healthz", "Connection: close\r\n")).split(' ').nth(1), Some("200"));
    }
}
