//! Whoever writes BAJA gets no more messages at that number, until a person says otherwise.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
use followup_app::SendMessageError;
use followup_domain::audit::AuditChain;
use followup_domain::contact::E164;
use followup_domain::message::{Channel, Direction, MessageStatus};
use followup_domain::ports::{Clock, DoNotContact, PageRequest, StoreError, StoreExt, TrayState};
use support::texts::{NUMBER, came, start, write};
use support::{Unit, qf};

fn blocked(unit: &Unit) -> Vec<DoNotContact> {
    unit.app.blocked_contacts(PageRequest { offset: 0, limit: 10 }).unwrap().items
}

fn told(unit: &Unit) -> Vec<String> {
    let rows =
        unit.app.store.read::<_, StoreError>(|tx| tx.audit().list(AuditChain::System, PageRequest { offset: 0, limit: 50 })).unwrap();
    rows.items.into_iter().filter(|row| row.action.starts_with("contact.")).map(|row| format!("{} {}", row.action, row.actor)).collect()
}

#[test]
fn whoever_writes_it_alone_is_written_to_no_more_and_a_person_sees_it() {
    let (unit, provider) = start();
    let case = unit.case(&[("reportante_telefono", NUMBER)]);
    write(&unit, case, "sms").unwrap();
    came(&unit, "M1", NUMBER, "Baja.");
    let known = blocked(&unit);
    assert_eq!((known.len(), known[0].address.as_str(), known[0].reason.as_str()), (1, NUMBER, "lo pidió desde ese número"));
    assert!(known[0].actor.starts_with("service:") && told(&unit) == [format!("contact.blocked {}", known[0].actor)], "{known:?}");
    let thread = unit.thread(case);
    let said = thread.iter().find(|message| message.direction == Direction::In).unwrap();
    assert_eq!((said.content.body.as_str(), thread[0].status), ("Baja.", Some(MessageStatus::Responded)));
    assert_eq!(unit.app.badge("qf").unwrap().new_replies, 1);
    assert!(matches!(write(&unit, case, "sms"), Err(SendMessageError::Blocked)), "by hand neither");
    assert_eq!(provider.taken().len(), 1);
    came(&unit, "M1", NUMBER, "Baja.");
    assert_eq!(told(&unit).len(), 1, "the same call again");
}

#[test]
fn a_letter_that_waits_for_the_number_does_not_go() {
    let (unit, provider) = start();
    let case = unit.case(&[("reportante_telefono", NUMBER)]);
    write(&unit, case, "sms").unwrap();
    let other = unit.case(&[("reportante_telefono", NUMBER)]);
    let contact = followup_app::OneMoreAttempt {
        due_at: unit.clock.now() + Duration::hours(1),
        label: "SMS".into(),
        channel: Channel::Sms.into(),
        reason: None,
    };
    unit.app.schedule_attempt(&qf(), other, &contact).unwrap();
    came(&unit, "M1", NUMBER, "STOP");
    unit.clock.advance(Duration::hours(2));
    unit.dispatch();
    unit.dispatch();
    assert_eq!(provider.taken().len(), 1);
    let (status, reason) = unit.attempts(other).remove(0);
    assert!(status != "sent" && reason.as_deref().unwrap_or_default().contains("no ser contactada"), "{status} {reason:?}");
}

#[test]
fn a_person_may_take_it_back_and_what_a_person_said_before_stays() {
    let (unit, _provider) = start();
    let case = unit.case(&[("reportante_telefono", NUMBER)]);
    write(&unit, case, "sms").unwrap();
    let number = E164::parse(NUMBER).unwrap();
    unit.app.block_number(&qf(), &number, "lo pidió por teléfono").unwrap();
    came(&unit, "M1", NUMBER, "CANCELAR");
    assert_eq!(blocked(&unit)[0].reason, "lo pidió por teléfono");
    unit.app.unblock_number(&qf(), &number, None).unwrap();
    assert!(blocked(&unit).is_empty() && unit.app.unblock_number(&qf(), &number, None).is_err());
    write(&unit, case, "sms").unwrap();
}

#[test]
fn a_stranger_who_writes_it_is_heard_too_and_a_sentence_is_none() {
    let (unit, _provider) = start();
    came(&unit, "M1", "+51911222333", "ALTO");
    assert_eq!(unit.tray(TrayState::Open).len(), 1);
    assert_eq!(blocked(&unit)[0].address, "+51911222333");
    let case = unit.case(&[("reportante_telefono", NUMBER)]);
    write(&unit, case, "sms").unwrap();
    came(&unit, "M2", NUMBER, "La presión estaba baja");
    assert_eq!(blocked(&unit).len(), 1);
}
