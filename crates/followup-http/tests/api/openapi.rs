//! The OpenAPI document and the page that shows it.

use std::collections::{BTreeMap, BTreeSet};

use followup_http::{ROUTES, openapi_json};
use serde_json::{Value, json};

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

/// One part for each tag: its calls, and the schemas that only they lead to. What several tags share, and the rest of the document, is a
/// part of its own.
#[test]
fn the_document_is_reviewed() {
    let document = document();
    let parts = calls_by_tag(&document);
    let reached: BTreeMap<&String, BTreeSet<String>> = parts.iter().map(|(tag, calls)| (tag, schemas_in(&document, calls))).collect();
    let is_shared = |name: &String| reached.values().filter(|names| names.contains(name)).count() != 1;
    let schemas = |wanted: &dyn Fn(&String) -> bool| -> BTreeMap<String, Value> {
        let all = document["components"]["schemas"].as_object().unwrap();
        all.iter().filter(|(name, _)| wanted(name)).map(|(name, schema)| (name.clone(), schema.clone())).collect()
    };
    for (tag, calls) in &parts {
        let own = schemas(&|name| reached[tag].contains(name) && !is_shared(name));
        insta::assert_json_snapshot!(format!("openapi_{}", tag.replace(' ', "_")), json!({"calls": calls, "schemas": own}));
    }
    let mut rest = document.clone();
    rest.as_object_mut().unwrap().remove("paths");
    rest["components"]["schemas"] = json!(schemas(&is_shared));
    insta::assert_json_snapshot!("openapi", rest);
}

/// Every call as `METHOD path`, by its tag.
fn calls_by_tag(document: &Value) -> BTreeMap<String, BTreeMap<String, Value>> {
    let mut parts = BTreeMap::<String, BTreeMap<String, Value>>::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let calls = parts.entry(operation["tags"][0].as_str().unwrap().to_owned()).or_default();
            calls.insert(format!("{} {path}", method.to_uppercase()), operation.clone());
        }
    }
    parts
}

/// The schemas that calls refer to, and those within them.
fn schemas_in(document: &Value, calls: &BTreeMap<String, Value>) -> BTreeSet<String> {
    let names = |value: &Value| -> Vec<String> {
        let text = value.to_string();
        text.split("#/components/schemas/").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    let mut open: Vec<String> = calls.values().flat_map(names).collect();
    let mut all = BTreeSet::new();
    while let Some(name) = open.pop() {
        if all.insert(name.clone()) {
            open.extend(names(&document["components"]["schemas"][&name]));
        }
    }
    all
}

#[test]
fn the_document_and_the_router_know_the_same_routes() {
    let routed: BTreeSet<_> = ROUTES.iter().map(|route| (route.method.to_owned(), route.path.to_owned())).collect();
    assert_eq!(documented(), routed);
}

#[test]
fn every_documented_route_answers() {
    let api = Api::start();
    for (method, path) in documented() {
        let numbered = ["icsr_id", "message_id", "attempt_id", "plan_id", "deadline_id", "mail_id", "upload_id", "proposal_id", "n"];
        let path = numbered.iter().fold(path, |path, name| path.replace(&format!("{{{name}}}"), "1"));
        let path = path
            .replace("{letter}", "solicitud.sms.txt")
            .replace("{field}", "paciente_peso")
            .replace("{address}", "a@b.test")
            .replace("{warning}", "x-1")
            .replace("{secret}", "x");
        assert!(!path.contains('{'), "{path}");
        let answer = api.admin(&method, &path).send();
        assert_ne!(answer.status, 405, "{method} {path}");
        assert!(answer.status != 404 || answer.error().1 != "Ruta no encontrada", "{method} {path}");
    }
}

#[test]
fn every_call_names_the_roles_that_may_make_it() {
    let document = document();
    for route in ROUTES {
        let named = document["paths"][route.path][route.method.to_lowercase()]["x-roles"].clone();
        let expected = route.permission.map_or(json!(null), |permission| permission.roles().iter().map(|role| role.as_str()).collect());
        assert_eq!(named, expected, "{} {}", route.method, route.path);
    }
}

/// Whoever copies an example gets an answer about the case, never about the form of the request.
#[test]
fn every_body_that_is_json_has_an_example_and_the_service_takes_it() {
    let document = document();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let body = &operation["requestBody"]["content"]["application/json"];
            if body.is_null() || path.contains("/webhooks/") {
                continue;
            }
            let (api, places) = something_of_everything();
            let url = places.iter().fold(path.clone(), |url, (name, value)| url.replace(&format!("{{{name}}}"), value));
            assert!(body["example"].is_object(), "{method} {path} has no example");
            let mut example = body["example"].clone();
            for (member, place) in [("up_to", "message_id"), ("parent_id", "message_id"), ("icsr_id", "icsr_id")] {
                if example.get(member).is_some() {
                    example[member] = places[place].parse().unwrap();
                }
            }
            let answer = api.admin(&method.to_uppercase(), &url).json(&example);
            assert!(!matches!(answer.status, 400 | 415 | 422), "{method} {url} {example}: {} {}", answer.status, answer.text());
            // The form is looked at before what the path names.
            example["nada"] = json!(1);
            example.as_object_mut().unwrap().remove("version");
            assert_eq!(api.admin(&method.to_uppercase(), &url).json(&example).refused(), ["nada"], "{method} {url}");
        }
    }
}

