//! Why a template cannot be used.

use followup_domain::asking::letter_text::TextProblem;

use crate::layout::SUBJECT;

/// A template that cannot be used, said in one sentence for the person who wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The folder or a file in it cannot be read, or is not UTF-8 text.
    #[error("templates: {path} cannot be read: {reason}")]
    Unreadable {
        /// The folder or file.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// A file that replaces no template; a misspelt name would otherwise be passed over silently.
    #[error("templates: {file} is not the name of a template; there are {known}")]
    UnknownFile {
        /// The file's name.
        file: String,
        /// The names that there are.
        known: String,
    },
    /// It does not compile, or a letter cannot be laid out with it.
    #[error("templates: {file}, line {line}: {reason}")]
    Broken {
        /// The file's name.
        file: String,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
}

impl TemplateError {
    /// What the template language says of a file; of a part that it includes, by the part's name.
    pub(crate) fn of_language(file: &str, error: &minijinja::Error) -> Self {
        let mut error = error;
        while let Some(cause) = std::error::Error::source(error).and_then(|cause| cause.downcast_ref::<minijinja::Error>()) {
            error = cause;
        }
        let file = error.name().unwrap_or(file);
        let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
        Self::Broken { file: file.to_owned(), line: error.line().unwrap_or(1), reason: format!("{}{detail}", error.kind()) }
    }

    /// What is wrong with a letter that a file gave.
    pub(crate) fn of_letter(file: &str, problem: &TextProblem) -> Self {
        let reason = match problem {
            TextProblem::SubjectInShort => format!("a short message has no «{SUBJECT}» line"),
            TextProblem::NoSubject => format!("the letter does not begin with a «{SUBJECT}» line and a blank line"),
            TextProblem::EmptySubject => "the subject is empty".to_owned(),
            TextProblem::EmptyLetter if file.contains(".email.") => "no text stands after the subject and a blank line".to_owned(),
            TextProblem::EmptyLetter => "the message is empty".to_owned(),
            TextProblem::NoHeading => "a section's heading must stand on a line of its own, before its questions".to_owned(),
            TextProblem::NoQuestion => "every question must stand on a line of its own, in order".to_owned(),
            other => format!("{other:?}"),
        };
        Self::Broken { file: file.to_owned(), line: 1, reason }
    }
}
