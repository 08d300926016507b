//! The settings about people: whom not to write to, where messages fail, accounts and sessions.

use chrono::Duration;
use followup_domain::audit::AuditChain;
use followup_domain::ports::{PageRequest, StoreError, StoreExt};
use followup_domain::user::Role;
use followup_testkit::fakes::Script;

use crate::support::{PASSWORD, REPORTER, Unit, operator};

const HOSTILE: &str = "<script>alert(\"1\")</script>'&";
const BLOCKED: &str = "/ajustes/no-contactar";
const BOUNCES: &str = "/ajustes/rebotes";
const USERS: &str = "/ajustes/usuarios";

fn blocked(unit: &Unit) -> Vec<String> {
    let page = PageRequest { offset: 0, limit: 50 };
    unit.app.blocked_contacts(page).unwrap().items.into_iter().map(|contact| contact.address).collect()
}

#[test]
fn whom_not_to_write_to_is_kept_with_a_reason_both_ways() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Qf);
    assert!(browser.get(BLOCKED).page().text().contains("La lista está vacía"));
    for (fields, anchor) in [
        ([("contacto", HOSTILE), ("motivo", "lo pidió")], "#agregar-contacto"),
        ([("contacto", REPORTER), ("motivo", " ")], "#agregar-motivo"),
    ] {
        let refused = browser.fill(BLOCKED, BLOCKED, &fields);
        assert_eq!(refused.status, 422);
        assert!(refused.page().links().contains(&anchor), "{anchor}");
        assert!(refused.page().form(BLOCKED).fields.contains(&("contacto".into(), fields[0].1.into())));
    }
    browser.fill(BLOCKED, BLOCKED, &[("contacto", "Rojas@clinic.test"), ("motivo", HOSTILE)]);
    let page = browser.fill(BLOCKED, BLOCKED, &[("contacto", "999 888 777"), ("motivo", "lo pidió")]).page();
    assert!(page.text().contains(HOSTILE) && page.text().contains("+51999888777") && page.text().contains("qf"), "{}", page.text());
    assert_eq!(blocked(&unit), ["+51999888777", REPORTER]);
    let lift = "/ajustes/no-contactar/levantar";
    let refused = browser.fill_in(&page, lift, &[("motivo", "")]);
    assert_eq!(refused.status, 422);
    assert!(refused.page().links().contains(&"#levantar-motivo"));
    let unknown = browser.post(lift, &[("contacto", "otra@clinic.test"), ("motivo", "x")]);
    assert_eq!(unknown.status, 422);
    assert!(unknown.page().text().contains("no está en la lista"), "{}", unknown.page().text());
    assert!(browser.fill_in(&page, lift, &[("motivo", "volvió a aceptar")]).page().text().contains("Se le puede escribir"));
    assert_eq!(blocked(&unit), [REPORTER]);
    let rows =
        unit.app.store.read::<_, StoreError>(|tx| tx.audit().list(AuditChain::System, PageRequest { offset: 0, limit: 99 })).unwrap();
    let last = rows.items.into_iter().rfind(|row| row.action == "contact.unblocked").unwrap();
    assert_eq!((last.reason.as_deref(), last.actor.as_str()), (Some("volvió a aceptar"), "user:qf"));
}

#[test]
fn a_long_list_is_paged_and_no_address_stands_in_an_address_of_a_page() {
    let unit = Unit::start();
    for number in 0..27 {
        let address = followup_domain::contact::EmailAddress::parse(&format!("r{number}@clinic.test")).unwrap();
        unit.app.block_contact(&operator(), &address, "x").unwrap();
    }
    let mut browser = unit.signed_in(Role::Qf);
    let page = browser.get(BLOCKED).page();
    assert_eq!(page.all("tr").filter(|row| row.get("data-row").is_some()).count(), 25);
    assert!(!page.links().iter().any(|href| href.contains("clinic")), "links stand in logs");
    let next = page.links().into_iter().find(|href| href.contains("pagina=2")).unwrap().to_owned();
    assert_eq!(browser.get(&next).page().all("tr").filter(|row| row.get("data-row").is_some()).count(), 2);
    assert!(browser.get("/ajustes/no-contactar?pagina=x").status == 200 && browser.get("/ajustes/no-contactar?pagina=-1").status == 200);
}

