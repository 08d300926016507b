//! WhatsApp by a Twilio on loopback: what is posted, what is listed, and what it calls back.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::time::Duration;

use chrono::DateTime;
use followup_domain::contact::{Country, PhoneNumber};
use followup_domain::message::Channel;
use followup_domain::ports::{CallbackDoor, CatalogueError, ProviderCall, Sender, TemplateCatalogue};
use followup_domain::sending::{
    EventKind, EventReader, ExternalName, IncomingMessage, Parcel, ProviderEvent, Receipt, SendError, SendStage, TemplateStatus,
    TextParcel, WhatsappContent, WhatsappParcel, WhatsappTemplate,
};
use followup_testkit::rigs::twilio_server::{ACCOUNT, AUTH_TOKEN, Answer, Call, OUR_NUMBER, TwilioServer};
use followup_twilio::{
    TwilioConfig, TwilioDoor, TwilioFrom, TwilioTemplates, TwilioTemplatesConfig, TwilioWhatsapp, TwilioWhatsappEvents, WHATSAPP_SCOPE,
};

const PUBLIC_URL: &str = "https://fv.example";
const STATUS: &str = "https://fv.example/api/v1/webhooks/twilio/whatsapp/status";
const INCOMING: &str = "https://fv.example/api/v1/webhooks/twilio/whatsapp";
const NUMBER: &str = "+51999888777";
const SID: &str = "HX00000000000000000000000000000001";
/// Far longer than anything on loopback takes.
const LONG: Duration = Duration::from_secs(30);

fn sender(server: &TwilioServer, from: TwilioFrom) -> TwilioWhatsapp {
    let config = TwilioConfig {
        account_sid: ACCOUNT.into(),
        user: ACCOUNT.into(),
        password: AUTH_TOKEN.into(),
        from,
        base_url: server.base_url(),
        ca_pem: None,
        status_callback: STATUS.into(),
    };
    TwilioWhatsapp::new(config).unwrap()
}

fn parcel(content: WhatsappContent) -> Parcel {
    let to = PhoneNumber::parse(NUMBER, Country::default()).unwrap();
    Parcel::Whatsapp(WhatsappParcel { reference: "0b5c@fv.example".into(), date: DateTime::UNIX_EPOCH, to, content })
}

fn template(provider_id: Option<&str>) -> WhatsappContent {
    WhatsappContent::Template(WhatsappTemplate {
        name: "followup_request".into(),
        language: "es".into(),
        parameters: vec!["Dra. \"Ana\"".into(), "#123".into(), "la dosis\\".into()],
        provider_id: provider_id.map(str::to_owned),
        places: vec!["1".into(), "2".into(), "nombre".into()],
    })
}

fn send(server: &TwilioServer, content: WhatsappContent) -> Result<Receipt, SendError> {
    sender(server, TwilioFrom::Number(OUR_NUMBER.into())).prepare(&parcel(content), LONG)?.transmit()
}

#[test]
fn free_text_is_posted_with_whatsapp_before_both_numbers() {
    let server = TwilioServer::start();
    let receipt = send(&server, WhatsappContent::Text("¿Cuál fue la dosis?".into())).unwrap();
    let taken = server.taken().remove(0);
    let field = |name| taken.get(name);
    assert_eq!((field("To"), field("From")), (Some("whatsapp:+51999888777"), Some("whatsapp:+15005550006")));
    assert_eq!((field("Body"), field("ContentSid")), (Some("¿Cuál fue la dosis?"), None));
    assert_eq!(field("StatusCallback"), Some(&*format!("{STATUS}?ref=0b5c%40fv.example")));
    assert_eq!(receipt.provider_id, Some(ExternalName::new(WHATSAPP_SCOPE, taken.sid.as_str())));
}

#[test]
fn a_template_is_posted_by_its_id_with_its_places_as_json_and_without_a_body() {
    let server = TwilioServer::start();
    let service = sender(&server, TwilioFrom::Service("MG1".into()));
    service.prepare(&parcel(template(Some(SID))), LONG).unwrap().transmit().unwrap();
    let taken = server.taken().remove(0);
    let field = |name| taken.get(name);
    assert_eq!((field("MessagingServiceSid"), field("From"), field("Body")), (Some("MG1"), None, None));
    assert_eq!(field("ContentSid"), Some(SID));
    let variables: serde_json::Value = serde_json::from_str(field("ContentVariables").unwrap()).unwrap();
    assert_eq!(variables, serde_json::json!({"1": "Dra. \"Ana\"", "2": "#123", "nombre": "la dosis\\"}));
}

