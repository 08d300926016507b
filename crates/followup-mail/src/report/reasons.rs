//! Why delivery failed: by a server's words first, then by its codes.

use followup_domain::report::{FailureReason, Permanence};

use FailureReason::{Loop, MailboxFull, Other, Refused, TooLarge, UnknownHost, UnknownUser, Unreachable};
use Permanence::{Hard, Soft};

/// A reason and what it says of the address.
pub(super) type Verdict = (FailureReason, Permanence);

/// Phrases that mean one thing wherever they stand, folded. The first row that holds counts, so the narrower come first.
const CLEAR: &[(Verdict, &[&str])] = &[
    // The sender's address or host was refused, in words that others use for the recipient's.
    (
        (Refused, Soft),
        &[
            "sender address rejected",
            "sender address does not exist",
            "sender address verif",
            "sender denied",
            "sender domain",
            "sender rejected",
            "sender unknown",
            "sender verif",
            "sender was rejected",
            "sender's domain",
            "domain is invalid. please provide a valid from",
            "domain of sender",
            "invalid sender",
            "mail from domain",
            "no reverse dns",
            "reverse dns",
            "reverse lookup",
            "ptr record",
            "unable to verify sender",
            "virus",
        ],
    ),
    (
        (MailboxFull, Soft),
        &[
            "account is full",
            "box full",
            "box is full",
            "buzon esta lleno",
            "buzon lleno",
            "caixa cheia",
            "caixa de correio cheia",
            "caixa postal cheia",
            "casella piena",
            "disk full",
            "disk quota",
            "exceed mailbox quota",
            "exceeded storage",
            "exceeded the maximum inbox size",
            "exceeded their quota",
            "exceeding their quota",
            "exceeding its mailbox quota",
            "exceeds the quota",
            "full mailbox",
            "has exceeded its disk",
            "inbox is full",
            "insufficient disk space",
            "insufficient storage",
            "insufficient system storage",
            "mail box space",
            "mail quota",
            "mailbox full",
            "mailbox has exceeded",
            "mailbox over",
            "mailbox quota",
            "mailbox size limit",
            "maildir delivery failed: domaindisk quota",
            "no space left",
            "not enough disk space",
            "not enough storage space",
            "out of storage",
            "over disk",
            "over quota",
            "over the maximum allowed number of messages",
            "over the maximum allowed mailbox size",
            "over-quota",
            "overquota",
            "out of disk space",
            "quota exceed",
            "quota full",
            "quota has been exceeded",
            "quota is exceeded",
            "quota over",
            "quota violation",
            "storage quota",
            "too many messages in",
            "too much mail data",
            "user has exceeded",
            "would be over the allowed quota",
            "would exceed mailbox",
            "would exceed quota",
            "would exceed the quota",
        ],
    ),
    (
        (TooLarge, Soft),
        &[
            "exceeded maximum inbound message size",
            "exceeds maximum message size",
            "exceeds size limit",
            "exceeds the maximum message size",
            "exceeds the size limit",
            "fixed maximum size",
            "line limit exceeded",
            "line too long",
            "max message size",
            "maximum message size",
            "mensaje demasiado grande",
            "message file too big",
            "message is too big",
            "message is too large",
            "message length exceeds",
            "message size exceeds",
            "message size limit",
            "message too big",
            "message too large",
            "message too long",
            "message was larger than",
            "size exceeds",
            "size limit exceeded",
        ],
    ),
    (
        (UnknownUser, Soft),
        &[
            "account closed",
            "account disabled",
            "account expired",
            "account has been disabled",
            "account has been suspended",
            "account has expired",
            "account inactive",
            "account is disabled",
            "account is inactive",
            "account is locked",
            "account is not active",
            "account is suspended",
            "account is temporarily",
            "account not active",
            "account suspended",
            "account that you tried to reach is disabled",
            "account that you tried to reach is inactive",
            "account unavailable",
            "buzon desactivado",
            "cuenta desactivada",
            "cuenta suspendida",
            "currently suspended",
            "disabled or discontinued",
            "domain is suspended",
            "email account is disabled",
            "email account that you tried to reach is disabled",
            "inactive account",
            "inactive mailbox",
            "inactive on this system",
            "inactive user",
            "mailbox disabled",
            "mailbox is disabled",
            "mailbox is inactive",
            "mailbox not active",
            "mailbox is frozen",
            "mailbox currently suspended",
            "mailbox temporarily disabled",
            "mailbox unavailable or access denied",
            "not an active address",
            "recipient is inactive",
            "recipient suspend",
            "suspended account",
            "user is inactive",
            "user suspended",
            "vdelivermail: account is locked",
        ],
    ),
    (
        (UnknownUser, Hard),
        &[
            "address has changed",
            "has changed his address",
            "has moved to",
            "mailbox has moved",
            "no longer at this address",
            "no longer valid",
            "recipient has moved",
            "user has moved",
        ],
    ),
    (
        (UnknownUser, Hard),
        &[
            "5.4.1 recipient address rejected: access denied",
            "address couldn't be found",
            "#5.1.10 bad destination",
            "addressee unknown",
            "bad address syntax",
            "bad destination mailbox address",
            "buzon no existe",
            "buzon inexistente",
            "can't find the user",
            "could not be found at",
            "could not find user",
            "cuenta no existe",
            "cuenta inexistente",
            "delivery to this user has failed",
            "destinatario desconocido",
            "destinatario inexistente",
            "destinatario no existe",
            "direccion no existe",
            "does not exist here",
            "this user doesn't have a",
            "email address could not be found",
            "email address does not exist",
            "endereco inexistente",
            "illegal alias",
            "illegal user",
            "invalid mailbox",
            "invalid final delivery userid",
            "invalid recipient",
            "invalid user",
            "isn't in my list of allowed",
            "mail receiving disabled",
            "mailbox does not exist",
            "mailbox not found",
            "mailbox unavailable",
            "mailbox unknown",
            "no account by that name",
            "no existe el usuario",
            "no mail box available",
            "no mailbox",
            "no one here by that name",
            "no recipient",
            "no such account",
            "no such address",
            "no such local user",
            "no such mailbox",
            "no such person",
            "no such recipient",
            "no such user",
            "no such virtual user",
            "no valid recipients",
            "no user by that name",
            "not a known user",
            "not a valid mailbox",
            "not a valid user",
            "not known at this site",
            "not listed in",
            "not our customer",
            "recipient address does not exist",
            "recipient address not found",
            "recipient does not exist",
            "recipient is not local",
            "recipient name is not recognized",
            "recipient no longer",
            "recipient not exist",
            "recipient not found",
            "recipient unknown",
            "recipientnotfound",
            "recipnotfound",
            "resolver.adr.recipnotfound",
            "sorry, user unknown",
            "the email account that you tried to reach does not exist",
            "there is no one at this address",
            "there is no such",
            "this user doesn't exist",
            "undefined mail address",
            "unknown account",
            "unknown address",
            "unknown email address",
            "unknown local",
            "unknown mailbox",
            "unknown or illegal",
            "unknown recipient",
            "unknown user",
            "unknown virtual",
            "unrouteable address",
            "unrouteable user",
            "user does not exist",
            "user doesn't exist",
            "user invalid",
            "user is unknown",
            "user name not known",
            "user not registered",
            "user not exist",
            "user not found",
            "user not known",
            "user not listed",
            "user unknown",
            "username unknown",
            "usuario desconocido",
            "usuario inexistente",
            "usuario no existe",
            "utilisateur inconnu",
            "utente sconosciuto",
            "vdeliver: invalid or unknown virtual user",
            "wrong or no longer valid",
            "you entered an invalid",
        ],
    ),
    ((Unreachable, Soft), &["host not found, try again", "name server: dns timeout", "name server timeout"]),
    (
        (UnknownHost, Hard),
        &[
            "all relevant mx records point to non-existent hosts",
            "badmx",
            "couldn't find any host",
            "couldn't find any host named",
            "dns lookup failure",
            "dns server returned answer with no data",
            "does not accept e-mail",
            "does not accept email",
            "does not accept mail",
            "doesn't accept mail",
            "domain does not exist",
            "domain is not local",
            "domain is not reachable",
            "domain isn't in",
            "domain must exist",
            "domain name not found",
            "domain not found",
            "dominio no existe",
            "dominio inexistente",
            "host does not exist",
            "host has no mail exchanger",
            "host name lookup failure",
            "host not found",
            "host unknown",
            "illegal host/domain",
            "invalid recipient domain",
            "indicated no smtp service",
            "no mx found",
            "invalid dns mx",
            "is not a valid host",
            "name or service not known",
            "no mx record",
            "no such domain",
            "not accepting network messages",
            "null mx",
            "nullmx",
            "nxdomain",
            "recipient domain must exist",
            "recipient's host unknown",
            "smtp protocol returned a permanent error 521",
            "the account or domain may not exist",
            "unknown host",
            "unrouteable mail domain",
        ],
    ),
    (
        (Refused, Soft),
        &[
            "banned sending",
            "blacklisted",
            "blocked using",
            "blocklisted",
            "dnsbl",
            "does not pass dmarc",
            "has sent to too many recipients",
            "listed at",
            "listed by",
            "poor reputation",
            "rejected as spam",
            "spam detected",
            "spam message",
            "spamhaus",
            "unsolicited",
        ],
    ),
    (
        (Loop, Soft),
        &["delivery loop", "hop count", "loops back", "loop detected", "mail loop", "message looping", "routing loop", "too many hops"],
    ),
];

