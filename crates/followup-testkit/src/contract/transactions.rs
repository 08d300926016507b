//! Promises of the store itself.

promises! { $ transactions as transactions_contract:
    the_store_is_ready,
    an_error_undoes_everything,
    a_panic_undoes_everything_and_the_store_goes_on,
    a_transaction_inside_a_transaction_panics,
    a_reading_transaction_refuses_to_write_and_to_lock,
    after_a_refusal_nothing_is_committed_whatever_the_work_says,
    instants_survive_to_the_microsecond,
    a_text_with_nul_is_kept_or_refused_and_never_a_panic,
}

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::Duration;
use followup_domain::asking::missing::FieldPath;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::ports::{CaseQuery, NewCase, Store, StoreError, StoreExt};

use super::support::{ALL, a_case, read, write};
use crate::builders::{at, new_case, outbound};

fn count_cases(store: &dyn Store) -> i64 {
    read(store, |tx| Ok(tx.cases().list(&CaseQuery::default(), ALL)?.total))
}

pub fn the_store_is_ready(store: &dyn Store) {
    assert_eq!(store.check(), Ok(()));
}

pub fn an_error_undoes_everything(store: &dyn Store) {
    let outcome: Result<(), StoreError> = store.write(|tx| {
        tx.cases().insert(&new_case())?;
        Err(StoreError::Refused("by the work".into()))
    });
    assert_eq!(outcome, Err(StoreError::Refused("by the work".into())));
    assert_eq!(count_cases(store), 0);
}

pub fn a_panic_undoes_everything_and_the_store_goes_on(store: &dyn Store) {
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        store.write::<(), StoreError>(|tx| {
            tx.cases().insert(&new_case())?;
            panic!("in the work");
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(count_cases(store), 0);
    a_case(store);
    assert_eq!(count_cases(store), 1);
}

pub fn a_transaction_inside_a_transaction_panics(store: &dyn Store) {
    let nest = |inner: &dyn Fn() -> Result<(), StoreError>| {
        let nested = catch_unwind(AssertUnwindSafe(|| {
            store.write(|tx| {
                tx.cases().insert(&new_case())?;
                inner()
            })
        }));
        // A release build says so by an error, and does not wait for itself.
        assert!(nested.map_or(cfg!(debug_assertions), |outcome| matches!(outcome, Err(StoreError::Refused(_)))));
        assert_eq!(count_cases(store), 0);
    };
    nest(&|| store.read(|tx| tx.cases().find(CaseId(1)).map(|_| ())));
    nest(&|| store.write(|tx| tx.cases().insert(&new_case()).map(|_| ())));
    a_case(store);
}

pub fn a_reading_transaction_refuses_to_write_and_to_lock(store: &dyn Store) {
    let case_id = a_case(store);
    let written = store.read::<_, StoreError>(|tx| tx.cases().insert(&new_case()));
    assert!(matches!(written, Err(StoreError::Refused(_))), "{written:?}");
    let locked = store.read::<_, StoreError>(|tx| tx.cases().find_for_update(case_id));
    assert!(matches!(locked, Err(StoreError::Refused(_))), "{locked:?}");
    assert_eq!(count_cases(store), 1);
}

pub fn after_a_refusal_nothing_is_committed_whatever_the_work_says(store: &dyn Store) {
    let outcome = store.write::<_, StoreError>(|tx| {
        let case_id = tx.cases().insert(&new_case())?;
        let path = FieldPath::parse("paciente_peso").unwrap();
        // Of a message that does not exist; the error is swallowed.
        let refused = tx.requests().set_asked(MessageId(4711), case_id, &[path.into()]);
        assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
        Ok(())
    });
    assert!(matches!(outcome, Err(StoreError::Refused(_))), "{outcome:?}");
    assert_eq!(count_cases(store), 0);
}

pub fn instants_survive_to_the_microsecond(store: &dyn Store) {
    for micros in [0, 1, 999_999, 500_000, 120_000, 1_000] {
        let created_at = at(0) + Duration::microseconds(micros);
        let id = write(store, |tx| tx.cases().insert(&NewCase { created_at, ..new_case() }));
        assert_eq!(read(store, |tx| tx.cases().find(id)).unwrap().created_at, created_at);
    }
}

pub fn a_text_with_nul_is_kept_or_refused_and_never_a_panic(store: &dyn Store) {
    let case_id = a_case(store);
    let mut message = outbound(case_id, "nul");
    message.content.body = "a\0b".into();
    match store.write::<_, StoreError>(|tx| tx.messages().insert_outbound(&message)) {
        Ok(inserted) => assert_eq!(super::support::message(store, inserted.id()).content.body, "a\0b"),
        Err(error) => assert!(matches!(error, StoreError::Refused(_)), "{error:?}"),
    }
}
