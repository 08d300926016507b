//! Every query of every port method is backed by an index: the statements are recorded as diesel sends them, and each
//! database is asked how it would run them.
#![cfg(all(feature = "sqlite", feature = "postgres"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::cell::RefCell;
use std::collections::BTreeSet;

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use diesel::prelude::*;
use followup_domain::asking::field_state::FieldState;
use followup_domain::asking::lanes::{Ask, Lane};
use followup_domain::asking::letter_text::KeptText;
use followup_domain::asking::missing::FieldPath;
use followup_domain::asking::plan::{AttemptStatus, BUILT_IN_TEMPLATE, PlanStatus, PlannedChannel, TemplateAttempt};
use followup_domain::asking::standing::InLane;
use followup_domain::audit::AuditChain;
use followup_domain::board::Span;
use followup_domain::case::deadlines::{DeadlineScope, NewDeadline};
use followup_domain::case::{Estado, FollowupStatus, Gravedad};
use followup_domain::contact::Failure;
use followup_domain::contact::{FailureReason, Permanence};
use followup_domain::ids::{AttemptId, CaseId, MessageId, RawId};
use followup_domain::mail::bounce::{FailedAddress, LetterReport};
use followup_domain::mail::inbound::{MailboxCursor, UnfetchedMail};
use followup_domain::mail::mailbox_health::{MailboxTrouble, Reconciliation};
use followup_domain::mail::report::ReportAction;
use followup_domain::message::Absence;
use followup_domain::message::{CallOutcome, Channel, Delivery, MailFlag, MessageStatus};
use followup_domain::ports::{
    AgendaQuery, Assignment, AttemptUpdate, CaseQuery, CaseSort, Discard, DoNotContact, DocumentedField, DueMedia, HeldLetter, LanePlace,
    NewAttempt, NewCallback, NewInboundMessage, NewPlan, NewProviderEvent, NewTemplate, Onlooker, Outcome, PageRequest, ReplyReading,
    StandingFilter, StoreError, TrayState, Tx, UserChange, of_one,
};
use followup_domain::proposal::{
    AnswerReading, FieldTarget, NewProposal, Precision, ProposalClass, ProposalDecision, ProposalStatus, SaidState,
};
use followup_domain::sending::{EventKind, ExternalName, StatusEvent};
use followup_domain::user::Role;
use followup_testkit::builders::{
    at, audit_entry, automatic, call, closure, imap_mail, lease, message_id, new_case, new_user, outbound, reply,
};
use followup_testkit::one_letter::OneLetter;
use support::postgres::PostgresRig;
use support::sqlite::SqliteRig;
use support::{Rig, write};

thread_local! {
    static STATEMENTS: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// Keeps the SQL of what this thread runs.
struct Recorder;

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let sql = text.split(" -- binds:").next().unwrap_or_default().to_owned();
            STATEMENTS.with_borrow_mut(|statements| statements.insert(sql));
        }
    }
}

const PAGE: PageRequest = PageRequest { offset: 0, limit: 20 };

/// The statements that the port's methods send, each method called at least once.
fn statements(rig: &dyn Rig) -> BTreeSet<String> {
    STATEMENTS.take();
    write(rig, cases_and_plans);
    write(rig, messages);
    write(rig, life_cycle);
    write(rig, inbox_audit_and_users);
    let is_query = |sql: &String| ["SELECT", "UPDATE", "DELETE"].iter().any(|verb| sql.trim_start().starts_with(verb));
    let all: BTreeSet<String> = STATEMENTS.take().into_iter().filter(is_query).collect();
    assert!(all.len() > 50, "only {} statements were recorded", all.len());
    all
}

