//! What holds at every moment, whatever happened before.

use std::collections::{BTreeMap, BTreeSet};

use followup_domain::asking::lanes::{Ask, Lane};
use followup_domain::asking::plan::{Attempt, AttemptStatus};
use followup_domain::asking::reason::{Reason, StopReason, Why};
use followup_domain::audit::{AuditChain, AuditRow, AuditValue};
use followup_domain::case::{FollowupStatus, Scalar};
use followup_domain::ids::CaseId;
use followup_domain::message::{Delivery, Direction, Message, MessageKind, MessageStatus};
use followup_domain::ports::{CaseQuery, HeldLetter, LaneItem, PageRequest, StoreError, StoreExt};
use followup_words::reasons::shown;

use super::replay::{Departure, Told, replay};
use super::world::{FIELDS, World};

/// Looks at every case, at the chains and at what the transport took.
pub fn check(world: &World) {
    assert_eq!(followup_audit::verify(&*world.app.store).unwrap().broken, []);
    for id in world.cases() {
        check_case(world, id);
    }
    // A clock that was set back hides what waits for no longer than that.
    let latest = world.cases().into_iter().flat_map(|id| trail(world, id)).map(|row| row.at).max();
    if let Some(behind) = latest.map(|latest| latest - world.now()).filter(|behind| *behind > chrono::Duration::zero()) {
        world.clock.advance(behind);
    }
    nothing_waits_unseen(world);
    let accepted: Vec<String> = world.mail.accepted().iter().map(|mail| mail.message_id.as_str().to_owned()).collect();
    let distinct: BTreeSet<&String> = accepted.iter().collect();
    assert_eq!(distinct.len(), accepted.len(), "a message left twice");
}

fn check_case(world: &World, id: CaseId) {
    let rows = trail(world, id);
    let told = replay(&rows);
    let thread = world.thread(id);
    let attempts = world.app.store.read::<_, StoreError>(|tx| tx.attempts().list(id)).unwrap();
    states_are_as_the_trail_tells(world, id, &told, &thread, &attempts);
    thread_is_chronological_and_complete(&told, &thread);
    nothing_leaves_after_it_was_stopped(&told, &attempts);
    automatic_letters_keep_the_delay(world, id, &told);
    nothing_is_asked_twice_within_the_delay(world, id, &told);
    nothing_goes_for_a_case_that_is_done_unless_a_person_says_so(&told, &attempts);
    what_was_not_sent_has_a_reason(&attempts, &thread);
    what_came_back_has_failed(&attempts, &thread);
    what_waits_for_an_address_can_go_on(world, id, &attempts);
    no_serious_case_is_given_up_early(world, id, &rows, &thread);
}

/// A serious case is closed as `max_attempts` after two contacts, or because somebody said why not; whatever makes it serious.
fn no_serious_case_is_given_up_early(world: &World, id: CaseId, rows: &[AuditRow], thread: &[Message]) {
    let is_given_up = |row: &&AuditRow| row.action == "followup.closed" && row.new["reason"] == "max_attempts".into();
    let by_the_checks = rows.iter().filter(is_given_up).any(|row| row.new["override_reason"] == AuditValue::Null);
    if by_the_checks && world.app.case(id).unwrap().record.is_serious() {
        let went_out = |delivery: Delivery| delivery.reached_the_transport() || delivery == Delivery::Bounced;
        let contacts = thread.iter().filter(|message| message.call_outcome.is_some() || message.delivery.is_some_and(went_out)).count();
        assert!(contacts >= 2, "{id} was given up after {contacts}");
    }
}

/// Every row of every lane; a lane has as many rows as the badge says.
fn lanes(world: &World) -> BTreeMap<Lane, Vec<LaneItem>> {
    let mut lanes = BTreeMap::new();
    for lane in Lane::ALL {
        let (mut rows, mut after) = (Vec::new(), None);
        loop {
            // Few at a time, so that pages are turned.
            let page = world.app.worklist("qf", *lane, after, 2).unwrap();
            rows.extend(page.items);
            after = page.next;
            if after.is_none() {
                assert_eq!(i64::try_from(rows.len()).unwrap(), page.counts.of(*lane), "the badge says another number of {lane}");
                break;
            }
        }
        let places: BTreeSet<i64> = rows.iter().map(|row| row.place.id).collect();
        assert_eq!(places.len(), rows.len(), "something stands twice in {lane}");
        lanes.insert(*lane, rows);
    }
    lanes
}

