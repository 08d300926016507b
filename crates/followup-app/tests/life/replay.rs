//! A case told again from its audit trail alone. Each row must fit the state that the rows before it tell: a change without its
//! row, or with two of them, does not fit.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use followup_domain::audit::{AuditFacts, AuditRow, AuditValue};
use followup_domain::message::Delivery;

/// What the trail tells of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToldMessage {
    pub kind: String,
    pub status: Option<String>,
    pub delivery: Option<String>,
    pub attempt: Option<i64>,
    /// It was sent in place of another one.
    pub resent: bool,
    pub confirmed: Option<bool>,
    /// What a person said that it answers.
    pub linked: Option<i64>,
}

/// What the trail tells of an attempt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToldAttempt {
    pub status: String,
    pub reason: Option<String>,
    /// The row that brought it back, if one did.
    pub reactivated: Option<i64>,
    /// The last row by which a person wanted it sent.
    pub wanted: Option<i64>,
    /// The row that scheduled it, where it is in no plan.
    pub scheduled: Option<i64>,
    /// Its due date, where a row told one.
    pub due_at: Option<AuditValue>,
    /// The message that carries it out.
    pub message: Option<i64>,
}

/// A letter that may have left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    pub seq: i64,
    pub at: DateTime<Utc>,
    pub message: i64,
    pub kind: String,
    pub attempt: Option<i64>,
    pub resent: bool,
    /// The follow-up, its attempt and what nobody had read, as they were at that moment.
    pub followup: String,
    pub estado: String,
    pub estado_since: i64,
    pub attempt_status: Option<String>,
    pub unattended: i64,
    /// What the transport said afterwards.
    pub answer: Option<String>,
}

/// A case as its trail tells it.
#[derive(Debug, Default)]
pub struct Told {
    pub messages: BTreeMap<i64, ToldMessage>,
    pub attempts: BTreeMap<i64, ToldAttempt>,
    pub plans: BTreeMap<i64, (i64, String)>,
    pub followup: String,
    pub estado: String,
    /// The row since which the case is as done as it is.
    pub estado_since: i64,
    /// Every field that holds something.
    pub record: AuditFacts,
    /// Reason and notes of the closing.
    pub closure: Option<(String, String)>,
    /// Fields documented as not to be had, and how.
    pub documented: BTreeMap<String, String>,
    /// Fields that were asked for and are answered: by which messages.
    pub answered: BTreeMap<String, (Option<i64>, Option<i64>)>,
    /// The waits that the unit was told of.
    escalated: Vec<AuditValue>,
    pub departures: Vec<Departure>,
    /// The rows by which a person's mail came in.
    pub human_replies: Vec<i64>,
    unattended: i64,
}

/// Tells a case from its rows.
pub fn replay(rows: &[AuditRow]) -> Told {
    let mut told = Told { followup: "open".into(), ..Told::default() };
    for row in rows {
        told.take(row);
    }
    told
}

impl Told {
    fn take(&mut self, row: &AuditRow) {
        match (row.entity.as_str(), row.action.as_str()) {
            ("case", action) => self.take_case(row, action),
            ("message", action) => self.take_message(row, action),
            ("attempt", "attempt.scheduled") => {
                let due_at = row.new.get("due_at").cloned();
                // Why a person schedules it stands in the trail alone.
                let reason = row.reason.clone().filter(|_| row.actor.starts_with("service"));
                let new = ToldAttempt { status: "pending".into(), reason, scheduled: Some(row.seq), due_at, ..ToldAttempt::default() };
                assert_eq!(self.attempts.insert(row.entity_id, new), None, "scheduled twice: {row:?}");
            }
            ("attempt", "attempt.status") => self.take_attempt(row),
            ("plan", action) => self.take_plan(row, action),
            _ => panic!("a row that this trail should not have: {row:?}"),
        }
    }