fn cases_and_plans(tx: &mut dyn Tx) -> Result<(), StoreError> {
    let case_id = tx.cases().insert(&new_case())?;
    tx.cases().find(case_id)?;
    tx.cases().find_for_update(case_id)?;
    tx.cases().update(case_id, &new_case().record, at(1).date_naive(), 1, at(1))?;
    tx.warnings().set(case_id, Some(at(1)), &[])?;
    tx.cases().update_estado(case_id, Estado::Pendiente, Estado::EnProgreso, at(1))?;
    let all = CaseQuery::default();
    let day = Some(at(0).date_naive());
    for query in [
        CaseQuery { sort: CaseSort::OldestFirst, ..all.clone() },
        CaseQuery { sort: CaseSort::LastChangedFirst, ..all.clone() },
        CaseQuery { sort: CaseSort::LastReceivedFirst, ..all.clone() },
        CaseQuery { estado: Some(Estado::Pendiente), ..all.clone() },
        CaseQuery { gravedad: Some(Gravedad::Grave), ..all.clone() },
        CaseQuery { followup_status: Some(FollowupStatus::Open), ..all.clone() },
        CaseQuery { warned_at: Some(at(0)), ..all.clone() },
        CaseQuery { warned_at: Some(at(0)), sort: CaseSort::OldestFirst, ..all.clone() },
        CaseQuery { warned_at: Some(at(0)), sort: CaseSort::LastChangedFirst, ..all.clone() },
        CaseQuery { warned_at: Some(at(0)), sort: CaseSort::LastReceivedFirst, ..all.clone() },
        CaseQuery { awaiting_since: Some(at(0)), sort: CaseSort::OldestFirst, ..all.clone() },
        CaseQuery { received_from: day, received_to: day, sort: CaseSort::LastReceivedFirst, ..all.clone() },
        CaseQuery { sort: CaseSort::LastMovedFirst, ..all.clone() },
        CaseQuery { sort: CaseSort::AnswersFirst, ..all.clone() },
        CaseQuery { sort: CaseSort::NextFirst, ..all.clone() },
        CaseQuery { standing: StandingFilter { unread: Some(true), ..StandingFilter::default() }, reader: "ana".into(), ..all.clone() },
        CaseQuery { standing: StandingFilter { unattended: Some(true), ..StandingFilter::default() }, ..all.clone() },
        CaseQuery { standing: StandingFilter { moved_from: Some(at(0)), ..StandingFilter::default() }, ..all.clone() },
        CaseQuery { standing: StandingFilter { next_from: Some(at(0)), ..StandingFilter::default() }, ..all.clone() },
        CaseQuery {
            standing: StandingFilter { moved_from: Some(at(0)), moved_before: Some(at(9)), ..StandingFilter::default() },
            sort: CaseSort::LastMovedFirst,
            ..all.clone()
        },
        all,
    ] {
        tx.cases().list(&query, PAGE)?;
    }
    tx.exports().cases(&CaseQuery::default(), Some(case_id), 10)?;
    lists(tx, case_id)?;
    tx.templates().find(BUILT_IN_TEMPLATE)?;
    let plan = NewPlan { case_id, template_id: BUILT_IN_TEMPLATE, name: "x".into(), base_at: at(0), applied_at: at(0) };
    let plan_id = tx.plans().insert(&plan)?.id();
    tx.plans().insert(&plan)?;
    tx.plans().find_active(case_id)?;
    tx.plans().find_latest(case_id)?;
    tx.plans().end(plan_id, PlanStatus::Finished, at(1))?;
    let label = "x".to_owned();
    let attempt = NewAttempt {
        case_id,
        plan_id: None,
        position: 1,
        label,
        due_at: at(0),
        channel: Channel::Email.into(),
        reason: None,
        created_at: at(0),
    };
    let id = tx.attempts().insert_all(&[attempt])?[0];
    tx.attempts().find(id)?;
    tx.attempts().list(case_id)?;
    tx.attempts().list_due_cases(at(1), None, 10)?;
    let (from, to) = (AttemptStatus::Pending, AttemptStatus::Sending);
    tx.attempts().update(&AttemptUpdate { id, from, to, reason: None, message_id: None, due_at: None, reactivated: false, at: at(1) })?;
    Ok(())
}

