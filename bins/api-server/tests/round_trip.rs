//! From an incomplete case to an answered request, by the real binaries, a real Postfix and a real Dovecot.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use followup_testkit::rigs::mail::MailRig;
use followup_testkit::rigs::postgres::PostgresCluster;
use serde_json::json;
use support::{Deployment, LONG, header, reply_to};

#[test]
fn a_request_is_answered_on_sqlite() {
    round_trip(None);
}

#[test]
fn a_request_is_answered_on_postgres() {
    let database = PostgresCluster::shared().create_database();
    round_trip(Some(&database.url));
}

fn round_trip(database_url: Option<&str>) {
    let rig = MailRig::start();
    let deployment = Deployment::on(database_url, &rig);
    let server = deployment.serve();
    let case = server.case(&format!("Dra. Rojas, cel. 999 888 777, {}", rig.reporter.address));

    // The letter, in the reporter's mailbox.
    let letter = rig.wait_for_mail(&rig.reporter, 1, LONG).remove(0);
    let message_id = header(&letter, "Message-ID").unwrap();
    assert!(header(&letter, "From").unwrap().contains(&rig.unit.address), "{letter:?}");
    assert_eq!(header(&letter, "To").unwrap(), rig.reporter.address);
    assert_eq!(header(&letter, "Auto-Submitted").unwrap(), "auto-generated");
    assert_eq!(header(&letter, "X-Auto-Response-Suppress").unwrap(), "All");
    assert!(header(&letter, "Date").is_some());
    let thread = server.wait_for_thread(case, |thread| thread.iter().any(|message| message["status"] == "sent"));
    assert_eq!(thread[0]["external_id"], message_id);
    assert_eq!(thread[0]["subject"], format!("[VIGIA] Solicitud de información - ICSR #{case}"));
    assert_eq!(server.get(&format!("/api/v1/icsr/{case}")).1["estado"], "En progreso");

    // The answer, from a mail client.
    let answer = reply_to(&message_id, &rig.reporter.address, &rig.unit.address, "Peso: 68 kg. Náusea leve.");
    rig.deliver(&rig.reporter.address, &rig.unit.address, &answer).unwrap();
    rig.wait_for_mail(&rig.unit, 1, LONG);
    deployment.run_well("mail-poller", &["--once"]);

    let thread = server.thread(case);
    assert_eq!(thread.len(), 2, "{thread:#?}");
    assert_eq!(thread[0]["status"], "responded");
    assert_eq!((&thread[1]["direction"], &thread[1]["channel"]), (&json!("in"), &json!("email")));
    assert_eq!(thread[1]["body"].as_str().unwrap().trim(), "Peso: 68 kg. Náusea leve.");
    assert!(thread[1]["body_quoted"].as_str().unwrap().contains("Estimado(a) reportante"));
    assert_eq!(server.get(&format!("/api/v1/icsr/{case}/followup")).1["unread"], 1);

    // Read again, nothing is doubled.
    deployment.run_well("mail-poller", &["--once"]);
    assert_eq!(server.thread(case).len(), 2);

    // The unit writes back, below the reporter's mail.
    let (status, sent) =
        server.post(&format!("/api/v1/icsr/{case}/followup/send"), &json!({"channel": "email", "body": "Muchas gracias."}));
    assert_eq!(status, 201, "{sent}");
    let thanks = rig.wait_for_mail(&rig.reporter, 2, LONG).remove(1);
    assert_eq!(header(&thanks, "In-Reply-To").unwrap(), thread[1]["external_id"].as_str().unwrap());
    assert!(header(&thanks, "References").unwrap().starts_with(&message_id));
    assert_eq!(header(&thanks, "Auto-Submitted"), None);
}

#[test]
fn an_answer_that_failed_dmarc_is_shown_with_a_warning_and_waits_for_a_person() {
    let rig = MailRig::start();
    let deployment = Deployment::on(None, &rig).with("TRUSTED_AUTHSERV_ID", "mx.vigia.test");
    let server = deployment.serve();
    let case = server.case(&rig.reporter.address);
    let letter = rig.wait_for_mail(&rig.reporter, 1, LONG).remove(0);
    let answer = reply_to(&header(&letter, "Message-ID").unwrap(), &rig.reporter.address, &rig.unit.address, "Ya no pregunten.");
    let answer = [b"Authentication-Results: mx.vigia.test;\r\n dmarc=fail header.from=clinic.test\r\n".as_slice(), &answer].concat();
    rig.deliver("otro@clinic.test", &rig.unit.address, &answer).unwrap();
    rig.wait_for_mail(&rig.unit, 1, LONG);
    deployment.run_well("mail-poller", &["--once"]);

    let thread = server.thread(case);
    assert_eq!((&thread[0]["status"], &thread[1]["match"]["confirmed"]), (&json!("sent"), &json!(false)), "{thread:#?}");
    let warnings = thread[1]["warnings"].as_array().unwrap();
    assert!(warnings.len() == 1 && warnings[0].as_str().unwrap().contains("DMARC"), "{warnings:?}");
    assert_eq!(server.get(&format!("/api/v1/icsr/{case}/followup")).1["unread"], 1);
}

