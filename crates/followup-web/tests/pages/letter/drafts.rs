//! Drafts: kept by a button and by a script, of two windows and of two people.

use chrono::Duration;
use followup_domain::asking::draft::TAKEN_BACK_WITHIN;
use followup_domain::user::Role;

use super::{field, fields, href, press, quiet};

#[test]
fn a_draft_is_kept_found_again_and_dropped() {
    let unit = quiet();
    let id = unit.case(&[]);
    let mut browser = unit.signed_in(Role::Qf);
    let (keep, drop) = (format!("{}/borrador", href(id)), format!("{}/descartar", href(id)));
    let shown = browser.get(&href(id));
    let generated = field(&shown, id, "texto");
    let typed = [("asunto", "Consulta"), ("texto", "a medias\n"), ("pide", "paciente_peso")];
    let kept = press(&mut browser, &shown, id, (&keep, &typed));
    assert_eq!((kept.status, kept.location()), (303, format!("{}?canal=email&hecho=borrador", href(id)).as_str()));
    let found = browser.get(&href(id));
    assert_eq!((field(&found, id, "texto").as_str(), field(&found, id, "asunto").as_str()), ("a medias\n", "Consulta"));
    assert_eq!(fields(&found, id, "pide"), ["paciente_peso"]);
    assert!(found.page().text().contains("Borrador guardado"), "{}", found.page().text());
    assert_eq!(press(&mut browser, &found, id, (&drop, &[])).location(), format!("{}?canal=email&hecho=borrador_descartado", href(id)));
    assert_eq!(field(&browser.get(&href(id)), id, "texto"), generated);
    assert_eq!(unit.app.thread(id).unwrap(), [], "a draft is no message");
}

#[test]
fn a_script_keeps_it_and_is_told_the_version_and_when_it_is_stale() {
    let unit = quiet();
    let id = unit.case(&[]);
    let mut browser = unit.signed_in(Role::Qf);
    let body = |version: &str, text: &str| Some(format!("canal=email&version={version}&texto={text}"));
    let headers = [("Sec-Fetch-Site", "same-origin"), ("Accept", "application/json")];
    let keep = format!("{}/borrador", href(id));
    let first = browser.ask("POST", &keep, body("0", "uno"), &headers);
    assert!(
        first.status == 200 && first.text.contains("\"version\":1") && first.text.contains("Borrador guardado a las "),
        "{}",
        first.text
    );
    let second = browser.ask("POST", &keep, body("1", "dos"), &headers);
    assert!(second.text.contains("\"version\":2"), "{}", second.text);
    let stale = browser.ask("POST", &keep, body("1", "tres"), &headers);
    assert!(
        stale.status == 409 && stale.text.contains("Otra ventana cambió este borrador") && !stale.text.contains("version"),
        "{}",
        stale.text
    );
    assert_eq!(field(&browser.get(&href(id)), id, "texto"), "dos");
}

#[test]
fn of_two_windows_the_second_is_shown_both_and_loses_nothing() {
    let unit = quiet();
    let id = unit.case(&[]);
    let (mut one, keep) = (unit.signed_in(Role::Qf), format!("{}/borrador", href(id)));
    let mut other = one.clone();
    let (first, second) = (one.get(&href(id)), other.get(&href(id)));
    press(&mut one, &first, id, (&keep, &[("texto", "de la primera")]));
    for to in [keep.as_str(), &href(id)] {
        let conflict = press(&mut other, &second, id, (to, &[("texto", "de la segunda")]));
        let text = conflict.page().text();
        assert!(conflict.status == 409 && text.contains("Otra ventana cambió este borrador") && text.contains("de la primera"), "{text}");
        assert_eq!(field(&conflict, id, "texto"), "de la segunda");
        assert_eq!(field(&one.get(&href(id)), id, "texto"), "de la primera", "{to}");
    }
    assert_eq!(unit.app.thread(id).unwrap(), []);
    let conflict = press(&mut other, &second, id, (&keep, &[("texto", "de la segunda")]));
    assert_eq!(press(&mut other, &conflict, id, (&keep, &[])).status, 303, "on purpose it takes the place");
    assert_eq!(field(&one.get(&href(id)), id, "texto"), "de la segunda");
}

#[test]
fn a_window_that_sends_what_another_sent_is_told_where_it_is() {
    let unit = quiet();
    let id = unit.case(&[]);
    let mut one = unit.signed_in(Role::Qf);
    let mut other = one.clone();
    let (first, second) = (one.get(&href(id)), other.get(&href(id)));
    press(&mut one, &first, id, (&href(id), &[("texto", "enviada")]));
    let conflict = press(&mut other, &second, id, (&href(id), &[("texto", "otra")]));
    let message = unit.app.thread(id).unwrap()[0].id;
    assert!(conflict.status == 409 && conflict.page().text().contains("Esta carta ya se envió"), "{}", conflict.page().text());
    assert!(conflict.page().links().contains(&format!("/casos/{}/seguimiento?mensaje={message}#m{message}", id.0).as_str()));
    assert_eq!((field(&conflict, id, "texto").as_str(), unit.app.thread(id).unwrap().len()), ("otra", 1));
    assert_eq!(press(&mut other, &conflict, id, (&href(id), &[])).status, 303, "on purpose it is another letter");
    assert_eq!(unit.app.thread(id).unwrap().len(), 2);
}

#[test]
fn what_a_script_kept_while_the_form_was_sent_stands_in_nobodys_way() {
    let unit = quiet();
    let id = unit.case(&[]);
    let (mut browser, keep) = (unit.signed_in(Role::Qf), format!("{}/borrador", href(id)));
    let shown = browser.get(&href(id));
    press(&mut browser, &shown, id, (&keep, &[("texto", "lo mismo")]));
    assert_eq!(press(&mut browser, &shown, id, (&href(id), &[("texto", "lo mismo")])).status, 303);
    let late = press(&mut browser, &shown, id, (&keep, &[("texto", "lo mismo")]));
    assert_eq!(late.status, 409, "what comes late is no new draft");
    unit.clock.advance(TAKEN_BACK_WITHIN);
    unit.deliver();
    assert_eq!((unit.mail.accepted().len(), unit.app.drafts(id).unwrap().len()), (1, 0));
}

#[test]
fn two_people_have_a_draft_each_and_see_that_the_other_writes() {
    let unit = quiet();
    let id = unit.case(&[]);
    let (mut ana, mut luz) = (unit.signed_in_as("ana", &[Role::Qf]), unit.signed_in_as("luz", &[Role::Qf]));
    let keep = format!("{}/borrador", href(id));
    let shown = ana.get(&href(id));
    press(&mut ana, &shown, id, (&keep, &[("texto", "de ana")]));
    unit.clock.advance(Duration::minutes(2));
    let seen = luz.get(&href(id));
    assert!(
        seen.page().text().contains("ana también está escribiendo") && seen.page().text().contains("hace 2 min"),
        "{}",
        seen.page().text()
    );
    assert_ne!(field(&seen, id, "texto"), "de ana");
    press(&mut luz, &seen, id, (&keep, &[("texto", "de luz")]));
    assert_eq!(field(&ana.get(&href(id)), id, "texto"), "de ana");
    assert!(ana.get(&href(id)).page().text().contains("luz también está escribiendo"));
}