fn lists(tx: &mut dyn Tx, case_id: CaseId) -> Result<(), StoreError> {
    let before = tx.standings().find(case_id)?.unwrap();
    let mut kept = before.clone();
    kept.standing.lanes = vec![InLane { lane: Lane::Stalled, ask: Ask::DecideNextStep, since: at(0), due_at: None }];
    tx.standings().update(case_id, &kept, &before)?;
    tx.standings().update(case_id, &before, &kept)?;
    tx.standings().list(&[case_id])?;
    tx.standings().thread_facts(case_id)?;
    tx.standings().list_outdated("x", 10)?;
    tx.standings().record_address_changed("x@example.org")?;
    tx.standings().take_outdated(case_id)?;
    for lane in Lane::ALL {
        tx.worklist().count(*lane, Onlooker { reader: "qf", now: at(0) })?;
        tx.worklist().list(*lane, Onlooker { reader: "qf", now: at(0) }, Some(LanePlace { since: at(0), id: 1 }), 10)?;
    }
    tx.board().answers(Span { from: at(0), to: at(9), offset: 0 }, at(9))?;
    tx.board().waiting(at(0))?;
    tx.whatsapp_templates().of_name("x")?;
    tx.exports().queued(Some(LanePlace { since: at(0), id: 1 }), 10)?;
    let agenda = AgendaQuery { from: at(0), to: at(9), status: None, after: None, limit: 10 };
    tx.attempts().list_agenda(&agenda)?;
    tx.attempts().list_agenda(&AgendaQuery { status: Some(AttemptStatus::Pending), after: Some((at(0), AttemptId(1))), ..agenda })?;
    Ok(())
}

fn messages(tx: &mut dyn Tx) -> Result<(), StoreError> {
    let case_id = tx.cases().insert(&new_case())?;
    let lease = lease("t", at(60));
    let id = tx.messages().insert_outbound(&automatic(case_id, "a"))?.id();
    tx.messages().insert_outbound(&automatic(case_id, "a"))?;
    tx.requests().set_asked(id, case_id, &[FieldPath::parse("dosis").unwrap().into()])?;
    tx.requests().set_asked(id, case_id, &[])?;
    tx.requests().asked(case_id)?;
    for _ in 0..2 {
        tx.automatics().reserve(case_id, id, at(0), chrono::Duration::hours(1))?;
    }
    tx.automatics().release(case_id, id)?;
    tx.automatics().queued(case_id)?;
    tx.automatics().count(case_id)?;
    tx.automatics().count_to("x@example.org", at(0))?;
    tx.dispatch().claim_mail(at(0), &lease, 10)?;
    tx.dispatch().holds_one(id, &lease.token)?;
    tx.dispatch().set_one(id, &lease.token, &outbound(case_id, "a").content)?;
    tx.dispatch().postpone_one(id, &lease.token, at(1), true, Some("x"))?;
    tx.dispatch().claim_mail(at(1), &lease, 10)?;
    tx.dispatch().transmit_one(id, &lease, b"raw", at(2))?;
    tx.dispatch().list_abandoned(at(100), 10)?;
    let outcome = |delivery| Outcome::of(delivery, at(3));
    tx.dispatch().record_one(id, &lease.token, &outcome(Delivery::Uncertain))?;
    tx.dispatch().record_one(id, &lease.token, &outcome(Delivery::Accepted))?;
    tx.messages().update_status(id, MessageStatus::Sent, MessageStatus::Responded, at(4))?;
    let withdrawn = tx.messages().insert_outbound(&outbound(case_id, "b"))?.id();
    tx.dispatch().claim_mail(at(1), &lease, 10)?;
    tx.dispatch().withdraw_one(withdrawn, &lease.token, "x", at(2))?;
    let skipped = tx.messages().insert_outbound(&outbound(case_id, "c"))?.id();
    tx.deliveries().skip(skipped, "x", at(4))?;
    tx.messages().find(id)?;
    tx.threads().whole(case_id)?;
    tx.threads().page(case_id, None, 20)?;
    tx.threads().page(case_id, Some(skipped), 20)?;
    tx.threads().headers(case_id)?;
    tx.threads().entries(case_id)?;
    tx.names().find(&[message_id("a"), message_id("b")])?;
    tx.exchanges().knows_address(case_id, "x@example.org")?;
    tx.answers().count_unattended(case_id)?;
    tx.threads().count(case_id)?;
    tx.answers().mark_read(case_id, "ana", id, at(5))?;
    tx.answers().mark_read(case_id, "ana", skipped, at(5))?;
    tx.answers().count_unread(&[case_id], "ana")?;
    tx.answers().has_unattended(case_id)?;
    tx.answers().attend(case_id, "ana")?;
    tx.exchanges().list_written_to(Channel::Sms, "+51999888777")?;
    tx.exchanges().last_heard(Channel::Whatsapp, "+51999888777")?;
    tx.exchanges().has_human_reply_after(case_id, followup_domain::ids::MessageId(0))?;
    proposals(tx, case_id, id)
}

