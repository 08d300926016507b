//! The list of cases.

use chrono::Duration;
use followup_domain::user::Role;

use super::HOSTILE;
use crate::support::html::Page;
use crate::support::{Unit, operator};

/// The numbers of the cases on a page, in its order.
fn numbers(page: &Page) -> Vec<String> {
    page.all("strong").map(|number| number.text.clone()).filter(|text| text.starts_with("FV-")).collect()
}

fn four_cases(unit: &Unit) {
    for (number, fields) in [
        ("FV-1", [("gravedad", "Grave"), ("paciente_iniciales", "A.B.")]),
        ("FV-2", [("gravedad", "No grave"), ("producto_sospechoso", "Ibuprofeno")]),
        ("FV-3", [("estado", "Enviado"), ("paciente_fecha_nacimiento", "2999")]),
        ("FV-4", [("fecha_recepcion", "2020-01-02"), ("descripcion_evento", "Náuseas intensas")]),
    ] {
        unit.case(&[&[("numero", number)], &fields[..]].concat());
        unit.clock.advance(Duration::minutes(1));
    }
}

#[test]
fn an_empty_list_says_what_to_do_first() {
    let unit = Unit::start();
    let page = unit.signed_in(Role::Qf).get("/casos").page();
    assert!(page.text().contains("Aún no hay ningún caso"), "{}", page.text());
    assert!(page.links().contains(&"/casos/nuevo"));
}

#[test]
fn a_search_that_finds_nothing_offers_to_clear_the_filters() {
    let unit = Unit::start();
    four_cases(&unit);
    let page = unit.signed_in(Role::Qf).get("/casos?q=inexistente&faltan=1").page();
    assert!(page.text().contains("Ningún caso cumple lo que busca"), "{}", page.text());
    assert!(page.links().contains(&"/casos") && page.links().contains(&"/casos/nuevo"));
    assert_eq!(page.by_id("q").unwrap().get("value"), Some("inexistente"), "what was looked for stays");
}

#[test]
fn each_filter_finds_its_cases_and_stays_in_the_form() {
    let unit = Unit::start();
    four_cases(&unit);
    let mut browser = unit.signed_in(Role::Qf);
    for (query, expected) in [
        ("", vec!["FV-4", "FV-3", "FV-2", "FV-1"]),
        ("orden=antiguos", vec!["FV-1", "FV-2", "FV-3", "FV-4"]),
        ("q=ibuprofeno", vec!["FV-2"]),
        ("q=nauseas", vec!["FV-4"]),
        ("gravedad=Grave", vec!["FV-1"]),
        ("gravedad=No+grave", vec!["FV-2"]),
        ("estado=Enviado", vec!["FV-3"]),
        ("seguimiento=cerrado", vec![]),
        ("hasta=2020-12-31", vec!["FV-4"]),
        ("advertencias=1", vec!["FV-3"]),
        ("gravedad=nada&estado=nada&orden=nada&pagina=nada&desde=ayer", vec!["FV-4", "FV-3", "FV-2", "FV-1"]),
    ] {
        let page = browser.get(&format!("/casos?{query}")).page();
        assert_eq!(numbers(&page), expected, "{query}");
        let fields = page.form("/casos").fields;
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')).filter(|(_, value)| !["nada", "ayer"].contains(value))
        {
            assert!(fields.contains(&(name.to_owned(), value.replace('+', " "))), "{query}: {fields:?}");
        }
    }
}

#[test]
fn a_case_with_a_new_answer_stands_first_until_it_is_attended() {
    let unit = Unit::start();
    let id = unit.case(&[("numero", "FV-9")]);
    unit.deliver();
    unit.answer(id, "Pesa 70 kg.");
    unit.clock.advance(Duration::hours(1));
    four_cases(&unit);
    let mut browser = unit.signed_in(Role::Qf);
    let page = browser.get("/casos").page();
    assert_eq!(numbers(&page), ["FV-9", "FV-4", "FV-3", "FV-2", "FV-1"]);
    assert!(page.text().contains("1 sin leer") && page.text().contains("1 por atender"), "{}", page.text());
    for query in ["sin_leer=1", "por_atender=1"] {
        assert_eq!(numbers(&browser.get(&format!("/casos?{query}")).page()), ["FV-9"], "{query}");
    }
    let reply = unit.app.thread(id).unwrap().last().unwrap().id;
    unit.app.attend_answers(&operator(), id, reply).unwrap();
    unit.clock.advance(Duration::minutes(1));
    unit.case(&[("numero", "FV-5")]);
    assert_eq!(numbers(&browser.get("/casos").page())[..2], ["FV-5", "FV-9"], "by movement alone");
    assert_eq!(numbers(&browser.get("/casos?por_atender=1").page()), [] as [String; 0]);
}

