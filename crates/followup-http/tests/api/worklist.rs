//! What needs a person, the agenda, and what listed cases stand at.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::{Api, quiet};

const LANES: [&str; 13] = [
    "new_replies",
    "read_replies",
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
        api.case(json!({"reportante_contacto": contact, "fecha_inicio_evento": "2024-03-09"}));
    }
    let badge = api.get("/api/v1/followup/badge").json();
    for lane in LANES {
        let list = api.get(&format!("/api/v1/followup/worklist?lane={lane}&page_size=200")).json();
        assert_eq!(list["items"].as_array().unwrap().len(), usize::try_from(badge[lane].as_u64().unwrap()).unwrap(), "{lane}");
        assert_eq!((&list["total"], &list["counts"][lane]), (&badge[lane], &badge[lane]), "{lane}");
    }
    assert_eq!((&badge["unreachable"], &badge["stalled"], &badge["warnings"]), (&json!(1), &json!(2), &json!(3)));
    assert_eq!(badge["calls_due"], badge["due_calls"]);
}

#[test]
fn what_goes_by_itself_and_what_is_held_have_lists_of_their_own() {
    let api = Api::start();
    let ids: Vec<i64> = (0..3).map(|_| api.case(json!({"numero": "EA-1"}))).collect();
    api.post(&format!("/api/v1/icsr/{}/followup/attempts", ids[0]), &json!({"due_at": "2024-02-01T14:00:00Z", "label": "x"}));
    let badge = api.get("/api/v1/followup/badge").json();
    assert_eq!((&badge["queued"], &badge["due_attempts"], &badge["bounced"]), (&json!(3), &json!(1), &json!(0)));
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = api.get(&format!("/api/v1/followup/queue?page_size=2{after}")).json();
        assert_eq!(page["total"], badge["queued"]);
        seen.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(seen.iter().map(|row| row["icsr_id"].as_i64().unwrap()).collect::<Vec<_>>(), ids);
    let thread = api.get(&format!("/api/v1/icsr/{}/followup/thread", ids[0])).json();
    assert_eq!(
        (&seen[0]["message_id"], &seen[0]["channel"], &seen[0]["numero"], &seen[0]["tries"]),
        (&thread["items"][0]["id"], &json!("email"), &json!("EA-1"), &json!(0))
    );
    let due = api.get("/api/v1/followup/agenda?status=pending&to=2024-03-01T10:15:01Z").json();
    assert_eq!(due["items"].as_array().unwrap().iter().filter(|attempt| attempt["channel"] != "call").count(), 1);
    let file = lines(&api.get("/api/v1/followup/queue?format=csv"));
    assert_eq!((file.len(), file[1].split(';').nth(1)), (4, Some(ids[0].to_string().as_str())));
    assert_eq!(api.get("/api/v1/followup/queue?after=x").refused(), ["after"]);
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
        ("unattended=true", 0),
        ("unattended=false", 1),
        ("missing_from=1&missing_to=1000", 1),
        ("missing_to=0", 0),
        ("moved_from=2024-03-01&moved_to=2024-03-01", 1),
        ("moved_from=2024-03-02", 0),
        ("next_from=2024-06-10&next_to=2024-06-10&sort=next_at", 1),
        ("next_to=2024-06-09", 0),
        ("sort=-last_movement_at", 1),
        ("sort=answers", 1),
    ] {
        assert_eq!(total(query), json!(found), "{query}");
    }
}

/// The lines of a file, without its mark.
fn lines(answer: &crate::support::Answer) -> Vec<String> {
    assert_eq!(answer.header("Content-Type"), "text/csv; charset=utf-8; header=present", "{}", answer.text());
    let text = answer.text();
    let text = text.strip_prefix('\u{feff}').unwrap().strip_suffix("\r\n").unwrap();
    text.split("\r\n").map(str::to_owned).collect()
}

#[test]
fn every_list_is_to_be_had_as_a_file_for_spreadsheets() {
    let api = Api::start_with(quiet);
    let fields =
        json!({"numero": "=HYPERLINK(1)", "reportante_contacto": "999 888 777", "gravedad": "Grave", "producto_sospechoso": "Ñ;\"x\""});
    let id = api.case(fields);
    let cases = api.get("/api/v1/icsr?format=csv&unread=false");
    assert!(cases.header("Content-Disposition").contains("filename=\"casos.csv\""));
    let cases = lines(&cases);
    assert!(cases[0].starts_with("\"Caso\";\"Número\";"), "{}", cases[0]);
    let row = format!("{id};\"'=HYPERLINK(1)\";;\"2024-03-01\";\"Pendiente\";\"Grave\";;\"Ñ;\"\"x\"\"\";\"Abierto\";0;0;");
    assert!(cases[1].starts_with(&row), "{}", cases[1]);
    assert!(cases[1].ends_with("\"2024-03-01 05:15\";\"2024-03-01 05:15\";\"Toca llamar\""), "{}", cases[1]);
    let lane = lines(&api.get("/api/v1/followup/worklist?lane=unreachable&format=csv"));
    assert_eq!(lane.len(), 2);
    assert!(lane[1].starts_with(&format!("\"Reportantes inalcanzables\";{id};")), "{}", lane[1]);
    let agenda = lines(&api.get("/api/v1/followup/agenda?format=csv"));
    assert!(agenda[1].contains("\"Llamar al reportante\";\"call\";\"pending\""), "{}", agenda[1]);
    assert_eq!(lines(&api.get("/api/v1/followup/worklist?lane=quarantined&format=csv")).len(), 1, "the heads alone");
    assert_eq!(api.get("/api/v1/icsr?format=xls").refused(), ["format"]);
}

