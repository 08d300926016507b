//! Promises of the reporting deadlines.

promises! { $ deadlines as deadlines_contract:
    nothing_that_the_service_brings_along_is_confirmed,
    a_deadline_comes_back_as_it_was_written,
    a_deadline_is_replaced_as_a_whole,
    a_deadline_is_removed_once,
    deadlines_are_listed_by_authority_role_and_seriousness,
}

use followup_domain::case::deadlines::{Deadline, DeadlineId, DeadlineScope, NewDeadline};
use followup_domain::ports::{Store, Updated};

use super::support::{read, write};

fn rule(authority: &str, role: &str, scope: DeadlineScope) -> NewDeadline {
    NewDeadline { authority: authority.into(), role: role.into(), scope, days: 15, norm: "Norma «N» 1".into(), verified: true }
}

fn insert(store: &dyn Store, rule: &NewDeadline) -> DeadlineId {
    write(store, |tx| tx.deadlines().insert(rule))
}

fn list(store: &dyn Store) -> Vec<Deadline> {
    read(store, |tx| tx.deadlines().list())
}

fn find(store: &dyn Store, id: DeadlineId) -> Option<NewDeadline> {
    list(store).into_iter().find(|deadline| deadline.id == id).map(|deadline| deadline.rule)
}

pub fn nothing_that_the_service_brings_along_is_confirmed(store: &dyn Store) {
    let brought = list(store);
    assert!(!brought.is_empty());
    for Deadline { rule, .. } in &brought {
        assert!(!rule.verified && !rule.norm.is_empty() && !rule.authority.is_empty() && !rule.role.is_empty(), "{rule:?}");
    }
}

pub fn a_deadline_comes_back_as_it_was_written(store: &dyn Store) {
    for scope in DeadlineScope::ALL {
        let new = rule("Autoridad Ñ", "titular", *scope);
        assert_eq!(find(store, insert(store, &new)), Some(new));
    }
}

pub fn a_deadline_is_replaced_as_a_whole(store: &dyn Store) {
    let id = insert(store, &rule("A", "titular", DeadlineScope::Any));
    let other = NewDeadline { days: 0, norm: "otra".into(), verified: false, ..rule("B", "profesional", DeadlineScope::Serious) };
    assert_eq!(write(store, |tx| tx.deadlines().update(id, &other)), Updated::Yes);
    assert_eq!(find(store, id), Some(other.clone()));
    assert_eq!(write(store, |tx| tx.deadlines().update(DeadlineId(4711), &other)), Updated::Stale);
}

pub fn a_deadline_is_removed_once(store: &dyn Store) {
    let id = insert(store, &rule("A", "titular", DeadlineScope::Any));
    let remove = || write(store, |tx| tx.deadlines().remove(id));
    assert_eq!((remove(), remove(), find(store, id)), (Updated::Yes, Updated::Stale, None));
    assert_ne!(insert(store, &rule("A", "titular", DeadlineScope::Any)), id);
}

pub fn deadlines_are_listed_by_authority_role_and_seriousness(store: &dyn Store) {
    for Deadline { id, .. } in list(store) {
        write(store, |tx| tx.deadlines().remove(id));
    }
    let written = [
        rule("B", "a", DeadlineScope::Any),
        rule("A", "b", DeadlineScope::Any),
        rule("A", "a", DeadlineScope::Any),
        rule("A", "a", DeadlineScope::NotSerious),
        rule("A", "a", DeadlineScope::Serious),
        rule("A", "a", DeadlineScope::Serious),
    ];
    let ids: Vec<DeadlineId> = written.iter().map(|rule| insert(store, rule)).collect();
    let listed: Vec<DeadlineId> = list(store).into_iter().map(|deadline| deadline.id).collect();
    assert_eq!(listed, [ids[4], ids[5], ids[3], ids[2], ids[1], ids[0]]);
}