/// Every open case in which something is missing has a next thing with a date, or stands in a list that a person sees.
fn nothing_waits_unseen(world: &World) {
    let lanes = lanes(world);
    // A deadline, or a warning, says nothing of what comes next.
    let asks = lanes.iter().filter(|(lane, _)| !matches!(lane, Lane::DeadlineAtRisk | Lane::Warnings));
    let seen: BTreeSet<CaseId> = asks.flat_map(|(_, rows)| rows).filter_map(|row| row.case.as_ref().map(|case| case.case_id)).collect();
    let all = world.app.cases(&CaseQuery { reader: "qf".into(), ..CaseQuery::default() }, PageRequest { offset: 0, limit: 1000 }).unwrap();
    for listed in all.items {
        let summary = world.app.followup_summary(listed.case.id, "qf").unwrap();
        let documented: BTreeSet<String> = summary.documented.iter().map(|field| field.item.path.to_string()).collect();
        let open = summary.missing.iter().filter(|missing| !documented.contains(&missing.item.path.to_string())).count();
        let standing = (listed.standing.missing, listed.standing.unattended, listed.unread);
        assert_eq!(
            standing,
            (i64::try_from(open).unwrap(), summary.unattended, summary.unread),
            "the list says otherwise of {}",
            listed.case.id
        );
        let is_done = summary.case.followup_status == FollowupStatus::Closed || open == 0;
        let is_ahead = summary.attempts.iter().any(|attempt| attempt.status == AttemptStatus::Pending && attempt.due_at > world.now());
        let has_next = is_ahead || listed.standing.next.is_some();
        assert!(is_done || has_next || seen.contains(&listed.case.id), "nobody sees {}: {summary:?}", listed.case.id);
        let proposed = lanes[&Lane::ToClose].iter().any(|row| row.ask == Ask::CloseUnanswered && row.place.id == listed.case.id.0);
        assert_eq!(proposed, summary.closing_proposed, "whether closing {} is proposed", listed.case.id);
    }
}

/// A case's audit trail.
pub fn trail(world: &World, id: CaseId) -> Vec<AuditRow> {
    let mut rows = Vec::new();
    loop {
        let page = PageRequest { offset: i64::try_from(rows.len()).unwrap(), limit: 500 };
        let more = world.app.store.read::<_, StoreError>(|tx| tx.audit().list(AuditChain::Case(id), page)).unwrap().items;
        if more.is_empty() {
            return rows;
        }
        rows.extend(more);
    }
}

