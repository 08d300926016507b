//! Promises of the queue: claim, transmit, record.

promises! { $ queue as queue_contract:
    what_is_due_is_claimed_oldest_first_and_what_is_not_is_left,
    a_claimed_message_is_not_claimed_again_until_its_lease_ends,
    a_message_queued_under_a_lease_belongs_to_who_queued_it,
    a_lease_is_held_until_another_takes_it,
    a_postponed_message_waits_and_counts_its_tries,
    an_automatic_letter_gets_its_text_under_the_lease,
    a_manual_text_is_final_from_the_start,
    a_template_of_whatsapp_stands_with_its_message,
    a_withdrawn_message_is_skipped_with_its_reason,
    a_queued_message_can_be_skipped_with_its_reason_until_it_is_transmitted,
    transmitting_keeps_the_exact_bytes,
    equal_bytes_are_kept_once,
    a_message_being_transmitted_is_never_claimed_again,
    a_message_being_transmitted_is_abandoned_when_its_lease_ends,
    acceptance_is_recorded_once,
    a_refusal_before_anything_left_is_recorded,
    an_uncertain_message_keeps_its_token_for_a_late_answer,
    a_status_that_a_reply_moved_on_stays,
    a_failed_message_leaves_nothing_to_claim,
    a_stale_token_changes_nothing,
    queued_is_no_outcome,
    each_channel_is_claimed_by_itself,
    a_batch_is_answered_item_by_item,
    what_stands_in_a_batch_twice_is_done_once,
}

use followup_domain::ids::MessageId;
use followup_domain::message::{Channel, Delivery, MessageContent, MessageStatus, WhatsappTemplate};
use followup_domain::ports::{
    Claimed, Held, NewOutboundMessage, NewOutboundTiming, Outcome, Postponement, Store, StoreError, StoreExt, Updated,
};

use super::support::{a_case, claim, enqueue, message, outcome, read, record, send, token, transmit, write};
use crate::builders::{at, automatic, lease, outbound};
use crate::one_letter::OneLetter;

fn due(seconds: i64) -> NewOutboundTiming {
    NewOutboundTiming::NotBefore(at(seconds))
}

fn text(body: &str) -> MessageContent {
    MessageContent { subject: Some("[VIGIA]".into()), body: body.into(), to: Some("rojas@example.org".into()), ..MessageContent::default() }
}

pub fn what_is_due_is_claimed_oldest_first_and_what_is_not_is_left(store: &dyn Store) {
    let case_id = a_case(store);
    let add = |key: &str, seconds| enqueue(store, &NewOutboundMessage { timing: due(seconds), ..outbound(case_id, key) });
    let (third, first, future, second) = (add("a", 10), add("b", -5), add("c", 11), add("d", 0));
    let take = |limit| {
        let claimed = write(store, |tx| tx.dispatch().claim_mail(at(10), &lease("t", at(60)), limit));
        claimed.iter().map(|claimed| claimed.message_id).collect::<Vec<_>>()
    };
    assert_eq!(take(2), [first, second]);
    assert_eq!(take(10), [third]);
    assert_eq!(take(10), []);
    assert_eq!(claim(store, at(11), "t"), [future]);
}

pub fn a_claimed_message_is_not_claimed_again_until_its_lease_ends(store: &dyn Store) {
    let case_id = a_case(store);
    let id = enqueue(store, &outbound(case_id, "a"));
    let claimed = write(store, |tx| tx.dispatch().claim_mail(at(0), &lease("one", at(60)), 10));
    assert_eq!(claimed, [Claimed { message_id: id, case_id, tries: 0, deferred: true }]);
    assert_eq!(claim(store, at(59), "two"), []);
    assert_eq!(claim(store, at(60), "two"), [id]);
    assert!(!write(store, |tx| tx.dispatch().holds_one(id, &token("one"))));
    assert!(write(store, |tx| tx.dispatch().holds_one(id, &token("two"))));
}

pub fn a_message_queued_under_a_lease_belongs_to_who_queued_it(store: &dyn Store) {
    let case_id = a_case(store);
    let timing = NewOutboundTiming::Leased(lease("own", at(20)));
    let id = enqueue(store, &NewOutboundMessage { timing, ..outbound(case_id, "a") });
    assert!(write(store, |tx| tx.dispatch().holds_one(id, &token("own"))));
    assert_eq!(claim(store, at(19), "other"), []);
    let claimed = write(store, |tx| tx.dispatch().claim_mail(at(20), &lease("other", at(60)), 10));
    assert_eq!(claimed, [Claimed { message_id: id, case_id, tries: 0, deferred: false }]);
}

