//! Messages to a Meta on loopback, its files and templates, and what it calls back.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::net::TcpListener;
use std::time::Duration;

use chrono::DateTime;
use followup_domain::contact::{Country, FailureReason, Permanence, PhoneNumber};
use followup_domain::message::Absence;
use followup_domain::ports::{
    CallbackDoor, CatalogueError, MediaError, MediaLimits, MediaSource, Prepared, ProviderCall, Sender, TemplateCatalogue,
};
use followup_domain::sending::{
    EventKind, EventReader, ExternalName, Parcel, ProviderEvent, Receipt, SendError, SendStage, StatusEvent, TemplateStatus, TextParcel,
    WhatsappContent, WhatsappParcel, WhatsappTemplate,
};
use followup_meta::{ConfigError, MetaAccount, MetaConfig, MetaDoor, MetaEvents, MetaMedia, MetaTemplates, MetaWhatsapp, SCOPE};
use followup_testkit::rigs::meta_server::{
    ACCESS_TOKEN, APP_SECRET, Answer, Call, Kept, MetaServer, PHONE_NUMBER_ID, VERIFY_TOKEN, VERSION, WABA_ID, template,
};
use serde_json::json;

const REFERENCE: &str = "0b5c7a+1@fv.example";
const NUMBER: &str = "+51999888777";
/// Far longer than anything on loopback takes.
const LONG: Duration = Duration::from_secs(30);
const LIMITS: MediaLimits = MediaLimits { within: LONG, largest: 1000 };

fn config(base_url: &str) -> MetaConfig {
    MetaConfig {
        phone_number_id: PHONE_NUMBER_ID.into(),
        waba_id: WABA_ID.into(),
        access_token: ACCESS_TOKEN.into(),
        version: VERSION.into(),
        base_url: base_url.into(),
        ca_pem: None,
    }
}

fn account(server: &MetaServer) -> MetaAccount {
    MetaAccount::new(config(&server.base_url())).unwrap()
}

fn parcel(content: WhatsappContent) -> Parcel {
    let to = PhoneNumber::parse(NUMBER, Country::default()).unwrap();
    Parcel::Whatsapp(WhatsappParcel { reference: REFERENCE.into(), date: DateTime::UNIX_EPOCH, to, content })
}

fn filled(places: &[&str], parameters: &[&str]) -> WhatsappContent {
    let texts = |given: &[&str]| given.iter().map(|text| (*text).to_owned()).collect();
    WhatsappContent::Template(WhatsappTemplate {
        name: "followup_request".into(),
        language: "es_PE".into(),
        parameters: texts(parameters),
        provider_id: None,
        places: texts(places),
    })
}

fn prepared(account: &MetaAccount, content: WhatsappContent, budget: Duration) -> Result<Box<dyn Prepared>, SendError> {
    MetaWhatsapp::new(account.clone()).prepare(&parcel(content), budget)
}

fn send(server: &MetaServer) -> Result<Receipt, SendError> {
    prepared(&account(server), WhatsappContent::Text("¿Cuál fue la dosis? 1+1 & \"más\"".into()), LONG).unwrap().transmit()
}

#[test]
fn a_text_is_handed_over_once_with_our_name_of_it() {
    let server = MetaServer::start();
    let receipt = send(&server).unwrap();
    let taken = server.taken();
    let expected = json!({
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": NUMBER, "type": "text",
        "text": {"preview_url": false, "body": "¿Cuál fue la dosis? 1+1 & \"más\""}, "biz_opaque_callback_data": REFERENCE,
    });
    assert_eq!((taken.len(), &taken[0].body), (1, &expected));
    assert_eq!(receipt.provider_id, Some(ExternalName::new(SCOPE, taken[0].id.as_str())));
    assert_eq!((receipt.parts, receipt.words), (None, format!("200 accepted {}", taken[0].id)));
}

