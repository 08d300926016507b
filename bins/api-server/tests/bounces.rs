//! A letter that a real Postfix takes and then returns: what follows, by the real binaries.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use followup_testkit::rigs::mail::MailRig;
use followup_testkit::rigs::postgres::PostgresCluster;
use serde_json::json;
use support::{Deployment, LONG, header};

#[test]
fn a_letter_that_comes_back_is_told_on_sqlite() {
    comes_back(None);
}

#[test]
fn a_letter_that_comes_back_is_told_on_postgres() {
    let database = PostgresCluster::shared().create_database();
    comes_back(Some(&database.url));
}

fn comes_back(database_url: Option<&str>) {
    let rig = MailRig::start();
    let deployment = Deployment::on(database_url, &rig).with("BACKGROUND_JOBS", "none").with("AUTO_FOLLOWUP_ENABLED", "false");
    let server = deployment.serve();
    let case = server.case("Dra. Rojas, cel. 999 888 777, Rojas@late.test");
    let path = |rest: &str| format!("/api/v1/icsr/{case}/followup{rest}");
    for (due_at, label) in [("2024-03-01T14:00:00Z", "Primera"), ("2099-03-01T14:00:00Z", "Segunda")] {
        assert_eq!(server.post(&path("/attempts"), &json!({"due_at": due_at, "label": label})).0, 201);
    }
    let attempts = || {
        let (_, listed) = server.get(&path("/attempts"));
        let told = |attempt: &serde_json::Value| (attempt["status"].clone(), attempt["reason"].as_str().unwrap_or_default().to_owned());
        let letters = listed["items"].as_array().unwrap().iter().filter(|attempt| attempt["channel"] != "call");
        letters.map(told).collect::<Vec<_>>()
    };
    let summary = deployment.run_well("dispatcher", &[]);
    assert!(summary.contains("accepted=1"), "{summary}");
    assert_eq!(attempts()[0].0, "sent");

    // Nobody there: the mail server that took it sends a report to the unit.
    let report = rig.wait_for_mail(&rig.unit, 1, LONG).remove(0);
    assert!(header(&report, "Content-Type").unwrap().contains("report"), "{report:?}");
    deployment.run_well("mail-poller", &["--once"]);

    let thread = server.thread(case);
    assert_eq!((&thread[0]["status"], &thread[0]["delivery"]), (&json!("failed"), &json!("bounced")), "{thread:#?}");
    let why = thread[0]["error"].as_str().unwrap();
    assert!(why.starts_with("la dirección no existe (5.1."), "{why}");
    assert_eq!((&thread[1]["classification"], &thread[1]["label"]), (&json!("bounce"), &json!("Rebote: el mensaje no se entregó")));
    let report = &thread[1]["report"];
    assert_eq!((&report["about"], &report["action"], &report["permanence"]), (&thread[0]["id"], &json!("failed"), &json!("hard")));
    let [first, second] = &attempts()[..] else { panic!("two attempts") };
    assert_eq!((first, second), (&(json!("failed"), why.to_owned()), &(json!("cancelled"), format!("la dirección rebotó: {why}"))));
    let proposed = &server.get(&path("")).1["proposed_contact"];
    assert_eq!((&proposed["channel"], &proposed["to"]), (&json!("call"), &json!("+51999888777")));
    let (_, addresses) = server.get("/api/v1/admin/followup/bounced-addresses");
    let known = &addresses["items"][0];
    assert_eq!((&known["address"], &known["held"], &known["message_id"]), (&json!("rojas@late.test"), &json!(true), &thread[0]["id"]));
    assert_eq!(server.get("/api/v1/followup/badge").1["bounced"], 1);

    // Read again, nothing is counted twice; and a person is asked before he writes there.
    deployment.run_well("mail-poller", &["--once"]);
    assert_eq!(server.get("/api/v1/admin/followup/bounced-addresses").1["items"][0]["failures"], 1);
    assert_eq!(server.post(&path("/send"), &json!({"channel": "email", "body": "¿Peso?"})).0, 409);

    // With an address that works what was held goes on.
    let contact = json!({"reportante_contacto": rig.reporter.address});
    assert_eq!(server.put(&format!("/api/v1/icsr/{case}"), &contact).0, 200);
    assert_eq!(attempts()[1].0, "pending");
    let (_, listed) = server.get(&path("/attempts"));
    let letter = listed["items"].as_array().unwrap().iter().filter(|attempt| attempt["channel"] != "call").nth(1).unwrap();
    let now = server.post(&path(&format!("/attempts/{}/send", letter["id"])), &json!({}));
    assert_eq!(now.0, 201, "{}", now.1);
    rig.wait_for_mail(&rig.reporter, 1, LONG);
}
