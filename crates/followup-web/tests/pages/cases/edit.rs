//! A case that is changed.

use followup_domain::case::{CasePatch, Scalar};
use followup_domain::ids::CaseId;
use followup_domain::user::Role;

use super::HOSTILE;
use crate::support::{Unit, operator};

fn path(id: CaseId) -> String {
    format!("/casos/{id}/editar")
}

/// Somebody else changes these fields.
fn change(unit: &Unit, id: CaseId, fields: &[(&str, &str)]) {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), Scalar::Text((*value).to_owned()))).collect();
    unit.app.update_case(&operator(), id, &CasePatch { fields, ..CasePatch::default() }, None).unwrap();
}

fn text(unit: &Unit, id: CaseId, field: &str) -> String {
    match unit.app.case(id).unwrap().record.get(field) {
        Some(Scalar::Text(text)) => text,
        other => format!("{other:?}"),
    }
}

#[test]
fn only_what_was_changed_changes_and_the_case_is_shown_as_it_is_then() {
    let unit = Unit::start();
    let id = unit.case(&[("numero", "FV-1"), ("paciente_iniciales", "A.B."), ("descripcion_evento", "Línea\notra"), ("dosis", "500 mg")]);
    let mut browser = unit.signed_in(Role::Qf);
    let answer = browser.fill(&path(id), &path(id), &[("paciente_iniciales", "C.D."), ("numero", "")]);
    assert_eq!(answer.status, 200);
    let shown = answer.page().text();
    assert!(shown.contains("Guardado.") && shown.contains("C.D.") && !shown.contains("FV-1"), "{shown}");
    let case = unit.app.case(id).unwrap();
    assert_eq!((case.version, text(&unit, id, "descripcion_evento").as_str()), (2, "Línea\notra"));
    assert_eq!(case.record.productos[0].dosis.as_deref(), Some("500 mg"));
    let answer = browser.fill(&path(id), &path(id), &[]);
    assert!(answer.page().text().contains("No había nada que cambiar"), "{}", answer.page().text());
    assert_eq!(unit.app.case(id).unwrap().version, 2);
}

#[test]
fn a_product_keeps_its_number_when_another_before_it_is_taken_out() {
    let unit = Unit::start();
    let id = unit.case(&[("producto_sospechoso", "A")]);
    let product = |name: &str| vec![("nombre_producto".to_owned(), Scalar::Text(name.into()))];
    let patch = CasePatch { productos: Some(vec![product("A"), product("B")]), ..CasePatch::default() };
    unit.app.update_case(&operator(), id, &patch, None).unwrap();
    let mut browser = unit.signed_in(Role::Qf);
    let before = unit.app.case(id).unwrap().record.productos[1].id;
    let page = browser.fill(&path(id), &path(id), &[("quitar", "productos[0]")]).page();
    assert_eq!(unit.app.case(id).unwrap().record.productos.len(), 2, "nothing is stored before somebody says so");
    let answer = browser.fill_in(&page, &path(id), &[("productos[0].nombre_producto", "B forte"), ("productos[0].dosis", "1 g")]);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let products = unit.app.case(id).unwrap().record.productos;
    assert_eq!(products.len(), 1);
    assert_eq!((products[0].id, products[0].dosis.as_deref()), (before, Some("1 g")));
}

#[test]
fn what_is_refused_keeps_what_was_typed() {
    let unit = Unit::start();
    let id = unit.case(&[("paciente_peso", "70")]);
    let mut browser = unit.signed_in(Role::Qf);
    let answer = browser.fill(&path(id), &path(id), &[("paciente_peso", "mucho"), ("descripcion_evento", HOSTILE)]);
    assert_eq!(answer.status, 422);
    let page = answer.page();
    let fields = page.form(&path(id)).fields;
    assert!(fields.contains(&("paciente_peso".into(), "mucho".into())) && fields.contains(&("descripcion_evento".into(), HOSTILE.into())));
    assert!(fields.contains(&("antes.paciente_peso".into(), "70".into())) && fields.contains(&("version".into(), "1".into())));
    let answer = browser.fill_in(&page, &path(id), &[("paciente_peso", "72")]);
    assert_eq!(answer.status, 200);
    assert_eq!((text(&unit, id, "descripcion_evento").as_str(), unit.app.case(id).unwrap().version), (HOSTILE, 2));
}

