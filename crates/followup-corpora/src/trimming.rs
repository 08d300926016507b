//! Judges how a reply is told from what is quoted.
//!
//! Expected: `format` (else the file's ending tells: `eml`, `html`, or text), `reply` or `trimmed` (the reply, whole), `keeps_all` (nothing is folded away), `starts_with`, `ends_with`,
//! `must_contain`, `must_not_contain` (texts) and `must_match`, `quoted_match` (regular expressions) about reply and quote.

use std::collections::HashMap;

use followup_domain::message::Classification;
use regex::RegexBuilder;

use crate::score::Judged;
use crate::sets::{Case, Kind};

/// Exact, lost words, and whether a person was taken for a machine.
pub(crate) fn judge(case: &Case) -> Judged {
    let kind = match case.text("format").or_else(|| case.file.rsplit('.').next()) {
        Some("eml") => Kind::Mail,
        Some("html") => Kind::Html,
        _ => Kind::Text,
    };
    let (reply, quoted, is_human) = match case.read(kind) {
        Ok(mail) => (mail.reply, mail.quoted.unwrap_or_default(), mail.classification == Classification::Human),
        Err(_) => (String::new(), String::new(), false),
    };
    let whole = case.text("reply").or_else(|| case.text("trimmed"));
    let is_exact = whole.is_none_or(|whole| tidy(whole) == tidy(&reply)) && holds(case, &reply, &quoted);
    let has_words = whole.is_none_or(|whole| words(whole) == words(&reply)) && holds(case, &reply, &quoted);
    let lost = lost_words(case, whole, &reply);
    Judged {
        measures: vec![
            ("exact", is_exact),
            ("exact but for blanks", has_words),
            ("no word lost", lost.is_empty()),
            ("a person stays a person", is_human),
        ],
        shown: format!("{}\nexpected {}\nreply {reply:?}\nquoted {quoted:?}\nlost {lost:?}\n", case.id, case.expected),
    }
}

/// Whether all that is said of parts of reply and quote is so.
fn holds(case: &Case, reply: &str, quoted: &str) -> bool {
    let matches =
        |pattern: &str, text: &str| RegexBuilder::new(pattern).multi_line(true).build().is_ok_and(|expression| expression.is_match(text));
    (case.expected.get("keeps_all").is_none() || quoted.is_empty())
        && case.text("starts_with").is_none_or(|start| reply.trim_start().starts_with(start))
        && case.text("ends_with").is_none_or(|end| reply.trim_end().ends_with(end))
        && case.texts("must_contain").iter().all(|text| reply.contains(text))
        && !case.texts("must_not_contain").iter().any(|text| reply.contains(text))
        && case.texts("must_match").iter().all(|pattern| matches(pattern, reply))
        && case.texts("quoted_match").iter().all(|pattern| matches(pattern, quoted))
}

/// Words that the sender wrote and that the reply does not have.
fn lost_words(case: &Case, whole: Option<&str>, reply: &str) -> Vec<String> {
    let must = [whole, case.text("starts_with"), case.text("ends_with")];
    let must = must.into_iter().flatten().chain(case.texts("must_contain"));
    let mut lost = Vec::new();
    for text in must {
        let mut left: HashMap<String, usize> = HashMap::new();
        words(reply).into_iter().for_each(|word| *left.entry(word).or_default() += 1);
        for word in words(text) {
            match left.get_mut(&word).filter(|count| **count > 0) {
                Some(count) => *count -= 1,
                None => lost.push(word),
            }
        }
    }
    lost
}

fn words(text: &str) -> Vec<String> {
    text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Without blanks at the ends of lines and of the text.
fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.trim().lines().map(str::trim_end).collect();
    lines.join("\n")
}
