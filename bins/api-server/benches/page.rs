//! The page of a long thread: how long until its first byte comes and until it is whole, and what it weighs compressed; beside the page of a
//! short one and the page that asks for a password, from the real `api-server`, in turn, on each database.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the figures are this program's output; to panic is to fail"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use followup_testkit::rigs::postgres::{Durability, PostgresCluster};
use serde_json::json;
use support::{ADMIN_PASSWORD, Deployment, Server, header, reply_to};

const REPORTER: &str = "lrojas@hospital-santa-aurelia.example";
/// Every letter is answered so often, each time with the letter quoted below.
const ANSWERS: usize = 9;
/// Messages of the threads.
const SHORT: usize = 20;
const LONG: usize = 500;
/// So often each page is asked for, when the command does not say.
const ROUNDS: usize = 200;
const WARM_UP: usize = 10;

/// One page that is asked for, and what was measured.
struct Subject {
    name: String,
    path: String,
    first_byte: Vec<Duration>,
    whole: Vec<Duration>,
    bytes: usize,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let rounds = match arguments.as_slice() {
        [] => ROUNDS,
        [option, number] if option == "--rounds" => number.parse().expect("--rounds takes a number"),
        other => panic!("not understood: {other:?}; --rounds N"),
    };
    let heads = ["first p50", "first p99", "whole p50", "whole p99", "KiB gzip"];
    println!("{rounds} rounds, milliseconds\n{:<24}{}", "", heads.map(|head| format!("{head:>11}")).concat());
    let cluster = PostgresCluster::start(Durability::Full);
    for (name, database) in [("SQLite", "sqlite:followup.db".to_owned()), ("Postgres", cluster.create_database().url)] {
        let deployment = Deployment::on_database(&database)
            .with("MAIL_INBOX_DIR", "inbox")
            .with("AUTO_FOLLOWUP_ENABLED", "false")
            .with("LOG_LEVEL", "warn");
        let server = deployment.serve();
        let cookie = sign_in(&server);
        let mut subjects = [("sign-in", "/entrar".to_owned())]
            .into_iter()
            .chain([SHORT, LONG].map(|messages| (if messages == LONG { "500" } else { "20" }, thread(&deployment, &server, messages))))
            .map(|(what, path)| Subject { name: format!("{name}, {what}"), path, first_byte: Vec::new(), whole: Vec::new(), bytes: 0 })
            .collect::<Vec<_>>();
        for round in 0..WARM_UP + rounds {
            for subject in &mut subjects {
                let (first_byte, whole, bytes) = get(&server, &subject.path, &cookie);
                if round >= WARM_UP {
                    subject.first_byte.push(first_byte);
                    subject.whole.push(whole);
                    subject.bytes = bytes;
                }
            }
        }
        subjects.iter_mut().for_each(Subject::print);
    }
}

impl Subject {
    fn print(&mut self) {
        let mut figures = String::new();
        for times in [&mut self.first_byte, &mut self.whole] {
            times.sort_unstable();
            for percent in [50, 99] {
                figures += &format!("{:>11.2}", times[(times.len() - 1) * percent / 100].as_secs_f64() * 1000.0);
            }
        }
        println!("{:<24}{figures}{:>11.1}", self.name, self.bytes as f64 / 1024.0);
    }
}

/// The page of a case whose thread has so many messages: letters, each with answers that quote it.
fn thread(deployment: &Deployment, server: &Server, messages: usize) -> String {
    let case = server.case(REPORTER);
    let inbox = deployment.dir.path().join("inbox");
    fs::create_dir_all(&inbox).unwrap();
    let mut so_far = 0;
    while so_far < messages {
        let letter =
            json!({"channel": "email", "body": format!("Estimada doctora:\n\n¿Cuál fue la dosis del día {so_far}? ¿Y el desenlace?")});
        let (status, sent) = server.post(&format!("/api/v1/icsr/{case}/followup/send"), &letter);
        assert_eq!(status, 201, "{sent}");
        so_far += 1;
        let id = server.wait_for_thread(case, |thread| thread.last().is_some_and(|last| last["status"] == "sent")).pop().unwrap();
        let raw = server.download(&format!("/api/v1/icsr/{case}/followup/{}/raw", id["id"])).1;
        let message_id = header(&raw, "Message-ID").unwrap();
        for answer in 0..ANSWERS.min(messages - so_far) {
            let text = format!("Buenos días.\n\nEl día {so_far} tomó {answer} tabletas de 500 mg; la erupción cedió a las {answer} horas.");
            let mail = String::from_utf8(reply_to(&message_id, REPORTER, "fv@unidad.example", &text)).unwrap();
            let own = format!("{case}-{so_far}-{answer}");
            let mail = mail.replace("@clinic.test>\r\nIn-Reply-To", &format!("-{own}@clinic.test>\r\nIn-Reply-To"));
            let (unfinished, path) = (inbox.join(format!(".{own}")), inbox.join(format!("{own}.eml")));
            fs::write(&unfinished, mail).unwrap();
            fs::rename(unfinished, path).unwrap();
        }
        so_far += ANSWERS.min(messages - so_far);
        server.wait_for_thread(case, |thread| thread.len() == so_far);
    }
    format!("/casos/{case}/seguimiento")
}

/// The cookie of a new session.
fn sign_in(server: &Server) -> String {
    let body = format!("usuario=admin&clave={}", ADMIN_PASSWORD.replace(' ', "+"));
    let head =
        format!("Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n", body.len());
    let (answer, ..) = ask(server, "POST /entrar", &format!("{head}\r\n{body}"));
    header(&answer, "Set-Cookie").expect("a session").split(';').next().unwrap().to_owned()
}

/// How long until the first byte and until the end, and the size of what came after the head.
fn get(server: &Server, path: &str, cookie: &str) -> (Duration, Duration, usize) {
    let (answer, first_byte, whole) = ask(server, &format!("GET {path}"), &format!("Accept-Encoding: gzip\r\nCookie: {cookie}\r\n\r\n"));
    let head = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer[..head]));
    (first_byte, whole, answer.len() - head)
}

fn ask(server: &Server, line: &str, rest: &str) -> (Vec<u8>, Duration, Duration) {
    let address = server.url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let begin = Instant::now();
    stream.write_all(format!("{line} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{rest}").as_bytes()).unwrap();
    let mut answer = vec![0];
    stream.read_exact(&mut answer).unwrap();
    let first_byte = begin.elapsed();
    stream.read_to_end(&mut answer).unwrap();
    (answer, first_byte, begin.elapsed())
}