/// A case with a letter and a plan, a mail of no case, and what of each stands in a path.
fn something_of_everything() -> (Api, BTreeMap<&'static str, String>) {
    let api = Api::start();
    let case = api.case(json!({}));
    let followup = format!("/api/v1/icsr/{case}/followup");
    api.post(&format!("{followup}/plan"), &json!({"plan_id": 1, "base_at": "2024-03-01T09:00:00-05:00"}));
    api.deliver();
    let message = api.get(&format!("{followup}/thread")).json()["items"][0]["id"].to_string();
    let attempt = api.get(&format!("{followup}/attempts")).json()["items"][0]["id"].to_string();
    let deadline =
        api.post("/api/v1/admin/followup/deadlines", &json!({"authority": "X", "role": "titular", "scope": "any", "days": 9, "norm": "Y"}));
    let places = [
        ("icsr_id", case.to_string()),
        ("message_id", message),
        ("attempt_id", attempt),
        ("plan_id", "1".into()),
        ("deadline_id", deadline.json()["id"].to_string()),
        ("letter", "solicitud.sms.txt".into()),
        ("mail_id", "1".into()),
        ("proposal_id", "1".into()),
        ("field", "paciente_peso".into()),
        ("warning", "birth_in_future-0011223344556677".into()),
        ("address", "otra@example.org".into()),
    ];
    (api, places.into())
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
    assert_eq!(api.anonymous("GET", "/").send().text(), page.text(), "whoever types the bare address gets there");
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

/// The schema that a JSON body has, and those within it.
fn sent_schemas(document: &Value) -> BTreeSet<String> {
    fn names(schema: &Value, all: &mut BTreeSet<String>, document: &Value) {
        let Some(text) = schema["$ref"].as_str() else {
            let parts = [schema["oneOf"].as_array().cloned(), schema.get("items").map(|items| vec![items.clone()])];
            parts.into_iter().flatten().flatten().for_each(|part| names(&part, all, document));
            return;
        };
        let name = text.rsplit('/').next().unwrap().to_owned();
        if all.insert(name.clone()) {
            let properties = document["components"]["schemas"][&name]["properties"].as_object().cloned().unwrap_or_default();
            properties.values().for_each(|property| names(property, all, document));
        }
    }
    let mut all = BTreeSet::new();
    for operation in document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values()) {
        names(&operation["requestBody"]["content"]["application/json"]["schema"], &mut all, document);
    }
    all
}

#[test]
fn every_object_that_is_sent_takes_no_other_fields() {
    let document = document();
    let sent = sent_schemas(&document);
    assert!(sent.len() > 15 && sent.contains("PlanTemplateAttemptRequest") && sent.contains("SendReasonRequest"), "{sent:?}");
    for name in sent {
        let schema = document["components"]["schemas"][&name].clone();
        let forms = schema["oneOf"].as_array().cloned().unwrap_or_else(|| vec![schema]);
        assert!(forms.iter().all(|form| form["additionalProperties"] == false), "{name}");
    }
    assert_eq!(document["components"]["schemas"]["LoginRequest"]["additionalProperties"], false);
    for output in ["Message", "Attempt", "PlanTemplateAttempt"] {
        assert_eq!(document["components"]["schemas"][output]["additionalProperties"], Value::Null, "{output}");
    }
}

