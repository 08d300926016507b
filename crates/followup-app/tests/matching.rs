//! To which case a mail belongs: the signed reply address, headers, the ids that relays give, and mail about several cases.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
use followup_domain::audit::AuditValue;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::CaseId;
use followup_domain::mail::reply_address::{ReplyAddresses, ReplyKey};
use followup_domain::message::threading::InternetMessageId;
use followup_domain::message::{Classification, Confidence, MailFlag, MatchKind, Message, MessageStatus};
use followup_domain::ports::{Clock, StoreError, StoreExt};
use followup_domain::sending::SendError;
use followup_testkit::fakes::Script;
use support::{REPORTER, Unit, id_of, reply, unit, unit_with};

fn addresses(key: &str) -> ReplyAddresses {
    ReplyAddresses::new(EmailAddress::parse("fv@vigia.test").unwrap(), '+', ReplyKey::new(key), Vec::new()).unwrap()
}

fn signing() -> Unit {
    unit_with(|policy| policy.reply_addresses = Some(addresses("clave")))
}

fn signed(id: CaseId) -> String {
    addresses("clave").address_of(id).unwrap().to_string()
}

/// A mail without any threading header.
fn bare(from: &str, to: &str, own_id: &str, body: &str) -> String {
    format!("From: {from}\nTo: {to}\nSubject: datos\nMessage-ID: {own_id}\n\n{body}\n")
}

fn last(unit: &Unit, id: CaseId) -> Message {
    unit.thread(id).pop().unwrap()
}

fn found(message: &Message) -> (MatchKind, bool) {
    let found = message.case_match.unwrap();
    (found.kind, found.confirmed)
}

/// A case whose request left an hour ago.
fn asked(unit: &Unit) -> CaseId {
    let id = unit.case(&[]);
    unit.deliver();
    unit.clock.advance(Duration::hours(1));
    id
}

#[test]
fn letters_ask_for_answers_to_the_signed_address_and_word_to_the_unit_does_not() {
    let unit = unit_with(|policy| {
        policy.reply_addresses = Some(addresses("clave"));
        policy.notify_to = Some(EmailAddress::parse("unidad@vigia.test").unwrap());
    });
    let id = asked(&unit);
    unit.receive(&bare(REPORTER, &signed(id), "<r1@clinic.test>", "68 kg"));
    unit.deliver();
    let sent: Vec<_> = unit.mail.accepted().iter().map(|mail| mail.reply_to.as_ref().map(ToString::to_string)).collect();
    assert_eq!(sent, [Some(signed(id)), None]);
}

#[test]
fn an_answer_without_headers_to_the_signed_address_stands_in_its_case_and_answers_the_last_letter() {
    let unit = signing();
    let id = asked(&unit);
    unit.plan(id);
    unit.receive(&bare(REPORTER, &signed(id).to_uppercase(), "<r1@clinic.test>", "68 kg"));
    let answer = last(&unit, id);
    assert_eq!((found(&answer), answer.content.body.trim()), ((MatchKind::ReplyToken, true), "68 kg"));
    let request = unit.thread(id).remove(0);
    assert_eq!((request.status, answer.parent_id), (Some(MessageStatus::Responded), Some(request.id)));
    assert!(unit.attempts(id).iter().all(|(status, _)| status != "pending"), "{:?}", unit.attempts(id));
}

#[test]
fn the_address_is_found_where_mail_servers_note_it() {
    for field in ["Delivered-To", "X-Original-To", "Envelope-To", "Cc"] {
        let unit = signing();
        let id = asked(&unit);
        let mail = bare(REPORTER, "lista@clinic.test", "<r1@clinic.test>", "68 kg");
        unit.receive(&format!("{field}: <{}>\n{mail}", signed(id)));
        assert_eq!(found(&last(&unit, id)), (MatchKind::ReplyToken, true), "{field}");
    }
}

