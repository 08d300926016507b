//! The account's templates (<https://developers.facebook.com/docs/graph-api/reference/whats-app-business-account/message_templates>).

use std::time::{Duration, Instant};

use followup_carrier::Says;
use followup_domain::ports::{CatalogueError, TemplateCatalogue};
use followup_domain::sending::template::places_in;
use followup_domain::sending::{ApprovedTemplate, TemplateStatus};
use followup_https::{Answer, Failure, Limits, form};
use serde::Deserialize;
use serde_json::Value;

use crate::account::MetaAccount;
use crate::answer::ErrorBody;
use crate::codes::says;

/// Templates of a page.
const PAGE: &str = "100";
/// An account has 6,000 templates at most.
const MOST_PAGES: usize = 100;
/// Bytes of a page: a template is a few thousand.
const LARGEST_ANSWER: u64 = 4 * 1024 * 1024;

/// Meta's words for the state of a template: of its list, and of the events that tell of a change.
const STATES: &[(&str, TemplateStatus)] = &[
    ("APPROVED", TemplateStatus::Approved),
    // Its quality is low, and it is still sent.
    ("FLAGGED", TemplateStatus::Approved),
    ("REINSTATED", TemplateStatus::Approved),
    ("UNARCHIVED", TemplateStatus::Approved),
    ("PENDING", TemplateStatus::Pending),
    ("IN_APPEAL", TemplateStatus::Pending),
    ("PAUSED", TemplateStatus::Paused),
    ("LIMIT_EXCEEDED", TemplateStatus::Paused),
    ("REJECTED", TemplateStatus::Rejected),
    ("DISABLED", TemplateStatus::Disabled),
    ("PENDING_DELETION", TemplateStatus::Disabled),
    ("DELETED", TemplateStatus::Disabled),
    ("ARCHIVED", TemplateStatus::Disabled),
];

/// What Meta's word says; none where nobody knows it.
pub(crate) fn state(word: &str) -> Option<TemplateStatus> {
    STATES.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, status)| *status)
}

/// Lists the templates of the account.
#[derive(Debug, Clone)]
pub struct MetaTemplates(MetaAccount);

#[derive(Deserialize)]
struct Page {
    data: Vec<Listed>,
    paging: Option<Paging>,
}

#[derive(Deserialize)]
struct Paging {
    cursors: Option<Cursors>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Cursors {
    after: Option<String>,
}

#[derive(Deserialize)]
struct Listed {
    id: Value,
    name: String,
    language: String,
    status: String,
    #[serde(default)]
    components: Vec<Component>,
}

#[derive(Deserialize)]
struct Component {
    #[serde(rename = "type")]
    kind: String,
    text: Option<String>,
}

impl MetaTemplates {
    /// Of the account.
    pub fn new(account: MetaAccount) -> Self {
        Self(account)
    }

    fn page(&self, after: Option<&str>, within: Duration) -> Result<Page, CatalogueError> {
        let mut fields = vec![("fields", "id,name,language,status,components"), ("limit", PAGE)];
        fields.extend(after.map(|after| ("after", after)));
        let path = format!("{}/message_templates?{}", self.0.config().waba_id, form::written(&fields));
        let answer = self.0.get(&path).send(Limits { within, largest_answer: LARGEST_ANSWER });
        let answer = answer.and_then(Answer::success).map_err(|failure| not_listed(&failure))?;
        serde_json::from_slice(&answer.body)
            .map_err(|_| CatalogueError::Unavailable("la lista de plantillas de Meta no se entiende".into()))
    }
}

impl TemplateCatalogue for MetaTemplates {
    fn list(&self, budget: Duration) -> Result<Vec<ApprovedTemplate>, CatalogueError> {
        let deadline = Instant::now() + budget;
        let (mut all, mut after) = (Vec::new(), None);
        for _ in 0..MOST_PAGES {
            let page = self.page(after.as_deref(), deadline.saturating_duration_since(Instant::now()))?;
            all.extend(page.data.into_iter().map(template));
            let Paging { cursors, next } = page.paging.unwrap_or(Paging { cursors: None, next: None });
            // The address of the next page has the token in it: the cursor alone is used.
            match (next, cursors.and_then(|cursors| cursors.after)) {
                (Some(_), Some(next)) if Some(&next) != after.as_ref() => after = Some(next),
                _ => return Ok(all),
            }
        }
        Err(CatalogueError::Unavailable("la lista de plantillas de Meta no termina".into()))
    }
}

/// A state that nobody knows is none in which it is sent.
fn template(listed: Listed) -> ApprovedTemplate {
    let Listed { id, name, language, status, components } = listed;
    let clean = |text: String| text.replace('\0', "");
    let body = components.into_iter().find(|component| component.kind.eq_ignore_ascii_case("body")).and_then(|body| body.text).map(clean);
    ApprovedTemplate {
        provider_id: clean(id.as_str().map_or_else(|| id.to_string(), str::to_owned)),
        name: clean(name),
        language: clean(language),
        status: state(&status).unwrap_or(TemplateStatus::Disabled),
        places: body.as_deref().map(places_in).unwrap_or_default(),
        text: body,
    }
}

fn not_listed(failure: &Failure) -> CatalogueError {
    let Failure::Answered(answer) = failure else {
        let trouble = failure.cause().map_or("no respondió como debe", |cause| cause.in_spanish());
        return CatalogueError::Unavailable(format!("Meta {trouble}"));
    };
    match ErrorBody::of(answer) {
        Some(error) if matches!(says(error.code(), answer.status), Says::SlowDown | Says::Doubt | Says::Later) => {
            CatalogueError::Unavailable(error.words())
        }
        Some(error) => CatalogueError::Refused(error.words()),
        None => CatalogueError::Unavailable(format!("respuesta {} sin palabras de Meta", answer.status)),
    }
}
