//! Who may call.

use std::sync::{Arc, Condvar, Mutex, mpsc};

use chrono::Duration;
use followup_access::{JwtSettings, hash_password};
use followup_app::NewUserRequest;
use followup_domain::audit::Actor;
use followup_domain::ports::{Clock, Store, StoreError, Tx, TxMode, TxVerdict};
use followup_domain::user::Role;
use followup_http::{ROUTES, RouteEntry};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::support::{Answer, Api, KEY};

const ME: &str = "/api/v1/auth/me";
const LOGIN: &str = "/api/v1/auth/login";
const WRONG: (u16, &str) = (401, "Usuario o contraseña incorrectos");

fn with_token(api: &Api, token: &str) -> Answer {
    api.anonymous("GET", ME).header("Authorization", &format!("Bearer {token}")).send()
}

fn signed(claims: &Value) -> String {
    encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(KEY.as_bytes())).unwrap()
}

fn add_user(api: &Api, username: &str, password: &str) {
    let operator = Actor::Service("test");
    let request = NewUserRequest {
        username: username.into(),
        email: Some("ana@unit.test".into()),
        roles: vec![Role::ResponsableFv, Role::Qa],
        password_hash: hash_password(password).unwrap(),
    };
    api.followup.create_user(&operator, request).unwrap();
}

fn sign_in(api: &Api, username: &str, password: &str) -> Answer {
    let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    api.anonymous("POST", LOGIN).form(&format!("username={}&password={}", encoded(username), encoded(password)))
}

#[test]
fn without_a_token_everything_but_the_public_routes_answers_401() {
    let api = Api::start();
    let public = ["/healthz", "/readyz", "/metrics", "/docs", "/api/v1/openapi.json", "/api/v1/auth/login"];
    // Webhooks prove themselves otherwise: see `webhooks.rs`.
    let is_public = |path: &str| public.contains(&path) || path.starts_with("/api/v1/webhooks/");
    for RouteEntry { method, path, .. } in ROUTES.iter().filter(|route| !is_public(route.path)) {
        let answer = api.anonymous(method, &path.replace("{icsr_id}", "1")).send();
        assert_eq!(answer.error(), (401, "Falta el token de acceso".into()), "{method} {path}");
        assert_eq!(answer.header("WWW-Authenticate"), "Bearer");
    }
}

#[test]
fn a_token_as_vigia_issues_it_is_accepted() {
    let api = Api::start();
    let token = signed(&json!({
        "sub": "12", "uid": 12, "username": "rojas", "email": "rojas@lab.test", "role": "qf", "roles": ["qf"],
        "tenant": "lab", "trace": "x", "exp": api.clock.now().timestamp() + 600,
    }));
    let me = json!({"id": 12, "username": "rojas", "email": "rojas@lab.test", "role": "qf", "roles": ["qf"], "tenant": "lab"});
    assert_eq!(with_token(&api, &token).json(), me);
}

#[test]
fn a_token_ends_by_the_services_own_clock() {
    let api = Api::start();
    let token = api.token(Role::Qa);
    assert_eq!(with_token(&api, &token).status, 200);
    api.clock.advance(Duration::minutes(61));
    assert_eq!(with_token(&api, &token).error(), (401, "El token de acceso venció".into()));
}

#[test]
fn broken_headers_and_tokens_answer_401() {
    let api = Api::start();
    let good = api.token(Role::Admin);
    let status = |headers: &str| api.raw(&format!("GET {ME} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n"));
    for value in ["", "Bearer", "Bearer ", &good, &format!("Basic {good}"), &format!("Bearer {good}x"), "Bearer a.b.c", "Bearer ñ"] {
        assert!(status(&format!("Authorization: {value}\r\n")).starts_with("HTTP/1.1 401 "), "{value:?}");
    }
    let header = format!("Authorization: bearer {good}\r\n");
    assert!(status(&format!("{header}{header}")).starts_with("HTTP/1.1 401 "));
    assert!(status(&header).starts_with("HTTP/1.1 200 "));
}

