//! Promises of the idempotency keys.

promises! { $ idempotency as idempotency_contract:
    a_repeated_request_finds_its_resource,
    another_request_with_the_key_is_told_so,
    a_key_of_work_that_failed_is_free_again,
    a_key_that_was_not_begun_is_not_completed,
    old_keys_are_forgotten_oldest_first_and_young_ones_stay,
}

use followup_domain::ports::{Remembered, Store, StoreError, StoreExt};

use super::support::write;
use crate::builders::at;

const SCOPE: &str = "ana POST /icsr k-1";

fn make(store: &dyn Store, fingerprint: &str, resource: i64) -> Remembered {
    write(store, |tx| {
        let remembered = tx.idempotency().begin(SCOPE, fingerprint, at(0))?;
        if remembered == Remembered::New {
            tx.idempotency().complete(SCOPE, resource)?;
        }
        Ok(remembered)
    })
}

pub fn a_repeated_request_finds_its_resource(store: &dyn Store) {
    assert_eq!(make(store, "f", 7), Remembered::New);
    assert_eq!(make(store, "f", 8), Remembered::Same(7));
}

pub fn another_request_with_the_key_is_told_so(store: &dyn Store) {
    make(store, "f", 7);
    assert_eq!(make(store, "g", 8), Remembered::Different);
}

pub fn a_key_of_work_that_failed_is_free_again(store: &dyn Store) {
    let failed: Result<(), StoreError> = store.write(|tx| {
        tx.idempotency().begin(SCOPE, "f", at(0))?;
        Err(StoreError::Refused("by the work".into()))
    });
    assert!(failed.is_err());
    assert_eq!(make(store, "g", 8), Remembered::New);
}

pub fn a_key_that_was_not_begun_is_not_completed(store: &dyn Store) {
    let refused = store.write(|tx| tx.idempotency().complete("other", 1));
    assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
}

pub fn old_keys_are_forgotten_oldest_first_and_young_ones_stay(store: &dyn Store) {
    let take = |scope: &str, seconds| {
        write(store, |tx| {
            let remembered = tx.idempotency().begin(scope, "f", at(seconds))?;
            if remembered == Remembered::New {
                tx.idempotency().complete(scope, 7)?;
            }
            Ok(remembered)
        })
    };
    for seconds in [3, 1, 2, 9] {
        assert_eq!(take(&format!("k-{seconds}"), seconds), Remembered::New);
    }
    let forget = |limit| write(store, |tx| tx.idempotency().forget_before(at(3), limit));
    assert_eq!((forget(1), forget(10), forget(10)), (1, 1, 0));
    for (seconds, expected) in [(1, Remembered::New), (2, Remembered::New), (3, Remembered::Same(7)), (9, Remembered::Same(7))] {
        assert_eq!(take(&format!("k-{seconds}"), seconds), expected, "k-{seconds}");
    }
}
