//! A letter is written, sent, taken back; and what stands against it.

use chrono::Duration;
use followup_domain::asking::draft::TAKEN_BACK_WITHIN;
use followup_domain::case::ClosureReason;
use followup_domain::contact::EmailAddress;
use followup_domain::message::{Delivery, MessageStatus};
use followup_domain::user::Role;

use super::{field, fields, href, press, quiet, with_texts};
use crate::support::{REPORTER, Unit, operator};

const HOSTILE: &str = "<script>alert(1)</script>\"'&</textarea><b>";

fn close(unit: &Unit, id: followup_domain::ids::CaseId) {
    let request = followup_app::CloseRequest { reason: ClosureReason::Declined, notes: "no desea".into(), override_reason: None };
    unit.app.close_followup(&operator(), id, &request).unwrap();
}

#[test]
fn the_letter_of_what_is_missing_is_written_sent_and_leaves_in_ten_seconds() {
    let unit = quiet();
    let id = unit.case(&[("numero", "FV-9")]);
    let mut browser = unit.signed_in(Role::Qf);
    let shown = browser.get(&href(id));
    let text = shown.page().text();
    assert!(text.contains("Pedir datos al reportante") && text.contains("FV-9") && text.contains("aún no se pidió"), "{text}");
    assert_eq!(fields(&shown, id, "pide"), ["paciente_fecha_nacimiento", "paciente_peso", "productos[0].dosis"]);
    assert!(field(&shown, id, "texto").contains("- Peso aproximado") && field(&shown, id, "asunto").contains("[VIGIA]"));
    let sent = press(&mut browser, &shown, id, (&href(id), &[("asunto", "Consulta"), ("texto", "Hola.\n\n- Peso aproximado")]));
    let message = unit.app.thread(id).unwrap().remove(0);
    assert_eq!(sent.location(), format!("/casos/{0}/seguimiento?mensaje={1}&hecho=en_cola#m{1}", id.0, message.id));
    assert_eq!(message.delivery, Some(Delivery::Queued));
    unit.deliver();
    assert_eq!(unit.mail.accepted(), []);
    unit.clock.advance(TAKEN_BACK_WITHIN);
    unit.deliver();
    let mail = unit.mail.accepted().remove(0);
    assert_eq!((mail.subject.as_str(), mail.body.as_str()), ("Consulta", "Hola.\n\n- Peso aproximado"));
    let again = browser.get(&href(id));
    let page = again.page();
    assert!(page.text().contains("pedido "), "{}", page.text());
    assert!(!field(&again, id, "texto").starts_with("Hola."), "the next letter begins anew");
}

#[test]
fn a_form_that_is_sent_twice_sends_one_letter_and_one_that_was_changed_since_is_asked_about() {
    let unit = quiet();
    let id = unit.case(&[]);
    let mut browser = unit.signed_in(Role::Qf);
    let shown = browser.get(&href(id));
    let first = press(&mut browser, &shown, id, (&href(id), &[]));
    let second = press(&mut browser, &shown, id, (&href(id), &[]));
    assert_eq!((first.status, first.location()), (second.status, second.location()));
    assert_eq!(unit.app.thread(id).unwrap().len(), 1);
    let other = press(&mut browser, &shown, id, (&href(id), &[("texto", "otra carta")]));
    assert_eq!((other.status, field(&other, id, "texto").as_str()), (409, "otra carta"));
    assert!(other.page().text().contains("ya se envió"), "{}", other.page().text());
    assert_eq!(unit.app.thread(id).unwrap().len(), 1);
}

#[test]
fn a_letter_is_taken_back_while_it_waits_and_is_a_draft_again() {
    let unit = quiet();
    let id = unit.case(&[]);
    let mut browser = unit.signed_in(Role::Qf);
    let shown = browser.get(&href(id));
    press(&mut browser, &shown, id, (&href(id), &[("texto", "mi carta")]));
    let undo = format!("{}/deshacer", href(id));
    let waiting = browser.get(&href(id));
    let until = waiting.page().elements.iter().find_map(|element| element.get("data-until").map(str::to_owned));
    assert!(until.is_some() && waiting.page().text().contains("Ya hay una carta en camino"), "{}", waiting.page().text());
    let back = browser.fill_in(&waiting.page(), &undo, &[]);
    assert!(back.page().text().contains("El envío se deshizo"), "{}", back.page().text());
    assert_eq!(field(&back, id, "texto"), "mi carta");
    let again = browser.fill_in(&waiting.page(), &undo, &[]);
    assert_eq!(field(&again, id, "texto"), "mi carta", "twice is once");
    assert!(again.page().text().contains("su texto es otra vez un borrador"), "{}", again.page().text());
    let replayed = press(&mut browser, &shown, id, (&href(id), &[("texto", "mi carta")]));
    assert!(replayed.location().contains("hecho=ya_enviado"), "nothing goes, and nobody says so: {}", replayed.location());
    unit.clock.advance(TAKEN_BACK_WITHIN);
    unit.deliver();
    assert_eq!((unit.mail.accepted(), unit.app.thread(id).unwrap()[0].status), (vec![], Some(MessageStatus::Skipped)));
    press(&mut browser, &back, id, (&href(id), &[]));
    unit.clock.advance(TAKEN_BACK_WITHIN);
    unit.deliver();
    let message = unit.app.thread(id).unwrap().pop().unwrap().id.to_string();
    let late = browser.post(&undo, &[("mensaje", &message)]);
    assert_eq!(late.location(), format!("/casos/{}/seguimiento?mensaje={message}&hecho=ya_salio#m{message}", id.0));
    assert_eq!(unit.mail.accepted().len(), 1);
}

