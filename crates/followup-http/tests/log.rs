//! What the log holds of a request: enough to find it, nothing of a person.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![allow(dead_code)] // The support is the API tests' own.

#[path = "api/support/mod.rs"]
mod support;

use std::io::Write;
use std::sync::{Arc, Mutex};

use diesel::prelude::*;
use followup_diesel::{MigratingStore, SqliteOptions, SqliteStore};
use followup_domain::sending::{Refusal, SendError};
use followup_testkit::fakes::Script;
use serde_json::json;
use support::Api;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The one test of this program: the log belongs to the whole process.
#[test]
fn a_request_is_logged_by_its_route_and_id_without_anything_of_a_person() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false).with_writer(move || writer.clone());
    tracing::subscriber::set_global_default(subscriber.finish()).unwrap();

    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("followup.db");
    let store = SqliteStore::open(&file, SqliteOptions::default(), followup_testkit::fakes::salts()).unwrap();
    store.migrate().unwrap();
    let api = Api::start_with(|setup| setup.followup.store = Arc::new(store));
    let id = api.case(json!({"paciente_iniciales": "Z.Q.X.", "descripcion_evento": "NARRATIVA"}));
    let path = format!("/api/v1/icsr/{id}/followup/send");
    api.post(&path, &json!({"channel": "email", "body": "CUERPO", "subject": "ASUNTO"}));
    let refusal = Refusal { code: Some("550 5.1.1".into()), ..Refusal::of_the_message("550 5.1.1 rojas@clinic.test unknown") };
    api.mail.next(Script::FailTransmit(SendError::Refused(refusal)));
    api.post(&path, &json!({"channel": "email", "body": "CUERPO"}));
    let refused = api.get(&format!("/api/v1/icsr/{id}/followup/thread")).json()["items"].as_array().unwrap().last().unwrap()["id"].clone();
    api.get("/api/v1/icsr?q=NARRATIVA");
    api.request("POST", "/api/v1/icsr").bytes(b"{\"paciente_dni\": 40404040, \"NARRATIVA\": 1}");
    api.anonymous("POST", "/api/v1/auth/login").form("username=ana&password=CLAVE");
    let unknown = api.get("/api/v1/icsr/424242");
    let unreadable = api.case(json!({"paciente_iniciales": "Z.Q.X."}));
    let mut conn = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    diesel::sql_query(format!("UPDATE icsr SET record = '[\"NARRATIVA\"]' WHERE id = {unreadable}")).execute(&mut conn).unwrap();
    assert_eq!((api.get("/api/v1/icsr").status, api.get(&format!("/api/v1/icsr/{unreadable}")).status), (200, 500));
    drop(api);

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("method=POST route=\"/api/v1/icsr/{icsr_id}/followup/send\" status=201"), "{log}");
    let of_refusal: Vec<&str> = log.lines().filter(|line| line.contains("message refused")).collect();
    let found = format!("message refused icsr_id={id} message_id={refused} stage=\"message\" code=\"550 5.1.1\"");
    assert!(of_refusal.len() == 1 && of_refusal[0].ends_with(&found), "{of_refusal:?} and not {found}");
    assert!(log.contains(&format!("request_id={}", unknown.header("X-Request-Id"))), "{log}");
    assert!(log.contains("a stored case cannot be read") && log.contains(&format!("icsr_id={unreadable}")), "{log}");
    assert!(log.contains(&format!("stored case {unreadable} cannot be read")), "whoever asks for it is told which it is: {log}");
    for secret in ["rojas@clinic.test", "Z.Q.X.", "NARRATIVA", "CUERPO", "ASUNTO", "CLAVE", "40404040", "424242", "Bearer", "eyJ"] {
        assert!(!log.contains(secret), "{secret}:\n{log}");
    }
}
