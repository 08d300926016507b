//! What Meta calls: who may, what becomes of it, and the files of its messages.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use followup_app::EventReaders;
use followup_domain::message::Absence;
use followup_domain::ports::{MediaError, MediaLimits, MediaSource};
use followup_meta::{MetaDoor, MetaEvents};
use followup_testkit::rigs::meta_server::{APP_SECRET, Call, PHONE_NUMBER_ID, VERIFY_TOKEN, WABA_ID};
use serde_json::{Value, json};

use crate::support::{Answer, Api, Setup};

const WHATSAPP: &str = "/api/v1/webhooks/whatsapp";
const SENT: i64 = 1_749_416_383;

#[derive(Default)]
struct Files(Mutex<VecDeque<Result<Vec<u8>, MediaError>>>);

impl MediaSource for Files {
    fn scope(&self) -> &str {
        followup_meta::SCOPE
    }

    fn fetch(&self, _source: &str, _limits: MediaLimits) -> Result<Vec<u8>, MediaError> {
        self.0.lock().unwrap().pop_front().unwrap()
    }
}

fn with_meta(setup: &mut Setup, files: &Arc<Files>) {
    setup.providers = vec![Arc::new(MetaDoor::new(APP_SECRET, VERIFY_TOKEN))];
    let events = EventReaders::default().with(Arc::new(MetaEvents::new(PHONE_NUMBER_ID, WABA_ID)));
    setup.followup.events = events.with_media(files.clone());
}

fn start() -> (Api, Arc<Files>) {
    let files = Arc::<Files>::default();
    (Api::start_with(|setup| with_meta(setup, &files)), files)
}

fn text(id: &str, body: &str) -> Call {
    Call::message(id, "+51999888777", SENT, &json!({"type": "text", "text": {"body": body}}))
}

impl Api {
    fn called_by_meta(&self, call: &Call) -> Answer {
        let request = self.anonymous("POST", WHATSAPP).header("Content-Type", "application/json");
        request.header("X-Hub-Signature-256", &call.signature).bytes(call.body.as_bytes())
    }

