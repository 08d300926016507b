//! Local users: what changes of them, and what of it stands in the trail.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
use followup_app::{NewUserRequest, UserError};
use followup_domain::audit::{Actor, AuditChain};
use followup_domain::ports::{Clock, PageRequest, StoreError, StoreExt};
use followup_domain::user::{Role, User};
use support::{Unit, unit};

fn operator() -> Actor {
    Actor::User { id: None, username: "operator".into() }
}

fn with_ana() -> Unit {
    let unit = unit();
    let request = NewUserRequest { username: "Ana".into(), email: None, roles: vec![Role::Qf], password_hash: "h".into() };
    unit.app.create_user(&operator(), request).unwrap();
    unit
}

fn ana(unit: &Unit) -> User {
    unit.app.find_user("ANA").unwrap().unwrap()
}

/// The trail of the users: action, actor, and the facts of before and after.
fn trail(unit: &Unit) -> Vec<String> {
    let page = PageRequest { offset: 0, limit: 100 };
    let rows = unit.app.store.read::<_, StoreError>(|tx| tx.audit().list(AuditChain::System, page)).unwrap().items;
    let of_users = rows.into_iter().filter(|row| row.entity == "user");
    of_users.map(|row| format!("{} {} {:?} {:?}", row.action, row.actor, row.old, row.new)).collect()
}

#[test]
fn every_change_of_a_user_voids_what_they_were_given_and_stands_in_the_trail() {
    let unit = with_ana();
    assert_eq!(ana(&unit).tokens_valid_from, None);
    let operator = operator();
    type Change = fn(&Unit, &Actor) -> Result<(), UserError>;
    let changes: [(Change, &str); 4] = [
        (|unit, actor| unit.app.set_password_hash(actor, "ana", "secret hash"), "user.password_set"),
        (|unit, actor| unit.app.set_user_roles(actor, "ana", vec![Role::Soporte, Role::Legal]), "user.roles_set"),
        (|unit, actor| unit.app.set_user_disabled(actor, "ana", true), "user.disabled"),
        (|unit, actor| unit.app.set_user_disabled(actor, "ana", false), "user.enabled"),
    ];
    for (change, action) in changes {
        unit.clock.advance(Duration::seconds(1));
        change(&unit, &operator).unwrap();
        assert_eq!(ana(&unit).tokens_valid_from, Some(unit.clock.now()), "{action}");
        let last = trail(&unit).pop().unwrap();
        assert!(last.starts_with(&format!("{action} user:operator ")) && !last.contains("secret"), "{last}");
    }
    let user = ana(&unit);
    assert_eq!((user.password_hash.as_str(), user.disabled, user.roles), ("secret hash", false, vec![Role::Soporte, Role::Legal]));
    let roles = trail(&unit).into_iter().find(|entry| entry.starts_with("user.roles_set")).unwrap();
    assert!(roles.contains("qf") && roles.contains("soporte,legal"), "{roles}");
}

#[test]
fn a_change_that_cannot_be_is_refused_and_stands_nowhere() {
    let unit = with_ana();
    let before = trail(&unit);
    assert_eq!(unit.app.set_user_roles(&operator(), "ana", vec![]), Err(UserError::NoRole));
    for name in ["eva", "", "a b", "' OR 1=1"] {
        assert_eq!(unit.app.set_user_roles(&operator(), name, vec![Role::Qf]), Err(UserError::NotFound), "{name:?}");
        assert_eq!(unit.app.set_user_disabled(&operator(), name, true), Err(UserError::NotFound), "{name:?}");
    }
    assert_eq!((trail(&unit), ana(&unit).tokens_valid_from), (before, None));
}

#[test]
fn a_sign_in_and_a_token_made_by_hand_stand_in_the_trail() {
    let unit = with_ana();
    let user = ana(&unit);
    unit.app.record_sign_in(&user, Some("203.0.113.9")).unwrap();
    unit.app.record_sign_in(&user, None).unwrap();
    unit.app.record_token(&operator(), &user, unit.clock.now()).unwrap();
    let trail = trail(&unit);
    assert!(trail[1].starts_with("user.signed_in user:ana ") && trail[1].contains("203.0.113.9"), "{trail:?}");
    assert!(trail[2].starts_with("user.signed_in user:ana "), "{trail:?}");
    assert!(trail[3].starts_with("user.token_made user:operator ") && trail[3].contains("qf"), "{trail:?}");
    assert_eq!(ana(&unit).tokens_valid_from, None);
}

fn account(unit: &Unit, name: &str, roles: &[Role]) -> Actor {
    let request = NewUserRequest { username: name.into(), email: None, roles: roles.to_vec(), password_hash: "h".into() };
    let id = unit.app.create_user(&operator(), request).unwrap();
    Actor::User { id: Some(id), username: name.into() }
}

#[test]
fn of_the_local_users_one_who_may_administer_stays() {
    let unit = unit();
    let (eva, leo) = (account(&unit, "eva", &[Role::Admin, Role::Qf]), account(&unit, "leo", &[Role::Admin]));
    unit.app.set_user_disabled(&eva, "leo", true).unwrap();
    // One who was shut out is none, also when what they asked for comes late.
    for actor in [&eva, &leo] {
        assert_eq!(unit.app.set_user_disabled(actor, "eva", true), Err(UserError::LastAdministrator));
        assert_eq!(unit.app.set_user_roles(actor, "eva", vec![Role::Qf]), Err(UserError::LastAdministrator));
    }
    unit.app.set_user_roles(&eva, "eva", vec![Role::Admin]).unwrap();
    unit.app.set_password_hash(&eva, "eva", "other").unwrap();
    unit.app.set_user_disabled(&eva, "leo", false).unwrap();
    unit.app.set_user_roles(&eva, "eva", vec![Role::Qf]).unwrap();
    // Whoever administers from elsewhere needs none here.
    let elsewhere = Actor::User { id: Some(followup_domain::ids::UserId(99)), username: "leo".into() };
    unit.app.set_user_disabled(&elsewhere, "leo", true).unwrap();
    unit.app.set_user_disabled(&operator(), "eva", true).unwrap();
}
