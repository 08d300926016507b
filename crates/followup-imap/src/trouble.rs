//! Which kind of trouble an error is, for those who watch over the mailbox.

use followup_domain::mail::mailbox_health::MailboxTrouble;
use followup_domain::ports::TokenError;

use crate::error::{Cause, PollError, Stage};

/// A server refuses by these words what it may grant later (RFC 5530 §3).
const FOR_NOW: [&str; 3] = ["[UNAVAILABLE]", "[INUSE]", "[LIMIT]"];

impl PollError {
    /// The kind of trouble.
    pub fn trouble(&self) -> MailboxTrouble {
        match (&self.cause, self.stage) {
            (Cause::Store(_), _) => MailboxTrouble::Store,
            (Cause::Setting(_), _) => MailboxTrouble::Setting,
            (Cause::Token(TokenError::Refused(_)), _) => MailboxTrouble::SignIn,
            (Cause::Token(TokenError::Unavailable(_)), _) => MailboxTrouble::Unreachable,
            (Cause::Tls(_), _) => MailboxTrouble::Tls,
            (Cause::Refused(words), _) if FOR_NOW.iter().any(|code| words.contains(code)) => MailboxTrouble::Server,
            (Cause::Refused(_), Stage::Login) => MailboxTrouble::SignIn,
            (Cause::Refused(_), Stage::StartTls) => MailboxTrouble::Tls,
            (Cause::Refused(_), Stage::Examine) => MailboxTrouble::Mailbox,
            (Cause::Refused(_) | Cause::Protocol(_), _) => MailboxTrouble::Server,
            (Cause::TimedOut(_) | Cause::Farewell(_) | Cause::Lost | Cause::Network(_), _) => MailboxTrouble::Unreachable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_sign_in_is_told_from_a_server_that_has_no_time() {
        let refused = |stage: Stage, words: &str| stage.failed(Cause::Refused(words.into())).trouble();
        assert_eq!(refused(Stage::Login, "[AUTHENTICATIONFAILED] Authentication failed."), MailboxTrouble::SignIn);
        assert_eq!(refused(Stage::Login, "[UNAVAILABLE] Temporary authentication failure"), MailboxTrouble::Server);
        assert_eq!(refused(Stage::Examine, "Mailbox doesn't exist"), MailboxTrouble::Mailbox);
        assert_eq!(refused(Stage::Fetch(1), "Internal error"), MailboxTrouble::Server);
        assert_eq!(Stage::Fetch(1).failed(Cause::Lost).trouble(), MailboxTrouble::Unreachable);
    }
}
