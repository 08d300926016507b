//! Answers that are not the handlers' own: unknown paths, methods, types, sizes, and failures behind the use cases.

use std::sync::Arc;

use followup_domain::ports::{Store, StoreError, Tx, TxMode, TxVerdict};
use followup_http::ROUTES;
use followup_testkit::fakes::Script;
use serde_json::json;

use crate::support::{Api, quiet};

pub(crate) struct BrokenStore(pub(crate) StoreError);

impl Store for BrokenStore {
    fn transact(&self, _: TxMode, _: &mut dyn FnMut(&mut dyn Tx) -> TxVerdict) -> Result<(), StoreError> {
        Err(self.0.clone())
    }
    fn check(&self) -> Result<(), StoreError> {
        Err(self.0.clone())
    }
}

#[test]
fn unknown_paths_and_methods_answer_json() {
    let api = Api::start();
    for path in ["/nada", "/api/v1/nada", "/api/v1/icsr/", "/api/v1/icsr/1/2/3", "/api/v1/icsr/1/followup/nada"] {
        let answer = api.get(path);
        assert_eq!(answer.error(), (404, "Ruta no encontrada".into()), "{path}");
        assert_eq!(answer.header("X-Content-Type-Options"), "nosniff");
    }
    for (method, path, allowed) in [
        ("DELETE", "/api/v1/icsr/1", "GET, HEAD, PUT"),
        ("PATCH", "/api/v1/icsr", "GET, HEAD, POST"),
        ("GET", "/api/v1/auth/login", "POST"),
        ("POST", "/healthz", "GET, HEAD"),
        ("GET", "/api/v1/icsr/1/followup/1", "PATCH"),
    ] {
        let answer = api.request(method, path).send();
        assert_eq!(answer.error(), (405, "Método no permitido".into()), "{method} {path}");
        assert_eq!(answer.header("Allow"), allowed);
    }
}

#[test]
fn head_answers_like_get_without_the_body() {
    let api = Api::start();
    let answer = api.anonymous("HEAD", "/healthz").send();
    assert_eq!((answer.status, answer.body.len()), (200, 0));
}

#[test]
fn the_process_is_alive_and_ready() {
    let api = Api::start();
    let answer = api.anonymous("GET", "/healthz").send();
    assert_eq!((answer.status, answer.json()), (200, json!({"status": "ok"})));
    let answer = api.anonymous("GET", "/readyz").send();
    assert_eq!((answer.status, &answer.json()["status"]), (200, &json!("ok")));
}

#[test]
fn an_unavailable_store_is_503_and_says_when_to_come_back() {
    let broken = StoreError::Unavailable("host=10.0.0.1 password=x".into());
    let api = Api::start_with(|setup| setup.followup.store = Arc::new(BrokenStore(broken)));
    assert_eq!(api.anonymous("GET", "/healthz").send().status, 200);
    for path in ["/readyz", "/api/v1/icsr", "/api/v1/icsr/1", "/api/v1/icsr/1/followup"] {
        let answer = api.get(path);
        assert_eq!(answer.error(), (503, "La base de datos no está disponible; intente de nuevo en unos segundos".into()), "{path}");
        assert_eq!(answer.header("Retry-After"), "5");
        assert!(!answer.text().contains("10.0.0.1"));
    }
}

#[test]
fn a_change_that_may_have_been_made_is_not_to_be_repeated_unseen() {
    let broken = StoreError::Unknown("the connection was lost in COMMIT".into());
    let api = Api::start_with(|setup| setup.followup.store = Arc::new(BrokenStore(broken)));
    let answer = api.post("/api/v1/icsr", &json!({}));
    let text = "No se sabe si el cambio quedó guardado: la base de datos no lo confirmó. Compruebe cómo está antes de repetirlo";
    assert_eq!((answer.error(), answer.header("Retry-After")), ((503, text.into()), ""));
}

#[test]
fn an_internal_error_carries_an_id_and_not_its_cause() {
    let broken = StoreError::Refused("row 7 of messages: secret".into());
    let api = Api::start_with(|setup| setup.followup.store = Arc::new(BrokenStore(broken)));
    let answer = api.get("/api/v1/icsr");
    assert_eq!(answer.error(), (500, "Error interno".into()));
    assert_eq!(answer.json()["id"], answer.header("X-Request-Id"));
    assert_eq!((answer.header("X-Request-Id").is_empty(), answer.text().contains("secret")), (false, false));
}

#[test]
fn a_panic_in_a_use_case_is_an_internal_error_and_the_service_goes_on() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({}));
    api.mail.next(Script::PanicInTransmit);
    let body = json!({"channel": "email", "body": "x"});
    let answer = api.post(&format!("/api/v1/icsr/{id}/followup/send"), &body);
    assert_eq!(answer.error(), (500, "Error interno".into()));
    assert!(!answer.json()["id"].as_str().unwrap().is_empty());
    assert_eq!(api.post(&format!("/api/v1/icsr/{id}/followup/send"), &body).status, 201);
}

#[test]
fn only_json_is_taken_for_json() {
    let api = Api::start();
    let create = |content_type: &str| api.request("POST", "/api/v1/icsr").header("Content-Type", content_type).bytes(b"{}");
    for content_type in ["application/json", "Application/JSON; charset=utf-8"] {
        assert_eq!(create(content_type).status, 201, "{content_type}");
    }
    assert_eq!(api.request("POST", "/api/v1/icsr").bytes(b"{}").status, 201);
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "ñ", ""] {
        assert_eq!(create(content_type).error(), (415, "Se espera un cuerpo application/json".into()), "{content_type}");
    }
}

/// With a token and without, of every method, found or not.
#[test]
fn no_answer_of_the_api_may_be_stored_or_given_to_another_caller() {
    let api = Api::start();
    let path =
        |template: &str| template.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect::<Vec<_>>().join("/");
    let private = ROUTES.iter().filter(|route| route.path.starts_with("/api/")).map(|route| (route.method, path(route.path)));
    let odd = [("HEAD", "/api/v1/icsr"), ("DELETE", "/api/v1/icsr"), ("GET", "/api/v1/nada"), ("GET", "/api/v1/icsr/x/followup/thread")];
    for (method, path) in private.chain(odd.map(|(method, path)| (method, path.to_owned()))) {
        for answer in [api.admin(method, &path).send(), api.anonymous(method, &path).send()] {
            assert_eq!((answer.header("Cache-Control"), answer.header("Vary")), ("no-store", "Authorization"), "{method} {path}");
        }
    }
    assert_eq!(api.anonymous("GET", "/healthz").send().header("Vary"), "");
}

#[test]
fn every_answer_says_that_it_is_not_to_be_cached_sniffed_or_framed() {
    let api = Api::start();
    for answer in [api.get("/api/v1/icsr"), api.get("/nada"), api.anonymous("GET", "/api/v1/icsr").send()] {
        assert_eq!(answer.header("Cache-Control"), "no-store");
        assert_eq!(answer.header("X-Content-Type-Options"), "nosniff");
        assert_eq!(answer.header("Content-Security-Policy"), "default-src 'none'; frame-ancestors 'none'");
        assert_eq!(answer.header("Referrer-Policy"), "no-referrer");
    }
}
