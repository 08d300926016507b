//! One case.

use followup_domain::asking::field_state::FieldState;
use followup_domain::asking::missing::FieldPath;
use followup_domain::case::{CasePatch, KeptMember, Scalar};
use followup_domain::ids::CaseId;
use followup_domain::ports::{Clock, StoreError, StoreExt};
use followup_domain::user::Role;

use super::HOSTILE;
use crate::support::html::Page;
use crate::support::{Unit, operator};

fn path(id: CaseId) -> String {
    format!("/casos/{id}")
}

/// What stands beside a label of the page.
fn beside(page: &Page, anchor: &str) -> String {
    let at = page.elements.iter().position(|element| element.get("id") == Some(anchor)).unwrap_or_else(|| panic!("no {anchor}"));
    let value = page.elements[at..].iter().find(|element| element.name == "dd").unwrap();
    value.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_case_is_shown_by_parts_with_what_is_missing_and_why() {
    let unit = Unit::start();
    let id = unit.case(&[("numero", "FV-1"), ("paciente_iniciales", "A.B."), ("ea_desenlace", "Mortal")]);
    let page = unit.signed_in(Role::Qf).get(&path(id)).page();
    assert_eq!(page.heading(), "FV-1 · Paracetamol");
    assert_eq!(beside(&page, "c-paciente-iniciales"), "A.B.");
    assert!(beside(&page, "c-gravedad").starts_with("Grave Nadie lo dijo así"), "{}", beside(&page, "c-gravedad"));
    assert!(beside(&page, "c-paciente-peso").starts_with("Falta, y todavía no se pidió"), "{}", beside(&page, "c-paciente-peso"));
    assert!(beside(&page, "c-productos-0--dosis").contains("Exigido por la configuración de la unidad"));
    for href in [format!("{}/editar", path(id)), format!("{}/pedir", path(id)), format!("{}/seguimiento", path(id))] {
        assert!(page.links().contains(&href.as_str()), "{href}: {:?}", page.links());
    }
    let edit = page.all("a").find(|link| link.get("data-key") == Some("e")).unwrap();
    assert_eq!(edit.get("href"), Some(format!("{}/editar", path(id)).as_str()));
}

#[test]
fn a_field_tells_when_it_was_asked_and_by_what_it_was_answered() {
    let unit = Unit::start();
    let id = unit.case(&[]);
    unit.deliver();
    let letter = unit.app.thread(id).unwrap().last().unwrap().id;
    let mut browser = unit.signed_in(Role::Qf);
    let page = browser.get(&path(id)).page();
    assert!(beside(&page, "c-paciente-peso").contains("Pedido el"), "{}", beside(&page, "c-paciente-peso"));
    assert!(page.links().contains(&format!("{}/seguimiento?mensaje={letter}#m{letter}", path(id)).as_str()));
    unit.answer(id, "Pesa 70 kg.");
    let reply = unit.app.thread(id).unwrap().last().unwrap().id;
    let fields = vec![("paciente_peso".to_owned(), Scalar::Text("70".into()))];
    unit.app.update_case(&operator(), id, &CasePatch { fields, ..CasePatch::default() }, None).unwrap();
    let page = browser.get(&path(id)).page();
    let shown = beside(&page, "c-paciente-peso");
    assert!(shown.starts_with(&format!("70 Por la respuesta n.º {reply}")), "{shown}");
    assert!(page.links().contains(&format!("{}/seguimiento?mensaje={reply}#m{reply}", path(id)).as_str()));
}

#[test]
fn a_field_is_documented_with_a_reason_and_opened_again() {
    let unit = Unit::start();
    let id = unit.case(&[]);
    let mut browser = unit.signed_in(Role::Qf);
    let action = format!("{}/campos", path(id));
    let weight = [("campo", "paciente_peso"), ("accion", "documentar"), ("estado", "withheld")];
    let refused = browser.fill(&path(id), &action, &[&weight[..], &[("motivo", " ")]].concat());
    assert_eq!(refused.status, 422);
    let page = refused.page();
    assert!(page.by_id("errores").unwrap().text.contains("Peso: falta el motivo"), "{}", page.text());
    assert_eq!(page.by_id("c-paciente-peso-motivo").unwrap().get("aria-invalid"), Some("true"));
    let chosen = page.elements.iter().any(|option| option.get("value") == Some("withheld") && option.get("selected").is_some());
    assert!(chosen, "what was chosen stays");
    let page = browser.fill(&path(id), &action, &[&weight[..], &[("motivo", HOSTILE)]].concat()).page();
    assert!(page.text().contains("El dato queda documentado"), "{}", page.text());
    let shown = beside(&page, "c-paciente-peso");
    assert!(shown.starts_with("No desea decirlo <script>alert(1)</script>") && shown.contains("(qf, "), "{shown}");
    let documented = unit.app.followup_summary(id, "qf").unwrap().documented;
    assert_eq!((documented.len(), documented[0].state), (1, FieldState::Withheld));
    let again = [("campo", "paciente_peso"), ("accion", "reabrir"), ("motivo", "Ya lo sabe")];
    let page = browser.fill(&path(id), &action, &again).page();
    assert!(beside(&page, "c-paciente-peso").starts_with("Falta"), "{}", beside(&page, "c-paciente-peso"));
    assert!(unit.app.followup_summary(id, "qf").unwrap().documented.is_empty());
    for (field, status) in [("no_existe", 404), ("productos[9].dosis", 404)] {
        assert_eq!(browser.post(&action, &[("campo", field), ("estado", "unknown"), ("motivo", "x")]).status, status, "{field}");
    }
}

#[test]
fn a_warning_is_set_aside_with_a_reason_and_opened_again() {
    let unit = Unit::start();
    let id = unit.case(&[("gravedad", "No grave"), ("ea_desenlace", "Mortal")]);
    let mut browser = unit.signed_in(Role::Qf);
    let action = format!("{}/advertencias", path(id));
    let page = browser.get(&path(id)).page();
    let told = page.by_id("advertencias").unwrap().text.clone();
    assert!(told.contains("una muerte siempre es grave") && told.contains("Por revisar"), "{told}");
    assert!(page.links().contains(&"#c-gravedad"));
    let refused = browser.fill(&path(id), &action, &[("motivo", "")]);
    assert_eq!(refused.status, 422);
    assert!(refused.page().text().contains("una muerte siempre es grave: falta el motivo"), "{}", refused.page().text());
    let long = browser.fill(&path(id), &action, &[("motivo", &"x".repeat(2001))]);
    assert!(long.status == 422 && long.page().text().contains("supera los 2000 caracteres"));
    let page = browser.fill(&path(id), &action, &[("motivo", "Así lo dijo el médico")]).page();
    let told = page.by_id("advertencias").unwrap().text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("Apartada") && told.contains("La apartó qf el") && told.contains("Así lo dijo el médico"), "{told}");
    let page = browser.fill(&path(id), &action, &[("motivo", "Se corrigió")]).page();
    assert!(page.text().contains("La advertencia está otra vez abierta"), "{}", page.text());
    assert_eq!(browser.post(&action, &[("advertencia", "birth_in_future-0"), ("motivo", "x")]).status, 404);
}

