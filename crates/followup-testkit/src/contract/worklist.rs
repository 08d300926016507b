//! Promises about what needs a person, lane by lane.

promises! { $ worklist as worklist_contract:
    an_empty_store_asks_nothing_of_anybody,
    a_lane_shows_the_oldest_first_page_by_page,
    a_case_stands_in_a_lane_from_its_instant_on,
    of_several_unread_answers_of_a_case_the_first_is_shown,
    what_was_sent_anew_is_shown_no_more,
    cases_with_warnings_stand_in_their_lane_while_those_hold,
    mail_of_no_case_has_none,
    the_agenda_goes_by_due_date_over_all_cases,
}

use followup_domain::asking::lanes::{Ask, Lane};
use followup_domain::asking::plan::{Attempt, AttemptStatus, PlannedChannel};
use followup_domain::asking::standing::InLane;
use followup_domain::ids::CaseId;
use followup_domain::message::Delivery;
use followup_domain::ports::{AgendaQuery, LaneItem, LanePlace, NewAttempt, NewInboundMessage, NewOutboundMessage, Onlooker, Store};

use super::support::{a_case, a_raw, enqueue, read, receive, record, transmit, write};
use crate::builders::{at, imap_mail, outbound, reply};

fn list(store: &dyn Store, lane: Lane, after: Option<LanePlace>, limit: i64) -> Vec<LaneItem> {
    read(store, |tx| tx.worklist().list(lane, Onlooker { reader: "qf", now: at(1000) }, after, limit))
}

/// All rows, turned page by page.
fn pages(store: &dyn Store, lane: Lane) -> Vec<LaneItem> {
    let mut rows = Vec::new();
    loop {
        let page = list(store, lane, rows.last().map(|last: &LaneItem| last.place), 2);
        if page.is_empty() {
            let count = read(store, |tx| tx.worklist().count(lane, Onlooker { reader: "qf", now: at(1000) }));
            assert_eq!(count, i64::try_from(rows.len()).unwrap(), "{lane}");
            return rows;
        }
        rows.extend(page);
    }
}

fn stand(store: &dyn Store, case_id: CaseId, lane: Lane, seconds: i64) {
    let before = read(store, |tx| tx.standings().find(case_id)).unwrap();
    let mut kept = before.clone();
    kept.standing.lanes = vec![InLane { lane, ask: lane.row().asks[0], since: at(seconds), due_at: Some(at(seconds + 1)) }];
    write(store, |tx| tx.standings().update(case_id, &kept, &before));
}

fn call(case_id: CaseId, seconds: i64) -> NewAttempt {
    NewAttempt {
        case_id,
        plan_id: None,
        position: 1,
        label: "x".into(),
        due_at: at(seconds),
        channel: PlannedChannel::Call,
        reason: Some("#waits_for_a_call".into()),
        created_at: at(0),
    }
}

pub fn an_empty_store_asks_nothing_of_anybody(store: &dyn Store) {
    for lane in Lane::ALL {
        assert_eq!(pages(store, *lane), [], "{lane}");
    }
    a_case(store);
    assert!(Lane::ALL.iter().all(|lane| pages(store, *lane).is_empty()));
}

pub fn a_lane_shows_the_oldest_first_page_by_page(store: &dyn Store) {
    let ids: Vec<CaseId> = (0..5).map(|_| a_case(store)).collect();
    for (id, seconds) in ids.iter().zip([30, 10, 20, 10, 10]) {
        stand(store, *id, Lane::Stalled, seconds);
    }
    let rows = pages(store, Lane::Stalled);
    let shown: Vec<CaseId> = rows.iter().map(|row| row.case.as_ref().unwrap().case_id).collect();
    assert_eq!(shown, [ids[1], ids[3], ids[4], ids[2], ids[0]]);
    assert_eq!((rows[0].ask, rows[0].place, rows[0].due_at), (Ask::ResumePlan, LanePlace { since: at(10), id: ids[1].0 }, Some(at(11))));
    write(store, |tx| tx.attempts().insert_all(&[call(ids[0], 9), call(ids[1], 5), call(ids[2], 9), call(ids[3], 2000)]));
    let calls: Vec<CaseId> = pages(store, Lane::CallsDue).iter().map(|row| row.case.as_ref().unwrap().case_id).collect();
    assert_eq!(calls, [ids[1], ids[0], ids[2]]);
}

pub fn a_case_stands_in_a_lane_from_its_instant_on(store: &dyn Store) {
    let id = a_case(store);
    stand(store, id, Lane::ToClose, 50);
    let at_instant = |seconds| {
        read(store, |tx| {
            Ok((
                tx.worklist().list(Lane::ToClose, Onlooker { reader: "qf", now: at(seconds) }, None, 9)?.len(),
                tx.worklist().count(Lane::ToClose, Onlooker { reader: "qf", now: at(seconds) })?,
            ))
        })
    };
    assert_eq!((at_instant(49), at_instant(50)), ((0, 0), (1, 1)));
}

