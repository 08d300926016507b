//! What is said of one recipient, understood: codes, reason, and whether the address may work another time.

use std::borrow::Cow;

use followup_domain::contact::{FailureReason, Permanence};
use followup_domain::text::fold;

use super::{LONGEST_DIAGNOSTIC, Sighting, reasons, status};
use crate::header_text::one_line;

/// So much of one text is searched.
const SEARCHED: usize = 4000;

pub(super) struct Diagnosis {
    pub(super) status: Option<String>,
    pub(super) reply_code: Option<u16>,
    pub(super) reason: FailureReason,
    pub(super) permanence: Permanence,
    /// The server's own words.
    pub(super) words: Option<String>,
}

impl Diagnosis {
    /// `summary`: folded text that counts when nothing is said of the recipient; empty when it may be about another one.
    pub(super) fn of(sighting: &Sighting, summary: &str) -> Self {
        let texts: Vec<String> = sighting.diagnostic.iter().chain(&sighting.said).map(|text| without_type(&cut(text))).collect();
        let whole: Vec<String> = texts.iter().map(|text| fold(text)).collect();
        let folded: Vec<String> = whole.iter().map(|text| without_names(text)).collect();
        let told = texts.iter().map(String::as_str).chain([summary]);
        let summary = &*without_names(summary);
        let declared = sighting.status.as_deref().and_then(status::enhanced);
        let status = chosen(declared.clone(), told.clone().filter_map(status::enhanced).next());
        let reply_code = told.filter_map(status::reply).map(|(_, code)| code).next();
        let clear = || folded.iter().find_map(|text| reasons::by_clear_words(text));
        let vague = || folded.iter().find_map(|text| reasons::by_vague_words(text));
        let of_summary = || reasons::by_clear_words(summary).or_else(|| reasons::by_vague_words(summary));
        let by_status = || status.as_deref().and_then(reasons::by_status);
        let first = || sighting.diagnostic.is_some().then(|| reasons::by_clear_words(&folded[0])).flatten();
        let quoted = || sighting.diagnostic.as_deref().and_then(by_quoted_answer);
        // A gateway that explains itself below names code and words there.
        let is_of_summary = declared.is_none() && status.is_some() && texts.iter().all(|text| status::enhanced(text).is_none());
        let beside_status = || is_of_summary.then(|| reasons::by_clear_words(summary)).flatten();
        let by_page = || whole.iter().find_map(|text| reasons::by_page(text));
        let verdict = quoted()
            .or_else(first)
            .or_else(clear)
            .or_else(by_page)
            .or_else(beside_status)
            .or_else(by_status)
            .or_else(vague)
            .or_else(of_summary);
        let (reason, permanence) = verdict.or_else(|| reply_code.and_then(reasons::by_reply)).unwrap_or(reasons::UNKNOWN);
        let is_transient = reply_code.map_or_else(|| status.as_deref().is_some_and(|code| code.starts_with('4')), |code| code < 500);
        // Status 5.1.1 says it of the user, even where the transcript shows the answer below a pipelined DATA.
        let is_exact = status
            .as_deref()
            .and_then(reasons::by_status)
            .is_some_and(|(reason, permanence)| reason == FailureReason::UnknownUser && permanence == Permanence::Hard);
        let is_after_data = || !is_exact && folded.iter().map(String::as_str).chain([summary]).any(reasons::is_after_data);
        let (reason, permanence) = match reason {
            FailureReason::UnknownUser if is_after_data() => (FailureReason::Refused, Permanence::Soft),
            FailureReason::UnknownUser if !is_exact && reasons::says_disabled(summary) => (reason, Permanence::Soft),
            // Who is unknown to the last is unknown, in whatever code that was said.
            FailureReason::UnknownUser => (reason, permanence),
            _ if is_transient => (reason, Permanence::Soft),
            _ => (reason, permanence),
        };
        Self { status, reply_code, reason, permanence, words: words(&texts) }
    }
}

