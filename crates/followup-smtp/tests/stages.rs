//! What each thing that can happen in an SMTP session means for the message.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::net::TcpListener;
use std::time::Duration;

use followup_domain::contact::{EmailAddress, Failure, FailureReason, Permanence};
use followup_domain::ports::Sender;
use followup_domain::sending::{MailParcel, Parcel, Refusal, SendError, SendStage};
use followup_smtp::{SmtpConfig, SmtpSender};
use followup_testkit::rigs::sink::{Act, Sink, Stage};

use support::{AMPLE, SHORT, message, plain, providers, send, send_within, unavailable};

/// Each step before the message, and as what its failure is counted.
const BEFORE_THE_MESSAGE: [(Stage, SendStage); 5] = [
    (Stage::Greeting, SendStage::Connection),
    (Stage::Ehlo, SendStage::Connection),
    (Stage::Mail, SendStage::Sender),
    (Stage::Rcpt, SendStage::Recipient),
    (Stage::Data, SendStage::Message),
];

fn when(stage: Stage, act: Act) -> SendError {
    send(plain(Sink::start(&[(stage, act)]).port())).unwrap_err()
}

fn when_said(stage: Stage, reply: &'static str) -> SendError {
    when(stage, Act::Say(reply.as_bytes()))
}

fn not_sent(text: &str) -> SendError {
    SendError::NotSent(text.into())
}

/// For good, in the words that follow the codes.
fn refused(text: &str) -> SendError {
    let (_, said) = text.split_once(": ").unwrap();
    let codes = said.split(' ').take(2).collect::<Vec<_>>().join(" ");
    SendError::Refused(Refusal { code: Some(codes), ..text.into() })
}

#[test]
fn an_accepted_mail_has_the_servers_own_words_and_exactly_the_prepared_bytes() {
    let server = Sink::start(&[]);
    let prepared = SmtpSender::new(plain(server.port())).unwrap().prepare(&Parcel::Mail(message()), AMPLE).unwrap();
    let content = prepared.content().to_vec();
    assert_eq!(prepared.transmit().unwrap().words, "250 2.0.0 Ok: queued as 4F1");

    let transcript = server.transcript();
    assert_eq!(transcript.commands, ["EHLO pv.vigia.test", "MAIL FROM:<pv@vigia.test>", "RCPT TO:<reporter@clinic.test>", "DATA", "QUIT"]);
    let sent = transcript.message.unwrap();
    assert_eq!(String::from_utf8_lossy(sent.strip_suffix(b".\r\n").unwrap()), String::from_utf8_lossy(&content));
}

#[test]
fn acceptances_in_any_words_are_acceptances() {
    for (reply, words) in [
        (&b"250\r\n"[..], "250"),
        (b"251 will forward\r\n", "251 will forward"),
        (b"250-2.0.0 Ok\r\n250 2.0.0 queued\r\n", "250 2.0.0 Ok queued"),
        (b"250 Recibido: informaci\xf3n\0\r\n", "250 Recibido: información"),
        (b"250 lone line feed\n", "250 lone line feed"),
    ] {
        let server = Sink::start(&[(Stage::Accepted, Act::Say(reply))]);
        assert_eq!(send(plain(server.port())).unwrap().words, words);
    }
}

#[test]
fn a_temporary_refusal_of_recipient_or_message_means_not_sent() {
    assert_eq!(when_said(Stage::Rcpt, "450 4.7.1 Greylisted\r\n"), not_sent("RCPT TO: 450 4.7.1 Greylisted"));
    assert_eq!(when_said(Stage::Rcpt, "452 4.2.2 Mailbox full\r\n"), not_sent("RCPT TO: 452 4.2.2 Mailbox full"));
    assert_eq!(when_said(Stage::Data, "451 4.3.0 No room\r\n"), not_sent("DATA: 451 4.3.0 No room"));
}

#[test]
fn a_final_refusal_of_recipient_or_message_means_refused() {
    let reply = "550-5.1.1 <x@y>: Recipient address rejected:\r\n550 5.1.1 User unknown\r\n";
    let unknown = Failure { permanence: Permanence::Hard, reason: FailureReason::UnknownUser, status: Some("5.1.1".into()) };
    let words = "RCPT TO: 550 5.1.1 <x@y>: Recipient address rejected: User unknown";
    let refusal = Refusal { code: Some("550 5.1.1".into()), ..Refusal::of_the_recipient(words, unknown) };
    assert_eq!(when_said(Stage::Rcpt, reply), SendError::Refused(refusal));
    assert_eq!(when_said(Stage::Data, "554 5.5.1 No valid recipients\r\n"), refused("DATA: 554 5.5.1 No valid recipients"));
}

