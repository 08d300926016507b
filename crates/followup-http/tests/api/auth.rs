//! Who may call.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, mpsc};

use chrono::Duration;
use followup_access::{JwtSettings, hash_password};
use followup_app::{App, NewUserRequest};
use followup_domain::audit::{Actor, AuditChain};
use followup_domain::ports::{Clock, PageRequest, Store, StoreError, StoreExt, Tx, TxMode, TxVerdict};
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
    let public = ["/", "/healthz", "/readyz", "/metrics", "/docs", "/api/v1/openapi.json", "/api/v1/auth/login"];
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

/// The token of a local user who signs in.
fn signed_in(api: &Api, username: &str, password: &str) -> String {
    let answer = sign_in(api, username, password);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

const ENDED: (u16, &str) = (401, "El token de acceso ya no vale: la cuenta cambió; inicie sesión otra vez");

#[test]
fn a_change_of_a_local_user_ends_their_tokens_within_ten_seconds() {
    type Change = fn(&App, &Actor);
    let changes: [(Change, &str); 3] = [
        (|app, actor| app.set_password_hash(actor, "ana", &hash_password("otra clave").unwrap()).unwrap(), "otra clave"),
        (|app, actor| app.set_user_roles(actor, "ana", vec![Role::Legal]).unwrap(), "una clave"),
        (|app, actor| app.set_user_disabled(actor, "ana", true).unwrap(), ""),
    ];
    for (change, password) in changes {
        let api = Api::start();
        let operator = Actor::Service("test");
        add_user(&api, "ana", "una clave");
        add_user(&api, "eva", "de eva");
        let (before, of_eva) = (signed_in(&api, "ana", "una clave"), signed_in(&api, "eva", "de eva"));
        api.clock.advance(Duration::seconds(1));
        assert_eq!(with_token(&api, &before).status, 200);
        change(&api.followup, &operator);
        api.clock.advance(Duration::seconds(10));
        assert_eq!(with_token(&api, &before).error(), (ENDED.0, ENDED.1.to_owned()));
        assert_eq!(with_token(&api, &of_eva).status, 200, "another's token stays");
        if password.is_empty() {
            assert_eq!(sign_in(&api, "ana", "una clave").status, 401);
            api.followup.set_user_disabled(&operator, "ana", false).unwrap();
            api.clock.advance(Duration::seconds(10));
            assert_eq!(with_token(&api, &before).status, 401, "what ended does not come back");
        } else {
            let after = signed_in(&api, "ana", password);
            let roles = with_token(&api, &after).json()["roles"].clone();
            assert_eq!(roles == json!(["legal"]), password == "una clave", "{roles}");
        }
    }
}

#[test]
fn whoever_signs_in_after_a_change_is_let_in_at_once() {
    let api = Api::start();
    let operator = Actor::Service("test");
    add_user(&api, "ana", "una clave");
    let first = signed_in(&api, "ana", "una clave");
    for _ in 0..3 {
        api.followup.set_user_disabled(&operator, "ana", true).unwrap();
        assert_eq!(sign_in(&api, "ana", "una clave").status, 401);
        api.clock.advance(Duration::seconds(10));
        assert_eq!(with_token(&api, &first).status, 401);
        api.followup.set_user_disabled(&operator, "ana", false).unwrap();
        api.clock.advance(Duration::milliseconds(1));
        assert_eq!(with_token(&api, &signed_in(&api, "ANA", "una clave")).status, 200);
    }
}

#[test]
fn a_token_of_ours_for_nobody_or_for_somebody_else_of_that_name_is_refused_and_one_of_vigias_is_not_ours() {
    let api = Api::start();
    add_user(&api, "ana", "una clave");
    let now = api.clock.now().timestamp();
    let token = |changes: Value| {
        let mut claims = json!({"iss": "followup", "iat": now, "sub": "ana", "uid": 1, "username": "ana", "role": "qf", "exp": now + 60});
        claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        with_token(&api, &signed(&claims)).status
    };
    assert_eq!(token(json!({})), 200);
    for changes in [json!({"username": "eva"}), json!({"uid": 2}), json!({"uid": null}), json!({"iat": null}), json!({"iat": "1"})] {
        assert_eq!(token(changes.clone()), 401, "{changes}");
    }
    api.followup.set_user_disabled(&Actor::Service("test"), "ana", true).unwrap();
    api.clock.advance(Duration::seconds(10));
    assert_eq!(token(json!({})), 401);
    assert_eq!(token(json!({"iss": "vigia"})), 200);
}

/// Counts what is asked of the store, which may be away.
struct Counting {
    store: Arc<dyn Store>,
    asked: Arc<AtomicUsize>,
    away: Arc<AtomicBool>,
}

impl Store for Counting {
    fn transact(&self, mode: TxMode, work: &mut dyn FnMut(&mut dyn Tx) -> TxVerdict) -> Result<(), StoreError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.away.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable("away".into()));
        }
        self.store.transact(mode, work)
    }
    fn check(&self) -> Result<(), StoreError> {
        self.store.check()
    }
}