pub fn a_lease_is_held_until_another_takes_it(store: &dyn Store) {
    let case_id = a_case(store);
    let id = enqueue(store, &outbound(case_id, "a"));
    let holds = |with: &str| write(store, |tx| tx.dispatch().holds_one(id, &token(with)));
    assert!(!holds("one") && !holds(""));
    claim(store, at(0), "one");
    assert!(holds("one") && !holds("two"));
    assert!(!write(store, |tx| tx.dispatch().holds_one(MessageId(4711), &token("one"))));
}

pub fn a_postponed_message_waits_and_counts_its_tries(store: &dyn Store) {
    let case_id = a_case(store);
    let id = enqueue(store, &outbound(case_id, "a"));
    claim(store, at(0), "one");
    let error = Some("servidor de correo no disponible");
    let put_off = |with: &str, until, tried, error: Option<&str>| {
        write(store, |tx| tx.dispatch().postpone_one(id, &token(with), at(until), tried, error))
    };
    assert_eq!(put_off("one", 30, true, error), Updated::Yes);
    assert_eq!(put_off("one", 30, true, error), Updated::Stale);
    assert_eq!(claim(store, at(29), "two"), []);
    let again = write(store, |tx| tx.dispatch().claim_mail(at(30), &lease("two", at(60)), 10));
    assert_eq!(again, [Claimed { message_id: id, case_id, tries: 1, deferred: true }]);
    assert_eq!(message(store, id).error.as_deref(), error);
    put_off("two", 40, false, None);
    assert_eq!(write(store, |tx| tx.dispatch().claim_mail(at(40), &lease("three", at(60)), 10))[0].tries, 1);
}

pub fn an_automatic_letter_gets_its_text_under_the_lease(store: &dyn Store) {
    let case_id = a_case(store);
    let id = enqueue(store, &automatic(case_id, "a"));
    let set = |with: &str, body: &str| write(store, |tx| tx.dispatch().set_one(id, &token(with), &text(body)));
    assert_eq!(set("one", "x"), Updated::Stale);
    claim(store, at(0), "one");
    assert_eq!((set("one", "primero"), set("one", "segundo")), (Updated::Yes, Updated::Yes));
    assert_eq!(message(store, id).content, text("segundo"));
    let started = write(store, |tx| tx.dispatch().transmit_one(id, &lease("one", at(60)), b"raw", at(2)));
    assert_eq!((started, set("one", "tarde")), (Updated::Yes, Updated::Stale));
    assert_eq!(message(store, id).content, text("segundo"));
}

pub fn a_manual_text_is_final_from_the_start(store: &dyn Store) {
    let case_id = a_case(store);
    let id = enqueue(store, &outbound(case_id, "a"));
    claim(store, at(0), "one");
    let refused = store.write(|tx| tx.dispatch().set_one(id, &token("one"), &text("otro")));
    assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
    assert_eq!(message(store, id).content, outbound(case_id, "a").content);
}

pub fn a_template_of_whatsapp_stands_with_its_message(store: &dyn Store) {
    let case_id = a_case(store);
    let content = |parameter: &str| MessageContent {
        body: format!("Hola {parameter}"),
        to: Some("+51999888777".into()),
        template: Some(WhatsappTemplate {
            name: "followup_request".into(),
            language: "es_PE".into(),
            parameters: vec![parameter.into(), "«ñ» \"2\"".into()],
            provider_id: Some("HX1".into()).filter(|_| parameter == "Juan"),
            places: vec!["1".into(), "año".into()],
        }),
        ..MessageContent::default()
    };
    let by_hand = NewOutboundMessage { channel: Channel::Whatsapp, content: content("Juan"), ..outbound(case_id, "a") };
    assert_eq!(message(store, enqueue(store, &by_hand)).content, by_hand.content);
    let letter = enqueue(store, &NewOutboundMessage { channel: Channel::Whatsapp, ..automatic(case_id, "b") });
    write(store, |tx| tx.dispatch().claim_due(Channel::Whatsapp, at(0), &lease("one", at(60)), 10));
    assert_eq!(message(store, letter).content.template, None);
    for name in ["Ana", "Eva"] {
        assert_eq!(write(store, |tx| tx.dispatch().set_one(letter, &token("one"), &content(name))), Updated::Yes);
        assert_eq!(message(store, letter).content, content(name));
    }
    let shown = read(store, |tx| tx.threads().page(case_id, None, 10));
    assert_eq!(shown.last().map(|view| view.message.content.clone()), Some(content("Eva")));
}

