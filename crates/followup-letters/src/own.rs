//! The unit's own texts: laid out within bounds, and looked at before they are used.

use std::io;

use followup_domain::asking::letter_text::{LONGEST_LETTER_TEXT, OwnText, TextFault, TextProblem};
use followup_domain::asking::request::{Letter, RequestLetter};
use minijinja::{Environment, ErrorKind, filters};

use crate::catalogue::{TEMPLATE_FILES, TemplateFile};
use crate::context::{LetterContext, VARIABLES};
use crate::templates::{MAY_BE_ABSENT, as_letters_are};
use crate::{check, guard, layout};

/// A letter takes no more steps: some fifty times what the longest one takes.
const MOST_STEPS: u64 = 200_000;
/// No letter is longer, in bytes.
const LONGEST_LETTER: usize = 200 * 1024;
/// So many faults of a text are told at once.
const MOST_FAULTS: usize = 20;

/// Letters with some of the unit's own texts in place.
pub(crate) struct OwnLetters {
    environment: Environment<'static>,
}

impl OwnLetters {
    /// These texts, and whatever is brought along for the rest.
    pub(crate) fn new(own: &[OwnText], brought_along: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        let mut environment = as_letters_are(Environment::empty());
        environment.add_filter("join", filters::join);
        environment.add_filter("length", filters::length);
        environment.add_filter("count", filters::length);
        environment.add_filter("first", filters::first);
        environment.add_filter("last", filters::last);
        environment.add_filter("upper", filters::upper);
        environment.add_filter("lower", filters::lower);
        environment.add_filter("capitalize", filters::capitalize);
        environment.add_filter("title", filters::title);
        environment.add_filter("trim", filters::trim);
        environment.add_filter("default", filters::default);
        environment.set_fuel(Some(MOST_STEPS));
        let texts: Vec<(String, String)> = own.iter().map(|own| (own.name.clone(), own.text.clone())).collect();
        environment.set_loader(move |name| {
            let text = texts.iter().find(|(known, _)| known == name).map(|(_, text)| text.clone());
            Ok(text.or_else(|| brought_along(name)))
        });
        Self { environment }
    }

    /// Lays a letter out.
    pub(crate) fn lay_out(&self, file: &TemplateFile, letter: &RequestLetter) -> Result<Letter, TextFault> {
        let fault = |error: minijinja::Error| of_language(file.name, &error);
        let mut written = Bounded::default();
        let template = self.environment.get_template(file.name).map_err(fault)?;
        template.render_captured_to(LetterContext::new(letter), &mut written).map(drop).map_err(fault)?;
        let text = String::from_utf8_lossy(&written.bytes);
        layout::letter(file, &text).map_err(|problem| TextFault { name: file.name.to_owned(), line: None, problem })
    }

    /// What is wrong with a text, and with the letters that it becomes part of.
    pub(crate) fn faults(&self, of: &OwnText) -> Vec<TextFault> {
        let mut faults = of_text(of);
        if faults.is_empty() {
            faults = self.of_words(of);
        }
        if faults.is_empty() {
            faults = self.of_letters(&of.name);
        }
        faults.truncate(MOST_FAULTS);
        faults
    }

    /// What the language says of it, and names that it does not know.
    fn of_words(&self, of: &OwnText) -> Vec<TextFault> {
        let template = match self.environment.get_template(&of.name) {
            Ok(template) => template,
            Err(error) => return vec![of_language(&of.name, &error)],
        };
        let is_unknown = |name: &String| !VARIABLES.contains(&name.as_str());
        let mut unknown: Vec<String> = template.undeclared_variables(false).into_iter().filter(is_unknown).collect();
        unknown.sort();
        let fault =
            |name: String| TextFault { name: of.name.clone(), line: line_of(&of.text, &name), problem: TextProblem::UnknownVariable(name) };
        unknown.into_iter().map(fault).collect()
    }

    /// What becomes of sample letters: the first fault of each letter.
    fn of_letters(&self, name: &str) -> Vec<TextFault> {
        let is_letter = TEMPLATE_FILES.iter().any(|file| file.name == name);
        let files = TEMPLATE_FILES.iter().filter(|file| !is_letter || file.name == name);
        let mut faults: Vec<TextFault> = Vec::new();
        for fault in files.filter_map(|file| self.first_fault(file)) {
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
        faults
    }

    fn first_fault(&self, file: &TemplateFile) -> Option<TextFault> {
        check::samples(file.kind).iter().find_map(|sample| {
            let looked_at = |letter| match check::own_problem(file, sample, &letter) {
                Some(problem) => Err(TextFault { name: file.name.to_owned(), line: None, problem }),
                None => Ok(()),
            };
            self.lay_out(file, sample).and_then(looked_at).err()
        })
    }
}

/// What can be seen without the language.
fn of_text(of: &OwnText) -> Vec<TextFault> {
    let fault = |line, problem| TextFault { name: of.name.clone(), line, problem };
    if of.text.trim().is_empty() {
        return vec![fault(None, TextProblem::Blank)];
    }
    if of.text.chars().count() > LONGEST_LETTER_TEXT {
        return vec![fault(None, TextProblem::TooLong)];
    }
    guard::not_allowed(&of.text).into_iter().map(|(line, problem)| fault(Some(line), problem)).collect()
}

fn line_of(text: &str, name: &str) -> Option<usize> {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    text.lines().position(|line| line.split(|character| !is_part(character)).any(|word| word == name)).map(|at| at + 1)
}

/// What the language says, of the innermost text that it says it of.
fn of_language(name: &str, error: &minijinja::Error) -> TextFault {
    let mut error = error;
    while let Some(cause) = std::error::Error::source(error).and_then(|cause| cause.downcast_ref::<minijinja::Error>()) {
        error = cause;
    }
    let said = || error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    let problem = match error.kind() {
        ErrorKind::SyntaxError => TextProblem::Syntax(said()),
        ErrorKind::UnknownFilter => TextProblem::UnknownFilter(said().split(' ').nth(1).unwrap_or_default().to_owned()),
        ErrorKind::TemplateNotFound => TextProblem::UnknownPart,
        ErrorKind::UndefinedError => TextProblem::NoSuchValue,
        ErrorKind::OutOfFuel => TextProblem::TooMuchWork,
        ErrorKind::WriteFailure => TextProblem::TooLongLetter,
        ErrorKind::InvalidOperation if error.detail() == Some(MAY_BE_ABSENT) => TextProblem::MayBeAbsent,
        _ => TextProblem::Other(said()),
    };
    TextFault { name: error.name().unwrap_or(name).to_owned(), line: error.line(), problem }
}

/// What is written, up to the longest letter.
#[derive(Default)]
struct Bounded {
    bytes: Vec<u8>,
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > LONGEST_LETTER {
            return Err(io::Error::other("the letter is too long"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
