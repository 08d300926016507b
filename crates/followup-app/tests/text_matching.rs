//! To which case a text message belongs that names no message of ours, as no text message does: its number tells.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
use followup_app::{CloseRequest, OneMoreAttempt, SendRequest};
use followup_domain::case::ClosureReason;
use followup_domain::ids::CaseId;
use followup_domain::message::{CaseMatch, Channel, Direction, MatchKind, Message, MessageStatus};
use followup_domain::ports::{Clock, TrayState};
use followup_testkit::rigs::text_provider::Answer;
use support::texts::{NUMBER, came, start, write};
use support::{Unit, qf};

/// A case whose reporter got a text message.
fn written_to(unit: &Unit) -> CaseId {
    let case = unit.case(&[("reportante_telefono", NUMBER)]);
    write(unit, case, "sms").unwrap();
    case
}

fn close(unit: &Unit, case: CaseId) {
    let request = CloseRequest { reason: ClosureReason::Declined, notes: "x".into(), override_reason: Some("x".into()) };
    unit.app.close_followup(&qf(), case, &request).unwrap();
}

fn replies(unit: &Unit, case: CaseId) -> Vec<Message> {
    unit.thread(case).into_iter().filter(|message| message.direction == Direction::In).collect()
}

fn waiting(unit: &Unit) -> usize {
    unit.tray(TrayState::Open).len()
}

const CERTAIN: Option<CaseMatch> = Some(CaseMatch { kind: MatchKind::Number, confirmed: true });
const DOUBTFUL: Option<CaseMatch> = Some(CaseMatch { kind: MatchKind::Number, confirmed: false });

#[test]
fn an_answer_belongs_to_the_only_open_follow_up_that_wrote_to_its_number() {
    let (unit, _provider) = start();
    let case = written_to(&unit);
    let other = unit.case(&[("reportante_telefono", NUMBER)]);
    came(&unit, "M1", NUMBER, "500 mg cada 8 horas");
    let reply = replies(&unit, case).remove(0);
    assert_eq!((reply.case_match, reply.content.body.as_str()), (CERTAIN, "500 mg cada 8 horas"));
    let letter = unit.thread(case).remove(0);
    assert_eq!((reply.parent_id, letter.status), (Some(letter.id), Some(MessageStatus::Responded)));
    assert!(replies(&unit, other).is_empty(), "it wrote to nobody");
    came(&unit, "M2", NUMBER, "y 30 años");
    assert_eq!(replies(&unit, case).len(), 2);
    assert_eq!(waiting(&unit), 0);
}

#[test]
fn of_several_the_one_that_wrote_last_has_it_until_a_person_says_so() {
    let (unit, _provider) = start();
    let cases = [written_to(&unit), written_to(&unit), written_to(&unit)];
    write(&unit, cases[1], "sms").unwrap();
    came(&unit, "M1", NUMBER, "500 mg");
    let reply = replies(&unit, cases[1]).remove(0);
    assert_eq!((reply.case_match, reply.is_human_reply()), (DOUBTFUL, false));
    assert!(replies(&unit, cases[0]).is_empty() && replies(&unit, cases[2]).is_empty());
}

#[test]
fn a_text_that_names_its_case_belongs_to_it() {
    let (unit, _provider) = start();
    let cases = [written_to(&unit), written_to(&unit)];
    for (id, body) in [("M1", format!("Caso #{}: 500 mg", cases[0])), ("M2", format!("(#{}) y 30 años", cases[0]))] {
        came(&unit, id, NUMBER, &body);
    }
    assert_eq!(replies(&unit, cases[0]).iter().map(|reply| reply.case_match).collect::<Vec<_>>(), [CERTAIN, CERTAIN]);
    // Of several, or of one that nobody wrote to from: a person says.
    for (id, body) in
        [("M3", format!("#{} y #{}", cases[0], cases[1])), ("M4", "#999: 500 mg".into()), ("M5", "# #1x #99999999999999999999".into())]
    {
        came(&unit, id, NUMBER, &body);
    }
    let last: Vec<_> = replies(&unit, cases[1]).iter().map(|reply| reply.case_match).collect();
    assert_eq!(last[..2], [DOUBTFUL, DOUBTFUL]);
}

#[test]
fn a_text_that_names_another_case_than_the_only_one_is_in_doubt() {
    let (unit, _provider) = start();
    let case = written_to(&unit);
    came(&unit, "M1", NUMBER, "Sobre el caso #999: 500 mg");
    assert_eq!(replies(&unit, case)[0].case_match, DOUBTFUL);
}

#[test]
fn what_no_open_follow_up_asked_for_waits_in_the_tray() {
    let (unit, provider) = start();
    came(&unit, "M1", NUMBER, "Quiero reportar una reacción");
    assert_eq!(waiting(&unit), 1);
    let case = written_to(&unit);
    came(&unit, "M2", "+51911222333", "Hola");
    assert_eq!((waiting(&unit), replies(&unit, case).len()), (2, 0));
    close(&unit, case);
    came(&unit, "M3", NUMBER, "Hola");
    assert_eq!((waiting(&unit), replies(&unit, case).len()), (3, 0));
    // A message that did not leave asked for nothing.
    let refused = unit.case(&[("reportante_telefono", NUMBER)]);
    provider.next(Answer::NoSuchNumber);
    let request = SendRequest { channel: Some("sms".into()), body: Some("x".into()), ..SendRequest::default() };
    unit.app.send_message(&qf(), refused, &request, None).unwrap_err();
    came(&unit, "M4", NUMBER, "Hola");
    assert_eq!((waiting(&unit), replies(&unit, refused).len()), (4, 0));
}

#[test]
fn a_text_that_may_answer_several_cases_holds_the_letters_of_all_until_a_person_lets_them_go_on() {
    let (unit, provider) = start();
    let cases = [written_to(&unit), written_to(&unit)];
    for case in cases {
        let due_at = unit.clock.now() + Duration::hours(1);
        let contact = OneMoreAttempt { due_at, label: "SMS".into(), channel: Channel::Sms.into(), reason: None };
        unit.app.schedule_attempt(&qf(), case, &contact).unwrap();
    }
    came(&unit, "M1", NUMBER, "500 mg");
    assert!(replies(&unit, cases[0]).is_empty() && replies(&unit, cases[1]).len() == 1);
    unit.clock.advance(Duration::hours(2));
    unit.dispatch();
    unit.dispatch();
    assert_eq!(provider.taken().len(), 2, "nobody is asked again meanwhile");
    let (status, reason) = unit.attempts(cases[0]).remove(0);
    assert!(status == "cancelled" && reason.unwrap().contains("otro caso"));
    // A person lets it go on; the same call again changes nothing of that.
    unit.app.resume_plan(&qf(), cases[0], Some(unit.clock.now())).unwrap();
    came(&unit, "M1", NUMBER, "500 mg");
    unit.clock.advance(Duration::hours(1));
    unit.dispatch();
    unit.dispatch();
    assert_eq!(provider.taken().len(), 3);
}
