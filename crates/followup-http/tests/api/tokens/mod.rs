//! Tokens of another issuer: public keys in PEM and in key sets, RS256 and ES256.

mod issuer;

use std::fs;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use followup_access::{IssuerKeys, JwksSource, JwtSettings};
use followup_domain::ports::Clock;
use followup_domain::user::Role;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use serde_json::{Value, json};

use self::issuer::{Issuer, RSA, ec_key, rsa_key, set};
use crate::support::{Api, KEY};

const INVALID: (u16, &str) = (401, "El token de acceso no es válido");

/// What the issuer and this service are called in tokens.
const ISSUER: &str = "https://issuer.test/realms/lab";
const AUDIENCE: &str = "followup";

/// Good for twelve hours after every test's beginning.
fn claims() -> Value {
    let ends = start().timestamp() + 12 * 3600;
    json!({"iss": ISSUER, "aud": AUDIENCE, "sub": "12", "uid": 12, "username": "rojas", "role": "qf", "exp": ends})
}

fn keys() -> IssuerKeys {
    IssuerKeys::of(ISSUER, AUDIENCE)
}

/// The claims, with some of them changed.
fn claims_with(changes: Value) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    claims
}

fn start() -> DateTime<Utc> {
    followup_testkit::fakes::ManualClock::default().now()
}

fn with_keys(keys: IssuerKeys) -> Api {
    Api::start_with(|setup| setup.jwt = JwtSettings::without_secret(None).with_issuer_keys(keys))
}

fn with_pem(pem: &str) -> Api {
    with_keys(keys().with_pem(pem.as_bytes()).unwrap())
}

fn with_url(url: String, ca_pem: Option<Vec<u8>>) -> Api {
    with_keys(keys().with_jwks(JwksSource::Url { url, ca_pem }, start()).unwrap())
}

fn status(api: &Api, token: &str) -> u16 {
    let answer = api.anonymous("GET", "/api/v1/auth/me").header("Authorization", &format!("Bearer {token}")).send();
    if answer.status != 200 {
        assert_eq!(answer.error(), (INVALID.0, INVALID.1.to_owned()));
    }
    answer.status
}

/// The status, and what is told unless it is 200.
fn told(api: &Api, token: &str) -> (u16, String) {
    let answer = api.anonymous("GET", "/api/v1/auth/me").header("Authorization", &format!("Bearer {token}")).send();
    if answer.status == 200 { (200, String::new()) } else { answer.error() }
}

fn forged(header: &Value, payload_of: &str) -> String {
    let payload = payload_of.split('.').nth(1).unwrap();
    format!("{}.{payload}.", URL_SAFE_NO_PAD.encode(header.to_string()))
}

#[test]
fn tokens_of_a_public_key_are_accepted_by_the_algorithm_of_the_key() {
    for key in [&*RSA, &ec_key()] {
        let api = with_pem(&key.pem);
        assert_eq!(status(&api, &key.sign(None, &claims())), 200);
        assert_eq!(status(&api, &key.sign(Some("any"), &claims())), 200);
        assert_eq!(status(&api, &ec_key().sign(None, &claims())), 401);
    }
}

#[test]
fn a_public_key_is_never_taken_for_a_secret() {
    let key = &*RSA;
    let api = with_pem(&key.pem);
    let der = key.pem.lines().filter(|line| !line.starts_with('-')).collect::<String>();
    for secret in [key.pem.as_bytes(), key.pem.trim().as_bytes(), der.as_bytes(), b""] {
        let token = encode(&Header::new(Algorithm::HS256), &claims(), &EncodingKey::from_secret(secret)).unwrap();
        assert_eq!(status(&api, &token), 401);
    }
}

#[test]
fn unsigned_tokens_and_tokens_of_other_algorithms_are_refused() {
    let (rsa, ec) = (&*RSA, ec_key());
    let keys = keys().with_pem(rsa.pem.as_bytes()).unwrap().with_pem(ec.pem.as_bytes()).unwrap();
    let api = Api::start_with(|setup| setup.jwt = JwtSettings::new(KEY, None).with_issuer_keys(keys));
    let good = rsa.sign(None, &claims());
    assert_eq!([status(&api, &good), status(&api, &ec.sign(None, &claims())), status(&api, &api.token(Role::Qf))], [200, 200, 200]);
    for algorithm in ["none", "None", "", "RS384", "RS512", "PS256", "ES384", "EdDSA", "HS384", "HS512", "HS256", "ES256"] {
        let header = json!({"alg": algorithm, "typ": "JWT"});
        let signature = good.rsplit('.').next().unwrap();
        let token = forged(&header, &good);
        assert_eq!(status(&api, &token), 401, "{algorithm}");
        assert_eq!(status(&api, &format!("{token}{signature}")), 401, "{algorithm}");
    }
    assert_eq!(status(&api, &forged(&json!({"alg": "RS256"}), &good)), 401);
}

