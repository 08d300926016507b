//! What Twilio's error codes say (<https://www.twilio.com/docs/api/errors>). It splits codes over time: what the table lacks is judged by
//! the status of the answer.

use followup_carrier::Says;
use followup_domain::contact::{Failure, FailureReason, Permanence};

use FailureReason::{Other, Refused, UnknownUser, Unreachable};
use Permanence::{Hard, Soft};
use Says::{Account, Doubt, Message, OurNumber, Recipient, SlowDown};

const CODES: &[(u32, Says)] = &[
    // The account: authentication, suspension, rights, an account or a resource that is not there.
    (20002, Account),
    (20003, Account),
    (20004, Account),
    (20005, Account),
    (20006, Account),
    (20008, Account),
    (20403, Account),
    (20404, Account),
    (21470, Account),
    (30002, Account),
    // Rates and queues.
    (14107, SlowDown),
    (20429, SlowDown),
    (21611, SlowDown),
    (63018, SlowDown),
    // "Service unavailable" says nothing of how far the request came.
    (20503, Doubt),
    // From, and messaging services.
    (21212, OurNumber),
    (21603, OurNumber),
    (21607, OurNumber),
    (21660, OurNumber),
    (21661, OurNumber),
    (21701, OurNumber),
    (21704, OurNumber),
    (21705, OurNumber),
    (30034, OurNumber),
    // To: no number, none that takes text messages, one that said STOP.
    (21211, Recipient(Hard, UnknownUser)),
    (21214, Recipient(Hard, UnknownUser)),
    (21217, Recipient(Hard, UnknownUser)),
    (21401, Recipient(Hard, UnknownUser)),
    (21614, Recipient(Hard, UnknownUser)),
    (21635, Recipient(Hard, UnknownUser)),
    (21610, Recipient(Hard, Refused)),
    (21612, Recipient(Soft, Unreachable)),
    // No number of ours writes to its country, or none of the messaging service's does: others are reached.
    (21606, Recipient(Soft, Unreachable)),
    (21659, Recipient(Soft, Unreachable)),
    (21703, Recipient(Soft, Unreachable)),
    // A region that the account may not write to, and what the text or the request lacks.
    (21408, Message),
    (21602, Message),
    (21604, Message),
    (21605, Message),
    (21617, Message),
    // What carriers say, later.
    (30001, Recipient(Soft, Unreachable)),
    (30003, Recipient(Soft, Unreachable)),
    (30004, Recipient(Hard, Refused)),
    (30005, Recipient(Hard, UnknownUser)),
    (30006, Recipient(Hard, UnknownUser)),
    (30007, Recipient(Soft, Refused)),
    (30008, Recipient(Soft, Other)),
    (30009, Recipient(Soft, Unreachable)),
    (30010, Message),
    (30017, Recipient(Soft, Unreachable)),
    (30022, Recipient(Soft, Refused)),
    (30023, Recipient(Soft, Refused)),
    (30410, Recipient(Soft, Unreachable)),
    // WhatsApp, at once or later: the account and its sender, what is written, and to whom.
    (63001, Account),
    (63002, OurNumber),
    (63007, OurNumber),
    (63008, OurNumber),
    (63020, Account),
    (63038, SlowDown),
    (63051, Account),
    (21655, Message),
    (21656, Message),
    (63005, Message),
    (63006, Message),
    (63013, Message),
    (63016, Message),
    (63021, Message),
    (63027, Message),
    (63028, Message),
    (63030, Message),
    (63040, Message),
    (63041, Message),
    (63042, Message),
    (63003, Recipient(Hard, UnknownUser)),
    (63024, Recipient(Hard, UnknownUser)),
    (63033, Recipient(Hard, Refused)),
    (63015, Recipient(Soft, Refused)),
    (63032, Recipient(Soft, Refused)),
    (63036, Recipient(Soft, Refused)),
    (63049, Recipient(Soft, Refused)),
    (63009, Recipient(Soft, Other)),
    (63012, Recipient(Soft, Other)),
    (63029, Recipient(Soft, Other)),
];

fn known(code: u32) -> Option<Says> {
    CODES.iter().find(|(known, _)| *known == code).map(|(_, says)| *says)
}

/// What an error of this code and status says. The answer had Twilio's own body.
pub(crate) fn says(code: u32, status: u16) -> Says {
    known(code).unwrap_or_else(|| Says::by_status(status))
}

/// Why a message did not arrive, by the code of a callback.
pub(crate) fn failure(code: Option<u32>) -> Failure {
    Says::of_the_arrival(code.and_then(known), code.map(|code| code.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_stands_there_once() {
        for (place, (code, _)) in CODES.iter().enumerate() {
            assert!(!CODES[..place].iter().any(|(other, _)| other == code), "{code}");
        }
    }

    #[test]
    fn a_code_that_the_table_lacks_is_judged_by_its_status() {
        for (status, says_) in [
            (400, Message),
            (401, Account),
            (403, Account),
            (404, Account),
            (408, Doubt),
            (409, Doubt),
            (422, Message),
            (425, Doubt),
            (499, Doubt),
            (429, SlowDown),
            (500, Doubt),
            (502, Doubt),
            (503, Doubt),
            (504, Doubt),
            (302, Doubt),
        ] {
            assert_eq!(says(99_999, status), says_, "{status}");
        }
        assert_eq!(says(21211, 400), Recipient(Hard, UnknownUser));
        assert_eq!(says(20003, 400), Account, "the code before the status");
        assert_eq!((says(20503, 503), says(20503, 500), says(20429, 503)), (Doubt, Doubt, SlowDown));
        assert_eq!((says(63016, 400), says(63018, 429), says(63024, 400)), (Message, SlowDown, Recipient(Hard, UnknownUser)));
    }

    #[test]
    fn what_is_ours_says_nothing_of_the_number() {
        assert!(failure(Some(30005)).is_of_the_address());
        assert!(failure(Some(63024)).is_of_the_address() && !failure(Some(63016)).is_of_the_address());
        assert!(!failure(Some(30034)).is_of_the_address() && !failure(Some(30007)).is_of_the_address());
        assert_eq!(failure(None), Failure { permanence: Soft, reason: Other, status: None });
        assert_eq!(failure(Some(30003)).status.as_deref(), Some("30003"));
    }
}
