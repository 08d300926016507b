//! What Meta's error codes say (<https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes>). What the table lacks is judged
//! by the status of the answer.

use followup_carrier::Says;
use followup_domain::contact::{Failure, FailureReason, Permanence};

use FailureReason::{Refused, UnknownUser, Unreachable};
use Permanence::{Hard, Soft};
use Says::{Account, Doubt, Later, Message, OurNumber, Recipient, SlowDown};

/// A code, and what makes it precise where there is more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) code: u32,
    pub(crate) subcode: Option<u32>,
}

const CODES: &[(Says, &[u32])] = &[
    // Authentication, what the app may do, the account restricted, locked, unpaid or not verified.
    (Account, &[0, 3, 10, 102, 190, 368, 131_005, 131_031, 131_042, 131_044, 134_011]),
    // The number: deleted, not registered, its display name not approved, in maintenance, the recipient itself.
    (OurNumber, &[33, 131_037, 131_045, 131_057, 133_000, 133_005, 133_006, 133_008, 133_009, 133_010, 133_015, 133_016]),
    // Rates of the app, the account and the number.
    (SlowDown, &[4, 17, 32, 80_007, 130_429, 131_048, 131_064, 613]),
    // Too many messages to the same number.
    (Later, &[131_056]),
    // It has no WhatsApp, did not agree to its terms, or uses a version that is too old: Meta does not tell which.
    (Recipient(Hard, UnknownUser), &[131_026]),
    // Not on the list of a number on trial; in an experiment of Meta's; it gets too much of others; it takes nothing of us.
    (Recipient(Soft, Refused), &[130_472, 131_030, 131_049, 131_050]),
    // Its country is one to which the account may not write: others are reached.
    (Recipient(Soft, Unreachable), &[130_497]),
    (
        Message,
        &[
            100, 131_008, 131_009, 131_021, 131_047, 131_051, 131_052, 131_053, 132_000, 132_001, 132_005, 132_007, 132_008, 132_012,
            132_015, 132_016, 132_018, 132_068, 132_069, 135_000,
        ],
    ),
    // "Something went wrong", "Service unavailable", "Server temporarily unavailable": the message may have been taken.
    (Doubt, &[1, 2, 131_000, 131_016, 133_004]),
];

/// Of an invalid parameter: that what is called does not exist, or not for us.
const NO_SUCH_OBJECT: Code = Code { code: 100, subcode: Some(33) };

fn known(code: Code) -> Option<Says> {
    match code {
        NO_SUCH_OBJECT => Some(OurNumber),
        Code { code: 200..=299, .. } => Some(Account),
        Code { code, .. } => CODES.iter().find(|(_, codes)| codes.contains(&code)).map(|(says, _)| *says),
    }
}

/// What an error of this code and status says. The answer had Meta's own body.
pub(crate) fn says(code: Code, status: u16) -> Says {
    match status {
        // It certainly did not leave.
        401 | 403 | 429 if known(code) == Some(Doubt) => by_status(status),
        _ => known(code).unwrap_or_else(|| by_status(status)),
    }
}

fn by_status(status: u16) -> Says {
    match status {
        // The number stands in the path that is called.
        404 => OurNumber,
        _ => Says::by_status(status),
    }
}

/// Why a message did not arrive, by the code that stands in its status.
pub(crate) fn failure(code: Option<u32>) -> Failure {
    let said = code.and_then(|code| known(Code { code, subcode: None }));
    Says::of_the_arrival(said, code.map(|code| code.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: u32, status: u16) -> Says {
        says(Code { code, subcode: None }, status)
    }

    #[test]
    fn each_code_stands_there_once() {
        let all: Vec<u32> = CODES.iter().flat_map(|(_, codes)| codes.iter().copied()).collect();
        for (place, code) in all.iter().enumerate() {
            assert!(!all[..place].contains(code) && !(200..=299).contains(code), "{code}");
        }
    }

    #[test]
    fn a_code_that_the_table_lacks_is_judged_by_its_status() {
        for (status, says) in [
            (400, Message),
            (401, Account),
            (403, Account),
            (404, OurNumber),
            (408, Doubt),
            (409, Doubt),
            (422, Message),
            (425, Doubt),
            (499, Doubt),
            (429, SlowDown),
            (500, Doubt),
            (502, Doubt),
            (503, Doubt),
            (302, Doubt),
        ] {
            assert_eq!(of(999_999, status), says, "{status}");
        }
        assert_eq!(of(190, 400), Account, "the code before the status");
        assert_eq!((of(1, 500), of(1, 403), of(131_000, 429)), (Doubt, Account, SlowDown));
        assert_eq!((of(200, 400), of(299, 400), of(300, 400)), (Account, Account, Message));
        assert_eq!((says(NO_SUCH_OBJECT, 400), of(100, 400)), (OurNumber, Message));
    }

    #[test]
    fn what_is_ours_says_nothing_of_the_number() {
        assert!(failure(Some(131_026)).is_of_the_address());
        for ours in [131_047, 132_001, 131_042, 131_045, 190, 130_472] {
            assert!(!failure(Some(ours)).is_of_the_address(), "{ours}");
        }
        assert_eq!(failure(None), Failure { permanence: Soft, reason: FailureReason::Other, status: None });
        assert_eq!(failure(Some(131_026)).status.as_deref(), Some("131026"));
    }
}
