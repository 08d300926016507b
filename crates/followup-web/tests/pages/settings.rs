//! The settings: what each role sees of them, plans and deadlines, and how the service does.

use chrono::Duration;
use followup_domain::asking::plan::PlannedChannel;
use followup_domain::ids::TemplateId;
use followup_domain::user::Role;
use followup_testkit::fakes::Script;

use crate::support::{Browser, Unit};

const PLANS: &str = "/ajustes/planes";
const DEADLINES: &str = "/ajustes/plazos";
const HOSTILE: &str = "<script>alert(\"1\")</script>'&";

#[test]
fn each_role_sees_the_rooms_that_it_may_enter_and_all_of_them_open() {
    let unit = Unit::start();
    for (role, rooms) in [(Role::Admin, 9), (Role::Qf, 6), (Role::Qa, 4), (Role::Soporte, 4)] {
        let mut browser = unit.signed_in(role);
        let page = browser.get("/ajustes").page();
        let links: Vec<String> = page.links().into_iter().filter(|href| href.starts_with("/ajustes/")).map(str::to_owned).collect();
        assert_eq!(links.len(), rooms, "{role}: {links:?}");
        for href in links {
            assert_eq!(browser.get(&href).status, 200, "{role} {href}");
            browser.get(&href).page();
        }
    }
}

/// A row of a plan's form: the contact, its hours, its channel.
type Row<'a> = (&'a str, &'a str, &'a str);

/// Sends the form of a plan as a browser does, its rows in their order.
fn send(browser: &mut Browser, path: &str, name: &str, rows: &[Row], more: &[(&str, &str)]) -> crate::support::Answer {
    let mut fields = vec![("nombre", name), ("referencia", "PNT 4"), ("notas", "")];
    for (label, hours, channel) in rows {
        fields.extend([("intento", *label), ("horas", *hours), ("canal", *channel)]);
    }
    fields.extend(more);
    browser.post(path, &fields)
}

#[test]
fn a_plan_is_made_changed_and_archived() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Qf);
    let empty = browser.get("/ajustes/planes/nuevo").page();
    assert_eq!(empty.all("fieldset").count(), 3, "room for the first contacts");
    let rows = [("Correo", "0", "email"), ("", "", "auto"), ("Llamada", "72", "call")];
    assert_eq!(send(&mut browser, PLANS, HOSTILE, &rows, &[]).location(), "/ajustes/planes?hecho=plan_guardado");
    let plan = unit.app.templates(false).unwrap().into_iter().find(|plan| plan.name == HOSTILE).unwrap();
    let attempts: Vec<_> = plan.attempts.iter().map(|attempt| (attempt.label.as_str(), attempt.after_hours, attempt.channel)).collect();
    assert_eq!(attempts, [("Correo", 0, PlannedChannel::Email), ("Llamada", 72, PlannedChannel::Call)], "an empty row is none");
    let list = browser.get(PLANS).page();
    assert!(list.text().contains("Llamada: después de 3 días, Llamada") && list.text().contains(HOSTILE), "{}", list.text());
    let here = format!("{PLANS}/{}", plan.id);
    let form = browser.get(&here).page().form(&here);
    assert!(form.fields.contains(&("horas".into(), "72".into())) && form.fields.contains(&("canal".into(), "call".into())), "{form:?}");
    assert_eq!(send(&mut browser, &here, "Otro nombre", &[("Correo", "24", "auto")], &[]).status, 303);
    assert_eq!(unit.app.template(plan.id).unwrap().name, "Otro nombre");
    let archived = browser.fill(&here, &format!("{here}/archivar"), &[]);
    assert!(archived.page().text().contains("Plan archivado") && !archived.page().text().contains("Otro nombre"));
    assert!(browser.get("/ajustes/planes?archivados=si").page().text().contains("Otro nombre Archivado"));
    assert_eq!(browser.post(&format!("{here}/archivar"), &[]).status, 404, "once is enough");
    assert!(browser.get(&here).page().forms().iter().all(|form| form.action == "/salir"), "an archived plan is read only");
    for wrong in ["4711", "x"] {
        assert_eq!(browser.get(&format!("{PLANS}/{wrong}")).status, 404);
    }
}

#[test]
fn what_is_wrong_with_a_plan_is_said_at_its_row_and_nothing_typed_is_lost() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Qf);
    let before = unit.app.templates(true).unwrap().len();
    let long = "a".repeat(201);
    let wrong: [(&str, &[Row], &str); 6] = [
        ("Plan", &[], "#intento-1"),
        ("", &[("Correo", "0", "email")], "#plan-nombre"),
        ("Plan", &[("Correo", "24", "email"), ("", "", "auto"), ("Otro", "24", "email")], "#horas-3"),
        ("Plan", &[("Correo", "mañana", "email")], "#horas-1"),
        ("Plan", &[("", "0", "email")], "#intento-1"),
        ("Plan", &[(&long, "0", "email")], "#intento-1"),
    ];
    for (name, rows, anchor) in wrong {
        let answer = send(&mut browser, PLANS, name, rows, &[]);
        assert_eq!(answer.status, 422, "{anchor}");
        let page = answer.page();
        assert!(page.links().contains(&anchor), "{anchor}: {:?}", page.links());
        let form = page.form(PLANS);
        for (label, hours, _) in rows.iter().filter(|(label, hours, _)| !label.is_empty() && !hours.is_empty()) {
            assert!(form.fields.contains(&("intento".into(), (*label).into())) && form.fields.contains(&("horas".into(), (*hours).into())));
        }
    }
    let more = send(&mut browser, PLANS, "Plan", &[("Correo", "0", "email")], &[("mas", "si")]);
    assert_eq!((more.status, more.page().all("fieldset").count()), (200, 4));
    assert_eq!(unit.app.templates(true).unwrap().len(), before, "nothing was stored");
}

