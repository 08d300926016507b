//! The commands before the message: EHLO, AUTH, MAIL, RCPT.

use followup_domain::contact::EmailAddress;
use followup_domain::ports::SendError;
use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::commands::{Auth, Ehlo, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, ServerInfo};
use lettre::transport::smtp::response::{Category, Code, Detail, Response, Severity};

use crate::failure::Trouble;
use crate::reply::Reply;
use crate::session::Session;

/// Those that a password serves. `Mechanism::Xoauth2` takes a token instead, and joins when tokens do.
const MECHANISMS: &[Mechanism] = &[Mechanism::Plain, Mechanism::Login];
/// LOGIN asks twice; whoever asks more often wants something else.
const MOST_CHALLENGES: usize = 3;

/// Says who we are and learns what the server can do.
pub(crate) fn hello(session: &mut Session, name: &ClientId) -> Result<ServerInfo, SendError> {
    let reply = session.command(Ehlo::new(name.clone())).map_err(|trouble| trouble.of_the_connection("EHLO"))?;
    // Keywords are case-insensitive (RFC 5321 §4.1.1.1); a reply without any text offers nothing.
    let lines = reply.lines.iter().map(|line| line.to_ascii_uppercase()).collect();
    Ok(ServerInfo::from_response(&response(&reply, lines)).unwrap_or_default())
}

/// Signs in. Whatever goes wrong here is ours to mend, so no message is refused by it.
pub(crate) fn sign_in(session: &mut Session, server: &ServerInfo, user: &str, password: &str) -> Result<(), SendError> {
    let credentials = Credentials::new(user.to_owned(), password.to_owned());
    let not_sent = |trouble: Trouble| match trouble.of_the_connection("AUTH") {
        SendError::NotSent(text) => SendError::NotSent(text.replace(password, "…")),
        other => other,
    };
    let other = |words: &str| SendError::NotSent(format!("AUTH: {words}"));
    let mechanism = server.get_auth_mechanism(MECHANISMS).ok_or_else(|| other("the server offers neither PLAIN nor LOGIN"))?;
    let command = Auth::new(mechanism, credentials.clone(), None).map_err(|_| other("the password cannot be sent"))?;
    let mut reply = session.command(command).map_err(not_sent)?;
    for _ in 0..MOST_CHALLENGES {
        if reply.code != 334 {
            break;
        }
        let answer = Auth::new_from_response(mechanism, credentials.clone(), &response(&reply, reply.lines.clone()))
            .map_err(|_| other("the server asks for something other than user name and password"))?;
        reply = session.command(answer).map_err(not_sent)?;
    }
    if reply.is_accepted() { Ok(()) } else { Err(other("the server asks for something other than user name and password")) }
}

/// Names the sender and the recipient.
pub(crate) fn address(session: &mut Session, from: &EmailAddress, to: &EmailAddress) -> Result<(), SendError> {
    let from = path(from, "MAIL FROM")?;
    let to = path(to, "RCPT TO")?;
    expect_accepted(session.command(Mail::new(Some(from), Vec::new())), "MAIL FROM")?;
    expect_accepted(session.command(Rcpt::new(to, Vec::new())), "RCPT TO")
}

fn expect_accepted(result: Result<Reply, Trouble>, stage: &str) -> Result<(), SendError> {
    match result {
        Ok(reply) if reply.is_accepted() => Ok(()),
        Ok(reply) => Err(Trouble::Said(reply).of_the_connection(stage)),
        Err(trouble) => Err(trouble.before_the_message(stage)),
    }
}

/// The domain's addresses are narrower than lettre's, but for letters outside ASCII, which composing refuses.
fn path(address: &EmailAddress, stage: &str) -> Result<Address, SendError> {
    match Address::new(address.local_part(), address.domain()) {
        Ok(path) if address.as_str().is_ascii() => Ok(path),
        _ => Err(SendError::Refused(format!("{stage}: the address cannot stand in an SMTP command"))),
    }
}

/// The part of a reply that lettre reads.
fn response(reply: &Reply, lines: Vec<String>) -> Response {
    let code = if reply.code == 334 {
        Code::new(Severity::PositiveIntermediate, Category::Unspecified3, Detail::Four)
    } else {
        Code::new(Severity::PositiveCompletion, Category::MailSystem, Detail::Zero)
    };
    Response::new(code, lines)
}
