//! Whom the sender trusts, and what it tells to whom.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use followup_domain::sending::{SendError, SendStage};
use followup_smtp::{SmtpConfig, SmtpConfigError, SmtpLogin, SmtpSender, SmtpTls};
use followup_testkit::rigs::sink::{Act, Security, Sink, Stage};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tempfile::TempDir;

use support::{SHORT, plain, providers, send, unavailable};

const USER: &str = "pv@vigia.test";
const PASSWORD: &str = "clave ñ secreta";

/// An authority of its own, with its certificate in a file.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    fn new() -> Self {
        Self::named("Our authority")
    }

    fn named(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("ca.pem"), issuer.pem()).unwrap();
        Self { issuer, folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// What a server with a certificate for this name presents.
    fn server(&self, name: &str) -> Arc<ServerConfig> {
        self.server_with(CertificateParams::new(vec![name.to_owned()]).unwrap())
    }

    fn server_with(&self, params: CertificateParams) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap())
    }

    fn config(&self, tls: SmtpTls, port: u16) -> SmtpConfig {
        let login = Some(SmtpLogin::password(USER, PASSWORD));
        SmtpConfig { host: "localhost".into(), tls, ca_file: Some(self.file()), login, ..plain(port) }
    }
}

/// As its text tells.
fn not_sent(text: &str) -> SendError {
    let stage = match text {
        _ if text.contains("certificado") || text.starts_with("STARTTLS") => SendStage::Tls,
        _ if text.starts_with("AUTH") => SendStage::SignIn,
        _ => SendStage::Connection,
    };
    unavailable(stage, text)
}

fn signed_in() -> String {
    format!("AUTH PLAIN {}", STANDARD.encode(format!("\0{USER}\0{PASSWORD}")))
}

#[test]
fn starttls_comes_before_password_and_mail() {
    let authority = Authority::new();
    let server = Sink::secured(Security::StartTls(authority.server("localhost")), &[]);
    assert_eq!(send(authority.config(SmtpTls::StartTls, server.port())).unwrap().words, "250 2.0.0 Ok: queued as 4F1");
    let commands = server.transcript().commands;
    assert_eq!(commands[..4], ["EHLO pv.vigia.test", "STARTTLS", "EHLO pv.vigia.test", &signed_in()]);
    assert_eq!(commands.last().unwrap(), "QUIT");
}

#[test]
fn tls_from_the_first_byte_and_a_host_given_as_address() {
    let authority = Authority::new();
    let server = Sink::secured(Security::Wrapper(authority.server("127.0.0.1")), &[]);
    let config = SmtpConfig { host: "127.0.0.1".into(), ..authority.config(SmtpTls::Wrapper, server.port()) };
    assert!(send(config).is_ok());
    assert_eq!(server.transcript().commands[..2], ["EHLO pv.vigia.test", &signed_in()]);
}

#[test]
fn a_server_that_our_authority_does_not_vouch_for_gets_no_password() {
    let (ours, foreign) = (Authority::new(), Authority::named("Another authority"));
    let server = Sink::secured(Security::StartTls(foreign.server("localhost")), &[]);
    let error = send(ours.config(SmtpTls::StartTls, server.port())).unwrap_err();
    assert_eq!(error, not_sent("STARTTLS: certificado no fiable (emisor desconocido)"));
    assert_eq!(server.transcript().commands, ["EHLO pv.vigia.test", "STARTTLS"]);

    let server = Sink::secured(Security::Wrapper(foreign.server("localhost")), &[]);
    let expected = format!("conexión con localhost:{}: certificado no fiable (emisor desconocido)", server.port());
    assert_eq!(send(ours.config(SmtpTls::Wrapper, server.port())).unwrap_err(), not_sent(&expected));
}

#[test]
fn an_authority_that_has_only_the_name_of_ours_is_not_trusted() {
    let (ours, impostor) = (Authority::new(), Authority::new());
    let server = Sink::secured(Security::StartTls(impostor.server("localhost")), &[]);
    let error = send(ours.config(SmtpTls::StartTls, server.port())).unwrap_err();
    assert_eq!(error, not_sent("STARTTLS: certificado no fiable (no lo firmó el emisor que nombra)"));
}