#[test]
fn a_users_standing_is_read_once_in_a_while_and_a_store_that_is_away_lets_nobody_in() {
    let (asked, away) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
    let (counter, switch) = (asked.clone(), away.clone());
    let api = Api::start_with(|setup| {
        setup.followup.store = Arc::new(Counting { store: setup.followup.store.clone(), asked: counter, away: switch });
    });
    add_user(&api, "ana", "una clave");
    let token = signed_in(&api, "ana", "una clave");
    let reads = |times: usize| {
        let before = asked.load(Ordering::SeqCst);
        (0..times).for_each(|_| assert_eq!(with_token(&api, &token).status, 200));
        asked.load(Ordering::SeqCst) - before
    };
    assert_eq!(reads(20), 1);
    api.clock.advance(Duration::seconds(5));
    assert_eq!(reads(20), 1);
    away.store(true, Ordering::SeqCst);
    assert_eq!(reads(1), 0);
    api.clock.advance(Duration::seconds(5));
    let refused = with_token(&api, &token);
    assert_eq!((refused.status, refused.header("Retry-After")), (503, "5"));
    away.store(false, Ordering::SeqCst);
    assert_eq!(reads(1), 1);
}

#[test]
fn every_sign_in_stands_in_the_trail_with_its_address_and_no_failed_one_does() {
    let api = Api::start();
    add_user(&api, "ana", "una clave");
    sign_in(&api, "ana", "otra");
    sign_in(&api, "nadie", "una clave");
    signed_in(&api, "ana", "una clave");
    let page = PageRequest { offset: 0, limit: 100 };
    let rows = api.followup.store.read::<_, StoreError>(|tx| tx.audit().list(AuditChain::System, page)).unwrap().items;
    let told: Vec<_> = rows.iter().filter(|row| row.entity == "user").map(|row| (row.action.as_str(), row.actor.as_str())).collect();
    assert_eq!(told, [("user.created", "service:test"), ("user.signed_in", "user:ana")]);
    assert!(format!("{:?}", rows.last().unwrap().new).contains("127.0.0.1"), "{rows:?}");
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
fn wrong_passwords_from_other_addresses_lock_nobody_out() {
    let api = Api::start();
    add_user(&api, "ana", "correcta");
    let from = |address: &str, password: &str| {
        api.anonymous("POST", LOGIN).header("X-Forwarded-For", address).form(&format!("username=ana&password={password}")).status
    };
    for address in ["198.51.100.1", "198.51.100.2", "2001:db8::1"] {
        assert_eq!((0..7).map(|_| from(address, "x")).collect::<Vec<_>>(), [401, 401, 401, 401, 401, 429, 429], "{address}");
        assert_eq!(from(address, "correcta"), 429, "{address}");
    }
    assert_eq!(from("203.0.113.9", "correcta"), 200);
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
