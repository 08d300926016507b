//! What the database itself refuses, tried with raw SQL.

use followup_audit::{BrokenChain, ChainVerifier, Problem, Tally};
use followup_domain::asking::missing::FieldPath;
use followup_domain::audit::{Actor, AuditChain, AuditEntry, AuditFacts};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::mail::bounce::MailNotice;
use followup_domain::message::{Attachment, CallOutcome, CaseMatch, Delivery, MailFlag, MatchKind, MessageKind};
use followup_domain::ports::{Discard, NewInboundMessage, NewOutboundMessage, Outcome, PageRequest, ReplyReading, Updated};
use followup_testkit::builders::{at, audit_entry, automatic, call, imap_mail, lease, new_case, notification, outbound, reply};
use followup_testkit::one_letter::OneLetter;

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
        tx.dispatch().claim_mail(at(0), &lease, 1)?;
        tx.dispatch().set_one(id, &lease.token, &outbound(case_id, "x").content)?;
        assert_eq!(tx.dispatch().transmit_one(id, &lease, b"raw", at(1))?, Updated::Yes);
        let outcome = Outcome::of(Delivery::Accepted, at(2));
        tx.dispatch().record_one(id, &lease.token, &outcome)?;
        Ok(id)
    })
}

fn a_stored_reply(rig: &dyn Rig, case_id: Option<CaseId>) -> MessageId {
    write(rig, |tx| {
        let mail = tx.inbox().insert(&imap_mail(1, 1, b"reply"))?.id();
        let raw_id = tx.inbox().find_for_update(mail)?.unwrap().raw_id.unwrap();
        let file = Attachment { name: None, content_type: "text/plain".into(), size: 1, sha256: "x".into(), content_id: None };
        let mut message = NewInboundMessage { attachments: vec![file], ..reply(CaseId(0), raw_id, "r") };
        message.case_id = case_id;
        let id = tx.messages().insert_inbound(&message)?;
        tx.inbox().record_processed(mail, Some(id))?;
        Ok(id)
    })
}

/// Every column that says what was written, by whom, when.
const CONTENT: &[(&str, &[&str])] = &[
    (
        "message",
        &[
            "channel = 'sms'",
            "direction = 'unit'",
            "body = 'x'",
            "from_address = 'x'",
            "to_address = 'x'",
            "correspondent = 'x'",
            "unique_key = 'x'",
            "created_at = '2001-01-01 00:00:00.000000+00:00'",
            "thread_at = '2001-01-01 00:00:00.000000+00:00'",
            "case_id = NULL",
        ],
    ),
    ("mail_header", &["subject = 'x'", "has_html = TRUE", "in_reply_to = '[\"<x@y>\"]'", "reference_ids = '[\"<x@y>\"]'"]),
    ("external_name", &["name = '<x@y>'", "scope = 'provider'"]),
    (
        "outbound",
        &[
            "kind = 'plan_letter'",
            "delivery = 'queued'",
            "recipient = 'x'",
            "content_id = NULL",
            "transmitted_at = NULL",
            "sent_at = NULL",
            "template = '{}'",
            "resend_of = message_id",
            "reminder_of = message_id",
        ],
    ),
    ("inbound", &["classification = 'bounce'", "quoted = 'x'", "content_id = NULL", "duplicate_of = message_id"]),
    ("attachment", &["name = 'x'", "media_type = 'x'", "n = 9"]),
    ("mail_flag", &["flag = 'forged_reply_address'"]),
    ("reply_reading", &["body = 'x'"]),
];

/// Rows of all that is written of a message.
fn a_whole_thread(rig: &dyn Rig) -> CaseId {
    let case_id = a_case(rig);
    let (sent, received) = (a_sent_letter(rig, case_id), a_stored_reply(rig, Some(case_id)));
    write(rig, |tx| {
        tx.readings().insert_flag(received, MailFlag::FurtherCases)?;
        tx.readings().insert(received, &ReplyReading { parent_id: sent, reply: "x9".into(), quoted: None })
    });
    case_id
}

pub fn the_content_of_a_message_cannot_be_rewritten(rig: &dyn Rig) {
    let case_id = a_whole_thread(rig);
    let before = read(rig, |tx| tx.threads().whole(case_id));
    for (table, changes) in CONTENT {
        for change in *changes {
            refused(rig, &format!("UPDATE {table} SET {change}"));
        }
    }
    assert_eq!(read(rig, |tx| tx.threads().whole(case_id)), before);
}