#[test]
fn unticking_writes_the_letter_without_and_only_what_it_asks_counts_as_asked() {
    let unit = quiet();
    let id = unit.case(&[]);
    let mut browser = unit.signed_in(Role::Qf);
    let shown = browser.get(&href(id));
    let anew = press(&mut browser, &shown, id, (&href(id), &[("accion", "redactar"), ("pide", "paciente_peso"), ("texto", "x")]));
    assert_eq!((anew.status, fields(&anew, id, "pide")), (200, vec!["paciente_peso".to_owned()]));
    let text = field(&anew, id, "texto");
    assert!(text.contains("- Peso aproximado") && !text.to_lowercase().contains("dosis"), "{text}");
    press(&mut browser, &anew, id, (&href(id), &[]));
    unit.clock.advance(TAKEN_BACK_WITHIN);
    unit.deliver();
    let missing = unit.app.followup_summary(id, "qf").unwrap().missing.into_iter();
    let asked: Vec<String> =
        missing.filter(|missing| missing.state != followup_app::AskState::NotAsked).map(|missing| missing.item.path.to_string()).collect();
    assert_eq!(asked, ["paciente_peso"]);
}

#[test]
fn each_refusal_says_why_at_its_field_and_keeps_what_was_typed() {
    let unit = quiet();
    let id = unit.case(&[]);
    let mut browser = unit.signed_in(Role::Qf);
    let shown = browser.get(&href(id));
    let long = "a".repeat(251);
    let (empty, too_long) = ([("texto", " \n "), ("asunto", "x")], [("texto", HOSTILE), ("asunto", long.as_str())]);
    for (typed, why, anchor) in [(empty, "Mensaje vacío", "texto"), (too_long, "El asunto supera los 250 caracteres", "asunto")] {
        let refused = press(&mut browser, &shown, id, (&href(id), &typed));
        assert_eq!(refused.status, 422, "{why}");
        let page = refused.page();
        assert!(page.text().contains(why), "{}", page.text());
        assert_eq!(page.by_id(anchor).unwrap().get("aria-invalid"), Some("true"));
        assert!(page.links().contains(&format!("#{anchor}").as_str()));
        for (name, value) in typed {
            assert_eq!(field(&refused, id, name).trim(), value.trim(), "{name}");
        }
    }
    unit.app.block_contact(&operator(), &EmailAddress::parse(REPORTER).unwrap(), "lo pidió").unwrap();
    let blocked = press(&mut browser, &shown, id, (&href(id), &[("texto", HOSTILE)]));
    assert_eq!((blocked.status, field(&blocked, id, "texto").as_str()), (409, HOSTILE));
    close(&unit, id);
    let closed = press(&mut browser, &shown, id, (&href(id), &[("texto", "x")]));
    assert_eq!((closed.status, field(&closed, id, "texto").as_str()), (409, "x"));
    assert!(closed.page().text().contains("está cerrado"), "{}", closed.page().text());
    assert_eq!(unit.app.thread(id).unwrap(), []);
}

#[test]
fn an_address_that_fails_takes_a_reason() {
    let unit = quiet();
    let id = unit.case(&[]);
    let mut browser = unit.signed_in(Role::Qf);
    unit.mail.next(followup_testkit::fakes::Script::no_such_user());
    let shown = browser.get(&href(id));
    press(&mut browser, &shown, id, (&href(id), &[]));
    unit.clock.advance(TAKEN_BACK_WITHIN);
    unit.deliver();
    let failing = browser.get(&href(id));
    assert!(failing.page().text().contains("Los mensajes a esta dirección fallan"), "{}", failing.page().text());
    let refused = press(&mut browser, &failing, id, (&href(id), &[("texto", "otra vez")]));
    assert_eq!((refused.status, field(&refused, id, "texto").as_str()), (409, "otra vez"));
    assert_eq!(refused.page().by_id("motivo").unwrap().get("aria-invalid"), Some("true"));
    let sent = press(&mut browser, &refused, id, (&href(id), &[("motivo", "el buzón ya existe")]));
    assert_eq!(sent.status, 303);
    unit.clock.advance(TAKEN_BACK_WITHIN);
    unit.deliver();
    assert_eq!(unit.mail.accepted().len(), 1);
}

