//! A person's letter waits in the queue for as long as it can be taken back, and its draft goes with it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
use followup_app::{
    CloseRequest, DraftingError, IdempotencyKey, QueueMessageError, SendMessageError, SendRequest, Sent, UndoError, Undone, WrittenDraft,
};
use followup_domain::asking::draft::{DraftKey, DraftText, KEPT, LetterDraft, TAKEN_BACK_WITHIN};
use followup_domain::asking::missing::FieldPath;
use followup_domain::audit::Actor;
use followup_domain::case::ClosureReason;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Channel, Delivery, MessageStatus};
use followup_domain::ports::{Clock, Lease, StoreError, StoreExt};
use followup_testkit::fakes::Script;
use support::{REPORTER, Unit, qf, report_on, unit_with, whatsapp};

const BODY: &str = "Estimada Dra. Rojas:\n\n- Peso aproximado\n\nGracias.";

fn quiet() -> Unit {
    unit_with(|policy| policy.automatic_requests = false)
}

fn text(body: &str) -> DraftText {
    DraftText { subject: "Consulta".into(), body: body.into(), ..DraftText::default() }
}

fn key(case_id: CaseId) -> DraftKey {
    DraftKey { case_id, username: "qf".into(), channel: Channel::Email }
}

fn queue_as(unit: &Unit, id: CaseId, body: &str, version: i64) -> Result<Sent, QueueMessageError> {
    let request =
        SendRequest { channel: Some("email".into()), subject: Some("Consulta".into()), body: Some(body.into()), ..SendRequest::default() };
    unit.app.queue_message(&qf(), id, (&request, &WrittenDraft { text: text(body), version }), None)
}

fn queue(unit: &Unit, id: CaseId) -> MessageId {
    queue_as(unit, id, BODY, 0).unwrap().message.id
}

fn draft(unit: &Unit, id: CaseId) -> Option<LetterDraft> {
    unit.app.draft(&key(id)).unwrap()
}

fn wait(unit: &Unit) {
    unit.clock.advance(TAKEN_BACK_WITHIN);
}

fn state(unit: &Unit, id: CaseId) -> (Option<MessageStatus>, Option<String>) {
    let last = unit.thread(id).pop().unwrap();
    (last.status, last.error)
}

#[test]
fn a_letter_leaves_when_it_can_no_longer_be_taken_back() {
    let unit = quiet();
    let id = unit.case(&[]);
    let message = queue_as(&unit, id, BODY, 0).unwrap().message;
    assert_eq!((message.delivery, message.status), (Some(Delivery::Queued), Some(MessageStatus::Pending)));
    unit.clock.advance(TAKEN_BACK_WITHIN - Duration::seconds(1));
    unit.deliver();
    assert_eq!(unit.mail.accepted(), []);
    unit.clock.advance(Duration::seconds(1));
    assert_eq!(unit.deliver().accepted, 1);
    let mail = unit.mail.accepted().remove(0);
    assert_eq!((mail.subject.as_str(), mail.body.as_str(), mail.automatic), ("Consulta", BODY, false));
    let asked = unit.app.followup_summary(id, "qf").unwrap().missing;
    let told: Vec<(String, bool)> =
        asked.iter().map(|missing| (missing.item.path.to_string(), missing.state != followup_app::AskState::NotAsked)).collect();
    assert_eq!(told, [("paciente_peso".into(), true), ("productos[0].dosis".into(), false)], "what stands in it counts as asked");
}

#[test]
fn its_draft_is_used_up_with_it_and_the_trail_tells_of_the_letter_alone() {
    let unit = quiet();
    let id = unit.case(&[]);
    let before = unit.audited(id).len();
    let kept = unit.app.save_draft(&qf(), (id, Channel::Email), &text(BODY), 0).unwrap();
    assert_eq!(unit.app.drafts(id).unwrap(), [kept]);
    let message = queue_as(&unit, id, BODY, 1).unwrap().message;
    assert_eq!(unit.app.drafts(id).unwrap(), []);
    let sent = draft(&unit, id).unwrap();
    assert_eq!((sent.sent_as, sent.version), (Some(message.id), 2));
    assert_eq!(unit.audited(id)[before..], ["message.queued"]);
}

#[test]
fn what_is_refused_leaves_the_draft_and_the_thread_as_they_were() {
    let unit = quiet();
    let id = unit.case(&[]);
    let kept = unit.app.save_draft(&qf(), (id, Channel::Email), &text(" "), 0).unwrap();
    assert_eq!(queue_as(&unit, id, " ", 1).unwrap_err(), SendMessageError::EmptyBody.into());
    assert_eq!(queue_as(&unit, CaseId(999), BODY, 0).unwrap_err(), SendMessageError::NotFound.into());
    unit.app.block_contact(&qf(), &EmailAddress::parse(REPORTER).unwrap(), "lo pidió").unwrap();
    assert_eq!(queue_as(&unit, id, BODY, 1).unwrap_err(), SendMessageError::Blocked.into());
    assert_eq!((draft(&unit, id), unit.thread(id)), (Some(kept), vec![]));
}

