//! Kannel's `sendsms` (<https://www.kannel.org/download/1.4.5/userguide-1.4.5/userguide.html>, "Using the HTTP interface to send SMS
//! messages"), tried with 1.4.5.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use followup_carrier::Says;
use followup_domain::contact::{FailureReason, Permanence};
use followup_domain::sending::{Receipt, SendError, SmsEncoding, SmsParts, TextParcel};
use followup_https::{Answer, Failure as NoAnswer, form};

use crate::REFERENCE;
use crate::config::Login;
use crate::words::{foreign, of, shortened, unanswered};

/// Every report: delivered (1), not delivered (2), queued (4), taken by the network (8), refused by it (16).
const EVERY_REPORT: &str = "31";
/// Kannel's own bodies of success, each with its number.
const TAKEN: [&str; 2] = ["0:", "3:"];

/// What is about the message, and what is not to be kept: user, password and the secret in our address.
pub(crate) fn query(text: &TextParcel, from: Option<&str>, login: &Login, callback: &str) -> (String, String) {
    // Chosen by ourselves: with coding 0 Kannel turns what the GSM alphabet lacks into question marks, and says nothing.
    let coding = match SmsParts::of(&text.body).encoding {
        SmsEncoding::Gsm7 => "0",
        SmsEncoding::Ucs2 => "2",
    };
    let mut message = vec![("to", text.to.as_e164())];
    message.extend(from.map(|from| ("from", from)));
    message.extend([("text", text.body.as_str()), ("coding", coding), ("charset", "UTF-8"), ("dlr-mask", EVERY_REPORT)]);
    let report = format!("{callback}?{REFERENCE}={}&type=%d&time=%T", reference(&text.reference));
    let private = [("dlr-url", report.as_str()), ("username", &login.user), ("password", &login.password)];
    (form::written(&message), form::written(&private))
}

/// Our name of a message as Kannel carries it: it takes every percent sign for an escape of its own, so there is none.
fn reference(name: &str) -> String {
    URL_SAFE_NO_PAD.encode(name)
}

/// The name again.
pub(crate) fn name_of(reference: &str) -> Option<String> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(reference).ok()?).ok().map(|name| name.replace('\0', ""))
}

/// How Kannel's words begin. They come with different statuses over its versions.
const WORDS: &[(&str, Says)] = &[
    ("Authorization failed", Says::Account),
    ("Unknown request", Says::Account),
    ("Sender missing", Says::OurNumber),
    ("Temporal failure", Says::SlowDown),
    // To this number, or to none: its connection to the network is away.
    ("Not routable", Says::Later),
    // By its lists.
    ("Number(s) has/have been denied", Says::Recipient(Permanence::Hard, FailureReason::Refused)),
    ("Missing receiver", Says::Message),
    ("Empty receiver", Says::Message),
];

/// The message's fate by what was answered.
///
/// # Errors
/// It was not taken, or nobody knows.
pub(crate) fn judge(answered: Result<Answer, NoAnswer>) -> Result<Receipt, SendError> {
    let answer = answered.map_err(|failure| unanswered(&failure, refused))?;
    let body = String::from_utf8_lossy(&answer.body);
    let is_taken = (200..300).contains(&answer.status) && TAKEN.iter().any(|words| body.trim_start().starts_with(words));
    if is_taken { Ok(Receipt::with_words(of(&answer))) } else { Err(refused(&answer)) }
}

fn refused(answer: &Answer) -> SendError {
    let body = String::from_utf8_lossy(&answer.body);
    let words = body.trim();
    let known = WORDS.iter().find(|(begin, _)| words.starts_with(begin)).map(|(_, says)| *says);
    let is_kannel = answer.header("server").is_some_and(|server| server.starts_with("Kannel"));
    let says = match answer.status {
        400..=499 => known.or(is_kannel.then_some(Says::Message)),
        503 => known,
        // A success in other words is no refusal, and an error without words may come after the message left.
        _ => None,
    };
    says.map_or_else(|| foreign(answer), |says| says.of_the_offer(shortened(words), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_name_of_a_message_travels_without_a_percent_sign() {
        for name in ["<0b5c7a+1@fv.example>", "ñandú %d %T @ +51"] {
            let written = reference(name);
            assert!(written.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{written}");
            assert_eq!(name_of(&written).as_deref(), Some(name));
        }
        for wrong in ["", "%d", "a", "____"] {
            assert!(name_of(wrong).is_none_or(|name| name.is_empty()), "{wrong}");
        }
    }
}