#[test]
fn a_template_is_handed_over_with_its_language_and_each_place_filled() {
    let server = MetaServer::start();
    let sent = |content| {
        prepared(&account(&server), content, LONG).unwrap().transmit().unwrap();
        server.taken().pop().unwrap().body
    };
    let body = sent(filled(&["1", "2"], &["Dra. Rojas", "#123"]));
    assert_eq!((&body["type"], body.get("text")), (&json!("template"), None));
    let parameters = json!([{"type": "text", "text": "Dra. Rojas"}, {"type": "text", "text": "#123"}]);
    let expected = json!({
        "name": "followup_request", "language": {"policy": "deterministic", "code": "es_PE"},
        "components": [{"type": "body", "parameters": parameters}],
    });
    assert_eq!(body["template"], expected);
    let named = sent(filled(&["nombre"], &["Dra. Rojas"]));
    let place = &named["template"]["components"][0]["parameters"][0];
    assert_eq!(place, &json!({"type": "text", "parameter_name": "nombre", "text": "Dra. Rojas"}));
    assert_eq!(sent(filled(&[], &["a"]))["template"]["components"][0]["parameters"].as_array().unwrap().len(), 1);
    assert_eq!(sent(filled(&[], &[]))["template"].get("components"), None);
}

#[test]
fn what_is_kept_of_the_request_is_its_body_and_no_secret() {
    let account = MetaAccount::new(config("http://127.0.0.1:1")).unwrap();
    let prepared = prepared(&account, WhatsappContent::Text("Hola".into()), LONG).unwrap();
    let kept = String::from_utf8(prepared.content().to_vec()).unwrap();
    assert!(
        kept.starts_with(r#"{"messaging_product":"whatsapp","recipient_type":"individual","to":"+51999888777","type":"text""#),
        "{kept}"
    );
    assert!(!kept.contains(ACCESS_TOKEN));
}

#[test]
fn what_may_have_left_is_in_doubt() {
    let server = MetaServer::start();
    for answer in [
        Answer::LoseAnswer,
        Answer::Other(500, ""),
        Answer::Other(502, "<html>Bad Gateway</html>"),
        Answer::Other(503, "{}"),
        Answer::Other(401, "{\"error\":\"a proxy\"}"),
        Answer::Other(403, "<html>a proxy</html>"),
        Answer::Other(429, "slow down"),
        Answer::Other(302, ""),
        Answer::Other(200, "{\"messages\":["),
        Answer::Other(200, "{\"messages\":[]}"),
        Answer::Other(200, "{\"messages\":[{\"id\":\"\"}]}"),
        Answer::Other(200, ""),
        Answer::Error(500, 131_000, "Something went wrong"),
        Answer::Error(500, 1, "API unknown"),
        Answer::Error(500, 131_016, "Service unavailable"),
        Answer::Error(503, 133_004, "Server temporarily unavailable"),
        Answer::Error(504, 999_999, "Gateway timeout"),
    ] {
        server.next(answer.clone());
        let error = send(&server).unwrap_err();
        assert!(matches!(error, SendError::Uncertain(_)), "{answer:?}: {error:?}");
    }
}

#[test]
fn an_answer_that_does_not_come_in_time_is_doubt() {
    let server = MetaServer::start();
    server.next(Answer::SlowBody);
    let prepared = prepared(&account(&server), WhatsappContent::Text("Hola".into()), Duration::from_millis(600)).unwrap();
    let error = prepared.transmit().unwrap_err();
    assert!(matches!(&error, SendError::Uncertain(text) if text.contains("no respondió a tiempo")), "{error:?}");
    assert_eq!(server.taken().len(), 1);
    server.release();
}

#[test]
fn what_certainly_did_not_leave_says_whose_fault_it_is() {
    let server = MetaServer::start();
    for (answer, stage) in [
        (Answer::Error(401, 190, "Access token expired"), SendStage::SignIn),
        (Answer::Error(400, 10, "Permission denied"), SendStage::SignIn),
        (Answer::Error(403, 200, "Permission"), SendStage::SignIn),
        (Answer::Error(403, 131_031, "Account has been locked"), SendStage::SignIn),
        (Answer::Error(400, 131_042, "Business eligibility payment issue"), SendStage::SignIn),
        (Answer::Error(403, 999_998, "Forbidden"), SendStage::SignIn),
        (Answer::Error(429, 130_429, "Rate limit hit"), SendStage::Connection),
        (Answer::Error(400, 80_007, "Rate limit issues"), SendStage::Connection),
        (Answer::Error(429, 999_997, "Too many"), SendStage::Connection),
        (Answer::Error(400, 133_010, "Phone number not registered"), SendStage::Sender),
        (Answer::Error(400, 33, "Parameter value is not valid: the business phone number has been deleted"), SendStage::Sender),
    ] {
        server.next(answer.clone());
        let error = send(&server).unwrap_err();
        assert!(matches!(&error, SendError::Unavailable { stage: told, .. } if *told == stage), "{answer:?}: {error:?}");
    }
    // Too much to one number says nothing of the others.
    server.next(Answer::Error(400, 131_056, "Pair rate limit hit"));
    assert_eq!(send(&server).unwrap_err(), SendError::NotSent("131056 (#131056) Pair rate limit hit: See the documentation".into()));
    let wrong = MetaAccount::new(MetaConfig { access_token: "another".into(), ..config(&server.base_url()) }).unwrap();
    let error = prepared(&wrong, WhatsappContent::Text("Hola".into()), LONG).unwrap().transmit().unwrap_err();
    assert!(matches!(&error, SendError::Unavailable { stage: SendStage::SignIn, text } if text.starts_with("190 ")), "{error:?}");
    let elsewhere = MetaAccount::new(MetaConfig { phone_number_id: "7".into(), ..config(&server.base_url()) }).unwrap();
    let error = prepared(&elsewhere, WhatsappContent::Text("Hola".into()), LONG).unwrap().transmit().unwrap_err();
    assert!(matches!(&error, SendError::Unavailable { stage: SendStage::Sender, .. }), "{error:?}");
    assert!(server.taken().is_empty());
}

#[test]
fn what_is_refused_for_good_says_what_that_means_for_the_number() {
    let server = MetaServer::start();
    for (code, stage, reason) in [
        (131_026, SendStage::Recipient, Some((Permanence::Hard, FailureReason::UnknownUser))),
        (131_030, SendStage::Recipient, Some((Permanence::Soft, FailureReason::Refused))),
        (130_497, SendStage::Recipient, Some((Permanence::Soft, FailureReason::Unreachable))),
        (131_047, SendStage::Message, None),
        (132_000, SendStage::Message, None),
        (132_001, SendStage::Message, None),
        (132_015, SendStage::Message, None),
        (100, SendStage::Message, None),
        (999_996, SendStage::Message, None),
    ] {
        server.next(Answer::Error(400, code, "Meta's own\r\nwords\u{0} to +51999888777"));
        let SendError::Refused(refusal) = send(&server).unwrap_err() else { panic!("{code} is for good") };
        assert_eq!(refusal.text, format!("{code} (#{code}) Meta's own words to +…: See the documentation"));
        assert_eq!((refusal.stage, refusal.code), (Some(stage), Some(code.to_string())));
        assert_eq!(refusal.failure.map(|failure| (failure.permanence, failure.reason)), reason, "{code}");
    }
}

#[test]
fn a_server_that_cannot_be_reached_or_is_not_trusted_got_nothing() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = MetaServer::start();
    for base_url in [format!("http://{gone}"), server.base_url().replace("http:", "https:")] {
        let account = MetaAccount::new(config(&base_url)).unwrap();
        let error = prepared(&account, WhatsappContent::Text("Hola".into()), LONG).unwrap().transmit().unwrap_err();
        assert!(matches!(&error, SendError::Unavailable { .. }), "{error:?}");
    }
    assert!(server.taken().is_empty());
}

