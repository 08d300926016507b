//! WhatsApp: until when it takes free text, and the templates that it takes at any time.

use chrono::{DateTime, Utc};
use followup_domain::asking::gate::FREE_TEXT_WINDOW;
use followup_domain::asking::reason::StopReason;
use followup_domain::asking::request::LetterKind;
use followup_domain::message::{Channel, WhatsappTemplate};
use followup_domain::ports::StoreError;
use followup_domain::sending::template::{filled, in_language};
use followup_domain::sending::{ApprovedTemplate, TemplateStatus};
use followup_words::whatsapp::readable;

use super::reach::last_heard;
use crate::step::Step;

/// Until when a number may be written to in free text: for a day after it wrote last. None when it never wrote.
pub(crate) fn free_text_until(step: &mut Step<'_>, number: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
    Ok(last_heard(step, Channel::Whatsapp, number)?.map(|heard| heard + FREE_TEXT_WINDOW))
}

/// A template of a name, as far as it is known here.
pub(crate) struct Named {
    name: String,
    language: String,
    known: Option<ApprovedTemplate>,
    /// The provider's list is known, whether this one stands in it or not.
    listed: bool,
}

/// Finds a template by its name, in the deployment's language.
pub(crate) fn named(step: &mut Step<'_>, name: &str) -> Result<Named, StoreError> {
    let language = step.policy().whatsapp.language.clone();
    let of_the_name = step.tx.whatsapp_templates().of_name(name)?;
    let known = in_language(&of_the_name, &language).cloned();
    let listed = known.is_some() || step.tx.whatsapp_templates().any()?;
    Ok(Named { name: name.to_owned(), language, known, listed })
}

/// The template by which the service asks by itself.
pub(crate) fn of_kind(step: &mut Step<'_>, kind: LetterKind) -> Result<Named, StoreError> {
    let rules = &step.policy().whatsapp;
    let name = match kind {
        LetterKind::Request => &rules.request,
        LetterKind::Reminder => &rules.reminder,
    };
    named(step, name)
}

impl Named {
    /// What its provider says of it; none while its list is not known, or where it does not stand in it.
    pub(crate) fn status(&self) -> Option<TemplateStatus> {
        self.known.as_ref().map(|known| known.status)
    }

    /// Its wording, where its provider's list is known.
    pub(crate) fn text(&self) -> Option<String> {
        self.known.as_ref()?.text.clone()
    }

    /// Why it may not be sent. What no list was ever read of, the provider decides itself.
    pub(crate) fn refusal(&self) -> Option<StopReason> {
        let is_refused = self.listed && self.status() != Some(TemplateStatus::Approved);
        is_refused.then(|| StopReason::TemplateNotApproved { name: self.name.clone(), status: self.status() })
    }

    /// How many parameters it takes, where that is known.
    pub(crate) fn takes(&self) -> Option<usize> {
        self.known.as_ref().map(ApprovedTemplate::parameters)
    }

    /// Why it does not take so many.
    pub(crate) fn misfit(&self, given: usize) -> Option<StopReason> {
        let takes = self.takes().filter(|takes| *takes != given)?;
        Some(StopReason::TemplateParameters { name: self.name.clone(), takes, given })
    }

    /// The first of these that it takes.
    pub(crate) fn cut(&self, mut parameters: Vec<String>) -> Vec<String> {
        parameters.truncate(self.takes().unwrap_or(parameters.len()));
        parameters
    }

    /// The message that it is with these parameters, and how that reads.
    pub(crate) fn filled(self, parameters: Vec<String>) -> (WhatsappTemplate, String) {
        let Self { name, language, known, .. } = self;
        let numbered = (1..=parameters.len()).map(|number| number.to_string()).collect();
        let (language, provider_id, places, text) = match known {
            Some(known) => (known.language, Some(known.provider_id), known.places, known.text),
            None => (language, None, numbered, None),
        };
        let template = WhatsappTemplate { name, language, parameters, provider_id, places };
        let body = match text {
            Some(text) => filled(&text, &template.places, &template.parameters),
            None => readable(&template),
        };
        (template, body)
    }
}