#[test]
fn an_address_that_failed_is_written_to_again_with_a_reason() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Qf);
    assert!(browser.get(BOUNCES).page().text().contains("A ninguna dirección se le deja de escribir"));
    unit.case(&[]);
    unit.mail.next(Script::no_such_user());
    unit.deliver();
    let page = browser.get(BOUNCES).page();
    assert!(page.text().contains("la dirección no existe (5.1.1)") && page.text().contains("No sirve"), "{}", page.text());
    let action = "/ajustes/rebotes/levantar";
    let refused = browser.fill_in(&page, action, &[("motivo", " ")]);
    assert_eq!(refused.status, 422);
    assert!(refused.page().links().contains(&"#sirve-motivo"));
    assert!(browser.fill_in(&page, action, &[("motivo", HOSTILE)]).page().text().contains("Se le escribe de nuevo"));
    let again = browser.fill_in(&page, action, &[("motivo", "otra vez")]);
    assert_eq!(again.status, 422);
    assert!(again.page().text().contains("no falló ningún mensaje"), "{}", again.page().text());
    assert_eq!(unit.signed_in(Role::Qa).get(BOUNCES).status, 403);
}

#[test]
fn an_account_is_made_with_a_password_typed_twice_that_is_never_sent_back() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Admin);
    let new = "/ajustes/usuarios/nuevo";
    let full = |password: &'static str, again: &'static str| {
        [("usuario", "Eva"), ("correo", "eva@vigia.test"), ("roles", "qf"), ("clave", password), ("clave2", again)]
    };
    for (fields, anchor) in [
        (full("corta", "corta"), "#cuenta-clave"),
        (full("una-clave-buena", "otra-clave-buena"), "#cuenta-clave2"),
        (
            [("usuario", HOSTILE), ("correo", ""), ("roles", "qf"), ("clave", "una-clave-buena"), ("clave2", "una-clave-buena")],
            "#cuenta-usuario",
        ),
        (
            [("usuario", "eva"), ("correo", "x"), ("roles", "qf"), ("clave", "una-clave-buena"), ("clave2", "una-clave-buena")],
            "#cuenta-correo",
        ),
        (
            [("usuario", "eva"), ("correo", ""), ("roles", "rey"), ("clave", "una-clave-buena"), ("clave2", "una-clave-buena")],
            "#cuenta-roles",
        ),
    ] {
        let refused = browser.fill(new, USERS, &fields);
        assert_eq!(refused.status, 422, "{anchor}");
        let page = refused.page();
        assert!(page.links().contains(&anchor), "{anchor}: {:?}", page.links());
        let form = page.form(USERS);
        assert!(form.fields.contains(&("usuario".into(), fields[0].1.into())));
        assert!(form.fields.contains(&("clave".into(), String::new())) && !refused.text.contains("clave-buena"), "{form:?}");
    }
    let done = browser.fill(new, USERS, &full("una-clave-buena", "una-clave-buena"));
    assert!(done.page().text().contains("Cuenta creada") && done.page().text().contains("eva"), "{}", done.page().text());
    let twice = browser.fill(new, USERS, &full("una-clave-buena", "una-clave-buena"));
    assert_eq!(twice.status, 422);
    assert!(twice.page().text().contains("Ya hay una cuenta con ese nombre"));
    assert_eq!(unit.stranger().post("/entrar", &[("usuario", "eva"), ("clave", "una-clave-buena")]).status, 303);
}

