//! The letters in the unit's own words.

use serde_json::{Value, json};

use crate::support::{Api, quiet};

const LETTERS: &str = "/api/v1/admin/followup/letters";
const OWN: &str = "Asunto: Caso {{ caso }}\n\nBuenos días:\n{% include \"parte.preguntas.txt\" %}\n";

fn put(api: &Api, name: &str, text: &str, version: i64) -> crate::support::Answer {
    api.put(&format!("{LETTERS}/{name}"), &json!({"text": text, "version": version}))
}

#[test]
fn a_text_is_read_replaced_and_given_up() {
    let api = Api::start();
    let list = api.get(LETTERS).json();
    assert_eq!((&list["total"], list["items"][0]["own"].as_bool()), (&json!(11), Some(false)));
    let expected = json!({
        "letter": "solicitud.sms.txt", "name": "Primera solicitud por SMS", "kind": "request", "channel": "sms", "own": false,
        "of_deployment": false, "version": 0, "changed_by": null, "changed_at": null, "faults": [],
    });
    let mut shown = api.get(&format!("{LETTERS}/solicitud.sms.txt")).json();
    let texts = ["text", "shipped_text"].map(|name| shown.as_object_mut().unwrap().remove(name).unwrap());
    assert_eq!((shown, &texts[0]), (expected, &texts[1]));
    let stored = put(&api, "solicitud.email.txt", &OWN.replace('\n', "\r\n"), 0);
    assert_eq!(stored.status, 200, "{}", stored.text());
    let stored = stored.json();
    assert_eq!((&stored["text"], &stored["version"], &stored["changed_by"]), (&json!(OWN), &json!(1), &json!("user:qf")));
    api.case(json!({}));
    api.deliver();
    assert!(api.mail.accepted()[0].body.starts_with("Buenos días:\n"));
    let reset = api.post(&format!("{LETTERS}/solicitud.email.txt/reset"), &json!({"version": 1})).json();
    assert_eq!((&reset["own"], &reset["version"], &reset["text"]), (&json!(false), &json!(2), &stored["shipped_text"]));
}

#[test]
fn what_cannot_be_used_is_refused_with_its_line_and_a_stale_version_by_409() {
    let api = Api::start_with(quiet);
    let refused = put(&api, "solicitud.sms.txt", "Caso {{ caso }}\n{{ nada }}", 0);
    assert_eq!((refused.status, refused.refused()), (422, vec!["text".to_owned()]));
    assert!(refused.text().contains("Línea 2: no hay ningún valor «nada»"), "{}", refused.text());
    assert_eq!(put(&api, "solicitud.email.txt", OWN, 7).error(), (409, "Otra persona cambió este texto mientras tanto".into()));
    assert_eq!(put(&api, "otra.txt", OWN, 0).error(), (404, "No hay una carta con ese nombre".into()));
    assert_eq!(put(&api, "solicitud.sms.txt", &"a".repeat(20_001), 0).refused(), ["text"]);
    assert_eq!(put(&api, "solicitud.sms.txt", "", 0).refused(), ["text"]);
    assert_eq!(api.put(&format!("{LETTERS}/solicitud.sms.txt"), &json!({"x": 1})).refused(), ["text", "x"]);
}

#[test]
fn a_text_is_tried_without_being_kept() {
    let api = Api::start_with(quiet);
    let preview = |text: &str| api.post(&format!("{LETTERS}/solicitud.sms.txt/preview"), &json!({"text": text})).json();
    let expected = json!({"faults": [], "subject": null, "body": "Caso 123: nos falta el peso", "sms_parts": 1, "sms_encoding": "GSM-7"});
    assert_eq!(preview("Caso {{ caso }}: {% if faltan %}nos falta {{ faltan | last }}{% endif %}"), expected);
    let broken = preview("{{ caso");
    assert_eq!((&broken["body"], &broken["faults"][0]["line"]), (&Value::Null, &json!(1)));
    assert_eq!(api.get(LETTERS).json()["items"].as_array().unwrap().iter().filter(|text| text["own"] == true).count(), 0);
}
