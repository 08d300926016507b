//! AUTH (RFC 4954). Whatever goes wrong here is ours to mend, so no message is refused by it.

use followup_domain::ports::{AccessToken, TokenError};
use followup_domain::sending::{SendError, SendStage};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::commands::Auth;
use lettre::transport::smtp::extension::ServerInfo;

use crate::envelope::response;
use crate::failure::Trouble;
use crate::session::Session;

/// Those that a password serves.
const MECHANISMS: &[Mechanism] = &[Mechanism::Plain, Mechanism::Login];
/// LOGIN asks twice; whoever asks more often wants something else.
const MOST_CHALLENGES: usize = 3;

/// Signs in with a password.
pub(crate) fn with_password(session: &mut Session, server: &ServerInfo, user: &str, password: &str) -> Result<(), SendError> {
    let credentials = Credentials::new(user.to_owned(), password.to_owned());
    let failed = |text: String| unavailable(&text, password);
    let not_sent = |trouble: Trouble| failed(trouble.text("AUTH"));
    let other = |words: &str| failed(format!("AUTH: {words}"));
    let mechanism = server.get_auth_mechanism(MECHANISMS).ok_or_else(|| other("el servidor no ofrece PLAIN ni LOGIN"))?;
    let command = Auth::new(mechanism, credentials.clone(), None).map_err(|_| other("la contraseña no se puede enviar"))?;
    let mut reply = session.command(command).map_err(not_sent)?;
    for _ in 0..MOST_CHALLENGES {
        if reply.code != 334 {
            break;
        }
        let answer = Auth::new_from_response(mechanism, credentials.clone(), &response(&reply, reply.lines.clone()))
            .map_err(|_| other("el servidor pide algo distinto de usuario y contraseña"))?;
        reply = session.command(answer).map_err(not_sent)?;
    }
    if reply.is_accepted() { Ok(()) } else { Err(other("el servidor pide algo distinto de usuario y contraseña")) }
}

/// A sign-in with a token that did not succeed.
pub(crate) struct TokenFailure {
    pub(crate) error: SendError,
    /// The server itself did not take the token, so that another one may fare better.
    pub(crate) is_refusal: bool,
}

/// Signs in with a token, by the mechanism that Google and Microsoft describe: what is wrong with a token the server says in a challenge
/// (JSON in base64), and refuses after an empty answer.
pub(crate) fn with_token(session: &mut Session, server: &ServerInfo, user: &str, token: &AccessToken) -> Result<(), TokenFailure> {
    let secret = token.expose();
    let failed = |text: &str, is_refusal| TokenFailure { error: unavailable(&format!("AUTH XOAUTH2: {text}"), secret), is_refusal };
    let said = |trouble: Trouble| {
        let is_refusal = matches!(&trouble, Trouble::Said(reply) if reply.code / 100 == 5);
        TokenFailure { error: unavailable(&trouble.text("AUTH XOAUTH2"), secret), is_refusal }
    };
    let offered = server.get_auth_mechanism(&[Mechanism::Xoauth2]);
    let mechanism = offered.ok_or_else(|| failed("el servidor no lo ofrece", false))?;
    let credentials = Credentials::new(user.to_owned(), secret.to_owned());
    let command = Auth::new(mechanism, credentials, None).map_err(|_| failed("el token no se puede enviar", false))?;
    let mut reply = session.command(command).map_err(said)?;
    if reply.code == 334 {
        reply = session.command("\r\n").map_err(said)?;
    }
    if reply.is_accepted() { Ok(()) } else { Err(failed("el servidor pide algo distinto de un token", false)) }
}

/// There is no token to sign in with. That it is refused is like a wrong password; a token endpoint that is away, like a server.
pub(crate) fn without_token(error: &TokenError) -> SendError {
    let stage = match error {
        TokenError::Refused(_) => SendStage::SignIn,
        TokenError::Unavailable(_) => SendStage::Connection,
    };
    SendError::Unavailable { stage, text: format!("OAuth2: {error}") }
}

fn unavailable(text: &str, secret: &str) -> SendError {
    SendError::Unavailable { stage: SendStage::SignIn, text: text.replace(secret, "…") }
}
