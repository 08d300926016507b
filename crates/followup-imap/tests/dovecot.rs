//! Reading a real Dovecot. Every test has a mailbox of its own; a person's client puts mail there.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::LazyLock;

use chrono::{TimeZone, Utc};
use followup_app::App;
use followup_domain::mail::inbound::InboundState;
use followup_imap::{ImapConfig, ImapPoller, ImapTls, PollError, PollReport, Stop};
use followup_testkit::rigs::mail::MailRig;
use support::imap_client::Person;
use support::{LIMIT, cursor, mail, password, service, stored, subjects};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};

/// One for all tests: it ends with the process.
static RIG: LazyLock<MailRig> = LazyLock::new(MailRig::start);

const DATE: &str = "17-Jul-2024 10:00:00 -0500";

/// A mailbox of the unit, a person at it, and the service that reads it.
struct Desk {
    person: Person,
    followup: App,
    config: ImapConfig,
}

fn desk(mailbox: &str) -> Desk {
    let mut person = Person::sign_in(RIG.imap_port, &RIG.unit.address, &RIG.unit.password);
    person.create(mailbox);
    Desk { person, followup: service(), config: config(mailbox, RIG.imaps_port, ImapTls::Implicit) }
}

fn config(mailbox: &str, port: u16, tls: ImapTls) -> ImapConfig {
    let mut config = support::config(port, tls);
    config.user = RIG.unit.address.clone();
    config.login = password(&RIG.unit.password);
    config.ca_pem = Some(std::fs::read(&RIG.ca_file).unwrap());
    config.mailbox = mailbox.into();
    config
}

impl Desk {
    fn receives(&mut self, subject: &str) {
        self.person.append(&self.config.mailbox, DATE, &mail(subject));
    }

    async fn try_poll(&self) -> Result<PollReport, PollError> {
        ImapPoller::new(self.config.clone(), self.followup.clone())?.poll_once(&Stop::new()).await
    }

    async fn poll(&self) -> PollReport {
        self.try_poll().await.unwrap()
    }
}

#[tokio::test]
async fn new_mail_is_stored_once_and_in_order() {
    let mut desk = desk("Nuevos");
    for subject in ["uno", "dos", "tres"] {
        desk.receives(subject);
    }
    let report = desk.poll().await;
    assert_eq!((report.stored, report.ingested.unassigned), (3, 3));
    assert_eq!(subjects(&desk.followup), ["uno", "dos", "tres"]);

    assert_eq!(desk.poll().await, PollReport::default());
    desk.receives("cuatro");
    assert_eq!(desk.poll().await.stored, 1);
    assert_eq!(subjects(&desk.followup), ["uno", "dos", "tres", "cuatro"]);
}

#[tokio::test]
async fn a_stored_mail_is_what_the_server_has_with_its_date_of_arrival() {
    let mut desk = desk("Originales");
    let odd = [b"Subject: raro\r\n\r\n".as_slice(), b"\x80\xff \xc3 8 bit {5}\r\n)\r\nA1 OK no\r\n"].concat();
    desk.person.append("Originales", DATE, &odd);
    desk.poll().await;
    let mails = stored(&desk.followup);
    let (stored, raw) = &mails[0];
    assert_eq!(raw, &odd);
    assert_eq!(stored.arrived_at, Utc.with_ymd_and_hms(2024, 7, 17, 15, 0, 0).unwrap());
    assert_eq!(stored.recorded_at, desk.followup.clock.now());
}

#[tokio::test]
async fn mail_handed_in_by_another_server_is_read_from_the_inbox() {
    RIG.deliver("reporter@clinic.test", &RIG.reporter.address, &mail("entregado")).unwrap();
    RIG.wait_for_mail(&RIG.reporter, 1, LIMIT);
    let mut config = config("INBOX", RIG.imaps_port, ImapTls::Implicit);
    config.user = RIG.reporter.address.clone();
    config.login = password(&RIG.reporter.password);
    let followup = service();
    let report = ImapPoller::new(config, followup.clone()).unwrap().poll_once(&Stop::new()).await.unwrap();
    assert_eq!((report.stored, subjects(&followup)), (1, vec!["entregado".into()]));
}