#[test]
fn a_letter_that_waits_is_taken_back_and_is_a_draft_again() {
    let unit = quiet();
    let id = unit.case(&[]);
    let message = queue(&unit, id);
    let undone = Undone { channel: Channel::Email, is_restored: true };
    for _ in 0..2 {
        assert_eq!(unit.app.undo_message(&qf(), id, message), Ok(undone), "twice is once");
    }
    wait(&unit);
    unit.deliver();
    assert_eq!(unit.mail.accepted(), []);
    assert_eq!(state(&unit, id), (Some(MessageStatus::Skipped), Some("retirado por una persona antes de que saliera".into())));
    let restored = draft(&unit, id).unwrap();
    assert_eq!((restored.text.clone(), restored.sent_as, restored.version), (text(BODY), None, 2));
    assert_eq!(unit.app.drafts(id).unwrap(), [restored]);
    assert_eq!(unit.audited(id).iter().filter(|action| *action == "message.skipped").count(), 1);
    assert_eq!(queue_as(&unit, id, "otra vez", 2).unwrap().message.content.body, "otra vez");
}

#[test]
fn a_letter_that_left_or_is_leaving_is_not_taken_back() {
    let unit = quiet();
    let id = unit.case(&[]);
    let message = queue(&unit, id);
    wait(&unit);
    let app = unit.app.clone();
    let meanwhile = std::sync::Arc::new(std::sync::Mutex::new(None));
    let told = meanwhile.clone();
    unit.mail.during_transmit(move || *told.lock().unwrap() = Some(app.undo_message(&qf(), id, message)));
    assert_eq!(unit.deliver().accepted, 1);
    assert_eq!(*meanwhile.lock().unwrap(), Some(Err(UndoError::Left)));
    assert_eq!(unit.app.undo_message(&qf(), id, message), Err(UndoError::Left));
    assert!(!draft(&unit, id).unwrap().is_open());
}

#[test]
fn one_that_was_claimed_and_not_handed_over_is_taken_back_and_does_not_leave() {
    let unit = quiet();
    let id = unit.case(&[]);
    let message = queue(&unit, id);
    wait(&unit);
    let app = unit.app.clone();
    unit.mail.during_prepare(move || {
        app.undo_message(&qf(), id, message).unwrap();
    });
    unit.deliver();
    assert_eq!((unit.mail.accepted(), state(&unit, id).0), (vec![], Some(MessageStatus::Skipped)));
}

#[test]
fn a_process_that_dies_with_it_in_hand_leaves_it_to_the_next() {
    let unit = quiet();
    let id = unit.case(&[]);
    queue(&unit, id);
    wait(&unit);
    let lease = Lease { token: unit.app.ids.lease_token(), until: unit.clock.now() + Duration::minutes(5) };
    let now = unit.clock.now();
    unit.app.store.write::<_, StoreError>(|tx| tx.dispatch().claim_due(Channel::Email, now, &lease, 1)).unwrap();
    unit.deliver();
    assert_eq!(unit.mail.accepted(), []);
    unit.clock.advance(Duration::minutes(5));
    assert_eq!(unit.deliver().accepted, 1);
}

#[test]
fn a_transport_that_is_away_is_waited_for() {
    let unit = quiet();
    let id = unit.case(&[]);
    queue(&unit, id);
    wait(&unit);
    unit.mail.next(Script::is_down());
    assert_eq!(unit.deliver().put_off, 1);
    unit.clock.advance(Duration::hours(1));
    assert_eq!(unit.deliver().accepted, 1);
}

#[test]
fn what_came_up_meanwhile_stops_it_and_a_person_sees_it_as_failed() {
    let unit = quiet();
    let blocked = unit.case(&[]);
    queue(&unit, blocked);
    unit.app.block_contact(&qf(), &EmailAddress::parse(REPORTER).unwrap(), "lo pidió").unwrap();
    wait(&unit);
    assert_eq!(unit.deliver().rejected, 1);
    let (status, why) = state(&unit, blocked);
    assert_eq!((status, unit.mail.accepted()), (Some(MessageStatus::Failed), vec![]), "{why:?}");
    assert_eq!(unit.app.badge("qf").unwrap().failed, 1);
}

