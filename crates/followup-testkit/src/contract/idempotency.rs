//! Promises of the idempotency keys.

promises! { $ idempotency as idempotency_contract:
    a_repeated_request_finds_its_resource,
    another_request_with_the_key_is_told_so,
    a_key_of_work_that_failed_is_free_again,
    a_key_that_was_not_begun_is_not_completed,
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
