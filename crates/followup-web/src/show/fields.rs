//! The fields of a form as they are shown: what was typed, and what is wrong with it.

use std::collections::BTreeMap;

use followup_answers::Refusal;
use serde::Serialize;

use super::mistakes::Mistake;
use crate::form::Form;

/// So long may a name be, in characters, as the API has it.
pub(crate) const LONGEST_NAME: usize = 200;
/// So long may be what somebody explains.
pub(crate) const LONGEST_TEXT: usize = 2_000;

/// A field: its name in the form, its name where use cases refuse it, and its label.
pub(crate) type Spec = (&'static str, &'static str, &'static str);

/// The fields of a form.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Fields {
    by_name: BTreeMap<&'static str, FieldView>,
    /// What is wrong, in the order of the fields.
    mistakes: Vec<Mistake>,
    #[serde(skip)]
    specs: &'static [Spec],
}

#[derive(Debug, Clone, Serialize)]
struct FieldView {
    id: String,
    name: &'static str,
    label: &'static str,
    value: String,
    mistake: Option<String>,
}

impl Fields {
    /// Empty ones. `prefix` tells the forms of a page apart.
    pub(crate) fn empty(prefix: &str, specs: &'static [Spec]) -> Self {
        let view = |(name, _, label): &Spec| {
            (*name, FieldView { id: format!("{prefix}-{name}"), name, label, value: String::new(), mistake: None })
        };
        Self { by_name: specs.iter().map(view).collect(), mistakes: Vec::new(), specs }
    }

    /// What was typed.
    pub(crate) fn typed(prefix: &str, specs: &'static [Spec], form: &Form) -> Self {
        specs.iter().fold(Self::empty(prefix, specs), |fields, (name, ..)| fields.with(name, form.verbatim(name)))
    }

    /// With a value.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        if let Some(field) = self.by_name.get_mut(name) {
            field.value = value.into();
        }
        self
    }

    /// Says what is wrong with a field.
    pub(crate) fn refuse(&mut self, name: &str, message: impl Into<String>) {
        let message = message.into();
        let Some(field) = self.by_name.get_mut(name) else { return };
        field.mistake = Some(message.clone());
        self.mistakes.push(Mistake { anchor: Some(field.id.clone()), label: field.label.to_owned(), message });
    }

    /// Says what is wrong with the form as a whole.
    pub(crate) fn refuse_all(&mut self, label: &str, message: impl Into<String>) {
        self.mistakes.push(Mistake { anchor: None, label: label.to_owned(), message: message.into() });
    }

    /// Takes over what a use case refused of the fields.
    ///
    /// # Errors
    /// It refused for another reason.
    pub(crate) fn refused(mut self, refusal: Refusal) -> Result<Self, Refusal> {
        let Refusal::Invalid(errors) = refusal else { return Err(refusal) };
        for error in errors {
            match self.specs.iter().find(|(name, known, _)| error.field == *known || error.field == *name) {
                Some((name, ..)) => self.refuse(name, error.message),
                None => self.refuse_all(&error.field, error.message),
            }
        }
        Ok(self)
    }

    /// Whether anything is wrong.
    pub(crate) fn are_wrong(&self) -> bool {
        !self.mistakes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPECS: &[Spec] = &[("motivo", "reason", "Motivo"), ("numero", "numero", "Número")];

    #[test]
    fn what_a_use_case_refuses_is_said_at_the_field_and_in_the_summary() {
        let fields = Fields::empty("x", SPECS).with("motivo", "a").with("nada", "b");
        let fields = fields.refused(Refusal::field("reason", "Campo obligatorio")).unwrap();
        assert!(fields.are_wrong());
        let field = &fields.by_name["motivo"];
        assert_eq!((field.id.as_str(), field.value.as_str(), field.mistake.as_deref()), ("x-motivo", "a", Some("Campo obligatorio")));
        assert_eq!((fields.mistakes[0].anchor.as_deref(), fields.mistakes[0].label.as_str()), (Some("x-motivo"), "Motivo"));
        let other = Fields::empty("x", SPECS).refused(Refusal::field("otro", "mal")).unwrap();
        assert_eq!((other.mistakes[0].anchor.as_deref(), other.mistakes[0].label.as_str()), (None, "otro"));
        assert!(Fields::empty("x", SPECS).refused(Refusal::Forbidden).is_err());
    }
}