#[test]
fn an_address_that_fails_meanwhile_stops_it_and_one_that_failed_before_was_overridden() {
    let unit = quiet();
    let id = unit.case(&[("reportante_contacto", "sosa@clinic.test")]);
    unit.send(id, "hola").unwrap();
    let earlier = unit.thread(id).remove(0);
    let queued = queue(&unit, id);
    unit.clock.advance(Duration::seconds(2));
    unit.receive(&report_on(&earlier, "sosa@clinic.test", "failed", "5.1.1"));
    wait(&unit);
    assert_eq!(unit.deliver().rejected, 1);
    let status = unit.thread(id).into_iter().find(|message| message.id == queued).unwrap().status;
    assert_eq!(status, Some(MessageStatus::Failed));
    assert!(matches!(queue_as(&unit, id, "otra", 1).unwrap_err(), QueueMessageError::Send(SendMessageError::Bounced(_))));
    let request = SendRequest {
        channel: Some("email".into()),
        body: Some("otra".into()),
        override_reason: Some("el buzón ya existe".into()),
        ..SendRequest::default()
    };
    unit.app.queue_message(&qf(), id, (&request, &WrittenDraft { text: text("otra"), version: 1 }), None).unwrap();
    wait(&unit);
    assert_eq!(unit.deliver().accepted, 1);
}

#[test]
fn closing_takes_it_out_of_the_queue() {
    let unit = quiet();
    let id = unit.case(&[]);
    let message = queue(&unit, id);
    let close = CloseRequest { reason: ClosureReason::Declined, notes: "no desea".into(), override_reason: None };
    unit.app.close_followup(&qf(), id, &close).unwrap();
    wait(&unit);
    unit.deliver();
    assert_eq!((unit.mail.accepted(), state(&unit, id).0), (vec![], Some(MessageStatus::Skipped)));
    assert_eq!(unit.app.undo_message(&qf(), id, message), Err(UndoError::Left));
}

#[test]
fn free_text_by_whatsapp_goes_only_while_the_window_is_open_and_a_template_at_any_time() {
    let whatsapp = whatsapp::start();
    let (unit, id) = (&whatsapp.unit, whatsapp.case(&[]));
    let free = SendRequest { channel: Some("whatsapp".into()), body: Some("¿Qué dosis?".into()), ..SendRequest::default() };
    let written = |version| WrittenDraft { text: text("x"), version };
    let queue = |request: &SendRequest, version| unit.app.queue_message(&qf(), id, (request, &written(version)), None);
    assert!(matches!(queue(&free, 0).unwrap_err(), QueueMessageError::Send(SendMessageError::NotSent(_))));
    whatsapp.came("m1", whatsapp::NUMBER, "hola");
    unit.clock.advance(Duration::hours(24) - TAKEN_BACK_WITHIN);
    queue(&free, 0).unwrap();
    wait(unit);
    assert_eq!(unit.deliver().rejected, 1, "the window shut while it waited");
    let template = SendRequest {
        channel: Some("whatsapp".into()),
        template: Some("followup_reminder".into()),
        parameters: Some(vec!["Dra. Rojas".into(), "7".into()]),
        ..SendRequest::default()
    };
    queue(&template, 1).unwrap();
    wait(unit);
    assert_eq!(unit.deliver().accepted, 1);
}

#[test]
fn the_same_key_queues_once() {
    let unit = quiet();
    let id = unit.case(&[]);
    let request = SendRequest { channel: Some("email".into()), body: Some(BODY.into()), ..SendRequest::default() };
    let key = |fingerprint: &str| IdempotencyKey { scope: "pedir:1:k qf".into(), fingerprint: fingerprint.into() };
    let queue = |fingerprint| {
        unit.app.queue_message(&qf(), id, (&request, &WrittenDraft { text: text(BODY), version: 0 }), Some(&key(fingerprint)))
    };
    let first = queue("a").unwrap();
    let again = queue("a").unwrap();
    assert_eq!((first.created, again.created, again.message.id), (true, false, first.message.id));
    assert_eq!(queue("b").unwrap_err(), SendMessageError::KeyReused.into());
    assert_eq!(unit.thread(id).len(), 1);
}

#[test]
fn a_window_that_knows_less_is_told_so_and_nothing_of_the_other_is_lost() {
    let unit = quiet();
    let id = unit.case(&[]);
    let save = |body: &str, was| unit.app.save_draft(&qf(), (id, Channel::Email), &text(body), was);
    save("uno", 0).unwrap();
    let second = save("dos", 1).unwrap();
    let stale = || Some(Box::new(second.clone()));
    assert_eq!(save("tres", 1), Err(DraftingError::Stale(stale())));
    assert_eq!(save("tres", 0), Err(DraftingError::Stale(stale())));
    assert_eq!(queue_as(&unit, id, "tres", 1).unwrap_err(), QueueMessageError::Stale(stale()));
    assert_eq!((draft(&unit, id), unit.thread(id)), (Some(second), vec![]));
    // What the other window kept is what this one says: a copy that kept itself while it was sent.
    let sent = queue_as(&unit, id, "dos", 1).unwrap().message.id;
    assert!(matches!(save("dos", 2), Err(DraftingError::Stale(Some(_)))), "what is kept late makes no draft of a letter that was sent");
    assert_eq!(draft(&unit, id).unwrap().sent_as, Some(sent));
    save("el siguiente", 3).unwrap();
    assert_eq!(unit.app.undo_message(&qf(), id, sent), Ok(Undone { channel: Channel::Email, is_restored: false }));
    assert_eq!(draft(&unit, id).unwrap().text.body, "el siguiente", "another one was begun");
}

