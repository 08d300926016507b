//! What SNS's error codes say (<https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors> and
//! <https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html>). What the table lacks is judged by the status of the answer.

use followup_carrier::Says;
use followup_domain::contact::{FailureReason, Permanence};

use Says::{Account, Doubt, Message, Recipient, SlowDown};

const CODES: &[(&str, Says)] = &[
    ("AccessDenied", Account),
    ("AccessDeniedException", Account),
    ("AuthorizationError", Account),
    ("ExpiredToken", Account),
    ("ExpiredTokenException", Account),
    ("IncompleteSignature", Account),
    ("InvalidAccessKeyId", Account),
    ("InvalidClientTokenId", Account),
    ("InvalidSecurity", Account),
    ("MissingAuthenticationToken", Account),
    ("NotAuthorized", Account),
    ("OptInRequired", Account),
    ("RequestExpired", Account),
    ("SignatureDoesNotMatch", Account),
    ("UnrecognizedClientException", Account),
    ("RequestLimitExceeded", SlowDown),
    ("Throttled", SlowDown),
    ("Throttling", SlowDown),
    ("ThrottlingException", SlowDown),
    ("TooManyRequestsException", SlowDown),
    ("OptedOut", Recipient(Permanence::Hard, FailureReason::Refused)),
    ("InternalError", Doubt),
    ("InternalFailure", Doubt),
    // It says nothing of how far the request came.
    ("ServiceUnavailable", Doubt),
];

/// Of something that stands in the request, the number or the message: the words name it.
const OF_A_PARAMETER: [&str; 4] = ["InvalidParameter", "InvalidParameterValue", "ParameterValueInvalid", "ValidationError"];

/// What an error of this code, in these words and with this status says. The answer had SNS's own body.
pub(crate) fn says(code: &str, words: &str, status: u16) -> Says {
    if OF_A_PARAMETER.contains(&code) {
        let is_the_number = words.contains("PhoneNumber");
        return if is_the_number { Recipient(Permanence::Hard, FailureReason::UnknownUser) } else { Message };
    }
    let known = CODES.iter().find(|(known, _)| *known == code).map(|(_, says)| *says);
    known.unwrap_or_else(|| Says::by_status(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_stands_there_once_and_others_are_judged_by_their_status() {
        for (place, (code, _)) in CODES.iter().enumerate() {
            assert!(!CODES[..place].iter().any(|(other, _)| other == code), "{code}");
        }
        for (status, says_) in [
            (400, Message),
            (401, Account),
            (403, Account),
            (429, SlowDown),
            (408, Doubt),
            (409, Doubt),
            (425, Doubt),
            (499, Doubt),
            (500, Doubt),
            (503, Doubt),
            (302, Doubt),
        ] {
            assert_eq!(says("SomethingNew", "", status), says_, "{status}");
        }
    }
}
