//! The signs by which a mail is classified, taken from it once.

use std::sync::LazyLock;

use followup_domain::text::fold;
use mail_parser::{Message, MimeHeaders};

use super::failure_words::MAIL;
use super::gesture::Gesture;
use super::report::{Outcome, outcome};
use super::sender_words::{GATEWAYS, NO_REPLY, SERVER_BEGINNINGS, SERVER_NAMES, SERVERS, SHARED_SERVERS};
use super::words::{FieldSign, GREETINGS, LISTS, NEGATED, PASSED_ON, SPOKEN, Spoken, TAGS};
use crate::compose::ORIGIN_HEADER;
use crate::phrases::Phrases;
use crate::{attachments, headers, report};

/// So much of the body is searched: what a machine has to say stands at the beginning.
const BODY_SEARCHED: usize = 4096;
/// An address so many bytes away stands beside a phrase.
const BESIDE: usize = 160;

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(SPOKEN.iter().map(|(_, phrases)| *phrases)));

/// Whether a folded text speaks of it.
pub(super) fn speaks_of(folded: &str, what: Spoken) -> bool {
    PHRASES.rows(folded) & what.bit() != 0
}

/// What the rules look at; all text folded, unless it is said.
pub(crate) struct Signs {
    fields: Vec<(String, String)>,
    report_type: Option<String>,
    part_types: Vec<String>,
    delivery_status: Option<String>,
    sender_address: String,
    sender_name: String,
    pub(super) subject: String,
    /// What the subject speaks of, a bit a table of phrases.
    in_subject: u32,
    body: String,
    /// See `in_subject`.
    in_body: u32,
    /// The same text in its lines, not folded.
    lines: String,
    /// It is a reaction to a mail, an answer to an invitation, and there is nothing else in it.
    pub(super) gesture: Option<Gesture>,
    /// From names one of our own addresses, and the mail says that the service wrote it.
    pub(super) is_ours: bool,
}

impl Signs {
    /// Takes the signs of a mail; `from_us`: its author is one of our own addresses.
    pub(crate) fn of(message: &Message<'_>, body_text: &str, from_us: bool) -> Self {
        let root_type = message.root_part().content_type();
        let from = headers::from(message);
        let address = from.as_ref().map(|from| from.address.as_str()).unwrap_or_default();
        let lines: String = body_text.chars().take(BODY_SEARCHED).collect();
        let (subject, body) = (fold(&headers::subject(message).unwrap_or_default()), fold(&lines));
        let mut signs = Self {
            fields: fields(message),
            report_type: root_type.and_then(|declared| declared.attribute("report-type")).map(fold),
            part_types: message.parts.iter().map(attachments::content_type).collect(),
            delivery_status: delivery_status(message),
            sender_address: fold(address),
            sender_name: fold(from.as_ref().and_then(|from| from.name.as_deref()).unwrap_or_default()),
            in_subject: PHRASES.rows(&subject),
            in_body: PHRASES.rows(&body),
            subject,
            body,
            lines,
            gesture: Gesture::of(message, body_text),
            is_ours: false,
        };
        signs.is_ours = from_us && (signs.is_auto_submitted() || signs.has(&ORIGIN_HEADER.to_ascii_lowercase(), ""));
        signs
    }

    /// Whether the mail is a report of this type, by its declaration or by its part.
    pub(super) fn is_report(&self, report_type: &str) -> bool {
        self.report_type.as_deref() == Some(report_type)
            || self.part_types.first().is_some_and(|root| root == "multipart/report")
                && self.part_types.iter().any(|part| part.strip_prefix("message/") == Some(report_type))
    }

    /// What a delivery report says; none if the mail is no such report. A person who passes a report on in another kind of mail
    /// is still a person.
    pub(super) fn delivery_report(&self) -> Option<Outcome> {
        let is_report = self.is_report("delivery-status") || self.is_from_mail_server() || self.is_from_null() || self.is_from_gateway();
        self.delivery_status.as_deref().filter(|_| is_report).map(outcome)
    }

    /// Whether a mail server wrote it, by its address or its whole name. People answer from addresses and names that they share with
    /// servers: an answer from such an address must say of another address that it failed.
    pub(super) fn is_from_mail_server(&self) -> bool {
        // "Postmaster at example.com", "Mail Delivery System (mx)".
        let name = self.sender_name.split(['@', '(', '<']).next().unwrap_or_default();
        let name = name.split(" at ").next().unwrap_or_default().trim_matches([' ', '"', '\'', '.']);
        let is_shared = SHARED_SERVERS.contains(&self.sender_local_part());
        self.is_from_daemon()
            || (is_shared || SERVER_NAMES.contains(&name)) && !self.is_passed_on()
            || is_shared && self.body_says_beside_address(Spoken::Failure)
    }

    /// Whether a program wrote it that writes nothing but reports of mail, by its address.
    pub(super) fn is_from_daemon(&self) -> bool {
        let local_part = self.sender_local_part();
        SERVERS.contains(&local_part) || SERVER_BEGINNINGS.iter().any(|beginning| local_part.starts_with(beginning))
    }

