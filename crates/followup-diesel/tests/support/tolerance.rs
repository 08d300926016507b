//! What another release stored: it is shown, kept, and stops nobody.

use followup_domain::case::{CasePatch, Estado, FollowupStatus, Scalar};
use followup_domain::ids::CaseId;
use followup_domain::message::{Delivery, MessageStatus};
use followup_domain::ports::{CaseQuery, NewPlan, Outcome, Page, PageRequest, StoreError, StoreExt, Updated};
use followup_testkit::builders::{at, audit_entry, imap_mail, lease, new_case, new_user, outbound, reply};
use followup_testkit::one_letter::OneLetter;

use super::{Rig, port, read, write};

const ALL: PageRequest = PageRequest { offset: 0, limit: 100 };

/// A case as another release would store it: a member more, and a value that this one does not take.
fn strange(rig: &dyn Rig) -> CaseId {
    let id = write(rig, |tx| tx.cases().insert(&new_case()));
    let document = r#"{"numero":"EA-7","estado":"Archivado","gravedad":"Peor","auto_followup":true,"meddra":{"v":[27,null]},
        "productos":[{"id":4,"nombre_producto":"Vitamina B","atc":"A11","fecha_inicio":"ayer"}],"ultimo_producto":9}"#;
    rig.execute(&format!("UPDATE icsr SET estado = 'Archivado', gravedad = 'Peor', record = '{document}' WHERE id = {id}")).unwrap();
    id
}

fn stored(rig: &dyn Rig, id: CaseId) -> serde_json::Value {
    let text = rig.texts(&format!("SELECT CAST(record AS TEXT) AS text FROM icsr WHERE id = {id}")).remove(0);
    serde_json::from_str(&text).unwrap()
}

fn list(rig: &dyn Rig) -> Page<CaseId> {
    let page = read(rig, |tx| tx.cases().list(&CaseQuery::default(), ALL));
    Page { items: page.items.iter().map(|case| case.id).collect(), total: page.total }
}

pub fn what_another_release_stored_is_listed_shown_and_kept(rig: &dyn Rig) {
    let (plain, odd) = (write(rig, |tx| tx.cases().insert(&new_case())), strange(rig));
    assert_eq!(list(rig), Page { items: vec![odd, plain], total: 2 });
    let before = stored(rig, odd);
    let mut case = read(rig, |tx| tx.cases().find(odd)).unwrap();
    assert_eq!(case.record.get("gravedad"), Some(Scalar::Text("Peor".into())));
    assert!(!case.accepts_automatic_requests(), "nothing goes out by itself in a state that nobody here knows");

    let fields = vec![("numero".to_owned(), Scalar::Text("EA-8".into()))];
    CasePatch { fields, ..CasePatch::default() }.apply(&mut case.record).unwrap();
    assert_eq!(write(rig, |tx| tx.cases().update(odd, &case.record, at(0).date_naive(), 1, at(1))), Updated::Yes);
    let mut expected = before;
    expected["numero"] = "EA-8".into();
    assert_eq!(stored(rig, odd), expected);
    let columns = rig.texts(&format!("SELECT estado || ' ' || gravedad AS text FROM icsr WHERE id = {odd}"));
    assert_eq!(columns, ["Archivado Peor"]);

    // The service's own change keeps it too, and does not touch a state that it does not know.
    let move_on = |from| write(rig, |tx| tx.cases().update_estado(odd, from, Estado::EnProgreso, at(2)));
    assert_eq!(move_on(Estado::Pendiente), Updated::Stale);
    rig.execute(&format!("UPDATE icsr SET estado = 'Pendiente' WHERE id = {odd}")).unwrap();
    assert_eq!(move_on(Estado::Pendiente), Updated::Yes);
    expected["estado"] = "En progreso".into();
    assert_eq!(stored(rig, odd), expected);
}

pub fn a_case_that_cannot_be_read_hides_no_other_and_is_named(rig: &dyn Rig) {
    let ids: Vec<CaseId> = (0..5).map(|_| write(rig, |tx| tx.cases().insert(&new_case()))).collect();
    for (id, document) in ids.iter().skip(1).zip(["[]", "\"x\"", "3"]) {
        rig.execute(&format!("UPDATE icsr SET record = '{document}' WHERE id = {id}")).unwrap();
    }
    assert_eq!(list(rig), Page { items: vec![ids[4], ids[0]], total: 5 });
    for id in &ids[1..4] {
        for found in [port(rig).read(|tx| tx.cases().find(*id)), port(rig).write(|tx| tx.cases().find_for_update(*id))] {
            let Err(StoreError::Refused(text)) = found else { panic!("{found:?}") };
            assert!(text.contains(&format!("case {id}")), "{text}");
        }
    }
    assert!(read(rig, |tx| tx.cases().find(ids[4])).is_some());
}

/// The next release came, added what it needs, and has stored with it; this one was not stopped yet.
pub fn the_release_before_goes_on_working_on_the_schema_of_the_next(rig: &dyn Rig) {
    let tables = [
        "icsr",
        "plan",
        "attempt",
        "message",
        "outbound",
        "inbound",
        "mail_header",
        "attachment",
        "external_name",
        "message_queue",
        "arrival",
        "contact_point",
        "case_contact",
        "field_entry",
        "app_user",
        "idempotency_key",
    ];
    for table in tables {
        rig.execute(&format!("ALTER TABLE {table} ADD COLUMN of_the_next_release text")).unwrap();
    }
    rig.execute("CREATE TABLE next_release (id bigint PRIMARY KEY, case_id bigint REFERENCES icsr (id))").unwrap();
    rig.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')").unwrap();
    assert!(port(rig).check().is_err(), "it says that it is behind");

    let odd = strange(rig);
    rig.execute(&format!("INSERT INTO next_release (id, case_id) VALUES (1, {odd})")).unwrap();
    let lease = lease("t", at(60));
    let (letter, answer) = write(rig, |tx| {
        let letter = tx.messages().insert_outbound(&outbound(odd, "a"))?.id();
        assert_eq!(tx.dispatch().claim_mail(at(0), &lease, 10)?.len(), 1);
        tx.dispatch().transmit_one(letter, &lease, b"raw", at(1))?;
        let outcome = Outcome::of(Delivery::Accepted, at(2));
        tx.dispatch().record_one(letter, &lease.token, &outcome)?;
        let mail = tx.inbox().insert(&imap_mail(1, 1, b"reply"))?.id();
        let raw_id = tx.inbox().find_for_update(mail)?.unwrap().raw_id.unwrap();
        let answer = tx.messages().insert_inbound(&reply(odd, raw_id, "r"))?;
        tx.inbox().record_processed(mail, Some(answer))?;
        tx.users().insert(&new_user("ana"))?;
        let template_id = followup_domain::asking::plan::BUILT_IN_TEMPLATE;
        tx.plans().insert(&NewPlan { case_id: odd, template_id, name: "x".into(), base_at: at(0), applied_at: at(0) })?;
        tx.audit().append(&audit_entry(followup_domain::audit::AuditChain::Case(odd), "a"))?;
        Ok((letter, answer))
    });
    let thread = read(rig, |tx| tx.threads().page(odd, None, 10));
    assert_eq!(thread.iter().map(|shown| shown.message.id).collect::<Vec<_>>(), [letter, answer]);
    assert_eq!(thread[0].message.status, Some(MessageStatus::Sent));
    assert_eq!(read(rig, |tx| tx.cases().find(odd)).unwrap().followup_status, FollowupStatus::Open);
    assert_eq!(list(rig).items, [odd]);
}
