//! The templates of the account (<https://www.twilio.com/docs/content/content-and-approvals-api>): each content with what WhatsApp says of it.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

use followup_domain::ports::{CatalogueError, TemplateCatalogue};
use followup_domain::sending::template::places_in;
use followup_domain::sending::{ApprovedTemplate, TemplateStatus};
use followup_https::{Client, Failure, Limits};
use serde::Deserialize;
use serde_json::Value;

use crate::answer::words_of;
use crate::config::{ConfigError, is_sid};

/// Bytes of a page: a content takes two or three thousand.
const LARGEST_PAGE: u64 = 4 * 1024 * 1024;
/// An account has 6,000 templates at most.
const FIRST_PAGE: &str = "/v1/ContentAndApprovals?PageSize=100";
/// More pages are no list of Twilio's.
const MOST_PAGES: usize = 200;

/// WhatsApp's states of a template, as Twilio tells them. Another one may not be sent.
const STATES: &[(&str, TemplateStatus)] = &[
    ("approved", TemplateStatus::Approved),
    ("unsubmitted", TemplateStatus::Pending),
    ("received", TemplateStatus::Pending),
    ("pending", TemplateStatus::Pending),
    ("paused", TemplateStatus::Paused),
    ("rejected", TemplateStatus::Rejected),
    ("disabled", TemplateStatus::Disabled),
];

/// Who asks for the list, and where.
#[derive(Clone)]
pub struct TwilioTemplatesConfig {
    /// Who signs in: the account, or an API key.
    pub user: String,
    /// The auth token, or the key's secret.
    pub password: String,
    /// Twilio's Content API: `https://content.twilio.com`, or another one in tests.
    pub base_url: String,
    /// Authorities in PEM to trust besides the system's.
    pub ca_pem: Option<Vec<u8>>,
}

/// Lists the account's templates.
#[derive(Clone)]
pub struct TwilioTemplates {
    client: Client,
    user: String,
    password: String,
}

impl TwilioTemplates {
    /// Checks the address. Nobody is asked.
    ///
    /// # Errors
    /// What cannot work.
    pub fn new(config: TwilioTemplatesConfig) -> Result<Self, ConfigError> {
        let TwilioTemplatesConfig { user, password, base_url, ca_pem } = config;
        Ok(Self { client: Client::new(&base_url, ca_pem.as_deref())?, user, password })
    }

    fn page(&self, path: &str, within: Duration) -> Result<Page, CatalogueError> {
        let request = self.client.get().at(path).basic(&self.user, &self.password).wanting_json();
        let answer = request.send(Limits { within, largest_answer: LARGEST_PAGE }).map_err(|failure| unanswered(&failure))?;
        match answer.status {
            200 => serde_json::from_slice(&answer.body).map_err(|_| unavailable("la lista de plantillas de Twilio no se entiende")),
            status @ 400..=428 => Err(CatalogueError::Refused(words_of(&answer).unwrap_or_else(|| format!("Twilio respondió {status}")))),
            status => Err(CatalogueError::Unavailable(words_of(&answer).unwrap_or_else(|| format!("Twilio respondió {status}")))),
        }
    }
}

impl TemplateCatalogue for TwilioTemplates {
    fn list(&self, budget: Duration) -> Result<Vec<ApprovedTemplate>, CatalogueError> {
        let deadline = Instant::now() + budget;
        let mut next = Some(FIRST_PAGE.to_owned());
        // By what people call them: the approved one of several, else the last.
        let mut known: BTreeMap<(String, String), ApprovedTemplate> = BTreeMap::new();
        for _ in 0..MOST_PAGES {
            let Some(path) = next else { return Ok(known.into_values().collect()) };
            let page = self.page(&path, deadline.saturating_duration_since(Instant::now()))?;
            for template in page.contents.iter().filter_map(Content::template) {
                let name = (template.name.clone(), template.language.clone());
                if known.get(&name).is_none_or(|other| other.status != TemplateStatus::Approved) {
                    known.insert(name, template);
                }
            }
            next = page.meta.next_page_url.as_deref().map(path_of).transpose()?;
        }
        Err(unavailable("la lista de plantillas de Twilio no termina"))
    }
}

/// The path and query of a page's address; whose server it names is not looked at, so that our password goes to Twilio's alone.
fn path_of(url: &str) -> Result<String, CatalogueError> {
    let path = url.split_once("://").and_then(|(_, rest)| rest.find('/').map(|slash| rest[slash..].to_owned()));
    path.ok_or_else(|| unavailable("la lista de plantillas de Twilio no se entiende"))
}

#[derive(Deserialize)]
struct Page {
    contents: Vec<Content>,
    meta: Meta,
}

#[derive(Deserialize)]
struct Meta {
    next_page_url: Option<String>,
}

#[derive(Deserialize)]
struct Content {
    sid: String,
    friendly_name: Option<String>,
    language: Option<String>,
    #[serde(default)]
    types: Value,
    approval_requests: Option<Approval>,
}

#[derive(Deserialize)]
struct Approval {
    name: Option<String>,
    status: Option<String>,
}

impl Content {
    /// None of what has no name, or no id that could be sent.
    fn template(&self) -> Option<ApprovedTemplate> {
        let asked = self.approval_requests.as_ref();
        let filled = |text: Option<&String>| text.map(|text| clean(text)).filter(|text| !text.is_empty());
        let name = filled(asked.and_then(|asked| asked.name.as_ref())).or_else(|| filled(self.friendly_name.as_ref()))?;
        let state = asked.and_then(|asked| asked.status.as_deref()).unwrap_or("unsubmitted");
        let status = STATES.iter().find(|(known, _)| known.eq_ignore_ascii_case(state)).map(|(_, status)| *status);
        let bodies = self.types.as_object().into_iter().flat_map(|types| types.values());
        let text = bodies.filter_map(|of_type| of_type["body"].as_str()).next().map(clean);
        Some(ApprovedTemplate {
            provider_id: Some(&self.sid).filter(|sid| is_sid("HX", sid))?.clone(),
            name,
            language: filled(self.language.as_ref()).unwrap_or_else(|| "es".to_owned()),
            status: status.unwrap_or(TemplateStatus::Pending),
            // Also those of a header or a button: all are filled.
            places: places_in(&clean(&self.types.to_string())),
            text,
        })
    }
}

fn unanswered(failure: &Failure) -> CatalogueError {
    match failure.cause() {
        Some(cause) => CatalogueError::Unavailable(format!("Twilio {}", cause.in_spanish())),
        None => unavailable("Twilio no dio la lista de plantillas"),
    }
}

fn unavailable(text: &str) -> CatalogueError {
    CatalogueError::Unavailable(text.to_owned())
}

/// Without what no store takes.
fn clean(text: &str) -> String {
    text.replace('\0', "")
}

/// Not the password.
impl fmt::Debug for TwilioTemplates {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TwilioTemplates").finish_non_exhaustive()
    }
}