/// Any message stands for the answer.
fn proposals(tx: &mut dyn Tx, case_id: CaseId, answer: MessageId) -> Result<(), StoreError> {
    tx.read_answers().await_reading(answer, case_id)?;
    tx.read_answers().awaiting("x", 10)?;
    tx.read_answers().keep_failure(answer, "x", "x", at(5))?;
    tx.read_answers().count_failed()?;
    let said = NewProposal {
        target: FieldTarget::of_case("paciente_peso"),
        state: SaidState::Unknown,
        value: None,
        unit: None,
        precision: Precision::Exact,
        computed: false,
        words: "x".into(),
        span: 0..1,
        rule: "x/1".into(),
        class: ProposalClass::Labelled,
        conflicts: Vec::new(),
    };
    let reading = AnswerReading { proposals: vec![said], unread: Vec::new() };
    tx.read_answers().keep_reading(answer, &reading, "x", at(5))?;
    tx.read_answers().unread(case_id)?;
    tx.proposals().count_open(&[case_id])?;
    tx.proposals().decided(case_id, 10)?;
    for open in tx.proposals().open(case_id)? {
        tx.proposals().find(case_id, &[open.id])?;
        let status = ProposalStatus::Rejected;
        tx.proposals().decide(open.id, &ProposalDecision { status, actor: "x".into(), at: at(5), value: None, reason: None })?;
    }
    Ok(())
}

/// Not the lists of small tables, which are read whole: templates, deadlines, users, breakers.
fn life_cycle(tx: &mut dyn Tx) -> Result<(), StoreError> {
    let case_id = tx.cases().insert(&new_case())?;
    tx.waiting().set(case_id, Some(at(0)))?;
    tx.waiting().list_to_escalate(at(0), None, 10)?;
    tx.waiting().record_escalated(case_id, at(1))?;
    tx.waiting().set(case_id, None)?;
    tx.waiting().settle(case_id, at(0))?;
    tx.exchanges().list(case_id)?;
    tx.audit().hold(AuditChain::System)?;
    let call_id = tx.messages().insert_call(&call(case_id, CallOutcome::Reached))?;
    let uncertain = tx.messages().insert_outbound(&outbound(case_id, "u"))?.id();
    tx.messages().confirm(call_id)?;
    tx.messages().link(uncertain, call_id)?;
    let outcome = Outcome::of(Delivery::Rejected, at(3));
    tx.deliveries().settle_uncertain(uncertain, &outcome)?;
    tx.deliveries().withdraw_queued(case_id, "x", at(4))?;
    tx.exchanges().list_open_requests(case_id)?;
    tx.exchanges().count(case_id)?;
    tx.trays().badge(Onlooker { reader: "qf", now: at(0) })?;
    let said = |path: FieldPath| DocumentedField {
        item: path.into(),
        state: FieldState::Unknown,
        reason: "x".into(),
        actor: "x".into(),
        at: at(0),
    };
    tx.fields().document(case_id, &said(FieldPath::parse("gravedad").unwrap()))?;
    tx.fields().documented(case_id)?;
    tx.fields().answered(case_id)?;
    tx.fields().remove_answered(case_id, &FieldPath::parse("gravedad").unwrap())?;
    tx.fields().remove_documented(case_id, &FieldPath::parse("gravedad").unwrap())?;
    tx.exchanges().last_answer(case_id)?;
    let contact = DoNotContact { address: "x@example.org".into(), reason: "x".into(), actor: "x".into(), at: at(0) };
    tx.do_not_contact().block(&contact)?;
    tx.do_not_contact().find_blocked("x@example.org")?;
    tx.do_not_contact().list_blocked(PAGE)?;
    tx.exports().list_blocked(Some("x"), 10)?;
    tx.do_not_contact().unblock("x@example.org")?;
    reports_and_addresses(tx, case_id, uncertain)?;
    tx.cases().close(case_id, &closure())?;
    tx.cases().reopen(case_id, at(5))?;
    let plan = NewPlan { case_id, template_id: BUILT_IN_TEMPLATE, name: "x".into(), base_at: at(0), applied_at: at(0) };
    let plan_id = tx.plans().insert(&plan)?.id();
    tx.plans().end(plan_id, PlanStatus::Finished, at(1))?;
    tx.plans().reopen(plan_id)?;
    let attempts = vec![TemplateAttempt { label: "x".into(), after_hours: 0, channel: PlannedChannel::Auto }];
    let template = NewTemplate { name: "x".into(), reference: None, attempts, notes: None };
    let template_id = tx.templates().insert(&template)?;
    tx.templates().update(template_id, &template)?;
    tx.templates().archive(template_id)?;
    let rule =
        NewDeadline { authority: "x".into(), role: "x".into(), scope: DeadlineScope::Any, days: 1, norm: "x".into(), verified: false };
    let text = KeptText { name: "x".into(), text: None, version: 1, changed_by: "x".into(), changed_at: at(0) };
    tx.letter_texts().put(&text)?;
    tx.letter_texts().put(&KeptText { version: 2, ..text })?;
    tx.letter_texts().find("x")?;
    let deadline_id = tx.deadlines().insert(&rule)?;
    tx.deadlines().update(deadline_id, &rule)?;
    tx.deadlines().remove(deadline_id)?;
    Ok(())
}