pub fn of_several_unread_answers_of_a_case_the_first_is_shown(store: &dyn Store) {
    let (busy, other) = (a_case(store), a_case(store));
    let raw_id = a_raw(store, b"raw");
    let first = receive(store, &reply(busy, raw_id, "a"));
    let of_other = receive(store, &reply(other, raw_id, "b"));
    receive(store, &reply(busy, raw_id, "c"));
    let shown: Vec<i64> = pages(store, Lane::NewReplies).iter().map(|row| row.place.id).collect();
    assert_eq!(shown, [first.0, of_other.0]);
    write(store, |tx| tx.answers().mark_read(busy, "ana", first, at(70)));
    assert_eq!(pages(store, Lane::NewReplies).len(), 2, "another waits");
}

pub fn what_was_sent_anew_is_shown_no_more(store: &dyn Store) {
    let case_id = a_case(store);
    let ended = |message: &NewOutboundMessage, delivery| {
        let id = enqueue(store, message);
        transmit(store, id, "one", message.unique_key.as_bytes());
        record(store, id, "one", delivery);
        id
    };
    let failed = ended(&outbound(case_id, "a"), Delivery::Rejected);
    let uncertain = ended(&outbound(case_id, "b"), Delivery::Uncertain);
    assert_eq!(pages(store, Lane::Failed)[0].place.id, failed.0);
    assert_eq!(pages(store, Lane::Uncertain)[0].place.id, uncertain.0);
    for (key, of) in [("c", failed), ("d", uncertain)] {
        ended(&NewOutboundMessage { resend_of: Some(of), ..outbound(case_id, key) }, Delivery::Accepted);
    }
    assert!(pages(store, Lane::Failed).is_empty() && pages(store, Lane::Uncertain).is_empty());
}

pub fn mail_of_no_case_has_none(store: &dyn Store) {
    let raw_id = a_raw(store, b"raw");
    for name in ["a", "b", "c"] {
        receive(store, &NewInboundMessage { case_id: None, case_match: None, ..reply(CaseId(0), raw_id, name) });
    }
    for uid in 1..=3 {
        write(store, |tx| {
            let id = tx.inbox().insert(&imap_mail(1, uid, format!("x{uid}").as_bytes()))?.id();
            tx.inbox().record_quarantined(id, "ilegible")
        });
    }
    for lane in [Lane::Unassigned, Lane::Quarantined] {
        let rows = pages(store, lane);
        assert_eq!((rows.len(), rows.iter().filter(|row| row.case.is_none()).count()), (3, 3), "{lane}");
    }
}

pub fn the_agenda_goes_by_due_date_over_all_cases(store: &dyn Store) {
    let (first, second) = (a_case(store), a_case(store));
    write(store, |tx| tx.attempts().insert_all(&[call(first, 30), call(second, 10), call(first, 10), call(second, 99)]));
    let query = AgendaQuery { from: at(10), to: at(99), status: None, after: None, limit: 2 };
    let list = |query: &AgendaQuery| read(store, |tx| tx.attempts().list_agenda(query));
    let shown = |attempts: &[Attempt]| attempts.iter().map(|attempt| (attempt.case_id, attempt.due_at)).collect::<Vec<_>>();
    let page = list(&query);
    assert_eq!(shown(&page), [(second, at(10)), (first, at(10))]);
    assert_eq!(page[0].reason.as_deref(), Some("#waits_for_a_call"));
    let rest = list(&AgendaQuery { after: Some((page[1].due_at, page[1].id)), ..query });
    assert_eq!(shown(&rest), [(first, at(30))]);
    assert_eq!(list(&AgendaQuery { status: Some(AttemptStatus::Sent), ..query }), []);
    assert_eq!(list(&AgendaQuery { status: Some(AttemptStatus::Pending), limit: 9, ..query }).len(), 3);
}

pub fn cases_with_warnings_stand_in_their_lane_while_those_hold(store: &dyn Store) {
    let ids = [a_case(store), a_case(store), a_case(store), a_case(store)];
    for (id, until) in [(ids[0], Some(at(2000))), (ids[1], Some(at(1000))), (ids[2], None), (ids[3], Some(at(2000)))] {
        write(store, |tx| tx.warnings().set(id, until, &[]));
    }
    let rows = pages(store, Lane::Warnings);
    let shown: Vec<CaseId> = rows.iter().map(|row| row.case.as_ref().unwrap().case_id).collect();
    assert_eq!((shown, rows[0].ask), (vec![ids[0], ids[3]], Ask::ReviewWarnings));
}
