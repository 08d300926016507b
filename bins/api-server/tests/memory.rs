//! What outsiders send sets the memory of nothing.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use serde_json::{Value, json};
use support::{Deployment, LONG, Server};

/// Bytes of each mail.
const LARGE: usize = 25 * 1024 * 1024;
const MAILS: usize = 10;
const CLIENTS: usize = 16;
const MOST_MEMORY_KIB: u64 = 256 * 1024;

/// The most memory that a process ever held, in KiB.
fn peak(server: &Server) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.process_id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

/// A mail of text, of markup, or with a large file.
fn mail(number: usize, subject: &str) -> Vec<u8> {
    let head = format!(
        "From: r{number}@example.org\r\nTo: farmacovigilancia@followup.invalid\r\nSubject: {subject}\r\nMessage-ID: <{number}@example.org>\r\n\
         Date: Mon, 1 Jun 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    );
    let line = "La paciente presentó rash después de la segunda dosis y fiebre.\r\n";
    let filled = |line: &str| line.repeat(LARGE / line.len());
    let mail = match number % 3 {
        0 => format!("{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{}", filled(line)),
        1 => format!("{head}Content-Type: text/html; charset=utf-8\r\n\r\n<html><body>{}</body></html>", filled(&format!("<p>{line}</p>"))),
        _ => format!(
            "{head}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n{line}\r\n--b\r\nContent-Type: image/png; name=a.png\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
            filled("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0\r\n")
        ),
    };
    mail.into_bytes()
}

fn drop_mails(inbox: &Path, from: usize, subject: &str) {
    for number in from..from + MAILS {
        fs::write(inbox.join(format!("{number}.tmp")), mail(number, subject)).unwrap();
        fs::rename(inbox.join(format!("{number}.tmp")), inbox.join(format!("{number}.eml"))).unwrap();
    }
}

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
        assert!(since.elapsed() < LONG * 10, "{} of {wanted} mails were understood", mails.len());
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
}

#[test]
fn ten_large_mails_in_the_tray_and_in_a_case_and_sixteen_clients_take_little_memory() {
    let deployment = Deployment::embedded()
        .with("WEBHOOK_EMAIL_SECRET", "a secret that is long enough for this")
        .with("WEBHOOK_EMAIL_BASIC", "provider:a password that is long");
    let server = deployment.serve();
    let inbox = deployment.dir.path().join("var/inbox");
    let case = server.case("r@example.org");
    drop_mails(&inbox, 0, "Rash");
    for mail in wait_for_tray(&server, MAILS) {
        let (status, told) = server.post(&format!("/api/v1/inbox/unassigned/{}/assign", mail["id"]), &json!({"icsr_id": case}));
        assert_eq!((status, told["icsr_id"].as_i64()), (200, Some(case)), "{told}");
        assert!(told.to_string().len() < 64 * 1024, "{}", told.to_string().len());
    }
    drop_mails(&inbox, 100, "Otro");
    let waiting = wait_for_tray(&server, MAILS);
    println!("understood: {} KiB", peak(&server));

    let thread = server.thread(case);
    let in_case: Vec<&Value> = thread.iter().filter(|message| message["direction"] == "in").collect();
    assert_eq!(in_case.len(), MAILS);
    assert!(in_case.iter().filter(|message| message["body_cut"] == true).count() >= MAILS / 2);
    let mut paths = vec!["/api/v1/inbox/unassigned".to_owned(), format!("/api/v1/icsr/{case}/followup/thread"), "/api/v1/icsr".to_owned()];
    for (message, waits) in in_case.iter().zip(&waiting) {
        for part in ["body", "raw", "html", "attachments/0"] {
            paths.push(format!("/api/v1/icsr/{case}/followup/{}/{part}", message["id"]));
            paths.push(format!("/api/v1/inbox/unassigned/{}/{part}", waits["id"]));
        }
    }
    let (next, posted) = (AtomicUsize::new(0), mail(999, "Por webhook"));
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (server, paths, next, posted) = (&server, &paths, &next, &posted);
            scope.spawn(move || {
                if client % 8 == 0 {
                    let status = server.post_mail("/api/v1/webhooks/email", "provider:a password that is long", posted);
                    assert!([200, 202, 503].contains(&status), "{status}");
                }
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    if place >= 2 * paths.len() {
                        break;
                    }
                    let status = server.bytes(&paths[place % paths.len()]);
                    assert!([200, 404, 503].contains(&status), "{status}");
                }
            });
        }
    });
    let peak = peak(&server);
    println!("peak: {peak} KiB");
    assert!(peak <= MOST_MEMORY_KIB, "{peak} KiB");
}