#[test]
fn what_cannot_be_sent_is_refused_before_anybody_is_asked() {
    let sender = MetaWhatsapp::new(MetaAccount::new(config("http://127.0.0.1:1")).unwrap());
    let to = PhoneNumber::parse(NUMBER, Country::default()).unwrap();
    let text = |body: String| parcel(WhatsappContent::Text(body));
    let sms = Parcel::Text(TextParcel { reference: REFERENCE.into(), date: DateTime::UNIX_EPOCH, to, body: "Hola".into() });
    let Parcel::Whatsapp(unnamed) = text("Hola".into()) else { unreachable!() };
    let unnamed = Parcel::Whatsapp(WhatsappParcel { reference: "r".repeat(513), ..unnamed });
    for parcel in [sms, text("a".repeat(4097)), parcel(filled(&["1"], &[" "])), unnamed] {
        let Err(SendError::Refused(refusal)) = sender.prepare(&parcel, LONG) else { panic!("{parcel:?}") };
        assert_eq!(refusal.stage, None);
    }
    assert!(sender.prepare(&text("ó".repeat(4096)), LONG).is_ok());
}

#[test]
fn an_account_that_cannot_work_is_told_before_anything_is_sent() {
    assert_eq!(MetaAccount::new(MetaConfig { waba_id: "x".into(), ..config("http://127.0.0.1:1") }).unwrap_err(), ConfigError::Id);
    let clear = MetaAccount::new(config("http://api.example")).unwrap_err();
    assert!(clear.to_string().contains("must be https"), "{clear}");
}