#[test]
fn a_draft_is_its_writers_and_says_who_is_writing() {
    let unit = quiet();
    let id = unit.case(&[]);
    let ana = Actor::User { id: None, username: "ana".into() };
    unit.app.save_draft(&qf(), (id, Channel::Email), &text("mío"), 0).unwrap();
    unit.clock.advance(Duration::minutes(2));
    unit.app.save_draft(&ana, (id, Channel::Email), &text("suyo"), 0).unwrap();
    let writers: Vec<String> = unit.app.drafts(id).unwrap().into_iter().map(|draft| draft.key.username).collect();
    assert_eq!(writers, ["ana", "qf"]);
    assert!(!unit.app.discard_draft(&ana, (id, Channel::Email), 7).unwrap());
    assert!(unit.app.discard_draft(&ana, (id, Channel::Email), 1).unwrap());
    assert_eq!(draft(&unit, id).unwrap().text.body, "mío");
    for (case_id, channel, error) in
        [(CaseId(999), Channel::Email, DraftingError::CaseNotFound), (id, Channel::Call, DraftingError::UnsupportedChannel)]
    {
        assert_eq!(unit.app.save_draft(&ana, (case_id, channel), &text("x"), 0), Err(error));
    }
}

#[test]
fn what_is_not_a_persons_letter_is_not_taken_back() {
    let unit = unit_with(|_| {});
    let id = unit.case(&[]);
    let automatic = unit.thread(id)[0].id;
    assert_eq!(unit.app.undo_message(&qf(), id, automatic), Err(UndoError::NotByHand));
    let other = unit.case(&[]);
    assert!(matches!(unit.app.undo_message(&qf(), other, automatic), Err(UndoError::Message(_))));
}

#[test]
fn an_automatic_letter_waits_while_a_persons_may_be_taken_back() {
    let unit = unit_with(|_| {});
    let id = unit.case(&[]);
    queue(&unit, id);
    unit.deliver();
    assert_eq!(unit.mail.accepted(), [], "the same is not asked twice");
    wait(&unit);
    unit.deliver();
    let bodies: Vec<String> = unit.mail.accepted().into_iter().map(|mail| mail.body).collect();
    assert_eq!(bodies, [BODY]);
}

#[test]
fn a_letter_is_drafted_of_what_was_chosen() {
    let unit = quiet();
    let id = unit.case(&[]);
    let weight = FieldPath::parse("paciente_peso").unwrap();
    let body = |asks: Option<&[FieldPath]>| unit.app.draft_request_of(id, "email", asks).unwrap().letter.body;
    let (all, some) = (body(None), body(Some(std::slice::from_ref(&weight))));
    assert_eq!(all, unit.app.draft_request(id, "email").unwrap().letter.body);
    assert!(all.contains("Peso aproximado") && all.contains("osis"));
    assert!(some.contains("Peso aproximado") && !some.contains("osis"), "{some}");
}

#[test]
fn what_stands_against_each_channel_is_said_as_sending_says_it() {
    let unit = quiet();
    let id = unit.case(&[("reportante_telefono", "999 888 777")]);
    let told = || -> Vec<String> {
        let ways = unit.app.letter_ways(id).unwrap();
        ways.into_iter().map(|way| format!("{} {:?} {:?}", way.channel, way.to, way.stopped)).collect()
    };
    assert_eq!(
        told(),
        [
            format!("email Some({REPORTER:?}) None"),
            "sms Some(\"+51999888777\") Some(NotConfigured)".into(),
            "whatsapp Some(\"+51999888777\") Some(NotConfigured)".into()
        ]
    );
    unit.app.block_contact(&qf(), &EmailAddress::parse(REPORTER).unwrap(), "lo pidió").unwrap();
    assert!(told()[0].ends_with("Some(Blocked)"), "{:?}", told());
}

#[test]
fn the_dispatcher_forgets_drafts_that_nobody_goes_on_with() {
    let unit = quiet();
    let id = unit.case(&[]);
    unit.app.save_draft(&qf(), (id, Channel::Email), &text("x"), 0).unwrap();
    unit.clock.advance(KEPT);
    unit.dispatch();
    assert!(draft(&unit, id).is_some());
    unit.clock.advance(Duration::seconds(1));
    unit.dispatch();
    assert_eq!(draft(&unit, id), None);
}
