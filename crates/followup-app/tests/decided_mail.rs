//! What a page of a tray shows: mail in the order in which it came, the messages of a lane, and who was quicker.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
use followup_app::{AssignRequest, TrayError};
use followup_domain::asking::lanes::Lane;
use followup_domain::ids::MessageId;
use followup_domain::message::MailFlag;
use followup_domain::ports::{Clock, StoreError, StoreExt, TrayState};
use followup_testkit::fakes::Script;
use support::{REPORTER, Unit, qf, unit, unit_with};

fn lost(unit: &Unit, number: usize, body: &str) -> MessageId {
    unit.clock.advance(Duration::minutes(1));
    unit.receive(&format!("From: {REPORTER}\nTo: fv@vigia.test\nSubject: {number}\n\n{body}\n"));
    unit.unassigned()[0].id
}

#[test]
fn the_tray_is_read_from_the_oldest_on_with_its_suggestions() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let case = unit.case(&[]);
    let ids: Vec<MessageId> = (0..3).map(|number| lost(&unit, number, "x")).collect();
    let (first, next) = unit.app.unassigned_in_order(TrayState::Open, None, 2).unwrap();
    let of = |mails: &[followup_app::UnassignedMail]| mails.iter().map(|mail| mail.view.message.id).collect::<Vec<_>>();
    assert_eq!(of(&first), ids[..2]);
    assert!(first.iter().all(|mail| mail.suggestions.iter().any(|suggestion| suggestion.case_id == case)));
    let (second, end) = unit.app.unassigned_in_order(TrayState::Open, next, 2).unwrap();
    assert_eq!((of(&second), end), (vec![ids[2]], None));
}

#[test]
fn one_mail_is_read_whole_and_known_to_be_a_cases_once_it_is() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let case = unit.case(&[("numero", "FV-9")]);
    let id = lost(&unit, 1, &"palabra ".repeat(9_000));
    unit.app.store.write::<_, StoreError>(|tx| tx.readings().insert_flag(id, MailFlag::ForgedReplyAddress)).unwrap();
    let mail = unit.app.unassigned_mail(id).unwrap();
    assert!(mail.view.message.content.body.len() > 70_000 && mail.has_forged_token && mail.suggestions.len() == 1);
    assert_eq!(unit.app.assigned_mail(id).unwrap(), None);
    unit.app.assign_mail(&qf(), id, &AssignRequest { case_id: case, parent_id: None, confirm: true }).unwrap();
    let taken = unit.app.assigned_mail(id).unwrap().unwrap();
    assert_eq!((taken.case_id, taken.numero.as_deref(), taken.by), (case, Some("FV-9"), Some((qf().to_string(), unit.clock.now()))));
    assert_eq!(unit.app.unassigned_mail(id), Err(TrayError::Assigned(case)));
    assert_eq!(unit.app.unassigned_mail(MessageId(4711)), Err(TrayError::NotFound));
    assert_eq!(unit.app.assigned_mail(MessageId(4711)).unwrap(), None);
}

#[test]
fn a_lane_of_messages_comes_with_them_and_another_without() {
    let unit = unit();
    let case = unit.case(&[]);
    unit.mail.next(Script::no_such_user());
    unit.deliver();
    let (list, messages) = unit.app.worklist_messages("qf", Lane::Failed, None, 10).unwrap();
    let id = MessageId(list.items[0].place.id);
    assert_eq!((messages.len(), messages[&id].message.case_id), (1, Some(case)));
    let briefs = unit.app.case_briefs(&[case, followup_domain::ids::CaseId(4711)]).unwrap();
    assert_eq!(briefs.iter().map(|brief| brief.case_id).collect::<Vec<_>>(), [case]);
    assert!(unit.app.worklist_messages("qf", Lane::Stalled, None, 10).unwrap().1.is_empty());
}
