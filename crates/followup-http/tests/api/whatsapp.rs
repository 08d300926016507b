//! WhatsApp as a client meets it: templates and free text by hand, the list of templates, a test message, and what its provider calls.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use followup_app::EventReaders;
use followup_domain::message::Channel;
use followup_domain::ports::{CatalogueError, TemplateCatalogue};
use followup_domain::sending::template::places_in;
use followup_domain::sending::{ApprovedTemplate, Parcel, Refusal, SendError, TemplateStatus, WhatsappContent};
use followup_testkit::fakes::{RecordingSender, Script};
use followup_testkit::rigs::twilio_server::{AUTH_TOKEN, Call};
use followup_twilio::{TwilioDoor, TwilioWhatsappEvents};
use serde_json::{Value, json};

use crate::support::{Answer, Api, quiet};

const PUBLIC_URL: &str = "https://fv.example";
const INCOMING: &str = "/api/v1/webhooks/twilio/whatsapp";
const NUMBER: &str = "+51999888777";
const TEXT: &str = "Hola {{1}}, necesitamos información adicional sobre el caso {{2}}. ¿Puede proporcionarnos {{3}}?";
const TEMPLATES: &str = "/api/v1/admin/whatsapp/templates";
const TEST: &str = "/api/v1/admin/whatsapp/test";

#[derive(Default)]
struct Listed(Mutex<Vec<ApprovedTemplate>>);

impl TemplateCatalogue for Listed {
    fn list(&self, _: Duration) -> Result<Vec<ApprovedTemplate>, CatalogueError> {
        let list = self.0.lock().unwrap().clone();
        if list.is_empty() { Err(CatalogueError::Refused("20003 Authenticate".into())) } else { Ok(list) }
    }
}

fn start() -> (Api, RecordingSender, Arc<Listed>) {
    let (sender, listed) = (RecordingSender::of(Channel::Whatsapp, "recording:whatsapp"), Arc::new(Listed::default()));
    let (lane, catalogue) = (sender.clone(), listed.clone());
    let api = Api::start_with(move |setup| {
        quiet(setup);
        setup.followup.senders = setup.followup.senders.clone().with(Channel::Whatsapp, Arc::new(lane.clone()));
        setup.followup.templates = Some(catalogue.clone());
        setup.followup.events = EventReaders::default().with(Arc::new(TwilioWhatsappEvents));
        setup.providers = vec![Arc::new(TwilioDoor::new(AUTH_TOKEN, PUBLIC_URL).of_whatsapp())];
    });
    (api, sender, listed)
}

fn list(api: &Api, listed: &Listed, status: TemplateStatus) -> Answer {
    let (provider_id, name, language) = ("HX1".into(), "followup_request".into(), "es".into());
    *listed.0.lock().unwrap() =
        vec![ApprovedTemplate { provider_id, name, language, status, places: places_in(TEXT), text: Some(TEXT.into()) }];
    api.admin("POST", &format!("{TEMPLATES}/refresh")).send()
}

fn send(api: &Api, id: i64, body: &Value) -> Answer {
    api.post(&format!("/api/v1/icsr/{id}/followup/send"), body)
}

fn sent(sender: &RecordingSender) -> Vec<WhatsappContent> {
    let content = |parcel| if let Parcel::Whatsapp(message) = parcel { Some(message.content) } else { None };
    sender.handed_over().into_iter().filter_map(content).collect()
}

/// The guide's own example.
#[test]
fn a_template_is_sent_as_the_guide_shows_it() {
    let (api, sender, listed) = start();
    list(&api, &listed, TemplateStatus::Approved);
    let id = api.case(json!({"reportante_telefono": "999888777"}));
    let guide = json!({"channel": "whatsapp", "template": "followup_request", "parameters": ["Juan", "#123", "la dosis del medicamento"]});
    let answer = send(&api, id, &guide);
    assert_eq!(answer.status, 201, "{}", answer.text());
    let message = answer.json();
    let told = "Hola Juan, necesitamos información adicional sobre el caso #123. ¿Puede proporcionarnos la dosis del medicamento?";
    assert_eq!((&message["body"], &message["channel"], &message["direction"]), (&json!(told), &json!("whatsapp"), &json!("out")));
    let template = json!({"name": "followup_request", "language": "es", "parameters": ["Juan", "#123", "la dosis del medicamento"]});
    assert_eq!(message["template"], template);
    assert_eq!(api.get(&format!("/api/v1/icsr/{id}/followup/thread")).json()["items"][0]["template"], template);
    assert!(matches!(&sent(&sender)[..], [WhatsappContent::Template(template)] if template.provider_id.as_deref() == Some("HX1")));
}