/// What tells that a server had taken the recipient and refused the content: `550 : User unknown` is what some answer then, for
/// the address is no longer at hand.
const AFTER_DATA: &[&str] = &[
    "550 : user unknown",
    "after data",
    "after end of data",
    "end of data)",
    "reply to end of data",
    "smtp command data",
    "to data command",
];

/// Phrases that say little about the address; an exact status counts for more.
const VAGUE: &[(Verdict, &[&str])] = &[
    (
        (Refused, Soft),
        &[
            "access denied",
            "administrative prohibition",
            "administratively",
            "authentication",
            "banned",
            "black list",
            "blacklist",
            "block list",
            "blocked",
            "blocklist",
            "bulk mail",
            "certificate",
            "client host rejected",
            "content",
            "denied",
            "dkim",
            "dmarc",
            "forbidden",
            "infected",
            "not accepting mail from",
            "not allowed",
            "not authorized",
            "not permitted",
            "permission",
            "policy",
            "prohibited",
            "refused",
            "rejected",
            "relay",
            "reputation",
            "restricted",
            "security",
            "spam",
            "spf",
            "starttls",
            "too many recipients",
            "unsolicited",
        ],
    ),
    (
        (Unreachable, Soft),
        &[
            "421",
            "alarm clock",
            "busy",
            "could not connect",
            "could not be completed",
            "connection",
            "delayed",
            "deferred",
            "expired",
            "greylist",
            "host not reachable",
            "i/o error",
            "in the queue too long",
            "network error",
            "no response",
            "no route",
            "not reachable",
            "not responding",
            "retry time",
            "server unavailable",
            "temporar",
            "timed out",
            "timeout",
            "try again",
            "unable to connect",
            "unreachable",
            "within the allowed queue period",
        ],
    ),
];

