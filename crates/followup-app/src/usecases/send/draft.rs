//! The request as it would be sent, for a person to read and change; nothing is stored.

use chrono::{DateTime, Utc};
use followup_domain::asking::missing::MissingItem;
use followup_domain::asking::reason::StopReason;
use followup_domain::asking::request::{Letter, RenderError};
use followup_domain::case::Case;
use followup_domain::ids::CaseId;
use followup_domain::message::{Channel, WhatsappTemplate};
use followup_domain::ports::StoreError;
use followup_domain::sending::TemplateStatus;

use crate::app::App;
use crate::facts::open_items::open_items;
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
    /// What the provider says of it; none while that is not known.
    pub status: Option<TemplateStatus>,
    /// Why it would not be sent as it stands.
    pub problem: Option<StopReason>,
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
        step::read(self, |step| {
            let case = step.tx.cases().find(case_id)?.ok_or(DraftError::NotFound)?;
            let channel = Channel::parse(channel).filter(|channel| *channel != Channel::Call).ok_or(DraftError::UnsupportedChannel)?;
            let missing = open_items(step, &case)?;
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

fn drafted(step: &mut Step<'_>, case: &Case, missing: &[MissingItem]) -> Result<DraftedTemplate, StoreError> {
    let (named, parameters) = template_for(step, case, missing)?;
    let (status, problem) = (named.status(), named.refusal().or_else(|| named.misfit(parameters.len())));
    let (template, body) = named.filled(parameters);
    Ok(DraftedTemplate { template, body, status, problem })
}
