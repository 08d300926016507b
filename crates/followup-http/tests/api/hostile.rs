//! Input that nobody sends in good faith.

use followup_domain::case::{CaseRecord, FieldKind};
use serde_json::{Value, json};

use crate::support::{Api, quiet};

const ICSR: &str = "/api/v1/icsr";

/// Written to do harm where text is taken for something else: SQL, HTML, templates, paths, mail headers.
const HARMFUL: &str = "'; DROP TABLE cases; -- <script>alert(1)</script> {{ 7*7 }} ${x} %s ../../etc/passwd\r\nBcc: z@mal.test\r\n.\r\n\u{202e}\u{feff}\u{1F4A9}";

#[test]
fn harmful_text_in_every_text_field_comes_back_unchanged() {
    let api = Api::start_with(quiet);
    let text_fields: Vec<&str> =
        CaseRecord::FIELDS.iter().filter(|field| CaseRecord::kind(field) == Some(FieldKind::Text)).copied().collect();
    assert!(text_fields.len() > 15);
    let mut body: Value = text_fields.iter().map(|field| ((*field).to_owned(), json!(HARMFUL))).collect::<serde_json::Map<_, _>>().into();
    body["productos"] = json!([{"nombre_producto": HARMFUL, "dosis": HARMFUL, "nro_lote": HARMFUL}]);
    body["eventos"] = json!([{"descripcion_evento": HARMFUL}]);
    let created = api.post(ICSR, &body);
    assert_eq!(created.status, 201, "{}", created.text());
    let read = api.get(&format!("{ICSR}/1")).json();
    for field in text_fields {
        assert_eq!(read[field], HARMFUL, "{field}");
    }
    assert_eq!((&read["productos"][0]["dosis"], &read["eventos"][0]["descripcion_evento"]), (&json!(HARMFUL), &json!(HARMFUL)));
    assert_eq!(api.get(&format!("{ICSR}?q=DROP+TABLE")).json()["total"], 1);
    assert_eq!(api.post(&format!("{ICSR}/1/followup/draft"), &json!({"channel": "email"})).status, 200);
}

#[test]
fn harmful_text_is_sent_as_text() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({}));
    let sent = api.post(&format!("{ICSR}/{id}/followup/send"), &json!({"channel": "email", "body": HARMFUL, "subject": HARMFUL}));
    assert_eq!((sent.status, &sent.json()["body"]), (201, &json!(HARMFUL)));
    let mail = api.mail.accepted();
    assert_eq!((mail.len(), mail[0].body.as_str(), mail[0].to.as_str()), (1, HARMFUL, crate::support::REPORTER));
    assert!(!mail[0].subject.contains(['\r', '\n']));
}

#[test]
fn nul_bytes_are_refused_by_the_field_that_has_them() {
    let api = Api::start();
    let body = json!({"numero": "a\u{0}b", "productos": [{"dosis": "\u{0}"}]});
    let mut named = api.post(ICSR, &body).refused();
    named.sort();
    assert_eq!(named, ["numero", "productos[0].dosis"]);
    assert_eq!(api.get(&format!("{ICSR}?q=a%00b")).refused(), ["q"]);
    assert_eq!(api.post(ICSR, &json!({"a\u{0}b": 1})).refused(), ["a\u{0}b"]);
}

