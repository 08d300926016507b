//! Promises about how reporters answer.

promises! { $ board as board_contract:
    a_store_in_which_nothing_left_counts_nothing,
    a_request_is_counted_once_in_each_group_and_its_case_once,
    an_answer_counts_for_the_request_before_it_whatever_its_channel,
    what_is_not_answered_has_waited_until_now,
    only_a_confirmed_person_or_a_call_that_reached_somebody_answers,
    what_did_not_leave_came_back_or_went_to_the_unit_is_no_request,
    days_are_whole_and_no_more_than_are_counted,
    a_request_stands_in_the_span_in_which_it_left_and_at_its_hour_there,
    cases_that_wait_are_counted_by_their_age,
}

use chrono::{DateTime, Utc};
use followup_domain::board::{By, CURVE_DAYS, HORIZON_DAYS, Span, Tally, Waiting};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{CallOutcome, CaseMatch, Channel, Classification, Delivery, MatchKind, MessageKind, WhatsappTemplate};
use followup_domain::ports::{CountedAnswers, NewCall, NewInboundMessage, NewOutboundMessage, NewOutboundTiming, Outcome, Store};

use super::support::{a_case, a_raw, enqueue, read, receive, token, write};
use crate::builders::{at, call, lease, notification, outbound, reply};
use crate::one_letter::OneLetter;

const DAY: i64 = 86_400;

fn span(from: i64, to: i64) -> Span {
    Span { from: at(from), to: at(to), offset: -18_000 }
}

fn counted(store: &dyn Store, now: i64) -> Vec<CountedAnswers> {
    read(store, |tx| tx.board().answers(span(-DAY, 400 * DAY), at(now)))
}

/// Days, answered or not, how many; in their order.
fn tallies(counted: &[CountedAnswers], by: Option<By>, key: &str) -> Vec<(u32, bool, u64)> {
    let of = counted.iter().filter(|row| row.by == by && row.key == key);
    let mut found: Vec<_> =
        of.map(|CountedAnswers { tally: Tally { days, is_answered, count }, .. }| (*days, *is_answered, *count)).collect();
    found.sort_unstable();
    found
}

