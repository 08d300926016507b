//! A new case.

use followup_domain::case::{CaseRecord, Scalar};
use followup_domain::ids::CaseId;
use followup_domain::ports::{CaseQuery, PageRequest};
use followup_domain::user::Role;

use super::HOSTILE;
use crate::support::Unit;
use crate::support::html::Page;

const PATH: &str = "/casos/nuevo";

fn count(unit: &Unit) -> i64 {
    unit.app.cases(&CaseQuery::default(), PageRequest { offset: 0, limit: 1 }).unwrap().total
}

/// What the form of a page would send, with these fields in place of its own.
fn sent(page: &Page, fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let own = page.form(PATH).fields.into_iter().filter(|(name, _)| !fields.iter().any(|(given, _)| given == name));
    own.chain(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))).collect()
}

fn as_pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[test]
fn a_first_call_becomes_a_case_and_leads_to_its_follow_up() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Qf);
    let page = browser.get(PATH).page();
    let fields = sent(
        &page,
        &[
            ("paciente_iniciales", " A.B. "),
            ("paciente_edad", "8 meses"),
            ("productos[0].nombre_producto", "Amoxicilina"),
            ("productos[0].fecha_inicio", "15/3/2024"),
            ("descripcion_evento", "Ronchas\r\ny fiebre"),
            ("gravedad", "No grave"),
            ("evento_continua", "Sí"),
            ("reportante_contacto", "ana@clinic.test"),
            ("auto_followup", "No"),
        ],
    );
    let answer = browser.post(PATH, &as_pairs(&fields));
    assert_eq!((answer.status, answer.location()), (303, "/casos/1/seguimiento?hecho=registrado"), "{}", answer.text);
    let record = unit.app.case(CaseId(1)).unwrap().record;
    let text = |text: &str| Some(Scalar::Text(text.into()));
    assert_eq!(record.get("paciente_iniciales"), text("A.B."));
    assert_eq!(record.get("paciente_edad"), Some(Scalar::Number(0.667)));
    assert_eq!(record.productos[0].get("fecha_inicio"), text("2024-03-15"));
    assert_eq!(record.get("descripcion_evento"), text("Ronchas\ny fiebre"));
    assert_eq!((record.evento_continua, record.auto_followup, record.productos.len()), (Some(true), false, 1));
}

#[test]
fn a_form_that_is_sent_twice_makes_one_case_and_with_other_words_none_in_silence() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Qf);
    let page = browser.get(PATH).page();
    let fields = sent(&page, &[("paciente_iniciales", "A.B.")]);
    for _ in 0..2 {
        let answer = browser.post(PATH, &as_pairs(&fields));
        assert_eq!((answer.status, answer.location()), (303, "/casos/1/seguimiento?hecho=registrado"));
    }
    assert_eq!(count(&unit), 1);
    let other = sent(&page, &[("paciente_iniciales", "C.D.")]);
    let answer = browser.post(PATH, &as_pairs(&other));
    assert_eq!(answer.status, 409);
    let again = answer.page();
    assert!(again.text().contains("ya se registró un caso"), "{}", again.text());
    assert_eq!(browser.post(PATH, &as_pairs(&again.form(PATH).fields)).location(), "/casos/2/seguimiento?hecho=registrado");
    assert_eq!(unit.app.case(CaseId(2)).unwrap().record.paciente_iniciales.as_deref(), Some("C.D."));
}

