//! Files of messages, fetched from a Twilio on loopback.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use followup_domain::message::Absence;
use followup_domain::ports::{MediaError, MediaLimits, MediaSource};
use followup_twilio::{SCOPE, TwilioConfig, TwilioFrom, TwilioMedia};

/// Far longer than anything on loopback takes.
const LONG: Duration = Duration::from_secs(30);

/// Answers by path, and keeps what it was asked with.
struct Server {
    base_url: String,
    asked: Arc<Mutex<Vec<(String, bool)>>>,
}

fn start() -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::<Mutex<Vec<(String, bool)>>>::default();
    let kept = Arc::clone(&asked);
    // Ends with the test's process: nobody waits for it.
    std::thread::spawn(move || listener.incoming().flatten().for_each(|stream| answer(stream, &kept)));
    Server { base_url, asked }
}

fn answer(mut stream: TcpStream, asked: &Mutex<Vec<(String, bool)>>) {
    let lines: Vec<String> = BufReader::new(&stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let path = lines[0].split(' ').nth(1).unwrap().to_owned();
    let is_signed_in = lines.iter().any(|line| line.to_ascii_lowercase().starts_with("authorization: basic "));
    asked.lock().unwrap().push((path.clone(), is_signed_in));
    let redirect = |to: &str| format!("HTTP/1.1 307 X\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
    let answer = match path.as_str() {
        "/Media/ME1" => redirect("/stored/1?signature=x"),
        "/stored/1?signature=x" => "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nphoto".to_owned(),
        "/Media/large" => format!("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n{}", "x".repeat(2000)),
        "/Media/circle" => redirect("/Media/circle"),
        "/Media/inside" => redirect("http://169.254.169.254/latest"),
        "/Media/elsewhere" => redirect("https://evil.example/x"),
        "/Media/nowhere" => redirect(""),
        "/Media/busy" => "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n".to_owned(),
        "/Media/refused" => "HTTP/1.1 401 X\r\nContent-Length: 0\r\n\r\n".to_owned(),
        _ => "HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n".to_owned(),
    };
    let _ = stream.write_all(answer.as_bytes());
}

fn fetch(server: &Server, url: &str) -> Result<Vec<u8>, MediaError> {
    let config = TwilioConfig {
        account_sid: format!("AC{}", "0".repeat(32)),
        user: "AC1".into(),
        password: "geheim".into(),
        from: TwilioFrom::Service("MG1".into()),
        base_url: server.base_url.clone(),
        ca_pem: None,
        status_callback: "https://fv.example/x".into(),
    };
    TwilioMedia::new(&config, SCOPE).unwrap().fetch(url, MediaLimits { within: LONG, largest: 1000 })
}

#[test]
fn a_file_is_fetched_through_the_server_that_hands_on_to_its_store() {
    let server = start();
    assert_eq!(fetch(&server, &format!("{}/Media/ME1", server.base_url)).unwrap(), b"photo");
    let asked = server.asked.lock().unwrap().clone();
    assert_eq!(asked, [("/Media/ME1".to_owned(), true), ("/stored/1?signature=x".to_owned(), true)]);
}

#[test]
fn what_is_not_to_be_had_says_why_and_what_may_be_had_later_is_asked_again() {
    let server = start();
    let had = |path: &str| fetch(&server, &format!("{}/Media/{path}", server.base_url)).unwrap_err();
    assert_eq!(had("gone"), MediaError::Never(Absence::Expired));
    assert_eq!(had("large"), MediaError::Never(Absence::TooLarge));
    for handed_on in ["inside", "elsewhere", "nowhere"] {
        let words = "a server hands on to an address that is none of the file's owner's";
        assert_eq!(had(handed_on), MediaError::Later(words.into()), "its owner may have moved: {handed_on}");
    }
    for later in ["busy", "refused", "circle"] {
        assert!(matches!(had(later), MediaError::Later(_)), "{later}");
    }
    let circles = server.asked.lock().unwrap().iter().filter(|(path, _)| path == "/Media/circle").count();
    assert_eq!(circles, 4);
}

#[test]
fn an_address_that_is_none_of_twilios_is_asked_nothing() {
    let server = start();
    for url in ["", "http://127.0.0.1:1/x", "https://evil.example/x", "https://api.twilio.com@evil.example/x", "http://api.twilio.com/x"] {
        assert_eq!(fetch(&server, url), Err(MediaError::Never(Absence::Foreign)), "{url}");
    }
    assert!(server.asked.lock().unwrap().is_empty());
}