fn reports_and_addresses(tx: &mut dyn Tx, case_id: CaseId, letter: MessageId) -> Result<(), StoreError> {
    let outcome = Outcome::of(Delivery::Bounced, at(3));
    tx.deliveries().record_reports(&[(letter, &outcome)])?;
    tx.addresses().list_known(&["a@clinic.test"])?;
    tx.notices().of_case(case_id)?;
    tx.notices().about(letter)?;
    tx.notices().of_messages(&[letter])?;
    tx.threads().headers(case_id)?;
    tx.notices().name(letter, letter, &LetterReport { action: ReportAction::Failed, address: None, failure: None })?;
    let failure = Failure { permanence: Permanence::Hard, reason: FailureReason::UnknownUser, status: None };
    let address = "x@example.org".to_owned();
    tx.addresses().mark(&FailedAddress { address: address.clone(), failure, message_id: None, in_a_row: 1, held: true, at: at(0) })?;
    tx.addresses().find(&address)?;
    for held in [true, false] {
        tx.addresses().list(held, PAGE)?;
        tx.exports().failed(held, Some("x"), 10)?;
    }
    tx.held_letters().hold(&HeldLetter { case_id, attempt_id: None, address: address.clone() })?;
    tx.held_letters().list(case_id)?;
    tx.held_letters().list_restorable_cases(None, 10)?;
    tx.held_letters().list_cases_held_for((&address, &address), None, 10)?;
    tx.held_letters().release(case_id, None)?;
    tx.addresses().clear(&address)?;
    Ok(())
}