/// Subjects and details of RFC 3463 that tell why; a detail of `*` stands for the others.
const STATUS: &[(&str, Verdict)] = &[
    ("1.1", (UnknownUser, Hard)),
    ("1.2", (UnknownHost, Hard)),
    ("1.3", (UnknownUser, Hard)),
    ("1.6", (UnknownUser, Hard)),
    ("1.7", (Refused, Soft)),
    ("1.8", (Refused, Soft)),
    ("1.10", (UnknownHost, Hard)),
    ("2.1", (UnknownUser, Soft)),
    ("2.2", (MailboxFull, Soft)),
    ("2.3", (TooLarge, Soft)),
    ("3.1", (Unreachable, Soft)),
    ("3.2", (UnknownHost, Hard)),
    ("3.4", (TooLarge, Soft)),
    ("4.4", (UnknownHost, Hard)),
    ("4.6", (Loop, Soft)),
    ("4.*", (Unreachable, Soft)),
    ("6.*", (Refused, Soft)),
    ("7.*", (Refused, Soft)),
];

/// Reply codes that tell why (RFC 5321 §4.2.2, RFC 7504).
const REPLIES: &[(u16, Verdict)] = &[
    (421, (Unreachable, Soft)),
    (450, (Unreachable, Soft)),
    (451, (Unreachable, Soft)),
    (452, (MailboxFull, Soft)),
    (521, (UnknownHost, Hard)),
    (552, (MailboxFull, Soft)),
    (553, (Refused, Soft)),
    (554, (Refused, Soft)),
    (556, (UnknownHost, Hard)),
];

