//! The audit trail of a case.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use followup_answers::Refusal;
use followup_domain::audit::{AuditFacts, AuditRow, AuditValue};
use followup_domain::ports::PageRequest;
use followup_words::people;
use serde::Serialize;

use super::head::CaseHead;
use super::page::May;
use crate::asked::Asked;
use crate::problem::Problem;
use crate::render::{Section, Shell};
use crate::show::path;
use crate::show::when::{Reading, When};

/// Rows of a page.
const PAGE: i64 = 100;

#[derive(Serialize)]
struct AuditPage {
    case: CaseHead,
    may: May,
    rows: Vec<RowView>,
    total: i64,
    earlier: Option<i64>,
    later: Option<i64>,
}

#[derive(Serialize)]
struct RowView {
    seq: i64,
    at: When,
    actor: String,
    /// As the chain holds it.
    named: String,
    action: String,
    entity: String,
    entity_id: i64,
    changes: Vec<Change>,
    reason: Option<String>,
    redacted: Vec<String>,
    hash: String,
}

#[derive(Serialize)]
struct Change {
    name: String,
    old: Option<String>,
    new: Option<String>,
}

/// The page; the newest rows stand on the last one, for the chain begins with the first.
pub(crate) async fn page(Asked { state, visitor, request, query, .. }: Asked) -> Result<HttpResponse, Problem> {
    let id = path::case_id(&request)?;
    let page = query.get("pagina").and_then(|text| text.parse::<i64>().ok()).filter(|page| (1..1_000_000).contains(page)).unwrap_or(1);
    let rows = PageRequest { offset: (page - 1) * PAGE, limit: PAGE };
    let (case, found) = state.ask(move |app| Ok::<_, Refusal>((app.case(id)?, app.case_audit(id, rows)?))).await?;
    let reading = state.reading();
    let head = CaseHead::of(&case);
    let shell = Shell::bare(&state, Some(&visitor), &format!("{} · Auditoría", head.number), Section::Cases);
    let body = AuditPage {
        case: head,
        may: May::of(&visitor),
        rows: found.items.into_iter().map(|row| view(row, reading)).collect(),
        total: found.total,
        earlier: (page > 1).then_some(page - 1),
        later: (page * PAGE < found.total).then_some(page + 1),
    };
    Ok(state.templates.answer(StatusCode::OK, "followup_audit.html", &shell, &body))
}

fn view(row: AuditRow, reading: Reading) -> RowView {
    RowView {
        seq: row.seq,
        at: reading.when(row.at),
        actor: people::actor(&row.actor),
        named: row.actor,
        action: row.action,
        entity: row.entity,
        entity_id: row.entity_id,
        changes: changes(row.old, row.new),
        reason: row.reason,
        redacted: row.redacted,
        hash: row.hash,
    }
}

/// Field by field, what was and what is.
fn changes(mut old: AuditFacts, new: AuditFacts) -> Vec<Change> {
    let mut changes: Vec<Change> =
        new.into_iter().map(|(name, value)| Change { old: old.remove(&name).map(told), new: Some(told(value)), name }).collect();
    changes.extend(old.into_iter().map(|(name, value)| Change { name, old: Some(told(value)), new: None }));
    changes
}

fn told(value: AuditValue) -> String {
    match value {
        AuditValue::Null => "—".into(),
        AuditValue::Text(text) => text,
        AuditValue::Integer(number) => number.to_string(),
        AuditValue::Bool(true) => "sí".into(),
        AuditValue::Bool(false) => "no".into(),
    }
}