pub fn a_withdrawn_message_is_skipped_with_its_reason(store: &dyn Store) {
    let case_id = a_case(store);
    let id = enqueue(store, &outbound(case_id, "a"));
    claim(store, at(0), "one");
    let withdraw = |with: &str| write(store, |tx| tx.dispatch().withdraw_one(id, &token(with), "caso cerrado", at(5)));
    assert_eq!((withdraw("two"), withdraw("one"), withdraw("one")), (Updated::Stale, Updated::Yes, Updated::Stale));
    let stored = message(store, id);
    assert_eq!((stored.status, stored.delivery), (Some(MessageStatus::Skipped), None));
    assert_eq!((stored.error.as_deref(), stored.recorded_at), (Some("caso cerrado"), at(5)));
    assert_eq!(claim(store, at(9999), "three"), []);
}

pub fn a_queued_message_can_be_skipped_with_its_reason_until_it_is_transmitted(store: &dyn Store) {
    let case_id = a_case(store);
    let skip = |id| write(store, |tx| tx.deliveries().skip(id, "omitido", at(5)));
    let id = enqueue(store, &outbound(case_id, "a"));
    claim(store, at(0), "one");
    assert_eq!(skip(id), Updated::Yes);
    let started = write(store, |tx| tx.dispatch().transmit_one(id, &lease("one", at(60)), b"raw", at(6)));
    assert_eq!((started, skip(id)), (Updated::Stale, Updated::Stale));
    let stored = message(store, id);
    assert_eq!((stored.status, stored.delivery, stored.error.as_deref()), (Some(MessageStatus::Skipped), None, Some("omitido")));

    let under_way = enqueue(store, &outbound(case_id, "b"));
    transmit(store, under_way, "two", b"raw");
    assert_eq!(skip(under_way), Updated::Stale);
    let said = store.write(|tx| tx.messages().update_status(under_way, MessageStatus::Pending, MessageStatus::Skipped, at(7)));
    assert!(matches!(said, Err(StoreError::Refused(_))), "{said:?}");
}

pub fn transmitting_keeps_the_exact_bytes(store: &dyn Store) {
    let case_id = a_case(store);
    let id = enqueue(store, &outbound(case_id, "a"));
    transmit(store, id, "one", b"Subject: x\r\n\r\n\0\xff");
    let stored = message(store, id);
    assert_eq!((stored.delivery, stored.status), (Some(Delivery::Transmitting), Some(MessageStatus::Pending)));
    assert_eq!((stored.recorded_at, stored.sent_at), (at(2), None));
    let raw = read(store, |tx| tx.originals().find_whole(stored.raw_id.unwrap())).unwrap();
    assert_eq!(raw, b"Subject: x\r\n\r\n\0\xff");
    let again = write(store, |tx| tx.dispatch().transmit_one(id, &lease("one", at(60)), b"other", at(2)));
    assert_eq!((again, message(store, id).raw_id), (Updated::Stale, stored.raw_id));
}

pub fn equal_bytes_are_kept_once(store: &dyn Store) {
    let case_id = a_case(store);
    let raws = ["a", "b"].map(|key| {
        let id = enqueue(store, &outbound(case_id, key));
        transmit(store, id, key, b"same");
        message(store, id).raw_id.unwrap()
    });
    assert_eq!(raws[0], raws[1]);
}

pub fn a_message_being_transmitted_is_never_claimed_again(store: &dyn Store) {
    let case_id = a_case(store);
    let id = enqueue(store, &outbound(case_id, "a"));
    transmit(store, id, "one", b"raw");
    assert_eq!(claim(store, at(100_000), "two"), []);
    record(store, id, "one", Delivery::Uncertain);
    assert_eq!(claim(store, at(100_000), "two"), []);
}

pub fn a_message_being_transmitted_is_abandoned_when_its_lease_ends(store: &dyn Store) {
    let case_id = a_case(store);
    let id = enqueue(store, &outbound(case_id, "a"));
    let abandoned = |seconds| read(store, |tx| tx.dispatch().list_abandoned(at(seconds), 10));
    claim(store, at(0), "zero");
    assert_eq!(abandoned(100_000), []);
    write(store, |tx| tx.dispatch().transmit_one(id, &lease("zero", at(120)), b"raw", at(2)));
    assert_eq!(abandoned(119), []);
    assert_eq!(abandoned(120), [(Claimed { message_id: id, case_id, tries: 0, deferred: true }, token("zero"))]);
    assert_eq!(record(store, id, "zero", Delivery::Uncertain), Updated::Yes);
    assert_eq!(abandoned(100_000), []);
}