/// What words tell that mean one thing.
pub(super) fn by_clear_words(folded: &str) -> Option<Verdict> {
    by_words(CLEAR, folded)
}

/// What words tell that may stand beside anything.
pub(super) fn by_vague_words(folded: &str) -> Option<Verdict> {
    by_words(VAGUE, folded)
}

/// Whether the refusal came after the content, so that it says nothing about the address.
pub(super) fn is_after_data(folded: &str) -> bool {
    AFTER_DATA.iter().any(|phrase| folded.contains(phrase)) || in_transcript(folded)
}

/// `>>> DATA`, and an answer that the user is unknown.
fn in_transcript(folded: &str) -> bool {
    let Some((_, answers)) = folded.split_once(">>> data <<< ") else { return false };
    let first = answers.split("<<<").next().unwrap_or_default();
    by_clear_words(first) == Some((UnknownUser, Hard))
}

/// Whether words say that the mailbox is there, but disabled.
pub(super) fn says_disabled(folded: &str) -> bool {
    let rows = CLEAR.iter().filter(|(verdict, _)| *verdict == (UnknownUser, Soft));
    rows.flat_map(|(_, phrases)| *phrases).any(|phrase| folded.contains(phrase))
}

fn by_words(table: &[(Verdict, &[&str])], folded: &str) -> Option<Verdict> {
    table.iter().find(|(_, phrases)| phrases.iter().any(|phrase| folded.contains(phrase))).map(|(verdict, _)| *verdict)
}

/// What an enhanced status code tells.
pub(super) fn by_status(status: &str) -> Option<Verdict> {
    let (_, rest) = status.split_once('.')?;
    let (subject, _) = rest.split_once('.')?;
    let row = |wanted: &str| STATUS.iter().find(|(code, _)| *code == wanted).map(|(_, verdict)| *verdict);
    row(rest).or_else(|| row(&format!("{subject}.*")))
}

/// What an SMTP reply code tells.
pub(super) fn by_reply(code: u16) -> Option<Verdict> {
    REPLIES.iter().find(|(reply, _)| *reply == code).map(|(_, verdict)| *verdict)
}

/// What nothing tells.
pub(super) const UNKNOWN: Verdict = (Other, Soft);

#[cfg(test)]
mod tests {
    use followup_domain::text::fold;

    use super::*;

    #[test]
    fn phrases_stand_as_they_are_compared() {
        for phrase in CLEAR.iter().chain(VAGUE).flat_map(|(_, phrases)| *phrases).chain(AFTER_DATA) {
            assert_eq!(fold(phrase), *phrase);
        }
    }
}
