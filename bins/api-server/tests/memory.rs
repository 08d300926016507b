//! What outsiders send does not say how much memory the server takes.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use followup_testkit::rigs::postgres::PostgresCluster;
use serde_json::{Value, json};
use support::{Deployment, LONG, Server};

/// Bytes of each mail.
const LARGE: usize = 25 * 1024 * 1024;
const MAILS: usize = 10;
const CLIENTS: usize = 16;
const MOST_MEMORY_KIB: u64 = 256 * 1024;
const PROVIDER: &str = "provider:a password that is long enough";

/// The most memory that a process ever held, in KiB.
fn peak(server: &Server) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.process_id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

/// Of each kind that costs more than its bytes one mail: its content's fields, and what its body repeats.
const KINDS: [(&str, &[u8]); MAILS] = [
    ("Content-Type: text/plain; charset=utf-8", "La paciente presentó rash después de la segunda dosis.\r\n".as_bytes()),
    ("Content-Type: text/html; charset=utf-8", "<p>La paciente presentó rash después de la segunda dosis.</p>\r\n".as_bytes()),
    (
        "Content-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64",
        b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJz\r\n",
    ),
    ("Content-Type: text/plain; charset=iso-8859-1", b"\xf1\xe1\xf3\xed\r\n"),
    ("Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable", b"="),
    ("Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64", b"A\n!\n"),
    ("Content-Type: text/csv; charset=iso-8859-1\r\nContent-Disposition: attachment; filename=a.csv", b"a;b;\xf1\r\n"),
    ("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64", b"RnJvbTogYUBiLmMNClg6IHkNCg0KaG9sYQ0K\r\n"),
    (
        "Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64",
        b"MIAGCSqGSIb3DQEHAqCAMIACAQExADCABgEqoIAk\r\n",
    ),
    ("X-Filler: 1", b"X: y\r\n"),
];

fn mail(number: usize) -> Vec<u8> {
    let (fields, repeated) = KINDS[number % MAILS];
    let head = format!(
        "From: r{number}@example.org\r\nTo: farmacovigilancia@followup.invalid\r\nSubject: Rash {number}\r\nMessage-ID: <{number}@example.org>\r\n\
         Date: Mon, 1 Jun 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n{fields}\r\n"
    );
    let body = repeated.repeat(LARGE / repeated.len());
    // The last one never comes to an end of its header.
    let blank: &[u8] = if fields.starts_with("X-") { b"" } else { b"\r\n" };
    [head.as_bytes(), blank, &body].concat()
}

/// Posts as a provider does: again, until it is taken.
fn post(server: &Server, number: usize) {
    let mail = mail(number);
    let since = Instant::now();
    loop {
        match server.post_mail("/api/v1/webhooks/email", PROVIDER, &mail) {
            200 => return,
            503 => assert!(since.elapsed() < LONG * 5, "mail {number} is never taken"),
            status => panic!("mail {number}: {status}"),
        }
    }
}

/// The mails that were understood and belong to no case.
fn tray(server: &Server) -> Vec<Value> {
    let (status, tray) = server.get("/api/v1/inbox/unassigned?page_size=200");
    assert_eq!(status, 200, "{tray}");
    tray["items"].as_array().unwrap().clone()
}

fn wait_for_tray(server: &Server, wanted: usize) -> Vec<Value> {
    let since = Instant::now();
    loop {
        let mails = tray(server);
        if mails.len() >= wanted {
            return mails;
        }
        assert!(since.elapsed() < LONG * 5, "{} of {wanted} mails were understood", mails.len());
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// What people open: lists, and of each mail all that there is.
fn paths(case: i64, in_case: &[Value], waiting: &[Value]) -> Vec<String> {
    let lists = ["/api/v1/inbox/unassigned".to_owned(), format!("/api/v1/icsr/{case}/followup/thread"), "/api/v1/icsr".to_owned()];
    let case_mails = in_case.iter().map(|mail| format!("/api/v1/icsr/{case}/followup/{}", mail["id"]));
    let tray_mails = waiting.iter().map(|mail| format!("/api/v1/inbox/unassigned/{}", mail["id"]));
    let mails = case_mails.chain(tray_mails).flat_map(|mail| ["body", "raw", "html", "attachments/0"].map(|part| format!("{mail}/{part}")));
    mails.enumerate().flat_map(|(place, path)| [lists[place % lists.len()].clone(), path]).collect()
}

/// Ten large mails come in by webhook and are understood, are read by many clients in a case and in the tray, while ten more come.
/// Answers the most memory that it took by then, in KiB.
fn assert_takes_little_memory(deployment: Deployment) -> [u64; 3] {
    let deployment = deployment.with("WEBHOOK_EMAIL_BASIC", PROVIDER);
    let server = deployment.serve();
    let case = server.case("r@example.org");
    std::thread::scope(|scope| {
        for first in 0..2 {
            let server = &server;
            scope.spawn(move || (first..MAILS).step_by(2).for_each(|number| post(server, number)));
        }
    });
    // Of the last one nobody knows where its text begins.
    let understood = MAILS - 1;
    for mail in wait_for_tray(&server, understood) {
        let (status, told) = server.post(&format!("/api/v1/inbox/unassigned/{}/assign", mail["id"]), &json!({"icsr_id": case}));
        assert_eq!((status, told["icsr_id"].as_i64()), (200, Some(case)), "{told}");
        assert!(told.to_string().len() < 128 * 1024, "{}", told.to_string().len());
    }
    let of_ten = peak(&server);
    let thread = server.thread(case);
    let in_case: Vec<Value> = thread.iter().filter(|message| message["direction"] == "in").cloned().collect();
    assert_eq!(in_case.len(), understood);
    let paths = paths(case, &in_case, &[]);
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for first in 0..2 {
            let server = &server;
            scope.spawn(move || (first..MAILS).step_by(2).for_each(|number| post(server, MAILS + number)));
        }
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let status = server.bytes(path);
                    assert!([200, 404, 503].contains(&status), "{path}: {status}");
                }
            });
        }
    });
    let of_many = peak(&server);
    let waiting = wait_for_tray(&server, understood);
    for path in self::paths(case, &[], &waiting) {
        let status = server.bytes(&path);
        assert!([200, 404].contains(&status), "{path}: {status}");
    }
    let peaks = [of_ten, of_many, peak(&server)];
    assert!(peaks[2] <= MOST_MEMORY_KIB, "{peaks:?} KiB");
    peaks
}

#[test]
fn large_mails_and_many_clients_take_little_memory_on_sqlite() {
    println!("{:?} KiB", assert_takes_little_memory(Deployment::embedded()));
}

#[test]
fn large_mails_and_many_clients_take_little_memory_on_postgres() {
    let database = PostgresCluster::shared().create_database();
    println!("{:?} KiB", assert_takes_little_memory(Deployment::on_database(&database.url)));
}