#[test]
fn a_token_brings_no_key_of_its_own_and_no_extension_that_must_be_understood() {
    let (trusted, strange) = (ec_key(), ec_key());
    let api = with_pem(&trusted.pem);
    let read = |header: Value| serde_json::from_value::<Header>(header).unwrap();
    let own = strange.jwk(&json!({"kid": "x"}));
    let header = read(json!({"alg": "ES256", "jwk": own, "kid": "x", "jku": "http://127.0.0.1:1/", "x5u": "http://127.0.0.1:1/"}));
    assert_eq!(status(&api, &strange.sign_with(&header, &claims())), 401);
    assert_eq!(status(&api, &trusted.sign_with(&header, &claims())), 200);
    let critical = read(json!({"alg": "ES256", "crit": ["b64"], "b64": false}));
    assert_eq!(status(&api, &trusted.sign_with(&critical, &claims())), 401);
}

#[test]
fn times_and_tenant_count_for_an_issuers_tokens_too() {
    let key = ec_key();
    let keys = keys().with_pem(key.pem.as_bytes()).unwrap();
    let api = Api::start_with(|setup| setup.jwt = JwtSettings::without_secret(Some("lab".into())).with_issuer_keys(keys));
    let told = |claims: Value| {
        let token = key.sign(None, &claims);
        api.anonymous("GET", "/api/v1/auth/me").header("Authorization", &format!("Bearer {token}")).send()
    };
    let now = api.clock.now().timestamp();
    assert_eq!(told(claims_with(json!({"tenant": "lab"}))).status, 200);
    let expired = told(claims_with(json!({"tenant": "lab", "exp": now - 60})));
    assert_eq!(expired.error(), (401, "El token de acceso venció".into()));
    let other = told(claims_with(json!({"tenant": "otro"})));
    assert_eq!(other.error(), (401, "El token de acceso es de otra organización".into()));
    assert_eq!(told(claims_with(json!({"tenant": "lab", "role": null}))).status, 403);
}

#[test]
fn a_token_of_the_issuer_for_another_service_or_of_another_issuer_is_refused_whatever_role_it_names() {
    let key = ec_key();
    let api = with_pem(&key.pem);
    let told = |claims: Value| told(&api, &key.sign(None, &claims));
    assert_eq!(told(claims_with(json!({"aud": ["account", AUDIENCE]}))), (200, String::new()));
    let others = (401, "El token de acceso es de otro emisor o para otro servicio".to_owned());
    for changes in [
        json!({"aud": "other"}),
        json!({"aud": ["other", "account"]}),
        json!({"aud": []}),
        json!({"aud": null}),
        json!({"aud": 7}),
        json!({"aud": {"a": AUDIENCE}}),
        json!({"aud": "Followup"}),
        json!({"aud": "followup "}),
        json!({"iss": "https://issuer.test/realms/other"}),
        json!({"iss": "https://issuer.test/realms/lab/"}),
        json!({"iss": "followup"}),
        json!({"iss": null}),
        json!({"iss": [ISSUER]}),
    ] {
        let changed = claims_with(changes);
        assert_eq!(told(claims_with(json!({"role": "admin", "iss": changed["iss"], "aud": changed["aud"]}))), others, "{changed}");
    }
}

#[test]
fn a_token_that_tells_who_somebody_is_or_that_lasts_too_long_gives_no_access() {
    let key = ec_key();
    let api = with_pem(&key.pem);
    let told = |claims: Value| told(&api, &key.sign(None, &claims));
    let identity = (401, "No es un token de acceso, sino de identidad o de renovación".to_owned());
    for changes in
        [json!({"nonce": "n"}), json!({"at_hash": "x"}), json!({"typ": "ID"}), json!({"token_use": "id"}), json!({"type": "refresh"})]
    {
        assert_eq!(told(claims_with(changes.clone())), identity, "{changes}");
    }
    let day = start().timestamp() + 24 * 3600;
    assert_eq!(told(claims_with(json!({"exp": day}))).0, 200);
    let too_long = (401, "El token de acceso vale por demasiado tiempo".to_owned());
    assert_eq!(told(claims_with(json!({"exp": day + 31}))), too_long);
    assert_eq!(told(claims_with(json!({"exp": 4_000_000_000_i64}))), too_long);
}