#[test]
fn the_address_counts_before_the_headers() {
    let unit = signing();
    let (one, two) = (asked(&unit), asked(&unit));
    let request = id_of(&unit.thread(one)[0]);
    let mail = reply(REPORTER, &request, "<r1@clinic.test>", "68 kg").replace("To: fv@vigia.test", &format!("To: {}", signed(two)));
    unit.receive(&mail);
    assert_eq!(found(&last(&unit, two)), (MatchKind::ReplyToken, true));
    assert_eq!(last(&unit, two).parent_id, Some(unit.thread(two)[0].id), "the letter of its own case");
}

#[test]
fn a_strangers_mail_to_the_signed_address_is_attached_and_flagged() {
    let unit = signing();
    let id = asked(&unit);
    unit.plan(id);
    unit.receive(&bare("otro@elsewhere.test", &signed(id), "<r1@elsewhere.test>", "Soy su asistente"));
    assert_eq!(found(&last(&unit, id)), (MatchKind::ReplyToken, false));
    assert_eq!(unit.thread(id)[0].status, Some(MessageStatus::Sent));
    assert_eq!(unit.attempts(id)[1].0, "cancelled");
}

#[test]
fn a_forged_address_is_not_believed_and_that_is_kept() {
    let unit = signing();
    let id = asked(&unit);
    let forged = addresses("otra").address_of(id).unwrap().to_string();
    assert_eq!(unit.receive(&bare(REPORTER, &forged, "<r1@clinic.test>", "68 kg")).unassigned, 1);
    assert!(unit.tray(followup_domain::ports::TrayState::Open)[0].has_forged_token);
    // A header that proves the case is believed all the same.
    let request = id_of(&unit.thread(id)[0]);
    unit.receive(&reply(REPORTER, &request, "<r2@clinic.test>", "70 kg").replace("To: fv@vigia.test", &format!("To: {forged}")));
    assert_eq!(found(&last(&unit, id)), (MatchKind::InReplyTo, true));
    let received = unit.audit(id).into_iter().rfind(|row| row.action == "message.received").unwrap();
    assert_eq!(received.new["reply_token"], AuditValue::Text("forged".into()));
}

#[test]
fn a_forged_address_is_flagged_wherever_the_mail_names_it_and_wherever_the_mail_stands() {
    let unit = signing();
    let id = asked(&unit);
    let forged = addresses("otra").address_of(id).unwrap().to_string();
    unit.receive(&bare(REPORTER, &format!("fv@vigia.test, {forged}"), "<r1@clinic.test>", "68 kg"));
    let mail = unit.tray(followup_domain::ports::TrayState::Open).remove(0);
    assert_eq!((mail.has_forged_token, mail.view.flags), (true, vec![MailFlag::ForgedReplyAddress]));
    let request = id_of(&unit.thread(id)[0]);
    unit.receive(&format!("Delivered-To: {forged}\n{}", reply(REPORTER, &request, "<r2@clinic.test>", "70 kg")));
    assert_eq!(unit.flags(id), [(last(&unit, id).id, MailFlag::ForgedReplyAddress)]);
}

#[test]
fn a_mail_that_names_more_cases_than_it_can_stand_in_says_so_in_each_and_in_the_trail() {
    let unit = signing();
    let ids: Vec<CaseId> = (0..7).map(|_| asked(&unit)).collect();
    let to: Vec<String> = ids.iter().map(|id| signed(*id)).collect();
    unit.receive(&bare(REPORTER, &to.join(", "), "<r1@clinic.test>", "Todo igual"));
    for id in &ids[..5] {
        let thread = unit.thread(*id);
        assert_eq!((thread.len(), unit.flags(*id)), (2, vec![(thread[1].id, MailFlag::FurtherCases)]));
    }
    let received = unit.audit(ids[0]).into_iter().rfind(|row| row.action == "message.received").unwrap();
    assert_eq!(received.new["further_cases"], AuditValue::Text(format!("{}, {}", ids[5], ids[6])));
    // Five are no more than it can stand in.
    unit.receive(&bare(REPORTER, &to[..5].join(", "), "<r2@clinic.test>", "Gracias"));
    assert_eq!(unit.flags(ids[0]).len(), 1);
}