#[test]
fn the_machines_own_authorities_do_not_vouch_for_ours() {
    let authority = Authority::new();
    let server = Sink::secured(Security::StartTls(authority.server("localhost")), &[]);
    let config = SmtpConfig { ca_file: None, ..authority.config(SmtpTls::StartTls, server.port()) };
    match SmtpSender::new(config.clone()) {
        // A machine without any.
        Err(error) => assert_eq!(error, SmtpConfigError::NoAuthorities),
        Ok(_) => assert_eq!(send(config).unwrap_err(), not_sent("STARTTLS: certificado no fiable (emisor desconocido)")),
    }
}

#[test]
fn a_certificate_for_another_host_or_another_time_is_not_trusted() {
    let authority = Authority::new();
    let mut expired = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    expired.not_before = rcgen::date_time_ymd(2001, 1, 1);
    expired.not_after = rcgen::date_time_ymd(2002, 1, 1);
    let mut early = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    early.not_before = rcgen::date_time_ymd(4000, 1, 1);
    early.not_after = rcgen::date_time_ymd(4001, 1, 1);
    for (presented, reason) in [
        (authority.server("mail.vigia.test"), "emitido para otro servidor"),
        (authority.server_with(expired), "caducado"),
        (authority.server_with(early), "todavía no es válido"),
    ] {
        let server = Sink::secured(Security::StartTls(presented), &[]);
        let error = send(authority.config(SmtpTls::StartTls, server.port())).unwrap_err();
        assert_eq!(error, not_sent(&format!("STARTTLS: certificado no fiable ({reason})")));
    }
}

