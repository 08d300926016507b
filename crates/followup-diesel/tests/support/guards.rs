//! What the database itself refuses, tried with raw SQL.

use followup_audit::{BrokenChain, ChainVerifier, Problem, Tally};
use followup_domain::asking::missing::FieldPath;
use followup_domain::audit::{Actor, AuditChain, AuditEntry, AuditFacts};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::mail::bounce::MailNotice;
use followup_domain::message::{CallOutcome, CaseMatch, Delivery, MatchKind, MessageKind};
use followup_domain::ports::{Discard, NewOutboundMessage, Outcome, PageRequest, Updated};
use followup_testkit::builders::{at, audit_entry, automatic, call, imap_mail, lease, new_case, notification, outbound, reply};

use super::{Rig, read, write};

const ALL: PageRequest = PageRequest { offset: 0, limit: 100 };

fn refused(rig: &dyn Rig, sql: &str) {
    let outcome = rig.execute(sql);
    assert!(outcome.is_err(), "the database allowed: {sql}");
}

fn a_case(rig: &dyn Rig) -> CaseId {
    write(rig, |tx| tx.cases().insert(&new_case()))
}

/// An automatic request that asks for one field, accepted.
fn a_sent_letter(rig: &dyn Rig, case_id: CaseId) -> MessageId {
    write(rig, |tx| {
        let id = tx.messages().insert_outbound(&automatic(case_id, "letter"))?.id();
        tx.requests().set_asked(id, case_id, &[FieldPath::parse("gravedad").unwrap().into()])?;
        let lease = lease("t", at(60));
        tx.messages().claim_due(at(0), &lease, 1)?;
        tx.messages().set_content(id, &lease.token, &outbound(case_id, "x").content)?;
        assert_eq!(tx.messages().start_transmitting(id, &lease, b"raw", at(1))?, Updated::Yes);
        let outcome = Outcome::of(Delivery::Accepted, at(2));
        tx.messages().record_outcome(id, &lease.token, &outcome)?;
        Ok(id)
    })
}

fn a_stored_reply(rig: &dyn Rig, case_id: Option<CaseId>) -> MessageId {
    write(rig, |tx| {
        let mail = tx.inbox().insert(&imap_mail(1, 1, b"reply"))?.id();
        let raw_id = tx.inbox().find_for_update(mail)?.unwrap().raw_id.unwrap();
        let mut message = reply(CaseId(0), raw_id, "r");
        message.case_id = case_id;
        let id = tx.messages().insert_inbound(&message)?;
        tx.inbox().record_processed(mail, id)?;
        Ok(id)
    })
}

/// Every column that says what was written, by whom, when.
const CONTENT: &[&str] = &[
    "channel = 'sms'",
    "kind = 'plan_letter'",
    "subject = 'x'",
    "body = 'x'",
    "body_quoted = 'x'",
    "from_address = 'x'",
    "to_address = 'x'",
    "correspondent = 'x'",
    "in_reply_to = '[\"<x@y>\"]'",
    "reference_ids = '[\"<x@y>\"]'",
    "external_id = 'x'",
    "classification = 'bounce'",
    "attachments = '[1]'",
    "unique_key = 'x'",
    "created_at = '2001-01-01 00:00:00.000000+00:00'",
    "raw_id = NULL",
];

pub fn the_content_of_a_message_cannot_be_rewritten(rig: &dyn Rig) {
    let case_id = a_case(rig);
    let (sent, received) = (a_sent_letter(rig, case_id), a_stored_reply(rig, Some(case_id)));
    let before = read(rig, |tx| tx.messages().thread(case_id));
    for id in [sent, received] {
        for change in CONTENT {
            refused(rig, &format!("UPDATE message SET {change} WHERE id = {id}"));
        }
        refused(rig, &format!("UPDATE message SET delivery = 'queued' WHERE id = {id}"));
        refused(rig, &format!("UPDATE message SET case_id = NULL WHERE id = {id}"));
    }
    assert_eq!(read(rig, |tx| tx.messages().thread(case_id)), before);
}

