//! Creating, reading and changing cases.

use serde_json::{Value, json};

use crate::support::Api;

const ICSR: &str = "/api/v1/icsr";

#[test]
fn a_case_comes_back_as_it_was_given() {
    let api = Api::start();
    let created = api.post(
        ICSR,
        &json!({
            "numero": " 2024-001 ", "estado": "en proceso", "gravedad": "serio", "paciente_sexo": "f", "paciente_edad": "45 años",
            "paciente_peso": 68.5, "fecha_inicio_evento": "2024-02", "ea_desenlace": "en recuperacion", "auto_followup": false,
            "productos": [{"nombre_producto": "Paracetamol", "dosis": "500 mg", "es_biologico": false}],
            "eventos": [{"descripcion_evento": "Rash", "gravedad": "no grave"}],
        }),
    );
    assert_eq!(created.status, 201, "{}", created.text());
    let id = created.json()["id"].as_i64().unwrap();
    let read = api.get(&format!("{ICSR}/{id}"));
    assert_eq!((read.status, &read.json()), (200, &created.json()));
    // The text, not the tree: the order of the fields is part of what clients see.
    insta::assert_snapshot!("case", pretty(&read.text()));
}

/// One field per line.
fn pretty(json: &str) -> String {
    json.replace(",\"", ",\n\"")
}

#[test]
fn an_update_changes_only_what_it_names() {
    let api = Api::start();
    let id = api.case(json!({"numero": "1", "paciente_iniciales": "J.P."}));
    let before = api.get(&format!("{ICSR}/{id}")).json();
    api.clock.advance(chrono::Duration::hours(1));
    let after = api.put(&format!("{ICSR}/{id}"), &json!({"paciente_peso": "68 kg", "numero": null})).json();
    let mut expected = before;
    expected["paciente_peso"] = json!(68);
    expected["numero"] = Value::Null;
    expected["version"] = json!(2);
    expected["updated_at"] = json!("2024-03-01T11:15:00Z");
    assert_eq!(after, expected);
}

#[test]
fn lists_are_replaced_and_flat_product_fields_mean_the_first_product() {
    let api = Api::start();
    let id = api.case(json!({"nro_lote": "L-1"}));
    let path = format!("{ICSR}/{id}");
    assert_eq!(api.get(&path).json()["productos"][0]["nro_lote"], "L-1");
    let two = json!({"productos": [{"nombre_producto": "A"}, {"nombre_producto": "B"}], "dosis": "1 g"});
    let after = api.put(&path, &two).json();
    assert_eq!((&after["producto_sospechoso"], &after["productos"][0]["dosis"]), (&json!("A"), &json!("1 g")));
    assert_eq!((&after["productos"][0]["nro_lote"], &after["productos"][1]["dosis"]), (&Value::Null, &Value::Null));
    assert_eq!(api.put(&path, &json!({"productos": []})).json()["producto_sospechoso"], Value::Null);
}

#[test]
fn a_death_is_serious_whatever_gravedad_says() {
    let api = Api::start();
    for (gravedad, shown) in [(json!(null), "Grave"), (json!("Sin clasificar"), "Grave"), (json!("No grave"), "No grave")] {
        let id = api.case(json!({"ea_desenlace": "fallecido", "gravedad": gravedad, "eventos": [{"ea_desenlace": "Mortal"}]}));
        let case = api.get(&format!("{ICSR}/{id}")).json();
        assert_eq!((&case["gravedad"], &case["es_grave"], &case["eventos"][0]["gravedad"]), (&json!(shown), &json!(true), &json!("Grave")));
        let summary = api.get(&format!("{ICSR}/{id}/followup")).json();
        // The only deadline for cases that are not serious has 30 days.
        let days: Vec<i64> = summary["clock"]["reports"].as_array().unwrap().iter().filter_map(|row| row["days"].as_i64()).collect();
        assert!(!days.is_empty() && !days.contains(&30), "{days:?}");
    }
    assert_eq!(api.get(&format!("{ICSR}?gravedad=Grave")).json()["total"], 3);
    assert_eq!(api.get(&format!("{ICSR}?gravedad=No%20grave")).json()["total"], 0);
}

