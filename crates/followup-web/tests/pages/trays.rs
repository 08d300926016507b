//! The trays of mail: what belongs to no case, what could not be read, and who is not confirmed yet.

use chrono::Duration;
use followup_domain::ids::MessageId;
use followup_domain::ports::{Clock, PageRequest, TrayState};
use followup_domain::user::Role;

use crate::support::{REPORTER, Unit, operator};

const TRAY: &str = "/bandejas/sin-asignar";
const HOSTILE: &str = "<script>alert(\"1\")</script>'&";

/// A mail of no case; its number.
fn lost(unit: &Unit, from: &str, subject: &str, text: &str) -> MessageId {
    unit.clock.advance(Duration::minutes(1));
    unit.receive(&format!(
        "From: {from}\nTo: fv@vigia.test\nSubject: {subject}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\
         Content-Transfer-Encoding: 8bit\n\n{text}\n"
    ));
    let tray = unit.app.unassigned(TrayState::Open, PageRequest { offset: 0, limit: 1 }).unwrap();
    tray.items[0].view.message.id
}

/// A mail that cannot be read; its number.
fn broken(unit: &Unit) -> i64 {
    unit.clock.advance(Duration::minutes(1));
    unit.receive(&format!("nada {}", unit.clock.now()));
    unit.app.quarantined(TrayState::Open, PageRequest { offset: 0, limit: 1 }).unwrap().items[0].mail.id.0
}

#[test]
fn empty_trays_say_that_all_mail_is_here() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Qf);
    assert!(browser.get(TRAY).page().text().contains("Ningún buzón se ha leído todavía"));
    unit.app.record_mailbox_read("fv@vigia.test/INBOX").unwrap();
    unit.app.record_reconciliation("fv@vigia.test/INBOX", 312, 0).unwrap();
    for (path, empty) in [
        ("/bandejas", "No hay nada que decidir"),
        (TRAY, "No hay correos sin asignar"),
        ("/bandejas/cuarentena", "todos los que llegaron se pudieron leer"),
    ] {
        let text = browser.get(path).page().text();
        assert!(text.contains(empty) && text.contains("312 en el buzón, 312 registrados"), "{path}: {text}");
        assert!(!text.contains("Revisar"), "{text}");
    }
    unit.app.record_reconciliation("fv@vigia.test/INBOX", 312, 2).unwrap();
    let text = browser.get(TRAY).page().text();
    assert!(text.contains("312 en el buzón, 310 registrados; faltan 2") && text.contains("Revisar"), "{text}");
    for (path, empty) in [
        ("/bandejas/sin-confirmar", "No hay remitentes por confirmar"),
        ("/bandejas/fallidos", "No hay envíos fallidos"),
        ("/bandejas/inciertos", "se sabe si salieron"),
        ("/bandejas/sin-asignar?parte=descartados", "Nadie descartó"),
        ("/bandejas/cuarentena?parte=descartados", "Nadie descartó"),
    ] {
        let text = browser.get(path).page().text();
        assert!(text.contains(empty), "{path}: {text}");
    }
}

#[test]
fn support_sees_of_the_trays_the_quarantine_alone_and_nothing_of_its_mail() {
    let unit = Unit::start();
    lost(&unit, "ana@clinic.test", "Un asunto", "Erupción");
    let id = broken(&unit);
    let mut support = unit.signed_in(Role::Soporte);
    let page = support.get("/bandejas").page();
    assert!(page.text().contains("Correos en cuarentena 1") && !page.text().contains("sin asignar"), "{}", page.text());
    let page = support.get("/bandejas/cuarentena").page();
    assert!(page.text().contains("Leerlo de nuevo") && !page.text().contains("Descartarlo"), "{}", page.text());
    assert!(!page.links().iter().any(|href| href.contains("original")), "{:?}", page.links());
    assert_eq!(support.get(TRAY).status, 403);
    assert_eq!(support.get(&format!("/bandejas/cuarentena/{id}/original")).status, 403);
}

#[test]
fn mail_stands_oldest_first_with_its_clock_and_page_by_page() {
    let unit = Unit::start();
    let first = lost(&unit, "ana@clinic.test", "El más antiguo", "x");
    for number in 0..16 {
        lost(&unit, "ana@clinic.test", &format!("Otro {number}"), "x");
    }
    unit.clock.advance(Duration::days(2));
    let mut browser = unit.signed_in(Role::Qf);
    let page = browser.get(TRAY).page();
    let articles: Vec<_> = page.all("article").collect();
    assert_eq!((articles.len(), articles[0].get("id")), (15, Some(format!("m{first}").as_str())));
    assert!(articles[0].text.contains("hace 2 días") && articles[0].text.contains("corren 2 días"), "{}", articles[0].text);
    let next = page.links().into_iter().find(|href| href.contains("desde=")).unwrap().to_owned();
    assert_eq!(browser.get(&next).page().all("article").count(), 2);
}