#[test]
fn every_role_is_somebody_and_an_unknown_one_is_not() {
    let api = Api::start();
    for role in Role::ALL {
        assert_eq!(with_token(&api, &api.token(*role)).json()["role"], role.as_str());
    }
    let exp = api.clock.now().timestamp() + 600;
    for claims in [json!({"sub": "a", "exp": exp}), json!({"sub": "a", "exp": exp, "role": "jefe", "roles": []})] {
        assert_eq!(with_token(&api, &signed(&claims)).error(), (403, "Su rol no permite esta operación".into()));
    }
}

#[test]
fn a_configured_tenant_must_match() {
    let api = Api::start_with(|setup| setup.jwt = JwtSettings::new(KEY, Some("lab".into())));
    let exp = api.clock.now().timestamp() + 600;
    let of = |tenant: Value| signed(&json!({"sub": "a", "role": "qf", "exp": exp, "tenant": tenant}));
    assert_eq!(with_token(&api, &of(json!("lab"))).status, 200);
    assert_eq!(with_token(&api, &of(json!("otro"))).status, 401);
    assert_eq!(with_token(&api, &of(Value::Null)).status, 401);
}

#[test]
fn a_local_user_signs_in_and_the_token_works() {
    let api = Api::start();
    add_user(&api, "ana", "Contraseña & más = 1");
    let answer = sign_in(&api, "Ana", "Contraseña & más = 1");
    assert_eq!(answer.status, 200, "{}", answer.text());
    let body = answer.json();
    assert_eq!(body["token_type"], "bearer");
    let roles = json!(["responsable_fv", "qa"]);
    let user = json!({"id": 1, "username": "ana", "email": "ana@unit.test", "role": "responsable_fv", "roles": roles, "tenant": null});
    assert_eq!(body["user"], user);
    assert_eq!(with_token(&api, body["access_token"].as_str().unwrap()).json(), user);
}

#[test]
fn unknown_users_wrong_passwords_and_disabled_users_get_the_same_answer() {
    let api = Api::start();
    add_user(&api, "ana", "la correcta");
    let expected = (WRONG.0, WRONG.1.to_owned());
    for (username, password) in [("ana", "otra"), ("ana", ""), ("nadie", "la correcta"), ("", ""), ("a b", "x"), ("' OR 1=1 --", "x")] {
        let answer = sign_in(&api, username, password);
        assert_eq!(answer.error(), expected, "{username:?}");
        assert_eq!(answer.json().as_object().unwrap().len(), 1);
    }
    api.followup.set_user_disabled(&Actor::Service("test"), "ana", true).unwrap();
    assert_eq!(sign_in(&api, "ana", "la correcta").error(), expected);
}

#[test]
fn a_sign_in_form_is_checked() {
    let api = Api::start();
    let form = |body: &str| api.anonymous("POST", LOGIN).form(body);
    assert_eq!(form("").refused(), ["username", "password"]);
    assert_eq!(form("username=a&password=b&otp=1").refused(), ["otp"]);
    assert_eq!(form("username=a&username=b&password=c").refused(), ["username"]);
    assert_eq!(form("username=a%00&password=c").refused(), ["username"]);
    assert_eq!(form("grant_type=password&username=a&password=b&scope=").error().0, 401);
    assert_eq!(form(&format!("username=a&password={}", "x".repeat(20_000))).error().0, 413);
    assert_eq!(api.anonymous("POST", LOGIN).json(&json!({"username": "a", "password": "b"})).error().0, 415);
}

const TOO_MANY: (u16, &str) = (429, "Demasiados intentos de inicio de sesión; espere antes de intentar de nuevo");

#[test]
fn guessing_at_a_user_has_to_wait_and_the_right_password_works_after_the_pause() {
    let api = Api::start();
    add_user(&api, "ana", "la correcta");
    for _ in 0..5 {
        assert_eq!(sign_in(&api, "ana", "otra").status, 401);
    }
    let paused = sign_in(&api, "ANA", "la correcta");
    assert_eq!(paused.error(), (TOO_MANY.0, TOO_MANY.1.to_owned()));
    assert_eq!(paused.header("Retry-After"), "30");
    api.clock.advance(Duration::milliseconds(29_500));
    assert_eq!(sign_in(&api, "ana", "la correcta").header("Retry-After"), "1");
    api.clock.advance(Duration::milliseconds(500));
    assert_eq!(sign_in(&api, "ana", "la correcta").status, 200);
    for _ in 0..5 {
        assert_eq!(sign_in(&api, "ana", "otra").status, 401, "the counter was reset");
    }
    assert_eq!(sign_in(&api, "ana", "otra").status, 429);
}

