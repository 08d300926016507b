//! What a server's refusal during the sending says of the address that the letter was for.

use followup_domain::contact::{Failure, FailureReason, Permanence};

use crate::reply::Reply;

/// Words in which servers say that nobody has the address.
const NOBODY: &[&str] = &[
    "user unknown",
    "unknown user",
    "no such user",
    "user not found",
    "unknown recipient",
    "recipient unknown",
    "no such recipient",
    "recipient not found",
    "invalid recipient",
    "invalid mailbox",
    "no such mailbox",
    "mailbox not found",
    "no mailbox",
    "no such account",
    "no such address",
    "address unknown",
    "unknown address",
    "unknown local",
    "does not exist",
    "doesn't exist",
    "no existe",
    "usuario desconocido",
    "destinatario desconocido",
];
/// Words in which they say that its mailbox takes nothing for now.
const NOT_NOW: &[(&str, FailureReason)] = &[
    ("mailbox full", FailureReason::MailboxFull),
    ("mailbox is full", FailureReason::MailboxFull),
    ("over quota", FailureReason::MailboxFull),
    ("quota exceeded", FailureReason::MailboxFull),
    ("exceeded storage", FailureReason::MailboxFull),
    ("mailbox disabled", FailureReason::UnknownUser),
    ("account disabled", FailureReason::UnknownUser),
    ("mailbox unavailable", FailureReason::UnknownUser),
];
/// Words of a refusal that speaks of us: whoever does not exist then is not the recipient.
const OF_US: &[&str] =
    &["sender", "mail from", "return path", "helo", "ehlo", "spf", "dkim", "dmarc", "reverse dns", "blocked", "blacklist"];

/// What a refusal says of the address: `None` when it says nothing of it, as for now (4xx), for the sender, the letter or the way. That an
/// address does not work at all is believed only of what is said to the recipient itself (`at_recipient`; what is said later may be about
/// the letter), and only by its code (RFC 3463 §3.2) or in words that name the user: 550 alone is said for every reason there is.
pub(crate) fn failure_told(reply: &Reply, at_recipient: bool) -> Option<Failure> {
    if reply.code / 100 != 5 {
        return None;
    }
    let text = reply.text();
    let status = text.split_whitespace().find(|word| is_enhanced_status(word));
    let (permanence, reason) = match of_status(status) {
        Told::Of(permanence, reason) => (permanence, reason),
        Told::NotOfTheAddress => return None,
        Told::Nothing => of_words(&text).or_else(|| {
            // "Exceeded storage allocation" (RFC 5321 §4.2.2); once the letter has come, it is the letter that is too large.
            (reply.code == 552 && at_recipient).then_some((Permanence::Soft, FailureReason::MailboxFull))
        })?,
    };
    let status = status.map(str::to_owned);
    Some(match permanence {
        Permanence::Hard if !at_recipient => Failure { permanence: Permanence::Soft, reason: FailureReason::Other, status },
        permanence => Failure { permanence, reason, status },
    })
}

/// What a status code tells.
enum Told {
    Of(Permanence, FailureReason),
    NotOfTheAddress,
    /// The words must tell.
    Nothing,
}

fn of_status(status: Option<&str>) -> Told {
    use FailureReason::{MailboxFull, UnknownHost, UnknownUser};
    use Permanence::{Hard, Soft};
    let Some((_, rest)) = status.and_then(|status| status.split_once('.')) else { return Told::Nothing };
    match rest {
        // 5.4.1 is what Exchange Online says of an address that it does not know.
        "1.1" | "1.3" | "1.6" | "4.1" => Told::Of(Hard, UnknownUser),
        "1.2" | "1.10" | "4.4" => Told::Of(Hard, UnknownHost),
        "2.1" => Told::Of(Soft, UnknownUser),
        "2.2" => Told::Of(Soft, MailboxFull),
        "0.0" | "1.0" | "2.0" | "5.0" => Told::Nothing,
        _ => Told::NotOfTheAddress,
    }
}

fn of_words(text: &str) -> Option<(Permanence, FailureReason)> {
    let text = text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(OF_US) {
        return None;
    }
    if says(NOBODY) {
        return Some((Permanence::Hard, FailureReason::UnknownUser));
    }
    NOT_NOW.iter().find(|(word, _)| text.contains(word)).map(|(_, reason)| (Permanence::Soft, *reason))
}

/// `class.subject.detail` (RFC 3463 §2) of a failure.
fn is_enhanced_status(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let is_number = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() == 3 && parts[0] == "5" && parts.iter().all(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_does_not_exist_only_where_the_recipient_was_refused_and_by_code_or_by_name() {
        use FailureReason::{MailboxFull, Other, UnknownHost, UnknownUser};
        use Permanence::{Hard, Soft};
        for (at_recipient, code, text, expected) in [
            (true, 550, "5.1.1 <x@y.test>: no such user", Some((Hard, UnknownUser))),
            (true, 550, "5.4.1 Recipient address rejected: Access denied", Some((Hard, UnknownUser))),
            (true, 550, "5.1.2 bad host", Some((Hard, UnknownHost))),
            (true, 550, "<x@y.test>: User unknown in local table", Some((Hard, UnknownUser))),
            (true, 553, "5.0.0 El usuario no existe", Some((Hard, UnknownUser))),
            (true, 550, "rejected", None),
            (true, 550, "SPF check failed, the domain does not exist", None),
            (true, 550, "sender domain does not exist", None),
            (true, 550, "5.4.5 Daily user sending limit exceeded", None),
            (true, 554, "5.7.1 blocked by a list", None),
            (true, 550, "5.1.8 bad sender", None),
            (true, 550, "5.2.1 mailbox disabled", Some((Soft, UnknownUser))),
            (true, 550, "Requested action not taken: mailbox unavailable", Some((Soft, UnknownUser))),
            (true, 552, "exceeded", Some((Soft, MailboxFull))),
            (true, 552, "5.2.2 mailbox full", Some((Soft, MailboxFull))),
            (false, 550, "5.1.1 no such user", Some((Soft, Other))),
            (false, 552, "5.2.2 mailbox full", Some((Soft, MailboxFull))),
            (false, 552, "message too large", None),
            (false, 550, "Message rejected as spam", None),
            (false, 550, "SPF check failed", None),
            (false, 554, "5.5.1 No valid recipients", None),
            (false, 550, "no such user", Some((Soft, Other))),
            (false, 450, "4.2.1 later", None),
        ] {
            let reply = Reply { code, lines: vec![text.to_owned()] };
            let told = failure_told(&reply, at_recipient).map(|failure| (failure.permanence, failure.reason));
            assert_eq!(told, expected, "{code} {text}, to the recipient: {at_recipient}");
        }
    }
}
