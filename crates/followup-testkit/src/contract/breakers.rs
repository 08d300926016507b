//! Promises of the circuit breakers.

promises! { $ breakers as breakers_contract:
    a_provider_that_never_failed_has_no_breaker,
    a_breaker_comes_back_as_it_was_written,
    each_provider_has_its_own,
}

use followup_domain::ids::{LeaseToken, MessageId};
use followup_domain::ports::Store;
use followup_domain::sending::SendStage;
use followup_domain::sending::breaker::Breaker;

use super::support::{read, write};
use crate::builders::at;

fn full(provider: &str) -> Breaker {
    Breaker {
        provider: provider.into(),
        failures: 7,
        stage: Some(SendStage::SignIn),
        suspect: Some(MessageId(8)),
        opened_at: Some(at(1)),
        retry_at: Some(at(2)),
        probe: Some((LeaseToken("t".into()), at(3))),
        recovered_at: Some(at(4)),
        minute: Some((at(5), 6)),
        changed_at: at(7),
    }
}

pub fn a_provider_that_never_failed_has_no_breaker(store: &dyn Store) {
    assert_eq!(read(store, |tx| tx.breakers().find("smtp:a")), None);
    assert_eq!(read(store, |tx| tx.breakers().list()), []);
    let made = write(store, |tx| tx.breakers().find_for_update("smtp:a", at(0)));
    assert_eq!(made, Breaker::closed("smtp:a", at(0)));
    assert_eq!(write(store, |tx| tx.breakers().find_for_update("smtp:a", at(9))), made, "it is made once");
}

pub fn a_breaker_comes_back_as_it_was_written(store: &dyn Store) {
    write(store, |tx| tx.breakers().find_for_update("smtp:a", at(0)));
    for breaker in [full("smtp:a"), Breaker::closed("smtp:a", at(9))] {
        write(store, |tx| tx.breakers().update(&breaker));
        assert_eq!(read(store, |tx| tx.breakers().find("smtp:a")), Some(breaker));
    }
}

pub fn each_provider_has_its_own(store: &dyn Store) {
    for provider in ["smtp:b", "smtp:a"] {
        write(store, |tx| tx.breakers().find_for_update(provider, at(0)));
    }
    write(store, |tx| tx.breakers().update(&full("smtp:b")));
    assert_eq!(read(store, |tx| tx.breakers().list()), [Breaker::closed("smtp:a", at(0)), full("smtp:b")]);
}