#[test]
fn what_is_refused_is_said_at_its_field_and_everything_typed_stays() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Qf);
    let long = "ñ".repeat(2001);
    let answer = browser.fill(
        PATH,
        PATH,
        &[
            ("paciente_iniciales", HOSTILE),
            ("paciente_peso", "muy pesado"),
            ("descripcion_evento", HOSTILE),
            ("numero", &long),
            ("productos[0].nombre_producto", HOSTILE),
            ("productos[0].fecha_inicio", "ayer"),
            ("gravedad", "Grave"),
        ],
    );
    assert_eq!(answer.status, 422);
    let page = answer.page();
    for (field, message) in [
        ("paciente_peso", "Se espera un número"),
        ("numero", "supera los 2000 caracteres"),
        ("productos[0].fecha_inicio", "se acepta AAAA"),
    ] {
        let shown = page.elements.iter().find(|element| element.get("name") == Some(field)).unwrap();
        assert_eq!(shown.get("aria-invalid"), Some("true"), "{field}");
        let error = format!("{}-error", shown.get("id").unwrap());
        assert!(shown.get("aria-describedby").unwrap().contains(&error), "{field}");
        assert!(page.by_id(&error).unwrap().text.contains(message), "{field}: {}", page.by_id(&error).unwrap().text);
        assert!(page.by_id("errores").unwrap().text.contains(message), "{field}");
    }
    let fields = page.form(PATH).fields;
    for (field, value) in [
        ("paciente_iniciales", HOSTILE),
        ("paciente_peso", "muy pesado"),
        ("descripcion_evento", HOSTILE),
        ("numero", &long),
        ("productos[0].nombre_producto", HOSTILE),
        ("productos[0].fecha_inicio", "ayer"),
        ("gravedad", "Grave"),
    ] {
        assert!(fields.contains(&(field.to_owned(), value.to_owned())), "{field}");
    }
    assert_eq!(count(&unit), 0);
    let mended = sent(&page, &[("paciente_peso", "70"), ("numero", "1"), ("productos[0].fecha_inicio", "2024")]);
    assert_eq!(browser.post(PATH, &as_pairs(&mended)).status, 303);
    assert_eq!(unit.app.case(CaseId(1)).unwrap().record.paciente_iniciales.as_deref(), Some(HOSTILE));
}

#[test]
fn an_empty_form_registers_nothing() {
    let unit = Unit::start();
    let answer = unit.signed_in(Role::Qf).fill(PATH, PATH, &[]);
    assert_eq!(answer.status, 422);
    assert!(answer.page().text().contains("escriba al menos un dato"), "{}", answer.page().text());
    assert_eq!(count(&unit), 0);
}

#[test]
fn products_and_events_are_added_and_taken_out_without_a_script_and_nothing_is_lost() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Qf);
    let add = |page: &Page, browser: &mut crate::support::Browser, fields: &[(&str, &str)]| {
        let answer = browser.post(PATH, &as_pairs(&sent(page, fields)));
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.page()
    };
    let page = browser.get(PATH).page();
    let page = add(&page, &mut browser, &[("productos[0].nombre_producto", "A"), ("agregar_producto", "1")]);
    let page = add(&page, &mut browser, &[("productos[1].nombre_producto", "B"), ("agregar_producto", "1")]);
    let page = add(&page, &mut browser, &[("productos[2].nombre_producto", "C"), ("quitar", "productos[0]")]);
    let page = add(&page, &mut browser, &[("agregar_concomitante", "1")]);
    let page = add(&page, &mut browser, &[("concomitantes[0].nombre_producto", "D"), ("agregar_evento", "1")]);
    assert_eq!(count(&unit), 0);
    let answer =
        browser.post(PATH, &as_pairs(&sent(&page, &[("eventos[0].descripcion_evento", "Fiebre"), ("eventos[0].gravedad_otra", "Sí")])));
    assert_eq!(answer.status, 303, "{}", answer.text);
    let CaseRecord { productos, concomitantes, eventos, .. } = unit.app.case(CaseId(1)).unwrap().record;
    let names: Vec<_> = productos.iter().chain(&concomitantes).map(|product| product.nombre_producto.as_deref().unwrap()).collect();
    assert_eq!(names, ["B", "C", "D"]);
    assert_eq!((eventos.len(), eventos[0].seriousness()), (1, Some(true)));
}

#[test]
fn whoever_may_not_write_cases_is_told_so() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Soporte);
    assert_eq!(browser.get(PATH).status, 403);
    assert_eq!(browser.post(PATH, &[("paciente_iniciales", "A.B.")]).status, 403);
    assert_eq!(count(&unit), 0);
}
