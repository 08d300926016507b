//! The follow-up of a case.

use chrono::Duration;
use followup_domain::ids::CaseId;
use followup_domain::sending::SendError;
use followup_domain::user::Role;
use followup_testkit::fakes::Script;

use crate::support::{Browser, Unit};

fn seguimiento(id: CaseId) -> String {
    format!("/casos/{}/seguimiento", id.0)
}

fn text(browser: &mut Browser, id: CaseId) -> String {
    let answer = browser.get(&seguimiento(id));
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.page().text()
}

#[test]
fn a_case_says_what_is_missing_why_and_when_it_was_asked() {
    let unit = Unit::start();
    let id = unit.case(&[("numero", "FV-1"), ("gravedad", "Grave")]);
    let mut browser = unit.signed_in(Role::Qf);
    let before = text(&mut browser, id);
    assert!(
        before.contains("FV-1 · Paracetamol") && before.contains("Información faltante (3)") && before.contains("Sin pedir"),
        "{before}"
    );
    unit.deliver();
    let after = text(&mut browser, id);
    assert!(after.contains("Pedido ahora") && !after.contains("Sin pedir") && after.contains("Aceptado para su entrega"), "{after}");
    assert!(after.contains("Último pedido") && after.contains("rojas@clinic.test"), "{after}");
}

#[test]
fn an_answer_is_read_then_attended_and_what_was_quoted_is_folded() {
    let unit = Unit::start();
    let id = unit.case(&[]);
    unit.deliver();
    unit.answer(id, "Pesa 70 kg.\n\n> ¿Cuánto pesa?\n> Gracias");
    let mut browser = unit.signed_in(Role::Qf);
    let shown = text(&mut browser, id);
    assert!(shown.contains("1 sin leer.") && shown.contains("1 respuesta por atender") && shown.contains("Pesa 70 kg."), "{shown}");
    assert!(shown.contains("Texto citado y firma (2 líneas)"), "{shown}");
    let read = browser.fill(&seguimiento(id), &format!("{}/leido", seguimiento(id)), &[]).page().text();
    assert!(read.contains("Leído hasta aquí") && !read.contains("sin leer") && read.contains("1 respuesta por atender"), "{read}");
    let attended = browser.fill(&seguimiento(id), &format!("{}/atendido", seguimiento(id)), &[]).page().text();
    assert!(attended.contains("Atendido") && !attended.contains("por atender"), "{attended}");
}