pub fn a_queued_manual_text_is_final_and_an_automatic_one_is_not(rig: &dyn Rig) {
    let case_id = a_case(rig);
    let manual = write(rig, |tx| tx.messages().insert_outbound(&outbound(case_id, "m"))).id();
    let told = write(rig, |tx| tx.messages().insert_outbound(&notification(case_id, "n"))).id();
    for id in [manual, told] {
        refused(rig, &format!("UPDATE message SET body = 'x' WHERE id = {id}"));
        refused(rig, &format!("UPDATE mail_header SET subject = 'x' WHERE message_id = {id}"));
        refused(rig, &format!("UPDATE outbound SET template = '{{}}' WHERE message_id = {id}"));
    }
    for kind in [MessageKind::AutomaticRequest, MessageKind::PlanLetter, MessageKind::SentNow] {
        let new = NewOutboundMessage { kind, ..automatic(case_id, kind.as_str()) };
        let letter = write(rig, |tx| tx.messages().insert_outbound(&new)).id();
        rig.execute(&format!("UPDATE message SET body = 'x' WHERE id = {letter}")).unwrap();
        rig.execute(&format!("UPDATE mail_header SET subject = 'x' WHERE message_id = {letter}")).unwrap();
        rig.execute(&format!("UPDATE outbound SET template = '{{}}' WHERE message_id = {letter}")).unwrap();
        refused(rig, &format!("UPDATE outbound SET kind = 'manual' WHERE message_id = {letter}"));
        refused(rig, &format!("UPDATE external_name SET name = '<x@y>' WHERE message_id = {letter}"));
    }
}

pub fn a_message_gets_a_case_once_and_its_states_may_change(rig: &dyn Rig) {
    let (case_id, other) = (a_case(rig), a_case(rig));
    let lost = a_stored_reply(rig, None);
    rig.execute(&format!("UPDATE message SET case_id = {case_id} WHERE id = {lost}")).unwrap();
    rig.execute(&format!("UPDATE inbound SET match_kind = 'manual', match_confirmed = TRUE WHERE message_id = {lost}")).unwrap();
    refused(rig, &format!("UPDATE message SET case_id = {other} WHERE id = {lost}"));
    rig.execute(&format!("UPDATE message SET parent_id = {lost} WHERE id = {lost}")).unwrap();
    let sent = a_sent_letter(rig, case_id);
    rig.execute(&format!("UPDATE outbound SET status = 'responded', delivery = 'delivered' WHERE message_id = {sent}")).unwrap();
}

