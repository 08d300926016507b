//! Promises of the sessions of the page.

promises! { $ sessions as sessions_contract:
    a_session_comes_back_as_stored,
    a_use_is_noted_and_never_set_back,
    a_session_ends_once,
    all_of_a_local_user_end_and_no_others,
    those_that_hold_are_listed_newest_first,
    those_that_hold_no_more_are_forgotten,
}

use chrono::Duration;
use followup_domain::ids::UserId;
use followup_domain::ports::{Store, Updated};
use followup_domain::session::{IDLE, LONGEST, Session, SessionKey};
use followup_domain::user::Role;

use super::support::{read, write};
use crate::builders::at;

fn session(number: u8, second: i64) -> Session {
    Session {
        key: SessionKey([number; 32]),
        user_id: Some(UserId(7)),
        username: "ana".into(),
        email: Some("ana@example.test".into()),
        roles: vec![Role::Qf, Role::Qa],
        tenant: Some("lab".into()),
        is_own: true,
        began_at: at(second),
        seen_at: at(second),
        ends_at: at(second) + LONGEST,
        address: Some("192.0.2.1".into()),
        program: Some("Firefox".into()),
    }
}

fn begun(store: &dyn Store, number: u8, second: i64) -> Session {
    let session = session(number, second);
    write(store, |tx| tx.sessions().insert(&session));
    session
}

pub fn a_session_comes_back_as_stored(store: &dyn Store) {
    let full = begun(store, 1, 0);
    assert_eq!(read(store, |tx| tx.sessions().find(&full.key)), Some(full));
    let bare =
        Session { user_id: None, email: None, roles: vec![], tenant: None, is_own: false, address: None, program: None, ..session(2, 0) };
    write(store, |tx| tx.sessions().insert(&bare));
    assert_eq!(read(store, |tx| tx.sessions().find(&bare.key)), Some(bare));
    assert_eq!(read(store, |tx| tx.sessions().find(&SessionKey([3; 32]))), None);
}

pub fn a_use_is_noted_and_never_set_back(store: &dyn Store) {
    let session = begun(store, 1, 0);
    for second in [60, 30] {
        write(store, |tx| tx.sessions().note_use(&session.key, at(second)));
        assert_eq!(read(store, |tx| tx.sessions().find(&session.key)).unwrap().seen_at, at(60));
    }
}

pub fn a_session_ends_once(store: &dyn Store) {
    let (session, other) = (begun(store, 1, 0), begun(store, 2, 0));
    assert_eq!(write(store, |tx| tx.sessions().end(&session.key)), Updated::Yes);
    assert_eq!(write(store, |tx| tx.sessions().end(&session.key)), Updated::Stale);
    assert_eq!(read(store, |tx| tx.sessions().find(&session.key)), None);
    assert_eq!(read(store, |tx| tx.sessions().find(&other.key)), Some(other));
}

pub fn all_of_a_local_user_end_and_no_others(store: &dyn Store) {
    begun(store, 1, 0);
    begun(store, 2, 0);
    let others = [Session { is_own: false, ..session(3, 0) }, Session { username: "eva".into(), ..session(4, 0) }];
    for other in &others {
        write(store, |tx| tx.sessions().insert(other));
    }
    write(store, |tx| tx.sessions().end_of("ana"));
    let mut left = read(store, |tx| tx.sessions().list(at(1), 10));
    left.sort_by_key(|session| session.key.to_hex());
    assert_eq!(left, others);
}

pub fn those_that_hold_are_listed_newest_first(store: &dyn Store) {
    let (first, second) = (begun(store, 1, 0), begun(store, 2, 60));
    let over = Session { ends_at: at(61), ..session(3, 60) };
    write(store, |tx| tx.sessions().insert(&over));
    assert_eq!(read(store, |tx| tx.sessions().list(at(61), 10)), [second.clone(), first]);
    assert_eq!(read(store, |tx| tx.sessions().list(at(61), 1)), std::slice::from_ref(&second));
    assert_eq!(read(store, |tx| tx.sessions().list(at(0) + IDLE, 10)), [second]);
}

pub fn those_that_hold_no_more_are_forgotten(store: &dyn Store) {
    let used = begun(store, 1, 60);
    begun(store, 2, 0);
    let over = Session { ends_at: at(61), ..session(3, 60) };
    write(store, |tx| tx.sessions().insert(&over));
    let now = at(0) + IDLE + Duration::seconds(1);
    assert_eq!(write(store, |tx| tx.sessions().forget_ended(now, 10)), 2);
    assert_eq!(write(store, |tx| tx.sessions().forget_ended(now, 10)), 0);
    assert_eq!(read(store, |tx| tx.sessions().list(now, 10)), [used]);
}