#[test]
fn what_may_not_be_sent_is_refused_before_anything_is_queued() {
    let (api, sender, listed) = start();
    list(&api, &listed, TemplateStatus::Approved);
    let id = api.case(json!({"reportante_telefono": "999888777"}));
    let template = |parameters: Value| json!({"channel": "whatsapp", "template": "followup_request", "parameters": parameters});
    for (body, fields) in [
        (template(json!(["Juan", "#123"])), vec!["parameters"]),
        (json!({"channel": "whatsapp", "template": "followup_request"}), vec!["parameters"]),
        (template(json!(["Juan", " \n", "la dosis"])), vec!["parameters[1]"]),
        (template(json!(["Juan", "#1", "a\u{0}b"])), vec!["parameters[2]"]),
        (json!({"channel": "whatsapp", "body": "Hola", "parameters": ["Juan"]}), vec!["parameters"]),
        (json!({"channel": "whatsapp", "body": "ñ".repeat(4097)}), vec!["body"]),
    ] {
        assert_eq!(send(&api, id, &body).refused(), fields, "{body}");
    }
    let outside = (409, "Fuera de la ventana de 24 horas de WhatsApp: use una plantilla aprobada".into());
    assert_eq!(send(&api, id, &json!({"channel": "whatsapp", "body": "Hola"})).error(), outside);
    list(&api, &listed, TemplateStatus::Paused);
    let paused = (409, "No se envió: la plantilla «followup_request» está pausada".into());
    assert_eq!(send(&api, id, &template(json!(["a", "b", "c"]))).error(), paused);
    let unknown = (409, "No se envió: la plantilla «otra» no está entre las del proveedor".into());
    assert_eq!(send(&api, id, &json!({"channel": "whatsapp", "template": "otra", "parameters": ["a"]})).error(), unknown);
    assert_eq!(api.get(&format!("/api/v1/icsr/{id}/followup/thread")).json()["total"], 0);
    assert!(sent(&sender).is_empty());
}

#[test]
fn a_providers_refusal_is_told_in_its_words_and_stands_in_the_thread() {
    let (api, sender, listed) = start();
    list(&api, &listed, TemplateStatus::Approved);
    let id = api.case(json!({"reportante_telefono": "999888777"}));
    sender.next(Script::FailTransmit(SendError::Refused(Refusal::before_asking("63024 Invalid message recipient"))));
    let answer = send(&api, id, &json!({"channel": "whatsapp", "template": "followup_request", "parameters": ["a", "b", "c"]}));
    assert_eq!(answer.error(), (502, "Fallo WhatsApp: 63024 Invalid message recipient".into()));
    let thread = api.get(&format!("/api/v1/icsr/{id}/followup/thread")).json();
    assert_eq!(
        (&thread["items"][0]["status"], &thread["items"][0]["error"]),
        (&json!("failed"), &json!("63024 Invalid message recipient"))
    );
}

#[test]
fn the_list_of_templates_is_the_administrators_and_as_the_provider_told_it_last() {
    let (api, _, listed) = start();
    assert_eq!(api.admin("GET", TEMPLATES).send().json(), json!({"items": [], "total": 0}));
    let refused = api.admin("POST", &format!("{TEMPLATES}/refresh")).send();
    assert_eq!(refused.error(), (502, "Fallo WhatsApp: 20003 Authenticate".into()));
    let refreshed = list(&api, &listed, TemplateStatus::Rejected);
    let known = api.admin("GET", TEMPLATES).send().json();
    assert_eq!((refreshed.status, refreshed.json()), (200, known.clone()));
    let expected = json!({
        "name": "followup_request", "language": "es", "provider_id": "HX1", "status": "rejected", "parameters": 3, "places": ["1", "2", "3"],
        "body": TEXT, "told_at": known["items"][0]["told_at"],
    });
    assert_eq!(known, json!({"items": [expected], "total": 1}));
    assert_eq!(api.get(TEMPLATES).status, 403);
    let bare = Api::start_with(quiet);
    assert_eq!(bare.admin("POST", &format!("{TEMPLATES}/refresh")).send().error(), (503, "canal no configurado".into()));
}