#[test]
fn a_key_that_is_weak_private_or_of_another_kind_is_refused_at_the_start() {
    let refused = |pem: &str| keys().with_pem(pem.as_bytes()).err().unwrap().to_string();
    let kinds = "must be an RSA key of 2048 to 4096 bits or a P-256 key: ";
    assert_eq!(refused(&rsa_key(1024).pem), format!("{kinds}this one has 1024 bits"));
    let p384 = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
    assert_eq!(refused(&p384.public_key_pem()), format!("{kinds}another curve"));
    assert!(refused(&KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap().public_key_pem()).starts_with(kinds));
    assert_eq!(refused(&p384.serialize_pem()), "is a private key; give the public one");
    for text in ["", "no key", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", &format!("{0}{0}", ec_key().pem)] {
        assert_eq!(refused(text), "is not a public key in PEM (-----BEGIN PUBLIC KEY-----)", "{text}");
    }
}

#[test]
fn a_set_is_read_at_the_start_and_kid_chooses_among_its_keys() {
    let (rsa, first, second) = (&*RSA, ec_key(), ec_key());
    let issuer = Issuer::start(&[
        rsa.jwk(&json!({"kid": "1", "alg": "RS256", "use": "sig"})),
        first.jwk(&json!({"kid": "1"})),
        second.jwk(&json!({"kid": "2"})),
    ]);
    let api = with_url(issuer.url(), None);
    assert_eq!(issuer.asked(), 1);
    for (key, kid) in [(rsa, Some("1")), (&first, Some("1")), (&second, Some("2")), (rsa, None)] {
        assert_eq!(status(&api, &key.sign(kid, &claims())), 200, "{kid:?}");
    }
    // The other key's name; a name that nobody has; two keys that it could be.
    for (key, kid) in [(&first, Some("2")), (&first, Some("3")), (&first, None)] {
        assert_eq!(status(&api, &key.sign(kid, &claims())), 401, "{kid:?}");
    }
}

#[test]
fn keys_of_a_set_for_other_purposes_are_passed_over() {
    let key = ec_key();
    let api_of = |further: Value| {
        let issuer = Issuer::start(&[key.jwk(&further), RSA.jwk(&json!({"kid": "good"}))]);
        let api = with_url(issuer.url(), None);
        assert_eq!(status(&api, &RSA.sign(Some("good"), &claims())), 200);
        status(&api, &key.sign(Some("k"), &claims()))
    };
    assert_eq!(api_of(json!({"kid": "k", "alg": "ES256", "use": "sig", "key_ops": ["verify"], "x5c": 7})), 200);
    for further in [
        json!({"kid": "k", "use": "enc"}),
        json!({"kid": "k", "alg": "ECDH-ES"}),
        json!({"kid": "k", "key_ops": ["deriveKey"]}),
        json!({"kid": "k", "d": "AAAA"}),
        json!({"kid": "k", "kty": "oct", "k": "AAAA"}),
        json!({"kid": "k", "crv": "P-384"}),
        json!({"kid": "k", "x": URL_SAFE_NO_PAD.encode([1; 32])}),
        json!({"kid": "k", "y": null}),
    ] {
        assert_eq!(api_of(further.clone()), 401, "{further}");
    }
}

#[test]
fn a_symmetric_key_of_a_set_signs_nothing() {
    let secret = [7; 32];
    let oct = json!({"kty": "oct", "kid": "s", "alg": "HS256", "k": URL_SAFE_NO_PAD.encode(secret)});
    let issuer = Issuer::start(&[oct, RSA.jwk(&json!({"kid": "good"}))]);
    let api = with_url(issuer.url(), None);
    let header = Header { kid: Some("s".into()), ..Header::new(Algorithm::HS256) };
    assert_eq!(status(&api, &encode(&header, &claims(), &EncodingKey::from_secret(&secret)).unwrap()), 401);
}

