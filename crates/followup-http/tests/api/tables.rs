//! Tables that the unit edits: do-not-contact and deadlines.

use followup_domain::user::Role;
use serde_json::{Value, json};

use crate::support::{Api, REPORTER, quiet};

const BLOCKED: &str = "/api/v1/admin/followup/do-not-contact";
const DEADLINES: &str = "/api/v1/admin/followup/deadlines";
const DECIDERS: [Role; 3] = [Role::Admin, Role::Qf, Role::ResponsableFv];

#[test]
fn a_blocked_address_is_not_written_to() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({}));
    let send = || api.post(&format!("/api/v1/icsr/{id}/followup/send"), &json!({"channel": "email", "body": "x"}));
    let path = format!("{BLOCKED}/Rojas@Clinic.test");
    let blocked = api.put(&path, &json!({"reason": "lo pidió por teléfono"}));
    assert_eq!(blocked.status, 200, "{}", blocked.text());
    let expected = json!({"address": REPORTER, "reason": "lo pidió por teléfono", "actor": "user:qf", "at": "2024-03-01T10:15:00Z"});
    assert_eq!(blocked.json(), expected);
    assert_eq!(api.get(BLOCKED).json(), json!({"items": [expected], "total": 1, "page": 1, "page_size": 20}));
    let refused = (409, "La dirección pidió no ser contactada".to_owned());
    assert_eq!(send().error(), refused);
    let attempt =
        api.post(&format!("/api/v1/icsr/{id}/followup/attempts"), &json!({"due_at": "2024-06-10T14:00:00Z", "label": "x"})).json();
    let now = api.request("POST", &format!("/api/v1/icsr/{id}/followup/attempts/{}/send", attempt["id"])).send();
    assert_eq!(now.error(), refused);
    assert_eq!(api.mail.accepted().len(), 0);
    assert_eq!(api.request("DELETE", &path).send().status, 204);
    assert_eq!(api.request("DELETE", &path).send().error(), (404, "Esta dirección no está en la lista de no contactar".into()));
    assert_eq!(send().status, 201);
}

#[test]
fn numbers_and_addresses_are_blocked_and_lifted_by_what_no_log_of_addresses_shows() {
    let api = Api::start_with(quiet);
    let block = |contact: &str| api.post(BLOCKED, &json!({"contact": contact, "reason": "lo pidió"}));
    let lift = |contact: &str| api.post(&format!("{BLOCKED}/lift"), &json!({"contact": contact}));
    assert_eq!(block("+51999888777").json()["address"], "+51999888777");
    assert_eq!(block("Ana@Clinic.test").json()["address"], "ana@clinic.test");
    assert_eq!(api.get(BLOCKED).json()["total"], 2);
    for contact in ["+51999888777", "ANA@clinic.test"] {
        assert_eq!((lift(contact).status, lift(contact).status), (204, 404), "{contact}");
    }
    for wrong in ["999888777", "+0123456789", "+51 999 888 777", "+123456", "ana", "@", "+51999888777\n"] {
        assert_eq!((block(wrong).refused(), lift(wrong).refused()), (vec!["contact".to_owned()], vec!["contact".to_owned()]), "{wrong:?}");
    }
    assert_eq!(api.post(BLOCKED, &json!({"contact": "+51999888777", "x": 1})).refused(), ["reason", "x"]);
}

#[test]
fn an_address_in_a_path_is_decoded_and_checked() {
    let api = Api::start();
    let blocked = api.put(&format!("{BLOCKED}/ana%2Bfv%40clinic.test"), &json!({"reason": "x"}));
    assert_eq!(blocked.json()["address"], "ana+fv@clinic.test");
    for address in ["ana", "a%00@b.test", "a@b@c.test", "%FF@b.test"] {
        assert_eq!(api.put(&format!("{BLOCKED}/{address}"), &json!({"reason": "x"})).refused(), ["address"], "{address}");
        assert_eq!(api.request("DELETE", &format!("{BLOCKED}/{address}")).send().refused(), ["address"], "{address}");
    }
    assert_eq!(api.put(&format!("{BLOCKED}/a@b.test"), &json!({"reason": " ", "x": 1})).refused(), ["reason", "x"]);
    assert_eq!(api.get(&format!("{BLOCKED}?page=0")).refused(), ["page"]);
}

fn deadline() -> Value {
    json!({"authority": "DIGEMID", "role": "titular", "scope": "any", "days": 10, "norm": "Norma de prueba"})
}

#[test]
fn the_table_of_deadlines_is_edited() {
    let api = Api::start_with(quiet);
    let before = api.get(DEADLINES).json()["total"].as_i64().unwrap();
    let added = api.post(DEADLINES, &deadline());
    assert_eq!(added.status, 201, "{}", added.text());
    let added = added.json();
    let mut expected = deadline();
    for (name, value) in [("id", added["id"].clone()), ("verificado", json!(false)), ("nota", json!("por verificar"))] {
        expected[name] = value;
    }
    assert_eq!(added, expected);
    let path = format!("{DEADLINES}/{}", added["id"]);
    let mut verified = deadline();
    verified["verificado"] = json!(true);
    let changed = api.put(&path, &verified).json();
    assert_eq!((&changed["verificado"], changed.get("nota")), (&json!(true), None));
    assert_eq!(api.get(DEADLINES).json()["total"], before + 1);
    let id = api.case(json!({"gravedad": "No grave", "fecha_recepcion": "2024-03-01"}));
    let reports = api.get(&format!("/api/v1/icsr/{id}/followup")).json()["clock"]["reports"].clone();
    let report = reports.as_array().unwrap().iter().find(|report| report["norm"] == "Norma de prueba").unwrap().clone();
    let expected = json!({
        "authority": "DIGEMID", "role": "titular", "days": 10, "due_on": "2024-03-11", "days_left": 10, "norm": "Norma de prueba",
        "verificado": true,
    });
    assert_eq!(report, expected);
    assert_eq!(api.request("DELETE", &path).send().status, 204);
    assert_eq!(api.request("DELETE", &path).send().error(), (404, "Plazo no encontrado".into()));
    assert_eq!(api.put(&path, &deadline()).error(), (404, "Plazo no encontrado".into()));
}

#[test]
fn what_is_wrong_with_a_deadline_is_named() {
    let api = Api::start();
    assert_eq!(api.post(DEADLINES, &json!({})).refused(), ["authority", "role", "scope", "days", "norm"]);
    let wrong = json!({"authority": " ", "role": 1, "scope": "grave", "days": 3651, "norm": "a\u{0}", "verificado": "sí", "nota": "x"});
    assert_eq!(api.post(DEADLINES, &wrong).refused(), ["authority", "role", "scope", "days", "norm", "verificado", "nota"]);
    for days in [json!(-1), json!(1.5), json!("3")] {
        let mut body = deadline();
        body["days"] = days;
        assert_eq!(api.post(DEADLINES, &body).refused(), ["days"], "{body}");
    }
}

#[test]
fn all_read_deadlines_and_only_those_who_decide_change_the_tables() {
    let api = Api::start();
    api.only("GET", DEADLINES, Role::ALL);
    for (method, path) in [
        ("POST", DEADLINES.to_owned()),
        ("PUT", format!("{DEADLINES}/1")),
        ("DELETE", format!("{DEADLINES}/1")),
        ("GET", BLOCKED.to_owned()),
        ("PUT", format!("{BLOCKED}/a@b.test")),
        ("DELETE", format!("{BLOCKED}/a@b.test")),
    ] {
        api.only(method, &path, &DECIDERS);
    }
}