fn trays(tx: &mut dyn Tx) -> Result<(), StoreError> {
    let case_id = tx.cases().insert(&new_case())?;
    let mail = tx.inbox().insert(&imap_mail(1, 30, b"t"))?.id();
    let raw_id = tx.inbox().find_for_update(mail)?.unwrap().raw_id.unwrap();
    let lost = NewInboundMessage { case_id: None, case_match: None, ..reply(case_id, raw_id, "lost") };
    let lost = tx.messages().insert_inbound(&lost)?;
    let discard = Discard { reason: "x".into(), actor: "x".into(), at: at(0) };
    tx.trays().discard(lost, &discard)?;
    for state in [TrayState::Open, TrayState::Discarded] {
        tx.trays().list(state, PAGE)?;
        tx.quarantine().list(state, PAGE)?;
        let after = Some(LanePlace { since: at(0), id: 1 });
        tx.exports().unassigned(state, after, 10)?;
        tx.exports().quarantined(state, after, 10)?;
    }
    tx.trays().find(lost)?;
    tx.trays().assign(lost, &Assignment { case_id, parent_id: None, confirmed: true, is_repeated: false })?;
    let letter = tx.messages().insert_outbound(&outbound(case_id, "asks"))?.id();
    tx.readings().insert(lost, &ReplyReading { parent_id: letter, reply: "x".into(), quoted: None })?;
    let answer = tx.messages().insert_inbound(&NewInboundMessage { parent_id: Some(letter), ..reply(case_id, raw_id, "answer") })?;
    tx.messages().find(answer)?;
    tx.readings().insert_flag(answer, MailFlag::FurtherCases)?;
    tx.readings().flags(&[answer])?;
    tx.trays().open_cases_of(&["rojas@example.org".into()])?;
    tx.names().insert_alias(&message_id("alias"), lost)?;
    tx.names().find_by_aliases(&[message_id("alias"), message_id("b")])?;
    tx.inbox().record_quarantined(mail, "x")?;
    tx.inbox().record_partial(mail)?;
    tx.inbox().is_partial(mail)?;
    tx.quarantine().discard(mail, &discard)?;
    tx.quarantine().list(TrayState::Discarded, PAGE)?;
    tx.quarantine().find_discard(mail)?;
    tx.quarantine().requeue(mail)?;
    tx.unfetched().request_retry("x", at(0))?;
    tx.unfetched().take_retry_request("x")?;
    tx.mailboxes().acknowledge_set_back("x")?;
    let reason = "x".to_owned();
    let mailbox = "fv@example.net/INBOX".to_owned();
    tx.mailboxes().set_cursor(&mailbox, MailboxCursor { uid_validity: 1, last_uid: 1 })?;
    tx.unfetched().insert(&UnfetchedMail { mailbox, uid: (1, 30), arrived_at: at(0), recorded_at: at(0), reason })?;
    Ok(())
}

fn mailboxes(tx: &mut dyn Tx) -> Result<(), StoreError> {
    let place = MailboxCursor { uid_validity: 1, last_uid: 9 };
    let reason = "x".to_owned();
    let unfetched = UnfetchedMail { mailbox: "fv@example.net/INBOX".into(), uid: (1, 9), arrived_at: at(0), recorded_at: at(0), reason };
    for raw in [b"a", b"c"] {
        tx.unfetched().insert(&unfetched)?;
        let stored = tx.inbox().insert(&imap_mail(1, 9, raw))?.id();
        tx.unfetched().settle_elsewhere(stored, 2)?;
    }
    for _ in 0..2 {
        tx.unfetched().count_refusal("x", place)?;
    }
    tx.unfetched().list_known("x", place, 10)?;
    tx.unfetched().list("x", place, 10)?;
    tx.mailboxes().record_read("x", at(0))?;
    tx.mailboxes().record_trouble("x", at(0), MailboxTrouble::SignIn, true)?;
    tx.mailboxes().record_reconciliation("x", Reconciliation { at: at(0), in_mailbox: 1, stored: 1 })?;
    tx.mailboxes().health()?;
    Ok(())
}

fn inbox_audit_and_users(tx: &mut dyn Tx) -> Result<(), StoreError> {
    let case_id = tx.cases().insert(&new_case())?;
    let id = tx.inbox().insert(&imap_mail(1, 1, b"a"))?.id();
    tx.inbox().insert(&imap_mail(1, 2, b"a"))?;
    let bad = tx.inbox().insert(&imap_mail(1, 3, b"b"))?.id();
    tx.mailboxes().cursor("x")?;
    tx.mailboxes().set_cursor("x", MailboxCursor { uid_validity: 1, last_uid: 1 })?;
    tx.inbox().list_stored(10)?;
    let raw_id = tx.inbox().find_for_update(id)?.unwrap().raw_id.unwrap();
    tx.originals().find_whole_arrival(id)?;
    tx.inbox().is_stored(id)?;
    tx.originals().find_whole(raw_id)?;
    let message_id = tx.messages().insert_inbound(&reply(case_id, raw_id, "r"))?;
    tx.inbox().record_processed(id, Some(message_id))?;
    tx.inbox().record_quarantined(bad, "x")?;
    mailboxes(tx)?;
    trays(tx)?;
    let chain = AuditChain::Case(case_id);
    tx.audit().append_all(&[audit_entry(chain, "a"), audit_entry(chain, "b")])?;
    tx.audit().list(chain, PAGE)?;
    tx.audit().list_chain("system", 0, 10)?;
    tx.audit().list_heads(Some("a"), 10)?;
    for _ in 0..2 {
        tx.users().insert(&new_user("ana"))?;
    }
    tx.users().find_by_username("ana")?;
    for change in [UserChange::Password("x".into()), UserChange::Disabled(true), UserChange::Roles(vec![Role::Qf])] {
        tx.users().change("ana", &change, at(0))?;
    }
    tx.idempotency().begin("k", "f", at(0))?;
    tx.idempotency().complete("k", 1)?;
    tx.idempotency().begin("k", "f", at(0))?;
    let breaker = tx.breakers().find_for_update("x", at(0))?;
    tx.breakers().update(&breaker)?;
    tx.breakers().find("x")?;
    tx.audit().find_head(chain)?;
    tx.messages().insert_outbound(&outbound(case_id, "waits"))?;
    tx.health().queue(at(0))?;
    tx.health().queued_by_channel()?;
    tx.health().due_attempts(at(0))?;
    tx.health().sent_since(at(0))?;
    provider_events(tx, raw_id, message_id)?;
    tx.health().schema_version()?;
    Ok(())
}

