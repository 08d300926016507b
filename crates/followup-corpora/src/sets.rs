//! The cases of a set.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};
use followup_domain::mail::inbound::{MailReader, ParsedMail, UnreadableMail};
use followup_mail::MimeReader;
use serde::Deserialize;
use serde_json::Value;

/// One case: its bytes and what is expected of them.
pub(crate) struct Case {
    /// `set/name`.
    pub(crate) id: String,
    /// The file's name, which tells what kind of text it is.
    pub(crate) file: String,
    /// The file.
    pub(crate) bytes: Vec<u8>,
    /// The expected answers; their shape belongs to the set.
    pub(crate) expected: Value,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    file: String,
    expected: Value,
}

/// The cases of a set; `None` when the folder does not have it.
///
/// # Errors
/// A file that cannot be read, or a row that is none.
pub(crate) fn load(folder: &Path, set: &str) -> Result<Option<Vec<Case>>> {
    let list = folder.join(format!("{set}.jsonl"));
    let rows = match std::fs::read_to_string(&list) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        read => read.with_context(|| list.display().to_string())?,
    };
    let cases = rows.lines().filter(|line| !line.trim().is_empty()).enumerate().map(|(number, line)| {
        let row: Row = serde_json::from_str(line).with_context(|| format!("{}, line {}", list.display(), number + 1))?;
        let path = folder.join(&row.file);
        let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
        Ok(Case { id: row.id, file: row.file, bytes, expected: row.expected })
    });
    cases.collect::<Result<Vec<Case>>>().map(Some)
}

impl Case {
    /// Reads the case as a mail; a bare text becomes the body of one.
    pub(crate) fn read(&self, kind: Kind) -> Result<ParsedMail, UnreadableMail> {
        MimeReader::new([]).read(&self.raw(kind))
    }

    /// The case as a mail.
    pub(crate) fn raw(&self, kind: Kind) -> Vec<u8> {
        let header = match kind {
            Kind::Mail => return self.bytes.clone(),
            Kind::Text => "text/plain",
            Kind::Html => "text/html",
        };
        let header = format!("From: someone@example.org\nSubject: Re: ICSR\nMIME-Version: 1.0\nContent-Type: {header}; charset=utf-8\n\n");
        [header.as_bytes(), &self.bytes].concat()
    }

    /// A text of the expected answers.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.expected.get(name)?.as_str()
    }

    /// A list of texts of the expected answers; empty when it is not there.
    pub(crate) fn texts(&self, name: &str) -> Vec<&str> {
        self.expected.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    }
}

/// What the bytes of a case are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A whole mail.
    Mail,
    /// Plain text.
    Text,
    /// HTML.
    Html,
}
