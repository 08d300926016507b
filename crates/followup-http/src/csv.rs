//! Lists as CSV (RFC 4180), as spreadsheets in Spanish open them: UTF-8 with its mark, semicolons, days before times in the organisation's
//! zone. A list is read piece by piece while the client takes it, so that its length sets no memory.

use std::fmt::Write;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use followup_app::App;

use crate::answer::Cost;
use crate::download::download;
use crate::errors::ApiError;
use crate::input::{Choice, Fields};
use crate::state::HttpState;

/// So many rows are read at a time.
pub(crate) const PIECE: i64 = 200;
/// A file has no more rows: whoever needs more narrows the list, and a spreadsheet becomes unwieldy long before.
pub(crate) const MOST_ROWS: usize = 50_000;
/// What stands in place of the rows that are too many.
const AND_MORE: &str = "Hay más filas: acote la lista";
/// Without it Excel takes UTF-8 for the code page of the machine.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// In which form a list is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Format {
    #[default]
    Json,
    Csv,
}

impl Format {
    /// `format`, JSON where it is absent.
    pub(crate) fn of(fields: &mut Fields) -> Self {
        let about = "`json` si no se da. `csv`: la lista entera en un archivo para hojas de cálculo (UTF-8, punto y coma, hasta 50 000 filas), sin contar páginas ni orden";
        fields.optional("format", Choice(&[("json", Self::Json), ("csv", Self::Csv)]), about).unwrap_or_default()
    }
}

/// A cell.
#[derive(Debug, Clone)]
pub(crate) enum Cell {
    /// Nothing.
    Empty,
    /// A number of ours.
    Number(i64),
    /// Words, whoever wrote them.
    Text(String),
}

impl Cell {
    /// An instant as people of the organisation read it, in the one form that every spreadsheet takes for a date.
    pub(crate) fn at(at: DateTime<Utc>, zone: Tz) -> Self {
        Self::Text(at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string())
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// One row.
pub(crate) type Row = Vec<Cell>;

/// A piece of a list: its rows, and where the next piece begins.
pub(crate) type Piece<P> = (Vec<Row>, Option<P>);

/// Reads the piece that begins after a place.
pub(crate) type ReadPiece<P> = dyn Fn(&App, Option<P>) -> Result<Piece<P>, ApiError> + Send + Sync;

/// A list that is read piece by piece.
pub(crate) struct Table<P> {
    /// The name of its file.
    pub(crate) file: &'static str,
    /// What its columns are called.
    pub(crate) heads: &'static [&'static str],
    /// The piece that begins after a place.
    pub(crate) piece: Arc<ReadPiece<P>>,
}

/// Where the reading of a list stands.
struct Reading<P> {
    state: HttpState,
    table: Table<P>,
    after: Option<P>,
    rows: usize,
}

/// Answers a list as a file.
///
/// # Errors
/// The store's, while the first piece is read; later the answer breaks off, and no client takes it for whole.
pub(crate) async fn stream<P: Send + 'static>(state: &HttpState, table: Table<P>) -> Result<HttpResponse, ApiError> {
    let mut head = String::from(BYTE_ORDER_MARK);
    write_line(&mut head, table.heads.iter().map(|name| Cell::from(*name)));
    let mut response = download(table.file, "text/csv; charset=utf-8; header=present");
    let reading = Reading { state: state.clone(), table, after: None, rows: 0 };
    let (first, rest) = next(reading).await?;
    head.push_str(&first);
    let rest = futures::stream::try_unfold(rest, |rest| async move {
        let Some(reading) = rest else { return Ok::<_, ApiError>(None) };
        let (text, rest) = next(reading).await?;
        Ok(Some((Bytes::from(text), rest)))
    });
    let first = futures::stream::once(async move { Ok(Bytes::from(head)) });
    Ok(response.streaming(Box::pin(futures::StreamExt::chain(first, rest))))
}

/// Reads and writes the next piece; and the reading of what is left.
async fn next<P: Send + 'static>(reading: Reading<P>) -> Result<(String, Option<Reading<P>>), ApiError> {
    let Reading { state, table, after, rows } = reading;
    let piece = Arc::clone(&table.piece);
    let written = state.answers.making(&state, Cost::rows(PIECE), move |app| {
        let (mut lines, next) = piece(app, after)?;
        let room = MOST_ROWS.saturating_sub(rows);
        let is_cut = lines.len() > room || (lines.len() == room && next.is_some());
        lines.truncate(room);
        let mut text = String::new();
        let count = lines.len();
        for line in lines {
            write_line(&mut text, line);
        }
        if is_cut {
            write_line(&mut text, [Cell::from(AND_MORE)]);
        }
        Ok::<_, ApiError>((text, count, next.filter(|_| !is_cut)))
    });
    let (text, count, next) = written.await?;
    let rest = next.map(|after| Reading { state, table, after: Some(after), rows: rows + count });
    Ok((text, rest))
}

fn write_line(text: &mut String, cells: impl IntoIterator<Item = Cell>) {
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            text.push(';');
        }
        match cell {
            Cell::Empty => {}
            // Writing to a String cannot fail.
            Cell::Number(number) => drop(write!(text, "{number}")),
            Cell::Text(words) => write_text(text, &words),
        }
    }
    text.push_str("\r\n");
}

/// Words that a spreadsheet would run, or take for a number and change, are told by an apostrophe that they are words.
fn write_text(text: &mut String, words: &str) {
    text.push('"');
    if words.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) || words.starts_with(['\t', '\r', '\n']) {
        text.push('\'');
    }
    for character in words.chars() {
        if character == '"' {
            text.push('"');
        }
        text.push(character);
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(cells: Vec<Cell>) -> String {
        let mut text = String::new();
        write_line(&mut text, cells);
        text
    }

    /// Reads a line as a spreadsheet does.
    fn read(line: &str) -> Vec<String> {
        let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
        let mut characters = line.strip_suffix("\r\n").unwrap().chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '"' if quoted && characters.peek() == Some(&'"') => cell.extend(characters.next()),
                '"' => quoted = !quoted,
                ';' if !quoted => cells.push(std::mem::take(&mut cell)),
                other => cell.push(other),
            }
        }
        assert!(!quoted, "{line:?}");
        cells.push(cell);
        cells
    }

    #[test]
    fn no_cell_of_anybodys_words_is_a_formula() {
        for words in
            ["=1+1", "+51 999", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u{a0}=1", "＝1", "=cmd|' /C calc'!A0", "=\"a\";=1"]
        {
            let cells = read(&line(vec![words.into(), 7.into()]));
            assert_eq!(cells, [format!("'{words}"), "7".to_owned()]);
        }
    }

    #[test]
    fn ordinary_words_stay_as_they_are() {
        for words in ["", "Paracetamol; 500 mg", "dos\r\nlíneas", "el \"nuevo\"", "2024-03-01", "a=b", "Ñandú"] {
            assert_eq!(read(&line(vec![words.into()])), [words]);
        }
        assert_eq!(line(vec![Cell::Empty, Cell::from(None::<i64>), 3.into()]), ";;3\r\n");
    }

    proptest::proptest! {
        #[test]
        fn whatever_somebody_wrote_stays_in_its_cell(first: String, second: String) {
            let cells = read(&line(vec![first.as_str().into(), second.as_str().into()]));
            proptest::prop_assert_eq!(cells.len(), 2);
            for (cell, words) in cells.iter().zip([&first, &second]) {
                proptest::prop_assert!(cell == words || cell.strip_prefix('\'') == Some(words.as_str()), "{:?}", cell);
                proptest::prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{:?}", cell);
            }
        }
    }
}
