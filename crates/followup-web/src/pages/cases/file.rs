//! The cases of a list as a file for spreadsheets, as those in Spanish open it: UTF-8 with its mark, semicolons, times in the unit's zone.

use std::collections::VecDeque;

use actix_web::http::header;
use actix_web::web::{self, Bytes};
use actix_web::{HttpResponse, error};
use chrono::{DateTime, Utc};
use followup_answers::Refusal;
use followup_app::{App, ListedCase};
use followup_domain::case::FollowupStatus;
use followup_domain::ids::CaseId;
use followup_domain::ports::CaseQuery;
use followup_words::fields::label;
use futures::stream::try_unfold;

use super::filter::Filter;
use super::text_of;
use crate::door::Visitor;
use crate::problem::Problem;
use crate::query::Query;
use crate::state::WebState;

/// No file has more rows; the interface gives longer ones.
pub(super) const MOST_ROWS: usize = 10_000;
/// So many are read at a time.
const PIECE: usize = 200;
/// Fields of the record, between the number and what the case stands at.
const FIELDS: &[&str] = &[
    "numero",
    "codigo_interno_lab",
    "fecha_recepcion",
    "estado",
    "gravedad",
    "paciente_iniciales",
    "nombre_producto",
    "reportante_nombre",
];
const STANDING: &[&str] = &["Seguimiento", "Sin leer", "Por atender", "Faltan", "Último movimiento", "Plazo"];

/// Where the writing of a file stands.
struct Writing {
    state: web::Data<WebState>,
    query: CaseQuery,
    after: Option<CaseId>,
    rows: usize,
    /// Texts that are ready; after them the next piece is read, unless the list is over.
    ready: VecDeque<String>,
    is_over: bool,
}

/// The file. It is read piece by piece while it is taken, so that its length sets no memory.
pub(crate) async fn file(state: web::Data<WebState>, visitor: Visitor, query: Query) -> Result<HttpResponse, Problem> {
    let query = Filter::read(&query).query(&state.app.policy, state.app.clock.now(), &visitor.username);
    let heads = ["Caso"].into_iter().chain(FIELDS.iter().map(|field| label(field))).chain(STANDING.iter().copied());
    let head = format!("\u{feff}{}", line(heads.map(str::to_owned)));
    let first = Writing { state, query, after: None, rows: 0, ready: VecDeque::from([head]), is_over: false };
    // What fails at once is a page that says so; later the answer breaks off, and nobody takes it for whole.
    let first = first.read().await?;
    let pieces = try_unfold(first, |mut writing| async move {
        if writing.ready.is_empty() && !writing.is_over {
            writing = writing.read().await.map_err(|refusal| error::ErrorInternalServerError(refusal.to_string()))?;
        }
        Ok::<_, actix_web::Error>(writing.ready.pop_front().map(|text| (Bytes::from(text), writing)))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8; header=present")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"casos.csv\""))
        .streaming(Box::pin(pieces)))
}

impl Writing {
    async fn read(mut self) -> Result<Self, Refusal> {
        let room = MOST_ROWS.saturating_sub(self.rows);
        let limit = i64::try_from(PIECE.min(room)).unwrap_or(i64::MAX);
        let (query, after) = (self.query.clone(), self.after);
        let read = move |app: &App| {
            let (cases, next) = app.export_cases(&query, after, limit)?;
            // A piece that is full may be the last.
            let is_cut = cases.len() == room && next.is_some() && !app.export_cases(&query, next, 1)?.0.is_empty();
            Ok::<_, Refusal>((cases, next, is_cut))
        };
        let (cases, next, is_cut) = self.state.ask(read).await?;
        let zone = self.state.zone();
        let at = |at: DateTime<Utc>| at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string();
        self.rows += cases.len();
        let mut text: String = cases.into_iter().map(|listed| line(cells(listed, &at))).collect();
        self.after = next;
        if is_cut {
            text.push_str(&line([format!("Hay más casos: este archivo tiene los primeros {MOST_ROWS}; acote la lista")]));
        }
        self.is_over = next.is_none() || self.rows >= MOST_ROWS;
        self.ready.push_back(text);
        Ok(self)
    }
}

fn cells(listed: ListedCase, at: &impl Fn(DateTime<Utc>) -> String) -> Vec<String> {
    let ListedCase { case, standing, unread, report_due, .. } = listed;
    let is_open = case.followup_status == FollowupStatus::Open;
    let field = |name: &&str| match *name {
        "nombre_producto" => case.record.producto_sospechoso().map(str::to_owned),
        "gravedad" => text_of(Some(case.record.shown_gravedad())),
        name => text_of(case.record.get(name)),
    };
    let mut cells = vec![case.id.to_string()];
    cells.extend(FIELDS.iter().map(|name| field(name).unwrap_or_default()));
    cells.push(if is_open { "Abierto" } else { "Cerrado" }.to_owned());
    cells.extend([unread, standing.unattended, standing.missing].map(|number| number.to_string()));
    cells.extend([at(standing.moved_at), report_due.map_or_else(String::new, at)]);
    cells
}

/// A line (RFC 4180). Words that a spreadsheet would run as a formula begin with an apostrophe.
fn line(cells: impl IntoIterator<Item = String>) -> String {
    let cell = |text: String| {
        let is_formula =
            text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) || text.starts_with(['\t', '\r', '\n']);
        format!("\"{}{}\"", if is_formula { "'" } else { "" }, text.replace('"', "\"\""))
    };
    cells.into_iter().map(cell).collect::<Vec<_>>().join(";") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_words_of_anybody_are_a_formula_or_end_their_cell() {
        for (words, cell) in [
            ("Paracetamol; 500 mg", "\"Paracetamol; 500 mg\""),
            ("el \"nuevo\"\nlote", "\"el \"\"nuevo\"\"\nlote\""),
            ("=1+1", "\"'=1+1\""),
            (" -1", "\"' -1\""),
            ("\t@x", "\"'\t@x\""),
            ("＝1", "\"'＝1\""),
            ("2024-03-01", "\"2024-03-01\""),
        ] {
            assert_eq!(line([words.to_owned(), String::new()]), format!("{cell};\"\"\r\n"));
        }
    }
}
