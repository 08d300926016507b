//! The tokens of an account, from a token server of the tests' own.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use chrono::TimeDelta;
use followup_domain::ports::{AccessToken, AccessTokens, TokenError};
use followup_oauth::{CurrentSecret, Grant, OauthConfig, TokenSource};
use followup_testkit::fakes::ManualClock;
use followup_testkit::rigs::tokens::{Answer, TokenServer};

/// Longer than any answer on loopback takes.
const AMPLE: Duration = Duration::from_secs(30);

struct Desk {
    server: TokenServer,
    clock: Arc<ManualClock>,
}

impl Desk {
    fn new() -> Self {
        Self { server: TokenServer::start("pv@vigia.test"), clock: Arc::default() }
    }

    fn config(&self, grant: Grant) -> OauthConfig {
        OauthConfig {
            token_url: self.server.url(),
            ca_pem: None,
            client_id: "app-1".into(),
            client_secret: Some(CurrentSecret::fixed("clave&secreta=ñ")),
            scope: Some("https://outlook.office365.com/.default".into()),
            grant,
        }
    }

    fn source(&self, grant: Grant) -> TokenSource {
        TokenSource::new(self.config(grant), self.clock.clone()).unwrap()
    }

    fn client(&self) -> TokenSource {
        self.source(Grant::ClientCredentials)
    }

    fn passes(&self, seconds: i64) {
        self.clock.advance(TimeDelta::seconds(seconds));
    }
}

fn refresh(token: &str, keep_in: Option<&std::path::Path>) -> Grant {
    Grant::RefreshToken { token: CurrentSecret::fixed(token), keep_in: keep_in.map(Into::into) }
}

fn token(source: &TokenSource) -> String {
    source.token(AMPLE).unwrap().token.expose().to_owned()
}

#[test]
fn client_credentials_are_presented_as_rfc_6749_says_and_the_token_is_kept() {
    let desk = Desk::new();
    let source = desk.client();
    let first = source.token(AMPLE).unwrap();
    let second = source.token(AMPLE).unwrap();
    assert_eq!((first.is_kept, second.is_kept), (false, true));
    assert_eq!(first.token, second.token);
    let requests = desk.server.requests();
    assert_eq!(requests.len(), 1);
    for (name, value) in [
        ("grant_type", "client_credentials"),
        ("client_id", "app-1"),
        ("client_secret", "clave&secreta=ñ"),
        ("scope", "https://outlook.office365.com/.default"),
    ] {
        assert_eq!(requests[0].get(name).map(String::as_str), Some(value), "{name}");
    }
}

#[test]
fn a_token_is_renewed_before_it_expires_and_not_long_before() {
    let desk = Desk::new();
    let source = desk.client();
    let first = token(&source);
    desk.passes(3600 - 451);
    assert_eq!(token(&source), first, "more than margin and jitter are left");
    desk.passes(151);
    let second = token(&source);
    assert_ne!(second, first, "the margin is reached");
    desk.server.next(&[Answer::Token(60)]);
    desk.passes(3600);
    let short = token(&source);
    desk.passes(60 / 2);
    assert_eq!(token(&source), short, "a short-lived token is kept for half its life");
    desk.passes(60 / 4);
    assert_ne!(token(&source), short);
}

#[test]
fn many_threads_at_once_ask_once_and_all_get_the_token() {
    let desk = Desk::new();
    let source = Arc::new(desk.client());
    desk.server.hold();
    let threads: Vec<_> = (0..16).map(|_| Arc::clone(&source)).map(|source| thread::spawn(move || token(&source))).collect();
    desk.server.wait_for_requests(1);
    desk.server.release();
    let tokens: Vec<String> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert!(tokens.iter().all(|token| *token == tokens[0]));
    assert_eq!(desk.server.requests().len(), 1);
}

