//! What contradicts itself in a case.

use serde_json::{Value, json};

use crate::support::Api;

const ICSR: &str = "/api/v1/icsr";

fn codes(case: &Value) -> Vec<&str> {
    case["warnings"].as_array().unwrap().iter().map(|warning| warning["code"].as_str().unwrap()).collect()
}

#[test]
fn a_contradiction_is_accepted_and_said_in_every_answer() {
    let api = Api::start();
    let body = json!({
        "fecha_recepcion": "2042-01-10", "paciente_fecha_nacimiento": "2051", "gravedad": "No grave", "ea_desenlace": "Mortal",
        "fecha_inicio_evento": "2024-02-10", "productos": [{"nombre_producto": "A"}, {"nombre_producto": "B", "fecha_inicio": "2024-02-11"}],
        "reportante_email": "rojas", "evaluador_email": "ana",
    });
    let created = api.post(ICSR, &body);
    assert_eq!(created.status, 201, "{}", created.text());
    let case = created.json();
    let expected = [
        "receipt_in_future",
        "birth_in_future",
        "treatment_after_event",
        "event_before_birth",
        "treatment_before_birth",
        "not_serious_but_fatal",
        "reporter_email_unreadable",
        "evaluator_email_unreadable",
    ];
    assert_eq!(codes(&case), expected);
    let after = &case["warnings"][2];
    assert_eq!(after["fields"], json!(["productos[1].fecha_inicio", "fecha_inicio_evento"]));
    assert_eq!(after["text"], "El producto sospechoso empezó a usarse después del inicio del evento");
    assert_eq!(after["set_aside"], Value::Null);
    let path = format!("{ICSR}/{}", case["id"]);
    assert_eq!(api.get(&path).json(), case);
    assert_eq!(api.get(ICSR).json()["items"][0]["warnings"], case["warnings"]);
    let mended = api.put(&path, &json!({"fecha_recepcion": "2024-02-20", "paciente_fecha_nacimiento": "1951", "gravedad": null})).json();
    assert_eq!(codes(&mended), ["treatment_after_event", "reporter_email_unreadable", "evaluator_email_unreadable"]);
}

#[test]
fn a_warning_is_set_aside_with_a_reason_and_the_list_shows_the_others() {
    let api = Api::start();
    let (wrong, quiet) = (api.case(json!({"paciente_peso": 680})), api.case(json!({})));
    let open = || {
        api.get(&format!("{ICSR}?warnings=open")).json()["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|case| case["id"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(open(), [json!(wrong)]);
    let case = api.get(&format!("{ICSR}/{wrong}")).json();
    let id = case["warnings"][0]["id"].as_str().unwrap();
    let path = format!("{ICSR}/{wrong}/warnings/{id}");
    let aside = json!({"state": "set_aside", "reason": " pesado dos veces "});
    let decided = api.put(&path, &aside);
    assert_eq!((decided.status, &decided.json()["set_aside"]["reason"]), (200, &json!("pesado dos veces")), "{}", decided.text());
    assert_eq!(api.put(&path, &aside).json(), decided.json(), "once is enough");
    assert_eq!(open(), Vec::<Value>::new());
    assert_eq!(api.get(&format!("{ICSR}/{wrong}")).json()["warnings"][0], decided.json());
    let opened = api.put(&path, &json!({"state": "open", "reason": "otra vez"}));
    assert_eq!((opened.status, &opened.json()["set_aside"]), (200, &Value::Null));
    assert_eq!(open(), [json!(wrong)]);
    assert_eq!(
        api.put(&format!("{ICSR}/{quiet}/warnings/{id}"), &aside).error(),
        (404, "El caso no tiene esa advertencia, o ya no: un valor cambió".into())
    );
    assert_eq!(api.put(&format!("{ICSR}/99/warnings/{id}"), &aside).error(), (404, "ICSR no encontrado".into()));
    assert_eq!(api.put(&path, &json!({"state": "set_aside"})).refused(), ["reason"]);
    assert_eq!(api.put(&path, &json!({"state": "gone", "reason": "x", "fields": []})).refused(), ["state", "fields"]);
    assert_eq!(api.get(&format!("{ICSR}?warnings=all")).refused(), ["warnings"]);
}

#[test]
fn a_contradiction_about_seriousness_keeps_a_follow_up_open_and_the_answer_says_which() {
    let api = Api::start();
    let id = api.case(json!({"gravedad": "No grave", "ea_desenlace": "Mortal"}));
    let close = || api.post(&format!("{ICSR}/{id}/followup/close"), &json!({"reason": "declined", "notes": "No quiere responder"}));
    let refused = close();
    assert_eq!(refused.status, 409);
    let check = "Resuelva la contradicción o apártela con su motivo: Está clasificado como no grave y el paciente falleció: una muerte siempre es grave";
    assert_eq!(refused.json()["checks"], json!([check]));
    api.put(&format!("{ICSR}/{id}"), &json!({"gravedad": "Grave"}));
    assert_eq!(close().status, 200);
}