#[test]
fn addresses_mean_nothing_where_they_are_not_given_out() {
    let unit = unit();
    let id = asked(&unit);
    assert_eq!(unit.mail.accepted()[0].reply_to, None);
    assert_eq!(unit.receive(&bare(REPORTER, &signed(id), "<r1@clinic.test>", "68 kg")).unassigned, 1);
}

#[test]
fn an_answer_that_came_before_a_letter_left_does_not_answer_it() {
    let unit = signing();
    let id = asked(&unit);
    let came = unit.clock.now();
    unit.clock.advance(Duration::hours(1));
    unit.send(id, "Otra pregunta").unwrap();
    unit.arrive(&bare(REPORTER, &signed(id), "<r1@clinic.test>", "68 kg"), came);
    unit.app.process_stored_mail(&|| false).unwrap();
    let thread = unit.thread(id);
    let status: Vec<_> = thread.iter().filter_map(|message| message.status).collect();
    assert_eq!(status, [MessageStatus::Responded, MessageStatus::Sent]);
}

#[test]
fn an_answer_settles_the_only_letter_of_which_nobody_knew_whether_it_left() {
    let unit = signing();
    let id = unit.case(&[]);
    unit.mail.next(Script::FailTransmit(SendError::Uncertain("no answer in time".into())));
    unit.deliver();
    unit.receive(&bare(REPORTER, &signed(id), "<r1@clinic.test>", "68 kg"));
    assert_eq!(unit.thread(id)[0].status, Some(MessageStatus::Responded));
}

#[test]
fn an_answer_by_a_clock_that_is_behind_still_answers_the_letter() {
    let unit = signing();
    let came = unit.clock.now();
    unit.clock.advance(Duration::minutes(5));
    let id = asked(&unit);
    unit.arrive(&bare(REPORTER, &signed(id), "<r1@clinic.test>", "68 kg"), came);
    unit.app.process_stored_mail(&|| false).unwrap();
    assert_eq!(unit.thread(id).iter().filter_map(|message| message.status).collect::<Vec<_>>(), [MessageStatus::Responded]);
}

const SES: &str = "0102018f6c1b2c3d-1f2e3d4c-aaaa-bbbb-cccc-0123456789ab-000000";

#[test]
fn an_answer_to_the_id_that_a_relay_gave_finds_its_letter() {
    let unit = unit();
    let goes_on_as = InternetMessageId::parse(&format!("<{SES}@amazonses.com>")).unwrap();
    unit.mail.answer_with_id(&format!("250 Ok {SES}"), &goes_on_as);
    let id = asked(&unit);
    unit.receive(&reply(REPORTER, &format!("<{SES}@eu-west-1.amazonses.com>"), "<r1@clinic.test>", "68 kg"));
    let answer = last(&unit, id);
    assert_eq!(found(&answer), (MatchKind::Alias, true));
    assert_eq!((unit.thread(id)[0].status, answer.parent_id), (Some(MessageStatus::Responded), Some(unit.thread(id)[0].id)));
}

#[test]
fn a_bounce_that_names_the_relays_id_settles_the_letter() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.mail.next(Script::FailTransmit(SendError::Uncertain("no answer in time".into())));
    unit.deliver();
    let letter = id_of(&unit.thread(id)[0]);
    // The copy that came back tells under which id it went on.
    unit.receive(&format!(
        "From: fv@vigia.test\nTo: {REPORTER}\nSubject: x\nMessage-ID: <{SES}@email.amazonses.com>\nX-Followup-Origin: automatic\nX-Followup-Message-ID: {letter}\n\ncopia\n"
    ));
    let copy = last(&unit, id);
    assert_eq!((copy.classification, unit.thread(id)[0].status), (Some(Classification::Echo), Some(MessageStatus::Sent)));
    unit.receive(&reply(REPORTER, &format!("<{SES}@eu-west-1.amazonses.com>"), "<r1@clinic.test>", "68 kg"));
    assert_eq!((found(&last(&unit, id)), unit.thread(id)[0].status), ((MatchKind::Alias, true), Some(MessageStatus::Responded)));
}