#[test]
fn a_channel_that_does_not_reach_the_reporter_says_why_and_none_is_a_telephones_affair() {
    let unit = quiet();
    let id = unit.case(&[("reportante_telefono", "999 888 777")]);
    let mut browser = unit.signed_in(Role::Qf);
    let page = browser.get(&href(id)).page();
    assert!(page.text().contains("SMS: canal no configurado"), "{}", page.text());
    assert!(!page.links().iter().any(|link| link.contains("canal=sms")));
    let unreached = unit.case(&[("reportante_contacto", "sin datos")]);
    let page = browser.get(&href(unreached)).page();
    assert!(page.text().contains("Este ICSR no tiene email del reportante"), "{}", page.text());
    assert!(page.links().contains(&format!("/casos/{}/llamada", unreached.0).as_str()));
    assert!(!page.forms().iter().any(|form| form.action == href(unreached)), "nothing to send");
    let closed = unit.case(&[]);
    close(&unit, closed);
    assert!(browser.get(&href(closed)).page().text().contains("está cerrado"));
    for path in ["/casos/999/pedir", "/casos/x/pedir"] {
        assert_eq!(browser.get(path).status, 404, "{path}");
    }
}

#[test]
fn a_text_message_tells_its_parts_and_one_that_is_too_long_is_kept() {
    let (unit, sms, _) = with_texts();
    let id = unit.case(&[("reportante_telefono", "999 888 777")]);
    let mut browser = unit.signed_in(Role::Qf);
    let shown = browser.get(&format!("{}?canal=sms", href(id)));
    let page = shown.page();
    assert!(page.text().contains("unidades, caben"), "{}", page.text());
    assert!(page.by_id("asunto").is_none() && !field(&shown, id, "texto").is_empty());
    let long = "ó".repeat(2000);
    let seen = press(&mut browser, &shown, id, (&href(id), &[("accion", "ver"), ("texto", &long)]));
    assert!(seen.page().text().contains("Es demasiado largo") && seen.page().text().contains("UCS-2"), "{}", seen.page().text());
    let refused = press(&mut browser, &shown, id, (&href(id), &[("texto", &long)]));
    assert_eq!((refused.status, field(&refused, id, "texto")), (422, long));
    let sent = press(&mut browser, &refused, id, (&href(id), &[("texto", "Falta la dosis")]));
    assert_eq!(sent.status, 303);
    unit.clock.advance(TAKEN_BACK_WITHIN);
    unit.deliver();
    assert_eq!(sms.handed_over().len(), 1);
}

#[test]
fn by_whatsapp_a_template_goes_at_any_time_with_its_parameters() {
    let (unit, _, whatsapp) = with_texts();
    let id = unit.case(&[("reportante_telefono", "999 888 777"), ("reportante_nombre", "Dra. Ana Rojas")]);
    let mut browser = unit.signed_in(Role::Qf);
    let shown = browser.get(&format!("{}?canal=whatsapp", href(id)));
    let page = shown.page();
    assert!(page.text().contains("WhatsApp admite texto libre solo en las 24 horas"), "{}", page.text());
    assert!(page.by_id("texto").is_none() && !fields(&shown, id, "parametro").is_empty());
    let empty = press(&mut browser, &shown, id, (&href(id), &[("parametro", "")]));
    assert_eq!(empty.status, 422, "{}", empty.page().text());
    let sent = press(&mut browser, &shown, id, (&href(id), &[]));
    assert_eq!(sent.status, 303);
    unit.clock.advance(TAKEN_BACK_WITHIN);
    unit.deliver();
    assert_eq!(whatsapp.handed_over().len(), 1);
    let free = press(&mut browser, &shown, id, (&href(id), &[("forma", "texto"), ("texto", "¿Qué dosis?"), ("clave", "otra")]));
    assert!(free.status == 409 && free.page().text().contains("24 horas"), "{} {}", free.status, free.page().text());
    assert_eq!(field(&free, id, "texto"), "¿Qué dosis?");
}

#[test]
fn hostile_text_of_a_case_and_of_people_stays_text() {
    let unit = quiet();
    let id = unit.case(&[("numero", HOSTILE), ("producto_sospechoso", HOSTILE), ("reportante_nombre", HOSTILE)]);
    let mut browser = unit.signed_in(Role::Qf);
    let shown = browser.get(&href(id));
    assert!(shown.page().text().contains("<script>alert(1)</script>"), "{}", shown.page().text());
    let all = [("asunto", HOSTILE), ("texto", HOSTILE), ("motivo", HOSTILE), ("accion", "ver"), ("clave", HOSTILE), ("pide", HOSTILE)];
    let seen = press(&mut browser, &shown, id, (&href(id), &all));
    assert_eq!((field(&seen, id, "texto").as_str(), field(&seen, id, "asunto").as_str()), (HOSTILE, HOSTILE));
    for (name, value) in [("canal", "fax"), ("canal", "call"), ("version", "x")] {
        let refused = press(&mut browser, &shown, id, (&href(id), &[(name, value)]));
        assert!(matches!(refused.status, 400 | 422), "{name}: {}", refused.status);
    }
    unit.clock.advance(Duration::seconds(1));
}
