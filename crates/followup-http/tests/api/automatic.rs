//! The automatic request after a case is created or changed.

use std::thread;

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::{Api, REPORTER};

fn automatic(api: &Api, id: i64) -> Vec<Value> {
    let thread = api.get(&format!("/api/v1/icsr/{id}/followup/thread")).json();
    let items = thread["items"].as_array().unwrap();
    items.iter().filter(|message| message["kind"] == "automatic_request").cloned().collect()
}

#[test]
fn creating_an_incomplete_case_asks_the_reporter() {
    let api = Api::start();
    let id = api.case(json!({}));
    assert_eq!(automatic(&api, id)[0]["status"], "pending");
    api.deliver();
    let asked = automatic(&api, id);
    assert_eq!((asked.len(), &asked[0]["status"], &asked[0]["to"]), (1, &json!("sent"), &json!(REPORTER)));
    assert!(asked[0]["body"].as_str().unwrap().contains("Peso aproximado"));
}

#[test]
fn creating_a_case_does_not_wait_for_the_mail_server() {
    let api = Api::start();
    api.mail.during_transmit(|| panic!("nothing is sent within the request"));
    let id = api.case(json!({}));
    assert_eq!((automatic(&api, id).len(), api.mail.accepted().len()), (1, 0));
}

#[test]
fn updates_at_the_same_instant_give_one_automatic_request() {
    let api = Api::start();
    let id = api.case(json!({"auto_followup": false}));
    let path = format!("/api/v1/icsr/{id}");
    thread::scope(|scope| {
        for number in 0..8 {
            let (api, path) = (&api, &path);
            scope.spawn(move || {
                let answer = api.put(path, &json!({"auto_followup": true, "numero": number.to_string()}));
                assert_eq!(answer.status, 200, "{}", answer.text());
            });
        }
    });
    assert_eq!(automatic(&api, id).len(), 1);
    api.deliver();
    api.put(&path, &json!({"numero": "otro"}));
    api.clock.advance(Duration::hours(2));
    api.deliver();
    assert_eq!((automatic(&api, id).len(), api.mail.accepted().len()), (1, 1));
    assert_eq!(api.get(&path).json()["version"], 10);
}