    fn waits_in(&self, tray: &str, count: i64) -> Value {
        let begun = Instant::now();
        loop {
            let found = self.get(&format!("/api/v1/inbox/{tray}")).json();
            if found["total"] == json!(count) {
                return found;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "the call is not understood: {found}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[test]
fn a_signed_call_is_stored_answered_with_nothing_and_understood_once() {
    let (api, _) = start();
    for _ in 0..2 {
        let answer = api.called_by_meta(&text("wamid.1", "Quiero reportar una reacción"));
        assert_eq!((answer.status, answer.text().as_str()), (200, ""));
    }
    // The same message in another call is the same message.
    assert_eq!(api.called_by_meta(&Call::signed(format!("{} ", text("wamid.1", "Quiero reportar una reacción").body))).status, 200);
    assert_eq!(api.called_by_meta(&text("wamid.2", "Otra")).status, 200);
    let tray = api.waits_in("unassigned", 2);
    assert_eq!((&tray["items"][0]["channel"], api.get("/api/v1/inbox/quarantine").json()["total"].as_i64()), (&json!("whatsapp"), Some(0)));
}

#[test]
fn a_call_that_is_not_metas_is_forbidden() {
    let (api, _) = start();
    let call = text("wamid.1", "500 mg");
    for forged in [
        Call { signature: String::new(), ..call.clone() },
        Call { signature: format!("sha256={}", "0".repeat(64)), ..call.clone() },
        Call { body: call.body.replace("500", "900"), ..call.clone() },
    ] {
        assert_eq!(api.called_by_meta(&forged).error(), (403, "La firma o la contraseña del webhook no es válida".into()), "{forged:?}");
    }
    assert_eq!(api.anonymous("POST", WHATSAPP).header("Content-Type", "application/json").bytes(call.body.as_bytes()).status, 403);
    let none = Api::start();
    assert_eq!(none.called_by_meta(&call).error(), (503, "canal no configurado".into()));
    assert_eq!(none.anonymous("GET", &format!("{WHATSAPP}?hub.mode=subscribe")).bytes(b"").error(), (503, "canal no configurado".into()));
}

#[test]
fn who_knows_the_token_gets_the_bare_challenge() {
    let (api, _) = start();
    let greeted = |token: &str| {
        api.anonymous("GET", &format!("{WHATSAPP}?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={token}")).bytes(b"")
    };
    let answer = greeted(VERIFY_TOKEN);
    assert_eq!((answer.status, answer.text().as_str()), (200, "1158201444"));
    assert_eq!(answer.header("Content-Type"), "text/plain; charset=utf-8");
    assert_eq!(greeted("another").status, 403);
    assert_eq!(api.anonymous("GET", WHATSAPP).bytes(b"").status, 403);
}

#[test]
fn a_call_has_three_megabytes_at_most() {
    let (api, _) = start();
    let long = |bytes: usize| Call::signed(format!("{}{}", text("wamid.1", "Hola").body, " ".repeat(bytes)));
    assert_eq!(api.called_by_meta(&long(2_900_000)).status, 200);
    api.waits_in("unassigned", 1);
    assert_eq!(api.called_by_meta(&long(3_200_000)).status, 413);
}

#[test]
fn what_nobody_knows_of_a_call_waits_in_the_quarantine_and_the_rest_of_it_counts() {
    let (api, _) = start();
    assert_eq!(api.called_by_meta(&Call::change("group_lifecycle_update", &json!({"groups": []}))).status, 200);
    api.waits_in("quarantine", 1);
    let message = json!({"from": "51999888777", "id": "wamid.1", "type": "text", "text": {"body": "Pesa 70 kg"}});
    let ours = json!({"field": "messages", "value": {"metadata": {"phone_number_id": PHONE_NUMBER_ID}, "messages": [message.clone()]}});
    let other = json!({"field": "messages", "value": {"metadata": {"phone_number_id": "7"}, "messages": [message]}});
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": WABA_ID, "changes": [other, ours]}]});
    assert_eq!(api.called_by_meta(&Call::signed(body.to_string())).status, 200);
    let quarantine = api.waits_in("quarantine", 2).to_string();
    assert!(quarantine.contains("es para otro número de la misma aplicación"), "{quarantine}");
    api.waits_in("unassigned", 1);
}

#[test]
fn a_file_is_told_of_at_once_given_once_it_was_fetched_and_else_said_why_not() {
    let (api, files) = start();
    for (id, media) in [("wamid.1", "11"), ("wamid.2", "12")] {
        let image = json!({"type": "image", "image": {"id": media, "mime_type": "image/jpeg", "caption": "Receta"}});
        assert_eq!(api.called_by_meta(&Call::message(id, "+51999888777", SENT, &image)).status, 200);
    }
    let tray = api.waits_in("unassigned", 2);
    let ids: Vec<i64> = tray["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect();
    let file = |id: i64| api.get(&format!("/api/v1/inbox/unassigned/{id}/attachments/0"));
    let waiting = "Aún se está recuperando del proveedor; vuelva a intentarlo en unos minutos";
    for id in &ids {
        assert_eq!(file(*id).error(), (409, waiting.into()));
    }
    files.0.lock().unwrap().extend([Ok(b"<svg onload=alert(1)>".to_vec()), Err(MediaError::Never(Absence::TooLarge))]);
    api.followup.fetch_media(&|| false).unwrap();
    let mut answers: Vec<Answer> = ids.iter().map(|id| file(*id)).collect();
    answers.sort_by_key(|answer| answer.status);
    assert_eq!((answers[0].status, answers[0].header("Content-Type")), (200, "image/jpeg"));
    assert!(answers[0].header("Content-Disposition").starts_with("attachment;"));
    assert!(answers[0].header("Content-Security-Policy").contains("sandbox"));
    assert_eq!(answers[0].text(), "<svg onload=alert(1)>");
    let (status, words) = answers[1].error();
    assert!(status == 404 && words.starts_with("Es demasiado grande para recuperarlo"), "{status} {words}");
}
