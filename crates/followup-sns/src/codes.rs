//! What SNS's error codes say (<https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors> and
//! <https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html>). What the table lacks is judged by the status of the answer.

use followup_https::leaves_in_doubt;

use Says::{Account, Doubt, Message, Number, OptedOut, SlowDown};

/// What an error is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    /// Our account, its key, its rights or its signature.
    Account,
    /// Too much at once: it certainly was not taken.
    SlowDown,
    /// The number, if the words name it; else the message.
    Number,
    /// The number said STOP.
    OptedOut,
    /// This message.
    Message,
    /// Nobody knows what it means for the message.
    Doubt,
}

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
    ("InvalidParameter", Number),
    ("InvalidParameterValue", Number),
    ("ParameterValueInvalid", Number),
    ("ValidationError", Number),
    ("OptedOut", OptedOut),
    ("InternalError", Doubt),
    ("InternalFailure", Doubt),
    // It says nothing of how far the request came.
    ("ServiceUnavailable", Doubt),
];

/// What an error of this code and status says. The answer had SNS's own body.
pub(crate) fn says(code: &str, status: u16) -> Says {
    let known = CODES.iter().find(|(known, _)| *known == code).map(|(_, says)| *says);
    known.unwrap_or(match status {
        401 | 403 => Account,
        429 => SlowDown,
        400..=499 if !leaves_in_doubt(status) => Message,
        _ => Doubt,
    })
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
            assert_eq!(says("SomethingNew", status), says_, "{status}");
        }
    }
}