pub fn a_queued_manual_text_is_final_and_an_automatic_one_is_not(rig: &dyn Rig) {
    let case_id = a_case(rig);
    let manual = write(rig, |tx| tx.messages().insert_outbound(&outbound(case_id, "m"))).id();
    let told = write(rig, |tx| tx.messages().insert_outbound(&notification(case_id, "n"))).id();
    for id in [manual, told] {
        refused(rig, &format!("UPDATE message SET body = 'x' WHERE id = {id}"));
    }
    for kind in [MessageKind::AutomaticRequest, MessageKind::PlanLetter, MessageKind::SentNow] {
        let new = NewOutboundMessage { kind, ..automatic(case_id, kind.as_str()) };
        let letter = write(rig, |tx| tx.messages().insert_outbound(&new)).id();
        rig.execute(&format!("UPDATE message SET body = 'x' WHERE id = {letter}")).unwrap();
        refused(rig, &format!("UPDATE message SET kind = 'manual' WHERE id = {letter}"));
        refused(rig, &format!("UPDATE message SET external_id = '<x@y>' WHERE id = {letter}"));
    }
}

pub fn a_message_gets_a_case_once_and_its_states_may_change(rig: &dyn Rig) {
    let (case_id, other) = (a_case(rig), a_case(rig));
    let lost = a_stored_reply(rig, None);
    rig.execute(&format!("UPDATE message SET case_id = {case_id}, match_kind = 'manual', match_confirmed = TRUE WHERE id = {lost}"))
        .unwrap();
    refused(rig, &format!("UPDATE message SET case_id = {other} WHERE id = {lost}"));
    rig.execute(&format!("UPDATE message SET parent_id = {lost} WHERE id = {lost}")).unwrap();
    let sent = a_sent_letter(rig, case_id);
    rig.execute(&format!("UPDATE message SET status = 'responded', delivery = 'delivered' WHERE id = {sent}")).unwrap();
}

pub fn a_logged_call_cannot_be_rewritten(rig: &dyn Rig) {
    let case_id = a_case(rig);
    let id = write(rig, |tx| tx.messages().insert_call(&call(case_id, CallOutcome::NoAnswer)));
    for change in
        ["call_outcome = 'reached'", "call_outcome = NULL", "body = 'x'", "to_address = 'x'", "kind = 'manual'", "delivery = 'queued'"]
    {
        refused(rig, &format!("UPDATE message SET {change} WHERE id = {id}"));
    }
    let letter = a_sent_letter(rig, case_id);
    refused(rig, &format!("UPDATE message SET call_outcome = 'reached' WHERE id = {letter}"));
    rig.execute(&format!("UPDATE message SET status = 'completed' WHERE id = {id}")).unwrap();
}

/// Raw SQL, as another release would write it.
pub fn what_is_unread_is_kept_by_the_database_itself(rig: &dyn Rig) {
    let case_id = a_case(rig);
    let unread = || read(rig, |tx| tx.messages().count_unread(case_id));
    let lost = a_stored_reply(rig, None);
    assert_eq!(unread(), 0);
    rig.execute(&format!("UPDATE message SET case_id = {case_id} WHERE id = {lost}")).unwrap();
    assert_eq!(unread(), 1);
    let mark = "INSERT INTO thread_read (case_id, username, up_to, read_at) VALUES";
    rig.execute(&format!("{mark} ({case_id}, 'ana', {lost}, '2026-01-05 14:00:00.000000+00:00')")).unwrap();
    assert_eq!(unread(), 0);
    let later = a_flagged_reply(rig, case_id);
    assert_eq!(unread(), 1);
    rig.execute(&format!("UPDATE thread_read SET up_to = {later} WHERE case_id = {case_id}")).unwrap();
    assert_eq!(unread(), 0);
}