#[test]
fn what_strangers_write_is_shown_and_never_run() {
    let unit = Unit::start();
    let id =
        lost(&unit, &format!("\"{}\" <ana@clinic.test>", "x".repeat(300)), HOSTILE, &format!("{HOSTILE}\n{}", "palabra ".repeat(9_000)));
    let mut browser = unit.signed_in(Role::Qf);
    let list = browser.get(TRAY);
    assert!(list.page().text().contains(HOSTILE) && list.text.len() < 20_000, "{}", list.text.len());
    let page = browser.get(&format!("{TRAY}/{id}")).page();
    assert_eq!(page.heading(), HOSTILE);
    assert!(page.text().len() > 70_000, "all of its text");
    let refused = browser.fill_in(&page, &format!("{TRAY}/{id}/caso"), &[("gravedad", HOSTILE), ("numero", HOSTILE)]);
    assert_eq!(refused.status, 422);
    assert!(refused.page().form(&format!("{TRAY}/{id}/caso")).fields.contains(&("numero".into(), HOSTILE.into())));
    let search = browser.get(&format!("{TRAY}/{id}?buscar=%3Cscript%3E%27%26")).page();
    assert!(search.text().contains("Ningún caso tiene esas palabras"), "{}", search.text());
}

#[test]
fn a_suggested_case_has_the_mail_with_one_click() {
    let unit = Unit::start();
    let case = unit.case(&[("numero", "FV-7")]);
    unit.deliver();
    let id = lost(&unit, REPORTER, "Datos", "Pesa 68 kg");
    let mut browser = unit.signed_in(Role::Qf);
    let page = browser.get(TRAY).page();
    assert!(page.text().contains("FV-7") && page.text().contains("mismo remitente"), "{}", page.text());
    let done = browser.fill_in(&page, &format!("{TRAY}/{id}/asignar"), &[]).page();
    assert!(done.text().contains("Correo asignado") && done.text().contains("No hay correos sin asignar"), "{}", done.text());
    assert!(done.links().contains(&format!("/casos/{case}/seguimiento").as_str()));
    let thread = unit.app.thread(case).unwrap();
    let mail = thread.iter().find(|message| message.id == id).unwrap();
    assert!(mail.case_match.unwrap().confirmed);
    let again = browser.fill_in(&page, &format!("{TRAY}/{id}/asignar"), &[]);
    assert_eq!(again.status, 200, "a double click changes nothing");
}

#[test]
fn a_case_is_found_by_its_number_and_the_mail_may_wait_for_its_sender_to_be_confirmed() {
    let unit = Unit::start();
    let case = unit.case(&[("numero", "FV-31")]);
    let id = lost(&unit, "otra@clinic.test", "Datos", "Pesa 68 kg");
    let mut browser = unit.signed_in(Role::Qf);
    for wanted in ["FV-31", &format!("%23{case}"), "paracetamol"] {
        let page = browser.get(&format!("{TRAY}/{id}?buscar={wanted}")).page();
        assert!(page.text().contains("Asignar a FV-31"), "{wanted}: {}", page.text());
    }
    let action = format!("{TRAY}/{id}/asignar");
    let answer = browser.post(&action, &[("caso", &case.to_string())]);
    assert_eq!(answer.status, 303);
    let mail = unit.app.message(case, id).unwrap();
    assert!(!mail.case_match.unwrap().confirmed, "the box was not ticked");
    assert!(browser.get("/bandejas/sin-confirmar").page().text().contains("FV-31"));
}

