//! Why delivery failed: by a server's words first, then by its codes.

use std::sync::LazyLock;

use followup_domain::report::{FailureReason, Permanence};

use super::unknown;
use crate::phrases::Phrases;

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
            "after initial connection",
            "after mail",
            "blocked by the recipient",
            "provide a valid from",
            "domain of sender",
            "in reply to mail from",
            "invalid sender",
            "mail from domain",
            "not currently being accepted",
            "only accepting mail from",
            "ptr record",
            "recipient preferences",
            "refuse to receive",
            "refuses to receive",
            "resolver.rst.notauthorized",
            "reverse dns",
            "reverse lookup",
            "sender address does not exist",
            "sender address rejected",
            "sender address verif",
            "sender denied",
            "sender domain",
            "sender email address rejected",
            "sender rejected",
            "sender unknown",
            "sender verif",
            "sender was rejected",
            "sender's domain",
            "unable to verify sender",
            "unverified sender",
            "user rules",
        ],
    ),
    (
        (MailboxFull, Soft),
        &[
            "account is full",
            "boite pleine",
            "box full",
            "box is full",
            "buzon esta lleno",
            "buzon lleno",
            "caixa cheia",
            "caixa de correio cheia",
            "caixa postal cheia",
            "casella piena",
            "disc quota",
            "disk full",
            "disk quota",
            "enough space",
            "exceeded storage",
            "exceeded the local limit",
            "exceeded the maximum inbox size",
            "exceeded their quota",
            "exceeding their quota",
            "exceeds the quota",
            "full mailbox",
            "has exceeded its disk",
            "insufficient storage",
            "insufficient system storage",
            "mail box space",
            "mail quota",
            "mailbox has exceeded",
            "mailbox over",
            "mailbox quota",
            "mailbox size limit",
            "mailfolder is full",
            "maximum allowed storage",
            "no space left",
            "not enough disk space",
            "not enough storage space",
            "out of disk space",
            "out of storage",
            "over disk",
            "over quota",
            "over the allowed quota",
            "over the maximum allowed mailbox size",
            "over the maximum allowed number of messages",
            "over-quota",
            "overquota",
            "quota exceed",
            "quota full",
            "quota has been exceeded",
            "quota is exceeded",
            "quota over",
            "quota violation",
            "space has been used up",
            "storage allocation",
            "storage quota",
            "sufficient disk space",
            "too many messages in",
            "too much mail data",
            "user has exceeded",
            "user is over",
            "would exceed mailbox",
            "would exceed quota",
            "would exceed the quota",
        ],
    ),
    (
        (TooLarge, Soft),
        &[
            "exceeded maximum inbound message size",
            "exceeds size limit",
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
            "archived recipient",
            "buzon desactivado",
            "cuenta desactivada",
            "cuenta suspendida",
            "currently suspended",
            "deactivated mailbox",
            "disabled or discontinued",
            "domain is disabled",
            "domain is suspended",
            "has been deactivated",
            "inactive account",
            "inactive mailbox",
            "inactive on this system",
            "inactive user",
            "mailbox deactivated",
            "mailbox disabled",
            "mailbox is disabled",
            "mailbox is frozen",
            "mailbox is inactive",
            "mailbox not active",
            "mailbox temporarily disabled",
            "mailbox unavailable or access denied",
            "no longer accepts mail",
            "not an active address",
            "recipient is inactive",
            "recipient suspend",
            "suspended account",
            "temporarily inactive",
            "user is inactive",
            "user is terminated",
            "user suspended",
        ],
    ),
    (
        (UnknownUser, Hard),
        &[
            "address has changed",
            "address was changed",
            "has been replaced by",
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
            "#5.1.10 bad destination",
            "address couldn't be found",
            "address invalid",
            "address not present in directory",
            "address unknown",
            "address wasn't found",
            "adresse inconnue",
            "bad address syntax",
            "bad destination mailbox address",
            "bad recipient",
            "badrcptto",
            "caixa postal inexistente",
            "can't accept user",
            "can't find the user",
            "could not be found at",
            "could not find user",
            "couldn't be found or is misspelled",
            "delivery to this user has failed",
            "direccion de correo electronico que especifico",
            "direccion no existe",
            "does not exist here",
            "does not have an account",
            "email address could not be found",
            "email address does not exist",
            "endereco inexistente",
            "illegal alias",
            "illegal user",
            "indirizzo inesistente",
            "invalid address",
            "isn't in my list of allowed",
            "mail receiving disabled",
            "mailbox is unavailable",
            "mailbox not present",
            "mailbox unavailable",
            "nao foi possivel encontrar a",
            "nao foi possivel encontrar o",
            "no account by that name",
            "no mail box available",
            "no mailbox",
            "no one here by that name",
            "no recipient",
            "no se encontro el buzon",
            "no se encontro la direccion",
            "no se ha encontrado la direccion",
            "no such address",
            "no such id",
            "no such person",
            "no user by that name",
            "no valid recipients",
            "nobody by that name",
            "not a local address",
            "not in my validrcptto",
            "not known at this site",
            "not listed in",
            "not our customer",
            "recipient address rejected: access denied",
            "recipient is not accepted",
            "recipient is not local",
            "recipient no longer",
            "recipient not ok",
            "recipientnotfound",
            "recipients was undeliverable",
            "recipnotfound",
            "there is no one at this address",
            "there is no such",
            "there is no user",
            "this user doesn't have a",
            "unable to find recipient",
            "undefined mail address",
            "unknown address",
            "unknown destination",
            "unknown email address",
            "unknown local",
            "unknown or illegal",
            "unknown virtual",
            "unrouteable address",
            "unrouteable user",
            "user account is not",
            "home directory",
            "wasn't found at",
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
            "dns lookup failure",
            "dns server returned answer with no data",
            "does not accept e-mail",
            "does not accept email",
            "does not accept mail",
            "doesn't accept mail",
            "domain does not exist",
            "domain is not local",
            "domain is not reachable",
            "domain is unknown",
            "domain isn't in",
            "domain must exist",
            "domain name not found",
            "domain not found",
            "dominio inexistente",
            "dominio no existe",
            "host does not exist",
            "host has no mail exchanger",
            "host name lookup failure",
            "host not found",
            "host unknown",
            "illegal host/domain",
            "in email address is unknown",
            "indicated no smtp service",
            "invalid dns mx",
            "invalid recipient domain",
            "is not a valid host",
            "name or service not known",
            "no host exists",
            "no mx found",
            "no mx record",
            "no such domain",
            "not accepting network messages",
            "null mx",
            "nullmx",
            "nxdomain",
            "the account or domain may not exist",
            "unable to find host",
            "unknown domain",
            "unknown host",
            "unrouteable mail domain",
        ],
    ),
    (
        (Refused, Soft),
        &[
            "banned sending",
            "blocked using",
            "does not pass dmarc",
            "has sent to too many recipients",
            "listed at",
            "listed by",
            "poor reputation",
            "rejected as spam",
            "spam detected",
            "spam message",
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
    ((UnknownUser, Hard), &["does not exist", "doesn't exist", "nao existe", "no existe"]),
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
            "content filter",
            "content policy",
            "content reject",
            "content restriction",
            "denied",
            "dkim",
            "dmarc",
            "dnsbl",
            "forbidden",
            "infected",
            "message content",
            "not accepting mail from",
            "not allowed",
            "not authorized",
            "not permitted",
            "permission",
            "policy",
            "prohibited",
            "protected by",
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
            "virus",
        ],
    ),
    (
        (Unreachable, Soft),
        &[
            "alarm clock",
            "connection",
            "could not be completed",
            "could not connect",
            "deferred",
            "delayed",
            "expired",
            "greylist",
            "host not reachable",
            "i/o error",
            "is busy",
            "in the queue too long",
            "network error",
            "no response",
            "no route",
            "not reachable",
            "not responding",
            "retry time",
            "server busy",
            "server unavailable",
            "system busy",
            "temporar",
            "timed out",
            "timeout",
            "too busy",
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

static CLEAR_PHRASES: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(CLEAR.iter().map(|(_, phrases)| *phrases)));
static VAGUE_PHRASES: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(VAGUE.iter().map(|(_, phrases)| *phrases)));
static DISABLED_PHRASES: LazyLock<Phrases> =
    LazyLock::new(|| Phrases::of(CLEAR.iter().filter(|(verdict, _)| *verdict == (UnknownUser, Soft)).map(|(_, phrases)| *phrases)));

/// What words tell that mean one thing: those of the table, and whatever says that a mailbox is not there.
pub(super) fn by_clear_words(folded: &str) -> Option<Verdict> {
    let row = CLEAR_PHRASES.first_row(folded);
    // Its place in the order of the rows is that of the table's words for the same.
    let is_before = |row: usize| CLEAR[..row].iter().any(|(verdict, _)| *verdict == (UnknownUser, Hard));
    let is_unknown = row.is_none_or(is_before) && unknown::is_told(folded);
    if is_unknown { Some((UnknownUser, Hard)) } else { row.map(|row| CLEAR[row].0) }
}

/// What words tell that may stand beside anything.
pub(super) fn by_vague_words(folded: &str) -> Option<Verdict> {
    VAGUE_PHRASES.first_row(folded).map(|row| VAGUE[row].0)
}

/// Whether words say that the mailbox is there, but disabled.
pub(super) fn says_disabled(folded: &str) -> bool {
    DISABLED_PHRASES.is_in(folded)
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