#[test]
fn an_unknown_user_waits_like_a_known_one_and_others_do_not() {
    let api = Api::start();
    add_user(&api, "ana", "la correcta");
    let answers = |name: &str| {
        let told = |answer: Answer| (answer.error(), answer.header("Retry-After").to_owned());
        (0..7).map(|_| told(sign_in(&api, name, "otra"))).collect::<Vec<_>>()
    };
    assert_eq!(answers("nadie"), answers("ana"));
    api.clock.advance(Duration::seconds(29));
    assert_eq!(sign_in(&api, "nadie", "x").status, 429);
    add_user(&api, "luis", "la de luis");
    assert_eq!(sign_in(&api, "luis", "la de luis").status, 200);
}

#[test]
fn an_address_has_to_wait_whatever_users_it_tries() {
    let api = Api::start();
    add_user(&api, "ana", "correcta");
    let from = |forwarded: &str, name: &str, password: &str| {
        api.anonymous("POST", LOGIN).header("X-Forwarded-For", forwarded).form(&format!("username={name}&password={password}"))
    };
    for number in 0..20 {
        assert_eq!(from(&format!("198.51.100.{number}, 203.0.113.9"), &format!("user{number}"), "x").status, 401);
    }
    let paused = from("203.0.113.9", "ana", "correcta");
    assert_eq!(paused.error(), (TOO_MANY.0, TOO_MANY.1.to_owned()));
    assert_eq!(paused.header("Retry-After"), "30");
    assert_eq!(from("203.0.113.10", "ana", "correcta").status, 200);
    api.clock.advance(Duration::seconds(30));
    assert_eq!(from("203.0.113.9", "ana", "correcta").status, 200);
}

/// Lets nobody through until it is opened, and counts who waits.
struct Gate {
    store: Arc<dyn Store>,
    waiting: Arc<(Mutex<(usize, bool)>, Condvar)>,
}

impl Store for Gate {
    fn transact(&self, mode: TxMode, work: &mut dyn FnMut(&mut dyn Tx) -> TxVerdict) -> Result<(), StoreError> {
        let (state, changed) = &*self.waiting;
        let mut waiting = state.lock().unwrap();
        waiting.0 += 1;
        changed.notify_all();
        drop(changed.wait_while(waiting, |(_, open)| !*open).unwrap());
        self.store.transact(mode, work)
    }
    fn check(&self) -> Result<(), StoreError> {
        self.store.check()
    }
}

#[test]
fn whoever_has_to_wait_is_told_so_while_all_password_checks_are_busy() {
    let waiting = Arc::new((Mutex::new((0, true)), Condvar::new()));
    let gate = waiting.clone();
    let api = Api::start_with(|setup| setup.followup.store = Arc::new(Gate { store: setup.followup.store.clone(), waiting: gate }));
    for _ in 0..5 {
        assert_eq!(sign_in(&api, "ana", "otra").status, 401);
    }
    *waiting.0.lock().unwrap() = (0, false);
    std::thread::scope(|scope| {
        for name in ["u1", "u2", "u3", "u4"] {
            let api = &api;
            scope.spawn(move || sign_in(api, name, "x"));
        }
        drop(waiting.1.wait_while(waiting.0.lock().unwrap(), |(busy, _)| *busy < 4).unwrap());
        let (told, heard) = mpsc::channel();
        let asked = &api;
        scope.spawn(move || told.send(sign_in(asked, "ana", "otra").status));
        let status = heard.recv_timeout(std::time::Duration::from_secs(30));
        waiting.0.lock().unwrap().1 = true;
        waiting.1.notify_all();
        assert_eq!(status, Ok(429));
    });
}
