//! Sessions of the page: how long they hold, and what of them stands in the trail.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
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
        assert!(unit.app.session(&used.key).unwrap().is_some());
    }
    assert_eq!(unit.app.session(&left.key).unwrap(), None);
    assert_eq!(unit.app.sessions().unwrap().len(), 1);
    for _ in 0..24 {
        unit.clock.advance(IDLE - Duration::seconds(1));
        unit.app.session(&used.key).unwrap();
    }
    assert_eq!(unit.app.session(&used.key).unwrap(), None, "twelve hours are over");
}

#[test]
fn beginning_and_ending_stand_in_the_trail_and_no_key_does() {
    let unit = unit();
    let session = begun(&unit, 0xab);
    assert!(unit.app.end_session(&Actor::User { id: None, username: "admin".into() }, &session.key).unwrap());
    assert!(!unit.app.end_session(&ana(), &session.key).unwrap());
    assert_eq!(unit.app.session(&session.key).unwrap(), None);
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
