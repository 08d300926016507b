//! A unit that writes by WhatsApp, the templates that its provider lists, and what comes back.

use std::sync::{Arc, Mutex};
use std::time::Duration as Budget;

use chrono::Duration;
use followup_app::{EventReaders, SendMessageError, SendRequest, Sent};
use followup_domain::ids::CaseId;
use followup_domain::message::Channel;
use followup_domain::ports::{CatalogueError, Clock, TemplateCatalogue};
use followup_domain::sending::template::places_in;
use followup_domain::sending::{
    ApprovedTemplate, EventReader, Parcel, ProviderEvent, TemplateEvent, TemplateStatus, UnreadableEvents, WhatsappContent,
};
use followup_testkit::fakes::RecordingSender;
use followup_testkit::rigs::text_provider::{TextEvents, message_call};

use super::{Unit, qf, unit_with};

pub const NUMBER: &str = "+51999888777";
pub const SCOPE: &str = "testwhatsapp";
pub const REQUEST: &str = "Hola {{1}}, necesitamos información adicional sobre el caso {{2}}. ¿Puede proporcionarnos {{3}}?";
pub const REMINDER: &str = "Hola {{1}}, le recordamos el caso {{2}}.";

/// What the provider lists.
#[derive(Clone, Default)]
pub struct Listed(pub Arc<Mutex<Vec<ApprovedTemplate>>>);

impl TemplateCatalogue for Listed {
    fn list(&self, _: Budget) -> Result<Vec<ApprovedTemplate>, CatalogueError> {
        let list = self.0.lock().unwrap().clone();
        if list.is_empty() { Err(CatalogueError::Unavailable("no responde".into())) } else { Ok(list) }
    }
}

pub fn template(name: &str, text: &str, status: TemplateStatus) -> ApprovedTemplate {
    let (provider_id, places) = (format!("HX-{name}"), places_in(text));
    ApprovedTemplate { provider_id, name: name.into(), language: "es".into(), status, places, text: Some(text.into()) }
}

/// Calls of a provider of WhatsApp: those of text messages, and `template` with a state.
struct WhatsappEvents;

impl EventReader for WhatsappEvents {
    fn scope(&self) -> &str {
        SCOPE
    }

    fn channel(&self) -> Channel {
        Channel::Whatsapp
    }

    fn read(&self, raw: &[u8]) -> Result<Vec<ProviderEvent>, UnreadableEvents> {
        let told = std::str::from_utf8(raw).ok().and_then(|text| text.strip_prefix("template ")?.split_once(' '));
        match told.and_then(|(name, status)| Some((name, TemplateStatus::parse(status)?))) {
            Some((name, status)) => Ok(vec![ProviderEvent::Template(TemplateEvent { name: name.into(), language: "es".into(), status })]),
            None => TextEvents.read(raw),
        }
    }
}

pub struct Whatsapp {
    pub unit: Unit,
    pub sender: RecordingSender,
    pub listed: Listed,
}

/// A unit whose provider lists a request and a reminder, both approved, and told so.
pub fn start() -> Whatsapp {
    let whatsapp = bare();
    whatsapp.list(&[
        template("followup_request", REQUEST, TemplateStatus::Approved),
        template("followup_reminder", REMINDER, TemplateStatus::Approved),
    ]);
    whatsapp
}

/// A unit whose provider was never asked for its list.
pub fn bare() -> Whatsapp {
    let mut unit = unit_with(|policy| policy.automatic_requests = false);
    let (sender, listed) = (RecordingSender::of(Channel::Whatsapp, "testwhatsapp:loopback"), Listed::default());
    unit.app.senders = unit.app.senders.clone().with(Channel::Whatsapp, Arc::new(sender.clone()));
    unit.app.events = EventReaders::default().with(Arc::new(WhatsappEvents));
    unit.app.templates = Some(Arc::new(listed.clone()));
    Whatsapp { unit, sender, listed }
}

impl Whatsapp {
    /// The provider lists these from now on, and is asked.
    pub fn list(&self, templates: &[ApprovedTemplate]) {
        *self.listed.0.lock().unwrap() = templates.to_vec();
        self.unit.app.refresh_whatsapp_templates(&qf()).unwrap();
    }

    /// A case whose reporter has a telephone.
    pub fn case(&self, fields: &[(&str, &str)]) -> CaseId {
        let all = [&[("reportante_telefono", NUMBER), ("reportante_nombre", "Dra. Ana Rojas")], fields].concat();
        self.unit.case(&all)
    }

    pub fn text(&self, case: CaseId, body: &str) -> Result<Sent, SendMessageError> {
        let request = SendRequest { channel: Some("whatsapp".into()), body: Some(body.into()), ..SendRequest::default() };
        self.unit.app.send_message(&qf(), case, &request, None)
    }

    pub fn template(&self, case: CaseId, name: &str, parameters: &[&str]) -> Result<Sent, SendMessageError> {
        let parameters = Some(parameters.iter().map(|parameter| (*parameter).to_owned()).collect());
        let request = SendRequest { channel: Some("whatsapp".into()), template: Some(name.into()), parameters, ..SendRequest::default() };
        self.unit.app.send_message(&qf(), case, &request, None)
    }

    /// Bytes of the provider's arrive, and are understood.
    pub fn tell(&self, call: Vec<u8>) {
        self.unit.app.accept_callback(SCOPE, call).unwrap();
        self.unit.app.process_stored_mail(&|| false).unwrap();
    }

    /// A message comes in, a minute later.
    pub fn came(&self, id: &str, from: &str, body: &str) {
        self.unit.clock.advance(Duration::minutes(1));
        self.tell(message_call(id, from, body, None, self.unit.clock.now()));
    }

    /// What left.
    pub fn sent(&self) -> Vec<WhatsappContent> {
        let content = |parcel| if let Parcel::Whatsapp(message) = parcel { Some(message.content) } else { None };
        self.sender.handed_over().into_iter().filter_map(content).collect()
    }
}
