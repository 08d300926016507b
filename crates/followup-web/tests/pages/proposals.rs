//! What answers say of a case's fields.

use followup_domain::ids::CaseId;
use followup_domain::user::Role;

use crate::support::Unit;

fn path(id: CaseId) -> String {
    format!("/casos/{}/propuestas", id.0)
}

/// A case whose letter was answered so.
fn answered(unit: &Unit, text: &str) -> CaseId {
    let id = unit.case(&[]);
    unit.deliver();
    unit.answer(id, text);
    unit.app.read_answers(&|| false).unwrap();
    id
}

fn proposal(unit: &Unit, id: CaseId, at: usize) -> String {
    unit.app.proposals(id).unwrap().open[at].proposal.id.to_string()
}

#[test]
fn a_proposal_shows_old_new_and_the_sentence_and_is_accepted() {
    let unit = Unit::start();
    let id = answered(&unit, "Buenos días, doctora:\npaciente_peso=68\ndosis=1 g");
    let mut browser = unit.signed_in(Role::Qf);
    let followup = browser.get(&format!("/casos/{}/seguimiento", id.0)).page();
    assert!(followup.text().contains("2 datos por revisar en las respuestas"), "{}", followup.text());
    let shown = browser.get(&path(id)).page();
    let text = shown.text();
    assert!(text.contains("Peso aproximado") && text.contains("nada todavía"), "{text}");
    assert!(text.contains("La respuesta dice68") && text.contains("Lo que ninguna regla entendió Léalo"), "{text}");
    assert_eq!(shown.all("mark").next().unwrap().text, "paciente_peso=68");
    let own = proposal(&unit, id, 0);
    let accepted = browser.fill_in(&shown, &path(id), &[("propuesta", &own), ("valor", "70"), ("accion", "aceptar")]).page().text();
    assert!(accepted.contains("1 ya decidida") && accepted.contains("Aceptada"), "{accepted}");
    assert_eq!(unit.app.case(id).unwrap().record.get("paciente_peso"), Some(followup_domain::case::Scalar::Number(70.0)));
}

#[test]
fn the_marked_ones_are_accepted_together() {
    let unit = Unit::start();
    let id = answered(&unit, "paciente_peso=68\ndosis=1 g");
    let mut browser = unit.signed_in(Role::Qf);
    let shown = browser.get(&path(id)).page();
    let ticked = shown.all("input").filter(|input| input.get("name") == Some("varias") && input.get("checked").is_some());
    assert_eq!(ticked.count(), 2, "both stand beside their labels and nothing contradicts them");
    let (one, two) = (proposal(&unit, id, 0), proposal(&unit, id, 1));
    let version = unit.app.case(id).unwrap().version.to_string();
    let done = browser.post(&path(id), &[("accion", "varias"), ("varias", &one), ("varias", &two), ("version", &version)]);
    assert_eq!((done.status, done.location()), (303, format!("{}?hecho=propuestas_aceptadas", path(id)).as_str()));
    let nothing = browser.get(&path(id)).page().text();
    assert!(nothing.contains("Nada por revisar") && nothing.contains("2 ya decididas"), "{nothing}");
    let none = browser.post(&path(id), &[("accion", "varias")]);
    assert!(none.status == 422 && none.page().text().contains("Marque al menos una propuesta"));
}

#[test]
fn what_is_refused_keeps_what_was_typed_and_says_why() {
    let unit = Unit::start();
    let id = answered(&unit, "paciente_peso=68\npaciente_peso=86");
    let mut browser = unit.signed_in(Role::Qf);
    let own = proposal(&unit, id, 0);
    let wrong = browser.post(&path(id), &[("accion", "aceptar"), ("propuesta", &own), ("valor", "mucho")]);
    assert_eq!(wrong.status, 422);
    let page = wrong.page();
    assert_eq!(page.by_id(&format!("valor-{own}")).and_then(|field| field.get("value")), Some("mucho"));
    assert!(page.by_id(&format!("mal-{own}")).is_some() && page.text().contains("Otra propuesta dice otra cosa"), "{}", page.text());
    unit.app.update_case(&crate::support::operator(), id, &patch("reportante_nombre", "Rosa"), None).unwrap();
    let stale = browser.post(&path(id), &[("accion", "aceptar"), ("propuesta", &own), ("valor", "70"), ("version", "1")]);
    assert!(stale.status == 409 && stale.page().text().contains("modificado por otra persona"), "{}", stale.text);
    let refused = browser.post(&path(id), &[("accion", "rechazar"), ("propuesta", &own), ("motivo", "es de la <madre>")]);
    assert_eq!(refused.status, 303);
    let again = browser.post(&path(id), &[("accion", "rechazar"), ("propuesta", &own)]);
    assert!(again.status == 409 && again.page().text().contains("Alguien ya la decidió"), "{}", again.text);
    assert!(browser.get(&path(id)).page().text().contains("es de la <madre>"));
}

#[test]
fn what_is_not_known_is_documented_and_an_empty_page_says_what_will_be_there() {
    let unit = Unit::start();
    let id = answered(&unit, "dosis=?");
    let mut browser = unit.signed_in(Role::Qf);
    let own = proposal(&unit, id, 0);
    let shown = browser.get(&path(id)).page();
    assert!(shown.text().contains("No lo sabe") && shown.text().contains("Dejarlo documentado"), "{}", shown.text());
    assert_eq!(browser.post(&path(id), &[("accion", "aceptar"), ("propuesta", &own)]).status, 303);
    let followup = browser.get(&format!("/casos/{}/seguimiento", id.0)).page().text();
    assert!(followup.contains("No lo sabe") && followup.contains("«dosis=?»"), "{followup}");
    let empty = unit.case(&[("numero", "FV-2")]);
    assert!(browser.get(&path(empty)).page().text().contains("Cuando llegue una respuesta"));
    assert_eq!(browser.get("/casos/99/propuestas").status, 404);
}

#[test]
fn one_sentence_that_puts_several_fields_off_is_shown_once() {
    let unit = Unit::start();
    let id = answered(&unit, "paciente_peso,dosis=mañana");
    let mut browser = unit.signed_in(Role::Qf);
    let shown = browser.get(&path(id)).page();
    assert!(shown.text().contains("Responderá más adelante Peso aproximado, Dosis exacta"), "{}", shown.text());
    assert_eq!(shown.all("article").count(), 1);
    let seen = browser.fill_in(&shown, &path(id), &[("accion", "varias")]).page().text();
    assert!(seen.contains("Nada por revisar") && seen.contains("Lo dirá más adelante"), "{seen}");
}

fn patch(name: &str, value: &str) -> followup_domain::case::CasePatch {
    let fields = vec![(name.to_owned(), followup_domain::case::Scalar::Text(value.to_owned()))];
    followup_domain::case::CasePatch { fields, ..Default::default() }
}
