//! The commands before the message: EHLO, MAIL, RCPT.

use followup_domain::contact::EmailAddress;
use followup_domain::sending::{Refusal, SendError, SendStage};
use lettre::Address;
use lettre::transport::smtp::commands::{Ehlo, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, ServerInfo};
use lettre::transport::smtp::response::{Category, Code, Detail, Response, Severity};

use crate::failure::Trouble;
use crate::reply::Reply;
use crate::session::Session;

/// Says who we are and learns what the server can do.
pub(crate) fn hello(session: &mut Session, name: &ClientId) -> Result<ServerInfo, SendError> {
    let reply = session.command(Ehlo::new(name.clone())).map_err(|trouble| trouble.of_the_provider(SendStage::Connection, "EHLO"))?;
    // Keywords are case-insensitive (RFC 5321 §4.1.1.1); a reply without any text offers nothing.
    let lines = reply.lines.iter().map(|line| line.to_ascii_uppercase()).collect();
    Ok(ServerInfo::from_response(&response(&reply, lines)).unwrap_or_default())
}

/// Names the sender and the recipient. What is wrong with the sender is ours to mend, and no message is refused by it.
pub(crate) fn address(session: &mut Session, from: &EmailAddress, to: &EmailAddress) -> Result<(), SendError> {
    let cannot_stand = |stage: &str| format!("{stage}: la dirección no puede figurar en una orden SMTP");
    let of_the_sender = |trouble: Trouble| trouble.of_the_provider(SendStage::Sender, "MAIL FROM");
    let unusable = SendError::Unavailable { stage: SendStage::Sender, text: cannot_stand("MAIL FROM") };
    let from = path(from).ok_or(unusable)?;
    let to = path(to).ok_or_else(|| SendError::Refused(Refusal::before_asking(cannot_stand("RCPT TO"))))?;
    accepted(session.command(Mail::new(Some(from), Vec::new()))).map_err(of_the_sender)?;
    let of_the_recipient = |trouble: Trouble| trouble.before_the_message(SendStage::Recipient, "RCPT TO");
    accepted(session.command(Rcpt::new(to, Vec::new()))).map_err(of_the_recipient)
}

fn accepted(result: Result<Reply, Trouble>) -> Result<(), Trouble> {
    let reply = result?;
    if reply.is_accepted() { Ok(()) } else { Err(Trouble::Said(reply)) }
}

/// The domain's addresses are narrower than lettre's, but for letters outside ASCII, which composing refuses.
fn path(address: &EmailAddress) -> Option<Address> {
    Address::new(address.local_part(), address.domain()).ok().filter(|_| address.as_str().is_ascii())
}

/// The part of a reply that lettre reads.
pub(crate) fn response(reply: &Reply, lines: Vec<String>) -> Response {
    let code = if reply.code == 334 {
        Code::new(Severity::PositiveIntermediate, Category::Unspecified3, Detail::Four)
    } else {
        Code::new(Severity::PositiveCompletion, Category::MailSystem, Detail::Zero)
    };
    Response::new(code, lines)
}
