//! The unit's own letters: each text with what it replaces, looked at before it is kept.

use followup_domain::asking::letter_text::{KeptText, OwnText, ShippedText, TextFault, TextProblem};
use followup_domain::asking::request::{Letter, LetterKind};
use followup_domain::asking::sample::sample_letter;
use followup_domain::audit::Actor;
use followup_domain::message::Channel;
use followup_domain::ports::StoreError;
use followup_domain::sending::SmsParts;

use crate::app::App;
use crate::moves::letter_text as texts;
use crate::step::{self, Step};
use crate::transaction;

/// A text: what is brought along, what the unit keeps instead, and what is wrong with that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterText {
    /// What is brought along.
    pub shipped: ShippedText,
    /// What is kept of it; none where nobody ever changed it.
    pub kept: Option<KeptText>,
    /// Why letters go without the unit's own text; nothing where they go with it, or where there is none.
    pub faults: Vec<TextFault>,
}

impl LetterText {
    /// The unit's own text.
    pub fn own(&self) -> Option<&str> {
        self.kept.as_ref()?.text.as_deref()
    }

    /// The text that stands in the place now.
    pub fn text(&self) -> &str {
        self.own().unwrap_or(&self.shipped.text)
    }

    /// By which a change says what it was made from; 0 where nobody ever changed it.
    pub fn version(&self) -> i64 {
        self.kept.as_ref().map_or(0, |kept| kept.version)
    }
}

/// What a text would make of a usual case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterPreview {
    /// What is wrong with it.
    pub faults: Vec<TextFault>,
    /// The letter that is shown.
    pub channel: Channel,
    /// How it reads; none where it cannot be laid out.
    pub letter: Option<Letter>,
    /// In how many parts, of a text message.
    pub sms: Option<SmsParts>,
}

/// Why a text was not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LetterTextError {
    /// There is no text of this name.
    #[error("letter text not found")]
    NotFound,
    /// It cannot be used.
    #[error("a letter's text cannot be used")]
    Invalid {
        /// Its name.
        name: &'static str,
        /// Why.
        faults: Vec<TextFault>,
    },
    /// Somebody else changed it since.
    #[error("a letter's text was changed meanwhile")]
    Stale,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// All texts, letters first.
    ///
    /// # Errors
    /// The store's.
    pub fn letter_texts(&self) -> Result<Vec<LetterText>, StoreError> {
        step::read(self, |step| {
            let (own, mut kept) = (step.tx.letter_texts().own()?, step.tx.letter_texts().list()?);
            let text = |shipped: ShippedText| {
                let kept = kept.iter().position(|kept| kept.name == shipped.name).map(|at| kept.swap_remove(at));
                seen(step, &own, shipped, kept)
            };
            Ok(step.deployment.letters.shipped().into_iter().map(text).collect())
        })
    }

    /// A text.
    ///
    /// # Errors
    /// [`LetterTextError`].
    pub fn letter_text(&self, name: &str) -> Result<LetterText, LetterTextError> {
        step::read(self, |step| {
            let shipped = shipped(step, name)?;
            let (own, kept) = (step.tx.letter_texts().own()?, step.tx.letter_texts().find(name)?);
            Ok(seen(step, &own, shipped, kept))
        })
    }

    /// Those of the unit's own texts that letters go without, because they cannot be used.
    ///
    /// # Errors
    /// The store's.
    pub fn unusable_letter_texts(&self) -> Result<Vec<LetterText>, StoreError> {
        Ok(self.letter_texts()?.into_iter().filter(|text| !text.faults.is_empty()).collect())
    }

    /// How a usual letter would read with a text in place of what is kept under its name. Of a part, the first request by e-mail.
    ///
    /// # Errors
    /// [`LetterTextError`].
    pub fn preview_letter_text(&self, name: &str, text: &str) -> Result<LetterPreview, LetterTextError> {
        step::read(self, |step| {
            let shipped = shipped(step, name)?;
            let own = with(step.tx.letter_texts().own()?, name, text);
            Ok(looked_at(step, &shipped, &own))
        })
    }

    /// Keeps a text of the unit's own, which letters say from now on. One that says what is brought along anyway is none.
    /// Made from this version of it, if that is told.
    ///
    /// # Errors
    /// [`LetterTextError`].
    pub fn set_letter_text(&self, actor: &Actor, name: &str, text: &str, version: Option<i64>) -> Result<LetterText, LetterTextError> {
        transaction::write(self, actor, |step| {
            let shipped = shipped(step, name)?;
            let is_own = text != shipped.text;
            let own = with(step.tx.letter_texts().own()?, name, text);
            let faults = if is_own { looked_at(step, &shipped, &own).faults } else { Vec::new() };
            if !faults.is_empty() {
                return Err(LetterTextError::Invalid { name: shipped.name, faults });
            }
            let kept = texts::set(step, name, is_own.then(|| text.to_owned()), version)?.ok_or(LetterTextError::Stale)?;
            Ok(LetterText { shipped, kept: Some(kept), faults })
        })
    }

    /// Goes back to the text that is brought along, from this version, if that is told.
    ///
    /// # Errors
    /// [`LetterTextError`].
    pub fn reset_letter_text(&self, actor: &Actor, name: &str, version: Option<i64>) -> Result<LetterText, LetterTextError> {
        transaction::write(self, actor, |step| {
            let shipped = shipped(step, name)?;
            let kept = texts::set(step, name, None, version)?.ok_or(LetterTextError::Stale)?;
            Ok(LetterText { shipped, kept: Some(kept), faults: Vec::new() })
        })
    }
}

fn shipped(step: &Step<'_>, name: &str) -> Result<ShippedText, LetterTextError> {
    step.deployment.letters.shipped().into_iter().find(|shipped| shipped.name == name).ok_or(LetterTextError::NotFound)
}

fn seen(step: &Step<'_>, own: &[OwnText], shipped: ShippedText, kept: Option<KeptText>) -> LetterText {
    let is_own = own.iter().any(|text| text.name == shipped.name);
    let faults = if is_own { step.deployment.letters.faults(own, shipped.name) } else { Vec::new() };
    LetterText { shipped, kept, faults }
}

/// The unit's own texts, with this one among them.
fn with(mut own: Vec<OwnText>, name: &str, text: &str) -> Vec<OwnText> {
    own.retain(|known| known.name != name);
    own.push(OwnText { name: name.to_owned(), text: text.to_owned() });
    own
}

fn looked_at(step: &Step<'_>, shipped: &ShippedText, own: &[OwnText]) -> LetterPreview {
    let letters = step.deployment.letters;
    let mut faults = letters.faults(own, shipped.name);
    let (kind, channel) = shipped.letter.unwrap_or((LetterKind::Request, Channel::Email));
    let policy = step.policy();
    let sample = sample_letter(kind, &policy.required, &policy.letterhead);
    let letter = letters.render_with(own, channel, &sample).ok();
    let letter =
        letter.map(
            |letter| {
                if channel == Channel::Sms { Letter { body: policy.sms.written(&letter.body).into_owned(), ..letter } } else { letter }
            },
        );
    let sms = letter.as_ref().filter(|_| channel == Channel::Sms).map(|letter| SmsParts::of(&letter.body));
    if let Some(sms) = sms.filter(|sms| faults.is_empty() && sms.parts > policy.sms.most_parts) {
        let problem = TextProblem::TooManyParts { parts: sms.parts, most: policy.sms.most_parts };
        faults.push(TextFault { name: shipped.name.to_owned(), line: None, problem });
    }
    LetterPreview { faults, channel, letter, sms }
}
