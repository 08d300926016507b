//! Cases that another release stored: shown, kept, and in nobody's way.

use std::path::Path;
use std::sync::Arc;

use diesel::prelude::*;
use diesel::sql_types::Text;
use followup_diesel::{MigratingStore, SqliteOptions, SqliteStore};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Api, REPORTER};

const ICSR: &str = "/api/v1/icsr";

/// A service on a file that others can write too.
fn start(folder: &TempDir) -> Api {
    let store = SqliteStore::open(&folder.path().join("followup.db"), SqliteOptions::default(), followup_testkit::fakes::salts()).unwrap();
    store.migrate().unwrap();
    Api::start_with(|setup| setup.followup.store = Arc::new(store))
}

fn store(file: &Path, id: i64, record: &Value) {
    let mut conn = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    diesel::sql_query(format!("UPDATE icsr SET record = '{record}' WHERE id = {id}")).execute(&mut conn).unwrap();
}

#[derive(QueryableByName)]
struct Stored {
    #[diesel(sql_type = Text)]
    record: String,
}

fn stored(file: &Path, id: i64) -> Value {
    let mut conn = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    let row: Stored = diesel::sql_query(format!("SELECT record FROM icsr WHERE id = {id}")).get_result(&mut conn).unwrap();
    serde_json::from_str(&row.record).unwrap()
}

#[test]
fn what_another_release_stored_is_listed_shown_updated_and_asked_about() {
    let folder = TempDir::new().unwrap();
    let api = start(&folder);
    let (plain, odd) = (api.case(json!({"auto_followup": false})), api.case(json!({"auto_followup": false})));
    let file = folder.path().join("followup.db");
    let record = json!({
        "estado": "Pendiente", "auto_followup": true, "reportante_contacto": REPORTER, "gravedad": "Peor", "meddra": {"v": [27]},
        "productos": [{"id": 4, "nombre_producto": "Vitamina B", "fecha_inicio": "ayer", "atc": "A11"}], "ultimo_producto": 9,
    });
    store(&file, odd, &record);

    let listed = api.get(ICSR).json();
    let ids: Vec<&Value> = listed["items"].as_array().unwrap().iter().map(|case| &case["id"]).collect();
    assert_eq!(ids, [&json!(odd), &json!(plain)]);
    let shown = api.get(&format!("{ICSR}/{odd}")).json();
    assert_eq!((&shown["gravedad"], &shown["productos"][0]["fecha_inicio"]), (&json!("Peor"), &json!("ayer")));
    assert_eq!(shown["productos"][0]["id"], 4);

    let updated = api.put(&format!("{ICSR}/{odd}"), &json!({"numero": "EA-8"}));
    assert_eq!((updated.status, &updated.json()["gravedad"]), (200, &json!("Peor")), "{}", updated.text());
    let mut expected = record;
    expected["numero"] = json!("EA-8");
    assert_eq!(stored(&file, odd), expected);

    // A form sends everything back, with one thing changed.
    let form = json!({"numero": "EA-9", "gravedad": "Peor", "productos": shown["productos"]});
    let sent_back = api.put(&format!("{ICSR}/{odd}"), &form);
    assert_eq!(sent_back.status, 200, "{}", sent_back.text());
    expected["numero"] = json!("EA-9");
    assert_eq!(stored(&file, odd), expected);
    assert_eq!(api.put(&format!("{ICSR}/{odd}"), &json!({"gravedad": "Pésima"})).status, 422);

    api.deliver();
    assert_eq!(api.mail.accepted().len(), 1, "the update asked for what is missing");
    assert_eq!(api.get(&format!("{ICSR}/{odd}/followup/thread")).json()["items"][0]["status"], "sent");
}

#[test]
fn a_case_that_cannot_be_read_is_refused_alone() {
    let folder = TempDir::new().unwrap();
    let api = start(&folder);
    let ids: Vec<i64> = (0..3).map(|_| api.case(json!({}))).collect();
    store(&folder.path().join("followup.db"), ids[1], &json!([]));
    let listed = api.get(ICSR);
    let shown: Vec<i64> = listed.json()["items"].as_array().unwrap().iter().map(|case| case["id"].as_i64().unwrap()).collect();
    assert_eq!((listed.status, shown), (200, vec![ids[2], ids[0]]));
    for (id, status) in ids.iter().zip([200, 500, 200]) {
        assert_eq!(api.get(&format!("{ICSR}/{id}")).status, status);
        assert_eq!(api.put(&format!("{ICSR}/{id}"), &json!({"numero": "1"})).status, status);
    }
    // The letters of the others go out; that of this one waits.
    api.clock.advance(chrono::Duration::hours(2));
    let report = api.followup.dispatch_due(&|| false).unwrap();
    assert_eq!((report.delivery.accepted, report.delivery.errors, api.mail.accepted().len()), (2, 1, 2));
}