#[test]
fn no_error_and_no_debug_shows_a_secret_or_a_number() {
    let server = MetaServer::start();
    server.next(Answer::LoseAnswer);
    let account = account(&server);
    let (sender, media) = (MetaWhatsapp::new(account.clone()), MetaMedia::new(account.clone()).unwrap());
    let door = MetaDoor::new(APP_SECRET, VERIFY_TOKEN);
    let shown = format!("{sender:?} {media:?} {door:?} {account:?} {:?}", send(&server).unwrap_err());
    for secret in [ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN, "999888777"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

fn admitted(call: &Call) -> Option<Vec<u8>> {
    let headers = [("X-Hub-Signature-256", call.signature.as_str()), ("Content-Type", "application/json")];
    let call = ProviderCall {
        method: "POST",
        peer: None,
        path_and_query: "/api/v1/webhooks/whatsapp",
        headers: &headers,
        body: call.body.as_bytes(),
    };
    MetaDoor::new(APP_SECRET, VERIFY_TOKEN).admit(&call)
}

fn status_of(kept: &[u8]) -> StatusEvent {
    match MetaEvents::new(PHONE_NUMBER_ID, WABA_ID).read(kept).unwrap().remove(0) {
        ProviderEvent::Status(event) => event,
        other => panic!("{other:?}"),
    }
}

#[test]
fn after_a_lost_answer_every_callback_brings_our_name_back() {
    let server = MetaServer::start();
    server.next(Answer::LoseAnswer);
    send(&server).unwrap_err();
    let taken = server.taken().remove(0);
    let mut keys = Vec::new();
    for (state, code, kind) in [
        ("read", None, EventKind::Read),
        ("delivered", None, EventKind::Delivered),
        ("sent", None, EventKind::Accepted),
        ("failed", Some(131_026), EventKind::Failed),
    ] {
        let event = status_of(&admitted(&Call::status(&taken, state, code)).unwrap());
        assert_eq!((event.reference.as_deref(), event.provider_id.as_deref()), (Some(REFERENCE), Some(taken.id.as_str())));
        assert_eq!((event.kind, event.failure.and_then(|failure| failure.status)), (kind, code.map(|code| code.to_string())));
        keys.push(event.key);
    }
    keys.dedup();
    assert_eq!(keys.len(), 4, "each state is an event of its own: {keys:?}");
}

#[test]
fn only_metas_own_calls_are_let_in() {
    let call = Call::message("wamid.1", NUMBER, 1_749_416_383, &json!({"type": "text", "text": {"body": "Pesa 70 kg, ¿está bien?"}}));
    assert_eq!(admitted(&call).as_deref(), Some(call.body.as_bytes()));
    for forged in [
        Call { body: call.body.replace("70", "71"), ..call.clone() },
        Call { body: format!("{} ", call.body), ..call.clone() },
        Call { signature: call.signature.replace("sha256=", "sha1="), ..call.clone() },
        Call { signature: String::new(), ..call.clone() },
    ] {
        assert_eq!(admitted(&forged), None, "{forged:?}");
    }
}

fn fetch(server: &MetaServer, id: &str) -> Result<Vec<u8>, MediaError> {
    MetaMedia::new(account(server)).unwrap().fetch(id, LIMITS)
}

#[test]
fn a_file_is_fetched_at_the_address_that_meta_gives_for_it() {
    let server = MetaServer::start();
    server.keep("1003383421387256", Kept::photo(b"\xff\xd8\xff a photo"));
    assert_eq!(fetch(&server, "1003383421387256").unwrap(), b"\xff\xd8\xff a photo");
    assert_eq!(server.asked()[0], format!("/{VERSION}/1003383421387256?phone_number_id={PHONE_NUMBER_ID}"));
    // An address that is too old is asked for anew the next time.
    server.give_stale_address();
    assert!(matches!(fetch(&server, "1003383421387256"), Err(MediaError::Later(_))));
    assert!(fetch(&server, "1003383421387256").is_ok());
}

#[test]
fn a_file_that_is_gone_too_large_or_elsewhere_says_so_and_nobody_else_is_asked() {
    let server = MetaServer::start();
    assert_eq!(fetch(&server, "1"), Err(MediaError::Never(Absence::Expired)));
    server.keep("2", Kept::photo(&[7; 1001]));
    assert_eq!(fetch(&server, "2"), Err(MediaError::Never(Absence::TooLarge)));
    let asked = server.asked().len();
    for (id, url) in [
        ("3", "http://169.254.169.254/latest/meta-data"),
        ("4", "https://127.0.0.1/x"),
        ("5", "https://evil.example/lookaside.fbsbx.com"),
        ("6", "http://lookaside.fbsbx.com/x"),
        ("7", "file:///etc/passwd"),
        ("8", ""),
    ] {
        server.keep(id, Kept { url: Some(url.into()), ..Kept::photo(b"x") });
        let words = "the address of the file is none of its owner's";
        assert_eq!(fetch(&server, id), Err(MediaError::Later(words.into())), "Meta gave it, and may give another one: {url}");
    }
    for id in ["", "../messages", "1?x=1", "http://127.0.0.1/", "１"] {
        assert_eq!(fetch(&server, id), Err(MediaError::Never(Absence::Foreign)), "{id}");
    }
    assert_eq!(server.asked().len(), asked + 6, "the ids' addresses, and nothing else");
}

#[test]
fn a_meta_that_does_not_answer_is_asked_later() {
    let mut server = MetaServer::start();
    let wrong = MetaAccount::new(MetaConfig { access_token: "another".into(), ..config(&server.base_url()) }).unwrap();
    let refused = MetaMedia::new(wrong).unwrap().fetch("1", LIMITS);
    assert!(matches!(&refused, Err(MediaError::Later(words)) if words.starts_with("190 ")), "{refused:?}");
    let media = MetaMedia::new(account(&server)).unwrap();
    server.stop();
    assert!(matches!(media.fetch("1", LIMITS), Err(MediaError::Later(_))));
}

#[test]
fn all_pages_of_the_templates_are_listed_with_their_states_and_places() {
    let server = MetaServer::start();
    let body = "Hola {{1}}, sobre el caso {{2}}. ¿Puede darnos {{3}}?";
    server.list_templates(vec![
        template("followup_request", "es", "APPROVED", body),
        template("followup_request", "en_US", "PAUSED", "Hello {{nombre}}"),
        template("followup_reminder", "es", "REJECTED", "Sin lugares"),
        template("old", "es", "IN_APPEAL", ""),
        template("odd", "es", "SOMETHING_NEW", ""),
    ]);
    let all = MetaTemplates::new(account(&server)).list(LONG).unwrap();
    let told: Vec<(&str, &str, TemplateStatus, usize)> =
        all.iter().map(|one| (one.name.as_str(), one.language.as_str(), one.status, one.parameters())).collect();
    let expected = [
        ("followup_request", "es", TemplateStatus::Approved, 3),
        ("followup_request", "en_US", TemplateStatus::Paused, 1),
        ("followup_reminder", "es", TemplateStatus::Rejected, 0),
        ("old", "es", TemplateStatus::Pending, 0),
        ("odd", "es", TemplateStatus::Disabled, 0),
    ];
    assert_eq!(told, expected);
    assert_eq!((all[0].text.as_deref(), all[0].provider_id.as_str()), (Some(body), "1689556908129832"));
    assert_eq!(server.asked().len(), 3, "pages of two");
    server.list_templates(Vec::new());
    assert_eq!(MetaTemplates::new(account(&server)).list(LONG), Ok(Vec::new()));
}

#[test]
fn a_list_that_cannot_be_had_says_whose_fault_it_is() {
    let server = MetaServer::start();
    let wrong = MetaAccount::new(MetaConfig { access_token: "another".into(), ..config(&server.base_url()) }).unwrap();
    let refused = MetaTemplates::new(wrong).list(LONG).unwrap_err();
    assert!(matches!(&refused, CatalogueError::Refused(words) if words.starts_with("190 ")), "{refused:?}");
    let unreachable = MetaAccount::new(config("http://127.0.0.1:1")).unwrap();
    assert!(matches!(MetaTemplates::new(unreachable).list(LONG), Err(CatalogueError::Unavailable(_))));
}