#[tokio::test]
async fn what_a_person_has_read_is_read_by_us_and_what_we_read_stays_unread() {
    let mut desk = desk("Leidos");
    desk.receives("visto");
    desk.receives("sin ver");
    desk.person.command("SELECT Leidos");
    desk.person.command("STORE 1 +FLAGS (\\Seen)");
    assert_eq!(desk.poll().await.stored, 2);
    let flags = desk.person.flags();
    assert!(flags[0].contains("\\Seen") && !flags[1].contains("\\Seen"), "{flags:?}");
}

#[tokio::test]
async fn a_mailbox_made_anew_is_read_anew_without_duplicates() {
    let mut desk = desk("Renovado");
    desk.receives("uno");
    desk.receives("dos");
    desk.poll().await;
    let before = cursor(&desk.followup, &desk.config).unwrap();

    desk.person.command("DELETE Renovado");
    desk.person.create("Renovado");
    desk.receives("dos");
    desk.receives("tres");
    let report = desk.poll().await;
    assert_eq!((report.rescanned, report.stored, report.known), (true, 1, 1));
    assert_eq!(subjects(&desk.followup), ["uno", "dos", "tres"]);
    let after = cursor(&desk.followup, &desk.config).unwrap();
    assert_ne!(after.uid_validity, before.uid_validity);
    assert_eq!(after.last_uid, 2);
    assert_eq!(desk.poll().await, PollReport::default());
}

#[tokio::test]
async fn mails_that_a_person_took_away_leave_a_gap_and_nothing_more() {
    let mut desk = desk("Huecos");
    desk.receives("uno");
    desk.receives("quitado");
    desk.receives("tres");
    desk.person.command("SELECT Huecos");
    desk.person.command("STORE 2 +FLAGS (\\Deleted)");
    desk.person.command("EXPUNGE");
    assert_eq!(desk.poll().await.stored, 2);
    desk.person.command("STORE 1:* +FLAGS (\\Deleted)");
    desk.person.command("EXPUNGE");
    assert_eq!(desk.poll().await, PollReport::default());
    desk.receives("cuatro");
    assert_eq!(desk.poll().await.stored, 1);
    assert_eq!(subjects(&desk.followup), ["uno", "tres", "cuatro"]);
}

#[tokio::test]
async fn a_mail_that_cannot_be_understood_does_not_stop_the_next_one() {
    let mut desk = desk("Rotos");
    desk.receives("uno");
    desk.person.append("Rotos", DATE, b"\xff\xfe\x01 no mail at all");
    desk.receives("tres");
    let report = desk.poll().await;
    assert_eq!((report.stored, report.ingested.quarantined, report.ingested.unassigned), (3, 1, 2));
    let states: Vec<InboundState> = stored(&desk.followup).iter().map(|(mail, _)| mail.state).collect();
    assert_eq!(states, [InboundState::Processed, InboundState::Quarantined, InboundState::Processed]);
}

#[tokio::test]
async fn two_pollers_at_once_store_each_mail_once() {
    let mut desk = desk("Dobles");
    for number in 0..40 {
        desk.receives(&format!("mensaje {number}"));
    }
    desk.config.limits.batch = 7;
    let (one, other) = tokio::join!(desk.poll(), desk.poll());
    assert_eq!(one.stored + other.stored, 40);
    let mut all = subjects(&desk.followup);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 40);
}