#[test]
fn a_test_message_is_a_template_or_free_text_where_that_is_taken() {
    let (api, sender, listed) = start();
    list(&api, &listed, TemplateStatus::Approved);
    let outside = (409, "Fuera de la ventana de 24 horas de WhatsApp: use una plantilla aprobada".into());
    assert_eq!(api.admin("POST", TEST).json(&json!({"to": "999 888 777"})).error(), outside);
    let template = json!({"to": "999 888 777", "template": "followup_request", "parameters": ["Ana", "#1", "la\ndosis"]});
    assert_eq!(api.admin("POST", TEST).json(&template).status, 200);
    let Some(WhatsappContent::Template(left)) = sent(&sender).pop() else { panic!("a template") };
    assert_eq!(left.parameters, ["Ana", "#1", "la dosis"]);
    for (body, fields) in [
        (json!({"to": "nadie"}), vec!["to"]),
        (json!({}), vec!["to"]),
        (json!({"to": NUMBER, "template": "followup_request"}), vec!["parameters"]),
        (json!({"to": NUMBER, "template": "followup_request", "parameters": ["a", " ", "c"]}), vec!["parameters[1]"]),
    ] {
        assert_eq!(api.admin("POST", TEST).json(&body).refused(), fields, "{body}");
    }
    called(&api, &Call::whatsapp(&format!("{PUBLIC_URL}{INCOMING}"), "SM1", NUMBER, "Hola", None));
    api.followup.process_stored_mail(&|| false).unwrap();
    assert_eq!(api.admin("POST", TEST).json(&json!({"to": NUMBER})).status, 200);
    assert!(matches!(sent(&sender).pop(), Some(WhatsappContent::Text(text)) if text.contains("mensaje de prueba")));
    let bare = Api::start_with(quiet);
    assert_eq!(bare.admin("POST", TEST).json(&json!({"to": NUMBER})).error(), (503, "canal no configurado".into()));
}

fn called(api: &Api, call: &Call) -> Answer {
    let request = api.anonymous("POST", &call.path_and_query).header("Content-Type", "application/x-www-form-urlencoded");
    request.header("X-Twilio-Signature", &call.signature).bytes(call.body.as_bytes())
}

#[test]
fn an_answer_opens_the_window_and_who_is_not_twilio_opens_none() {
    let (api, sender, listed) = start();
    list(&api, &listed, TemplateStatus::Approved);
    let id = api.case(json!({"reportante_telefono": "999888777"}));
    send(&api, id, &json!({"channel": "whatsapp", "template": "followup_request", "parameters": ["a", "b", "c"]}));
    let call = Call::whatsapp(&format!("{PUBLIC_URL}{INCOMING}"), "SM1", NUMBER, "500 mg", None);
    assert_eq!(called(&api, &Call { signature: "AAAA".into(), ..call.clone() }).status, 403);
    assert_eq!(send(&api, id, &json!({"channel": "whatsapp", "body": "Gracias"})).status, 409);
    assert_eq!(called(&api, &call).status, 200);
    api.followup.process_stored_mail(&|| false).unwrap();
    let draft = api.post(&format!("/api/v1/icsr/{id}/followup/draft"), &json!({"channel": "whatsapp"})).json();
    assert_eq!((&draft["template"]["name"], &draft["template"]["status"]), (&json!("followup_request"), &json!("approved")));
    assert!(draft["free_text_until"].is_string(), "{draft}");
    assert_eq!(send(&api, id, &json!({"channel": "whatsapp", "body": "Gracias"})).status, 201);
    assert_eq!(sent(&sender).pop(), Some(WhatsappContent::Text("Gracias".into())));
    let thread = api.get(&format!("/api/v1/icsr/{id}/followup/thread")).json();
    assert_eq!((&thread["items"][1]["body"], &thread["items"][1]["channel"]), (&json!("500 mg"), &json!("whatsapp")));
    assert_eq!(thread["items"][0]["status"], "responded");
}