#[test]
fn whoever_comes_second_is_told_who_was_first_and_where_the_mail_is() {
    let unit = Unit::start();
    let (first, second) = (unit.case(&[("numero", "FV-12")]), unit.case(&[("numero", "FV-13")]));
    let id = lost(&unit, "otra@clinic.test", "Datos", "Pesa 68 kg");
    let mut late = unit.signed_in_as("luis", &[Role::Qf]);
    let page = late.get(&format!("{TRAY}/{id}")).page();
    let mut ana = unit.signed_in_as("ana", &[Role::Qf]);
    assert_eq!(ana.post(&format!("{TRAY}/{id}/asignar"), &[("caso", &first.to_string()), ("reportante", "si")]).status, 303);
    let attempts: [(&str, &[(&str, &str)]); 3] =
        [("asignar", &[("caso", &second.to_string())]), ("caso", &[("numero", "FV-99")]), ("descartar", &[("motivo", "publicidad")])];
    for (action, fields) in attempts {
        let action = format!("{TRAY}/{id}/{action}");
        let answer = if action.ends_with("asignar") { late.post(&action, fields) } else { late.fill_in(&page, &action, fields) };
        assert_eq!(answer.status, 409, "{action}");
        let told = answer.page();
        assert!(told.text().contains("ana ya lo asignó al caso FV-12"), "{}", told.text());
        assert!(told.links().contains(&format!("/casos/{first}/seguimiento?mensaje={id}#m{id}").as_str()));
    }
    assert_eq!(late.get(&format!("{TRAY}/{id}")).status, 409);
    assert_eq!(late.get(&format!("{TRAY}/4711")).status, 404);
    assert_eq!(late.get(&format!("{TRAY}/x")).status, 404);
    assert!(ana.get(&format!("{TRAY}/{id}")).page().text().contains("Usted ya lo asignó"));
}

#[test]
fn a_mail_becomes_a_case_and_what_is_wrong_keeps_what_was_typed() {
    let unit = Unit::start();
    let id = lost(&unit, "Dra. Rojas <nueva@clinic.test>", "Reacción", "Erupción en la piel");
    let mut browser = unit.signed_in(Role::Qf);
    let (here, action) = (format!("{TRAY}/{id}"), format!("{TRAY}/{id}/caso"));
    let refused = browser.fill(&here, &action, &[("numero", "FV-40"), ("producto", "Ibuprofeno"), ("gravedad", "Terrible")]);
    assert_eq!(refused.status, 422, "{}", refused.text);
    let page = refused.page();
    assert!(page.text().contains("Nada se guardó todavía") && page.links().contains(&"#caso-gravedad"), "{}", page.text());
    let field = page.by_id("caso-gravedad").unwrap();
    assert_eq!((field.get("aria-invalid"), field.get("aria-describedby")), (Some("true"), Some("caso-gravedad-mal")));
    assert!(page.form(&action).fields.contains(&("producto".into(), "Ibuprofeno".into())));
    let made = browser.post(&action, &[("numero", "FV-40"), ("producto", "Ibuprofeno"), ("gravedad", "Grave")]);
    assert_eq!(made.status, 303);
    let case_id = unit.app.assigned_mail(id).unwrap().unwrap().case_id;
    assert_eq!(made.location(), format!("/casos/{case_id}/seguimiento?hecho=caso_del_correo"));
    let case = unit.app.case(case_id).unwrap();
    assert_eq!(case.record.numero.as_deref(), Some("FV-40"));
    assert_eq!(browser.post(&action, &[("numero", "FV-41")]).status, 409, "a double click makes no second case");
}

#[test]
fn a_mail_is_set_aside_with_a_reason_by_whoever_may_decide() {
    let unit = Unit::start();
    let id = lost(&unit, "promo@shop.test", "Oferta", "Compre");
    let (here, action) = (format!("{TRAY}/{id}"), format!("{TRAY}/{id}/descartar"));
    let mut auditor = unit.signed_in(Role::Qa);
    assert!(!auditor.get(&here).page().forms().iter().any(|form| form.action == action));
    assert_eq!(auditor.post(&action, &[("motivo", "x")]).status, 403);
    let mut browser = unit.signed_in(Role::Qf);
    let refused = browser.fill(&here, &action, &[("motivo", "  ")]);
    assert_eq!(refused.status, 422);
    assert!(refused.page().links().contains(&"#descartar-motivo"), "{}", refused.page().text());
    let long = "a".repeat(2_001);
    let refused = browser.fill(&here, &action, &[("motivo", &long)]);
    assert_eq!(refused.status, 422);
    assert!(refused.page().form(&action).fields.contains(&("motivo".into(), long)));
    let done = browser.fill(&here, &action, &[("motivo", HOSTILE)]);
    assert!(done.page().text().contains("Descartado, con su motivo"), "{}", done.page().text());
    let text = browser.get(&format!("{TRAY}?parte=descartados")).page().text();
    assert!(text.contains(&format!("Lo descartó qf hace un momento: {HOSTILE}")) || text.contains("Lo descartó qf ahora"), "{text}");
    let page = browser.get(&here).page();
    assert!(!page.forms().iter().any(|form| form.action == action), "once is enough");
    let case = unit.case(&[]);
    assert_eq!(browser.post(&format!("{TRAY}/{id}/asignar"), &[("caso", &case.to_string())]).status, 303, "it may still be assigned");
}