fn states_are_as_the_trail_tells(world: &World, id: CaseId, told: &Told, thread: &[Message], attempts: &[Attempt]) {
    let case = world.app.case(id).unwrap();
    assert_eq!(case.followup_status.as_str(), told.followup, "follow-up of {id}");
    assert_eq!(case.record.estado.as_str(), told.estado, "estado of {id}");
    for field in FIELDS.iter().chain(&["reportante_contacto", "gravedad", "ea_desenlace", "paciente_fecha_muerte"]) {
        let of_product = || case.record.productos.first().and_then(|product| product.get(field));
        let stored = case.record.get(field).or_else(of_product).filter(|value| *value != Scalar::Null);
        let told =
            told.record.iter().find(|(name, value)| name.ends_with(field) && **value != AuditValue::Null).map(|(_, value)| value.clone());
        assert_eq!(stored.map(as_told), told, "{field} of {id}");
    }
    let closure = case.closure.map(|closure| (closure.reason.as_str().to_owned(), closure.notes));
    assert_eq!(closure, told.closure, "closing of {id}");
    for message in thread {
        let told = told.messages.get(&message.id.0).unwrap_or_else(|| panic!("a message without its row: {message:?}"));
        let stored = (message.status.map(|status| status.as_str()), message.delivery.map(|delivery| delivery.as_str()));
        assert_eq!(stored, (told.status.as_deref(), told.delivery.as_deref()), "message {} of {id}, {}", message.id, told.kind);
        assert_eq!(message.case_match.map(|found| found.confirmed), told.confirmed, "message {} of {id}", message.id);
        assert!(told.linked.is_none() || told.linked == message.parent_id.map(|parent| parent.0), "message {} of {id}", message.id);
    }
    for attempt in attempts {
        let (status, reason) =
            told.attempts.get(&attempt.id.0).map_or(("pending", None), |attempt| (attempt.status.as_str(), attempt.reason.as_deref()));
        assert_eq!(
            (attempt.status.as_str(), attempt.reason.as_deref().map(shown).as_deref()),
            (status, reason),
            "attempt {} of {id}",
            attempt.id
        );
        let Some(told) = told.attempts.get(&attempt.id.0) else { continue };
        assert_eq!(attempt.message_id.map(|message| message.0), told.message, "attempt {} of {id}", attempt.id);
        assert!(told.due_at.as_ref().is_none_or(|due_at| *due_at == attempt.due_at.into()), "attempt {} of {id}", attempt.id);
    }
    let summary = world.app.followup_summary(id, "qf").unwrap();
    let documented = summary.documented.iter().map(|field| (field.item.path.to_string(), field.state.as_str().to_owned()));
    assert_eq!(documented.collect::<BTreeMap<_, _>>(), told.documented, "documented fields of {id}");
    let answered = summary
        .answered
        .iter()
        .map(|field| (field.item.path.to_string(), (field.asked_by.map(|id| id.0), field.answered_by.map(|id| id.0))));
    assert_eq!(answered.collect::<BTreeMap<_, _>>(), told.answered, "answered fields of {id}");
    if let Some(plan) = summary.plan {
        assert_eq!(plan.status.as_str(), told.plans[&plan.id.0].1, "plan {} of {id}", plan.id);
    }
    let active = told.plans.values().filter(|(_, status)| status == "active").count();
    assert!(active <= 1, "two active plans on {id}");
    for (plan, (_, status)) in &told.plans {
        let open = attempts.iter().any(|attempt| attempt.plan_id.is_some_and(|id| id.0 == *plan) && !attempt.status.is_settled());
        assert!(open || status != "active", "plan {plan} of {id} is active without an open attempt");
    }
}

fn as_told(value: Scalar) -> AuditValue {
    match value {
        Scalar::Text(text) => AuditValue::Text(text),
        Scalar::Bool(value) => AuditValue::Bool(value),
        Scalar::Number(number) => AuditValue::Text(number.to_string()),
        Scalar::Null => AuditValue::Null,
    }
}

fn thread_is_chronological_and_complete(told: &Told, thread: &[Message]) {
    let order: Vec<_> = thread.iter().map(|message| (message.created_at.timestamp(), message.id)).collect();
    assert!(order.is_sorted(), "the thread is out of order: {order:?}");
    let shown: BTreeSet<i64> = thread.iter().map(|message| message.id.0).collect();
    let known: BTreeSet<i64> = told.messages.iter().filter(|(_, message)| message.kind != "notification").map(|(id, _)| *id).collect();
    assert_eq!(shown, known, "the thread is not what came in and went out");
    assert_eq!(shown.len(), thread.len(), "a message stands twice in its thread");
    for message in thread.iter().filter(|message| message.sent_at.is_some()) {
        assert_ne!((message.direction, message.kind), (Direction::In, MessageKind::Inbound), "what came in was not sent");
    }
}

/// A reply, a closing, a skip before the letter leaves: it does not leave.
fn nothing_leaves_after_it_was_stopped(told: &Told, attempts: &[Attempt]) {
    for departure in told.departures.iter().filter(|departure| departure.kind != "notification") {
        assert_eq!(departure.followup, "open", "left after the closing: {departure:?}");
        match departure.kind.as_str() {
            "automatic_request" => assert_eq!(departure.unattended, 0, "left after a reply about which nobody had decided: {departure:?}"),
            "plan_letter" => {
                assert_eq!(departure.attempt_status.as_deref(), Some("sending"), "left after its attempt was settled: {departure:?}");
                assert_no_reply_between(told, attempts, departure);
            }
            // What is sent again may stand in for a letter without an attempt, or for one of unknown fate.
            "sent_now" if !departure.resent => {
                assert_eq!(departure.attempt_status.as_deref(), Some("sending"), "left after its attempt was settled: {departure:?}");
            }
            _ => {}
        }
    }
}