#[test]
fn what_twilio_could_not_send_is_refused_before_it_is_asked() {
    let server = TwilioServer::start();
    let long = WhatsappContent::Text("a".repeat(1601));
    for content in [template(None), template(Some("HX1/../x")), long] {
        let Err(SendError::Refused(refusal)) = send(&server, content.clone()) else { panic!("{content:?}") };
        assert_eq!(refusal.stage, None);
    }
    let to = PhoneNumber::parse(NUMBER, Country::default()).unwrap();
    let text = Parcel::Text(TextParcel { reference: "x".into(), date: DateTime::UNIX_EPOCH, to, body: "Hola".into() });
    assert!(sender(&server, TwilioFrom::Number(OUR_NUMBER.into())).prepare(&text, LONG).is_err());
    assert!(server.taken().is_empty());
}

#[test]
fn whatsapps_errors_say_whose_fault_they_are() {
    let server = TwilioServer::start();
    let told = |status, code| {
        server.next(Answer::Error(status, code, "words"));
        send(&server, WhatsappContent::Text("Hola".into())).unwrap_err()
    };
    for (code, of_the_number) in [(63016, false), (63024, true), (63003, true), (63028, false), (21656, false)] {
        let SendError::Refused(refusal) = told(400, code) else { panic!("{code} is for good") };
        assert_eq!(refusal.failure.is_some(), of_the_number, "{code}");
    }
    for (status, code, stage) in [(429, 63018, SendStage::Connection), (400, 63007, SendStage::Sender), (400, 63001, SendStage::SignIn)] {
        let error = told(status, code);
        assert!(matches!(&error, SendError::Unavailable { stage: told, .. } if *told == stage), "{code}: {error:?}");
    }
}

fn catalogue(server: &TwilioServer, password: &str) -> TwilioTemplates {
    let (user, password) = (ACCOUNT.to_owned(), password.to_owned());
    TwilioTemplates::new(TwilioTemplatesConfig { user, password, base_url: server.base_url(), ca_pem: None }).unwrap()
}

#[test]
fn every_page_of_the_templates_is_listed_with_their_states_places_and_texts() {
    let server = TwilioServer::start();
    assert_eq!(catalogue(&server, AUTH_TOKEN).list(LONG), Ok(Vec::new()));
    let sid = server.template("followup_request", "es", "Hola {{1}}: caso {{2}}. ¿{{3}}?", "approved");
    for (name, state) in
        [("a", "unsubmitted"), ("b", "received"), ("c", "paused"), ("d", "rejected"), ("e", "disabled"), ("f", "new state")]
    {
        server.template(name, "es_PE", "Sin lugares", state);
    }
    let list = catalogue(&server, AUTH_TOKEN).list(LONG).unwrap();
    use TemplateStatus::{Approved, Disabled, Paused, Pending, Rejected};
    let states: Vec<_> = list.iter().map(|template| (template.name.as_str(), template.status)).collect();
    let expected =
        [("a", Pending), ("b", Pending), ("c", Paused), ("d", Rejected), ("e", Disabled), ("f", Pending), ("followup_request", Approved)];
    assert_eq!(states, expected);
    let request = list.last().unwrap();
    assert_eq!(
        (request.provider_id.as_str(), request.language.as_str(), request.places.as_slice()),
        (sid.as_str(), "es", &["1", "2", "3"].map(str::to_owned)[..])
    );
    assert_eq!(request.text.as_deref(), Some("Hola {{1}}: caso {{2}}. ¿{{3}}?"));
}

#[test]
fn a_list_that_is_not_given_is_told_in_twilios_words_and_never_in_part() {
    let mut server = TwilioServer::start();
    server.template("a", "es", "Hola", "approved");
    let error = catalogue(&server, "wrong").list(LONG).unwrap_err();
    assert_eq!(error, CatalogueError::Refused("20003 Authenticate".into()));
    assert!(matches!(catalogue(&server, AUTH_TOKEN).list(Duration::ZERO), Err(CatalogueError::Unavailable(_))));
    let gone = catalogue(&server, AUTH_TOKEN);
    server.stop();
    assert!(matches!(gone.list(LONG), Err(CatalogueError::Unavailable(_))));
}

