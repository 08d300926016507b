//! The renderer over the templates.

use std::borrow::Cow;
use std::path::Path;

use followup_domain::asking::request::{Letter, LetterRenderer, RenderError, RequestLetter};
use followup_domain::message::Channel;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};

use crate::catalogue::TemplateFile;
use crate::context::LetterContext;
use crate::segments::sms_segments;
use crate::{TemplateError, check, layout, overrides};

/// The letters as template files: the compiled-in ones, some of them replaced by the unit's own.
#[derive(Debug)]
pub struct TemplateLetters {
    environment: Environment<'static>,
    replaced: Vec<(&'static str, String)>,
}

impl TemplateLetters {
    /// The compiled-in templates.
    #[must_use]
    pub fn built_in() -> Self {
        Self { environment: environment(), replaced: Vec::new() }
    }

    /// The compiled-in templates, replaced by the files of the same name in a folder. Every template is tried with
    /// sample letters first, so that a mistake shows at start and not when a letter is due. Hidden files and
    /// `README.md` are passed over.
    ///
    /// # Errors
    /// A folder or file that cannot be read, a file that replaces nothing, or a template with a mistake: file and line.
    pub fn with_overrides(folder: &Path) -> Result<Self, TemplateError> {
        let letters = Self { environment: environment(), replaced: overrides::read(folder)? };
        check::every_template(&letters)?;
        Ok(letters)
    }

    /// Lays one letter out with one template.
    pub(crate) fn lay_out(&self, file: &TemplateFile, letter: &RequestLetter) -> Result<Letter, TemplateError> {
        let rendered = self
            .environment
            .render_named_str(file.name, &self.source(file), LetterContext::new(letter))
            .map_err(|error| TemplateError::of_language(file.name, &error))?;
        layout::letter(file, &rendered).map_err(|reason| TemplateError::broken(file.name, 1, reason))
    }

    fn source(&self, file: &TemplateFile) -> Cow<'_, str> {
        let replaced = self.replaced.iter().find(|(name, _)| *name == file.name);
        Cow::Borrowed(replaced.map_or(file.built_in, |(_, source)| source))
    }
}

impl LetterRenderer for TemplateLetters {
    fn render(&self, channel: Channel, letter: &RequestLetter) -> Result<Letter, RenderError> {
        let file =
            TemplateFile::find(letter.kind, channel).ok_or_else(|| RenderError(format!("there is no letter for the channel {channel}")))?;
        let laid_out = self.lay_out(file, letter).map_err(|error| RenderError(error.to_string()))?;
        let segments = (channel == Channel::Sms).then(|| sms_segments(&laid_out.body));
        Ok(Letter { segments, ..laid_out })
    }
}

/// Plain text, and strict: a misspelt variable is an error and so is one that is printed although it has no value.
fn environment() -> Environment<'static> {
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
    environment
}
