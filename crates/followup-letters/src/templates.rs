//! The renderer over the templates.

use std::path::Path;
use std::sync::Arc;

use followup_domain::asking::letter_text::{OwnText, ShippedText, TextFault};
use followup_domain::asking::request::{Letter, LetterRenderer, RenderError, RequestLetter};
use followup_domain::message::Channel;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};

use crate::catalogue::{LISTS, PART_FILES, TEMPLATE_FILES, TemplateFile};
use crate::context::{LetterContext, VARIABLES};
use crate::greeting::greeting;
use crate::own::OwnLetters;
use crate::{TemplateError, check, layout, overrides};

/// The letters as template files: the compiled-in ones, some of them replaced by the unit's own.
#[derive(Debug)]
pub struct TemplateLetters {
    environment: Environment<'static>,
    /// Files of the deployment, in place of those that are compiled in.
    replaced: Arc<[Replaced]>,
}

/// A file's name, and its text.
type Replaced = (&'static str, String);

/// What is said of a value that is printed although a letter may lack it.
pub(crate) const MAY_BE_ABSENT: &str = "this value may be absent; ask for it with {% if … %} first";

impl TemplateLetters {
    /// The compiled-in templates.
    #[must_use]
    pub fn built_in() -> Self {
        Self::replacing(Vec::new())
    }

    fn replacing(replaced: Vec<Replaced>) -> Self {
        let replaced: Arc<[Replaced]> = replaced.into();
        Self { environment: environment(replaced.clone()), replaced }
    }

    /// The compiled-in templates, replaced by the files of the same name in a folder. Every template is tried with
    /// sample letters first, so that a mistake shows at start and not when a letter is due. Hidden files and
    /// `README.md` are passed over.
    ///
    /// # Errors
    /// A folder or file that cannot be read, a file that replaces nothing, or a template with a mistake: file and line.
    pub fn with_overrides(folder: &Path) -> Result<Self, TemplateError> {
        let letters = Self::replacing(overrides::read(folder)?);
        check::every_template(&letters)?;
        Ok(letters)
    }

    /// Lays one letter out with one template.
    pub(crate) fn lay_out(&self, file: &TemplateFile, letter: &RequestLetter) -> Result<Letter, TemplateError> {
        let of_language = |error| TemplateError::of_language(file.name, &error);
        let template = self.environment.get_template(file.name).map_err(of_language)?;
        let rendered = template.render(LetterContext::new(letter)).map_err(of_language)?;
        layout::letter(file, &rendered).map_err(|problem| TemplateError::of_letter(file.name, &problem))
    }

    /// These letters with some of the unit's own texts in place.
    fn with_own(&self, own: &[OwnText]) -> OwnLetters {
        let replaced = self.replaced.clone();
        OwnLetters::new(own, move |name| brought_along(&replaced, name))
    }
}

impl LetterRenderer for TemplateLetters {
    fn render(&self, channel: Channel, letter: &RequestLetter) -> Result<Letter, RenderError> {
        let file =
            TemplateFile::find(letter.kind, channel).ok_or_else(|| RenderError(format!("there is no letter for the channel {channel}")))?;
        self.lay_out(file, letter).map_err(|error| RenderError(error.to_string()))
    }

    fn render_with(&self, own: &[OwnText], channel: Channel, letter: &RequestLetter) -> Result<Letter, RenderError> {
        let Some(file) = TemplateFile::find(letter.kind, channel).filter(|_| !own.is_empty()) else { return self.render(channel, letter) };
        // What went wrong is told as it is for the deployment's files.
        let told = |fault: TextFault| RenderError(format!("{}, line {}: {:?}", fault.name, fault.line.unwrap_or(1), fault.problem));
        self.with_own(own).lay_out(file, letter).map_err(told)
    }

    fn shipped(&self) -> Vec<ShippedText> {
        let text = |name: &'static str, letter| ShippedText {
            name,
            letter,
            text: brought_along(&self.replaced, name).unwrap_or_default(),
            is_of_deployment: self.replaced.iter().any(|(known, _)| *known == name),
        };
        let letters = TEMPLATE_FILES.iter().map(|file| text(file.name, Some((file.kind, file.channel))));
        // How a list of words is written is no letter's text, and uses more of the language than one may.
        let parts = PART_FILES.iter().filter(|(name, _)| *name != LISTS).map(|(name, _)| text(name, None));
        letters.chain(parts).collect()
    }

    fn faults(&self, own: &[OwnText], name: &str) -> Vec<TextFault> {
        own.iter().find(|text| text.name == name).map_or_else(Vec::new, |text| self.with_own(own).faults(text))
    }

    fn variables(&self) -> &'static [&'static str] {
        VARIABLES
    }

    fn greeted(&self, reporter_name: &str) -> Option<String> {
        greeting(reporter_name).name
    }
}

/// The files by name, each compiled when it is first asked for.
fn environment(replaced: Arc<[Replaced]>) -> Environment<'static> {
    let mut environment = as_letters_are(Environment::new());
    environment.set_loader(move |name| Ok(brought_along(&replaced, name)));
    environment
}

/// Plain text, and strict: a misspelt variable is an error and so is one that is printed although it has no value.
pub(crate) fn as_letters_are(mut environment: Environment<'static>) -> Environment<'static> {
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_formatter(|out, state, value| {
        if value.is_none() {
            return Err(Error::new(ErrorKind::InvalidOperation, MAY_BE_ABSENT));
        }
        minijinja::escape_formatter(out, state, value)
    });
    environment
}

/// The deployment's file of a name, else the one that is compiled in.
fn brought_along(replaced: &[Replaced], name: &str) -> Option<String> {
    let own = replaced.iter().find(|(known, _)| *known == name).map(|(_, source)| source.clone());
    own.or_else(|| built_in(name).map(str::to_owned))
}

fn built_in(name: &str) -> Option<&'static str> {
    let letter = TEMPLATE_FILES.iter().find(|file| file.name == name).map(|file| file.built_in);
    letter.or_else(|| PART_FILES.iter().find(|(part, _)| *part == name).map(|(_, text)| *text))
}