pub fn acceptance_is_recorded_once(store: &dyn Store) {
    let case_id = a_case(store);
    let id = enqueue(store, &outbound(case_id, "a"));
    transmit(store, id, "one", b"raw");
    assert_eq!(record(store, id, "one", Delivery::Accepted), Updated::Yes);
    let stored = message(store, id);
    assert_eq!((stored.status, stored.delivery), (Some(MessageStatus::Sent), Some(Delivery::Accepted)));
    assert_eq!((stored.sent_at, stored.recorded_at), (Some(at(3)), at(3)));
    assert_eq!((stored.transport_response.as_deref(), stored.error), (Some("250 2.0.0 Ok"), None));
    assert_eq!(record(store, id, "one", Delivery::Accepted), Updated::Stale);
    assert_eq!(record(store, id, "one", Delivery::Uncertain), Updated::Stale);
}

pub fn a_refusal_before_anything_left_is_recorded(store: &dyn Store) {
    let case_id = a_case(store);
    let id = enqueue(store, &outbound(case_id, "a"));
    claim(store, at(0), "one");
    assert_eq!(record(store, id, "one", Delivery::Accepted), Updated::Stale);
    let refusal = Outcome {
        transport_response: Some("550 5.1.1 User unknown".into()),
        error: Some("El servidor rechazó la dirección".into()),
        ..outcome(Delivery::Rejected)
    };
    assert_eq!(write(store, |tx| tx.dispatch().record_one(id, &token("one"), &refusal)), Updated::Yes);
    let stored = message(store, id);
    assert_eq!((stored.status, stored.delivery), (Some(MessageStatus::Failed), Some(Delivery::Rejected)));
    assert_eq!((stored.transport_response, stored.error, stored.sent_at), (refusal.transport_response, refusal.error, None));
}

pub fn an_uncertain_message_keeps_its_token_for_a_late_answer(store: &dyn Store) {
    let case_id = a_case(store);
    let id = enqueue(store, &outbound(case_id, "a"));
    transmit(store, id, "one", b"raw");
    assert_eq!(record(store, id, "one", Delivery::Uncertain), Updated::Yes);
    let stored = message(store, id);
    assert_eq!((stored.status, stored.sent_at), (Some(MessageStatus::Uncertain), None));
    assert_eq!(record(store, id, "two", Delivery::Accepted), Updated::Stale);
    assert_eq!(record(store, id, "one", Delivery::Accepted), Updated::Yes);
    let stored = message(store, id);
    assert_eq!((stored.status, stored.delivery), (Some(MessageStatus::Sent), Some(Delivery::Accepted)));
    assert_eq!(stored.sent_at, Some(at(3)));
}

pub fn a_status_that_a_reply_moved_on_stays(store: &dyn Store) {
    let case_id = a_case(store);
    let id = enqueue(store, &outbound(case_id, "a"));
    transmit(store, id, "one", b"raw");
    record(store, id, "one", Delivery::Uncertain);
    let responded = write(store, |tx| tx.messages().update_status(id, MessageStatus::Uncertain, MessageStatus::Responded, at(9)));
    assert_eq!((responded, record(store, id, "one", Delivery::Accepted)), (Updated::Yes, Updated::Yes));
    let stored = message(store, id);
    assert_eq!((stored.status, stored.delivery), (Some(MessageStatus::Responded), Some(Delivery::Accepted)));
}

pub fn a_failed_message_leaves_nothing_to_claim(store: &dyn Store) {
    let case_id = a_case(store);
    send(store, &outbound(case_id, "a"));
    let id = enqueue(store, &outbound(case_id, "b"));
    claim(store, at(1), "one");
    record(store, id, "one", Delivery::Rejected);
    assert_eq!(claim(store, at(100_000), "two"), []);
}

pub fn a_stale_token_changes_nothing(store: &dyn Store) {
    let case_id = a_case(store);
    let id = enqueue(store, &automatic(case_id, "a"));
    claim(store, at(0), "one");
    let before = message(store, id);
    let wrong = token("wrong");
    let outcomes = write(store, |tx| {
        let queue = tx.dispatch();
        Ok([
            queue.set_one(id, &wrong, &text("x"))?,
            queue.postpone_one(id, &wrong, at(9), true, Some("x"))?,
            queue.withdraw_one(id, &wrong, "x", at(9))?,
            queue.transmit_one(id, &lease("wrong", at(9)), b"x", at(9))?,
            queue.record_one(id, &wrong, &outcome(Delivery::Rejected))?,
        ])
    });
    assert_eq!(outcomes, [Updated::Stale; 5]);
    assert_eq!(message(store, id), before);
    assert!(write(store, |tx| tx.dispatch().holds_one(id, &token("one"))));
}

