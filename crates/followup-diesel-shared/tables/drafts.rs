//! Letters that people are writing.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::asking::draft::{DraftKey, DraftText, LetterDraft};
use followup_domain::asking::missing::FieldPath;
use followup_domain::ids::{CaseId, MessageId, UploadId};
use followup_domain::message::Channel;
use followup_domain::ports::{DraftRepository, StoreError, Updated};
use serde_json::{Value, json};

use super::super::Db;
use super::message_row::parse;
use super::schema::letter_draft;
use super::work::Work;
use super::{At, LONGEST_PAGE, updated};
use crate::error::{Done, Failure};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = letter_draft, check_for_backend(Db), treat_none_as_null = true)]
struct DraftRow {
    case_id: i64,
    username: String,
    channel: String,
    version: i64,
    content: Value,
    updated_at: At,
    sent_as: Option<i64>,
}

impl From<&LetterDraft> for DraftRow {
    fn from(draft: &LetterDraft) -> Self {
        Self {
            case_id: draft.key.case_id.0,
            username: draft.key.username.clone(),
            channel: draft.key.channel.as_str().to_owned(),
            version: draft.version,
            content: to_json(&draft.text),
            updated_at: draft.updated_at.into(),
            sent_as: draft.sent_as.map(|id| id.0),
        }
    }
}

impl TryFrom<DraftRow> for LetterDraft {
    type Error = Failure;

    fn try_from(row: DraftRow) -> Done<Self> {
        let channel = parse("channel", &row.channel, Channel::parse)?;
        Ok(Self {
            key: DraftKey { case_id: CaseId(row.case_id), username: row.username, channel },
            text: from_json(&row.content),
            version: row.version,
            updated_at: row.updated_at.0,
            sent_as: row.sent_as.map(MessageId),
        })
    }
}

fn to_json(text: &DraftText) -> Value {
    let DraftText { subject, body, asks, template, parameters, files, override_reason } = text;
    let asks = asks.as_ref().map(|asks| asks.iter().map(ToString::to_string).collect::<Vec<_>>());
    let files: Vec<i64> = files.iter().map(|id| id.0).collect();
    json!({
        "subject": subject, "body": body, "asks": asks, "template": template, "parameters": parameters, "files": files,
        "override_reason": override_reason,
    })
}

/// What another release wrote and this one does not know is left out: it is what somebody was about to say, and they look at it again.
fn from_json(content: &Value) -> DraftText {
    let text = |name: &str| content[name].as_str().unwrap_or_default().to_owned();
    let items = |name: &str| content[name].as_array().cloned();
    let texts = |name: &str| items(name).map(|items| items.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>());
    DraftText {
        subject: text("subject"),
        body: text("body"),
        asks: texts("asks").map(|asks| asks.iter().filter_map(|path| FieldPath::parse(path)).collect()),
        template: content["template"].as_str().map(str::to_owned),
        parameters: texts("parameters").unwrap_or_default(),
        files: items("files").unwrap_or_default().iter().filter_map(Value::as_i64).map(UploadId).collect(),
        override_reason: text("override_reason"),
    }
}

/// Names the row of a key.
macro_rules! of {
    ($key:expr) => {
        letter_draft::table.find(($key.case_id.0, $key.username.as_str(), $key.channel.as_str()))
    };
}

impl DraftRepository for Work<'_> {
    fn find(&mut self, key: &DraftKey) -> Result<Option<LetterDraft>, StoreError> {
        self.read(|conn| of!(key).select(DraftRow::as_select()).first(conn).optional()?.map(LetterDraft::try_from).transpose())
    }

    fn find_sent(&mut self, id: MessageId) -> Result<Option<LetterDraft>, StoreError> {
        self.read(|conn| {
            let sent = letter_draft::table.filter(letter_draft::sent_as.eq(id.0)).select(DraftRow::as_select());
            sent.first(conn).optional()?.map(LetterDraft::try_from).transpose()
        })
    }

    fn list(&mut self, case_id: CaseId, limit: i64) -> Result<Vec<LetterDraft>, StoreError> {
        self.read(|conn| {
            let open = letter_draft::table.filter(letter_draft::case_id.eq(case_id.0)).filter(letter_draft::sent_as.is_null());
            let newest_first = open.order((letter_draft::updated_at.desc(), letter_draft::username, letter_draft::channel));
            let rows = newest_first.limit(limit.clamp(0, LONGEST_PAGE)).select(DraftRow::as_select()).load(conn)?;
            rows.into_iter().map(LetterDraft::try_from).collect()
        })
    }

    fn save(&mut self, draft: &LetterDraft, was: i64) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let row = DraftRow::from(draft);
            Ok(updated(if was == 0 {
                diesel::insert_into(letter_draft::table).values(row).on_conflict_do_nothing().execute(conn)?
            } else {
                diesel::update(of!(draft.key).filter(letter_draft::version.eq(was))).set(row).execute(conn)?
            }))
        })
    }

    fn discard(&mut self, key: &DraftKey, version: i64) -> Result<Updated, StoreError> {
        self.write(|conn| Ok(updated(diesel::delete(of!(key).filter(letter_draft::version.eq(version))).execute(conn)?)))
    }

    fn forget_before(&mut self, before: DateTime<Utc>, limit: i64) -> Result<usize, StoreError> {
        self.write(|conn| {
            let old = letter_draft::table.filter(letter_draft::updated_at.lt(At::from(before))).order(letter_draft::updated_at);
            let columns = (letter_draft::case_id, letter_draft::username, letter_draft::channel, letter_draft::version);
            let rows: Vec<(i64, String, String, i64)> = old.limit(limit).select(columns).load(conn)?;
            let mut forgotten = 0;
            for (case_id, username, channel, version) in rows {
                let row = letter_draft::table.find((case_id, username, channel)).filter(letter_draft::version.eq(version));
                forgotten += diesel::delete(row).execute(conn)?;
            }
            Ok(forgotten)
        })
    }
}