#[test]
fn roles_password_and_access_change_and_end_the_sessions_of_the_account() {
    let unit = Unit::start();
    let mut eva = unit.signed_in_as("eva", &[Role::Qf]);
    let mut browser = unit.signed_in(Role::Admin);
    unit.clock.advance(Duration::seconds(10));
    let here = format!("{USERS}/{}", unit.app.find_user("eva").unwrap().unwrap().id);
    let done = browser.fill(&here, &format!("{here}/roles"), &[("roles", "legal")]);
    assert!(done.page().text().contains("Cuenta cambiada"), "{}", done.page().text());
    assert_eq!(unit.app.find_user("eva").unwrap().unwrap().roles, [Role::Legal]);
    assert_eq!(eva.get("/").status, 303, "her session ended");
    let none = browser.post(&format!("{here}/roles"), &[]);
    assert_eq!(none.status, 422);
    assert!(none.page().text().contains("Elija al menos un rol"));
    let password = format!("{here}/clave");
    let refused = browser.fill(&here, &password, &[("clave", "otra-clave-buena"), ("clave2", "otra-clave-mala-x")]);
    assert_eq!((refused.status, refused.text.contains("otra-clave")), (422, false));
    assert_eq!(browser.post(&password, &[("clave", "otra-clave-buena"), ("clave2", "otra-clave-buena")]).status, 303);
    let enter = |password: &str| unit.stranger().post("/entrar", &[("usuario", "eva"), ("clave", password)]).status;
    assert_eq!((enter(PASSWORD), enter("otra-clave-buena")), (401, 303));
    let access = format!("{here}/acceso");
    assert!(browser.fill(&here, &access, &[]).page().text().contains("Sin acceso"));
    assert_eq!(enter("otra-clave-buena"), 401);
    browser.fill(&here, &access, &[]);
    assert!(!unit.app.find_user("eva").unwrap().unwrap().disabled);
    assert_eq!(browser.post(&access, &[("acceso", "quizá")]).status, 422);
    assert_eq!(browser.get(&format!("{USERS}/4711")).status, 404);
}

#[test]
fn the_last_administrator_stays_one() {
    let unit = Unit::start();
    let mut browser = unit.signed_in_as("eva", &[Role::Admin, Role::Qf]);
    let here = format!("{USERS}/{}", unit.app.find_user("eva").unwrap().unwrap().id);
    for (action, fields) in [("acceso", [("acceso", "no")]), ("roles", [("roles", "qf")])] {
        let refused = browser.fill(&here, &format!("{here}/{action}"), &fields);
        assert_eq!(refused.status, 409, "{action}");
        assert!(refused.page().text().contains("Es la última cuenta que puede administrar"), "{}", refused.page().text());
    }
    unit.user("leo", &[Role::Admin]);
    assert_eq!(browser.post(&format!("{here}/roles"), &[("roles", "qf")]).status, 303);
    assert_eq!(unit.app.find_user("eva").unwrap().unwrap().roles, [Role::Qf]);
}

#[test]
fn whoever_administers_sees_who_is_signed_in_and_ends_a_session() {
    let unit = Unit::start();
    let mut eva = unit.signed_in_as("eva", &[Role::Qf]);
    let mut agent = unit.stranger();
    let form = "usuario=eva&clave=correcto-caballo".to_owned();
    agent.ask("POST", "/entrar", Some(form), &[("Sec-Fetch-Site", "same-origin"), ("User-Agent", "<b>Navegador</b>")]);
    let mut browser = unit.signed_in(Role::Admin);
    let page = browser.get("/ajustes/sesiones").page();
    let text = page.text();
    assert!(text.contains("Esta sesión") && text.contains("<b>Navegador</b>") && text.contains("127.0.0.1"), "{text}");
    let actions: Vec<String> = page.forms().into_iter().map(|form| form.action).filter(|action| action.ends_with("/terminar")).collect();
    assert_eq!(actions.len(), 3);
    let rows: Vec<_> = page.all("tr").filter(|row| row.get("data-row").is_some()).map(|row| row.text.clone()).collect();
    for (row, action) in rows.iter().zip(&actions) {
        if row.contains("eva") {
            assert!(browser.fill("/ajustes/sesiones", action, &[]).page().text().contains("Sesión terminada"));
            assert_eq!(browser.post(action, &[]).status, 303, "one that is over is over");
        }
    }
    assert_eq!((eva.get("/").status, agent.get("/").status, browser.get("/ajustes").status), (303, 303, 200));
    assert_eq!(browser.post("/ajustes/sesiones/x/terminar", &[]).status, 404);
}
