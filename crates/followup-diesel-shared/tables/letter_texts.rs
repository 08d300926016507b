//! The unit's own letters.

use diesel::prelude::*;
use followup_domain::asking::letter_text::{KeptText, OwnText};
use followup_domain::ports::{LetterTextRepository, StoreError, Updated};

use super::super::Db;
use super::schema::letter_text;
use super::work::Work;
use super::{At, updated};

#[derive(Queryable, Selectable)]
#[diesel(table_name = letter_text, check_for_backend(Db))]
struct TextRow {
    name: String,
    version: i64,
    changed_by: String,
    changed_at: At,
    body: Option<String>,
}

impl From<TextRow> for KeptText {
    fn from(row: TextRow) -> Self {
        Self { name: row.name, text: row.body, version: row.version, changed_by: row.changed_by, changed_at: row.changed_at.0 }
    }
}

impl LetterTextRepository for Work<'_> {
    fn own(&mut self) -> Result<Vec<OwnText>, StoreError> {
        self.read(|conn| {
            let in_use = letter_text::table.filter(letter_text::body.is_not_null());
            let rows: Vec<(String, String)> = in_use.select((letter_text::name, letter_text::body.assume_not_null())).load(conn)?;
            let mut own: Vec<OwnText> = rows.into_iter().map(|(name, text)| OwnText { name, text }).collect();
            // Here, because the databases order texts each in its own way.
            own.sort_by(|one, other| one.name.cmp(&other.name));
            Ok(own)
        })
    }

    fn list(&mut self) -> Result<Vec<KeptText>, StoreError> {
        self.read(|conn| {
            let rows = letter_text::table.select(TextRow::as_select()).load(conn)?;
            let mut kept: Vec<KeptText> = rows.into_iter().map(KeptText::from).collect();
            kept.sort_by(|one, other| one.name.cmp(&other.name));
            Ok(kept)
        })
    }

    fn find(&mut self, name: &str) -> Result<Option<KeptText>, StoreError> {
        self.read(|conn| {
            let row = letter_text::table.find(name).select(TextRow::as_select()).first(conn).optional()?;
            Ok(row.map(KeptText::from))
        })
    }

    fn put(&mut self, text: &KeptText) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let columns = (
                letter_text::version.eq(text.version),
                letter_text::changed_by.eq(&text.changed_by),
                letter_text::changed_at.eq(At::from(text.changed_at)),
                letter_text::body.eq(text.text.as_deref()),
            );
            if text.version <= 1 {
                let row = (letter_text::name.eq(&text.name), columns);
                let inserted = diesel::insert_into(letter_text::table).values(row).on_conflict_do_nothing().execute(conn)?;
                return Ok(updated(inserted));
            }
            let before = letter_text::table.find(&text.name).filter(letter_text::version.eq(text.version - 1));
            Ok(updated(diesel::update(before).set(columns).execute(conn)?))
        })
    }
}