fn a_flagged_reply(rig: &dyn Rig, case_id: CaseId) -> MessageId {
    write(rig, |tx| {
        let mail = tx.inbox().insert(&imap_mail(1, 2, b"flagged"))?.id();
        let raw_id = tx.inbox().find_for_update(mail)?.unwrap().raw_id.unwrap();
        let mut message = reply(case_id, raw_id, "f");
        message.case_match = Some(CaseMatch { kind: MatchKind::InReplyTo, confirmed: false });
        tx.messages().insert_inbound(&message)
    })
}

pub fn what_was_sent_received_or_asked_cannot_be_deleted(rig: &dyn Rig) {
    let case_id = a_case(rig);
    a_sent_letter(rig, case_id);
    a_stored_reply(rig, Some(case_id));
    write(rig, |tx| tx.audit().append(&audit_entry(AuditChain::Case(case_id), "a")));
    for table in ["message", "raw_mail", "inbound_mail", "asked_field", "audit_log", "audit_fact", "audit_head", "icsr"] {
        refused(rig, &format!("DELETE FROM {table}"));
    }
    refused(rig, "UPDATE raw_mail SET bytes = 'x'");
    refused(rig, "UPDATE asked_field SET path = 'dosis'");
    for change in ["raw_id = 1", "mailbox = 'x'", "uid = 9", "arrived_at = '2001-01-01 00:00:00.000000+00:00'"] {
        refused(rig, &format!("UPDATE inbound_mail SET {change}"));
    }
}

pub fn what_was_decided_about_mail_cannot_be_rewritten(rig: &dyn Rig) {
    let lost = a_stored_reply(rig, None);
    let discard = Discard { reason: "publicidad".into(), actor: "user:ana".into(), at: at(1) };
    let notice = MailNotice { message_id: lost, why: "x".into(), about: None, report: None, returns_on: None };
    let insert = "INSERT INTO discarded_mail (message_id, reason, actor, at) VALUES";
    let filed = a_flagged_reply(rig, a_case(rig));
    for row in [
        format!("({lost}, ' ', 'user:ana', '2026-01-05 14:00:00.000000+00:00')"),
        format!("({lost}, 'x', '', '2026-01-05 14:00:00.000000+00:00')"),
        format!("({filed}, 'x', 'y', '2026-01-05 14:00:00.000000+00:00')"),
    ] {
        refused(rig, &format!("{insert} {row}"));
    }
    let bad = write(rig, |tx| {
        tx.trays().discard_unassigned(lost, &discard)?;
        tx.messages().insert_notice(&notice)?;
        let bad = tx.inbox().insert(&imap_mail(1, 3, b"bad"))?.id();
        tx.inbox().record_quarantined(bad, "x")?;
        tx.trays().discard_quarantined(bad, &discard)?;
        Ok(bad)
    });
    for table in ["discarded_mail", "discarded_quarantine", "mail_notice"] {
        refused(rig, &format!("DELETE FROM {table}"));
    }
    for change in ["discarded_mail SET reason = 'x'", "discarded_quarantine SET actor = 'x'", "mail_notice SET why = 'y'"] {
        refused(rig, &format!("UPDATE {change}"));
    }
    // What was set aside may come back; the trail tells of both.
    assert_eq!(write(rig, |tx| tx.trays().requeue(bad)), Updated::Yes);
    assert_eq!(read(rig, |tx| tx.trays().find_quarantine_discard(bad)), None);
}