#[test]
fn a_plan_is_applied_put_off_and_passed_over_with_its_reason() {
    let unit = Unit::start();
    let id = unit.case(&[]);
    unit.deliver();
    let (mut browser, path) = (unit.signed_in(Role::Qf), seguimiento(id));
    let applied = browser.fill(&path, &format!("/casos/{}/plan", id.0), &[]).page();
    assert!(applied.text().contains("Plan: Estándar 0/30/60/90") && applied.text().contains("Programado"), "{}", applied.text());
    let attempt = unit.app.attempts(id).unwrap().pop().unwrap().id.0;
    let action = format!("/casos/{}/intentos/{attempt}", id.0);
    let moved =
        browser.fill(&path, &action, &[("accion", "reprogramar"), ("fecha", "2024-07-01T09:30"), ("motivo", "viaja")]).page().text();
    assert!(moved.contains("1 jul, 09:30"), "{moved}");
    let skipped = browser.fill(&path, &action, &[("accion", "omitir"), ("motivo", "ya <b>llamó</b>")]).page().text();
    assert!(skipped.contains("Omitido") && skipped.contains("ya <b>llamó</b>"), "{skipped}");
    let wrong = browser.post(&action, &[("accion", "reactivar"), ("fecha", "mañana")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.page().text().contains("Se espera una fecha y una hora"));
}

#[test]
fn no_key_sends_or_plans_anything() {
    let unit = Unit::start();
    let id = unit.case(&[]);
    let page = unit.signed_in(Role::Qf).get(&seguimiento(id)).page();
    let pressed = page.elements.iter().filter(|element| element.get("data-key").is_some());
    let keys: Vec<(&str, &str)> = pressed.map(|element| (element.get("data-key").unwrap(), element.name.as_str())).collect();
    assert_eq!(keys, [("r", "a"), ("l", "a"), ("e", "a"), ("x", "a"), ("p", "summary")]);
}

#[test]
fn a_call_is_kept_and_leads_to_the_case() {
    let unit = Unit::start();
    let id = unit.case(&[]);
    let (mut browser, path) = (unit.signed_in(Role::Qf), format!("/casos/{}/llamada", id.0));
    let refused = browser.fill(&path, &path, &[("notas", "  ")]);
    assert_eq!(refused.status, 422);
    let page = refused.page();
    assert!(page.text().contains("Elija cómo terminó") && page.text().contains("Campo obligatorio"), "{}", page.text());
    let kept = browser.post(&path, &[("resultado", "no_answer"), ("notas", "Sonó ocho veces"), ("fecha", "")]);
    assert_eq!((kept.status, kept.location()), (303, format!("{}?hecho=llamada", seguimiento(id)).as_str()));
    let shown = text(&mut browser, id);
    assert!(shown.contains("No contestó") && shown.contains("Sonó ocho veces"), "{shown}");
    let reached = browser.post(&path, &[("resultado", "reached"), ("notas", "Pesa 70 kg"), ("fecha", "")]);
    assert_eq!(reached.location(), format!("/casos/{}/editar?hecho=llamada", id.0));
}

#[test]
fn closing_names_what_is_unmet_keeps_what_was_typed_and_can_be_undone() {
    let unit = Unit::start();
    let id = unit.case(&[]);
    let (mut browser, path) = (unit.signed_in(Role::ResponsableFv), format!("/casos/{}/cerrar", id.0));
    let refused = browser.fill(&path, &path, &[("motivo", "complete"), ("notas", "Todo «claro» & <listo>")]);
    assert_eq!(refused.status, 409);
    let page = refused.page();
    assert!(page.text().contains("Todavía no se cumple"), "{}", page.text());
    assert!(page.form(&path).fields.iter().any(|(name, value)| name == "notas" && value == "Todo «claro» & <listo>"));
    let closed = browser.fill_in(&page, &path, &[("a_pesar", "lo pidió la jefatura")]);
    assert!(closed.page().text().contains("Seguimiento cerrado"), "{}", closed.text);
    let reopened = browser.fill(&seguimiento(id), &format!("/casos/{}/reabrir", id.0), &[("motivo", "llegó más")]).page().text();
    assert!(reopened.contains("Seguimiento reabierto") && reopened.contains("Seguimiento abierto"), "{reopened}");
}

#[test]
fn an_uncertain_message_is_settled_by_a_person() {
    let unit = Unit::start();
    let id = unit.case(&[]);
    unit.mail.next(Script::FailTransmit(SendError::Uncertain("se cortó".into())));
    unit.deliver();
    let (mut browser, path) = (unit.signed_in(Role::Qf), seguimiento(id));
    let page = browser.get(&path).page();
    assert!(page.text().contains("Incierto: no se sabe si salió"), "{}", page.text());
    let message = unit.app.thread(id).unwrap()[0].id.0;
    let settled =
        browser.fill_in(&page, &format!("/casos/{}/mensajes/{message}", id.0), &[("accion", "salio"), ("motivo", "contestó por teléfono")]);
    assert!(settled.page().text().contains("Queda resuelto") && !settled.page().text().contains("Incierto"), "{}", settled.text);
}

#[test]
fn a_long_thread_comes_in_pages_and_as_an_index() {
    let unit = Unit::start();
    let id = unit.case(&[]);
    unit.deliver();
    for number in 0..40 {
        unit.answer(id, &format!("Respuesta número {number}"));
    }
    let mut browser = unit.signed_in(Role::Qf);
    let page = browser.get(&seguimiento(id)).page();
    assert_eq!(page.all("li").filter(|item| item.get("class").is_some_and(|class| class.starts_with("msg"))).count(), 30);
    let earlier = page.links().into_iter().find(|href| href.contains("antes=") && !href.contains('#')).unwrap().to_owned();
    let older = browser.get(&earlier).page().text();
    assert!(older.contains("Respuesta número 3") && !older.contains("Respuesta número 39"), "{older}");
    let first = unit.app.thread(id).unwrap()[3].id;
    let linked = browser.get(&format!("{}?mensaje={first}", seguimiento(id))).page();
    assert!(linked.by_id(&format!("m{first}")).is_some(), "a link to a message leads to its part of the thread");
    let index = browser.get(&format!("{}?vista=indice", seguimiento(id))).page();
    assert_eq!(index.all("tr").count(), 42);
}

#[test]
fn originals_open_with_the_session_and_nothing_is_changed_by_it() {
    let unit = Unit::start();
    let id = unit.case(&[]);
    unit.deliver();
    unit.answer(id, "Pesa 70 kg.");
    let reply = unit.app.thread(id).unwrap().last().unwrap().id.0;
    let mut browser = unit.signed_in(Role::Qf);
    let raw = browser.get(&format!("/api/v1/icsr/{}/followup/{reply}/raw", id.0));
    assert!(raw.status == 200 && raw.text.contains("Pesa 70 kg."), "{}", raw.text);
    assert!(raw.header("content-disposition").is_some_and(|value| value.starts_with("attachment")));
    let changed = browser.ask("POST", &format!("/api/v1/icsr/{}/followup/read", id.0), Some(format!("{{\"up_to\":{reply}}}")), &[]);
    assert_eq!(changed.status, 401, "a session changes nothing at the API");
    assert_eq!(unit.stranger().get(&format!("/api/v1/icsr/{}/followup/{reply}/raw", id.0)).status, 401);
}

#[test]
fn the_trail_tells_field_by_field_what_changed() {
    let unit = Unit::start();
    let id = unit.case(&[("paciente_iniciales", "A. <b>")]);
    unit.clock.advance(Duration::minutes(1));
    let answer = unit.signed_in(Role::Qa).get(&format!("/casos/{}/auditoria", id.0));
    assert_eq!(answer.status, 200, "{}", answer.text);
    let shown = answer.page().text();
    assert!(shown.contains("case.created") && shown.contains("operator"), "{shown}");
    assert_eq!(unit.signed_in(Role::Qf).get(&format!("/casos/{}/auditoria", id.0)).status, 403);
}

#[test]
fn hostile_words_in_mail_and_case_are_words() {
    let vector = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}";
    let unit = Unit::start();
    let id = unit.case(&[
        ("numero", vector),
        ("paciente_iniciales", vector),
        ("reportante_nombre", vector),
        ("descripcion_evento", vector),
        ("producto_sospechoso", vector),
    ]);
    unit.deliver();
    unit.answer_with(id, vector, vector);
    let mut browser = unit.signed_in(Role::Admin);
    for path in ["seguimiento", "llamada", "cerrar", "auditoria", "seguimiento?vista=indice"] {
        let answer = browser.get(&format!("/casos/{}/{path}", id.0));
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        assert!(answer.page().all("img").next().is_none(), "{path}");
    }
    let shown = browser.get(&seguimiento(id)).page().text();
    assert!(shown.contains("{{7*7}}") && shown.contains("<script>alert(1)</script>"), "{shown}");
}

#[test]
fn what_is_not_there_is_said() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Qf);
    for path in ["/casos/77/seguimiento", "/casos/x/seguimiento", "/casos/77/llamada", "/casos/77/cerrar", "/casos/77/mensajes/3"] {
        let answer = browser.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.page().text().contains("ICSR no encontrado"), "{path}");
    }
}
