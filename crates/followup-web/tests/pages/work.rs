//! Mi trabajo.

use chrono::Duration;
use followup_domain::ports::Clock;
use followup_domain::user::Role;

use crate::support::Unit;

#[test]
fn a_new_unit_is_told_what_to_do_first() {
    let unit = Unit::start();
    let page = unit.signed_in(Role::Qf).get("/").page();
    assert!(page.text().contains("Aún no hay ningún caso"), "{}", page.text());
    assert!(page.links().contains(&"/casos/nuevo") && page.links().contains(&"/bandejas"));
}

#[test]
fn an_answer_waits_with_its_case_and_one_button_and_goes_when_it_is_attended() {
    let unit = Unit::start();
    let id = unit.case(&[("numero", "FV-7"), ("gravedad", "Grave")]);
    unit.deliver();
    unit.answer(id, "Pesa 70 kg.");
    let mut browser = unit.signed_in(Role::Qf);
    let page = browser.get("/").page();
    let text = page.text();
    assert!(
        text.contains("Nuevas respuestas 1") && text.contains("FV-7") && text.contains("Paracetamol") && text.contains("Grave"),
        "{text}"
    );
    assert!(page.links().iter().any(|href| href.starts_with(&format!("/casos/{}/seguimiento?mensaje=", id.0))), "{:?}", page.links());
    let count = page.elements.iter().find(|element| element.get("data-counter") == Some("new_replies")).unwrap();
    assert_eq!((count.text.as_str(), count.get("hidden")), ("1", None));
    let reply = unit.app.thread(id).unwrap().last().unwrap().id;
    unit.app.attend_answers(&crate::support::operator(), id, reply).unwrap();
    assert!(!browser.get("/").page().text().contains("Nuevas respuestas 1"));
}

#[test]
fn when_nothing_waits_the_next_contact_is_said() {
    let unit = Unit::start();
    let id = unit.case(&[("numero", "FV-8"), ("gravedad", "No grave")]);
    unit.deliver();
    let template = unit.app.templates(false).unwrap().remove(0).id;
    unit.clock.advance(Duration::minutes(1));
    unit.app.apply_plan(&crate::support::operator(), id, template, unit.clock.now()).unwrap();
    unit.app.dispatch_due(&|| false).unwrap();
    let text = unit.signed_in(Role::Qf).get("/").page().text();
    assert!(text.contains("Nada espera por usted") && text.contains("FV-8") && text.contains("en 30 días"), "{text}");
}

#[test]
fn counters_say_when_nothing_changed() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Qf);
    let first = browser.get("/ui/contadores");
    assert_eq!(first.text, "{\"new_replies\":0,\"trays\":0}");
    let tag = first.header("etag").unwrap().to_owned();
    assert_eq!(browser.ask("GET", "/ui/contadores", None, &[("If-None-Match", &tag)]).status, 304);
    let id = unit.case(&[]);
    unit.deliver();
    unit.answer(id, "Pesa 70 kg.");
    assert_eq!(browser.ask("GET", "/ui/contadores", None, &[("If-None-Match", &tag)]).text, "{\"new_replies\":1,\"trays\":0}");
}
