//! From a template's output to a letter: the subject taken off, the blank lines made regular.

use followup_domain::asking::letter_text::TextProblem;
use followup_domain::asking::request::Letter;

use crate::catalogue::TemplateFile;

pub(crate) const SUBJECT: &str = "Asunto:";

/// Splits what a template gave. What stands before the first blank line of an e-mail is its subject.
///
/// # Errors
/// What the template lacks.
pub(crate) fn letter(file: &TemplateFile, rendered: &str) -> Result<Letter, TextProblem> {
    let text = tidy(rendered);
    if !file.has_subject() {
        if text.starts_with(SUBJECT) {
            return Err(TextProblem::SubjectInShort);
        }
        return if text.is_empty() { Err(TextProblem::EmptyLetter) } else { Ok(Letter { subject: String::new(), body: text }) };
    }
    let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    let subject = head.strip_prefix(SUBJECT).ok_or(TextProblem::NoSubject)?;
    let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    if subject.is_empty() {
        return Err(TextProblem::EmptySubject);
    }
    if body.is_empty() {
        return Err(TextProblem::EmptyLetter);
    }
    Ok(Letter { subject, body: format!("{body}\n") })
}

/// No blanks at the ends of lines, never two blank lines together, none at the beginning and the end: what a
/// template's conditions leave behind.
fn tidy(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        if !(line.is_empty() && lines.last().is_none_or(|last| last.is_empty())) {
            lines.push(line);
        }
    }
    lines.join("\n").trim_end().to_owned()
}