/// Since the attempt was made, or a person last brought it back.
fn assert_no_reply_between(told: &Told, attempts: &[Attempt], departure: &Departure) {
    let attempt = attempts.iter().find(|attempt| Some(attempt.id.0) == departure.attempt).unwrap();
    let made = attempt.plan_id.map(|plan| told.plans[&plan.0].0);
    let known = &told.attempts[&attempt.id.0];
    let reactivated = known.reactivated.filter(|seq| *seq < departure.seq);
    let since = made.into_iter().chain(known.scheduled).chain(reactivated).max().unwrap();
    let replies: Vec<&i64> = told.human_replies.iter().filter(|seq| (since..departure.seq).contains(*seq)).collect();
    assert_eq!(replies, Vec::<&i64>::new(), "left after a reply: {departure:?}");
}

fn goes_by_itself(departure: &Departure) -> bool {
    matches!(departure.kind.as_str(), "automatic_request" | "plan_letter")
}

/// What the transport did not take never reached anybody.
fn reached(departure: &Departure) -> bool {
    !matches!(departure.answer.as_deref(), Some("rejected" | "queued" | "bounced"))
}

/// Whatever the clock says: it may be set back between them.
fn automatic_letters_keep_the_delay(world: &World, id: CaseId, told: &Told) {
    let letters: Vec<&Departure> = told.departures.iter().filter(|departure| goes_by_itself(departure) && reached(departure)).collect();
    for pair in letters.windows(2) {
        let [earlier, later] = [pair[0], pair[1]].map(|letter| world.truly(id, letter.seq, letter.at));
        assert!(later - earlier >= world.app.policy.automatic_delay, "{} apart: {pair:?}", later - earlier);
    }
}

/// What went, whoever sent it, is not asked again by itself within the delay; a person may ask whatever he likes.
fn nothing_is_asked_twice_within_the_delay(world: &World, id: CaseId, told: &Told) {
    let delay = world.app.policy.automatic_delay;
    let asked = world.app.store.read::<_, StoreError>(|tx| tx.requests().asked(id)).unwrap();
    let asks = |letter: &Departure| -> BTreeSet<String> {
        asked.iter().filter(|asked| asked.message_id.0 == letter.message).map(|asked| asked.item.path.to_string()).collect()
    };
    let letters: Vec<&Departure> =
        told.departures.iter().filter(|departure| departure.kind != "notification" && reached(departure)).collect();
    for (position, later) in letters.iter().enumerate().filter(|(_, later)| goes_by_itself(later)) {
        // A clock that was set back by more than the delay tells nothing of what a person sent before.
        let close = |earlier: &&&Departure| {
            let apart = world.truly(id, later.seq, later.at) - world.truly(id, earlier.seq, earlier.at);
            apart < delay && earlier.at - later.at <= delay
        };
        for earlier in letters[..position].iter().filter(close) {
            let (before, again) = (asks(earlier), asks(later));
            assert!(!before.is_empty(), "nobody knows what it asked: {earlier:?}, and {later:?}");
            assert!(before.is_disjoint(&again), "{again:?} was asked already: {earlier:?}, and {later:?}");
        }
    }
}

/// Since the case was done: what was scheduled before waits until a person wants it.
fn nothing_goes_for_a_case_that_is_done_unless_a_person_says_so(told: &Told, attempts: &[Attempt]) {
    for departure in told.departures.iter().filter(|departure| goes_by_itself(departure)) {
        if !matches!(departure.estado.as_str(), "Completado" | "Enviado") {
            continue;
        }
        assert_eq!(departure.kind, "plan_letter", "asked by itself of a case that is done: {departure:?}");
        let attempt = attempts.iter().find(|attempt| Some(attempt.id.0) == departure.attempt).unwrap();
        let made = attempt.plan_id.map(|plan| told.plans[&plan.0].0);
        let known = &told.attempts[&attempt.id.0];
        let wanted = made.into_iter().chain(known.scheduled).chain(known.wanted).max();
        assert!(wanted > Some(departure.estado_since), "nobody wanted it: {departure:?}");
    }
}

