//! Sessions of the page: how long they hold, and what of them stands in the trail.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
use followup_app::NewUserRequest;
use followup_domain::audit::{Actor, AuditChain};
use followup_domain::ids::UserId;
use followup_domain::ports::{Clock, PageRequest, StoreError, StoreExt};
use followup_domain::session::{IDLE, Session, SessionKey, latest_end};
use followup_domain::user::Role;
use support::{Unit, unit};

fn ana() -> Actor {
    Actor::User { id: Some(UserId(7)), username: "ana".into() }
}

fn begun(unit: &Unit, number: u8) -> Session {
    let now = unit.clock.now();
    let session = Session {
        key: SessionKey([number; 32]),
        user_id: Some(UserId(7)),
        username: "ana".into(),
        email: None,
        roles: vec![Role::Qf],
        tenant: None,
        is_own: true,
        began_at: now,
        seen_at: now,
        ends_at: latest_end(now, None),
        address: Some("192.0.2.1".into()),
        program: None,
    };
    unit.app.begin_session(&ana(), &session).unwrap();
    session
}

fn trail(unit: &Unit) -> Vec<String> {
    let page = PageRequest { offset: 0, limit: 100 };
    let rows = unit.app.store.read::<_, StoreError>(|tx| tx.audit().list(AuditChain::System, page)).unwrap().items;
    rows.into_iter().filter(|row| row.entity == "session").map(|row| format!("{} {} {:?}", row.action, row.actor, row.new)).collect()
}

#[test]
fn a_session_that_is_used_goes_on_and_one_that_is_not_ends() {
    let unit = unit();
    let (used, left) = (begun(&unit, 1), begun(&unit, 2));
    for _ in 0..3 {
        unit.clock.advance(IDLE - Duration::seconds(1));
        assert!(unit.app.session(&used.key, true).unwrap().is_some());
    }
    assert_eq!(unit.app.session(&left.key, true).unwrap(), None);
    assert_eq!(unit.app.sessions().unwrap().len(), 1);
    for _ in 0..24 {
        unit.clock.advance(IDLE - Duration::seconds(1));
        unit.app.session(&used.key, true).unwrap();
    }
    assert_eq!(unit.app.session(&used.key, true).unwrap(), None, "twelve hours are over");
}

#[test]
fn what_a_page_asks_by_itself_keeps_no_session() {
    let unit = unit();
    let session = begun(&unit, 1);
    for _ in 0..29 {
        unit.clock.advance(Duration::minutes(1));
        assert!(unit.app.session(&session.key, false).unwrap().is_some());
    }
    unit.clock.advance(Duration::minutes(1));
    assert_eq!(unit.app.session(&session.key, false).unwrap(), None);
}

#[test]
fn a_user_who_changes_has_no_session_any_more() {
    let unit = unit();
    let request = NewUserRequest { username: "ana".into(), email: None, roles: vec![Role::Qf], password_hash: "h".into() };
    unit.app.create_user(&ana(), request).unwrap();
    let (hers, of_others) = (begun(&unit, 1), Session { is_own: false, ..begun(&unit, 2) });
    let foreign = Session { key: SessionKey([3; 32]), ..of_others };
    unit.app.begin_session(&ana(), &foreign).unwrap();
    unit.app.set_password_hash(&ana(), "ana", "other").unwrap();
    assert_eq!(unit.app.session(&hers.key, true).unwrap(), None);
    assert_eq!(unit.app.sessions().unwrap(), [foreign], "a user of another issuer is somebody else");
}

#[test]
fn beginning_and_ending_stand_in_the_trail_and_no_key_does() {
    let unit = unit();
    let session = begun(&unit, 0xab);
    assert!(unit.app.end_session(&Actor::User { id: None, username: "admin".into() }, &session.key).unwrap());
    assert!(!unit.app.end_session(&ana(), &session.key).unwrap());
    assert_eq!(unit.app.session(&session.key, true).unwrap(), None);
    let trail = trail(&unit);
    assert_eq!(trail.len(), 2, "{trail:?}");
    assert!(trail[0].starts_with("session.began user:ana") && trail[0].contains("192.0.2.1"), "{trail:?}");
    assert!(trail[1].starts_with("session.ended user:admin"), "{trail:?}");
    assert!(!trail.concat().contains("abab"), "{trail:?}");
}

#[test]
fn the_dispatcher_forgets_sessions_that_hold_no_more() {
    let unit = unit();
    let session = begun(&unit, 1);
    unit.clock.advance(IDLE);
    unit.app.dispatch_due(&|| false).unwrap();
    assert_eq!(unit.app.store.read::<_, StoreError>(|tx| tx.sessions().find(&session.key)).unwrap(), None);
}
