//! The OpenAPI document and the page that shows it.

use std::collections::BTreeSet;

use followup_http::{ROUTES, openapi_json};
use serde_json::Value;

use crate::support::Api;

fn document() -> Value {
    serde_json::from_str(&openapi_json()).unwrap()
}

fn documented() -> BTreeSet<(String, String)> {
    let document = document();
    let paths = document["paths"].as_object().unwrap();
    let methods = |item: &Value| item.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect::<Vec<_>>();
    paths.iter().flat_map(|(path, item)| methods(item).into_iter().map(move |method| (method, path.clone()))).collect()
}

#[test]
fn the_document_is_reviewed() {
    insta::assert_snapshot!("openapi", openapi_json());
}

#[test]
fn the_document_and_the_router_know_the_same_routes() {
    let routed: BTreeSet<_> = ROUTES.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(documented(), routed);
}

#[test]
fn every_documented_route_answers() {
    let api = Api::start();
    for (method, path) in documented() {
        let numbered = ["icsr_id", "message_id", "attempt_id", "plan_id", "deadline_id", "n"];
        let path = numbered.iter().fold(path, |path, name| path.replace(&format!("{{{name}}}"), "1"));
        let path = path.replace("{field}", "paciente_peso").replace("{address}", "a@b.test");
        assert!(!path.contains('{'), "{path}");
        let answer = api.admin(&method, &path).send();
        assert_ne!(answer.status, 405, "{method} {path}");
        assert!(answer.status != 404 || answer.error().1 != "Ruta no encontrada", "{method} {path}");
    }
}

#[test]
fn every_reference_and_tag_of_the_document_leads_somewhere() {
    let document = document();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let text = document.to_string();
    let mut operations = BTreeSet::new();
    for reference in text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["summary"].is_string() && operation["tags"][0].is_string(), "{method} {path}");
            assert!(!operation["responses"].as_object().unwrap().is_empty(), "{method} {path}");
            assert!(operations.insert(operation["operationId"].to_string()), "{method} {path}");
        }
    }
}

#[test]
fn the_document_is_served_and_the_page_loads_nothing_from_outside() {
    let api = Api::start();
    assert_eq!(api.anonymous("GET", "/api/v1/openapi.json").send().json(), document());
    let page = api.anonymous("GET", "/docs").send();
    assert_eq!((page.status, page.header("Content-Type")), (200, "text/html; charset=utf-8"));
    let policy = page.header("Content-Security-Policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    let html = page.text();
    assert!(!html.contains("http://") && !html.contains("https://") && !html.contains("src="), "{html}");
}

/// The page may run only the script and use only the style that the policy names by their hash.
#[test]
fn the_pages_policy_fits_the_page() {
    use base64::Engine;
    use sha2::{Digest, Sha256};
    let api = Api::start();
    let page = api.anonymous("GET", "/docs").send();
    let html = page.text();
    for tag in ["script", "style"] {
        let (_, rest) = html.split_once(&format!("<{tag}>")).unwrap();
        let (content, _) = rest.split_once(&format!("</{tag}>")).unwrap();
        let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(content));
        assert!(page.header("Content-Security-Policy").contains(&format!("{tag}-src 'sha256-{hash}'")), "{tag}");
    }
}