    fn take_case(&mut self, row: &AuditRow, action: &str) {
        match action {
            "case.created" => {
                self.estado = text(&row.new, "estado").unwrap_or_else(|| "Pendiente".into());
                self.estado_since = row.seq;
                self.record = row.new.clone();
            }
            "case.updated" => {
                for (field, new) in &row.new {
                    let old = self.record.get(field).unwrap_or(&AuditValue::Null);
                    assert_eq!(row.old.get(field), Some(old), "{field}: {row:?}");
                    assert_ne!(old, new, "{field} did not change: {row:?}");
                    self.record.insert(field.clone(), new.clone());
                }
                assert!(!row.new.is_empty(), "an update that changed nothing: {row:?}");
                if row.new.contains_key("estado") {
                    self.move_estado(row);
                }
            }
            "case.estado" => self.move_estado(row),
            "followup.closed" | "followup.reopened" => {
                assert_eq!(text(&row.old, "followup_status").as_ref(), Some(&self.followup), "{row:?}");
                let next = text(&row.new, "followup_status").unwrap();
                assert_ne!(next, self.followup, "no change: {row:?}");
                self.closure = text(&row.new, "reason").zip(text(&row.new, "notes"));
                self.followup = next;
            }
            "thread.read" => {}
            "thread.attended" => self.unattended -= integer(&row.new, "answers").unwrap(),
            "field.documented" => {
                let field = text(&row.new, "field").unwrap();
                assert_eq!(text(&row.old, "state").as_ref(), self.documented.get(&field), "{row:?}");
                self.documented.insert(field, text(&row.new, "state").unwrap());
            }
            "field.answered" => {
                let field = text(&row.new, "field").unwrap();
                let by = (integer(&row.new, "asked_by"), integer(&row.new, "answered_by"));
                assert_eq!(self.answered.insert(field, by), None, "answered twice: {row:?}");
            }
            "field.unanswered" => {
                assert!(self.answered.remove(&text(&row.old, "field").unwrap()).is_some(), "{row:?}");
            }
            "field.reopened" => {
                let field = text(&row.old, "field").unwrap();
                assert_eq!(self.documented.remove(&field), text(&row.old, "state"), "{row:?}");
            }
            "followup.escalated" => {
                let wait = row.new["awaiting_since"].clone();
                assert!(!self.escalated.contains(&wait), "told of twice: {row:?}");
                self.escalated.push(wait);
            }
            _ => panic!("unknown action: {row:?}"),
        }
    }

    fn move_estado(&mut self, row: &AuditRow) {
        assert_eq!(text(&row.old, "estado").as_ref(), Some(&self.estado), "{row:?}");
        self.estado = text(&row.new, "estado").unwrap();
        self.estado_since = row.seq;
        self.record.insert("estado".into(), row.new["estado"].clone());
    }

    fn take_plan(&mut self, row: &AuditRow, action: &str) {
        if action == "plan.applied" {
            assert_eq!(self.plans.insert(row.entity_id, (row.seq, "active".into())), None, "applied twice: {row:?}");
            return;
        }
        let (_, status) = self.plans.get_mut(&row.entity_id).expect("a plan is applied before it ends");
        assert_eq!(text(&row.old, "status").as_ref(), Some(&*status), "{row:?}");
        let next = text(&row.new, "status").unwrap();
        assert_ne!(next, *status, "no change: {row:?}");
        *status = next;
    }

    fn take_attempt(&mut self, row: &AuditRow) {
        let pending = || ToldAttempt { status: "pending".into(), ..ToldAttempt::default() };
        let attempt = self.attempts.entry(row.entity_id).or_insert_with(pending);
        assert_eq!(text(&row.old, "status").as_ref(), Some(&attempt.status), "{row:?}");
        let next = text(&row.new, "status").unwrap();
        assert!(next != attempt.status || row.new.contains_key("due_at"), "no change: {row:?}");
        if next == "pending" && attempt.status != "pending" {
            attempt.reactivated = Some(row.seq);
        }
        if next == "pending" && !row.actor.starts_with("service") {
            attempt.wanted = Some(row.seq);
        }
        attempt.status = next;
        attempt.reason = row.reason.clone();
        if let Some(due_at) = row.new.get("due_at") {
            assert!(attempt.due_at.is_none() || attempt.due_at.as_ref() == row.old.get("due_at"), "{row:?}");
            attempt.due_at = Some(due_at.clone());
        }
        attempt.message = integer(&row.new, "message_id").or(attempt.message);
    }

