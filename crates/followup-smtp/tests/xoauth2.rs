//! Signing in with tokens: at a real Postfix whose Dovecot asks a token server, and at a server that obeys a script.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use followup_domain::ports::{AccessToken, AccessTokens, Granted, Sender, TokenError};
use followup_domain::sending::{Parcel, SendError, SendStage};
use followup_oauth::{CurrentSecret, GivenToken, Grant, OauthConfig, TokenSource};
use followup_smtp::{SmtpConfig, SmtpLogin, SmtpSender, SmtpTls};
use followup_testkit::fakes::ManualClock;
use followup_testkit::rigs::mail::{HOST, MailRig};
use followup_testkit::rigs::sink::{Act, Sink, Stage};
use followup_testkit::rigs::tokens::{Answer, TokenServer};

use support::{AMPLE, address, message, plain, providers, send};

const USER: &str = "pv@vigia.test";

fn source(server: &TokenServer) -> Arc<TokenSource> {
    let config = OauthConfig {
        token_url: server.url(),
        ca_pem: None,
        client_id: "app".into(),
        client_secret: Some(CurrentSecret::fixed("secreto")),
        scope: None,
        grant: Grant::ClientCredentials,
    };
    Arc::new(TokenSource::new(config, Arc::new(ManualClock::default())).unwrap())
}

fn with_tokens(config: SmtpConfig, tokens: Arc<dyn AccessTokens>) -> SmtpConfig {
    SmtpConfig { login: Some(SmtpLogin::XOauth2 { user: USER.into(), tokens }), ..config }
}

fn at(rig: &MailRig, tokens: Arc<dyn AccessTokens>) -> SmtpSender {
    let config = SmtpConfig { host: HOST.into(), tls: SmtpTls::StartTls, ca_file: Some(rig.ca_file.clone()), ..plain(rig.submission_port) };
    SmtpSender::new(with_tokens(config, tokens)).unwrap()
}

fn sends(sender: &SmtpSender, rig: &MailRig) -> Result<(), SendError> {
    let message = followup_domain::sending::MailParcel { to: address(&rig.reporter.address), ..message() };
    sender.prepare(&Parcel::Mail(message.clone()), AMPLE)?.transmit().map(|_| ())
}

#[test]
fn a_good_token_sends_an_expired_one_is_renewed_at_once_and_a_forged_one_is_our_account() {
    let server = TokenServer::start(USER);
    let rig = MailRig::start_with_tokens(&server);
    let sender = at(&rig, source(&server));
    sends(&sender, &rig).unwrap();
    sends(&sender, &rig).unwrap();
    assert_eq!(server.requests().len(), 1, "the token is kept");

    server.expire_all();
    sends(&sender, &rig).unwrap();
    assert_eq!(server.requests().len(), 2, "the mail server did not take the kept one");

    server.expire_all();
    server.always(Answer::Forged);
    let error = sends(&sender, &rig).unwrap_err();
    let text = providers(&error, SendStage::SignIn).unwrap();
    assert!(text.starts_with("AUTH XOAUTH2: 535 5.7.8 ") && !text.contains("forged"), "{text}");
    assert_eq!(server.requests().len(), 3, "a new token that is refused is not asked for again");
    rig.wait_for_mail(&rig.reporter, 3, AMPLE);

    server.always(Answer::Token(3600));
    sends(&sender, &rig).unwrap();
}

#[test]
fn a_token_of_the_settings_is_presented_as_it_is() {
    let server = TokenServer::start(USER);
    let rig = MailRig::start_with_tokens(&server);
    let good = source(&server).token(AMPLE).unwrap().token.expose().to_owned();
    sends(&at(&rig, Arc::new(GivenToken::new(CurrentSecret::fixed(good)))), &rig).unwrap();
    let error = sends(&at(&rig, Arc::new(GivenToken::new(CurrentSecret::fixed("otro")))), &rig).unwrap_err();
    assert!(providers(&error, SendStage::SignIn).is_some(), "{error:?}");
}