fn provider_events(tx: &mut dyn Tx, raw_id: RawId, message_id: MessageId) -> Result<(), StoreError> {
    let callback = NewCallback { provider: "x".into(), channel: Channel::Sms, received_at: at(0), raw: b"call".to_vec() };
    let call = of_one(tx.provider_events().insert_callbacks(std::slice::from_ref(&callback))?)?.id();
    tx.provider_events().insert_callbacks(&[callback])?;
    tx.provider_events().list_calls(&[call])?;
    tx.provider_events().take_calls(&[call])?;
    tx.originals().list_small(&[raw_id])?;
    tx.deliveries().find_for_update(&[message_id])?;
    tx.standings().record_moved(&[CaseId(1)], at(0))?;
    let event = StatusEvent {
        key: "k".into(),
        provider_id: Some("A".into()),
        reference: Some("r".into()),
        kind: EventKind::Delivered,
        failure: None,
        at: Some(at(0)),
    };
    let new = NewProviderEvent { provider: "x".into(), event, received_at: at(0), raw_id, told_of: None };
    let id = of_one(tx.provider_events().insert(std::slice::from_ref(&new))?)?.id();
    tx.provider_events().insert(&[new])?;
    tx.provider_events().list_waiting("x", &["A", "B"], &["r", "s"])?;
    tx.provider_events().record_told(id, message_id)?;
    tx.media().list_due("x", at(0), 10)?;
    let file = DueMedia { message_id, case_id: None, n: 0, provider: "x".into(), source: "a".into(), sha256: None, tries: 0 };
    tx.media().claim(&file, at(1))?;
    tx.media().record_fetched(&file, b"file", at(1))?;
    tx.media().record_absent(&file, Absence::Expired)?;
    tx.media().find_bytes(message_id, 0)?;
    let name = ExternalName::new("x", "A");
    tx.names().insert_provider(&name, message_id)?;
    tx.names().find_provider(&name)?;
    Ok(())
}

