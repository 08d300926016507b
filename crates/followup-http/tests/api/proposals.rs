//! What answers say of fields.

use followup_domain::user::Role;
use serde_json::json;

use crate::support::Api;

const CASE: &str = "/api/v1/icsr";

/// A case whose letter was answered with these words.
fn answered(api: &Api, words: &str) -> i64 {
    let case = json!({"producto_sospechoso": "Paracetamol", "reportante_contacto": "rojas@example.org"});
    let id = api.post(CASE, &case).json()["id"].as_i64().unwrap();
    let call = json!({"outcome": "reached", "notes": words});
    assert_eq!(api.post(&format!("{CASE}/{id}/followup/calls"), &call).status, 201);
    api.followup.read_answers(&|| false).unwrap();
    id
}

fn path(id: i64, rest: &str) -> String {
    format!("{CASE}/{id}/followup/proposals{rest}")
}

#[test]
fn a_proposal_is_listed_with_its_words_accepted_and_gone() {
    let api = Api::start();
    let id = answered(&api, "Buenos días\npaciente_peso=68\ndosis=1 g");
    let listed = api.get(&path(id, "")).json();
    let first = &listed["items"][0];
    assert_eq!((&first["field"], &first["value"], &first["quote"]), (&json!("paciente_peso"), &json!("68"), &json!("paciente_peso=68")));
    assert_eq!((&first["class"], &first["state"], &first["status"]), (&json!("A"), &json!("answered"), &json!("open")));
    assert_eq!(listed["items"][1]["field"], "productos[0].dosis");
    assert_eq!(listed["not_understood"][0]["words"], json!(["Buenos días"]));
    let accept = path(id, &format!("/{}/accept", first["id"]));
    let accepted = api.post(&accept, &json!({"version": listed["version"]}));
    assert_eq!((accepted.status, &accepted.json()["paciente_peso"]), (200, &json!(68)), "{}", accepted.text());
    assert_eq!(api.post(&accept, &json!({})).error(), (409, "Alguien ya la decidió, o el caso ya lo dice".into()));
    let stale = api.post(&path(id, "/accept"), &json!({"ids": [listed["items"][1]["id"]], "version": listed["version"]}));
    assert_eq!(stale.error().0, 409);
    let known = api.get(&path(id, "")).json();
    assert_eq!((&known["decided"][0]["status"], known["items"].as_array().unwrap().len()), (&json!("accepted"), 1));
}

#[test]
fn several_are_accepted_together_or_not_at_all() {
    let api = Api::start();
    let id = answered(&api, "paciente_peso=68\npaciente_peso=86\ndosis=1 g");
    let listed = api.get(&path(id, "")).json();
    let ids: Vec<_> = listed["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect();
    assert!(listed["items"][0]["contested"] == true && listed["items"][2]["contested"] == false);
    let all = api.post(&path(id, "/accept"), &json!({"ids": ids}));
    assert_eq!(all.error(), (409, "Dos de ellas dicen cosas distintas del mismo dato: elija una".into()));
    let some = api.post(&path(id, "/accept"), &json!({"ids": ids[1..]}));
    assert_eq!((some.status, &some.json()["paciente_peso"]), (200, &json!(86)), "{}", some.text());
    assert_eq!(api.post(&path(id, &format!("/{}/reject", ids[0])), &json!({"reason": "se corrigió"})).status, 204);
    let summary = api.get(&format!("{CASE}/{id}/followup")).json();
    let dose = summary["answered"].as_array().unwrap().iter().find(|field| field["field"] == "productos[0].dosis").unwrap().clone();
    assert_eq!((&dose["value"], &dose["accepted_by"], &dose["asked_by"]), (&json!("1 g"), &json!("user:qf"), &json!(null)));
}

#[test]
fn what_cannot_be_is_told() {
    let api = Api::start();
    let id = answered(&api, "paciente_peso=68");
    let own = api.get(&path(id, "")).json()["items"][0]["id"].clone();
    let refused = api.post(&path(id, &format!("/{own}/accept")), &json!({"value": "mucho"}));
    assert_eq!(refused.refused(), ["paciente_peso"]);
    assert_eq!(api.post(&path(id, &format!("/{own}/accept")), &json!({"value": 7, "x": 1})).refused(), ["value", "x"]);
    assert_eq!(api.post(&path(id, "/accept"), &json!({})).refused(), ["ids"]);
    assert_eq!(api.post(&path(id, "/x/accept"), &json!({})).error(), (404, "El caso no tiene esa propuesta".into()));
    assert_eq!(api.post(&path(99, "/1/reject"), &json!({})).error(), (404, "ICSR no encontrado".into()));
    assert_eq!(api.get(&path(99, "")).error(), (404, "ICSR no encontrado".into()));
    api.only("POST", &path(id, "/accept"), &Role::ALL[..6]);
}