    /// Whether the address is one that gateways, filters and services write from; people who look after them have such addresses too, and
    /// answer in mails with their name.
    pub(super) fn is_from_gateway(&self) -> bool {
        let local_part = self.sender_local_part();
        let mut words = local_part.split(|c: char| !c.is_alphanumeric());
        !self.is_passed_on()
            && words
                .any(|word| GATEWAYS.iter().any(|known| *known == word || (known.len() > 4 || *known == "smtp") && word.contains(known)))
    }

    /// Whether it says that no answer to it is wanted: an empty return path, or nobody in From.
    pub(super) fn is_from_null(&self) -> bool {
        self.has_null_return_path() || self.has("from", "") && !self.sender_address.contains(char::is_alphanumeric)
    }

    /// Whether the text names an address that is not the sender's as a recipient that failed.
    pub(super) fn names_recipient(&self) -> bool {
        report::named_recipient(&self.lines, &self.sender_address).is_some()
    }

    /// Whether a line of the text lists one, as reports list recipients.
    pub(super) fn lists_recipient(&self) -> bool {
        report::named_recipient(&self.lines, &self.sender_address) == Some(report::Naming::Listed)
    }

    /// Whether the text begins as people begin.
    pub(super) fn begins_with_greeting(&self) -> bool {
        let begins = |greeting: &&str| self.body.strip_prefix(*greeting).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
        GREETINGS.iter().any(begins)
    }

    /// Whether the text has nothing but codes of failures for the moment (RFC 3463).
    pub(super) fn has_transient_code_alone(&self) -> bool {
        !self.body_has_code() && self.body_speaks_of(Spoken::TransientCode)
    }

    /// Whether the sender's address says that nobody reads it.
    pub(super) fn is_from_nobody(&self) -> bool {
        NO_REPLY.iter().any(|beginning| self.sender_local_part().starts_with(beginning))
    }

    fn sender_local_part(&self) -> &str {
        self.sender_address.split('@').next().unwrap_or_default()
    }

    /// Whether the body is JSON, which people do not write.
    pub(super) fn is_json(&self) -> bool {
        self.body.starts_with('{')
    }

    /// `Return-Path: <>`: answers to it are not wanted (RFC 5321 §4.5.5).
    pub(super) fn has_null_return_path(&self) -> bool {
        self.fields.iter().any(|(name, value)| name == "return-path" && value.replace(' ', "") == "<>")
    }

    /// Whether the mail that it is about is attached, or its header.
    pub(super) fn returns_a_mail(&self) -> bool {
        self.part_types.iter().skip(1).any(|part| matches!(part.as_str(), "message/rfc822" | "text/rfc822-headers"))
    }

    /// Whether subject or body speak of it.
    pub(super) fn speaks_of(&self, what: Spoken) -> bool {
        self.subject_speaks_of(what) || self.body_speaks_of(what)
    }

    /// Whether the body speaks of it.
    pub(super) fn body_speaks_of(&self, what: Spoken) -> bool {
        self.in_body & what.bit() != 0
    }

    /// Whether the subject speaks of it.
    pub(super) fn subject_speaks_of(&self, what: Spoken) -> bool {
        self.in_subject & what.bit() != 0
    }

    /// Whether the body begins with talk of it.
    pub(super) fn body_begins_with_talk_of(&self, what: Spoken) -> bool {
        const BEGINNING: usize = 300;
        self.body_speaks_of(what) && PHRASES.rows(&self.body[..self.body.floor_char_boundary(BEGINNING)]) & what.bit() != 0
    }

    /// Whether the sender is an address without a name, as few mail programs of people write.
    pub(super) fn is_without_name(&self) -> bool {
        self.sender_name.is_empty() || self.sender_name == self.sender_address
    }

    /// Whether the body speaks of it beside an address that is not the sender's own.
    pub(super) fn body_says_beside_address(&self, what: Spoken) -> bool {
        let is_other = |word: &str| word.contains('@') && !word.trim_matches('.').eq_ignore_ascii_case(&self.sender_address);
        let names_one = |at: usize| {
            let start = self.body.floor_char_boundary(at.saturating_sub(BESIDE));
            let end = self.body.ceil_char_boundary((at + BESIDE).min(self.body.len()));
            self.body[start..end].split([' ', '<', '>', '(', ')', '[', ']', '"', ',', ';', ':']).any(is_other)
        };
        self.body_speaks_of(what) && PHRASES.places(what.row(), &self.body).any(|place| names_one(place.start))
    }

    /// Whether it is said of a mail: "mensaje no entregado", "no se pudo entregar su mensaje"; not behind the label "Mensaje:".
    pub(super) fn says_of_a_mail(&self, what: Spoken) -> bool {
        const BEHIND: usize = 3;
        let is_end = |character: char| matches!(character, '.' | ':' | ';' | '\n' | '\r');
        let names_mail = |word: &str| MAIL.iter().any(|mail| word.starts_with(mail));
        [&self.subject, &self.body].into_iter().any(|text| {
            PHRASES.places(what.row(), text).any(|place| {
                let start = text.floor_char_boundary(place.start.saturating_sub(BESIDE));
                let end = text.ceil_char_boundary((place.end + BESIDE).min(text.len()));
                let before = text[start..place.start].rsplit(is_end).next().and_then(|clause| clause.split_whitespace().next_back());
                let behind = text[place.end..end].split(is_end).next().unwrap_or_default().split_whitespace().take(BEHIND);
                text[place.clone()].split_whitespace().chain(before).chain(behind).any(names_mail)
            })
        })
    }