#[derive(QueryableByName)]
struct PlanRow {
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct ExplainRow {
    #[diesel(sql_type = diesel::sql_types::Text, column_name = "QUERY PLAN")]
    line: String,
}

#[test]
fn sqlite_reads_no_table_from_end_to_end() {
    set_default_instrumentation(|| Some(Box::new(Recorder))).unwrap();
    let rig = SqliteRig::migrated();
    let statements = statements(&rig);
    let mut conn = rig.connect();
    let (mut used, mut reads_whole_tables) = (String::new(), Vec::new());
    for sql in statements {
        let plan: Vec<PlanRow> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(&mut conn).unwrap();
        for PlanRow { detail } in plan.into_iter().filter(|step| step.detail != "SCAN CONSTANT ROW") {
            // "SCAN icsr USING INDEX" walks an index in the wanted order, or counts along it.
            let reads_all = detail.starts_with("SCAN") && !detail.contains("INDEX") && !is_of_the_statement(&sql, &detail);
            if reads_all || is_filtered_walk(&sql, &detail) {
                reads_whole_tables.push(format!("{detail}: {sql}"));
            }
            used.push_str(&detail);
        }
    }
    assert!(reads_whole_tables.is_empty(), "{}", reads_whole_tables.join("\n"));
    assert_used(&used);
}

/// What a statement put together itself (`WITH … AS (`) is as large as what it read along an index.
fn is_of_the_statement(sql: &str, detail: &str) -> bool {
    let name = detail.trim_start_matches("SCAN ").split(' ').next().unwrap_or_default();
    name.starts_with('(') || sql.contains(&format!(" {name} AS (")) || sql.contains(&format!("WITH {name} AS ("))
}

/// Indexes that hold the rows of one condition only.
const PARTIAL: [&str; 14] = [
    "answer_reading_waiting",
    "answer_reading_failed",
    "proposal_open",
    "proposal_decided",
    "icsr_awaiting",
    "outbound_sent",
    "icsr_warned",
    "outbound_failed",
    "outbound_uncertain",
    "inbound_unconfirmed",
    "inbound_unattended",
    "inbound_unattended_oldest",
    "failed_contact_held",
    "case_standing_unattended",
];

/// Indexes that were made for one query each.
const USED: [&str; 20] = [
    "answer_reading_case",
    "outbound_resend_of",
    "outbound_reminder_of",
    "outbound_recipient",
    "inbound_tray",
    "message_case",
    "message_correspondent",
    "external_name_message",
    "case_contact_key",
    "field_entry_case",
    "field_entry_asked",
    "field_entry_takes_back",
    "icsr_to_escalate",
    "attempt_pending",
    "attempt_agenda",
    "case_lane_since",
    "case_standing_moved",
    "case_standing_answers",
    "case_standing_next",
    "case_standing_computed",
];

/// A condition that does not match its partial index word for word would fall back on another one, unseen.
fn assert_used(plans: &str) {
    for index in PARTIAL.into_iter().chain(USED) {
        assert!(plans.contains(index), "nothing uses {index}");
    }
}

/// Walking a whole index to find the rows of a condition is no better than reading the table.
fn is_filtered_walk(sql: &str, detail: &str) -> bool {
    detail.starts_with("SCAN") && sql.contains("WHERE") && !PARTIAL.iter().any(|index| detail.ends_with(index))
}

/// Mail of which nothing waits: only then is the index of what waits the shorter one.
const MUCH_MAIL: &[&str] = &[
    "INSERT INTO message (id, case_id, channel, direction, created_at, thread_at, body)
        SELECT n, 1, 'email', 'in', now(), now(), '' FROM generate_series(10001, 15000) AS n",
    "INSERT INTO inbound (message_id, classification, recorded_at) SELECT n, 'human', now() FROM generate_series(10001, 15000) AS n",
    "ANALYZE message, inbound",
];

#[test]
fn postgres_needs_no_sequential_scan() {
    set_default_instrumentation(|| Some(Box::new(Recorder))).unwrap();
    let rig = PostgresRig::migrated();
    let statements = statements(&rig);
    let mut conn = rig.connect();
    for filling in MUCH_MAIL {
        diesel::sql_query(*filling).execute(&mut conn).unwrap();
    }
    // Most tables are all but empty: a sequential scan is chosen only where there is nothing else.
    for setting in ["enable_seqscan = off", "plan_cache_mode = force_generic_plan"] {
        diesel::sql_query(format!("SET {setting}")).execute(&mut conn).unwrap();
    }
    let mut used = String::new();
    for (number, sql) in statements.iter().enumerate() {
        let parameters = (1..).take_while(|number| sql.contains(&format!("${number}"))).count();
        diesel::sql_query(format!("PREPARE s{number} AS {sql}")).execute(&mut conn).unwrap();
        let arguments = if parameters == 0 { String::new() } else { format!("({})", vec!["NULL"; parameters].join(", ")) };
        let plan: Vec<ExplainRow> = diesel::sql_query(format!("EXPLAIN EXECUTE s{number}{arguments}")).load(&mut conn).unwrap();
        let plan: Vec<String> = plan.into_iter().map(|row| row.line).collect();
        assert!(!plan.iter().any(|line| line.contains("Seq Scan")), "{sql}\n{}", plan.join("\n"));
        used.push_str(&plan.join("\n"));
    }
    assert_used(&used);
}
