//! Promises of the local users.

promises! { $ users as users_contract:
    a_user_comes_back_as_stored,
    a_name_is_taken_once,
    users_are_listed_by_name,
    a_password_and_the_right_to_sign_in_change,
    an_unknown_user_does_not_change,
}

use followup_domain::ports::{Inserted, NewUser, Store, Updated};
use followup_domain::user::Role;

use super::support::{read, write};
use crate::builders::new_user;

pub fn a_user_comes_back_as_stored(store: &dyn Store) {
    let new = NewUser { roles: vec![Role::Admin, Role::Soporte], email: None, ..new_user("ana") };
    let id = write(store, |tx| tx.users().insert(&new)).id();
    let user = read(store, |tx| tx.users().find_by_username("ana")).unwrap();
    assert_eq!((user.id, user.username, user.email, user.roles), (id, new.username, None, new.roles));
    assert_eq!((user.password_hash, user.disabled), (new.password_hash, false));
    assert_eq!(read(store, |tx| tx.users().find_by_username("eva")), None);
}

pub fn a_name_is_taken_once(store: &dyn Store) {
    let first = write(store, |tx| tx.users().insert(&new_user("ana")));
    assert!(matches!(first, Inserted::New(_)));
    let other = NewUser { email: None, password_hash: "x".into(), ..new_user("ana") };
    assert_eq!(write(store, |tx| tx.users().insert(&other)), Inserted::Duplicate(first.id()));
    assert_eq!(read(store, |tx| tx.users().find_by_username("ana")).unwrap().password_hash, new_user("ana").password_hash);
}

pub fn users_are_listed_by_name(store: &dyn Store) {
    assert_eq!(read(store, |tx| tx.users().count()), 0);
    for name in ["eva", "ana", "luis"] {
        write(store, |tx| tx.users().insert(&new_user(name)));
    }
    let names: Vec<String> = read(store, |tx| tx.users().list()).into_iter().map(|user| user.username).collect();
    assert_eq!(names, ["ana", "eva", "luis"]);
    assert_eq!(read(store, |tx| tx.users().count()), 3);
}

pub fn a_password_and_the_right_to_sign_in_change(store: &dyn Store) {
    write(store, |tx| tx.users().insert(&new_user("ana")));
    assert_eq!(write(store, |tx| tx.users().set_password_hash("ana", "$argon2id$new")), Updated::Yes);
    assert_eq!(write(store, |tx| tx.users().set_disabled("ana", true)), Updated::Yes);
    let user = read(store, |tx| tx.users().find_by_username("ana")).unwrap();
    assert_eq!((user.password_hash.as_str(), user.disabled), ("$argon2id$new", true));
}

pub fn an_unknown_user_does_not_change(store: &dyn Store) {
    assert_eq!(write(store, |tx| tx.users().set_password_hash("eva", "x")), Updated::Stale);
    assert_eq!(write(store, |tx| tx.users().set_disabled("eva", true)), Updated::Stale);
}
