//! A carrier's refusal in its own words. Each carrier's table says what its codes speak of; what follows from that is the same for all.

use followup_domain::contact::{Failure, FailureReason, Permanence};
use followup_domain::sending::{Refusal, SendError, SendStage};
use followup_https::leaves_in_doubt;

/// What a carrier's error is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// Our account with the carrier, its key or its rights, or the address that is called: no message of ours is taken.
    Account,
    /// Who sends: our own number, or what stands for it.
    OurNumber,
    /// Too much at once: no message of ours is taken now.
    SlowDown,
    /// Nothing goes to this recipient now: others may be reached.
    Later,
    /// The number that is written to.
    Recipient(Permanence, FailureReason),
    /// This message, and nothing of its number.
    Message,
    /// Nobody knows what it means for the message.
    Doubt,
}

impl Says {
    /// By the status of an answer (RFC 9110 §15) in the carrier's own words, where its code tells nothing. Only what certainly did not leave is
    /// a refusal.
    pub const fn by_status(status: u16) -> Self {
        match status {
            401 | 403 | 404 => Self::Account,
            429 => Self::SlowDown,
            400..=499 if !leaves_in_doubt(status) => Self::Message,
            _ => Self::Doubt,
        }
    }

    /// What it means for a message that was offered. `text`: the carrier's words, as they are kept; `code`: its code, without words.
    pub fn of_the_offer(self, text: String, code: Option<String>) -> SendError {
        let unavailable = |stage, text| SendError::Unavailable { stage, text };
        let refused = |stage, text, code, failure| SendError::Refused(Refusal { text, stage: Some(stage), code, failure });
        match self {
            Self::Account => unavailable(SendStage::SignIn, text),
            Self::OurNumber => unavailable(SendStage::Sender, text),
            Self::SlowDown => unavailable(SendStage::Connection, text),
            Self::Later => SendError::NotSent(text),
            Self::Recipient(permanence, reason) => {
                let failure = Failure { permanence, reason, status: code.clone() };
                refused(SendStage::Recipient, text, code, Some(failure))
            }
            Self::Message => refused(SendStage::Message, text, code, None),
            Self::Doubt => SendError::Uncertain(text),
        }
    }

    /// Why a message that was taken did not arrive, where the carrier says so afterwards. `None`: it gave no code, or one that nobody knows.
    pub fn of_the_arrival(said: Option<Self>, code: Option<String>) -> Failure {
        let (permanence, reason) = match said {
            Some(Self::Recipient(permanence, reason)) => (permanence, reason),
            // It says nothing of the number that was written to.
            Some(Self::Account | Self::OurNumber | Self::SlowDown | Self::Later | Self::Message) => {
                (Permanence::Soft, FailureReason::Refused)
            }
            Some(Self::Doubt) | None => (Permanence::Soft, FailureReason::Other),
        };
        Failure { permanence, reason, status: code }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OF_THE_NUMBER: Says = Says::Recipient(Permanence::Hard, FailureReason::UnknownUser);

    #[test]
    fn only_what_certainly_did_not_leave_is_a_refusal_by_its_status() {
        for status in [401, 403, 404] {
            assert_eq!(Says::by_status(status), Says::Account, "{status}");
        }
        for status in [400, 402, 410, 413, 422, 451] {
            assert_eq!(Says::by_status(status), Says::Message, "{status}");
        }
        for status in [100, 302, 408, 409, 425, 499, 500, 502, 503, 504, 599] {
            assert_eq!(Says::by_status(status), Says::Doubt, "{status}");
        }
        assert_eq!(Says::by_status(429), Says::SlowDown);
    }

    #[test]
    fn what_is_ours_stops_the_provider_what_is_the_messages_refuses_it_and_doubt_is_kept() {
        let of = |says: Says| says.of_the_offer("palabras".into(), Some("21211".into()));
        for (says, at) in
            [(Says::Account, SendStage::SignIn), (Says::OurNumber, SendStage::Sender), (Says::SlowDown, SendStage::Connection)]
        {
            assert_eq!(of(says), SendError::Unavailable { stage: at, text: "palabras".into() });
        }
        assert_eq!(of(Says::Later), SendError::NotSent("palabras".into()));
        assert_eq!(of(Says::Doubt), SendError::Uncertain("palabras".into()));
        let refused = |stage, failure| {
            SendError::Refused(Refusal { text: "palabras".into(), stage: Some(stage), code: Some("21211".into()), failure })
        };
        let failure = Failure { permanence: Permanence::Hard, reason: FailureReason::UnknownUser, status: Some("21211".into()) };
        assert_eq!(of(OF_THE_NUMBER), refused(SendStage::Recipient, Some(failure)));
        assert_eq!(of(Says::Message), refused(SendStage::Message, None));
    }

    #[test]
    fn what_is_ours_says_nothing_of_the_number_afterwards_either() {
        for ours in [Says::Account, Says::OurNumber, Says::SlowDown, Says::Later, Says::Message] {
            assert!(!Says::of_the_arrival(Some(ours), None).is_of_the_address(), "{ours:?}");
        }
        assert!(Says::of_the_arrival(Some(OF_THE_NUMBER), None).is_of_the_address());
        let unknown = Failure { permanence: Permanence::Soft, reason: FailureReason::Other, status: Some("7".into()) };
        assert_eq!(Says::of_the_arrival(None, Some("7".into())), unknown);
    }
}
