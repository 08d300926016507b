//! Promises of the local users.

promises! { $ users as users_contract:
    a_user_comes_back_as_stored,
    a_name_is_taken_once,
    users_are_listed_by_name,
    a_change_is_kept_and_voids_what_was_given_before,
    an_unknown_user_does_not_change,
}

use followup_domain::ports::{Inserted, NewUser, Store, Updated, UserChange};
use followup_domain::user::Role;

use super::support::{read, write};
use crate::builders::{at, new_user};

pub fn a_user_comes_back_as_stored(store: &dyn Store) {
    let new = NewUser { roles: vec![Role::Admin, Role::Soporte], email: None, ..new_user("ana") };
    let id = write(store, |tx| tx.users().insert(&new)).id();
    let user = read(store, |tx| tx.users().find_by_username("ana")).unwrap();
    assert_eq!((user.id, user.username, user.email, user.roles), (id, new.username, None, new.roles));
    assert_eq!((user.password_hash, user.disabled, user.tokens_valid_from), (new.password_hash, false, None));
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

pub fn a_change_is_kept_and_voids_what_was_given_before(store: &dyn Store) {
    for name in ["ana", "eva"] {
        write(store, |tx| tx.users().insert(&new_user(name)));
    }
    let changes = [
        UserChange::Password("$argon2id$new".into()),
        UserChange::Disabled(true),
        UserChange::Roles(vec![Role::Soporte, Role::Legal]),
        UserChange::Disabled(false),
    ];
    for (second, change) in (1..).zip(&changes) {
        assert_eq!(write(store, |tx| tx.users().change("ana", change, at(second))), Updated::Yes);
        let user = read(store, |tx| tx.users().find_by_username("ana")).unwrap();
        assert_eq!(user.tokens_valid_from, Some(at(second)), "{change:?}");
        assert_eq!(user.disabled, [2, 3].contains(&second), "{change:?}");
    }
    let users = read(store, |tx| tx.users().list());
    let [ana, eva] = users.as_slice() else { panic!("{users:?}") };
    assert_eq!((ana.password_hash.as_str(), &ana.roles), ("$argon2id$new", &vec![Role::Soporte, Role::Legal]));
    assert_eq!((&eva.password_hash, &eva.roles, eva.tokens_valid_from), (&new_user("eva").password_hash, &vec![Role::Qf], None));
}

pub fn an_unknown_user_does_not_change(store: &dyn Store) {
    for change in [UserChange::Password("x".into()), UserChange::Disabled(true), UserChange::Roles(vec![Role::Qf])] {
        assert_eq!(write(store, |tx| tx.users().change("eva", &change, at(1))), Updated::Stale);
    }
}