#[test]
fn a_server_that_does_not_begin_tls_gets_neither_password_nor_mail() {
    let authority = Authority::new();
    let server = Sink::start(&[]);
    let error = send(authority.config(SmtpTls::StartTls, server.port())).unwrap_err();
    assert_eq!(error, not_sent("STARTTLS: el servidor no lo ofrece"));
    assert_eq!(server.transcript().commands, ["EHLO pv.vigia.test", "QUIT"]);

    let offering = |act| {
        let server = Sink::secured(Security::StartTls(authority.server("localhost")), &[(Stage::StartTls, act)]);
        let error = send(authority.config(SmtpTls::StartTls, server.port())).unwrap_err();
        let commands = server.transcript().commands;
        assert!(!commands.iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")), "{commands:?}");
        error
    };
    assert_eq!(offering(Act::Say(b"454 4.7.0 Not now\r\n")), not_sent("STARTTLS: 454 4.7.0 Not now"));
    assert_eq!(offering(Act::Say(b"501 5.5.4 Never\r\n")), not_sent("STARTTLS: 501 5.5.4 Never"));
    assert_eq!(offering(Act::HangUp), not_sent("STARTTLS: el servidor cerró la conexión"));
}

#[test]
fn what_is_said_before_tls_is_not_taken_for_the_servers_word_in_tls() {
    let authority = Authority::new();
    let injected = Act::Say(b"220 go on\r\n250-test\r\n250 AUTH PLAIN\r\n");
    let server = Sink::secured(Security::StartTls(authority.server("localhost")), &[(Stage::StartTls, injected)]);
    let error = send(authority.config(SmtpTls::StartTls, server.port())).unwrap_err();
    assert_eq!(error, not_sent("STARTTLS: el servidor habló antes de iniciar TLS"));
}

#[test]
fn a_handshake_that_fails_or_stalls_means_not_sent() {
    let authority = Authority::new();
    let during = |act| {
        let server = Sink::secured(Security::Wrapper(authority.server("localhost")), &[(Stage::Handshake, act)]);
        let config = SmtpConfig { timeout: SHORT, ..authority.config(SmtpTls::Wrapper, server.port()) };
        let prefix = format!("conexión con localhost:{}: ", server.port());
        send(config).unwrap_err().to_string().strip_prefix(&prefix).unwrap().to_owned()
    };
    assert_eq!(during(Act::Stall), "sin respuesta a tiempo");
    assert_eq!(during(Act::Say(b"220 clear text here\r\n")), "el servidor no habla TLS aquí");
}

#[test]
fn a_hung_up_session_inside_tls_after_the_message_is_uncertain() {
    let authority = Authority::new();
    let server = Sink::secured(Security::StartTls(authority.server("localhost")), &[(Stage::Message, Act::HangUp)]);
    let error = send(authority.config(SmtpTls::StartTls, server.port())).unwrap_err();
    assert_eq!(error, SendError::Uncertain("end of DATA: el servidor cerró la conexión".into()));
}

#[test]
fn login_serves_where_plain_is_not_offered() {
    let authority = Authority::new();
    let offer = Act::Say(b"250-test\r\n250 AUTH CRAM-MD5 LOGIN\r\n");
    let server = Sink::secured(Security::Wrapper(authority.server("localhost")), &[(Stage::Ehlo, offer)]);
    assert!(send(authority.config(SmtpTls::Wrapper, server.port())).is_ok());
    let commands = server.transcript().commands;
    assert_eq!(commands[1..4], ["AUTH LOGIN".to_owned(), STANDARD.encode(USER), STANDARD.encode(PASSWORD)]);
}

#[test]
fn a_wrong_password_is_told_and_burns_no_letter() {
    let authority = Authority::new();
    for (reply, text) in [
        ("535 5.7.8 Error: authentication failed\r\n", "AUTH: 535 5.7.8 Error: authentication failed"),
        ("454 4.7.0 Temporary failure\r\n", "AUTH: 454 4.7.0 Temporary failure"),
        ("535 no user pv with clave ñ secreta\r\n", "AUTH: 535 no user pv with …"),
        ("334 \r\n", "AUTH: el servidor pide algo distinto de usuario y contraseña"),
    ] {
        let server = Sink::secured(Security::Wrapper(authority.server("localhost")), &[(Stage::Auth, Act::Say(reply.as_bytes()))]);
        assert_eq!(send(authority.config(SmtpTls::Wrapper, server.port())).unwrap_err(), not_sent(text));
    }
}

#[test]
fn a_server_without_a_way_to_sign_in_is_told() {
    let authority = Authority::new();
    for offer in ["250 test\r\n", "250-test\r\n250 AUTH GSSAPI\r\n", "250\r\n"] {
        let server = Sink::secured(Security::Wrapper(authority.server("localhost")), &[(Stage::Ehlo, Act::Say(offer.as_bytes()))]);
        let error = send(authority.config(SmtpTls::Wrapper, server.port())).unwrap_err();
        assert_eq!(error, not_sent("AUTH: el servidor no ofrece PLAIN ni LOGIN"));
    }
}

#[test]
fn a_host_name_that_does_not_exist_means_not_sent() {
    let authority = Authority::new();
    // "invalid" never exists (RFC 6761).
    let error = send(SmtpConfig { host: "smtp.invalid".into(), ..authority.config(SmtpTls::StartTls, 587) }).unwrap_err();
    assert!(providers(&error, SendStage::Connection).is_some_and(|text| text.starts_with("conexión con smtp.invalid:587: ")), "{error}");
}

#[test]
fn a_ca_file_of_no_use_is_told_in_one_sentence() {
    let authority = Authority::new();
    let refusal = |name: &str, content: Option<&str>| {
        let path = authority.folder.path().join(name);
        if let Some(content) = content {
            fs::write(&path, content).unwrap();
        }
        let config = SmtpConfig { ca_file: Some(path.clone()), ..authority.config(SmtpTls::StartTls, 587) };
        match SmtpSender::new(config).unwrap_err() {
            SmtpConfigError::CaFile { path: told, reason } => {
                assert_eq!(told, path.display().to_string());
                reason
            }
            other => panic!("{other}"),
        }
    };
    assert!(refusal("absent.pem", None).starts_with("No such file"));
    assert!(refusal("empty.pem", Some("")).starts_with("it has no certificate in PEM form"));
    assert!(refusal("key.pem", Some(&KeyPair::generate().unwrap().serialize_pem())).starts_with("it has no certificate in PEM form"));
    assert!(refusal("cut.pem", Some("-----BEGIN CERTIFICATE-----\nMIIB\n")).starts_with("it is not PEM"));
    let nonsense = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(refusal("nonsense.pem", Some(nonsense)).starts_with("it has an unusable certificate"));
}