#[test]
fn trays_addresses_and_the_trail_are_to_be_had_as_files() {
    let api = Api::start_with(quiet);
    for (name, subject) in [("a", "=1+1"), ("b", "Reacción")] {
        let mail = format!(
            "From: ana@clinic.test\nTo: fv@vigia.test\nMessage-ID: <{name}@clinic.test>\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\nHola"
        );
        api.receive(&mail);
    }
    let tray = lines(&api.get("/api/v1/inbox/unassigned?format=csv"));
    assert_eq!(tray[0], r#""Mensaje";"Llegó";"De";"Asunto";"Clase";"Adjuntos";"Descartado por";"Por qué";"Descartado el""#);
    assert!(tray[1].ends_with(r#";"2024-03-01 05:15";"ana@clinic.test";"'=1+1";"human";0;;;"#), "{}", tray[1]);
    assert!(tray[2].ends_with(r#";"ana@clinic.test";"Reacción";"human";0;;;"#), "{}", tray[2]);
    let id = tray[2].split(';').next().unwrap();
    assert_eq!(api.post(&format!("/api/v1/inbox/unassigned/{id}/discard"), &json!({"reason": "Publicidad"})).status, 200);
    let aside = lines(&api.get("/api/v1/inbox/unassigned?state=discarded&format=csv"));
    assert!(aside.len() == 2 && aside[1].contains(";\"Publicidad\";"), "{aside:?}");
    assert_eq!(lines(&api.admin("GET", "/api/v1/inbox/quarantine?format=csv").send()).len(), 1);

    let blocked = "/api/v1/admin/followup/do-not-contact";
    assert_eq!(api.put(&format!("{blocked}/x@clinic.test"), &json!({"reason": "Lo pidió"})).status, 200);
    let blocked = lines(&api.admin("GET", &format!("{blocked}?format=csv")).send());
    assert!(blocked[1].starts_with(r#""x@clinic.test";"Lo pidió";"#), "{}", blocked[1]);
    let bounced = lines(&api.admin("GET", "/api/v1/admin/followup/bounced-addresses?held=true&format=csv").send());
    assert_eq!(bounced.len(), 1);

    let case = api.case(json!({}));
    let trail = api.admin("GET", &format!("/api/v1/icsr/{case}/audit?page_size=200")).send().json();
    let file = lines(&api.admin("GET", &format!("/api/v1/icsr/{case}/audit?format=csv")).send());
    assert_eq!(file.len() - 1, trail["items"].as_array().unwrap().len());
    assert!(file[1].starts_with("1;\"2024-03-01T10:15:00.000000Z\";"), "{}", file[1]);
    assert!(file[1].ends_with(&format!("\"{}\"", trail["items"][0]["hash"].as_str().unwrap())), "{}", file[1]);
    assert_eq!(api.admin("GET", "/api/v1/icsr/99/audit?format=csv").send().status, 404);
}

#[test]
fn the_held_addresses_are_those_that_the_badge_counts() {
    let api = Api::start_with(quiet);
    let list = |query: &str| api.get(&format!("/api/v1/admin/followup/bounced-addresses{query}")).json()["total"].clone();
    let soft = |name: &str, status: &str| {
        let id = api.case(json!({"reportante_contacto": format!("{name}@clinic.test")}));
        let sent = api.post(&format!("/api/v1/icsr/{id}/followup/send"), &json!({"channel": "email", "body": "¿Peso?"})).json();
        let about = sent["external_id"].as_str().unwrap().to_owned();
        api.receive(&format!(
            "From: MAILER-DAEMON@mx.clinic.test\nTo: fv@vigia.test\nSubject: Undelivered\nMessage-ID: <dsn.{name}@mx.clinic.test>\nMIME-Version: 1.0\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nx\n\n\
             --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.clinic.test\n\n\
             Final-Recipient: rfc822; {name}@clinic.test\nAction: failed\nStatus: {status}\n\n--b\nContent-Type: text/rfc822-headers\n\n\
             From: fv@vigia.test\nMessage-ID: {about}\n\n--b--\n"
        ));
    };
    soft("llena", "4.2.2");
    soft("falsa", "5.1.1");
    assert_eq!((list(""), list("?held=true"), list("?held=false")), (json!(2), json!(1), json!(2)));
    assert_eq!(api.get("/api/v1/followup/badge").json()["bounced"], 1);
}

#[test]
fn a_long_list_comes_whole_as_a_file_each_row_once() {
    let api = Api::start_with(quiet);
    let mut ids: Vec<String> = (0..450).map(|_| api.case(json!({})).to_string()).collect();
    for query in ["icsr?format=csv&page_size=1&sort=-created_at", "followup/worklist?lane=stalled&format=csv&page_size=1"] {
        let column = usize::from(query.starts_with("followup"));
        let cell = |line: &String| line.split(';').nth(column).unwrap().to_owned();
        let mut seen: Vec<String> = lines(&api.get(&format!("/api/v1/{query}")))[1..].iter().map(cell).collect();
        seen.sort();
        ids.sort();
        assert_eq!(seen, ids, "{query}");
    }
}
