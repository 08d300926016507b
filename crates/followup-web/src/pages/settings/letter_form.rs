//! The text of a letter as it is written: what is wrong with it, how it reads, and what it may show.

use followup_app::{LetterPreview, LetterText};
use followup_domain::asking::letter_text::TextFault;
use followup_domain::message::Channel;
use followup_domain::policy::FollowupPolicy;
use followup_words::{letters as words, people};
use serde::Serialize;

use crate::show::mistakes::Mistake;
use crate::show::when::{Reading, When};

/// So much of a line that something is wrong with is shown.
const EXCERPT: usize = 60;

/// The form of a text.
#[derive(Serialize)]
pub(super) struct TextForm {
    pub(super) file: &'static str,
    pub(super) name: String,
    /// Of a part that several letters include.
    is_part: bool,
    /// What is typed, or stands there.
    text: String,
    version: i64,
    is_own: bool,
    is_of_deployment: bool,
    shipped: String,
    changed: Option<Changed>,
    mistakes: Vec<Mistake>,
    preview: PreviewView,
    values: Vec<Value>,
    /// What somebody else wrote meanwhile.
    conflict: Option<String>,
    may_edit: bool,
}

/// Who changed something, and when.
#[derive(Serialize)]
pub(super) struct Changed {
    by: String,
    at: When,
}

#[derive(Serialize)]
struct Value {
    name: &'static str,
    about: &'static str,
}

/// How a usual letter reads.
#[derive(Serialize)]
struct PreviewView {
    faults: Vec<String>,
    subject: Option<String>,
    body: Option<String>,
    sms: Option<String>,
}

impl TextForm {
    /// A text, as it would read.
    pub(super) fn of(stored: LetterText, preview: LetterPreview, policy: &FollowupPolicy, reading: Reading) -> Self {
        let text = stored.text().to_owned();
        Self {
            file: stored.shipped.name,
            name: words::name(&stored.shipped),
            is_part: stored.shipped.letter.is_none(),
            version: stored.version(),
            is_own: stored.own().is_some(),
            is_of_deployment: stored.shipped.is_of_deployment,
            changed: changed(&stored, reading),
            mistakes: Vec::new(),
            preview: PreviewView::of(&preview, stored.shipped.name, &text, policy),
            values: Vec::new(),
            conflict: None,
            may_edit: false,
            shipped: stored.shipped.text,
            text,
        }
    }

    /// With what somebody typed in its place, and how that would read.
    pub(super) fn typed(self, text: String, preview: &LetterPreview, policy: &FollowupPolicy) -> Self {
        Self { preview: PreviewView::of(preview, self.file, &text, policy), text, ..self }
    }

    /// With the values that a text may show.
    pub(super) fn with_values(self, names: &[&'static str]) -> Self {
        let value = |name: &&'static str| words::variable(name).map(|about| Value { name, about });
        Self { values: names.iter().filter_map(value).collect(), ..self }
    }

    /// Nothing was kept, for these reasons.
    pub(super) fn refused(self, faults: &[TextFault]) -> Self {
        let mistake = |fault: &TextFault| Mistake::new("texto", "Texto", &said(fault, self.file, &self.text));
        Self { mistakes: faults.iter().map(mistake).collect(), ..self }
    }

    /// Somebody else was first: what stands there now is shown beside what was typed.
    pub(super) fn in_conflict(self, now: String) -> Self {
        Self { conflict: Some(now), ..self }
    }

    /// Made from this version: of another one, keeping it is refused.
    pub(super) fn made_from(self, version: i64) -> Self {
        Self { version, ..self }
    }

    /// What stands in the form.
    pub(super) fn now(&self) -> String {
        self.text.clone()
    }

    /// For somebody who may change it.
    pub(super) fn for_editing(self, may_edit: bool) -> Self {
        Self { may_edit, ..self }
    }
}

impl PreviewView {
    fn of(preview: &LetterPreview, file: &str, text: &str, policy: &FollowupPolicy) -> Self {
        let (subject, body) = preview.letter.clone().map(|letter| (letter.subject, letter.body)).unzip();
        let sms = preview.sms.filter(|_| preview.channel == Channel::Sms).map(|sms| {
            let parts = if sms.parts == 1 { "1 parte".to_owned() } else { format!("{} partes", sms.parts) };
            format!("{parts} de {} como máximo · {} · {} unidades", policy.sms.most_parts, sms.encoding, sms.units)
        });
        Self {
            faults: preview.faults.iter().map(|fault| said(fault, file, text)).collect(),
            subject: subject.filter(|subject| !subject.is_empty()),
            body,
            sms,
        }
    }
}

/// Who changed a text last.
pub(super) fn changed(text: &LetterText, reading: Reading) -> Option<Changed> {
    text.kept.as_ref().map(|kept| Changed { by: people::actor(&kept.changed_by), at: reading.when(kept.changed_at) })
}

/// What is wrong, with the line that it is said of.
fn said(fault: &TextFault, file: &str, text: &str) -> String {
    let sentence = words::fault(fault, file);
    let line = fault.line.filter(|_| fault.name == file).and_then(|line| text.lines().nth(line.checked_sub(1)?));
    match line.map(str::trim).filter(|line| !line.is_empty()) {
        Some(line) if line.chars().count() > EXCERPT => format!("{sentence}. Dice: «{}…»", line.chars().take(EXCERPT).collect::<String>()),
        Some(line) => format!("{sentence}. Dice: «{line}»"),
        None => sentence,
    }
}

#[cfg(test)]
mod tests {
    use followup_domain::asking::letter_text::TextProblem;

    use super::*;

    #[test]
    fn a_fault_quotes_its_line() {
        let fault = |line, name: &str| TextFault { name: name.into(), line, problem: TextProblem::NoSuchValue };
        assert_eq!(said(&fault(Some(2), "a"), "a", "x\n  {{ y.z }} "), "Línea 2: usa un valor que no existe ahí. Dice: «{{ y.z }}»");
        for other in [fault(Some(9), "a"), fault(Some(1), "b"), fault(None, "a")] {
            assert!(!said(&other, "a", "x").contains("Dice"));
        }
        assert!(said(&fault(Some(1), "a"), "a", &"ñ".repeat(61)).ends_with("…»"));
    }
}