#[test]
fn a_new_key_works_at_once_and_made_up_names_cause_one_request_in_a_while() {
    let (old, new) = (ec_key(), ec_key());
    let issuer = Issuer::start(&[old.jwk(&json!({"kid": "old"}))]);
    let api = with_url(issuer.url(), None);
    api.clock.advance(Duration::seconds(30));
    issuer.publish(&[old.jwk(&json!({"kid": "old"})), new.jwk(&json!({"kid": "new"}))]);
    assert_eq!(status(&api, &new.sign(Some("new"), &claims())), 200);
    assert_eq!(issuer.asked(), 2);
    for number in 0..20 {
        assert_eq!(status(&api, &new.sign(Some(&format!("made up {number}")), &claims())), 401);
    }
    assert_eq!(issuer.asked(), 2);
    api.clock.advance(Duration::seconds(30));
    assert_eq!(status(&api, &new.sign(Some("made up"), &claims())), 401);
    assert_eq!(issuer.asked(), 3);
    assert_eq!(status(&api, &old.sign(Some("old"), &claims())), 200);
}

#[test]
fn a_key_that_was_withdrawn_stops_working_at_the_next_reading() {
    let (old, new) = (ec_key(), ec_key());
    let issuer = Issuer::start(&[old.jwk(&json!({"kid": "old"}))]);
    let api = with_url(issuer.url(), None);
    issuer.publish(&[new.jwk(&json!({"kid": "new"}))]);
    api.clock.advance(Duration::seconds(599));
    assert_eq!(status(&api, &old.sign(Some("old"), &claims())), 200);
    api.clock.advance(Duration::seconds(1));
    assert_eq!(status(&api, &old.sign(Some("old"), &claims())), 401);
    assert_eq!(status(&api, &new.sign(Some("new"), &claims())), 200);
}

#[test]
fn an_issuer_without_names_may_change_its_only_key() {
    let (old, new) = (ec_key(), ec_key());
    let issuer = Issuer::start(&[old.jwk(&json!({}))]);
    let api = with_url(issuer.url(), None);
    issuer.publish(&[new.jwk(&json!({}))]);
    assert_eq!(status(&api, &new.sign(None, &claims())), 401);
    api.clock.advance(Duration::seconds(30));
    assert_eq!(status(&api, &new.sign(None, &claims())), 200);
}

#[test]
fn an_outage_and_a_useless_answer_keep_the_last_keys() {
    let (key, next) = (ec_key(), ec_key());
    let issuer = Issuer::start(&[key.jwk(&json!({"kid": "k"}))]);
    let api = with_url(issuer.url(), None);
    let oversized = format!("{}{}", set(&[next.jwk(&json!({"kid": "n"}))]), " ".repeat(300_000));
    let elsewhere = set(&[next.jwk(&json!({"kid": "n"}))]);
    let answers = [
        None,
        Some((500, "")),
        Some((200, "<html>")),
        Some((200, "{\"keys\": []}")),
        Some((200, "[]")),
        Some((200, &*oversized)),
        Some((302, &*elsewhere)),
    ];
    for answer in answers {
        match answer {
            None => issuer.break_down(),
            Some((status, body)) => issuer.answer(status, body),
        }
        let asked = issuer.asked();
        api.clock.advance(Duration::minutes(10));
        assert_eq!(status(&api, &key.sign(Some("k"), &claims())), 200, "{answer:?}");
        assert_eq!(issuer.asked(), asked + 1, "{answer:?}");
        assert_eq!(status(&api, &next.sign(Some("n"), &claims())), 401);
    }
    issuer.publish(&[next.jwk(&json!({"kid": "n"}))]);
    api.clock.advance(Duration::minutes(1));
    assert_eq!(status(&api, &key.sign(Some("k"), &claims())), 401);
    assert_eq!(status(&api, &next.sign(Some("n"), &claims())), 200);
}

#[test]
fn an_issuer_that_is_away_at_the_start_is_believed_when_it_comes_back() {
    let key = ec_key();
    let issuer = Issuer::start(&[]);
    issuer.break_down();
    let keys = keys().with_jwks(JwksSource::Url { url: issuer.url(), ca_pem: None }, start()).unwrap();
    let api = Api::start_with(|setup| setup.jwt = JwtSettings::new(KEY, None).with_issuer_keys(keys));
    assert_eq!(status(&api, &key.sign(Some("k"), &claims())), 401);
    assert_eq!(status(&api, &api.token(Role::Qf)), 200);
    issuer.publish(&[key.jwk(&json!({"kid": "k"}))]);
    api.clock.advance(Duration::seconds(30));
    assert_eq!(status(&api, &key.sign(Some("k"), &claims())), 200);
}

#[test]
fn our_own_tokens_ask_no_issuer() {
    let issuer = Issuer::start(&[RSA.jwk(&json!({"kid": "k"}))]);
    let keys = keys().with_jwks(JwksSource::Url { url: issuer.url(), ca_pem: None }, start()).unwrap();
    let api = Api::start_with(|setup| setup.jwt = JwtSettings::new(KEY, None).with_issuer_keys(keys));
    api.clock.advance(Duration::hours(2));
    assert_eq!(status(&api, &api.token(Role::Qf)), 200);
    assert_eq!(issuer.asked(), 1);
}