#[test]
fn what_concerns_the_connection_our_account_or_our_address_never_burns_the_message() {
    for (at, reply, stage, text) in [
        (Stage::Ehlo, "502 no\r\n", SendStage::Connection, "EHLO: 502 no"),
        (Stage::Mail, "530 5.7.0 Authentication required\r\n", SendStage::Sender, "MAIL FROM: 530 5.7.0 Authentication required"),
        (Stage::Mail, "553 5.7.1 Not yours\r\n", SendStage::Sender, "MAIL FROM: 553 5.7.1 Not yours"),
        (Stage::Mail, "451 4.3.0 Try later\r\n", SendStage::Sender, "MAIL FROM: 451 4.3.0 Try later"),
        (Stage::Rcpt, "421 Shutting down\r\n", SendStage::Connection, "RCPT TO: 421 Shutting down"),
        (Stage::Rcpt, "535 5.7.8 Expired\r\n", SendStage::SignIn, "RCPT TO: 535 5.7.8 Expired"),
        (Stage::Message, "550 5.4.5 Daily limit\r\n", SendStage::Connection, "end of DATA: 550 5.4.5 Daily limit"),
        (Stage::Message, "550 5.7.60 Cannot send as this\r\n", SendStage::Sender, "end of DATA: 550 5.7.60 Cannot send as this"),
    ] {
        assert_eq!(when_said(at, reply), unavailable(stage, text));
    }
    let server = Sink::start(&[(Stage::Greeting, Act::Say(b"554 5.7.1 Blocked\r\n"))]);
    let expected = format!("conexión con 127.0.0.1:{}: 554 5.7.1 Blocked", server.port());
    assert_eq!(send(plain(server.port())).unwrap_err(), unavailable(SendStage::Connection, &expected));
}

#[test]
fn a_server_that_shuts_down_on_a_message_may_mean_that_message() {
    for reply in ["421 4.4.2 Timeout - closing connection\r\n", "421 Service not available\r\n"] {
        assert_eq!(when_said(Stage::Message, reply), SendError::HungUp(format!("end of DATA: {}", reply.trim_end())));
    }
}

#[test]
fn servers_that_wait_with_it_until_the_recipient_is_named_are_understood() {
    for (reply, stage) in [
        ("554 5.7.1 <x@y>: Relay access denied\r\n", SendStage::SignIn),
        ("550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain\r\n", SendStage::SignIn),
        ("530 5.7.57 Client not authenticated to send mail\r\n", SendStage::SignIn),
        ("553 5.7.1 <a@b>: Sender address rejected: not owned by user c\r\n", SendStage::Sender),
        ("554 5.7.1 <unknown[127.0.0.1]>: Client host rejected: Access denied\r\n", SendStage::Connection),
    ] {
        assert!(matches!(when_said(Stage::Rcpt, reply), SendError::Unavailable { stage: told, .. } if told == stage), "{reply}");
    }
    // What another server said of one recipient is no failure of the one that passes it on.
    for quoted in ["host mx.clinic.test said: 554 5.7.1 Relay access denied", "host mx.clinic.test said: 550 5.1.8 Sender address rejected"]
    {
        assert!(matches!(when_said(Stage::Rcpt, format!("550 5.7.1 {quoted}\r\n").leak()), SendError::Refused(_)), "{quoted}");
        assert!(matches!(when_said(Stage::Message, format!("451 4.7.1 {quoted}\r\n").leak()), SendError::NotSent(_)), "{quoted}");
    }
    // What is said of the recipient stays the recipient's, whatever its code.
    for reply in ["554 5.7.1 <x@y>: Recipient address rejected: Access denied\r\n", "550 5.7.1 Message rejected by policy\r\n"] {
        assert!(matches!(when_said(Stage::Rcpt, reply), SendError::Refused(_)), "{reply}");
    }
}

