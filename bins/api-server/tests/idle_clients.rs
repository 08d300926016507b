//! Clients that hold connections and say nothing: the service's other work goes on, and others are answered.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::io::Write;
use std::net::TcpStream;
use std::time::Instant;

use support::{Deployment, LONG, binary, reply_to};

/// Open files that the service is allowed, and clients beyond that.
const OPEN_FILES: &str = "512";
const CLIENTS: usize = 990;

/// Some say nothing, some begin a request, some keep the connection of one that was answered.
fn idle_clients(address: &str, token: &str) -> Vec<TcpStream> {
    let begun = [
        String::new(),
        "POST /api/v1/icsr HTTP/1.1\r\nHost: x\r\n".to_owned(),
        format!("POST /api/v1/icsr HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 1000\r\n\r\n{{"),
        "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\n".to_owned(),
    ];
    let connect = |number: usize| {
        let mut stream = TcpStream::connect(address).unwrap();
        // Of those that were not accepted yet, some are turned away while others end.
        let _ = stream.write_all(begun[number % begun.len()].as_bytes());
        stream
    };
    (0..CLIENTS).map(connect).collect()
}

#[test]
fn nine_hundred_and_ninety_idle_connections_stop_neither_mail_nor_answers() {
    let deployment = Deployment::embedded();
    let mut limited = deployment.command("sh".as_ref(), &["-c"]);
    limited.arg(format!("ulimit -n {OPEN_FILES} && exec \"$0\"")).arg(binary("api-server"));
    let server = deployment.start(limited).signed_in(&deployment.admin_password());
    let token = deployment.run_well("api-server", &["token", "admin"]);
    let case = server.case("rojas@example.org");
    let thread = server.wait_for_thread(case, |thread| thread.len() == 1 && thread[0]["status"] == "sent");
    let message_id = thread[0]["external_id"].as_str().unwrap().to_owned();

    let clients = idle_clients(server.url().trim_start_matches("http://"), token.trim());
    let reply = reply_to(&message_id, "rojas@example.org", "farmacovigilancia@followup.invalid", "Peso: 68 kg");
    std::fs::write(deployment.dir.path().join("var/inbox/respuesta.eml"), reply).unwrap();
    // Read while the clients are there: the file is moved when its mail is stored.
    let since = Instant::now();
    while !deployment.dir.path().join("var/inbox/done/respuesta.eml").exists() {
        assert!(since.elapsed() < LONG, "the mail was not read");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let thread = server.wait_for_thread(case, |thread| thread.len() == 2);
    assert_eq!(thread[1]["body"].as_str().unwrap().trim(), "Peso: 68 kg");
    drop(clients);
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("Too many open files"), "{log}");
}

/// What the units allow leaves room for as many clients as the service ever takes at once.
#[test]
fn the_shipped_units_set_the_limit_of_open_files() {
    for unit in ["followup-api.service", "followup-mail-poller.service", "followup-dispatcher.service"] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/systemd").join(unit);
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.lines().any(|line| line == "LimitNOFILE=16384"), "{unit}");
    }
}
