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
    let first =
        browser.post("/casos/1/plan", &[("nota", "línea 1\nlínea «2» <b>"), ("_token", "de-antes"), ("campo", "a"), ("campo", "b")]);
    assert_eq!(first.status, 401);
    let page = first.page();
    assert!(page.text().contains("no se ha perdido"), "{}", page.text());
    let second = browser.fill_in(&page, "/entrar", &[("usuario", "ana"), ("clave", PASSWORD)]);
    assert_eq!(second.status, 200, "{}", second.text);
    let form = second.page().form("/casos/1/plan");
    let expected = [("nota", "línea 1\nlínea «2» <b>"), ("campo", "a"), ("campo", "b")];
    let fields = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let (tokens, kept): (Vec<_>, Vec<_>) = fields.partition(|(name, _)| *name == "_token");
    assert_eq!(kept, expected);
    assert!(tokens.len() == 1 && tokens[0].1 != "de-antes", "a token of the new session");
}

#[test]
fn whoever_comes_back_is_where_the_form_was_and_a_stranger_sends_no_novel() {
    let unit = Unit::start();
    let mut browser = unit.stranger();
    let headers = [("Sec-Fetch-Site", "same-origin"), ("Referer", "http://fv.example.test/casos/7/seguimiento")];
    let page = browser.post_with("/casos/7/intentos/3", &[("motivo", "x")], &headers).page();
    let back = page.form("/entrar").fields.into_iter().find(|(name, _)| name == "volver").unwrap().1;
    assert_eq!(back, "/casos/7/seguimiento");
    let novel = "x".repeat(300 * 1024);
    assert_eq!(browser.post("/casos/7/intentos/3", &[("motivo", &novel)]).status, 413);
    assert_eq!(browser.post("/salir", &[]).location(), "/entrar", "who is out already goes out");
}

#[test]
fn whoever_signs_in_again_leaves_no_session_behind() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Qf);
    let former = browser.clone();
    assert_eq!(browser.post("/entrar", &[("usuario", "qf"), ("clave", PASSWORD)]).status, 303);
    assert_eq!(former.clone().get("/").status, 303);
    assert_eq!(unit.app.sessions().unwrap().len(), 1);
}

#[test]
fn whoever_signs_out_is_out_also_with_a_copy_of_the_cookie() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Qf);
    let copy = browser.clone();
    assert_eq!(browser.fill("/", "/salir", &[]).page().heading(), "Departamento de Farmacovigilancia");
    assert_eq!(copy.clone().get("/").status, 303);
}