#[test]
fn gravedad_follows_from_its_criteria_and_may_be_given_alone() {
    let api = Api::start();
    let all = |answer: &str| {
        json!({"gravedad_muerte": answer, "gravedad_riesgo_vida": answer, "gravedad_hospitalizacion": answer, "gravedad_discapacidad": answer,
               "gravedad_anomalia_congenita": answer, "gravedad_otra": answer})
    };
    let rows = [
        (json!({"gravedad": "serio"}), json!("Grave"), json!(true)),
        (json!({"gravedad_hospitalizacion": "sí"}), json!("Grave"), json!(true)),
        (json!({"gravedad_otra": true, "gravedad": "sin clasificar"}), json!("Grave"), json!(true)),
        (json!({"gravedad_otra": false}), Value::Null, Value::Null),
        (all("no"), json!("No grave"), json!(false)),
        (all("Desconocido"), Value::Null, Value::Null),
        (json!({"gravedad_riesgo_vida": "si", "gravedad": "No grave"}), json!("No grave"), json!(true)),
    ];
    for (given, gravedad, serious) in rows {
        let id = api.case(given.clone());
        let case = api.get(&format!("{ICSR}/{id}")).json();
        assert_eq!((&case["gravedad"], &case["es_grave"]), (&gravedad, &serious), "{given}");
    }
    assert_eq!(api.get(&format!("{ICSR}?gravedad=Grave")).json()["total"], 4);
    let refused = api.post(ICSR, &json!({"gravedad_muerte": "tal vez", "gravedad_otra": 1, "eventos": [{"gravedad_discapacidad": "x"}]}));
    let mut named = refused.refused();
    named.sort();
    assert_eq!(named, ["eventos[0].gravedad_discapacidad", "gravedad_muerte", "gravedad_otra"]);
    let event = json!({"eventos": [{"gravedad_discapacidad": true, "descripcion_evento": "Ceguera"}]});
    let case = api.get(&format!("{ICSR}/{}", api.case(event))).json();
    assert_eq!((&case["eventos"][0]["gravedad"], &case["eventos"][0]["gravedad_discapacidad"]), (&json!("Grave"), &json!("Sí")));
    assert_eq!((&case["gravedad"], &case["es_grave"]), (&json!("Grave"), &json!(true)));
}

#[test]
fn what_is_known_of_a_death_is_read_strictly() {
    let api = Api::start();
    for (given, stored) in
        [(json!("si"), "Sí"), (json!(true), "Sí"), (json!("NO"), "No"), (json!(false), "No"), (json!("unknown"), "Desconocido")]
    {
        let id = api.case(json!({"paciente_autopsia": given, "paciente_fecha_muerte": "2024-02", "paciente_causa_autopsia": " infarto "}));
        let case = api.get(&format!("{ICSR}/{id}")).json();
        assert_eq!((&case["paciente_autopsia"], &case["paciente_causa_autopsia"]), (&json!(stored), &json!("infarto")));
    }
    let refused = api.post(ICSR, &json!({"paciente_autopsia": "quizás", "paciente_fecha_muerte": "ayer", "paciente_causa_muerte": 4}));
    let mut named = refused.refused();
    named.sort();
    assert_eq!(named, ["paciente_autopsia", "paciente_causa_muerte", "paciente_fecha_muerte"]);
    assert!(refused.text().contains("se acepta: Sí, No, Desconocido"), "{}", refused.text());
    assert_eq!(api.post(ICSR, &json!({"paciente_autopsia": 1})).refused(), ["paciente_autopsia"]);
}

#[test]
fn a_stale_version_is_refused_and_changes_nothing() {
    let api = Api::start();
    let id = api.case(json!({}));
    let path = format!("{ICSR}/{id}");
    assert_eq!(api.put(&path, &json!({"numero": "1", "version": 1})).json()["version"], 2);
    let stale = api.put(&path, &json!({"numero": "2", "version": 1}));
    assert_eq!(stale.error(), (409, "El ICSR fue modificado por otra persona; su versión actual es 2".into()));
    assert_eq!(api.get(&path).json()["numero"], "1");
    assert_eq!(api.put(&path, &json!({"numero": "3"})).status, 200);
}

#[test]
fn every_refused_field_is_named_and_nothing_is_stored() {
    let api = Api::start();
    let body = json!({
        "numero": 5, "pacient_edad": 4, "paciente_sexo": "quizás", "fecha_inicio_evento": "01/02/2024", "auto_followup": "sí",
        "productos": [{"dosis": 500}, {"dosi": "x"}, 7], "eventos": {}, "version": 1, "id": 9,
    });
    let answer = api.post(ICSR, &body);
    let mut named = answer.refused();
    named.sort();
    let expected = [
        "auto_followup",
        "eventos",
        "fecha_inicio_evento",
        "id",
        "numero",
        "pacient_edad",
        "paciente_sexo",
        "productos[0].dosis",
        "productos[1].dosi",
        "productos[2]",
        "version",
    ];
    assert_eq!(named, expected);
    assert_eq!(answer.error().1, "Hay campos no válidos");
    assert_eq!(api.get(ICSR).json()["total"], 0);
}

#[test]
fn refused_fields_come_before_an_unknown_case() {
    let api = Api::start();
    for id in ["99", "abc", "1.5", "-1", "99999999999999999999", "%00", "1%20"] {
        let path = format!("{ICSR}/{id}");
        assert_eq!(api.get(&path).error(), (404, "ICSR no encontrado".into()), "{id}");
        assert_eq!(api.put(&path, &json!({"numero": "1"})).error(), (404, "ICSR no encontrado".into()), "{id}");
        assert_eq!(api.put(&path, &json!({"paciente_edad": "vieja"})).refused(), ["paciente_edad"], "{id}");
        assert_eq!(api.request("PUT", &path).bytes(b"{").error().0, 400, "{id}");
    }
}

#[test]
fn an_empty_object_is_an_empty_case() {
    let api = Api::start();
    let created = api.post(ICSR, &json!({}));
    assert_eq!((created.status, &created.json()["estado"]), (201, &json!("Pendiente")));
    let updated = api.put(&format!("{ICSR}/1"), &json!({}));
    assert_eq!((updated.status, &updated.json()["version"]), (200, &json!(1)));
}
