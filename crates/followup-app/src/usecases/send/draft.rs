//! The request as it would be sent, for a person to read and change; nothing is stored.

use chrono::{DateTime, Utc};
use followup_domain::asking::gate::Verdict;
use followup_domain::asking::missing::{FieldPath, MissingItem};
use followup_domain::asking::reason::StopReason;
use followup_domain::asking::request::{Letter, RenderError, chosen};
use followup_domain::case::Case;
use followup_domain::ids::CaseId;
use followup_domain::message::{Channel, MessageKind, WhatsappTemplate};
use followup_domain::ports::StoreError;
use followup_domain::sending::TemplateStatus;
use followup_domain::sending::template::filled;
use followup_words::whatsapp::readable;

use crate::app::App;
use crate::errors::NotFoundOr;
use crate::facts::gate::{self, AtGate};
use crate::facts::open_items::{open_items, told_already};
use crate::facts::reach::channels;
use crate::facts::whatsapp::free_text_until;
use crate::facts::wording::{lay_out, template_for};
use crate::step::{self, Step};

/// A drafted request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// For which channel.
    pub channel: Channel,
    /// Its text; by WhatsApp what a person may write while it takes free text.
    pub letter: Letter,
    /// By WhatsApp: what the service itself would send.
    pub template: Option<DraftedTemplate>,
    /// By WhatsApp: until when free text is taken, if it is now (UTC).
    pub free_text_until: Option<DateTime<Utc>>,
}

/// A provider's template as it would be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftedTemplate {
    /// The template, filled.
    pub template: WhatsappTemplate,
    /// How it reads.
    pub body: String,
    /// Its wording, with its places, where the provider's list is known.
    pub text: Option<String>,
    /// What the provider says of it; none while that is not known.
    pub status: Option<TemplateStatus>,
    /// Why it would not be sent as it stands.
    pub problem: Option<StopReason>,
}

impl DraftedTemplate {
    /// How it reads with these parameters.
    pub fn read(&self, parameters: &[String]) -> String {
        match &self.text {
            Some(text) => filled(text, &self.template.places, parameters),
            None => readable(&WhatsappTemplate { parameters: parameters.to_vec(), ..self.template.clone() }),
        }
    }
}

/// Why no draft was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// There is no such case.
    #[error("case not found")]
    NotFound,
    /// The channel is none that requests are sent by.
    #[error("unsupported channel")]
    UnsupportedChannel,
    /// A template cannot be rendered.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// Drafts the request for everything that is missing; a reminder when some of it was asked before.
    ///
    /// # Errors
    /// [`DraftError`].
    pub fn draft_request(&self, case_id: CaseId, channel: &str) -> Result<Draft, DraftError> {
        self.draft_request_of(case_id, channel, None)
    }

    /// The same for what a person chose of it.
    ///
    /// # Errors
    /// [`DraftError`].
    pub fn draft_request_of(&self, case_id: CaseId, channel: &str, asks: Option<&[FieldPath]>) -> Result<Draft, DraftError> {
        step::read(self, |step| {
            let case = step.tx.cases().find(case_id)?.ok_or(DraftError::NotFound)?;
            let channel = Channel::parse(channel).filter(|channel| *channel != Channel::Call).ok_or(DraftError::UnsupportedChannel)?;
            let mut open = open_items(step, &case)?;
            if asks.is_none() {
                let told = told_already(step, &case)?;
                open.retain(|item| !told.contains(&item.path));
            }
            let missing = chosen(open, asks);
            let letter = lay_out(step, &case, &missing, channel)??;
            if channel != Channel::Whatsapp {
                return Ok(Draft { channel, letter, template: None, free_text_until: None });
            }
            let number = channels(step.policy(), &case.record).point_for(channel);
            let until = match &number {
                Some(number) => free_text_until(step, number.as_str())?,
                None => None,
            };
            let template = Some(drafted(step, &case, &missing)?);
            Ok(Draft { channel, letter, template, free_text_until: until.filter(|until| *until > step.now) })
        })
    }
}

/// A channel by which a person may write to the reporter of a case, or why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterWay {
    /// The channel.
    pub channel: Channel,
    /// The reporter's address or number for it.
    pub to: Option<String>,
    /// What stands against it, as sending would say.
    pub stopped: Option<StopReason>,
}

impl App {
    /// What stands against a letter by each channel. By WhatsApp of a template: free text has its own bounds.
    ///
    /// # Errors
    /// There is no such case, or the store failed.
    pub fn letter_ways(&self, case_id: CaseId) -> Result<Vec<LetterWay>, NotFoundOr> {
        step::read(self, |step| {
            let case = step.tx.cases().find(case_id)?.ok_or(NotFoundOr::NotFound)?;
            let mut ways = Vec::new();
            for channel in [Channel::Email, Channel::Sms, Channel::Whatsapp] {
                let at_gate = AtGate { is_template: true, ..AtGate::queue(&case, MessageKind::Manual, channel) };
                let known = gate::of(step, at_gate)?;
                let stopped = match known.verdict() {
                    Verdict::Stop { reason, .. } => Some(reason),
                    Verdict::Go | Verdict::Wait { .. } => None,
                };
                ways.push(LetterWay { channel, to: known.point.map(|point| point.as_str().to_owned()), stopped });
            }
            Ok(ways)
        })
    }
}

fn drafted(step: &mut Step<'_>, case: &Case, missing: &[MissingItem]) -> Result<DraftedTemplate, StoreError> {
    let (named, parameters) = template_for(step, case, missing)?;
    let (status, problem) = (named.status(), named.refusal().or_else(|| named.misfit(parameters.len())));
    let text = named.text();
    let (template, body) = named.filled(parameters);
    Ok(DraftedTemplate { template, body, text, status, problem })
}