    /// Whether the body has a code of a permanent failure (RFC 3463), with the reply code that it belongs to.
    pub(super) fn body_has_code(&self) -> bool {
        self.body_speaks_of(Spoken::PermanentCode)
    }

    /// Whether the subject begins with one of the phrases: an answer to it ("Re: …") does not.
    pub(super) fn subject_begins_with(&self, phrases: &[&str]) -> bool {
        let subject = without_tags(&self.subject);
        phrases.iter().any(|phrase| subject.starts_with(phrase))
    }

    /// Whether the subject is one of the phrases and no more, or has it before a colon.
    pub(super) fn subject_is(&self, phrases: &[&str]) -> bool {
        phrases.contains(&without_tags(&self.subject).trim_end_matches(['.', '!', ' '])) || self.subject_has_label(phrases)
    }

    /// Whether the subject begins with one of the phrases and a colon, as programs write: "Automatic reply: …".
    pub(super) fn subject_has_label(&self, phrases: &[&str]) -> bool {
        let label = without_tags(&self.subject).split_once([':', '：']).map(|(label, _)| label.trim_end());
        label.is_some_and(|label| phrases.contains(&label))
    }

    /// Whether the subject is that of an answer or of a mail that is passed on: "RE :", "[EXT] Re[2]: …". A person wrote it.
    pub(super) fn is_passed_on(&self) -> bool {
        let subject = without_tags(&self.subject);
        let (word, behind) = subject.split_at(subject.find(|c: char| !c.is_alphabetic()).unwrap_or(subject.len()));
        let count = |c: char| c.is_ascii_digit() || " []()^*".contains(c);
        PASSED_ON.contains(&word) && behind.trim_start_matches(count).starts_with([':', '：'])
    }

    /// RFC 3834 §5. "auto-forwarded" is what some servers say of a person's mail that they passed on.
    pub(super) fn is_auto_submitted(&self) -> bool {
        self.fields.iter().any(|(name, value)| {
            let keyword = value.split([';', ' ', '(']).next().unwrap_or_default();
            name == "auto-submitted" && !matches!(keyword, "" | "no" | "auto-forwarded")
        })
    }

    /// Whether one of the fields is there.
    pub(super) fn has_any(&self, signs: &[FieldSign]) -> bool {
        signs.iter().any(|(name, beginning)| self.has(name, beginning))
    }

    fn has(&self, name: &str, beginning: &str) -> bool {
        // Lists give their mails a precedence, and people write to lists.
        if name == "precedence" && matches!(beginning, "bulk" | "junk" | "list") && self.is_of_list() {
            return false;
        }
        self.fields.iter().any(|(field, value)| field == name && !NEGATED.contains(&value.as_str()) && value.starts_with(beginning))
    }

    fn is_of_list(&self) -> bool {
        self.fields.iter().any(|(name, _)| LISTS.contains(&name.as_str()))
    }
}

/// A subject behind the marks that gateways put before it: "[EXT]", "{Externo}", "EXTERNAL:".
fn without_tags(subject: &str) -> &str {
    let mut rest = subject.trim_start();
    loop {
        let closing = match rest.chars().next() {
            Some('[') => ']',
            Some('{') => '}',
            Some('(') => ')',
            _ => match TAGS.iter().find_map(|tag| rest.strip_prefix(tag)) {
                Some(behind) => {
                    rest = behind.trim_start();
                    continue;
                }
                None => return rest,
            },
        };
        let Some((_, behind)) = rest.split_once(closing) else { return rest };
        rest = behind.trim_start_matches([' ', ':', '-']);
    }
}

fn fields(message: &Message<'_>) -> Vec<(String, String)> {
    // Longer values are no keywords.
    const LONGEST: usize = 1000;
    let names: Vec<String> = message.headers().iter().map(|header| header.name().to_ascii_lowercase()).collect();
    let mut fields: Vec<(String, String)> = Vec::with_capacity(names.len());
    for (name, header) in names.into_iter().zip(message.headers()) {
        let value = headers::raw_value(message, header);
        fields.push((name, fold(&value.chars().take(LONGEST).collect::<String>())));
    }
    fields
}

/// The text of the machine-readable part, wherever it stands in the mail itself (not in a mail that is attached to it).
fn delivery_status(message: &Message<'_>) -> Option<String> {
    let is_status = |part: &&mail_parser::MessagePart<'_>| {
        matches!(attachments::content_type(part).as_str(), "message/delivery-status" | "message/global-delivery-status")
    };
    let part = message.parts.iter().find(is_status)?;
    Some(String::from_utf8_lossy(&attachments::content(message, part)).into_owned())
}
