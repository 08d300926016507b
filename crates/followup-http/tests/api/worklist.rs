//! What needs a person, the agenda, and what listed cases stand at.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::{Api, quiet};

const LANES: [&str; 12] = [
    "new_replies",
    "unconfirmed",
    "failed",
    "uncertain",
    "unreachable",
    "stalled",
    "calls_due",
    "deadline_at_risk",
    "to_close",
    "warnings",
    "unassigned",
    "quarantined",
];

#[test]
fn a_row_names_its_case_and_what_is_asked_of_whom_since_when() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({"numero": "EA-1", "reportante_contacto": "999 888 777", "gravedad": "Grave"}));
    let list = api.get("/api/v1/followup/worklist?lane=unreachable").json();
    let expected = json!([{
        "icsr_id": id, "numero": "EA-1", "producto": "Paracetamol", "grave": true, "next_at": "2024-03-01T10:15:00Z",
        "message_id": null, "attempt_id": null, "mail_id": null, "ask": "find_another_way",
        "ask_text": "Llamar al reportante o conseguir otro contacto", "since": "2024-03-01T10:15:00Z", "due_at": null,
    }]);
    assert_eq!((&list["items"], &list["total"], &list["next"]), (&expected, &json!(1), &Value::Null));
    assert_eq!(list["name"], "Reportantes inalcanzables");
    let calls = api.get("/api/v1/followup/worklist?lane=calls_due").json();
    let attempts = api.get(&format!("/api/v1/icsr/{id}/followup/attempts")).json();
    assert_eq!(calls["items"][0]["attempt_id"], attempts["items"][0]["id"]);
}

#[test]
fn the_badge_says_no_number_that_no_lane_explains() {
    let api = Api::start_with(quiet);
    for contact in ["999 888 777", "rojas@clinic.test", "rojas@clinic.test"] {
        api.case(json!({"reportante_contacto": contact}));
    }
    let badge = api.get("/api/v1/followup/badge").json();
    for lane in LANES {
        let list = api.get(&format!("/api/v1/followup/worklist?lane={lane}&page_size=200")).json();
        assert_eq!(list["items"].as_array().unwrap().len(), usize::try_from(badge[lane].as_u64().unwrap()).unwrap(), "{lane}");
        assert_eq!((&list["total"], &list["counts"][lane]), (&badge[lane], &badge[lane]), "{lane}");
    }
    assert_eq!((&badge["unreachable"], &badge["stalled"]), (&json!(1), &json!(2)));
    assert_eq!(badge["calls_due"], badge["due_calls"]);
}

#[test]
fn a_lane_is_turned_page_by_page() {
    let api = Api::start_with(quiet);
    let ids: Vec<Value> = (0..5).map(|_| json!(api.case(json!({})))).collect();
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = api.get(&format!("/api/v1/followup/worklist?lane=stalled&page_size=2{after}")).json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|row| row["icsr_id"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(seen, ids);
}

#[test]
fn what_is_not_asked_for_as_it_should_be_is_refused_by_name() {
    let api = Api::start();
    let refused = |query: &str| api.get(&format!("/api/v1/followup/{query}")).refused();
    assert_eq!(refused("worklist"), ["lane"]);
    assert_eq!(refused("worklist?lane=todo&after=1&page_size=0"), ["lane", "after", "page_size"]);
    assert_eq!(refused("agenda?from=ayer&status=todo&x=1"), ["from", "status", "x"]);
    assert_eq!(api.get("/api/v1/icsr?unread=si&missing_from=-1&next_to=hoy").refused(), ["unread", "missing_from", "next_to"]);
}

#[test]
fn the_agenda_shows_attempts_with_their_cases() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({"numero": "EA-1"}));
    let plan = json!({"plan_id": 1, "base_at": "2024-03-01T10:15:00Z"});
    assert_eq!(api.post(&format!("/api/v1/icsr/{id}/followup/plan"), &plan).status, 200);
    let page = api.get("/api/v1/followup/agenda?from=2024-03-02T00:00:00Z&to=2024-05-01T00:00:00Z&page_size=1").json();
    let first = &page["items"][0];
    assert_eq!(
        (&first["icsr_id"], &first["numero"], &first["producto"], &first["position"]),
        (&json!(id), &json!("EA-1"), &json!("Paracetamol"), &json!(2))
    );
    let rest = api.get(&format!("/api/v1/followup/agenda?to=2024-05-01T00:00:00Z&after={}", page["next"].as_str().unwrap())).json();
    assert_eq!(
        (rest["items"][0]["position"].clone(), rest["items"].as_array().unwrap().len(), rest["next"].clone()),
        (json!(3), 1, Value::Null)
    );
    assert_eq!(api.get("/api/v1/followup/agenda?status=sent").json(), json!({"items": [], "next": null}));
}

#[test]
fn listed_cases_say_what_they_stand_at() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({"paciente_peso": "70"}));
    let listed = || api.get("/api/v1/icsr").json()["items"][0].clone();
    assert_eq!(
        (&listed()["id"], &listed()["unread"], &listed()["next_at"], &listed()["next"]),
        (&json!(id), &json!(0), &Value::Null, &Value::Null)
    );
    assert_eq!(listed()["last_movement_at"], "2024-03-01T10:15:00Z");
    let missing = api.get(&format!("/api/v1/icsr/{id}/followup")).json()["missing_items"].as_array().unwrap().len();
    assert_eq!(listed()["missing"], json!(missing));
    api.clock.advance(Duration::hours(1));
    let attempt = json!({"due_at": "2024-06-10T14:00:00Z", "label": "x"});
    assert_eq!(api.post(&format!("/api/v1/icsr/{id}/followup/attempts"), &attempt).status, 201);
    let seen = listed();
    let next = (&seen["next_at"], &seen["next"], &seen["next_text"], &seen["last_movement_at"]);
    assert_eq!(next, (&json!("2024-06-10T14:00:00Z"), &json!("letter"), &json!("Sale un mensaje"), &json!("2024-03-01T11:15:00Z")));
    let total = |query: &str| api.get(&format!("/api/v1/icsr?{query}")).json()["total"].clone();
    for (query, found) in [
        ("unread=true", 0),
        ("unread=false", 1),
        ("missing_from=1&missing_to=1000", 1),
        ("missing_to=0", 0),
        ("moved_from=2024-03-01&moved_to=2024-03-01", 1),
        ("moved_from=2024-03-02", 0),
        ("next_from=2024-06-10&next_to=2024-06-10&sort=next_at", 1),
        ("next_to=2024-06-09", 0),
        ("sort=-last_movement_at", 1),
    ] {
        assert_eq!(total(query), json!(found), "{query}");
    }
}