fn admitted(call: &Call) -> Option<Vec<u8>> {
    let headers = [("X-Twilio-Signature", call.signature.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
    let door = TwilioDoor::new(AUTH_TOKEN, PUBLIC_URL).of_whatsapp();
    assert_eq!(door.scope(), WHATSAPP_SCOPE);
    door.admit(&ProviderCall {
        method: "POST",
        peer: None,
        path_and_query: &call.path_and_query,
        headers: &headers,
        body: call.body.as_bytes(),
    })
}

fn came(raw: &[u8]) -> IncomingMessage {
    match TwilioWhatsappEvents.read(raw).unwrap().remove(0) {
        ProviderEvent::Message(message) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_twilio_calls_is_known_by_its_signature_and_told_of_whatsapp() {
    let server = TwilioServer::start();
    send(&server, WhatsappContent::Text("Hola".into())).unwrap();
    let kept = admitted(&Call::status(&server.taken()[0], "read", None)).unwrap();
    let ProviderEvent::Status(event) = TwilioWhatsappEvents.read(&kept).unwrap().remove(0) else { panic!("a state") };
    assert_eq!((event.kind, event.reference.as_deref()), (EventKind::Read, Some("0b5c@fv.example")));
    let call = Call::whatsapp(INCOMING, "SM9", NUMBER, "Pesa 70 kg", Some("SM1"));
    let message = came(&admitted(&call).unwrap());
    assert_eq!((message.from.as_str(), message.to.as_deref(), message.body.as_str()), (NUMBER, Some(OUR_NUMBER), "Pesa 70 kg"));
    assert_eq!((message.provider_id.as_str(), message.answers.as_deref()), ("SM9", Some("SM1")));
    assert_eq!(admitted(&Call { signature: "AAAA".into(), ..call }), None);
    assert_eq!((TwilioWhatsappEvents.scope(), TwilioWhatsappEvents.channel()), (WHATSAPP_SCOPE, Channel::Whatsapp));
}

#[test]
fn whatever_somebody_sends_is_told_of_and_who_shows_no_number_by_the_name_that_there_is() {
    for (form, from, body) in [
        ("From=whatsapp%3A%2B51999888777&Body=&ButtonText=S%C3%AD%2C+responder&ButtonPayload=yes", NUMBER, "Sí, responder"),
        ("From=whatsapp%3A%2B51999888777&Body=Hola&ButtonText=Hola", NUMBER, "Hola"),
        ("From=whatsapp%3A%2B51999888777&Latitude=-12.04&Longitude=-77.03&Label=Posta", NUMBER, "[ubicación: Posta, -12.04, -77.03]"),
        ("From=whatsapp%3A%2B51999888777&MessageType=reaction", NUMBER, "[mensaje de un tipo que no se puede mostrar: reaction]"),
        ("From=whatsapp%3A%2B51999888777&NumMedia=1&MediaContentType0=image%2Fjpeg", NUMBER, "[adjunto que no se recuperó: image/jpeg]"),
        ("From=whatsapp%3AUS.1234&WaId=51999888777&Body=Hola", NUMBER, "Hola"),
        ("From=whatsapp%3AUS.1234&ExternalUserId=PE.77&Body=Hola", "PE.77", "Hola"),
        ("From=whatsapp%3AUS.1234&Body=Hola", "US.1234", "Hola"),
    ] {
        let message = came(format!("/x\nMessageSid=SM1&{form}").as_bytes());
        assert_eq!((message.from.as_str(), message.body.as_str()), (from, body), "{form}");
    }
    for raw in
        [&b""[..], b"/x\nMessageSid=SM1&Body=Hola", b"/x\nFrom=whatsapp%3A%2B51&Body=Hola", b"/x\nMessageSid=SM1&From=whatsapp%3A&Body=x"]
    {
        assert!(TwilioWhatsappEvents.read(raw).is_err(), "{raw:?}");
    }
}