#[test]
fn a_discarded_token_is_not_given_again_and_discarding_an_old_one_costs_nothing() {
    let desk = Desk::new();
    let source = desk.client();
    let first = token(&source);
    source.discard(&AccessToken::new(first.clone()));
    let second = token(&source);
    assert_ne!(second, first);
    source.discard(&AccessToken::new(first));
    assert_eq!(token(&source), second);
}

#[test]
fn while_the_endpoint_is_away_a_token_serves_to_its_end() {
    let mut desk = Desk::new();
    let source = desk.client();
    let first = token(&source);
    desk.server.close();
    desk.passes(3600 - 60);
    let granted = source.token(AMPLE).unwrap();
    assert_eq!((granted.token.expose(), granted.is_kept), (first.as_str(), true));
    desk.passes(60);
    assert!(matches!(source.token(AMPLE), Err(TokenError::Unavailable(_))));
    desk.server.open();
    assert_ne!(token(&source), first);
}

#[test]
fn while_the_endpoint_refuses_a_token_serves_to_its_end_and_is_renewed_after_a_pause() {
    let desk = Desk::new();
    let source = desk.client();
    let first = token(&source);
    let refused = || Answer::Error(401, "invalid_client");
    desk.server.next(&[refused(), refused(), refused()]);
    desk.passes(3600 - 60);
    for _ in 0..5 {
        let granted = source.token(AMPLE).unwrap();
        assert_eq!((granted.token.expose(), granted.is_kept), (first.as_str(), true));
    }
    assert_eq!(desk.server.requests().len(), 2, "the first, and one that was refused");
    desk.passes(29);
    assert_eq!(token(&source), first);
    assert_eq!(desk.server.requests().len(), 2);
    desk.passes(1);
    assert_eq!(token(&source), first);
    assert_eq!(desk.server.requests().len(), 3);
    // Its last moment: no longer presented, and the refusal is told.
    desk.passes(25);
    assert!(matches!(source.token(AMPLE), Err(TokenError::Refused(_))));
    assert_ne!(token(&source), first);
}

#[test]
fn a_token_that_a_mail_server_refused_does_not_serve_on() {
    let desk = Desk::new();
    let source = desk.client();
    source.discard(&AccessToken::new(token(&source)));
    desk.server.next(&[Answer::Error(401, "invalid_client")]);
    assert!(matches!(source.token(AMPLE), Err(TokenError::Refused(_))));
}