#[test]
fn keys_are_fetched_by_tls_from_a_server_that_is_trusted() {
    let mut authority = CertificateParams::new(Vec::<String>::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let pair = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&pair, &authority).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let private = PrivateKeyDer::try_from(pair.serialize_der()).unwrap();
    let config = config.with_single_cert(vec![certificate.der().clone()], private).unwrap();

    let key = ec_key();
    let issuer = Issuer::start_with(&[key.jwk(&json!({"kid": "k"}))], Some(Arc::new(config)));
    let trusting = with_url(issuer.https_url(), Some(authority.pem().into_bytes()));
    assert_eq!(status(&trusting, &key.sign(Some("k"), &claims())), 200);
    let other = CertifiedIssuer::self_signed(CertificateParams::new(Vec::<String>::new()).unwrap(), KeyPair::generate().unwrap()).unwrap();
    let doubting = with_url(issuer.https_url(), Some(other.pem().into_bytes()));
    assert_eq!(status(&doubting, &key.sign(Some("k"), &claims())), 401);
}

#[test]
fn a_set_in_a_file_is_read_again_when_it_changes() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("jwks.json");
    let (old, new) = (ec_key(), ec_key());
    fs::write(&path, set(&[old.jwk(&json!({"kid": "old"}))])).unwrap();
    let api = with_keys(keys().with_jwks(JwksSource::File(path.clone()), start()).unwrap());
    let both = || [status(&api, &old.sign(Some("old"), &claims())), status(&api, &new.sign(Some("new"), &claims()))];
    assert_eq!(both(), [200, 401]);
    fs::write(&path, set(&[new.jwk(&json!({"kid": "new"}))])).unwrap();
    api.clock.advance(Duration::seconds(10));
    assert_eq!(both(), [401, 200]);
    for damage in ["", "{", "{\"keys\": []}"] {
        fs::write(&path, damage).unwrap();
        api.clock.advance(Duration::seconds(10));
        assert_eq!(both(), [401, 200], "{damage:?}");
    }
    fs::remove_file(&path).unwrap();
    api.clock.advance(Duration::seconds(10));
    assert_eq!(both(), [401, 200]);
}

#[test]
fn a_file_that_cannot_be_used_is_refused_at_the_start() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("jwks.json");
    let refused = || keys().with_jwks(JwksSource::File(path.clone()), start()).err().unwrap().to_string();
    assert!(refused().starts_with("cannot be read: "));
    for (text, sentence) in [
        ("{\n x", "is not a JSON Web Key Set: no JSON (line 2)"),
        ("{}", "is not a JSON Web Key Set: there is no list `keys`"),
        ("{\"keys\": [{\"kty\": \"oct\", \"k\": \"AAAA\"}, 1]}", "holds no key that checks signatures with RS256 or ES256"),
    ] {
        fs::write(&path, text).unwrap();
        assert_eq!(refused(), sentence);
    }
}

#[test]
fn without_a_secret_nobody_signs_in_here() {
    let api = with_pem(&ec_key().pem);
    let answer = api.anonymous("POST", "/api/v1/auth/login").form("username=ana&password=x");
    assert_eq!(answer.error(), (503, "Aquí no se inicia sesión; use el token que emite su organización".into()));
    assert_eq!(status(&api, &api.token(Role::Admin)), 401);
}

#[test]
fn nothing_of_a_strangers_request_is_read_while_their_token_is_being_checked() {
    let key = ec_key();
    let issuer = Issuer::start(&[key.jwk(&json!({"kid": "a"}))]);
    let api = with_url(issuer.url(), None);
    let token = format!("Bearer {}", ec_key().sign(Some("b"), &claims()));
    // So long after the last reading an unknown key has the set read again.
    api.clock.advance(Duration::minutes(1));
    let asked = issuer.asked();
    let held = issuer.hold();
    let told = std::thread::scope(|scope| {
        let request = || api.anonymous("POST", "/api/v1/icsr?x=1").header("Authorization", &token).bytes(b"{").error();
        let request = scope.spawn(request);
        while issuer.asked() == asked {
            std::thread::yield_now();
        }
        drop(held);
        request.join().unwrap()
    });
    assert_eq!(told, (INVALID.0, INVALID.1.to_owned()));
}