/// What the answer tells that one server quotes of another behind its own words: `5.1.0 - Unknown address error 550-'5.7.1 … Access denied'`. It
/// has a code of its own, which counts with its words.
fn by_quoted_answer(diagnostic: &str) -> Option<reasons::Verdict> {
    let (start, _) = status::reply(diagnostic)?;
    let (before, answer) = diagnostic.split_at(start);
    let (before, code) = (status::enhanced(before)?, status::enhanced(answer)?);
    let words = without_names(&fold(&cut(answer)));
    let told = || reasons::by_clear_words(&words).or_else(|| reasons::by_status(&code)).or_else(|| reasons::by_vague_words(&words));
    (before != code).then(told).flatten()
}

/// The declared status, unless it tells nothing and the server's words tell more.
fn chosen(declared: Option<String>, told: Option<String>) -> Option<String> {
    match (declared, told) {
        (Some(declared), Some(told)) if declared.ends_with(".0.0") => Some(told),
        (declared, told) => declared.or(told),
    }
}

/// From the reply code on, if there is one; one line.
fn words(texts: &[String]) -> Option<String> {
    let with_code = texts.iter().find_map(|text| status::reply(text).map(|(start, _)| text[start..].to_owned()));
    let words = with_code.or_else(|| texts.first().cloned())?;
    let words: String = one_line(&words).chars().take(LONGEST_DIAGNOSTIC).collect();
    let words = words.trim_matches([' ', ':', ';']).to_owned();
    Some(words).filter(|words| !words.is_empty())
}

/// `smtp; 550 …` without its type (RFC 3464 §2.3.6).
fn without_type(text: &str) -> String {
    let text = text.trim();
    match text.split_once(';') {
        Some((kind, rest))
            if ["smtp", "x-unix", "x-notes", "x-postfix", "x-qmail"].contains(&kind.trim().to_ascii_lowercase().as_str()) =>
        {
            rest.trim().to_owned()
        }
        _ => text.to_owned(),
    }
}

/// Names in addresses, links and of hosts are no words of the server: `spam@example.com`, `antivirus.example.com`.
fn without_names(folded: &str) -> String {
    let is_word = |word: &&str| !word.contains('@') && !word.contains("://");
    folded.split(' ').filter(is_word).map(without_hosts).collect::<Vec<_>>().join(" ")
}

/// A word without the host names in it: `name=mx.example.com[192.0.2.1]:`.
fn without_hosts(word: &str) -> Cow<'_, str> {
    if !word.contains('.') {
        return Cow::Borrowed(word);
    }
    let is_of_host = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    let mut kept = String::new();
    let mut rest = word;
    while !rest.is_empty() {
        let (run, behind) = rest.split_at(rest.find(|c| !is_of_host(c)).unwrap_or(rest.len()));
        let sign = behind.chars().next().map_or(0, char::len_utf8);
        if !is_host(run) {
            kept.push_str(run);
        }
        kept.push_str(&behind[..sign]);
        rest = &behind[sign..];
    }
    Cow::Owned(kept)
}

/// Whether the last label is of a domain, so that "user.unknown" and "5.1.1" stay.
fn is_host(run: &str) -> bool {
    const LONG: &[&str] = &[
        "arpa", "biz", "cloud", "com", "edu", "example", "gob", "gov", "health", "info", "int", "internal", "invalid", "lan", "local",
        "mil", "net", "online", "org", "site", "test",
    ];
    let Some((front, last)) = run.trim_end_matches('.').rsplit_once('.') else { return false };
    let is_domain = last.len() == 2 && last.bytes().all(|byte| byte.is_ascii_lowercase()) || LONG.contains(&last);
    is_domain && front.split('.').all(|label| !label.is_empty())
}

fn cut(text: &str) -> String {
    text.chars().take(SEARCHED).collect()
}
