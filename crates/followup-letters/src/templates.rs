//! The renderer over the templates.

use std::path::Path;

use followup_domain::asking::request::{Letter, LetterRenderer, RenderError, RequestLetter};
use followup_domain::message::Channel;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};

use crate::catalogue::{PART_FILES, TEMPLATE_FILES, TemplateFile};
use crate::context::LetterContext;
use crate::greeting::greeting;
use crate::{TemplateError, check, layout, overrides};

/// The letters as template files: the compiled-in ones, some of them replaced by the unit's own.
#[derive(Debug)]
pub struct TemplateLetters {
    environment: Environment<'static>,
}

impl TemplateLetters {
    /// The compiled-in templates.
    #[must_use]
    pub fn built_in() -> Self {
        Self { environment: environment(Vec::new()) }
    }

    /// The compiled-in templates, replaced by the files of the same name in a folder. Every template is tried with
    /// sample letters first, so that a mistake shows at start and not when a letter is due. Hidden files and
    /// `README.md` are passed over.
    ///
    /// # Errors
    /// A folder or file that cannot be read, a file that replaces nothing, or a template with a mistake: file and line.
    pub fn with_overrides(folder: &Path) -> Result<Self, TemplateError> {
        let letters = Self { environment: environment(overrides::read(folder)?) };
        check::every_template(&letters)?;
        Ok(letters)
    }

    /// Lays one letter out with one template.
    pub(crate) fn lay_out(&self, file: &TemplateFile, letter: &RequestLetter) -> Result<Letter, TemplateError> {
        let of_language = |error| TemplateError::of_language(file.name, &error);
        let template = self.environment.get_template(file.name).map_err(of_language)?;
        let rendered = template.render(LetterContext::new(letter)).map_err(of_language)?;
        layout::letter(file, &rendered).map_err(|reason| TemplateError::broken(file.name, 1, reason))
    }
}

impl LetterRenderer for TemplateLetters {
    fn render(&self, channel: Channel, letter: &RequestLetter) -> Result<Letter, RenderError> {
        let file =
            TemplateFile::find(letter.kind, channel).ok_or_else(|| RenderError(format!("there is no letter for the channel {channel}")))?;
        self.lay_out(file, letter).map_err(|error| RenderError(error.to_string()))
    }

    fn greeted(&self, reporter_name: &str) -> Option<String> {
        greeting(reporter_name).name
    }
}

/// The files by name, each compiled when it is first asked for. Plain text, and strict: a misspelt variable is an error and so is one that is printed although it has no value.
fn environment(replaced: Vec<(&'static str, String)>) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_formatter(|out, state, value| {
        if value.is_none() {
            let advice = "this value may be absent; ask for it with {% if … %} first";
            return Err(Error::new(ErrorKind::InvalidOperation, advice));
        }
        minijinja::escape_formatter(out, state, value)
    });
    environment.set_loader(move |name| {
        let own = replaced.iter().find(|(known, _)| *known == name).map(|(_, source)| source.clone());
        Ok(own.or_else(|| built_in(name).map(str::to_owned)))
    });
    environment
}

fn built_in(name: &str) -> Option<&'static str> {
    let letter = TEMPLATE_FILES.iter().find(|file| file.name == name).map(|file| file.built_in);
    letter.or_else(|| PART_FILES.iter().find(|(part, _)| *part == name).map(|(_, text)| *text))
}
