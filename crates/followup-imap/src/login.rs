//! Signing in.

use std::time::Duration;

use async_imap::error::Error;
use async_imap::{Authenticator, Client, Session};
use tokio::time::timeout;

use crate::config::{ImapConfig, ImapLogin};
use crate::connect::Wire;
use crate::error::{Cause, PollError, Stage, network_cause, one_line};

/// Signs in.
///
/// # Errors
/// [`Stage::Login`] with the server's words.
pub(crate) async fn login(client: Client<Wire>, config: &ImapConfig) -> Result<Session<Wire>, PollError> {
    let patience = config.timeouts.command;
    let login = config.login_now();
    let failed = |cause| Stage::Login.failed(without_secret(cause, login.secret()));
    match timeout(patience, present(client, &config.user, &login)).await {
        Ok(Ok(session)) => Ok(session),
        Ok(Err(error)) => Err(failed(server_words(error, config.timeouts.idle))),
        Err(_) => Err(failed(Cause::TimedOut(patience))),
    }
}

async fn present(client: Client<Wire>, user: &str, login: &ImapLogin) -> Result<Session<Wire>, Error> {
    let secret = login.secret();
    let answer = match login {
        // A quoted string is ASCII (RFC 3501 §9); SASL carries anything.
        ImapLogin::Password(_) if is_plain(user) && is_plain(secret) => client.login(user, secret).await,
        ImapLogin::Password(_) => client.authenticate("PLAIN", Once(format!("\0{user}\0{secret}"))).await,
        ImapLogin::XOauth2(_) => client.authenticate("XOAUTH2", Once(format!("user={user}\x01auth=Bearer {secret}\x01\x01"))).await,
    };
    answer.map_err(|(error, _)| error)
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// Answers the first challenge; a second one is XOAUTH2's way to say what is wrong, and wants an empty answer.
struct Once(String);

impl Authenticator for Once {
    type Response = String;

    fn process(&mut self, _challenge: &[u8]) -> String {
        std::mem::take(&mut self.0)
    }
}

/// The cause behind an error of the IMAP library.
pub(crate) fn server_words(error: Error, patience: Duration) -> Cause {
    match error {
        Error::Io(error) => network_cause(&error, patience),
        Error::No(answer) | Error::Bad(answer) => Cause::Refused(one_line(&information(&answer))),
        Error::ConnectionLost => Cause::Lost,
        // Other errors may quote what the server sent.
        _ => Cause::Protocol("the server's answer is not understood".into()),
    }
}

/// The library hands the server's words on as `code: …, info: Some("…")`.
fn information(answer: &str) -> String {
    let words = answer.split_once("info: Some(\"").and_then(|(_, rest)| rest.strip_suffix("\")"));
    words.map_or_else(|| "no reason given".to_owned(), |words| words.replace("\\\"", "\"").replace("\\\\", "\\"))
}

/// A server may quote the command that it refuses.
fn without_secret(cause: Cause, secret: &str) -> Cause {
    match cause {
        Cause::Refused(words) if !secret.is_empty() => Cause::Refused(words.replace(secret, "…")),
        cause => cause,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_words_are_taken_out_of_the_librarys() {
        let answer = r#"code: None, info: Some("[AUTHENTICATIONFAILED] Authentication \"failed\".")"#;
        assert_eq!(information(answer), "[AUTHENTICATIONFAILED] Authentication \"failed\".");
        assert_eq!(information("code: None, info: None"), "no reason given");
    }

    #[test]
    fn a_secret_that_the_server_repeats_is_left_out() {
        let cause = without_secret(Cause::Refused("BAD LOGIN pv clave-1".into()), "clave-1");
        assert_eq!(cause, Cause::Refused("BAD LOGIN pv …".into()));
    }

    #[test]
    fn xoauth2_answers_a_second_challenge_with_nothing() {
        let mut answers = Once("token".into());
        assert_eq!((answers.process(b""), answers.process(b"{}")), ("token".into(), String::new()));
    }
}
