//! The case list.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::{Api, quiet};

fn numbers(api: &Api, query: &str) -> Vec<String> {
    let answer = api.get(&format!("/api/v1/icsr{query}"));
    assert_eq!(answer.status, 200, "{query}: {}", answer.text());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    answer.json()["items"].as_array().unwrap().iter().map(|case| text(&case["numero"])).collect()
}

fn three_cases() -> Api {
    let api = Api::start_with(quiet);
    let cases = [
        json!({"numero": "A1", "gravedad": "Grave", "fecha_recepcion": "2024-01-10", "descripcion_evento": "Rash eritematoso, 100% del tórax"}),
        json!({"numero": "B2", "gravedad": "No grave", "fecha_recepcion": "2024-02", "reportante_nombre": "Ana Núñez"}),
        json!({"numero": "C3", "estado": "Completado", "paciente_iniciales": "J_P"}),
    ];
    for case in cases {
        api.post("/api/v1/icsr", &case);
        api.clock.advance(Duration::minutes(1));
    }
    api
}

#[test]
fn newest_first_and_in_the_order_asked_for() {
    let api = three_cases();
    api.put("/api/v1/icsr/1", &json!({"codigo_interno_lab": "x"}));
    for query in ["", "?sort=-created_at", "?sort="] {
        assert_eq!(numbers(&api, query), ["C3", "B2", "A1"], "{query}");
    }
    assert_eq!(numbers(&api, "?sort=created_at"), ["A1", "B2", "C3"]);
    assert_eq!(numbers(&api, "?sort=-updated_at"), ["A1", "C3", "B2"]);
    assert_eq!(numbers(&api, "?sort=-fecha_recepcion"), ["C3", "B2", "A1"]);
}

#[test]
fn pages_know_the_total() {
    let api = three_cases();
    let page = api.get("/api/v1/icsr?page=2&page_size=2").json();
    assert_eq!((&page["total"], &page["page"], &page["page_size"]), (&json!(3), &json!(2), &json!(2)));
    assert_eq!(numbers(&api, "?page=2&page_size=2"), ["A1"]);
    assert_eq!(numbers(&api, "?page=9&page_size=200"), [""; 0]);
    assert_eq!(api.get("/api/v1/icsr").json()["page_size"], 20);
}

#[test]
fn filters_and_search_narrow_the_list() {
    let api = three_cases();
    for (query, expected) in [
        ("?gravedad=serio", vec!["A1"]),
        ("?estado=completado", vec!["C3"]),
        ("?estado=Pendiente&gravedad=no%20grave", vec!["B2"]),
        ("?followup_status=open", vec!["C3", "B2", "A1"]),
        ("?followup_status=closed", vec![]),
        ("?fecha_desde=2024-02-01&fecha_hasta=2024-02-29", vec!["B2"]),
        ("?fecha_hasta=2024-01-10", vec!["A1"]),
        ("?q=nunez", vec!["B2"]),
        ("?q=T%C3%93RAX+rash", vec!["A1"]),
        ("?q=100%25", vec!["A1"]),
        ("?q=J_P", vec!["C3"]),
        ("?q=%25", vec!["A1"]),
        ("?q='%20OR%20'1'='1", vec![]),
        ("?q=", vec!["C3", "B2", "A1"]),
    ] {
        assert_eq!(numbers(&api, query), expected, "{query}");
    }
}

#[test]
fn every_refused_parameter_is_named() {
    let api = Api::start();
    for (query, names) in [
        ("page=0", vec!["page"]),
        ("page=x", vec!["page"]),
        ("page=99999999999999999999", vec!["page"]),
        ("page_size=0", vec!["page_size"]),
        ("page_size=201", vec!["page_size"]),
        ("fecha_desde=2024-2-1&fecha_hasta=2023-02-29", vec!["fecha_desde", "fecha_hasta"]),
        ("estado=abierto&gravedad=mucha", vec!["estado", "gravedad"]),
        ("followup_status=Open", vec!["followup_status"]),
        ("sort=numero", vec!["sort"]),
        ("q=%00", vec!["q"]),
        ("pagina=1", vec!["pagina"]),
        ("page=1&page=2", vec!["page"]),
    ] {
        assert_eq!(api.get(&format!("/api/v1/icsr?{query}")).refused(), names, "{query}");
    }
    assert_eq!(api.get("/api/v1/icsr?page=46116860184273879").json()["items"], json!([]));
}