pub fn queued_is_no_outcome(store: &dyn Store) {
    let case_id = a_case(store);
    let id = enqueue(store, &outbound(case_id, "a"));
    claim(store, at(0), "one");
    for delivery in [Delivery::Queued, Delivery::Transmitting] {
        let refused = store.write(|tx| tx.dispatch().record_one(id, &token("one"), &outcome(delivery)));
        assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
    }
}

pub fn each_channel_is_claimed_by_itself(store: &dyn Store) {
    let case_id = a_case(store);
    let content = |channel| if channel == Channel::Email { text("x") } else { MessageContent { subject: None, ..text("x") } };
    let add = |key: &str, channel| enqueue(store, &NewOutboundMessage { channel, content: content(channel), ..outbound(case_id, key) });
    let letters = [("a", Channel::Sms), ("b", Channel::Email), ("c", Channel::Sms), ("d", Channel::Whatsapp)].map(|(key, by)| add(key, by));
    let take = |channel| {
        let claimed = write(store, |tx| tx.dispatch().claim_due(channel, at(1), &lease("t", at(60)), 10));
        claimed.iter().map(|claimed| claimed.message_id).collect::<Vec<_>>()
    };
    assert_eq!(take(Channel::Email), [letters[1]]);
    assert_eq!((take(Channel::Sms), take(Channel::Sms)), (vec![letters[0], letters[2]], vec![]));
    assert_eq!((take(Channel::Call), take(Channel::Whatsapp)), (vec![], vec![letters[3]]));
}

pub fn a_batch_is_answered_item_by_item(store: &dyn Store) {
    let case_id = a_case(store);
    let [first, second, third] = ["a", "b", "c"].map(|key| enqueue(store, &automatic(case_id, key)));
    claim(store, at(0), "one");
    let (one, wrong) = (token("one"), token("wrong"));
    let held = |id| Held { id, token: &one };
    let stranger = Held { id: second, token: &wrong };
    write(store, |tx| {
        let queue = tx.dispatch();
        assert_eq!(queue.holds_lease(&[held(third), stranger, held(first), held(MessageId(4711))])?, [true, false, true, false]);
        assert_eq!(queue.set_content(&[(held(third), &text("tres")), (stranger, &text("x"))])?, [Updated::Yes, Updated::Stale]);
        let started = queue.start_transmitting(&[(held(third), b"3"), (stranger, b"x"), (held(first), b"1")], at(90), at(2))?;
        assert_eq!(started, [Updated::Yes, Updated::Stale, Updated::Yes]);
        let pause = Postponement { not_before: at(50), tried: true, error: None };
        assert_eq!(queue.postpone(&[(held(first), pause), (stranger, pause)])?, [Updated::Yes, Updated::Stale]);
        let done = outcome(Delivery::Accepted);
        assert_eq!(queue.record_outcome(&[(held(first), &done), (held(third), &done)])?, [Updated::Stale, Updated::Yes]);
        assert_eq!(queue.withdraw(&[(held(third), "x"), (held(second), "cerrado")], at(3))?, [Updated::Stale, Updated::Yes]);
        assert_eq!(queue.withdraw(&[], at(3))?, []);
        Ok(())
    });
    let stored = |id| (message(store, id).delivery, message(store, id).status);
    assert_eq!(stored(first), (Some(Delivery::Queued), Some(MessageStatus::Pending)));
    assert_eq!((stored(second), message(store, second).error.as_deref()), ((None, Some(MessageStatus::Skipped)), Some("cerrado")));
    assert_eq!((stored(third).0, message(store, third).content.body.as_str()), (Some(Delivery::Accepted), "tres"));
}

pub fn what_stands_in_a_batch_twice_is_done_once(store: &dyn Store) {
    let case_id = a_case(store);
    let id = enqueue(store, &outbound(case_id, "a"));
    claim(store, at(0), "one");
    let one = token("one");
    let held = Held { id, token: &one };
    write(store, |tx| {
        assert_eq!(tx.dispatch().holds_lease(&[held, held])?, [true, false]);
        let pauses = [30, 40].map(|seconds| (held, Postponement { not_before: at(seconds), tried: true, error: None }));
        assert_eq!(tx.dispatch().postpone(&pauses)?, [Updated::Yes, Updated::Stale]);
        Ok(())
    });
    let again = write(store, |tx| tx.dispatch().claim_mail(at(30), &lease("two", at(60)), 10));
    assert_eq!(again, [Claimed { message_id: id, case_id, tries: 1, deferred: true }]);
}
