//! Signing in.

use std::time::Duration;

use async_imap::error::Error;
use async_imap::{Authenticator, Client, Session};
use followup_domain::mail::mailbox_health::MailboxTrouble;
use followup_domain::ports::{AccessToken, Granted, TokenError};
use tokio::time::timeout;

use crate::config::{ImapConfig, ImapLogin};
use crate::connect::Wire;
use crate::error::{Cause, PollError, Stage, network_cause, one_line};

/// What is presented at a sign-in.
pub(crate) enum Presented {
    /// A password.
    Password(String),
    /// A token.
    Token(Granted),
}

impl Presented {
    /// What to present now. A token may have to be fetched first.
    ///
    /// # Errors
    /// [`Stage::Login`]: there is no token.
    pub(crate) async fn now(config: &ImapConfig) -> Result<Self, PollError> {
        match &config.login {
            ImapLogin::Password(password) => Ok(Self::Password(config.password_now(password))),
            ImapLogin::XOauth2(tokens) => {
                let (tokens, within) = (tokens.clone(), config.timeouts.command);
                let fetched = tokio::task::spawn_blocking(move || tokens.token(within)).await;
                let interrupted = || TokenError::Unavailable("la petición del token se interrumpió".into());
                let granted = fetched.unwrap_or_else(|_| Err(interrupted()));
                granted.map(Self::Token).map_err(|error| Stage::Login.failed(Cause::Token(error)))
            }
        }
    }

    /// Whether the server's refusal is worth another try at once: the token was kept, and may have been withdrawn meanwhile. One that
    /// was refused is not presented again in any case.
    pub(crate) fn is_worth_another(&self, config: &ImapConfig, error: &PollError) -> bool {
        let (Self::Token(granted), ImapLogin::XOauth2(tokens)) = (self, &config.login) else { return false };
        let is_refusal = matches!(error.cause, Cause::Refused(_)) && error.trouble() == MailboxTrouble::SignIn;
        if is_refusal {
            tokens.discard(&granted.token);
        }
        is_refusal && granted.is_kept
    }

    fn secret(&self) -> &str {
        match self {
            Self::Password(password) => password,
            Self::Token(granted) => granted.token.expose(),
        }
    }
}

/// Signs in.
///
/// # Errors
/// [`Stage::Login`] with the server's words.
pub(crate) async fn login(client: Client<Wire>, config: &ImapConfig, presented: &Presented) -> Result<Session<Wire>, PollError> {
    let patience = config.timeouts.command;
    let failed = |cause| Stage::Login.failed(without_secret(cause, presented.secret()));
    match timeout(patience, present(client, &config.user, presented)).await {
        Ok(Ok(session)) => Ok(session),
        Ok(Err(error)) => Err(failed(server_words(error, config.timeouts.idle))),
        Err(_) => Err(failed(Cause::TimedOut(patience))),
    }
}

async fn present(client: Client<Wire>, user: &str, presented: &Presented) -> Result<Session<Wire>, Error> {
    let answer = match presented {
        // A quoted string is ASCII (RFC 3501 §9); SASL carries anything.
        Presented::Password(password) if is_plain(user) && is_plain(password) => client.login(user, password).await,
        Presented::Password(password) => client.authenticate("PLAIN", Once(format!("\0{user}\0{password}"))).await,
        Presented::Token(granted) => client.authenticate("XOAUTH2", Once(xoauth2(user, &granted.token))).await,
    };
    answer.map_err(|(error, _)| error)
}

/// As Google and Microsoft describe it.
fn xoauth2(user: &str, token: &AccessToken) -> String {
    format!("user={user}\x01auth=Bearer {}\x01\x01", token.expose())
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