#[test]
fn an_id_that_a_copy_taught_stands_in_the_trail_and_a_stored_mails_id_is_never_taken_over() {
    let unit = unit();
    let id = asked(&unit);
    let letter = id_of(&unit.thread(id)[0]);
    unit.receive("From: nuevo@evil.test\nSubject: x\nMessage-ID: <known@evil.test>\n\nUn paciente\n");
    let copy = |own: &str| {
        format!(
            "From: fv@vigia.test\nTo: {REPORTER}\nSubject: x\nMessage-ID: {own}\nX-Followup-Origin: automatic\nX-Followup-Message-ID: {letter}\n\ncopia\n"
        )
    };
    unit.receive(&copy("<known@evil.test>"));
    unit.receive(&copy("<new@relay.test>"));
    let learnt: Vec<_> = unit.audit(id).into_iter().filter(|row| row.action == "message.alias").collect();
    assert_eq!(learnt.len(), 1);
    assert!(format!("{:?}", learnt[0].new).contains("<new@relay.test>"), "{:?}", learnt[0].new);
    let ids = ["<known@evil.test>", "<new@relay.test>"].map(|id| InternetMessageId::parse(id).unwrap());
    let known = unit.app.store.read::<_, StoreError>(|tx| tx.names().find_by_aliases(&ids)).unwrap();
    assert_eq!(known.iter().map(|known| known.external_id.as_str()).collect::<Vec<_>>(), ["<new@relay.test>"]);
}

#[test]
fn an_id_that_the_servers_answer_taught_stands_in_the_trail() {
    let unit = unit();
    let goes_on_as = InternetMessageId::parse(&format!("<{SES}@amazonses.com>")).unwrap();
    unit.mail.answer_with_id(&format!("250 Ok {SES}"), &goes_on_as);
    let id = asked(&unit);
    let learnt: Vec<_> = unit.audit(id).into_iter().filter(|row| row.action == "message.alias").collect();
    assert_eq!(learnt.len(), 1);
    assert!(format!("{:?}", learnt[0].new).contains(SES), "{:?}", learnt[0].new);
    assert_eq!(learnt[0].entity_id, unit.thread(id)[0].id.0);
}

#[test]
fn a_stranger_cannot_teach_another_id() {
    let unit = unit();
    let id = asked(&unit);
    let letter = id_of(&unit.thread(id)[0]);
    unit.receive(&format!(
        "From: malo@evil.test\nSubject: x\nMessage-ID: <x@evil.test>\nX-Followup-Origin: automatic\nX-Followup-Message-ID: {letter}\n\nhola\n"
    ));
    unit.receive(&reply(REPORTER, "<x@evil.test>", "<r1@clinic.test>", "68 kg"));
    assert_eq!(unit.thread(id).len(), 1);
}

#[test]
fn one_answer_to_two_cases_stands_in_both_and_answers_both() {
    let unit = signing();
    let (one, two) = (asked(&unit), asked(&unit));
    let mail = bare(REPORTER, &format!("{}, {}", signed(one), signed(two)), "<r1@clinic.test>", "68 kg y 70 kg");
    assert_eq!(unit.receive(&mail).matched, 1);
    for id in [one, two] {
        assert_eq!((found(&last(&unit, id)), last(&unit, id).content.body.trim()), ((MatchKind::ReplyToken, true), "68 kg y 70 kg"));
        assert_eq!((unit.thread(id)[0].status, unit.app.followup_summary(id, "qf").unwrap().unread), (Some(MessageStatus::Responded), 1));
    }
    assert_eq!(last(&unit, two).duplicate_of, Some(last(&unit, one).id));
    assert_eq!(unit.app.raw_mail(two, last(&unit, two).id), unit.app.raw_mail(one, last(&unit, one).id));
    // The second copy of the same mail, as a mailbox gets one for each address, is no news in either.
    unit.receive(&format!("Delivered-To: {}\n{mail}", signed(two)));
    assert_eq!((unit.thread(one).len(), unit.thread(two).len()), (3, 2));
    assert_eq!(unit.app.followup_summary(two, "qf").unwrap().unread, 1);
}