fn keys(counted: &[CountedAnswers], by: By) -> Vec<&str> {
    let mut keys: Vec<&str> = counted.iter().filter(|row| row.by == Some(by)).map(|row| row.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// A letter that leaves at an instant.
fn leaves(store: &dyn Store, letter: &NewOutboundMessage, when: DateTime<Utc>, delivery: Delivery) -> MessageId {
    let id = enqueue(store, &NewOutboundMessage { timing: NewOutboundTiming::NotBefore(when), created_at: when, ..letter.clone() });
    let lease = lease("sender", when + chrono::Duration::seconds(60));
    write(store, |tx| {
        tx.dispatch().claim_due(letter.channel, when, &lease, 10)?;
        tx.dispatch().transmit_one(id, &lease, letter.unique_key.as_bytes(), when)?;
        tx.dispatch().record_one(id, &token("sender"), &Outcome::of(delivery, when))
    });
    id
}

fn asked(store: &dyn Store, case_id: CaseId, key: &str, seconds: i64) -> MessageId {
    leaves(store, &NewOutboundMessage { kind: MessageKind::PlanLetter, ..outbound(case_id, key) }, at(seconds), Delivery::Accepted)
}

fn answered(store: &dyn Store, case_id: CaseId, name: &str, seconds: i64) -> MessageId {
    answered_as(store, case_id, name, seconds, |mail| mail)
}

fn answered_as(
    store: &dyn Store,
    case_id: CaseId,
    name: &str,
    seconds: i64,
    change: impl FnOnce(NewInboundMessage) -> NewInboundMessage,
) -> MessageId {
    let raw_id = a_raw(store, name.as_bytes());
    receive(store, &change(NewInboundMessage { created_at: at(seconds), recorded_at: at(seconds), ..reply(case_id, raw_id, name) }))
}

pub fn a_store_in_which_nothing_left_counts_nothing(store: &dyn Store) {
    assert_eq!(counted(store, 0), []);
    let case_id = a_case(store);
    enqueue(store, &outbound(case_id, "waits"));
    answered(store, case_id, "of-itself", 60);
    assert_eq!(counted(store, DAY), []);
}

pub fn a_request_is_counted_once_in_each_group_and_its_case_once(store: &dyn Store) {
    let case_id = a_case(store);
    asked(store, case_id, "a", 0);
    answered(store, case_id, "r", 2 * DAY + 5);
    let counted = counted(store, 9 * DAY);
    let expected = vec![(2, true, 1)];
    assert_eq!(tallies(&counted, None, ""), expected);
    // Monday, 9:00 in Lima.
    for (by, key) in [(By::Channel, "email"), (By::Template, "request"), (By::Attempt, "1"), (By::Weekday, "1"), (By::Hour, "9")] {
        assert_eq!((keys(&counted, by), tallies(&counted, Some(by), key)), (vec![key], expected.clone()), "{by}");
    }
    assert_eq!(counted.len(), 6);
}

pub fn an_answer_counts_for_the_request_before_it_whatever_its_channel(store: &dyn Store) {
    let case_id = a_case(store);
    answered(store, case_id, "before", -60);
    asked(store, case_id, "a", 0);
    let template = WhatsappTemplate {
        name: "pide_datos".into(),
        language: "es".into(),
        parameters: vec!["x".into()],
        provider_id: None,
        places: vec!["1".into()],
    };
    let mut message = NewOutboundMessage { channel: Channel::Whatsapp, ..outbound(case_id, "b") };
    message.content.template = Some(template);
    message.content.subject = None;
    leaves(store, &message, at(3 * DAY), Delivery::Accepted);
    leaves(store, &outbound(case_id, "c"), at(20 * DAY), Delivery::Accepted);
    answered(store, case_id, "r", 4 * DAY + 1);
    answered(store, case_id, "again", 5 * DAY);
    let counted = counted(store, 25 * DAY);
    assert_eq!(tallies(&counted, None, ""), [(4, true, 1)]);
    assert_eq!(tallies(&counted, Some(By::Channel), "whatsapp"), [(1, true, 1)]);
    assert_eq!(tallies(&counted, Some(By::Channel), "email"), [(5, false, 1), (25, false, 1)]);
    assert_eq!(keys(&counted, By::Template), ["request", "whatsapp:pide_datos", "written"]);
    assert_eq!(keys(&counted, By::Attempt), ["1", "2", "3"]);
}

pub fn what_is_not_answered_has_waited_until_now(store: &dyn Store) {
    for key in ["a", "b"] {
        let case_id = a_case(store);
        asked(store, case_id, key, 0);
    }
    assert_eq!(tallies(&counted(store, 5 * DAY - 1), None, ""), [(4, false, 2)]);
    assert_eq!(tallies(&counted(store, 5 * DAY), Some(By::Channel), "email"), [(5, false, 2)]);
}

pub fn only_a_confirmed_person_or_a_call_that_reached_somebody_answers(store: &dyn Store) {
    let case_id = a_case(store);
    asked(store, case_id, "a", 0);
    answered_as(store, case_id, "robot", 60, |mail| NewInboundMessage { classification: Classification::AutoReply, ..mail });
    let unconfirmed = Some(CaseMatch { kind: MatchKind::References, confirmed: false });
    answered_as(store, case_id, "stranger", 61, |mail| NewInboundMessage { case_match: unconfirmed, ..mail });
    let spoke = |outcome| NewCall { at: at(3 * DAY), recorded_at: at(3 * DAY), ..call(case_id, outcome) };
    write(store, |tx| tx.messages().insert_call(&spoke(CallOutcome::NoAnswer)));
    assert_eq!(tallies(&counted(store, 4 * DAY), None, ""), [(4, false, 1)]);
    write(store, |tx| tx.messages().insert_call(&spoke(CallOutcome::Reached)));
    assert_eq!(tallies(&counted(store, 4 * DAY), None, ""), [(3, true, 1)]);
}

pub fn what_did_not_leave_came_back_or_went_to_the_unit_is_no_request(store: &dyn Store) {
    let case_id = a_case(store);
    leaves(store, &outbound(case_id, "refused"), at(0), Delivery::Rejected);
    leaves(store, &outbound(case_id, "doubtful"), at(1), Delivery::Uncertain);
    leaves(store, &notification(case_id, "told"), at(2), Delivery::Accepted);
    let back = leaves(store, &outbound(case_id, "back"), at(3), Delivery::Accepted);
    write(store, |tx| tx.deliveries().record_reports(&[(back, &Outcome::of(Delivery::Bounced, at(9)))]));
    assert_eq!(counted(store, DAY), []);
    asked(store, case_id, "arrived", 10);
    assert_eq!(tallies(&counted(store, DAY + 10), Some(By::Attempt), "1"), [(1, false, 1)]);
}

pub fn days_are_whole_and_no_more_than_are_counted(store: &dyn Store) {
    for (key, seconds) in [("a", DAY - 1), ("b", DAY), ("c", 300 * DAY)] {
        let case_id = a_case(store);
        asked(store, case_id, key, 0);
        answered(store, case_id, key, seconds);
    }
    let counted = counted(store, 301 * DAY);
    assert_eq!(tallies(&counted, None, ""), [(0, true, 1), (1, true, 1), (CURVE_DAYS, true, 1)]);
    assert_eq!(tallies(&counted, Some(By::Channel), "email"), [(0, true, 1), (1, true, 1), (HORIZON_DAYS, true, 1)]);
}

pub fn a_request_stands_in_the_span_in_which_it_left_and_at_its_hour_there(store: &dyn Store) {
    let case_id = a_case(store);
    asked(store, case_id, "a", 0);
    asked(store, case_id, "b", 16 * 3600);
    let of = |from, to, offset| read(store, |tx| tx.board().answers(Span { offset, ..span(from, to) }, at(3 * DAY)));
    let first = of(0, 16 * 3600, 0);
    assert_eq!((keys(&first, By::Hour), keys(&first, By::Attempt), tallies(&first, None, "").len()), (vec!["14"], vec!["1"], 1));
    let second = of(1, DAY, 0);
    assert_eq!((keys(&second, By::Hour), keys(&second, By::Attempt), tallies(&second, None, "").len()), (vec!["6"], vec!["2"], 0));
    // 6:00 on Tuesday is still Monday five hours to the west, and eight.
    let weekday = |offset| keys(&of(1, DAY, offset), By::Weekday).join(",");
    assert_eq!([0, -18_000, -28_800].map(weekday), ["2", "2", "1"]);
}

pub fn cases_that_wait_are_counted_by_their_age(store: &dyn Store) {
    let since = |seconds| {
        let case_id = a_case(store);
        write(store, |tx| tx.waiting().set(case_id, Some(at(seconds))));
        case_id
    };
    let closed = since(0);
    write(store, |tx| tx.cases().close(closed, &crate::builders::closure()));
    let now = 100 * DAY;
    since(now);
    since(now - 8 * DAY + 1);
    since(now - 8 * DAY);
    since(0);
    let waiting: Vec<Waiting> = read(store, |tx| tx.board().waiting(at(now)));
    let told: Vec<_> = waiting.iter().map(|age| (age.more_than, age.cases, age.serious)).collect();
    assert_eq!(told, [(0, 2, 0), (7, 1, 0), (15, 0, 0), (30, 0, 0), (60, 0, 0), (90, 1, 0)]);
}
