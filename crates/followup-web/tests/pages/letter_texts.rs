//! The letters in the unit's own words.

use followup_domain::asking::letter_text::KeptText;
use followup_domain::ports::{Clock, StoreExt};
use followup_domain::user::Role;

use crate::support::Unit;

const LIST: &str = "/ajustes/plantillas";
const EMAIL: &str = "/ajustes/plantillas/solicitud.email.txt";
const SMS: &str = "/ajustes/plantillas/solicitud.sms.txt";
const OWN: &str = "Asunto: {{ prefijo }} Caso {{ caso }}\n\nBuenos días:\n\n{% include \"parte.preguntas.txt\" %}\n\n{{ unidad }}\n";

#[test]
fn the_list_says_of_each_letter_whose_text_it_has() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Qf);
    let page = browser.get(LIST).page();
    let text = page.text();
    assert!(text.contains("Primera solicitud por correo") && text.contains("Recordatorio por SMS") && text.contains("Saludo"), "{text}");
    assert!(text.contains("followup_request") && text.contains("el número del caso: «#123»") && !text.contains("De la unidad"), "{text}");
    assert_eq!(page.links().iter().filter(|href| href.ends_with(".txt")).count(), 11);
    for href in page.links().into_iter().filter(|href| href.ends_with(".txt")) {
        let letter = browser.get(href);
        assert_eq!(letter.status, 200, "{href}");
        assert!(letter.page().text().contains("Así se lee en un caso habitual"), "{href}");
        assert!(letter.text.len() < 100 * 1024, "{href}");
    }
    unit.app.set_letter_text(&crate::support::operator(), "solicitud.email.txt", OWN, None).unwrap();
    let text = browser.get(LIST).page().text();
    assert!(text.contains("De la unidad") && text.contains("operator, "), "{text}");
    assert_eq!(browser.get("/ajustes/plantillas/otra.txt").status, 404);
}

#[test]
fn a_text_is_tried_kept_sent_and_given_up() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Qf);
    let tried = browser.fill(EMAIL, EMAIL, &[("texto", OWN), ("accion", "ver")]);
    assert_eq!(tried.status, 200);
    let text = tried.page().text();
    assert!(text.contains("[VIGIA] Caso 123") && text.contains("Buenos días:"), "{text}");
    assert!(tried.page().form(EMAIL).fields.contains(&("texto".into(), OWN.into())), "{:?}", tried.page().form(EMAIL));
    assert_eq!(unit.app.letter_text("solicitud.email.txt").unwrap().version(), 0, "nothing is kept yet");
    let kept = browser.fill_in(&tried.page(), EMAIL, &[("accion", "guardar")]);
    assert!(kept.page().text().contains("las cartas que salgan desde ahora lo dicen"), "{}", kept.page().text());
    unit.case(&[]);
    unit.deliver();
    let sent = unit.mail.accepted();
    assert!(sent[0].body.starts_with("Buenos días:\n\nINFORMACIÓN DEL "), "{}", sent[0].body);
    let back = browser.fill(EMAIL, &format!("{EMAIL}/restablecer"), &[]);
    assert!(back.page().text().contains("otra vez el texto que trae el servicio"));
    assert_eq!(unit.app.letter_text("solicitud.email.txt").unwrap().own(), None);
}

#[test]
fn what_is_wrong_is_said_with_its_line_and_nothing_typed_is_lost() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Qf);
    let typed = "Asunto: {{ caso }}\n\nHola {{ reportant }}<script>";
    for (action, status) in [("guardar", 422), ("ver", 200)] {
        let answer = browser.fill(EMAIL, EMAIL, &[("texto", typed), ("accion", action)]);
        assert_eq!(answer.status, status);
        let (page, text) = (answer.page(), answer.page().text());
        assert!(text.contains("Línea 3: no hay ningún valor «reportant»; hay: caso, reportante, "), "{text}");
        assert!(text.contains("Dice: «Hola {{ reportant }}<script>»"), "{text}");
        assert_eq!(page.links().contains(&"#texto"), action == "guardar");
        assert!(page.form(EMAIL).fields.contains(&("texto".into(), typed.into())));
    }
    let long = format!("Caso {{{{ caso }}}}: {{{{ faltan | join(', ') }}}}. {}", "Escríbanos pronto. ".repeat(40));
    let text = browser.fill(SMS, SMS, &[("texto", &long), ("accion", "ver")]).page().text();
    assert!(text.contains("partes de 4 como máximo") && text.contains("acórtelo"), "{text}");
    assert_eq!(unit.app.letter_texts().unwrap().iter().filter(|text| text.version() > 0).count(), 0);
}

#[test]
fn of_two_people_the_second_is_shown_both_texts_and_loses_nothing() {
    let unit = Unit::start();
    let (mut one, mut other) = (unit.signed_in(Role::Qf), unit.signed_in(Role::Admin));
    let open = other.get(EMAIL).page();
    assert_eq!(one.fill(EMAIL, EMAIL, &[("texto", OWN), ("accion", "guardar")]).status, 200);
    let mine = OWN.replace("Buenos días", "Buenas tardes");
    let answer = other.fill_in(&open, EMAIL, &[("texto", &mine), ("accion", "guardar")]);
    assert_eq!(answer.status, 409);
    let page = answer.page();
    assert!(page.text().contains("Otra persona cambió este texto") && page.text().contains("Buenos días"), "{}", page.text());
    assert!(page.form(EMAIL).fields.contains(&("texto".into(), mine.clone())));
    assert_eq!(other.post(&format!("{EMAIL}/restablecer"), &[("version", "0")]).status, 409);
    assert_eq!(other.fill_in(&page, EMAIL, &[("accion", "guardar")]).status, 200);
    assert_eq!(unit.app.letter_text("solicitud.email.txt").unwrap().own(), Some(mine.as_str()));
    // A form that is sent twice finds its own text.
    let twice = other.post(EMAIL, &[("texto", &mine), ("version", "1"), ("accion", "guardar")]);
    assert_eq!(twice.status, 303);
}

#[test]
fn a_text_that_cannot_be_used_any_more_stops_no_letter_and_stands_where_people_look() {
    let unit = Unit::start();
    let text = Some("Asunto: {{ caso }}\n\n{{ valor_de_antes }}".into());
    let name = "solicitud.email.txt".into();
    let kept = KeptText { name, text, version: 1, changed_by: "user:ana".into(), changed_at: unit.clock.now() };
    unit.app.store.write(|tx| tx.letter_texts().put(&kept)).unwrap();
    unit.case(&[]);
    unit.deliver();
    assert!(unit.mail.accepted()[0].body.starts_with("Estimado(a) reportante,"), "{}", unit.mail.accepted()[0].body);
    let mut browser = unit.signed_in(Role::Qf);
    let health = browser.get("/ajustes/salud").page();
    assert!(health.text().contains("Salud del servicioRevisar") && health.text().contains("«valor_de_antes»"), "{}", health.text());
    assert!(health.links().contains(&EMAIL));
    assert!(browser.get(LIST).page().text().contains("No se puede usar: sale el del servicio"));
}

#[test]
fn whoever_may_not_change_rules_reads_the_texts() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Soporte);
    let page = browser.get(EMAIL).page();
    assert!(page.forms().iter().all(|form| form.action == "/salir") && page.text().contains("Solicitud de información"));
    assert_eq!(browser.post(EMAIL, &[("texto", OWN), ("version", "0")]).status, 403);
    assert_eq!(browser.post(&format!("{EMAIL}/restablecer"), &[("version", "0")]).status, 403);
}