#[test]
fn what_the_token_endpoint_refuses_is_our_account_and_one_that_is_away_is_a_server() {
    let mut server = TokenServer::start(USER);
    let sink = Sink::start(&[]);
    let sender = SmtpSender::new(with_tokens(plain(sink.port()), source(&server))).unwrap();
    server.next(&[Answer::Error(400, "invalid_grant")]);
    let error = sender.prepare(&Parcel::Mail(message()), AMPLE).err().unwrap();
    let text = providers(&error, SendStage::SignIn).unwrap();
    assert!(text.starts_with("OAuth2: ") && text.contains("OAUTH_REFRESH_TOKEN"), "{text}");
    server.close();
    let error = sender.prepare(&Parcel::Mail(message()), AMPLE).err().unwrap();
    assert_eq!(providers(&error, SendStage::Connection), Some("OAuth2: el servidor de autorización no se puede alcanzar"));
    assert_eq!(sink.sessions(), 0, "the mail server is not asked without a token");
}

/// Gives the tokens in turn, each as if it had been kept.
struct Kept(std::sync::Mutex<Vec<&'static str>>);

impl AccessTokens for Kept {
    fn token(&self, _: Duration) -> Result<Granted, TokenError> {
        let token = *self.0.lock().unwrap().first().unwrap();
        Ok(Granted { token: AccessToken::new(token), is_kept: true })
    }

    fn discard(&self, token: &AccessToken) {
        self.0.lock().unwrap().retain(|kept| *kept != token.expose());
    }
}

fn xoauth2_of(token: &str) -> String {
    format!("AUTH XOAUTH2 {}", STANDARD.encode(format!("user={USER}\x01auth=Bearer {token}\x01\x01")))
}

#[test]
fn the_servers_complaint_is_answered_with_an_empty_line() {
    // {"status":"401"}
    let sink = Sink::start(&[
        (Stage::Ehlo, Act::Say(b"250-x\r\n250 AUTH XOAUTH2\r\n")),
        (Stage::Auth, Act::Say(b"334 eyJzdGF0dXMiOiI0MDEifQ==\r\n")),
    ]);
    let tokens = Arc::new(GivenToken::new(CurrentSecret::fixed("uno")));
    let error = send(with_tokens(plain(sink.port()), tokens)).unwrap_err();
    assert!(providers(&error, SendStage::SignIn).is_some(), "{error:?}");
    assert_eq!(sink.transcript().commands[1..3], [xoauth2_of("uno"), String::new()]);
}

#[test]
fn a_second_kept_token_that_is_refused_is_the_last_try() {
    let sink = Sink::start(&[(Stage::Ehlo, Act::Say(b"250-x\r\n250 AUTH XOAUTH2\r\n")), (Stage::Auth, Act::Say(b"535 5.7.3 no\r\n"))]);
    let tokens = Arc::new(Kept(std::sync::Mutex::new(vec!["uno", "dos", "tres"])));
    let error = send(with_tokens(plain(sink.port()), tokens.clone())).unwrap_err();
    assert_eq!(providers(&error, SendStage::SignIn), Some("AUTH XOAUTH2: 535 5.7.3 no"));
    assert_eq!((sink.sessions(), tokens.0.lock().unwrap().clone()), (2, vec!["tres"]));
}

#[test]
fn a_server_without_xoauth2_gets_no_token() {
    let sink = Sink::start(&[(Stage::Ehlo, Act::Say(b"250-x\r\n250 AUTH PLAIN LOGIN\r\n"))]);
    let error = send(with_tokens(plain(sink.port()), Arc::new(GivenToken::new(CurrentSecret::fixed("uno"))))).unwrap_err();
    assert_eq!(providers(&error, SendStage::SignIn), Some("AUTH XOAUTH2: el servidor no lo ofrece"));
    assert!(!sink.transcript().commands.iter().any(|line| line.starts_with("AUTH")));
}
