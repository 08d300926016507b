//! A request without a success.

use followup_domain::sending::{SendError, SendStage};
use followup_https::{Answer, Cause, Failure};

/// What a request without a success means for its message. `who`: the carrier, as the unit reads it; `refused`: what its own answer means.
///
/// It certainly did not leave where no connection was made. Once the first byte of the request may have gone, silence, a cut, or an answer that broke
/// off leave it in doubt.
pub fn unanswered(who: &str, failure: &Failure, refused: impl FnOnce(&Answer) -> SendError) -> SendError {
    let unreached = |stage, cause: Cause| SendError::Unavailable { stage, text: format!("{who} {}", cause.in_spanish()) };
    match failure {
        Failure::NotSent(cause @ (Cause::Untrusted | Cause::NoTls)) => unreached(SendStage::Tls, *cause),
        Failure::NotSent(cause) => unreached(SendStage::Connection, *cause),
        Failure::MaybeSent(cause) => SendError::Uncertain(format!("{who} {}", cause.in_spanish())),
        Failure::AnswerLost { status, cause } => SendError::Uncertain(format!("{who} respondió {status}, y {}", cause.in_spanish())),
        Failure::Answered(answer) => refused(answer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(failure: &Failure) -> SendError {
        unanswered("El proveedor", failure, |answer| SendError::NotSent(answer.status.to_string()))
    }

    #[test]
    fn what_was_never_sent_did_not_leave_and_everything_after_the_first_byte_is_in_doubt() {
        for (cause, at) in [(Cause::Untrusted, SendStage::Tls), (Cause::NoTls, SendStage::Tls), (Cause::TimedOut, SendStage::Connection)] {
            assert!(matches!(said(&Failure::NotSent(cause)), SendError::Unavailable { stage, .. } if stage == at), "{cause:?}");
            for failure in [Failure::MaybeSent(cause), Failure::AnswerLost { status: 201, cause }] {
                let told = said(&failure);
                assert!(matches!(&told, SendError::Uncertain(text) if text.starts_with("El proveedor ")), "{told:?}");
            }
        }
    }
}
