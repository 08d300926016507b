//! How reporters answer.

use chrono::Duration;
use followup_domain::user::Role;
use serde_json::{Value, json};

use crate::support::{Api, REPORTER, quiet};

const BOARD: &str = "/api/v1/followup/board";

/// A request leaves now.
fn ask(api: &Api, id: i64) -> String {
    let sent = api.post(&format!("/api/v1/icsr/{id}/followup/send"), &json!({"channel": "email", "body": "¿Cuánto pesa el paciente?"}));
    assert_eq!(sent.status, 201, "{}", sent.text());
    sent.json()["external_id"].as_str().unwrap().trim_matches(['<', '>']).to_owned()
}

fn answer(api: &Api, letter: &str) {
    api.receive(&format!(
        "From: Rosa Rojas <{REPORTER}>\nTo: fv@vigia.test\nSubject: Re: datos\nMessage-ID: <r-{letter}>\nIn-Reply-To: <{letter}>\n\
         MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nPesa 68 kg.\n"
    ));
}

/// Three cases are written to on a Friday in March; one answers after two days, one is reminded a day later.
fn asked() -> Api {
    let api = Api::start_with(quiet);
    let ids: Vec<i64> = (0..3).map(|_| api.case(json!({}))).collect();
    let letters: Vec<String> = ids.iter().map(|id| ask(&api, *id)).collect();
    api.clock.advance(Duration::days(1));
    ask(&api, ids[1]);
    api.clock.advance(Duration::hours(30));
    answer(&api, &letters[0]);
    api.clock.advance(Duration::days(7));
    api
}

#[test]
fn it_says_of_how_many_and_between_which_limits() {
    let api = asked();
    let board = api.get(BOARD);
    assert_eq!(board.status, 200, "{}", board.text());
    insta::assert_json_snapshot!("board", board.json());
    let empty = api.get(&format!("{BOARD}?from=2023-01-01&to=2023-12-31")).json();
    assert_eq!((&empty["cases"]["n"], &empty["cases"]["share"], &empty["requests"]["channel"]), (&json!(0), &Value::Null, &json!([])));
    assert_eq!(empty["waiting"], board.json()["waiting"], "what waits now waits whatever the period");
}

#[test]
fn a_file_has_the_same_numbers() {
    let api = asked();
    let file = api.get(&format!("{BOARD}?format=csv"));
    assert!(file.header("Content-Disposition").contains("filename=\"tablero.csv\""));
    let text = file.text().replace("\r\n", "\n");
    insta::assert_snapshot!("board_csv", text);
    let channel = api.get(&format!("{BOARD}?format=csv&plot=channel")).text().replace("\r\n", "\n");
    let of_channel: Vec<&str> = text.lines().filter(|line| line.starts_with("\"Por canal\"")).collect();
    assert_eq!(channel.lines().skip(1).collect::<Vec<_>>(), of_channel);
}

#[test]
fn what_is_no_period_is_refused() {
    let api = Api::start_with(quiet);
    for (query, refused) in [
        ("from=2024-02-30", "from"),
        ("to=ayer", "to"),
        ("from=2024-03-02&to=2024-03-01", "to"),
        ("from=2015-01-01&to=2024-03-01", "to"),
        ("from=2025-01-01", "to"),
        ("plot=pie", "plot"),
        ("format=xml", "format"),
    ] {
        assert_eq!(api.get(&format!("{BOARD}?{query}")).refused(), [refused], "{query}");
    }
    for query in ["from=0000-01-01&to=0000-01-02", "from=9999-12-30&to=9999-12-31"] {
        assert_eq!(api.get(&format!("{BOARD}?{query}")).json()["cases"]["n"], 0, "{query}");
    }
}

#[test]
fn the_unit_sees_it() {
    let all = [Role::Admin, Role::Qf, Role::ResponsableFv, Role::Qa, Role::DireccionTecnica, Role::Legal];
    Api::start().only("GET", BOARD, &all);
}