#[test]
fn what_could_not_be_read_is_read_again_or_set_aside() {
    let unit = Unit::start();
    let (first, second) = (broken(&unit), broken(&unit));
    let mut browser = unit.signed_in(Role::Qf);
    let here = "/bandejas/cuarentena";
    let page = browser.get(here).page();
    let ids: Vec<_> = page.all("article").map(|article| article.get("id").unwrap().to_owned()).collect();
    assert_eq!(ids, [format!("c{first}"), format!("c{second}")], "the oldest first");
    let still = browser.fill(here, &format!("{here}/{first}/reintentar"), &[]);
    assert_eq!(still.status, 409);
    assert!(still.page().text().contains(&format!("El correo {first} sigue sin poderse leer")), "{}", still.page().text());
    let action = format!("{here}/{first}/descartar");
    for (reason, wrong) in [(" ", "Campo obligatorio"), ("á".repeat(2_001).as_str(), "supera los 2000 caracteres")] {
        let refused = browser.fill(here, &action, &[("motivo", reason)]);
        assert_eq!(refused.status, 422);
        let page = refused.page();
        assert!(page.text().contains(wrong), "{}", page.text());
        assert!(page.form(&action).fields.contains(&("motivo".into(), reason.trim().into())));
        assert_eq!(page.by_id(&format!("motivo-{first}")).unwrap().get("aria-invalid"), Some("true"));
    }
    assert!(browser.fill(here, &action, &[("motivo", HOSTILE)]).page().text().contains("Descartado"));
    assert!(browser.get("/bandejas/cuarentena?parte=descartados").page().text().contains(HOSTILE));
    assert_eq!(browser.post(&action, &[("motivo", "otra vez")]).status, 303, "once is enough");
    assert_eq!(browser.post(&format!("{here}/4711/reintentar"), &[]).status, 404);
}

#[test]
fn originals_lead_to_where_they_are_given_and_to_the_door_first() {
    let unit = Unit::start();
    let id = lost(&unit, "ana@clinic.test", "Datos", "x");
    let mut browser = unit.signed_in(Role::Qf);
    assert!(browser.get(&format!("{TRAY}/{id}")).page().links().contains(&format!("{TRAY}/{id}/original").as_str()));
    let api = format!("/api/v1/inbox/unassigned/{id}");
    for (page, leads) in [("original", "raw"), ("html", "html"), ("adjuntos/0", "attachments/0")] {
        let answer = browser.get(&format!("{TRAY}/{id}/{page}"));
        assert_eq!((answer.status, answer.location()), (303, format!("{api}/{leads}").as_str()));
        let first = unit.stranger().get(&format!("{TRAY}/{id}/{page}"));
        assert!(first.location().starts_with("/entrar?volver="), "{}", first.location());
    }
}

#[test]
fn a_sender_counts_once_somebody_confirms_them() {
    let unit = Unit::start();
    let case = unit.case(&[("numero", "FV-5")]);
    unit.deliver();
    let asked = unit.app.thread(case).unwrap()[0].external_id.clone().unwrap();
    unit.clock.advance(Duration::minutes(1));
    unit.receive(&format!(
        "From: otra@clinic.test\nTo: fv@vigia.test\nSubject: {HOSTILE}\nMessage-ID: <a@clinic.test>\nIn-Reply-To: <{asked}>\n\n{HOSTILE}\n"
    ));
    let reply = unit.app.thread(case).unwrap()[1].id;
    let here = "/bandejas/sin-confirmar";
    let mut browser = unit.signed_in(Role::Legal);
    let page = browser.get(here).page();
    assert!(page.text().contains("Responde a un mensaje del caso") && page.text().contains("otra@clinic.test"), "{}", page.text());
    assert!(page.links().contains(&format!("/casos/{case}/seguimiento?mensaje={reply}#m{reply}").as_str()));
    let action = format!("{here}/{reply}/confirmar");
    assert!(browser.fill_in(&page, &action, &[]).page().text().contains("Remitente confirmado"));
    let again = browser.fill_in(&page, &action, &[]);
    assert_eq!(again.status, 409);
    assert!(again.page().text().contains("no espera que se confirme"), "{}", again.page().text());
    assert!(unit.app.message(case, reply).unwrap().case_match.unwrap().confirmed);
    unit.app.attend_answers(&operator(), case, reply).unwrap();
}