/// What the document lists is what a refusal lists.
#[test]
fn the_values_of_a_field_are_those_that_are_taken() {
    let (api, document) = (Api::start(), document());
    for (method, path, schema, field) in [
        ("POST", "/icsr/1/followup/attempts", "AttemptRequest", "channel"),
        ("POST", "/icsr/1/followup/calls", "CallRequest", "outcome"),
        ("POST", "/icsr/1/followup/close", "CloseRequest", "reason"),
        ("POST", "/admin/followup/deadlines", "DeadlineRequest", "scope"),
        ("PUT", "/icsr/1/followup/fields/paciente_peso", "FieldStateRequest", "state"),
        ("PATCH", "/icsr/1/followup/1", "MessageStatusRequest", "status"),
        ("POST", "/icsr/1/followup/1/resolve", "ResolveRequest", "status"),
    ] {
        let values = document["components"]["schemas"][schema]["properties"][field]["enum"].as_array().cloned().unwrap_or_default();
        let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        let answer = api.admin(method, &format!("/api/v1{path}")).json(&serde_json::json!({field: "x"}));
        let told = answer.json()["errors"].as_array().unwrap().iter().find(|error| error["field"] == field).unwrap()["message"].clone();
        assert_eq!(told, format!("Valor no válido; se acepta: {}", values.join(", ")), "{schema}");
    }
    for parameter in document["paths"]["/api/v1/icsr"]["get"]["parameters"].as_array().unwrap() {
        let name = parameter["name"].as_str().unwrap();
        if let Some(values) = parameter["schema"]["enum"].as_array() {
            let values: Vec<&str> = values.iter().filter_map(Value::as_str).filter(|value| !value.is_empty()).collect();
            let told = api.get(&format!("/api/v1/icsr?{name}=x")).json()["errors"][0]["message"].clone();
            assert_eq!(told, format!("Valor no válido; se acepta: {}", values.join(", ")), "{name}");
        } else {
            assert!(!["sort", "followup_status", "awaiting"].contains(&name), "{name}");
        }
    }
    let schemas = &document["components"]["schemas"];
    for channel in [&schemas["SendRequest"]["oneOf"][0]["properties"]["channel"], &schemas["DraftRequest"]["properties"]["channel"]] {
        assert_eq!(channel["enum"], json!(["email", "sms", "whatsapp"]));
    }
}

/// What is demanded of one member because of another stands in the forms of the object.
#[test]
fn members_that_depend_on_each_other_are_told_as_forms() {
    let document = document();
    let forms = |name: &str, member: &str| -> Vec<(Value, Value, bool)> {
        let forms = document["components"]["schemas"][name]["oneOf"].as_array().cloned().unwrap();
        let told = |form: &Value| {
            let property = &form["properties"][member];
            let key = if name == "AttemptChange" { "action" } else { "channel" };
            let demanded = form["required"].as_array().unwrap().contains(&json!(member));
            (form["properties"][key]["enum"].clone(), property["type"].clone(), demanded)
        };
        forms.iter().map(told).collect()
    };
    let dates = [
        (json!(["skip", "complete"]), json!("null"), false),
        (json!(["reschedule"]), json!("string"), true),
        (json!(["reactivate"]), json!(["string", "null"]), false),
    ];
    assert_eq!(forms("AttemptChange", "due_at"), dates);
    let (all, whatsapp) = (json!(["email", "sms", "whatsapp"]), json!(["whatsapp"]));
    assert_eq!(forms("SendRequest", "body"), [(all.clone(), json!("string"), true), (whatsapp.clone(), json!("null"), false)]);
    assert_eq!(forms("SendRequest", "template"), [(all, json!("null"), false), (whatsapp, json!("string"), true)]);
    let api = Api::start();
    let told = api.admin("PATCH", "/api/v1/icsr/1/followup/attempts/1").json(&json!({"action": "x"})).json();
    assert_eq!(told["errors"][0]["message"], "Valor no válido; se acepta: skip, complete, reschedule, reactivate");
}

#[test]
fn answers_are_described_with_their_headers_and_types() {
    let document = document();
    let answers = |path: &str, method: &str| document["paths"][path][method]["responses"].clone();
    let plans = answers("/api/v1/admin/followup/plans", "get");
    assert!(plans["422"].is_object() && plans["503"]["headers"]["Retry-After"].is_object(), "{plans}");
    assert!(plans["500"]["headers"]["X-Request-Id"].is_object(), "{plans}");
    assert!(answers("/api/v1/auth/login", "post")["429"]["headers"]["Retry-After"].is_object());
    let send = answers("/api/v1/icsr/{icsr_id}/followup/send", "post");
    assert!(send["409"]["description"].as_str().unwrap().contains("no ser contactada"), "{send}");
    let attachment = answers("/api/v1/icsr/{icsr_id}/followup/{message_id}/attachments/{n}", "get")["200"]["content"].clone();
    let types: Vec<&String> = attachment.as_object().unwrap().keys().collect();
    let expected = ["application/octet-stream", "application/pdf", "image/gif", "image/jpeg", "image/png", "image/webp", "text/plain"];
    assert_eq!(types, expected);
}
