//! Migrations: there and back, by several at once, and what a store says of a schema that is not its own.

use std::thread;

use followup_diesel::{MigrateError, MigratingStore};
use followup_domain::asking::missing::FieldPath;
use followup_domain::audit::AuditChain;
use followup_domain::message::CallOutcome;
use followup_domain::ports::{CaseQuery, HeldLetter, NewInboundMessage, PageRequest, StoreError};
use followup_testkit::builders::{at, audit_entry, automatic, call, closure, imap_mail, new_case, new_user, reply};

use super::{Rig, port, read, write};

pub fn a_database_goes_up_and_down_and_up_again(rig: &dyn Rig) {
    let applied = rig.store().migrate().unwrap().applied;
    assert_eq!(applied.len(), versions().len());
    assert_eq!(rig.store().migrate().unwrap().applied, Vec::<String>::new());
    // With rows that refer to each other in a circle.
    write(rig, |tx| {
        let case_id = tx.cases().insert(&new_case())?;
        let id = tx.messages().insert_outbound(&automatic(case_id, "a"))?.id();
        tx.automatics().reserve(case_id, id, at(0), chrono::Duration::hours(1))
    });
    rig.revert_all();
    assert!(port(rig).check().is_err());
    assert_eq!(rig.store().migrate().unwrap().applied, applied);
    assert_eq!(port(rig).check(), Ok(()));
    let page = read(rig, |tx| tx.cases().list(&CaseQuery::default(), PageRequest { offset: 0, limit: 1 }));
    assert_eq!(page.total, 0);
}

/// Every migration's version, in order.
fn versions() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/sqlite");
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut versions: Vec<String> = names.map(|name| name.split('_').next().unwrap().replace('-', "")).collect();
    versions.sort();
    versions
}

/// Step by step, with rows in every table: what stands below a step stays, whatever goes with it.
pub fn going_back_keeps_what_the_schema_before_has_and_coming_again_loses_nothing(rig: &dyn Rig) {
    let case_id = write(rig, |tx| {
        let case_id = tx.cases().insert(&new_case())?;
        tx.waiting().set(case_id, Some(at(1)))?;
        tx.cases().close(case_id, &closure())?;
        let letter = tx.messages().insert_outbound(&automatic(case_id, "a"))?.id();
        tx.requests().set_asked(letter, case_id, &[FieldPath::parse("gravedad").unwrap().into()])?;
        tx.messages().insert_call(&call(case_id, CallOutcome::Reached))?;
        let mail = tx.inbox().insert(&imap_mail(1, 1, b"reply"))?.id();
        let raw_id = tx.inbox().find_for_update(mail)?.unwrap().raw_id.unwrap();
        let answer = NewInboundMessage { parent_id: Some(letter), ..reply(case_id, raw_id, "first") };
        let answer = tx.messages().insert_inbound(&answer)?;
        tx.inbox().record_processed(mail, Some(answer))?;
        tx.answers().mark_read(case_id, "ana", answer, at(2))?;
        tx.held_letters().hold(&HeldLetter { case_id, attempt_id: None, address: "x@example.org".into() })?;
        tx.audit().append(&audit_entry(AuditChain::Case(case_id), "a"))?;
        tx.users().insert(&new_user("ana"))?;
        Ok(case_id)
    });
    let before = read(rig, |tx| tx.threads().whole(case_id));
    let all = versions().len();
    for steps in 1..all {
        rig.revert(steps);
        assert!(port(rig).check().is_err());
        assert_eq!(rig.texts("SELECT CAST(count(*) AS TEXT) AS text FROM icsr"), ["1"]);
        if steps < all - MESSAGES {
            assert_eq!(rig.texts("SELECT CAST(count(*) AS TEXT) AS text FROM message"), ["3"]);
        }
        assert_eq!(rig.store().migrate().unwrap().applied.len(), steps);
        let thread = read(rig, |tx| tx.threads().whole(case_id));
        assert!(if steps < all - MESSAGES { thread == before } else { thread.is_empty() }, "{steps}");
        assert_eq!(read(rig, |tx| tx.cases().find(case_id)).unwrap().closure, Some(closure()));
    }
}

/// So many migrations stand before the one that makes `message`.
const MESSAGES: usize = 2;

pub fn several_that_migrate_at_once_agree(stores: &[Box<dyn MigratingStore>]) {
    let applied: Vec<usize> = thread::scope(|scope| {
        let threads: Vec<_> = stores.iter().map(|store| scope.spawn(|| store.migrate().unwrap().applied.len())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(applied.iter().sum::<usize>(), versions().len(), "{applied:?}");
    assert!(stores.iter().all(|store| store.check().is_ok()));
}

pub fn a_schema_that_is_not_its_own_is_named(rig: &dyn Rig) {
    let versions = versions();
    let [first, .., last_but_one, last] = versions.as_slice() else { panic!("there are several migrations") };
    let Err(StoreError::Refused(text)) = port(rig).check() else { panic!("an empty database has no schema") };
    assert!(text.contains(first) && text.contains(last), "{text}");

    rig.store().migrate().unwrap();
    rig.execute(&format!("DELETE FROM __diesel_schema_migrations WHERE version = '{last}'")).unwrap();
    let Err(StoreError::Refused(text)) = port(rig).check() else { panic!("one migration is pending") };
    assert!(!text.contains(last_but_one) && text.contains(last), "{text}");

    rig.execute(&format!("INSERT INTO __diesel_schema_migrations (version) VALUES ('{last}'), ('29990101000000')")).unwrap();
    let Err(StoreError::Refused(text)) = port(rig).check() else { panic!("one migration is unknown") };
    assert!(text.contains("29990101000000") && !text.contains(last), "{text}");
    assert_eq!(rig.store().migrate(), Err(MigrateError::Unknown(vec!["29990101000000".into()])));
}