    fn take_message(&mut self, row: &AuditRow, action: &str) {
        match action {
            "message.queued" => self.insert(row, text(&row.new, "kind").unwrap(), Some("pending"), Some("queued")),
            "message.received" => {
                self.insert(row, "inbound".into(), None, None);
                if text(&row.new, "classification").as_deref() == Some("human") {
                    self.human_replies.push(row.seq);
                    self.unattended += 1;
                }
            }
            "call.logged" => {
                let status = if text(&row.new, "outcome").as_deref() == Some("reached") { "sent" } else { "failed" };
                self.insert(row, "call".into(), Some(status), None);
            }
            "message.transmitting" => {
                let message = self.message(row);
                assert_eq!(message.delivery.as_deref(), Some("queued"), "{row:?}");
                message.delivery = Some("transmitting".into());
                self.depart(row);
            }
            "message.delivery" | "message.put_off" => {
                let next = text(&row.new, "delivery").unwrap();
                let message = self.message(row);
                assert_eq!(text(&row.old, "delivery"), message.delivery, "{row:?}");
                follow(message, &next);
                message.delivery = Some(next.clone());
                if let Some(departure) = self.departures.iter_mut().rev().find(|departure| departure.message == row.entity_id) {
                    departure.answer = Some(next);
                }
            }
            "message.status" => {
                let next = text(&row.new, "status").unwrap();
                let message = self.message(row);
                assert_eq!(text(&row.old, "status"), message.status, "{row:?}");
                assert_ne!(Some(&next), message.status.as_ref(), "no change: {row:?}");
                // What is skipped while it waits leaves the queue.
                if next == "skipped" && message.delivery.as_deref() == Some("queued") {
                    message.delivery = None;
                }
                message.status = Some(next);
            }
            "message.skipped" => {
                let message = self.message(row);
                assert_eq!(message.delivery.as_deref(), Some("queued"), "only what waits is taken out of the queue: {row:?}");
                (message.status, message.delivery) = (Some("skipped".into()), None);
            }
            "message.confirmed" => {
                let message = self.message(row);
                assert_eq!(message.confirmed, Some(false), "{row:?}");
                message.confirmed = Some(true);
            }
            "message.linked" => {
                assert_ne!(row.old, row.new, "no change: {row:?}");
                let message = self.message(row);
                assert!(message.linked.is_none() || message.linked == integer(&row.old, "parent_id"), "{row:?}");
                message.linked = integer(&row.new, "parent_id");
            }
            "message.reminded" => {
                let reminder = integer(&row.new, "reminded_by").unwrap();
                assert!(self.messages[&reminder].resent, "{row:?}");
                assert_eq!(self.message(row).status.as_deref(), Some("sent"), "only what was sent is reminded of: {row:?}");
            }
            _ => panic!("unknown action: {row:?}"),
        }
    }

    fn insert(&mut self, row: &AuditRow, kind: String, status: Option<&str>, delivery: Option<&str>) {
        let message = ToldMessage {
            kind,
            status: status.map(str::to_owned),
            delivery: delivery.map(str::to_owned),
            attempt: integer(&row.new, "attempt_id"),
            resent: row.new.contains_key("resend_of") || row.new.contains_key("reminder_of"),
            confirmed: boolean(&row.new, "confirmed"),
            linked: None,
        };
        assert_eq!(self.messages.insert(row.entity_id, message), None, "told twice: {row:?}");
    }

    fn message(&mut self, row: &AuditRow) -> &mut ToldMessage {
        self.messages.get_mut(&row.entity_id).unwrap_or_else(|| panic!("a change of what was never told: {row:?}"))
    }

    fn depart(&mut self, row: &AuditRow) {
        let message = &self.messages[&row.entity_id];
        let attempt_status = message.attempt.map(|id| self.attempts.get(&id).map_or("pending".into(), |attempt| attempt.status.clone()));
        self.departures.push(Departure {
            seq: row.seq,
            at: row.at,
            message: row.entity_id,
            kind: message.kind.clone(),
            attempt: message.attempt,
            resent: message.resent,
            followup: self.followup.clone(),
            estado: self.estado.clone(),
            estado_since: self.estado_since,
            attempt_status,
            unattended: self.unattended,
            answer: None,
        });
    }
}

/// The status follows the delivery until a reply or a person moves it on.
fn follow(message: &mut ToldMessage, next: &str) {
    let status = |delivery: Option<&str>| delivery.and_then(Delivery::parse).map(|delivery| delivery.status().as_str().to_owned());
    if message.status == status(message.delivery.as_deref()) {
        message.status = status(Some(next));
    }
}

fn text(facts: &AuditFacts, name: &str) -> Option<String> {
    match facts.get(name) {
        Some(AuditValue::Text(text)) => Some(text.clone()),
        _ => None,
    }
}

fn integer(facts: &AuditFacts, name: &str) -> Option<i64> {
    match facts.get(name) {
        Some(AuditValue::Integer(number)) => Some(*number),
        _ => None,
    }
}

fn boolean(facts: &AuditFacts, name: &str) -> Option<bool> {
    match facts.get(name) {
        Some(AuditValue::Bool(value)) => Some(*value),
        _ => None,
    }
}