#[test]
fn silence_before_the_message_is_the_providers_failure_and_not_the_letters() {
    for (stage, counted) in BEFORE_THE_MESSAGE {
        let error = when(stage, Act::HangUp);
        assert!(providers(&error, counted).is_some_and(|text| text.contains("cerró la conexión")), "{stage:?}: {error}");

        let server = Sink::start(&[(stage, Act::Stall)]);
        let error = send(SmtpConfig { timeout: SHORT, ..plain(server.port()) }).unwrap_err();
        assert!(providers(&error, counted).is_some_and(|text| text.ends_with("sin respuesta a tiempo")), "{stage:?}: {error}");
        assert_eq!(server.transcript().message, None);
    }
}

#[test]
fn answers_that_are_no_smtp_before_the_message_are_the_providers_failure() {
    for (stage, counted) in BEFORE_THE_MESSAGE {
        for garbage in [&b"HTTP/1.1 400 Bad Request\r\n"[..], b"250-a\r\n550 b\r\n", b"\xff\xfe\r\n", &[b'2'; 20_000]] {
            let error = when(stage, Act::SayAndHangUp(garbage));
            assert!(providers(&error, counted).is_some_and(|text| !text.contains('\n')), "{stage:?}: {error:?}");
        }
    }
    // Each is a reply, but not one that lets the session go on.
    assert_eq!(when_said(Stage::Data, "250 Ok\r\n"), unavailable(SendStage::Message, "DATA: 250 Ok"));
    assert_eq!(when_said(Stage::Rcpt, "354 Go\r\n"), unavailable(SendStage::Recipient, "RCPT TO: 354 Go"));
}

#[test]
fn after_the_final_dot_only_the_servers_word_tells() {
    assert_eq!(when_said(Stage::Message, "451 4.3.0 Disk full\r\n"), not_sent("end of DATA: 451 4.3.0 Disk full"));
    assert_eq!(when_said(Stage::Message, "554 5.7.1 Spam\r\n"), refused("end of DATA: 554 5.7.1 Spam"));
    for act in
        [Act::HangUp, Act::Say(b"354 Go\r\n"), Act::SayAndHangUp(b"what?\r\n"), Act::SayAndHangUp(b"25"), Act::SayAndHangUp(b"250-a\r\n")]
    {
        let error = when(Stage::Message, act);
        assert!(matches!(&error, SendError::Uncertain(text) if text.starts_with("end of DATA: ")), "{act:?}: {error:?}");
    }
}

#[test]
fn no_answer_to_the_message_within_the_budget_is_uncertain() {
    let server = Sink::start(&[(Stage::Message, Act::Stall)]);
    let error = send_within(plain(server.port()), Duration::from_secs(2)).unwrap_err();
    assert_eq!(error, SendError::Uncertain("end of DATA: sin respuesta a tiempo".into()));
    // Neither a farewell nor anything else follows a message that was left unanswered.
    assert!(server.transcript().unanswered.is_empty());
}

#[test]
fn the_answer_to_the_message_may_take_longer_than_a_step() {
    let server = Sink::start(&[(Stage::Accepted, Act::Drip)]);
    let config = SmtpConfig { timeout: Duration::from_secs(1), ..plain(server.port()) };
    assert!(send_within(config, Duration::from_secs(60)).unwrap().words.ends_with("queued as 4F1"));
}

#[test]
fn a_server_that_drips_its_answer_does_not_prolong_the_wait() {
    for (stage, counted) in BEFORE_THE_MESSAGE {
        let server = Sink::start(&[(stage, Act::Drip)]);
        let error = send(SmtpConfig { timeout: Duration::from_millis(400), ..plain(server.port()) }).unwrap_err();
        assert!(providers(&error, counted).is_some_and(|text| text.ends_with("sin respuesta a tiempo")), "{stage:?}: {error}");
    }
}

#[test]
fn the_budget_bounds_the_whole_and_not_each_step() {
    let server = Sink::start(&[(Stage::Rcpt, Act::Stall)]);
    let error = send_within(plain(server.port()), SHORT).unwrap_err();
    assert!(providers(&error, SendStage::Recipient).is_some_and(|text| text.ends_with("sin respuesta a tiempo")), "{error}");
    let server = Sink::start(&[]);
    let error = send_within(plain(server.port()), Duration::ZERO).unwrap_err();
    assert!(providers(&error, SendStage::Connection).is_some_and(|text| text.ends_with("sin respuesta a tiempo")), "{error}");
    assert_eq!(server.sessions(), 0);
}