#[test]
fn a_plan_is_sent_by_the_dispatcher_and_an_out_of_office_answer_does_not_count() {
    let rig = MailRig::start();
    let deployment = Deployment::on(None, &rig).with("BACKGROUND_JOBS", "none").with("AUTO_FOLLOWUP_ENABLED", "false");
    let server = deployment.serve();
    let case = server.case(&rig.away.address);
    let (status, plan) =
        server.post(&format!("/api/v1/icsr/{case}/followup/plan"), &json!({"plan_id": 1, "base_at": "2024-03-01T00:00:00Z"}));
    assert!(status == 200 || status == 201, "{plan}");

    // All four are overdue: the last one goes, the others say why not.
    let summary = deployment.run_well("dispatcher", &[]);
    assert!(summary.contains("accepted=1"), "{summary}");
    let (_, attempts) = server.get(&format!("/api/v1/icsr/{case}/followup/attempts"));
    let statuses: Vec<&str> = attempts["items"].as_array().unwrap().iter().map(|attempt| attempt["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["skipped", "skipped", "skipped", "sent"]);

    // Automatic letters suppress out-of-office answers (RFC 3834); a person's message gets one.
    let (status, sent) = server.post(&format!("/api/v1/icsr/{case}/followup/send"), &json!({"channel": "email", "body": "¿Está ahí?"}));
    assert_eq!(status, 201, "{sent}");
    rig.wait_for_mail(&rig.unit, 1, LONG);
    deployment.run_well("mail-poller", &["--once"]);
    let thread = server.thread(case);
    assert_eq!((thread.len(), &thread[2]["classification"]), (3, &json!("auto_reply")), "{thread:#?}");
    assert_eq!((&thread[0]["status"], &thread[1]["status"]), (&json!("sent"), &json!("sent")));
    assert!(deployment.run_well("dispatcher", &[]).contains("accepted=0"));
}

#[test]
fn a_recipient_refused_by_the_server_is_a_502_and_a_failed_message() {
    let rig = MailRig::start();
    let deployment = Deployment::on(None, &rig).with("AUTO_FOLLOWUP_ENABLED", "false");
    let server = deployment.serve();
    let case = server.case("nobody@clinic.test");
    let (status, error) = server.post(&format!("/api/v1/icsr/{case}/followup/send"), &json!({"channel": "email", "body": "Hola"}));
    assert_eq!(status, 502);
    let detail = error["detail"].as_str().unwrap();
    assert!(detail.starts_with("Fallo SMTP: ") && detail.contains("550 5.1.1"), "{detail}");
    let message = &server.thread(case)[0];
    assert_eq!((&message["status"], &message["delivery"]), (&json!("failed"), &json!("rejected")));
    assert!(message["transport_response"].as_str().unwrap().contains("550 5.1.1"), "{message}");
}

#[test]
fn a_mail_server_that_is_down_delays_the_automatic_request_and_fails_the_manual_one() {
    let mut rig = MailRig::start();
    let deployment = Deployment::on(None, &rig);
    let server = deployment.serve();
    rig.stop_smtp();

    let case = server.case(&rig.reporter.address);
    server.wait_for_thread(case, |thread| thread[0]["error"].as_str().is_some_and(|error| error.contains("Connection refused")));
    assert_eq!(server.thread(case)[0]["status"], "pending");
    let (status, error) = server.post(&format!("/api/v1/icsr/{case}/followup/send"), &json!({"channel": "email", "body": "Hola"}));
    assert_eq!((status, error["detail"].as_str().unwrap().contains("Connection refused")), (502, true), "{error}");

    rig.start_smtp();
    let letters = rig.wait_for_mail(&rig.reporter, 1, LONG);
    assert_eq!(letters.len(), 1, "the failed manual message is not sent later");
    server.wait_for_thread(case, |thread| thread[0]["status"] == "sent");
}

#[test]
fn a_wrong_password_and_a_foreign_authority_are_said_in_one_sentence() {
    let rig = MailRig::start();
    let foreign = MailRig::start();
    let foreign_ca = foreign.ca_file.display().to_string();
    let cases = [("SMTP_PASSWORD", "wrong", "AUTH"), ("SMTP_CA_FILE", foreign_ca.as_str(), "certificado")];
    for (setting, value, word) in cases {
        let deployment = Deployment::on(None, &rig).with(setting, value);
        let server = deployment.serve();
        let (status, error) = server.post("/api/v1/admin/mail/test", &json!({"to": rig.reporter.address}));
        let detail = error["detail"].as_str().unwrap();
        assert!(
            status == 502 && detail.contains(word) && !detail.contains("wrong") && !detail.contains('\n'),
            "{setting}: {status} {detail}"
        );
    }
    for (setting, value, word) in [("IMAP_PASSWORD", "wrong", "LOGIN"), ("IMAP_CA_FILE", foreign_ca.as_str(), "certificate")] {
        let deployment = Deployment::on(None, &rig).with(setting, value);
        deployment.run_well("api-server", &["migrate"]);
        let output = deployment.run("mail-poller", &["--once"]);
        let error = String::from_utf8(output.stderr).unwrap();
        let line = error.lines().find(|line| line.starts_with("error: ")).unwrap_or_default();
        assert!(output.status.code() == Some(1) && line.contains(word) && !line.contains("wrong"), "{setting}: {error}");
    }
}

#[test]
fn a_test_mail_answers_with_the_servers_words() {
    let rig = MailRig::start();
    let deployment = Deployment::on(None, &rig);
    let server = deployment.serve();
    let (status, answer) = server.post("/api/v1/admin/mail/test", &json!({"to": rig.reporter.address}));
    assert_eq!(status, 200, "{answer}");
    assert!(answer.to_string().contains("250"), "{answer}");
}

#[test]
fn two_updates_at_the_same_instant_by_two_processes_give_one_request() {
    let rig = MailRig::start();
    let database = PostgresCluster::shared().create_database();
    let deployment = Deployment::on(Some(&database.url), &rig).with("REQUIRED_FIELDS", "paciente_peso,dosis");
    let servers = [deployment.serve(), deployment.serve()];
    let whole =
        json!({"reportante_contacto": rig.reporter.address, "producto_sospechoso": "Paracetamol", "paciente_peso": 70, "dosis": "1 g"});
    let (_, case) = servers[0].post("/api/v1/icsr", &whole);
    let path = format!("/api/v1/icsr/{}", case["id"]);
    std::thread::scope(|scope| {
        for server in &servers {
            let path = path.as_str();
            scope.spawn(move || assert_eq!(server.put(path, &json!({"dosis": "no sabe"})).0, 200));
        }
    });
    let id = case["id"].as_i64().unwrap();
    let thread = servers[0].wait_for_thread(id, |thread| thread.iter().any(|message| message["status"] == "sent"));
    assert_eq!(thread.len(), 1, "{thread:#?}");
    assert_eq!(rig.wait_for_mail(&rig.reporter, 1, LONG).len(), 1);
}

/// Some mail programs, and every gateway for forms or telephones, throw the threading headers away.
#[test]
fn an_answer_without_headers_to_the_signed_address_stands_in_its_case() {
    let rig = MailRig::start();
    let deployment = Deployment::on(None, &rig)
        .with("REPLY_SUBADDRESSING", "true")
        .with("REPLY_TOKEN_SECRET", "a reply secret of the tests, longer than 32 bytes");
    let server = deployment.serve();
    let case = server.case(&rig.reporter.address);
    let letter = rig.wait_for_mail(&rig.reporter, 1, LONG).remove(0);
    let reply_to = header(&letter, "Reply-To").unwrap();
    let address = reply_to.rsplit_once('<').map_or(reply_to.as_str(), |(_, address)| address.trim_end_matches('>'));
    assert!(address.contains(&format!("+{case}.")), "{reply_to}");

    let answer = format!("From: {}\r\nTo: {address}\r\nSubject: datos\r\n\r\nPeso: 68 kg.\r\n", rig.reporter.address);
    rig.deliver(&rig.reporter.address, address, answer.as_bytes()).unwrap();
    // Sent to somebody else, as a list or a forwarding does: only the mail server knows to whom it was delivered.
    let blind = format!("From: {}\r\nTo: lista@clinic.test\r\nSubject: lote\r\n\r\nLote L-123.\r\n", rig.reporter.address);
    rig.deliver(&rig.reporter.address, address, blind.as_bytes()).unwrap();
    let forged = address.replace(&format!("+{case}."), &format!("+{}.", case + 1));
    let wrong = format!("From: {}\r\nTo: {forged}\r\nSubject: x\r\n\r\nOtro.\r\n", rig.reporter.address);
    rig.deliver(&rig.reporter.address, &forged, wrong.as_bytes()).unwrap();
    rig.wait_for_mail(&rig.unit, 3, LONG);
    deployment.run_well("mail-poller", &["--once"]);

    let thread = server.thread(case);
    assert_eq!((thread.len(), &thread[0]["status"]), (3, &json!("responded")), "{thread:#?}");
    for message in &thread[1..] {
        assert_eq!((&message["match"]["kind"], &message["match"]["confirmed"]), (&json!("reply_token"), &json!(true)), "{message:#}");
    }
    let tray = server.get("/api/v1/inbox/unassigned").1;
    assert_eq!((&tray["total"], &tray["items"][0]["forged_reply_address"]), (&json!(1), &json!(true)), "{tray:#}");
}
