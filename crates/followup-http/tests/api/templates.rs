//! Plan templates.

use followup_domain::user::Role;
use serde_json::{Value, json};

use crate::support::Api;

const PLANS: &str = "/api/v1/admin/followup/plans";

/// The guide's example.
fn guide() -> Value {
    json!({
        "name": "Standard ICH E2D", "ref": "8.4.1", "notes": "ICH E2D guideline compliance",
        "attempts": [
            {"label": "Initial Request", "afterHours": 0}, {"label": "First Followup", "afterHours": 720},
            {"label": "Second Followup", "afterHours": 1440}, {"label": "Final Followup", "afterHours": 2160},
        ],
    })
}

#[test]
fn the_guides_template_is_kept_and_can_be_applied() {
    let api = Api::start_with(crate::support::quiet);
    let created = api.post(PLANS, &guide());
    assert_eq!(created.status, 201, "{}", created.text());
    let created = created.json();
    let number = created["id"].as_i64().unwrap();
    let mut expected = guide();
    expected["id"] = json!(number);
    expected["archived"] = json!(false);
    for attempt in expected["attempts"].as_array_mut().unwrap() {
        attempt["channel"] = json!("auto");
    }
    assert_eq!(created, expected);
    assert_eq!(api.get(&format!("{PLANS}/{number}")).json(), expected);
    assert_eq!(api.get(PLANS).json()["total"], 3);
    let id = api.case(json!({}));
    let applied = api.post(&format!("/api/v1/icsr/{id}/followup/plan"), &json!({"plan_id": number, "base_at": "2024-03-01T14:00:00Z"}));
    assert_eq!(applied.status, 200, "{}", applied.text());
    let second = &applied.json()["items"][1];
    assert_eq!((&second["due_at"], &second["due_local"]), (&json!("2024-03-31T14:00:00Z"), &json!("31/03/2024 09:00")));
}

#[test]
fn a_template_is_changed_as_a_whole() {
    let api = Api::start();
    let number = api.post(PLANS, &guide()).json()["id"].clone();
    let attempts = json!([{"label": "Única", "afterHours": 24, "channel": "sms"}]);
    let changed = api.put(&format!("{PLANS}/{number}"), &json!({"name": "Corto", "attempts": attempts}));
    let expected = json!({
        "id": number, "name": "Corto", "ref": null, "notes": null, "archived": false,
        "attempts": attempts,
    });
    assert_eq!((changed.status, changed.json()), (200, expected));
}

#[test]
fn an_archived_template_is_offered_no_more() {
    let api = Api::start();
    let number = api.post(PLANS, &guide()).json()["id"].clone();
    let path = format!("{PLANS}/{number}");
    let archived = api.request("DELETE", &path).send();
    assert_eq!((archived.status, archived.body.len()), (204, 0));
    assert_eq!(api.get(PLANS).json()["total"], 2);
    assert_eq!(api.get(&format!("{PLANS}?archived=false")).json()["total"], 2);
    assert_eq!(api.get(&format!("{PLANS}?archived=true")).json()["items"][2]["archived"], true);
    let missing = (404, "Plan de seguimiento no encontrado".to_owned());
    assert_eq!(api.request("DELETE", &path).send().error(), missing);
    assert_eq!(api.put(&path, &guide()).error(), missing);
    let id = api.case(json!({}));
    let apply = json!({"plan_id": number, "base_at": "2024-03-01T00:00:00Z"});
    assert_eq!(api.post(&format!("/api/v1/icsr/{id}/followup/plan"), &apply).error(), missing);
    for number in ["99", "x", "0"] {
        assert_eq!(api.get(&format!("{PLANS}/{number}")).error(), missing, "{number}");
    }
}

#[test]
fn what_is_wrong_with_a_template_is_named() {
    let api = Api::start();
    let told = |attempts: Value| {
        let answer = api.post(PLANS, &json!({"name": "x", "attempts": attempts}));
        let error = answer.json()["errors"][0].clone();
        (answer.status, error["field"].as_str().unwrap().to_owned(), error["message"].as_str().unwrap().to_owned())
    };
    let hours = "Las horas deben ascender y estar entre 0 y 87600 (diez años)";
    assert_eq!(told(json!([])), (422, "attempts".into(), "El plan necesita al menos un intento".into()));
    assert_eq!(told(json!([{"label": " ", "afterHours": 0}])), (422, "attempts[0].label".into(), "Campo obligatorio".into()));
    let longest = json!({"name": "x", "attempts": [{"label": "a", "afterHours": 87_600}]});
    assert_eq!(api.post(PLANS, &longest).status, 201);
    for second in [0, -1, 87_601] {
        let attempts = json!([{"label": "a", "afterHours": 0}, {"label": "b", "afterHours": second}]);
        assert_eq!(told(attempts), (422, "attempts[1].afterHours".into(), hours.into()), "{second}");
    }
    let all = json!({"name": " ", "ref": 1, "attempts": [{"label": 1, "hours": 1}, 5], "plan": 1});
    let names = ["name", "ref", "attempts[0].label", "attempts[0].afterHours", "attempts[0].hours", "attempts[1]", "plan"];
    assert_eq!(api.post(PLANS, &all).refused(), names);
    assert_eq!(api.post(PLANS, &json!({"attempts": {}})).refused(), ["name", "attempts"]);
    assert_eq!(told(json!([{"label": "a", "afterHours": 0, "channel": "fax"}])).1, "attempts[0].channel");
    assert_eq!(api.get(&format!("{PLANS}?archived=si&x=1")).refused(), ["archived", "x"]);
    assert_eq!(api.get(PLANS).json()["total"], 3);
}

#[test]
fn all_see_the_templates_and_those_who_decide_touch_them() {
    let api = Api::start();
    let one = format!("{PLANS}/1");
    for (method, path) in [("POST", PLANS), ("PUT", &one), ("DELETE", &one)] {
        api.only(method, path, &[Role::Admin, Role::Qf, Role::ResponsableFv]);
    }
    for path in [PLANS, &one] {
        api.only("GET", path, Role::ALL);
    }
}
