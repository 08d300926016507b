//! Pages of other origins: what a browser is told.

use crate::support::{Api, server::Request};

const PAGE: &str = "https://vigia.example";
const ALLOWED: &str = "Access-Control-Allow-Origin";

fn api() -> Api {
    Api::start_with(|setup| setup.origins = vec![PAGE.into(), "http://localhost:5173".into()])
}

/// What a browser asks before a request that no form could send.
fn asked_before<'a>(api: &'a Api, origin: &str) -> Request<'a> {
    let request = api.anonymous("OPTIONS", "/api/v1/icsr").header("Origin", origin);
    request
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "authorization,content-type,idempotency-key")
}

#[test]
fn a_page_of_a_named_origin_may_call_with_its_token() {
    let api = api();
    let told = asked_before(&api, PAGE).send();
    assert_eq!((told.status, told.header(ALLOWED), told.header("Access-Control-Allow-Credentials")), (200, PAGE, ""));
    for header in ["authorization", "content-type", "idempotency-key"] {
        assert!(told.header("Access-Control-Allow-Headers").to_lowercase().contains(header), "{header}");
    }
    let answer = api.request("GET", "/api/v1/icsr").header("Origin", PAGE).send();
    assert_eq!((answer.status, answer.header(ALLOWED)), (200, PAGE));
    assert!(answer.header("Access-Control-Expose-Headers").to_lowercase().contains("x-request-id"));
}

#[test]
fn a_refusal_can_be_read_by_the_page_too() {
    let api = api();
    for (path, status) in [("/api/v1/icsr", 401), ("/api/v1/nada", 404)] {
        let answer = api.anonymous("GET", path).header("Origin", PAGE).send();
        assert_eq!((answer.status, answer.header(ALLOWED)), (status, PAGE), "{path}");
    }
    let answer = api.request("POST", "/api/v1/icsr").header("Origin", PAGE).bytes(b"{");
    assert_eq!((answer.status, answer.header(ALLOWED)), (400, PAGE));
}

#[test]
fn pages_of_other_origins_are_told_nothing() {
    let api = api();
    for origin in
        ["https://otra.example", "https://vigia.example.otra.example", "http://vigia.example", "https://vigia.example:8443", "null"]
    {
        let told = asked_before(&api, origin).send();
        assert!(told.header(ALLOWED).is_empty(), "{origin}");
        assert!(api.request("GET", "/api/v1/icsr").header("Origin", origin).send().header(ALLOWED).is_empty(), "{origin}");
    }
    let answer = api.request("GET", "/api/v1/icsr").send();
    assert_eq!(answer.status, 200, "what comes from no page is served as ever");
}

#[test]
fn without_the_setting_no_page_of_another_origin_is_told_anything() {
    let api = Api::start();
    assert!(asked_before(&api, PAGE).send().header(ALLOWED).is_empty());
    let answer = api.request("GET", "/api/v1/icsr").header("Origin", PAGE).send();
    assert_eq!((answer.status, answer.header(ALLOWED)), (200, ""));
}
