//! What went wrong in a session, and what that means for the message.

use std::io;

use followup_domain::sending::{Parcel, Refusal, SendError, SendStage};

use crate::refusal::failure_told;
use crate::reply::Reply;
use crate::tls;

/// Why a step of the session did not succeed.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The server answered, and not what was hoped for.
    Said(Reply),
    /// The connection failed.
    Io(io::Error),
    /// What came was no SMTP, or the session cannot go on.
    Other(String),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Trouble {
    /// One line: the stage and the server's words, or the system's.
    pub(crate) fn text(&self, stage: &str) -> String {
        let words = match self {
            Self::Said(reply) => reply.text(),
            Self::Io(error) => io_words(error),
            Self::Other(words) => words.clone(),
        };
        format!("{stage}: {words}")
    }

    /// What concerns the connection, our account or our own address, not the message: it is the provider's or ours to mend, and no
    /// letter is lost by it.
    pub(crate) fn of_the_provider(&self, stage: SendStage, words: &str) -> SendError {
        SendError::Unavailable { stage, text: self.text(words) }
    }

    /// To the recipient, or to the wish to begin the message: nothing can have left. Only what the server itself says of the letter is
    /// the letter's: turned down for the moment (4xx) or for good (5xx). Silence, a lost connection and words out of turn are the
    /// provider's, as they are at every earlier step.
    pub(crate) fn before_the_message(&self, stage: SendStage, words: &str) -> SendError {
        match self {
            Self::Said(reply) if matches!(reply.code / 100, 4 | 5) => match concerns_us(reply) {
                Some(stage) => self.of_the_provider(stage, words),
                None if reply.code == 421 => self.of_the_provider(SendStage::Connection, words),
                None if reply.code / 100 == 5 => self.refused(reply, words, stage),
                None => SendError::NotSent(self.text(words)),
            },
            _ => self.of_the_provider(stage, words),
        }
    }

    /// Once the message was begun, only the server's word tells what became of it. One that shuts down (421) has not taken it: because
    /// of this letter, or of itself.
    pub(crate) fn after_the_message(&self, words: &str) -> SendError {
        match self {
            Self::Said(reply) if matches!(reply.code / 100, 4 | 5) => match concerns_us(reply) {
                Some(stage) => self.of_the_provider(stage, words),
                None if reply.code == 421 => SendError::HungUp(self.text(words)),
                None if reply.code / 100 == 5 => self.refused(reply, words, SendStage::Message),
                None => SendError::NotSent(self.text(words)),
            },
            _ => SendError::Uncertain(self.text(words)),
        }
    }

    /// For good, with what the server said of the address by it.
    fn refused(&self, reply: &Reply, words: &str, stage: SendStage) -> SendError {
        let failure = failure_told(reply, stage == SendStage::Recipient);
        SendError::Refused(Refusal { text: self.text(words), stage: Some(stage), code: Some(reply.codes()), failure })
    }
}

/// A parcel of another channel than e-mail.
pub(crate) fn not_a_mail(parcel: &Parcel) -> SendError {
    SendError::Refused(Refusal::before_asking(format!("el transporte de correo no lleva mensajes de {}", parcel.channel())))
}

/// Enhanced status codes (RFC 3463; RFC 4954 §6; Exchange's own .54, .57 and .60) of what is wrong with us.
const OF_OUR_ACCOUNT: &[&str] = &["5.7.8", "5.7.9", "5.7.11", "5.7.54", "5.7.57"];
/// Gmail's, of an account that sent enough for the day: it passes.
const OF_OUR_QUOTA: &[&str] = &["5.4.5"];
const OF_OUR_ADDRESS: &[&str] = &["5.1.7", "5.1.8", "5.7.60"];
/// Servers often wait with these until the recipient is named, and some until the message has come.
const ACCOUNT_WORDS: &[&str] =
    &["relay access denied", "relaying denied", "unable to relay", "relay not permitted", "authentication required", "not authenticated"];
const ADDRESS_WORDS: &[&str] = &["sender address rejected", "sendasdenied", "not have permissions to send as", "not owned by user"];
const CLIENT_WORDS: &[&str] = &["client host rejected", "helo command rejected", "too many connections"];

/// Whether a refusal speaks of our account, our own address or our machine, so that no other letter would fare better.
fn concerns_us(reply: &Reply) -> Option<SendStage> {
    // We are not signed in as we should be (RFC 4954 §6).
    if matches!(reply.code, 530 | 534 | 535 | 538) {
        return Some(SendStage::SignIn);
    }
    if !matches!(reply.code / 100, 4 | 5) {
        return None;
    }
    let text = reply.text().to_lowercase();
    // A relay that quotes the recipient's server (`host mx.example.org said: 550 …`) speaks of the recipient: the words are about the
    // relay's own standing there, and other recipients fare better.
    if text.contains(" said: ") {
        return None;
    }
    let enhanced = text.split(' ').nth(1).unwrap_or_default();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if OF_OUR_ACCOUNT.contains(&enhanced) || says(ACCOUNT_WORDS) {
        Some(SendStage::SignIn)
    } else if OF_OUR_ADDRESS.contains(&enhanced) || says(ADDRESS_WORDS) {
        Some(SendStage::Sender)
    } else {
        (OF_OUR_QUOTA.contains(&enhanced) || says(CLIENT_WORDS)).then_some(SendStage::Connection)
    }
}

fn io_words(error: &io::Error) -> String {
    if let Some(words) = tls::describe(error) {
        return words;
    }
    match error.kind() {
        io::ErrorKind::TimedOut => "sin respuesta a tiempo".to_owned(),
        io::ErrorKind::UnexpectedEof => "el servidor cerró la conexión".to_owned(),
        _ => {
            let words = error.to_string();
            // The system's words without its number, in one line.
            let words = words.split(" (os error").next().unwrap_or_default();
            words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
        }
    }
}