#[test]
fn a_row_says_what_is_missing_what_comes_next_and_when_the_report_falls_due() {
    let unit = Unit::start();
    let id =
        unit.case(&[("numero", "FV-1"), ("gravedad", "Grave"), ("paciente_iniciales", "A.B."), ("paciente_fecha_nacimiento", "2999-01")]);
    let page = unit.signed_in(Role::Qf).get("/casos").page();
    let row = page.elements.iter().find(|element| element.get("data-row").is_some()).unwrap().text.clone();
    for words in ["FV-1", "A.B.", "Paracetamol", "Grave", "por completar", "1 advertencia", "Sale un mensaje", "en "] {
        assert!(row.contains(words), "{words}: {row}");
    }
    assert!(page.links().contains(&format!("/casos/{}#advertencias", id.0).as_str()), "{:?}", page.links());
    assert!(!row.contains("Sin plazo"), "{row}");
}

#[test]
fn a_long_list_is_read_page_by_page_with_its_filters() {
    let unit = Unit::start();
    for number in 0..27 {
        unit.case(&[("numero", &format!("FV-{number:02}")), ("gravedad", "Grave")]);
    }
    unit.case(&[("gravedad", "No grave")]);
    let mut browser = unit.signed_in(Role::Qf);
    let first = browser.get("/casos?gravedad=Grave&orden=antiguos").page();
    assert!(first.text().contains("27 casos; se muestran del 1 al 25"), "{}", first.text());
    let next = first.all("a").find(|link| link.get("rel") == Some("next")).and_then(|link| link.get("href")).unwrap().to_owned();
    let second = browser.get(&next).page();
    assert_eq!([numbers(&first), numbers(&second)].concat(), (0..27).map(|number| format!("FV-{number:02}")).collect::<Vec<_>>());
    assert!(second.all("a").any(|link| link.get("rel") == Some("prev")) && !second.all("a").any(|link| link.get("rel") == Some("next")));
    let beyond = browser.get("/casos?gravedad=Grave&pagina=9").page();
    assert!(beyond.text().contains("Aquí ya no hay casos") && beyond.links().contains(&"/casos?gravedad=Grave"), "{:?}", beyond.links());
}

#[test]
fn whatever_somebody_typed_is_shown_as_text() {
    let unit = Unit::start();
    unit.case(&[("numero", HOSTILE), ("paciente_iniciales", HOSTILE), ("producto_sospechoso", HOSTILE)]);
    let mut browser = unit.signed_in(Role::Qf);
    let page = browser.get("/casos").page();
    assert_eq!(page.text().matches("<script>alert(1)</script>\"' onmouseover=\"x\" &amp;").count(), 4, "{}", page.text());
    let page = browser.get("/casos?q=%3Cscript%3E%22%27+onmouseover%3D%22x%22").page();
    assert_eq!(page.by_id("q").unwrap().get("value"), Some("<script>\"' onmouseover=\"x\""));
}

#[test]
fn a_list_is_taken_away_as_a_file_with_the_same_cases() {
    let unit = Unit::start();
    four_cases(&unit);
    unit.case(&[("numero", "=HYPERLINK(\"x\")"), ("gravedad", "Grave")]);
    let mut browser = unit.signed_in(Role::Qf);
    let page = browser.get("/casos?gravedad=Grave").page();
    let href = *page.links().iter().find(|href| href.starts_with("/casos.csv")).unwrap();
    let file = browser.get(href);
    assert_eq!(file.status, 200);
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"casos.csv\""));
    assert_eq!((file.header("cache-control"), file.header("x-content-type-options")), (Some("no-store"), Some("nosniff")));
    let lines: Vec<&str> = file.text.lines().collect();
    assert!(lines[0].starts_with("\u{feff}\"Caso\";\"Número del caso\""), "{}", lines[0]);
    assert_eq!(lines.len(), 3, "{}", file.text);
    assert!(lines[1].contains("\"FV-1\"") && lines[2].contains("\"'=HYPERLINK(\"\"x\"\")\""), "{}", file.text);
}

#[test]
fn a_file_of_many_pieces_has_every_case_once() {
    let unit = Unit::start();
    for _ in 0..201 {
        unit.case(&[("gravedad", "Grave")]);
    }
    let file = unit.signed_in(Role::Qf).get("/casos.csv");
    let ids: std::collections::BTreeSet<&str> = file.text.lines().skip(1).filter_map(|line| line.split(';').next()).collect();
    assert_eq!((file.text.lines().count(), ids.len()), (202, 201));
}