#[test]
fn whoever_may_not_change_plans_reads_them() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Soporte);
    let TemplateId(id) = unit.app.templates(false).unwrap()[0].id;
    let page = browser.get(&format!("{PLANS}/{id}")).page();
    assert!(page.forms().iter().all(|form| form.action == "/salir"));
    assert!(page.text().contains("después de 30 días"), "{}", page.text());
    assert_eq!(browser.get("/ajustes/planes/nuevo").status, 403);
    assert!(browser.get(DEADLINES).page().forms().iter().all(|form| form.action == "/salir"));
}

#[test]
fn a_deadline_is_added_changed_and_taken_away() {
    let unit = Unit::start();
    for row in unit.app.deadlines().unwrap() {
        unit.app.remove_deadline(&crate::support::operator(), row.id).unwrap();
    }
    let mut browser = unit.signed_in(Role::Qf);
    assert!(browser.get(DEADLINES).page().text().contains("No hay plazos"));
    let refused = browser.fill(DEADLINES, DEADLINES, &[("autoridad", HOSTILE), ("dias", "4000"), ("norma", " ")]);
    assert_eq!(refused.status, 422);
    let page = refused.page();
    for anchor in ["#plazo-quien", "#plazo-casos", "#plazo-dias", "#plazo-norma"] {
        assert!(page.links().contains(&anchor), "{anchor}: {:?}", page.links());
    }
    assert!(page.form(DEADLINES).fields.contains(&("autoridad".into(), HOSTILE.into())));
    let good = [("quien", "Titular"), ("casos", "serious"), ("dias", "15"), ("norma", HOSTILE)];
    let added = browser.fill_in(&page, DEADLINES, &good).page();
    assert!(added.text().contains("Casos graves") && added.text().contains("Por verificar"), "{}", added.text());
    let id = unit.app.deadlines().unwrap()[0].id;
    let here = format!("{DEADLINES}/{id}");
    let changed = browser.fill(&here, &here, &[("dias", "10"), ("verificado", "si")]).page();
    assert!(!changed.text().contains("Por verificar"), "{}", changed.text());
    let rule = unit.app.deadlines().unwrap().remove(0).rule;
    assert_eq!((rule.days, rule.verified, rule.authority.as_str()), (10, true, HOSTILE));
    assert!(browser.get(&here).page().form(&here).fields.contains(&("verificado".into(), "si".into())));
    assert!(browser.fill(DEADLINES, &format!("{here}/quitar"), &[]).page().text().contains("Plazo quitado"));
    assert_eq!(browser.post(&format!("{here}/quitar"), &[]).status, 404);
    assert_eq!(browser.post(&here, &[("autoridad", "A"), ("quien", "B"), ("casos", "any"), ("dias", "1"), ("norma", "C")]).status, 404);
}

#[test]
fn the_health_of_the_service_says_what_to_do() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Soporte);
    let well = browser.get("/ajustes/salud").page().text();
    assert!(well.contains("Salud del servicioBien") && well.contains("La cadena del sistema tiene"), "{well}");
    unit.app.record_mailbox_read("fv@vigia.test/INBOX").unwrap();
    unit.app.record_reconciliation("fv@vigia.test/INBOX", 10, 1).unwrap();
    unit.mail.always(Some(Script::is_down()));
    for number in 0..3 {
        unit.case(&[("reportante_contacto", &format!("r{number}@clinic.test"))]);
    }
    unit.deliver();
    let page = browser.get("/ajustes/salud").page();
    let text = page.text();
    assert!(text.contains("Salud del servicioRevisar"), "{text}");
    assert!(text.contains("10 en el buzón, 9 registrados; falta 1"), "{text}");
    assert!(text.contains("falló varias veces seguidas") && text.contains("revise la red o pregunte al proveedor"), "{text}");
    unit.clock.advance(Duration::hours(2));
    let mut browser = unit.signed_in(Role::Soporte);
    assert!(browser.get("/ajustes/salud").page().text().contains("Leído hace 2 h"));
    assert_eq!(browser.post("/ajustes/salud/buzon", &[("buzon", "fv@vigia.test/INBOX")]).status, 403);
    assert_eq!(unit.signed_in(Role::Qf).post("/ajustes/salud/buzon", &[("buzon", "otro")]).status, 404);
}