#[test]
fn answers_inside_the_quoted_letters_of_two_cases_survive_in_each() {
    let unit = signing();
    let (one, two) = (asked(&unit), asked(&unit));
    let body = |id| unit.thread(id)[0].content.body.clone();
    let question = |id| body(id).lines().find(|line| line.starts_with("- ")).unwrap().to_owned();
    let quote = body(two).replacen(&question(two), &format!("{}\nA-123, creo", question(two)), 1);
    let heads = "De: fv@vigia.test\nEnviado: viernes, 1 de marzo de 2024 10:00\nPara: yo\nAsunto: ICSR";
    let text = format!("Buenas.\n\n{heads}\n\n{quote}");
    let letters = [one, two].map(|id| id_of(&unit.thread(id)[0])).join(" ");
    let mail = reply(REPORTER, &letters, "<r1@clinic.test>", &text);
    unit.receive(&mail);
    assert_eq!(last(&unit, one).id.0 + 1, last(&unit, two).id.0, "one mail, in both threads");
    let read = last(&unit, two).content.body;
    assert!(read.ends_with(&format!("{}\nA-123, creo", question(two))), "{read}");
}

#[test]
fn a_case_that_only_the_references_name_gets_the_mail_flagged() {
    let unit = unit();
    let (one, two) = (asked(&unit), asked(&unit));
    unit.plan(two);
    let letters = [one, two].map(|id| id_of(&unit.thread(id)[0]));
    let mail = reply(REPORTER, &letters[0], "<r1@clinic.test>", "68 kg");
    unit.receive(&mail.replace("References: ", &format!("References: {} ", letters[1])));
    assert_eq!((found(&last(&unit, one)), found(&last(&unit, two))), ((MatchKind::InReplyTo, true), (MatchKind::References, false)));
    assert_eq!(unit.thread(two)[0].status, Some(MessageStatus::Sent), "a person says whether it answers this one");
    assert_eq!(unit.attempts(two)[1].0, "cancelled");
    // Later mail of the first thread names the shared mail, and does not concern the second case.
    unit.receive(&reply(REPORTER, "<r1@clinic.test>", "<r2@clinic.test>", "gracias"));
    assert_eq!((last(&unit, one).content.body.trim(), unit.thread(two).len()), ("gracias", 2));
}

#[test]
fn a_robots_mail_about_two_cases_stands_in_one() {
    let unit = signing();
    let (one, two) = (asked(&unit), asked(&unit));
    let mail = bare(REPORTER, &format!("{}, {}", signed(one), signed(two)), "<r1@clinic.test>", "Estoy fuera");
    unit.receive(&format!("Auto-Submitted: auto-replied\n{mail}"));
    assert_eq!((last(&unit, one).classification, unit.thread(two).len()), (Some(Classification::AutoReply), 1));
}

#[test]
fn every_kind_of_match_says_how_sure_it_is_and_why() {
    assert_eq!(MatchKind::ReplyToken.confidence(), Confidence::High);
    assert_eq!(MatchKind::References.confidence(), Confidence::Medium);
    let reasons: std::collections::BTreeSet<_> = MatchKind::ALL.iter().map(|kind| followup_words::matching::reason(*kind)).collect();
    assert_eq!(reasons.len(), MatchKind::ALL.len());
}
