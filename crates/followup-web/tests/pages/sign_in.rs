//! Signing in and out.

use followup_domain::user::Role;

use crate::support::{PASSWORD, Unit};

#[test]
fn whoever_signs_in_comes_to_where_they_wanted_and_to_no_other_host() {
    let unit = Unit::start();
    unit.user("ana", &[Role::Qf]);
    for (wanted, expected) in [("/?bandeja=failed", "/?bandeja=failed"), ("//evil.test", "/"), ("https://evil.test/", "/"), ("", "/")] {
        let answer = unit.stranger().post("/entrar", &[("usuario", "ana"), ("clave", PASSWORD), ("volver", wanted)]);
        assert_eq!((answer.status, answer.location()), (303, expected), "{wanted}");
        let cookie = answer.header("set-cookie").unwrap();
        assert!(cookie.starts_with("followup=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    }
}

#[test]
fn a_wrong_password_says_so_and_keeps_the_name() {
    let unit = Unit::start();
    unit.user("ana", &[Role::Qf]);
    let answer = unit.stranger().post("/entrar", &[("usuario", "ana"), ("clave", "otra-clave-mala"), ("volver", "/casos")]);
    assert_eq!(answer.status, 401);
    let page = answer.page();
    assert!(page.text().contains("Usuario o contraseña incorrectos"), "{}", page.text());
    let form = page.form("/entrar");
    assert!(
        form.fields.contains(&("usuario".into(), "ana".into())) && form.fields.contains(&("volver".into(), "/casos".into())),
        "{form:?}"
    );
    assert!(form.fields.contains(&("clave".into(), String::new())), "the password is not sent back: {form:?}");
}

#[test]
fn what_was_typed_when_the_session_ended_is_sent_after_signing_in_again() {
    let unit = Unit::start();
    unit.user("ana", &[Role::Qf]);
    let mut browser = unit.stranger();
    let first = browser.post("/salir", &[("nota", "línea 1\nlínea «2» <b>"), ("_token", "de-antes"), ("campo", "a"), ("campo", "b")]);
    assert_eq!(first.status, 401);
    let page = first.page();
    assert!(page.text().contains("no se ha perdido"), "{}", page.text());
    let second = browser.fill_in(&page, "/entrar", &[("usuario", "ana"), ("clave", PASSWORD)]);
    assert_eq!(second.status, 200, "{}", second.text);
    let form = second.page().form("/salir");
    let expected = [("nota", "línea 1\nlínea «2» <b>"), ("campo", "a"), ("campo", "b")];
    let kept: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(kept, expected);
}

#[test]
fn whoever_signs_out_is_out_also_with_a_copy_of_the_cookie() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Qf);
    let copy = browser.clone();
    assert_eq!(browser.fill("/", "/salir", &[]).page().heading(), "Departamento de Farmacovigilancia");
    assert_eq!(copy.clone().get("/").status, 303);
}