#[test]
fn a_refusal_says_in_spanish_what_to_do_and_never_a_secret_or_an_address() {
    let desk = Desk::new();
    let source = desk.source(refresh("renovador-secreto", None));
    for (status, code, says) in [
        (400, "invalid_grant", "OAUTH_REFRESH_TOKEN"),
        (401, "invalid_client", "OAUTH_CLIENT_SECRET"),
        (400, "invalid_scope", "OAUTH_SCOPE"),
    ] {
        desk.server.next(&[Answer::Error(status, code)]);
        let error = source.token(AMPLE).unwrap_err();
        let text = format!("{error} {error:?} {source:?}");
        assert!(matches!(error, TokenError::Refused(_)) && text.contains(says) && text.contains("AADSTS50000"), "{text}");
        for secret in ["renovador", "clave", "vigia"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    assert!(source.token(AMPLE).is_ok(), "a refusal is not remembered");
}

#[test]
fn an_endpoint_that_is_out_of_order_is_no_refusal() {
    let mut desk = Desk::new();
    let source = desk.client();
    let html = "<html>Mantenimiento</html>";
    for (answer, says) in [
        (Answer::Other(200, "text/html", html.into()), "no es la de un token"),
        (Answer::Other(500, "text/html", html.into()), "500"),
        (Answer::Other(200, "application/json", "x".repeat(1_000_000)), "respondió demasiado"),
        (Answer::Other(302, "text/html", String::new()), "302"),
        (Answer::Error(503, "temporarily_unavailable"), "no atiende"),
        (Answer::HangUp, "el servidor de autorización no"),
    ] {
        desk.server.next(&[answer]);
        let error = source.token(AMPLE).unwrap_err();
        assert!(matches!(&error, TokenError::Unavailable(text) if text.contains(says)), "{says}: {error}");
    }
    desk.server.next(&[Answer::Stall]);
    let error = source.token(Duration::from_millis(100)).unwrap_err();
    assert_eq!(error.to_string(), "el servidor de autorización no respondió a tiempo");
    desk.server.close();
    let error = source.token(AMPLE).unwrap_err();
    assert_eq!(error.to_string(), "el servidor de autorización no se puede alcanzar");
}

#[test]
fn a_rotated_refresh_token_survives_a_restart_in_a_file_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("refresh-token");
    desk.server.always(Answer::Rotated(3600));
    let first = desk.source(refresh("configured", Some(&file)));
    token(&first);
    desk.passes(3600);
    token(&first);
    token(&desk.source(refresh("configured", Some(&file))));
    let presented: Vec<String> = desk.server.requests().iter().map(|form| form["refresh_token"].clone()).collect();
    assert_eq!(presented, ["configured", "refresh-1", "refresh-2"]);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

    // Somebody authorised the account anew: the new token is taken, not the descendant of the old one.
    desk.server.next(&[Answer::Token(3600)]);
    token(&desk.source(refresh("authorised again", Some(&file))));
    assert_eq!(desk.server.requests().last().unwrap()["refresh_token"], "authorised again");
}

#[test]
fn without_a_file_a_rotated_refresh_token_lasts_as_long_as_the_process() {
    let desk = Desk::new();
    desk.server.always(Answer::Rotated(3600));
    let source = desk.source(refresh("configured", None));
    token(&source);
    desk.passes(3600);
    token(&source);
    assert_eq!(desk.server.requests()[1]["refresh_token"], "refresh-1");
    assert!(matches!(desk.source(refresh("configured", None)).token(AMPLE), Err(TokenError::Refused(_))));
}

#[test]
fn processes_that_share_the_file_never_present_a_token_that_was_replaced() {
    let desk = Desk::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("refresh-token");
    desk.server.always(Answer::Rotated(3600));
    let sources: Vec<_> = (0..6).map(|_| desk.source(refresh("configured", Some(&file)))).collect();
    let threads: Vec<_> = sources.into_iter().map(|source| thread::spawn(move || source.token(AMPLE).map(|_| ()))).collect();
    let outcomes: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
}

#[test]
fn a_damaged_file_is_not_used_and_a_folder_that_is_gone_is_no_refusal() {
    let desk = Desk::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("refresh-token");
    std::fs::write(&file, "half a tok").unwrap();
    token(&desk.source(refresh("configured", Some(&file))));
    assert_eq!(desk.server.requests()[0]["refresh_token"], "configured");
    let gone = folder.path().join("no/refresh-token");
    assert!(matches!(desk.source(refresh("configured", Some(&gone))).token(AMPLE), Err(TokenError::Unavailable(_))));
}

#[test]
fn a_secret_that_was_changed_is_presented_without_a_restart() {
    let desk = Desk::new();
    let secret = Arc::new(Mutex::new("old".to_owned()));
    let read = Arc::clone(&secret);
    let mut config = desk.config(Grant::ClientCredentials);
    config.client_secret = Some(CurrentSecret::new(move || read.lock().unwrap().clone()));
    let source = TokenSource::new(config, desk.clock.clone()).unwrap();
    desk.server.next(&[Answer::Error(401, "invalid_client")]);
    assert!(source.token(AMPLE).is_err());
    *secret.lock().unwrap() = "new".into();
    token(&source);
    let presented: Vec<String> = desk.server.requests().iter().map(|form| form["client_secret"].clone()).collect();
    assert_eq!(presented, ["old", "new"]);
}
