//! From a template's output to a letter: the subject taken off, the blank lines made regular.

use followup_domain::asking::request::Letter;

use crate::catalogue::TemplateFile;

const SUBJECT: &str = "Asunto:";

/// Splits what a template gave. What stands before the first blank line of an e-mail is its subject.
///
/// # Errors
/// What the template lacks.
pub(crate) fn letter(file: &TemplateFile, rendered: &str) -> Result<Letter, String> {
    let text = tidy(rendered);
    if !file.has_subject() {
        if text.starts_with(SUBJECT) {
            return Err(format!("a short message has no «{SUBJECT}» line"));
        }
        return if text.is_empty() { Err("the message is empty".into()) } else { Ok(Letter { subject: String::new(), body: text }) };
    }
    let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    let subject =
        head.strip_prefix(SUBJECT).ok_or_else(|| format!("the letter does not begin with a «{SUBJECT}» line and a blank line"))?;
    let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    if subject.is_empty() {
        return Err("the subject is empty".into());
    }
    if body.is_empty() {
        return Err("no text stands after the subject and a blank line".into());
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