#[tokio::test]
async fn a_large_mail_comes_whole_and_above_the_limit_its_header_section() {
    let mut desk = desk("Grandes");
    let large = [mail("grande").as_slice(), &b"0123456789abcdef0123456789abcdef\r\n".repeat(100_000)].concat();
    desk.person.append("Grandes", DATE, &large);
    desk.poll().await;
    assert_eq!(stored(&desk.followup)[0].1, large);

    let limited = Desk { person: desk.person, followup: service(), config: desk.config };
    let mut limited = limited;
    limited.config.limits.largest_mail = 1_000_000;
    let report = limited.poll().await;
    assert_eq!((report.stored, report.oversized), (1, 1));
    let header = &stored(&limited.followup)[0].1;
    assert!(large.starts_with(header) && header.ends_with(b"\r\n\r\n") && header.len() < 200);
}

#[tokio::test]
async fn starttls_works_like_tls() {
    let mut desk = desk("Ascenso");
    desk.config = config("Ascenso", RIG.imap_port, ImapTls::StartTls);
    desk.receives("uno");
    assert_eq!(desk.poll().await.stored, 1);
}

#[tokio::test]
async fn a_mailbox_with_a_spanish_name_is_found() {
    let mut desk = desk("Notificaci&APM-n");
    desk.receives("uno");
    desk.config.mailbox = "Notificación".into();
    assert_eq!(desk.poll().await.stored, 1);
}

#[tokio::test]
async fn a_wrong_password_is_a_clear_error_without_the_password() {
    let mut desk = desk("Clave");
    for wrong in ["equivocada", "contraseña"] {
        desk.config.login = password(wrong);
        let error = desk.try_poll().await.unwrap_err();
        assert_eq!(error.to_string(), "LOGIN: refused by the server: [AUTHENTICATIONFAILED] Authentication failed.");
    }
}

#[tokio::test]
async fn a_certificate_of_a_foreign_authority_is_a_clear_error() {
    for (port, tls) in [(RIG.imaps_port, ImapTls::Implicit), (RIG.imap_port, ImapTls::StartTls)] {
        let mut config = config("INBOX", port, tls);
        config.ca_pem = None;
        let error = ImapPoller::new(config, service()).unwrap().poll_once(&Stop::new()).await.unwrap_err();
        let words = "TLS: the server's certificate is signed by an authority that is not trusted (UnknownIssuer)";
        assert_eq!(error.to_string(), words);
    }
}

#[tokio::test]
async fn a_certificate_of_another_host_is_a_clear_error() {
    // The certificate names 127.0.0.1, and this address leads to it.
    let listener = TcpListener::bind(("127.0.0.2", 0)).await.unwrap();
    let mut config = config("INBOX", listener.local_addr().unwrap().port(), ImapTls::Implicit);
    config.host = "127.0.0.2".into();
    tokio::spawn(async move {
        let (mut near, _) = listener.accept().await.unwrap();
        let mut far = TcpStream::connect(("127.0.0.1", RIG.imaps_port)).await.unwrap();
        copy_bidirectional(&mut near, &mut far).await
    });
    let error = ImapPoller::new(config, service()).unwrap().poll_once(&Stop::new()).await.unwrap_err();
    let words = error.to_string();
    assert!(words.starts_with("TLS: the server's certificate is not accepted: ") && words.contains("not valid for"), "{words}");
}

#[tokio::test]
async fn tls_towards_a_port_without_it_is_a_clear_error() {
    let config = config("INBOX", RIG.imap_port, ImapTls::Implicit);
    let error = ImapPoller::new(config, service()).unwrap().poll_once(&Stop::new()).await.unwrap_err();
    assert_eq!(error.to_string(), "TLS: the server does not speak TLS on this port");
}

#[tokio::test]
async fn a_mailbox_that_does_not_exist_is_a_clear_error() {
    let mut desk = desk("Existe");
    desk.config.mailbox = "No existe".into();
    let error = desk.try_poll().await.unwrap_err();
    assert!(error.to_string().starts_with("EXAMINE: refused by the server: Mailbox doesn't exist"), "{error}");
}
