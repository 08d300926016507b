//! Files that go with a letter.

use followup_domain::asking::draft::TAKEN_BACK_WITHIN;
use followup_domain::ids::CaseId;
use followup_domain::user::Role;

use super::{field, fields, href, press, quiet};
use crate::support::{Answer, Browser};

/// The smallest PNG: one pixel.
const PNG: &str = "iVBORw0KGgo=";

/// Sends the letter's form with a file, as a browser does.
fn attach(browser: &mut Browser, shown: &Answer, id: CaseId, (name, content): (&str, &str), typed: &str) -> Answer {
    let mut body = String::new();
    for (field, value) in shown.page().form(&href(id)).fields.iter().filter(|(field, _)| field != "texto") {
        body.push_str(&format!("--b\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"));
    }
    body.push_str(&format!("--b\r\nContent-Disposition: form-data; name=\"texto\"\r\n\r\n{typed}\r\n"));
    body.push_str(&format!(
        "--b\r\nContent-Disposition: form-data; name=\"nuevo\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n{content}\r\n--b--\r\n"
    ));
    let headers = [("Sec-Fetch-Site", "same-origin"), ("Content-Type", "multipart/form-data; boundary=b")];
    browser.ask("POST", &format!("{}/archivos", href(id)), Some(body), &headers)
}

fn pdf() -> String {
    "%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n".to_owned()
}

#[test]
fn a_file_is_added_kept_with_the_draft_and_goes_with_the_letter() {
    let unit = quiet();
    let id = unit.case(&[]);
    let mut browser = unit.signed_in(Role::Qf);
    let shown = browser.get(&href(id));
    let added = attach(&mut browser, &shown, id, ("formulario.pdf", &pdf()), "con «formulario»");
    assert_eq!((added.status, added.location()), (303, format!("{}?canal=email&hecho=archivo", href(id)).as_str()), "{}", added.text);
    let found = browser.get(&href(id));
    assert!(found.page().text().contains("formulario.pdf"), "{}", found.page().text());
    assert_eq!((field(&found, id, "texto").as_str(), fields(&found, id, "archivo").len()), ("con «formulario»", 1));
    press(&mut browser, &found, id, (&href(id), &[]));
    unit.clock.advance(TAKEN_BACK_WITHIN);
    unit.deliver();
    let mail = unit.mail.accepted().remove(0);
    assert_eq!(mail.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["formulario.pdf"]);
}

#[test]
fn a_letter_that_was_taken_back_still_has_its_file_and_so_has_the_next_one() {
    let unit = quiet();
    let id = unit.case(&[]);
    let mut browser = unit.signed_in(Role::Qf);
    let shown = browser.get(&href(id));
    attach(&mut browser, &shown, id, ("formulario.pdf", &pdf()), "carta");
    let found = browser.get(&href(id));
    press(&mut browser, &found, id, (&href(id), &[]));
    let waiting = browser.get(&href(id)).page();
    let back = browser.fill_in(&waiting, &format!("{}/deshacer", href(id)), &[]);
    assert!(back.page().text().contains("formulario.pdf"), "{}", back.page().text());
    press(&mut browser, &back, id, (&href(id), &[]));
    unit.clock.advance(TAKEN_BACK_WITHIN);
    unit.deliver();
    let next = browser.get(&href(id));
    attach(&mut browser, &next, id, ("formulario.pdf", &pdf()), "otra carta");
    let found = browser.get(&href(id));
    assert!(found.page().text().contains("formulario.pdf"), "the same file again is the same file: {}", found.page().text());
    press(&mut browser, &found, id, (&href(id), &[]));
    unit.clock.advance(TAKEN_BACK_WITHIN);
    unit.deliver();
    let sent = unit.mail.accepted();
    let names: Vec<Vec<&str>> = sent.iter().map(|mail| mail.files.iter().map(|file| file.name.as_str()).collect()).collect();
    assert_eq!(names, [["formulario.pdf"], ["formulario.pdf"]]);
}

#[test]
fn a_file_that_is_not_sent_is_refused_and_what_was_typed_is_kept() {
    let unit = quiet();
    let id = unit.case(&[]);
    let mut browser = unit.signed_in(Role::Qf);
    let shown = browser.get(&href(id));
    for (name, content) in [("macro.docm", "x"), ("falso.pdf", PNG), ("", "")] {
        let refused = attach(&mut browser, &shown, id, (name, content), "lo escrito");
        assert_eq!((refused.status, field(&refused, id, "texto").as_str()), (422, "lo escrito"), "{name}");
        assert!(refused.page().links().contains(&"#archivos"), "{name}");
    }
    let broken = browser.ask("POST", &format!("{}/archivos", href(id)), Some("x=1".into()), &[("Sec-Fetch-Site", "same-origin")]);
    assert_eq!(broken.status, 415);
    assert_eq!(unit.app.waiting_files(id).unwrap(), []);
}

#[test]
fn a_file_that_waits_is_dropped_and_the_letter_goes_without() {
    let unit = quiet();
    let id = unit.case(&[]);
    let mut browser = unit.signed_in(Role::Qf);
    let shown = browser.get(&href(id));
    attach(&mut browser, &shown, id, ("uno.pdf", &pdf()), "carta");
    let found = browser.get(&href(id));
    let file = fields(&found, id, "archivo").remove(0);
    let quit = format!("{}/quitar", href(id));
    let gone = press(&mut browser, &found, id, (&quit, &[("quitar", &file)]));
    assert_eq!(gone.location(), format!("{}?canal=email&hecho=archivo_quitado", href(id)));
    let found = browser.get(&href(id));
    assert_eq!((fields(&found, id, "archivo"), field(&found, id, "texto").as_str()), (vec![], "carta"));
    assert_eq!(unit.app.waiting_files(id).unwrap(), []);
}

#[test]
fn a_file_above_the_bound_is_refused_before_it_is_kept() {
    let unit = quiet();
    let id = unit.case(&[]);
    let mut browser = unit.signed_in(Role::Qf);
    let shown = browser.get(&href(id));
    let large = "a".repeat(11 * 1024 * 1024);
    assert_eq!(attach(&mut browser, &shown, id, ("grande.pdf", &large), "x").status, 413);
}
