//! What went wrong in a session, and what that means for the message.

use std::io;

use followup_domain::ports::SendError;

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

    /// Before the message itself was begun, nothing can have left; only what the server refuses for good is
    /// refused for good.
    pub(crate) fn before_the_message(&self, stage: &str) -> SendError {
        match self {
            Self::Said(reply) if is_final(reply) => SendError::Refused(self.text(stage)),
            _ => SendError::NotSent(self.text(stage)),
        }
    }

    /// Once the message was begun, only the server's word tells what became of it.
    pub(crate) fn after_the_message(&self, stage: &str) -> SendError {
        match self {
            Self::Said(reply) if is_final(reply) => SendError::Refused(self.text(stage)),
            Self::Said(reply) if matches!(reply.code / 100, 4 | 5) => SendError::NotSent(self.text(stage)),
            _ => SendError::Uncertain(self.text(stage)),
        }
    }

    /// What concerns the connection or our account, not the message: it is ours to mend, and no letter is lost by it.
    pub(crate) fn of_the_connection(&self, stage: &str) -> SendError {
        SendError::NotSent(self.text(stage))
    }
}

/// A 5xx is final, unless it says that we are not signed in as we should be (RFC 4954 §6).
fn is_final(reply: &Reply) -> bool {
    reply.code / 100 == 5 && !matches!(reply.code, 530 | 534 | 535 | 538)
}

fn io_words(error: &io::Error) -> String {
    if let Some(words) = tls::describe(error) {
        return words;
    }
    match error.kind() {
        io::ErrorKind::TimedOut => "no answer in time".to_owned(),
        io::ErrorKind::UnexpectedEof => "the server closed the connection".to_owned(),
        _ => {
            let words = error.to_string();
            // The system's words without its number, in one line.
            let words = words.split(" (os error").next().unwrap_or_default();
            words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
        }
    }
}