pub fn the_audit_trail_cannot_be_changed_and_foul_play_is_found(rig: &dyn Rig, drop_triggers: &[&str]) {
    for action in ["a", "b", "c"] {
        write(rig, |tx| tx.audit().append(&audit_entry(AuditChain::Case(CaseId(7)), action)));
    }
    assert_eq!(walk(rig).unwrap().1, Tally { rows: 3, facts: 6, redacted: 0 });
    for change in ["actor = 'user:x'", "at = '2001-01-01 00:00:00.000000+00:00'", "hash = 'x'", "seq = 9"] {
        refused(rig, &format!("UPDATE audit_log SET {change} WHERE seq = 2"));
    }
    for change in ["value = 'null'", "salt = NULL, value = NULL", "commitment = salt", "fact = 'x'"] {
        refused(rig, &format!("UPDATE audit_fact SET {change} WHERE seq = 2"));
    }
    // The owner of the database can switch the triggers off; the chain then tells.
    drop_triggers.iter().for_each(|sql| rig.execute(sql).unwrap());
    let found = |seq, problem| Err(BrokenChain { seq, problem });
    for (change, found) in [
        ("audit_log SET at = '2026-01-05 14:00:00.000001+00:00' WHERE seq = 3", found(3, Problem::Chain)),
        ("audit_fact SET value = '\"x\"' WHERE seq = 2", found(2, Problem::Value("new.estado".into()))),
        ("audit_log SET actor = 'service:x' WHERE seq = 2", found(2, Problem::Chain)),
        (
            "audit_fact SET salt = (SELECT salt FROM audit_fact WHERE seq = 1 AND fact = 'old.estado') WHERE seq = 1",
            found(1, Problem::Value("new.estado".into())),
        ),
        ("audit_fact SET fact = 'new.x' WHERE seq = 1 AND fact = 'new.estado'", found(1, Problem::Chain)),
    ] {
        rig.execute(&format!("UPDATE {change}")).unwrap();
        assert_eq!(walk(rig), found, "{change}");
    }
}

/// As redaction will leave it.
pub fn a_fact_without_its_value_breaks_no_chain_and_one_without_its_salt_cannot_be(rig: &dyn Rig, drop_triggers: &[&str]) {
    let chain = AuditChain::Case(CaseId(7));
    let ana = Actor::User { id: None, username: "ana".into() };
    let entry = AuditEntry { actor: ana, reason: Some("lo pidió".into()), ..audit_entry(chain, "a") };
    write(rig, |tx| tx.audit().append_all(&[entry.clone(), entry.clone()]));
    let (head, whole) = walk(rig).unwrap();
    drop_triggers.iter().for_each(|sql| rig.execute(sql).unwrap());
    for half in ["value = NULL", "salt = NULL", "commitment = salt"] {
        assert!(rig.execute(&format!("UPDATE audit_fact SET {half}")).is_err(), "{half}");
    }
    rig.execute("UPDATE audit_fact SET salt = NULL, value = NULL WHERE seq = 1 AND fact IN ('actor', 'reason', 'old.estado')").unwrap();
    assert_eq!(walk(rig), Ok((head, Tally { facts: whole.facts - 3, redacted: 3, ..whole })));
    let rows = read(rig, |tx| tx.audit().list(chain, ALL)).items;
    assert_eq!((rows[0].actor.as_str(), &rows[0].reason, &rows[0].old), ("user", &None, &AuditFacts::new()));
    assert_eq!((&rows[0].new, rows[0].redacted.join(" ").as_str()), (&entry.new, "actor old.estado reason"));
    assert_eq!((rows[1].actor.as_str(), rows[1].redacted.len()), ("user:ana", 0));
}

/// Verifies the one chain page by page, as one that does not fit into memory has to be.
fn walk(rig: &dyn Rig) -> Result<((i64, String), Tally), BrokenChain> {
    let mut verifier = ChainVerifier::default();
    loop {
        let (seq, hash) = verifier.head();
        let page = read(rig, |tx| tx.audit().list_chain("case:7", seq, 1));
        if page.is_empty() {
            return Ok(((seq, hash.to_owned()), verifier.tally()));
        }
        page.iter().try_for_each(|row| verifier.accept(row))?;
    }
}