pub fn a_logged_call_cannot_be_rewritten(rig: &dyn Rig) {
    let case_id = a_case(rig);
    let id = write(rig, |tx| tx.messages().insert_call(&call(case_id, CallOutcome::NoAnswer)));
    for change in ["call SET outcome = 'reached'", "call SET outcome = NULL"] {
        refused(rig, &format!("UPDATE {change} WHERE message_id = {id}"));
    }
    for change in ["body = 'x'", "to_address = 'x'"] {
        refused(rig, &format!("UPDATE message SET {change} WHERE id = {id}"));
    }
    for change in ["kind = 'manual'", "delivery = 'queued'"] {
        refused(rig, &format!("UPDATE outbound SET {change} WHERE message_id = {id}"));
    }
    refused(rig, &format!("DELETE FROM call WHERE message_id = {id}"));
    rig.execute(&format!("UPDATE outbound SET status = 'completed' WHERE message_id = {id}")).unwrap();
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

/// Tables of which no row is ever deleted.
pub const KEPT: [&str; 17] = [
    "message",
    "outbound",
    "inbound",
    "mail_header",
    "call",
    "attachment",
    "external_name",
    "reply_reading",
    "mail_flag",
    "content",
    "arrival",
    "provider_event",
    "field_entry",
    "audit_log",
    "audit_fact",
    "audit_head",
    "icsr",
];

pub fn what_was_sent_received_or_asked_cannot_be_deleted(rig: &dyn Rig) {
    let case_id = a_case(rig);
    let letter = a_sent_letter(rig, case_id);
    let answer = a_stored_reply(rig, Some(case_id));
    write(rig, |tx| {
        tx.readings().insert_flag(answer, MailFlag::FurtherCases)?;
        tx.readings().insert(answer, &ReplyReading { parent_id: letter, reply: "x".into(), quoted: None })?;
        tx.messages().insert_call(&call(case_id, CallOutcome::Reached))?;
        tx.audit().append(&audit_entry(AuditChain::Case(case_id), "a"))
    });
    rig.execute(&format!(
        "INSERT INTO provider_event (provider, event_key, provider_id, kind, at, received_at, content_id) \
         SELECT 'p', 'k', 'i', 'delivered', created_at, created_at, {} FROM message WHERE id = {letter}",
        rig.texts("SELECT CAST(min(id) AS TEXT) AS text FROM content").remove(0)
    ))
    .unwrap();
    for table in KEPT {
        refused(rig, &format!("DELETE FROM {table}"));
    }
    for change in [
        "content SET bytes = 'x'",
        "field_entry SET path = 'dosis'",
        "field_entry SET actor = 'x'",
        "provider_event SET kind = 'failed'",
        "provider_event SET at = '2001-01-01 00:00:00.000000+00:00'",
    ] {
        refused(rig, &format!("UPDATE {change}"));
    }
    for change in ["content_id = 1", "mailbox = 'x'", "uid = 9", "arrived_at = '2001-01-01 00:00:00.000000+00:00'", "channel = 'sms'"] {
        refused(rig, &format!("UPDATE arrival SET {change}"));
    }
    // A provider's event may be found to be of one of our messages, once.
    rig.execute(&format!("UPDATE provider_event SET message_id = {letter}")).unwrap();
    refused(rig, &format!("UPDATE provider_event SET message_id = {answer}"));
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
        tx.trays().discard(lost, &discard)?;
        tx.notices().insert(&notice)?;
        let bad = tx.inbox().insert(&imap_mail(1, 3, b"bad"))?.id();
        tx.inbox().record_quarantined(bad, "x")?;
        tx.quarantine().discard(bad, &discard)?;
        Ok(bad)
    });
    for table in ["discarded_mail", "discarded_arrival", "mail_notice"] {
        refused(rig, &format!("DELETE FROM {table}"));
    }
    for change in ["discarded_mail SET reason = 'x'", "discarded_arrival SET actor = 'x'", "mail_notice SET why = 'y'"] {
        refused(rig, &format!("UPDATE {change}"));
    }
    // What was set aside may come back; the trail tells of both.
    assert_eq!(write(rig, |tx| tx.quarantine().requeue(bad)), Updated::Yes);
    assert_eq!(read(rig, |tx| tx.quarantine().find_discard(bad)), None);
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

/// What a letter asks for is final with it; what was documented or answered is taken back by a later entry alone.
pub fn the_ledger_of_fields_only_grows(rig: &dyn Rig) {
    let case_id = a_case(rig);
    let letter = a_sent_letter(rig, case_id);
    let columns = "INSERT INTO field_entry (case_id, path, state, asked_by, takes_back)";
    refused(rig, &format!("{columns} VALUES ({case_id}, 'dosis', 'asked', {letter}, NULL)"));
    refused(rig, &format!("{columns} VALUES ({case_id}, 'dosis', 'asked', NULL, NULL)"));
    refused(rig, &format!("{columns} SELECT case_id, path, 'open', NULL, id FROM field_entry"));
    refused(rig, &format!("{columns} VALUES ({case_id}, 'dosis', 'unknown', NULL, NULL)"));
    refused(rig, &format!("{columns} VALUES ({case_id}, 'dosis', 'nonsense', NULL, NULL)"));
    refused(rig, "DELETE FROM field_entry");
    let queued = write(rig, |tx| tx.messages().insert_outbound(&automatic(case_id, "next"))).id();
    let path = |name: &str| vec![FieldPath::parse(name).unwrap().into()];
    for asked in [path("gravedad"), path("paciente_peso"), path("paciente_peso")] {
        write(rig, |tx| tx.requests().set_asked(queued, case_id, &asked));
    }
    let states = rig.texts(&format!("SELECT state AS text FROM field_entry WHERE case_id = {case_id} ORDER BY id"));
    assert_eq!(states, ["asked", "asked", "open", "asked"]);
}