#[test]
fn what_is_no_json_is_refused_with_a_sentence() {
    let api = Api::start();
    let deep = format!("{{\"productos\":{}1{}}}", "[".repeat(200_000), "]".repeat(200_000));
    let bodies: [&[u8]; 15] = [
        b"",
        b" ",
        b"{",
        b"{}}",
        b"{} x",
        b"[]",
        b"null",
        b"\"a\"",
        b"{'a':1}",
        b"{\"numero\":\"\\ud800\"}",
        b"{\"numero\":\"\\udc00\\ud800\"}",
        b"{\"numero\":\"\xff\xfe\"}",
        b"{\"paciente_edad\":1e999}",
        b"\xef\xbb\xbf{}",
        deep.as_bytes(),
    ];
    for body in bodies {
        let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        let (status, detail) = api.request("POST", ICSR).bytes(body).error();
        assert_eq!(status, 400, "{shown}");
        assert!(detail.starts_with("JSON mal formado") || detail.starts_with("El cuerpo de la petición"), "{shown}: {detail}");
    }
    let repeated = api.request("POST", ICSR).bytes(br#"{"numero":"1","numero":"2"}"#).error();
    assert_eq!(repeated, (400, "JSON mal formado: la clave «numero» está repetida".into()));
    assert_eq!(api.get(ICSR).json()["total"], 0);
}

#[test]
fn a_body_that_is_too_long_is_413_and_its_client_hears_so() {
    let api = Api::start();
    let body = json!({"descripcion_evento": "x".repeat(10 * 1024 * 1024)});
    let expected = (413, "El cuerpo de la petición es demasiado grande".to_owned());
    assert_eq!(api.post(ICSR, &body).error(), expected);
    assert_eq!(api.request("POST", ICSR).header("Transfer-Encoding", "chunked").bytes(body.to_string().as_bytes()).error(), expected);
    let fits = json!({"descripcion_evento": "x".repeat(1024 * 1024 - 100)});
    assert_eq!(api.post(ICSR, &fits).refused(), ["descripcion_evento"]);
}

#[test]
fn a_stranger_with_a_long_body_hears_401() {
    let api = Api::start();
    let answer = api.anonymous("POST", ICSR).bytes(&vec![b'x'; 10 * 1024 * 1024]);
    assert_eq!(answer.error(), (401, "Falta el token de acceso".into()));
}

#[test]
fn the_limit_is_a_setting() {
    let api = Api::start_with(|setup| setup.body_limit = Some(20));
    assert_eq!(api.request("POST", ICSR).bytes(b"{\"numero\":\"1234567\"}").status, 201);
    assert_eq!(api.request("POST", ICSR).bytes(b"{\"numero\":\"12345678\"}").status, 413);
}

#[test]
fn numbers_beyond_all_measure_are_refused_as_values() {
    let api = Api::start();
    for number in ["123456789012345678901234567890", "-1e308", "1e-400", "-9223372036854775809"] {
        let answer = api.request("POST", ICSR).bytes(format!("{{\"paciente_peso\":{number}}}").as_bytes());
        assert_eq!(answer.refused(), ["paciente_peso"], "{number}");
    }
    assert_eq!(api.request("PUT", "/api/v1/icsr/1").bytes(b"{\"version\":1e30}").refused(), ["version"]);
}

#[test]
fn odd_paths_are_no_way_around_the_routes() {
    let api = Api::start();
    for path in
        ["/api/v1/icsr/..%2f..%2fadmin", "/api/v1/icsr/1/followup/../../../etc/passwd", "//api/v1/icsr", "/api/v1/ICSR", "/api%2fv1%2ficsr"]
    {
        let answer = api.anonymous("GET", path).send();
        assert!([401, 404].contains(&answer.status), "{path}: {}", answer.status);
    }
}

#[test]
fn a_reporter_text_of_pathological_shape_is_read_in_bounded_time() {
    let api = Api::start_with(quiet);
    let contact = format!("{}@{}", "a.".repeat(499), "1-".repeat(500));
    let created = api.post(ICSR, &json!({"reportante_contacto": contact, "reportante_telefono": "+".repeat(2_000)}));
    assert_eq!(created.status, 201);
    assert_eq!(api.get(&format!("{ICSR}/1/followup")).status, 200);
}

#[test]
fn texts_and_lists_have_their_limits() {
    let api = Api::start_with(quiet);
    let text = |length: usize| "ñ".repeat(length);
    let objects = |count: usize| vec![json!({}); count];
    let fits = json!({"descripcion_evento": text(100_000), "numero": text(2_000), "productos": objects(100)});
    assert_eq!(api.post(ICSR, &fits).status, 201);
    let over = json!({
        "descripcion_evento": text(100_001), "numero": text(2_001), "productos": objects(101), "concomitantes": objects(101),
        "eventos": [{"descripcion_evento": text(100_000)}, {"descripcion_evento": text(100_001)}],
    });
    let mut named = api.put(&format!("{ICSR}/1"), &over).refused();
    named.sort();
    assert_eq!(named, ["concomitantes", "descripcion_evento", "eventos[1].descripcion_evento", "numero", "productos"]);
    assert_eq!(api.post(ICSR, &json!({"eventos": objects(101)})).refused(), ["eventos"]);

    let plans = "/api/v1/admin/followup/plans";
    let attempts = |count: usize| (0..count).map(|hour| json!({"label": text(200), "afterHours": hour})).collect::<Vec<_>>();
    assert_eq!(api.post(plans, &json!({"name": text(200), "notes": text(2_000), "attempts": attempts(50)})).status, 201);
    let over = json!({"name": text(201), "ref": text(201), "notes": text(2_001), "attempts": attempts(51)});
    assert_eq!(api.post(plans, &over).refused(), ["name", "ref", "attempts", "notes"]);
    let label = json!({"name": "x", "attempts": [{"label": text(201), "afterHours": 0}]});
    assert_eq!(api.post(plans, &label).refused(), ["attempts[0].label"]);

    let followup = |rest: &str, body: Value| api.post(&format!("{ICSR}/1/followup/{rest}"), &body).refused();
    assert_eq!(followup("close", json!({"reason": "declined", "notes": text(20_001), "override_reason": text(2_001)})).len(), 2);
    assert_eq!(followup("reopen", json!({"reason": text(2_001)})), ["reason"]);
    assert_eq!(followup("calls", json!({"outcome": "reached", "notes": text(20_001)})), ["notes"]);
    assert_eq!(followup("attempts", json!({"due_at": "2024-06-10T14:00:00Z", "label": text(201)})), ["label"]);
    assert_eq!(followup("send", json!({"channel": "email", "body": text(100_001), "parameters": vec!["x"; 101]})), ["body", "parameters"]);
}

/// What is refused is repeated only as far as a person needs it.
#[test]
fn a_refusal_does_not_grow_with_what_it_refuses() {
    let api = Api::start();
    let many: serde_json::Map<_, _> = (0..50_000).map(|number| (format!("x{number}"), json!(1))).collect();
    let answer = api.post(ICSR, &many.into());
    assert_eq!((answer.refused().len(), answer.body.len() < 5_000), (50, true));
    let long = "x".repeat(500_000);
    assert!(api.post(ICSR, &json!({&long: 1})).body.len() < 500);
    assert!(api.request("POST", ICSR).bytes(format!("{{\"{long}\":1,\"{long}\":1}}").as_bytes()).body.len() < 500);
    let objects = json!({"productos": vec![json!({"x": 1}); 100]});
    assert_eq!(api.post(ICSR, &objects).refused().len(), 50);
}