#[test]
fn who_may_not_decide_sees_the_case_and_no_form_of_it() {
    let unit = Unit::start();
    let id = unit.case(&[("gravedad", "No grave"), ("ea_desenlace", "Mortal")]);
    let path_to = FieldPath::parse("paciente_peso").unwrap();
    unit.app.document_field(&operator(), id, &path_to, FieldState::Unknown, "No sabe").unwrap();
    let mut browser = unit.signed_in(Role::Legal);
    let page = browser.get(&path(id)).page();
    assert!(page.text().contains("No lo sabe") && page.text().contains("una muerte siempre es grave"));
    assert_eq!(page.forms().iter().filter(|form| form.action.starts_with("/casos/")).count(), 0);
    for action in ["campos", "advertencias"] {
        assert_eq!(browser.post(&format!("{}/{action}", path(id)), &[]).status, 403, "{action}");
    }
}

#[test]
fn whatever_somebody_typed_is_shown_as_text() {
    let unit = Unit::start();
    let fields =
        ["numero", "paciente_iniciales", "paciente_dni", "descripcion_evento", "reportante_nombre", "reportante_contacto", "dosis"];
    let given: Vec<(&str, &str)> = fields.iter().map(|field| (*field, HOSTILE)).collect();
    let id = unit.case(&given);
    let mut browser = unit.signed_in(Role::Qf);
    let page = browser.get(&path(id)).page();
    // Number, patient and event stand in the head, too.
    assert_eq!(page.text().matches("<script>alert(1)</script>\"'").count(), fields.len() + 4, "{}", page.text());
    let form = browser.get(&format!("{}/editar", path(id))).page().form(&format!("{}/editar", path(id)));
    for field in fields.iter().filter(|field| **field != "dosis") {
        assert!(form.fields.contains(&((*field).to_owned(), HOSTILE.to_owned())), "{field}");
    }
}

#[test]
fn what_this_release_does_not_know_is_shown_and_kept_as_it_is_stored() {
    let unit = Unit::start();
    let id = unit.case(&[("dosis", "1 g")]);
    let mut record = unit.app.case(id).unwrap().record;
    let kept = |text: &str| KeptMember { json: format!("\"{text}\""), shown: Scalar::Text(text.into()) };
    record.kept.insert("meddra", kept("27.1"));
    record.kept.insert("gravedad", kept("Gravísima"));
    record.productos[0].kept.insert("via_nueva", kept("nasal"));
    let (day, now) = (unit.clock.now().date_naive(), unit.clock.now());
    unit.app.store.write::<_, StoreError>(|tx| tx.cases().update(id, &record, day, 1, now)).unwrap();
    let mut browser = unit.signed_in(Role::Qf);
    let page = browser.get(&path(id)).page();
    let text = page.text();
    assert!(beside(&page, "c-gravedad").starts_with("Gravísima Valor que esta versión no reconoce"), "{}", beside(&page, "c-gravedad"));
    assert!(text.contains("meddra\"27.1\"") && text.contains("via_nueva\"nasal\""), "{text}");
    let edit = format!("{}/editar", path(id));
    let form = browser.get(&edit).page();
    assert!(form.form(&edit).fields.contains(&("gravedad".into(), "Gravísima".into())), "it stays chosen");
    let answer = browser.fill_in(&form, &edit, &[("paciente_peso", "70"), ("productos[0].dosis", "2 g")]);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let record = unit.app.case(id).unwrap().record;
    assert_eq!(record.get("gravedad"), Some(Scalar::Text("Gravísima".into())));
    assert_eq!((record.kept.holds("meddra"), record.productos[0].kept.holds("via_nueva")), (true, true));
    assert_eq!(record.productos[0].dosis.as_deref(), Some("2 g"));
}