#[test]
fn a_refusal_that_comes_while_the_message_is_being_sent_is_heard() {
    let server = Sink::start(&[(Stage::Message, Act::Interrupt(b"552 5.3.4 Too big\r\n"))]);
    let big = MailParcel { body: "Una frase de texto.\n".repeat(500_000), ..message() };
    let error = SmtpSender::new(plain(server.port())).unwrap().prepare(&Parcel::Mail(big.clone()), AMPLE).unwrap().transmit().unwrap_err();
    assert_eq!(error, refused("end of DATA: 552 5.3.4 Too big"));
}

#[test]
fn an_answer_that_comes_before_its_question_is_no_acceptance() {
    let error = when_said(Stage::Data, "354 Go\r\n250 2.0.0 Ok: queued\r\n");
    assert_eq!(error, unavailable(SendStage::Message, "DATA: el servidor habló antes del mensaje"));
}

#[test]
fn nothing_about_the_farewell_turns_an_accepted_mail_into_an_error() {
    for act in [Act::HangUp, Act::Stall, Act::Say(b"500 no\r\n"), Act::SayAndHangUp(b"\0")] {
        assert!(send(plain(Sink::start(&[(Stage::Quit, act)]).port())).is_ok(), "{act:?}");
    }
    assert!(send(plain(Sink::start(&[(Stage::Accepted, Act::SayAndHangUp(b"250 Ok\r\n"))]).port())).is_ok());
}

#[test]
fn a_prepared_mail_that_is_not_transmitted_ends_the_session_without_data() {
    let server = Sink::start(&[]);
    drop(SmtpSender::new(plain(server.port())).unwrap().prepare(&Parcel::Mail(message()), AMPLE).unwrap());
    let transcript = server.transcript();
    assert_eq!(transcript.commands[3..], ["QUIT"]);
    assert_eq!(transcript.message, None);
}

#[test]
fn a_refused_recipient_ends_the_session_in_good_order() {
    let server = Sink::start(&[(Stage::Rcpt, Act::Say(b"550 no\r\n"))]);
    send(plain(server.port())).unwrap_err();
    assert_eq!(server.transcript().commands[3..], ["QUIT"]);
}

#[test]
fn a_server_that_is_down_is_told_as_connection_refused() {
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let expected = format!("conexión con 127.0.0.1:{port}: Connection refused");
    assert_eq!(send(plain(port)).unwrap_err(), unavailable(SendStage::Connection, &expected));
}

#[test]
fn nothing_in_subject_name_or_text_adds_a_command_a_recipient_or_a_header() {
    let attack = "x\r\nBcc: victim@example.org\r\n\r\n.\r\nMAIL FROM:<evil@example.org>\r\nRCPT TO:<victim@example.org>";
    let server = Sink::start(&[]);
    let hostile = MailParcel { subject: attack.into(), from_name: Some(attack.into()), body: attack.into(), ..message() };
    SmtpSender::new(plain(server.port())).unwrap().prepare(&Parcel::Mail(hostile.clone()), AMPLE).unwrap().transmit().unwrap();
    let transcript = server.transcript();
    assert_eq!(transcript.commands.len(), 5, "{:?}", transcript.commands);
    let sent = String::from_utf8(transcript.message.unwrap()).unwrap();
    let (headers, _) = sent.split_once("\r\n\r\n").unwrap();
    assert!(!headers.lines().any(|line| line.to_ascii_lowercase().starts_with("bcc")), "{headers}");
    assert_eq!(sent.matches("\r\n.\r\n").count(), 1, "{sent}");

    for text in ["a@b.pe>\r\nRCPT TO:<victim@example.org", "a@b.pe\r\nDATA", "<a@b.pe> SIZE=1", "a\0@b.pe"] {
        assert!(EmailAddress::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn an_address_outside_ascii_is_refused_without_a_connection() {
    let message = MailParcel { to: support::address("ñandú@clinic.test"), ..message() };
    let error = SmtpSender::new(plain(1)).unwrap().prepare(&Parcel::Mail(message.clone()), AMPLE).err().unwrap();
    assert!(matches!(&error, SendError::Refused(refusal) if refusal.text.contains("SMTPUTF8") && refusal.stage.is_none()), "{error}");
}