fn what_was_not_sent_has_a_reason(attempts: &[Attempt], thread: &[Message]) {
    for attempt in attempts {
        let letter = thread.iter().find(|message| Some(message.id) == attempt.message_id);
        let was_sent = matches!(attempt.status, AttemptStatus::Sent | AttemptStatus::Responded);
        let waits = matches!(attempt.status, AttemptStatus::Pending | AttemptStatus::Sending);
        let completed_by_its_letter = attempt.status == AttemptStatus::Completed && letter.is_some_and(|letter| letter.sent_at.is_some());
        assert!(was_sent || waits || completed_by_its_letter || attempt.reason.is_some(), "no reason: {attempt:?}");
    }
}

/// Unless somebody answered it all the same, or a person settled it.
fn what_came_back_has_failed(attempts: &[Attempt], thread: &[Message]) {
    for letter in thread.iter().filter(|letter| letter.delivery == Some(Delivery::Bounced)) {
        assert!(!matches!(letter.status, Some(MessageStatus::Sent | MessageStatus::Pending | MessageStatus::Uncertain)), "{letter:?}");
        assert!(letter.error.is_some(), "no reason: {letter:?}");
        let attempt = attempts.iter().find(|attempt| attempt.message_id == Some(letter.id));
        assert!(attempt.is_none_or(|attempt| attempt.status != AttemptStatus::Sent), "{attempt:?}");
    }
}

/// What waits is called off, with its reason, and nothing else waits.
fn what_waits_for_an_address_can_go_on(world: &World, id: CaseId, attempts: &[Attempt]) {
    for attempt_id in held(world, id).into_iter().filter_map(|letter| letter.attempt_id) {
        let attempt = attempts.iter().find(|attempt| attempt.id == attempt_id).unwrap();
        let because = attempt.reason.as_deref().map(Why::read);
        let is_held = matches!(because, Some(Why::Reason(Reason::Stopped(StopReason::AddressFails(_)))));
        assert!(attempt.status == AttemptStatus::Cancelled && is_held, "{attempt:?}");
    }
}

fn held(world: &World, id: CaseId) -> Vec<HeldLetter> {
    world.app.store.read::<_, StoreError>(|tx| tx.held_letters().list(id)).unwrap()
}

/// What a run finds: which cases have a letter that may be leaving, behind which others wait, and when it began.
pub struct BeforeRun {
    now: chrono::DateTime<chrono::Utc>,
    sending: BTreeSet<CaseId>,
}

/// Looks before a run.
pub fn before_run(world: &World) -> BeforeRun {
    let is_leaving = |id: &CaseId, attempt: &Attempt| {
        let letter = attempt.message_id.map(|message| world.app.message(*id, message).unwrap());
        letter.is_some_and(|letter| letter.delivery != Some(Delivery::Queued) || letter.kind != MessageKind::PlanLetter)
    };
    let sends = |id: &CaseId| {
        let attempts = world.app.attempts(*id).unwrap();
        attempts.iter().any(|attempt| attempt.status == AttemptStatus::Sending && is_leaving(id, attempt))
    };
    BeforeRun { now: world.now(), sending: world.cases().into_iter().filter(sends).collect() }
}

/// After a run nothing that was due still waits, except behind a letter of its case.
pub fn nothing_due_was_left(world: &World, before: &BeforeRun) {
    for id in world.cases().into_iter().filter(|id| !before.sending.contains(id)) {
        let attempts = world.app.attempts(id).unwrap();
        let is_due = |attempt: &&Attempt| attempt.status == AttemptStatus::Pending && attempt.due_at <= before.now;
        let due: Vec<&Attempt> = attempts.iter().filter(is_due).collect();
        let summary = world.app.followup_summary(id, "qf").unwrap();
        let is_open = summary.case.followup_status == FollowupStatus::Open;
        let waits = is_open && summary.proposed_contact.is_none() && !held(world, id).is_empty();
        assert!(!waits, "{id} waits for an address that works: {:?}", held(world, id));
        // A call is a person's, and says so.
        assert!(due.iter().all(|attempt| attempt.waits_for_a_person() && attempt.reason.is_some()), "due and left: {due:?}");
    }
}