#[test]
fn whoever_comes_second_sees_what_was_typed_and_what_is_now_and_loses_nothing() {
    let unit = Unit::start();
    let id = unit.case(&[("paciente_iniciales", "A.B."), ("paciente_peso", "70"), ("descripcion_evento", "Ronchas"), ("dosis", "1")]);
    let mut browser = unit.signed_in(Role::Qf);
    let form = browser.get(&path(id)).page();
    change(&unit, id, &[("paciente_iniciales", "X.Y."), ("paciente_peso", "80"), ("frecuencia", "cada 8 horas")]);
    let typed = [("paciente_iniciales", HOSTILE), ("descripcion_evento", "Ronchas y fiebre"), ("productos[0].dosis", "2")];
    let answer = browser.fill_in(&form, &path(id), &typed);
    assert_eq!(answer.status, 409);
    assert_eq!(text(&unit, id, "paciente_iniciales"), "X.Y.", "nothing was stored");
    let page = answer.page();
    let rows: Vec<Vec<String>> = {
        let cells: Vec<String> = page.all("td").map(|cell| cell.text.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        cells.chunks(4).map(<[String]>::to_vec).collect()
    };
    let hostile = HOSTILE.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(
        rows,
        [
            ["Iniciales También lo cambió la otra persona", "A.B.", &hostile, "X.Y."],
            ["Descripción", "Ronchas", "Ronchas y fiebre", "Ronchas"],
            ["Producto 1: Dosis", "1", "2", "1"],
        ]
    );
    let looked = browser.fill_in(&page, &path(id), &[("revisar", "1")]);
    assert_eq!(looked.status, 200);
    assert!(looked.page().form(&path(id)).fields.contains(&("paciente_iniciales".into(), HOSTILE.into())));
    let answer = browser.fill_in(&page, &path(id), &[]);
    assert_eq!(answer.status, 200, "{}", answer.text);
    for (field, expected) in
        [("paciente_iniciales", HOSTILE), ("descripcion_evento", "Ronchas y fiebre"), ("paciente_peso", "Some(Number(80.0))")]
    {
        assert_eq!(text(&unit, id, field), expected);
    }
    let product = &unit.app.case(id).unwrap().record.productos[0];
    assert_eq!((product.dosis.as_deref(), product.frecuencia.as_deref()), (Some("2"), Some("cada 8 horas")));
}

#[test]
fn a_conflict_that_is_overtaken_is_one_again() {
    let unit = Unit::start();
    let id = unit.case(&[("paciente_iniciales", "A.B.")]);
    let mut browser = unit.signed_in(Role::Qf);
    let form = browser.get(&path(id)).page();
    change(&unit, id, &[("paciente_iniciales", "X.Y.")]);
    let conflict = browser.fill_in(&form, &path(id), &[("paciente_iniciales", "C.D.")]).page();
    change(&unit, id, &[("paciente_peso", "80")]);
    let again = browser.fill_in(&conflict, &path(id), &[]);
    assert_eq!(again.status, 409);
    assert_eq!(browser.fill_in(&again.page(), &path(id), &[]).status, 200);
    assert_eq!((text(&unit, id, "paciente_iniciales").as_str(), text(&unit, id, "paciente_peso").as_str()), ("C.D.", "Some(Number(80.0))"));
}

#[test]
fn a_form_that_is_sent_twice_changes_the_case_once() {
    let unit = Unit::start();
    let id = unit.case(&[("paciente_iniciales", "A.B.")]);
    let mut browser = unit.signed_in(Role::Qf);
    let form = browser.get(&path(id)).page();
    assert_eq!(browser.fill_in(&form, &path(id), &[("paciente_iniciales", "C.D.")]).status, 200);
    let second = browser.fill_in(&form, &path(id), &[("paciente_iniciales", "C.D.")]);
    assert_eq!(unit.app.case(id).unwrap().version, 2);
    assert!(second.page().text().contains("No había nada que cambiar"), "{}", second.page().text());
}

#[test]
fn the_longest_texts_are_changed_as_any_other() {
    let unit = Unit::start();
    let (narrative, line) = ("ñ".repeat(100_000), "ñ".repeat(2_000));
    let id = unit.case(&[("descripcion_evento", &narrative), ("numero", &line), ("producto_sospechoso", &line)]);
    let mut browser = unit.signed_in(Role::Qf);
    let longer = "💊".repeat(100_000);
    assert_eq!(browser.fill(&path(id), &path(id), &[("descripcion_evento", &longer)]).status, 200);
    assert_eq!(text(&unit, id, "descripcion_evento"), longer);
    assert_eq!(browser.fill(&path(id), &path(id), &[("descripcion_evento", &"ñ".repeat(100_001))]).status, 422);
}

#[test]
fn a_case_that_is_not_there_has_no_form() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Qf);
    for path in ["/casos/7/editar", "/casos/x/editar", "/casos/7"] {
        assert_eq!(browser.get(path).status, 404, "{path}");
    }
    assert_eq!(unit.signed_in(Role::Soporte).get("/casos/7/editar").status, 403);
}
